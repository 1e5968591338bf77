"""Hindcasts as a document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from standoff.evaluation.hindcast.baselines import WORDS
from standoff.evaluation.hindcast.summary import RIVALS, Hindcast, HindcastCoverage, HindcastSkill
from standoff.report import formatting
from standoff.report.document import Block, BulletList, Heading, Paragraph, Picture, given, remark, table

HOW = (
    "Skill is 1 - score / score of the baseline: above 0 the model is better. The score of numbers is the CRPS (over several "
    "quantities the mean logarithm of its ratios), that of yes/no questions the Brier score. `stacked` is the model mixed with "
    "the baselines, with weights from outcomes known at each origin. 90 % intervals resample blocks of neighbouring origins."
)


def blocks(hindcast: Hindcast, pictures: Sequence[Picture] = ()) -> list[Block]:
    """Document of a hindcast: verdict, skill, pictures, scores, coverage, origins."""
    scores = (_numbers(hindcast), _events(hindcast), _coverage(hindcast), _origins(hindcast))
    return [
        Heading(f"Hindcasts: {hindcast.made.title}", 1),
        remark(provenance_line(hindcast)),
        *map(Paragraph, hindcast.verdict),
        *_groups(hindcast),
        *given(pictures, Heading("Forecasts and outcomes"), *pictures),
        *(block for section in scores for block in section),
        *given(hindcast.notes, Heading("Not scored"), BulletList(hindcast.notes)),
    ]


def _section(title: str, note: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], words: int = 1) -> list[Block]:
    """Table under its heading and a note, if it has rows; `words` columns come before numbers."""
    columns = (*heads[:words], *(f"{name}:" for name in heads[words:]))
    return [Heading(title), remark(note), table(*columns, rows=rows)] if rows else []


def _groups(hindcast: Hindcast) -> list[Block]:
    """Skill over each rival by group, and by horizon."""
    cuts = [("all", months) for months in (0, *sorted({row.months for row in hindcast.rows}))]
    cuts += [(group, 0) for group in dict.fromkeys(row.group for row in hindcast.rows)]
    rows = []
    for (score, kind), (group, months), who in product(
        (("crps", "numbers"), ("brier", "yes/no")), cuts, ("model", "stacked")
    ):
        key = (group, months, score, who)
        selected = {
            item.against: item
            for item in hindcast.skills
            if (item.group, item.months, item.score, item.forecaster) == key
        }
        if selected:
            first = next(iter(selected.values()))
            rows.append(
                (
                    f"{kind}: {_cut(group, months)}{', stacked' * (who != 'model')}",
                    first.questions,
                    first.reports,
                    first.origins,
                    *(gain(selected.get(rival)) for rival in RIVALS),
                )
            )
    head = ("", "questions", "reports", "origins", *(f"over {WORDS[rival]}" for rival in RIVALS))
    return _section("Skill", HOW, head, rows)


def _cut(group: str, months: int) -> str:
    """A group of questions, and their horizon unless it is any."""
    return f"{group}, {formatting.counted(months, 'month')}" if months else group


def gain(item: HindcastSkill | None) -> str:
    """A skill with its interval."""
    return "" if item is None else skill(item.skill, item.interval)


def skill(value: float, interval: tuple[float, float] | None) -> str:
    """Skill in signed per cent, with the ends of its interval."""
    low, high = (formatting.signed(100 * end, 0) for end in interval or (0.0, 0.0))
    return f"{formatting.signed(100 * value, 0)} %{f' ({low} to {high})' if interval else ''}"


def _numbers(hindcast: Hindcast) -> list[Block]:
    quantities = [row for row in hindcast.rows if row.kind == "quantity"]
    rows = [
        (
            row.id,
            row.speaker,
            row.months,
            row.origins,
            row.unit,
            *(figure(row.scores.get(who)) for who in ("model", *RIVALS, "stacked")),
            *(f"{100 * row.inside[level]:.0f} %" for level in ("0.5", "0.9")),
        )
        for row in sorted(quantities, key=lambda row: (row.group, row.id, row.months))
    ]
    names = (WORDS[rival] for rival in (*RIVALS, "stacked"))
    own = ("quantity", "outcome reported by", "months", "origins", "unit", "model")
    note = "Mean CRPS, in the unit, over the origins with a forecast of every forecaster of the row; lower is better."
    return _section("Numbers", note, (*own, *names, "inside 50 %", "inside 90 %"), rows, 2)


def _events(hindcast: Hindcast) -> list[Block]:
    rows = []
    for row in sorted(hindcast.rows, key=lambda row: (row.id, row.months)):
        outcomes = [case.outcome for case in hindcast.cases if (case.id, case.months) == (row.id, row.months)]
        known = [outcome for outcome in outcomes if outcome is not None]
        if row.kind == "event":
            rows.append(
                (
                    row.id,
                    row.text,
                    row.months,
                    row.origins,
                    f"{known.count(1)} of {len(known)}",
                    *(figure(row.scores.get(who)) for who in ("model", *RIVALS)),
                )
            )
    head = ("question", "text", "months", "origins", "happened", "model", *(WORDS[rival] for rival in RIVALS))
    return _section("Yes/no questions", "Mean Brier score; lower is better.", head, rows, 2)


def _coverage(hindcast: Hindcast) -> list[Block]:
    cuts: dict[tuple[str, int], list[HindcastCoverage]] = {}
    for item in hindcast.coverage:
        cuts.setdefault((item.group, item.months), []).append(item)
    rows = [
        (
            _cut(group, months),
            each[0].questions,
            *(
                f"{100 * item.inside:.0f} % ({100 * item.interval[0]:.0f} to {100 * item.interval[1]:.0f})"
                for item in each
            ),
        )
        for (group, months), each in cuts.items()
    ]
    note = "Share of outcomes inside the central interval of the model; 90 % intervals in brackets assume independent questions."
    return _section("Coverage", note, ("", "numbers", "inside 50 %", "inside 90 %"), rows)


def _origins(hindcast: Hindcast) -> list[Block]:
    rows = [
        (str(item["as_of"]), str(item["late"]), str(len(item["late_histories"])), str(item["ledger"])[:12])
        for item in hindcast.made.origins
    ]
    note = "Parameters and histories that cite only claims published after the origin; digest of the claims known then."
    return _section("Origins", note, ("as of", "late parameters", "late histories", "ledger"), rows)


def figure(value: float | None) -> str:
    """Format a number to three significant digits; small positive numbers as `< 0.001`."""
    if value is None:
        return ""
    return "< 0.001" if 0 < value < 0.001 else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def provenance_line(hindcast: Hindcast) -> str:
    """Settings and versions of a hindcast in one line."""
    return (
        f"{formatting.counted(len(hindcast.made.origins), 'origin')}, {hindcast.made.draws:,} draws each, "
        f"seed {hindcast.made.seed}, ranges of late parameters widened by a factor of {hindcast.made.wider:g}"
        f"{', parameters fitted to what was known at each origin' * hindcast.made.posterior}; "
        + ", ".join(f"{name} {version}" for name, version in hindcast.made.versions.items())
    )
