"""Crises by rule in words: counts, one as coded, rates, and scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from standoff.addons.history.sections.wars import counts_block
from standoff.labels import humanise
from standoff.report.document import Block, Heading, Notice, remark, table
from standoff.report.formatting import percent, signed

NOT_CLAIMED = remark(
    "Not to be claimed: skill on whether war breaks out where none is under way, beyond what the three lines apart show; that a "
    "rival is better than another by less than 1.5 points; anything of China's acts, which are coded in 95 crises; when "
    "force began, since only triggers, first answers and ends have dates."
)
COLUMNS = ("line: events", "rival", "area:", "90 %:", "skill, points:", "90 %:", "slope:", "best")
RATES = ("serious", "full_scale_war", "none", "threat", "show", "limited_force", "full_force")


def blocks(data: Mapping[str, Any]) -> list[Block]:
    """Document of counts, of one crisis as coded, or of rates and scores."""
    if "rows" in data:
        return [counts_block({name: count for name, count in data.items() if name != "rows"})]
    return _codes(data) if "codes" in data else _scores(data)


def _codes(crisis: Mapping[str, Any]) -> list[Block]:
    rows = [
        (code["name"], "-" if code["value"] is None else f"{code['value']:.4g}", code["text"], code["known"])
        for code in crisis["codes"]
    ]
    title = f"{crisis['crisname']}, {crisis['yrtrig']}-{crisis['motrig']:02}"
    war = "A war between the sides was under way." if crisis["under_way"] else "No war between the sides was under way."
    return [Heading(title, 1), remark(war), table("variable", "value:", "what it is", "why it was known", rows=rows)]


def _scores(data: Mapping[str, Any]) -> list[Block]:
    outcomes = dict.fromkeys(line["outcome"] for line in data["lines"])
    rates = [
        (row["by"], row["class"], row["crises"], *(percent(row[name][0]) for name in RATES)) for row in data["rates"]
    ]
    length = [
        (row["test"], row["crises"], percent(row["covered"]), *(f"{week:.1f}" for week in row["weeks"]))
        for row in data["length"]
    ]
    return [
        Heading("Crises by rule", 1),
        Notice(data["note"]),
        remark(
            "Out of sample; skill is over the base rate of the training years; best: within 1.5 points of the highest, so that "
            "none of them is called better. Bands of 90 % are over protracted conflicts."
        ),
        *(table(*COLUMNS, rows=list(_lines(data, name)), caption=humanise(name)) for name in outcomes),
        table("test", "crises:", "inside 80 %:", "from weeks:", "to weeks:", rows=length, caption="Length"),
        table(
            "by",
            "class",
            "crises:",
            *(f"{humanise(name)}:" for name in RATES),
            rows=rates,
            caption="Rates since 1945, of crises and of answers of first actors; bands are in --json",
        ),
        NOT_CLAIMED,
    ]


def _lines(data: Mapping[str, Any], outcome: str) -> Iterator[tuple[str, ...]]:
    for line in data["lines"]:
        if line["outcome"] == outcome:
            name = humanise(f"{line['line']}, {line['test']}: {line['events']} of {line['forecasts']}")
            for each in line["scores"][1:]:
                yield (
                    name,
                    humanise(each["rival"]),
                    f"{each['area']:.2f}",
                    " to ".join(f"{end:.2f}" for end in each["area_band"]),
                    _points(each["skill"]),
                    " to ".join(map(_points, each["skill_band"])),
                    "-" if each["slope"] is None else f"{each['slope']:.2f}",
                    "yes" if each["rival"] in line["best"] else "",
                )
                name = ""


def _points(share: float) -> str:
    return signed(100 * share, 1)
