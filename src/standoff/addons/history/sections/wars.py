"""Wars in words: their panel, the coefficients and their scores, and wars like one war."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from standoff.addons.history.wars import WarAnswer
from standoff.history.wars import KINDS, load
from standoff.labels import humanise
from standoff.report.document import Block, Heading, remark, table, table_part
from standoff.report.formatting import percent, percents, signed

NOT_CLAIMED = remark(
    "Not to be claimed: that months so far forecast surely better than Kaplan and Meier's curve; that wars grow harder to end with "
    "age (a falling hazard and wars of different pace fit alike); that power, regime, leaders or intensity move it; a chance for one "
    "war narrower than the band over all shapes; how it ends to better than 30 points; relapse within 12 months, which the data "
    "leave out by construction; anything about wars between states of the last 20 years, which the tables hardly have."
)


_OVER = {"over_rate": "over base rate:", "over_curve": "over Kaplan and Meier:", "over_held": "the same, its end held:"}
_COLUMNS = ("forecasts", "months:", "number:", *_OVER.values(), "bars missed")


def answer_blocks(answer: WarAnswer) -> list[Block]:
    """Document of an answer."""
    chances = [
        (each.within, percent(each.mean), percents(each.band), percents(each.shapes), each.ended, each.of)
        for each in answer.chances
    ]
    both = load()["reading"]["ways"]
    shares = [
        (
            humanise(each.way),
            percent(each.mean),
            percents(each.band),
            each.counted,
            each.of,
            percents(both[each.way][::2]) if answer.kind == KINDS[0] else "-",
        )
        for each in answer.ways
    ]
    won, wars = answer.won
    return [
        Heading(f"Wars like this one, {humanise(answer.kind)}, after {answer.months} months", 1),
        table(
            "end within:",
            "chance:",
            "90 %, draws:",
            "90 %, all shapes:",
            "counted:",
            "of:",
            rows=chances,
            caption="Months to the end",
        ),
        table("way to end", "share:", "90 %:", "counted by UCDP:", "of:", "both sources:", rows=shares),
        remark(
            f"The Correlates of War name a victor in {won} of {wars} wars between states that ended at this age: coders differ."
        ),
        _relapse(answer.relapse),
        *table_part("Wars of the kind that had lasted as long", ("war", "begun:", "months:"), answer.like),
        NOT_CLAIMED,
    ]


def history_blocks(history: Mapping[str, Any]) -> list[Block]:
    """Document of the coefficients, counts and scores."""
    numbers = [
        (humanise(kind), *(_three(each[name]) for name in ("level", "slope", "pace")), signed(each["correlation"], 2))
        for kind, each in history["numbers"].items()
    ]
    scores = [
        (row["test"], row["within"], row["forecasts"], *(_three(row[name]) for name in _OVER), ", ".join(row["missed"]))
        for row in history["scores"]
    ]
    return [
        Heading("How soon wars end", 1),
        counts_block(history["panel"]),
        table(
            "kind",
            "level:",
            "slope:",
            "pace:",
            "of level with slope:",
            rows=numbers,
            caption="Hazard of ending (90 %), correlation",
        ),
        _relapse(history["relapse"]),
        table(*_COLUMNS, rows=scores, caption="Brier skill from the past alone (90 %)"),
        NOT_CLAIMED,
    ]


def counts_block(counts: Mapping[str, Any]) -> Block:
    """What the panel holds."""
    return table("panel", "number:", rows=[(humanise(name), count) for name, count in counts.items()])


def _relapse(counted: Sequence[Mapping[str, Any]]) -> Block:
    rows = [
        (humanise(row["after"]), row["within"], row["of"], percent(row["chance"]), percent(row["error"]))
        for row in counted
    ]
    return table(
        "after",
        "within months:",
        "ends:",
        "chance:",
        "error:",
        rows=rows,
        caption="The same two parties fight again, by UCDP",
    )


def _three(ends: tuple[float, float, float]) -> str:
    return "{} ({} to {})".format(*(signed(end, 2) for end in ends))
