"""Scores as documents: of settled questions, and of recorded forecasts by their kind."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from standoff.evaluation.hindcast import baselines, rivals
from standoff.evaluation.hindcast.record import (
    BEST,
    FILE,
    KINDS,
    RIVALS,
    ForecastRecord,
    GroupScore,
    Kind,
    RecordedForecast,
)
from standoff.evaluation.records import Scored, Scores
from standoff.report.document import Block, BulletList, Heading, Paragraph, given, remark, table, table_part
from standoff.report.formatting import counted, percent, percents, signed
from standoff.report.sections.hindcast import figure, skill
from standoff.report.track_record import events_scored, numbers_scored

SCORES = {"brier": "Brier", "log": "log", "crps": "CRPS"}
SHOWN_ERROR = 1e-3  # assumption: a reader compares forecasts to a tenth of a percentage point
OTHERS = {"base_rate": "base rate", "persistence": "no change", "even": "equal chances"}
WORDS = {**baselines.WORDS, **rivals.WORDS}
SCORED = {"crps": "number", "brier": "yes/no question"}  #: what each score is of
RIVAL = ("best rival's:", "best rival")
TITLES: dict[Kind, str] = {
    "before": "Recorded before the day",
    "blind": "Recorded after the day, without its outcome",
    "seen": "Recorded with the outcome at hand, or without proof that it was not",
}
HOW = (
    "Skill is 1 - score / score of the rival: above 0 the model is better. The score of numbers is the CRPS (the "
    "geometric mean of its ratios), that of yes/no questions the Brier score. `Best` is the rival that had the lowest "
    "score on the same quantity before the origin. Brackets: 90 %, resampling quantities, where there are at least "
    "five. A report is one outcome, of which several lines may speak. `Below to above` counts outcomes in the parts "
    "of the forecast between its 5, 25, 75 and 95 % points; 5, 20, 50, 20 and 5 % of them are due there."
)


def blocks(scores: Scores) -> list[Block]:
    """The verdict with the note on foresight, then tables and the other notes."""
    first, *notes = scores.notes  # whether a score can mean foresight belongs beside the verdict
    probabilities = [_probability(row) for row in scores.questions if row.smoothed is not None]
    numbers = [_number(row) for row in scores.questions if row.smoothed is None]
    skills = [
        (
            SCORES[item.score],
            OTHERS[item.against],
            item.questions,
            item.cases,
            _figure(item.model),
            _figure(item.other),
            _gain(item.score, item.skill),
            "too few" if item.interval is None else " to ".join(_gain(item.score, end) for end in item.interval),
            item.better,
        )
        for item in scores.skills
    ]
    bins = [
        (
            percents((item.low, item.high)),
            item.questions,
            percent(item.forecast),
            percent(item.happened),
            percents(item.interval),
        )
        for item in scores.calibration
    ]
    heads = ("case", "question", "model:", "base rate:", "happened:", "Brier:", "base:", "log:", "base:")
    base = remark("base: the score of the base rate.")
    return [
        Heading(scores.verdict, 1),
        remark(f"note: {first}"),
        *given(probabilities, Heading("Probabilities"), base, table(*heads, rows=probabilities)),
        *table_part(
            "Numbers",
            ("case", "question", "median:", "90 %:", "happened:", "below:", "CRPS:", "base rate:", "no change:"),
            numbers,
        ),
        Heading("Skill"),
        remark("Of the log score: nats gained per question."),
        table(
            *("score", "against", "questions:", "cases:", "model:", "other:", "skill:", "90 %:", "better on:"),
            rows=skills,
        ),
        *table_part("Calibration", ("forecast", "events:", "mean:", "happened:", "90 %:"), bins),
        *(
            Paragraph(
                f"{percent(part.inside)} of {part.questions} outcomes inside the central {percent(part.level)} of "
                f"futures (90 %: {percents(part.interval)})"
            )
            for part in scores.coverage
        ),
        *(remark(f"note: {note}") for note in notes),
    ]


def _probability(row: Scored) -> tuple[str, ...]:
    base, model = row.scores.get("base_rate", {}), row.scores["model"]
    return (
        row.case,
        row.id,
        _percent(row.forecast),
        _percent(row.base_rate),
        row.outcome,
        _figure(model["brier"]),
        _figure(base.get("brier")),
        _figure(model["log"]),
        _figure(base.get("log")),
    )


def _number(row: Scored) -> tuple[str, ...]:
    low, high = (_plain(end) for end in row.interval or (None, None))
    scores = [row.scores.get(who, {}).get("crps") for who in ("model", "base_rate", "persistence")]
    return (
        row.case,
        f"{row.id}, {row.unit}",
        _plain(row.forecast),
        f"{low} to {high}",
        row.outcome,
        _percent(row.below),
        *map(_plain, scores),
    )


def _percent(p: float | None) -> str:
    return "" if p is None else percent(p, SHOWN_ERROR)


def _figure(value: float | None) -> str:
    return "" if value is None else "infinite" if math.isinf(value) else f"{value:.3f}"


def _plain(value: float | None) -> str:
    return "never" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _gain(name: str, value: float) -> str:
    return f"{value:+.2f}" if name == "log" or math.isinf(value) else f"{signed(100 * value, 0)} %"


def record_blocks(record: ForecastRecord) -> list[Block]:
    """Verdict, then each kind with its scores, then what is open."""
    settled = [line for line in record.lines if not line.scored.unresolved]
    parts: list[Block] = []
    for kind in KINDS:
        groups, lines = record.groups[kind], [line for line in settled if line.kind == kind]
        if lines:
            parts += [Heading(TITLES[kind]), BulletList([*_findings(groups, lines)]), *_kind(groups, lines)]
    why = Counter((line.scored.unresolved, line.scored.id) for line in record.lines if line.scored.unresolved)
    rows = [(name, count, text) for (text, name), count in sorted(why.items())]
    count = counted(len(record.lines), "recorded forecast")
    return [
        Heading(f"Record of forecasts: {record.case}", 1),
        Paragraph(f"{len(settled)} of {count} are settled. {record_sentence(record)}"),
        Paragraph(_proof(record)),
        remark(HOW),
        *parts,
        *table_part("Open", ("asks", "lines:", "why"), rows),
    ]


def record_sentence(record: ForecastRecord) -> str:
    """The first kind with settled lines, against the best rival, with its number of questions."""
    for kind in KINDS:
        if parts := [_against(group) for group in record.groups[kind] if group.group == "all"]:
            return f"{TITLES[kind]}: {'; '.join(parts)}."
    return "None is settled yet."


def _against(group: GroupScore) -> str:
    """One group against its best rival, in words."""
    head = f"{counted(group.forecasts, SCORED[group.score])} ({counted(group.reports, 'outcome')})"
    if group.score == "crps":
        return numbers_scored(head, group.skill[BEST], group.interval)
    return events_scored(head, group.brier["model"], group.brier[BEST])


def _proof(record: ForecastRecord) -> str:
    """What stands behind the kinds."""
    same = sum(line.is_reproduced for line in record.lines)
    out = [
        f"The digest of the claims known at the origin is that of today's ledger up to that day in {same} of "
        f"{len(record.lines)} lines; the others hold the digest of an earlier edition."
    ]
    if record.declaration is not None:
        out.append(
            f"The case declares in {FILE} that up to {record.declaration.recorded_until} nothing beside it spoke of "
            f"days after {record.declaration.known_until}, apart from what is named below. Whether an author knew "
            "outcomes from elsewhere cannot be excluded."
        )
    return " ".join(out)


def _findings(groups: Sequence[GroupScore], lines: Sequence[RecordedForecast]) -> Iterator[str]:
    """Where the model is worse than a method without one, and how wide its forecasts were."""
    for group in groups:
        what = f"{SCORED[group.score]}s, {group.group}"
        if ahead := [WORDS[name] for name in RIVALS if group.skill.get(name, 0.0) < 0]:
            yield f"{what}: worse than {', '.join(ahead)}."
        if group.score == "brier" and BEST not in group.skill:
            own = figure(group.brier["model"])
            yield f"{what}: the best rival was never wrong (Brier score of the model {own})."
    for group in groups:
        if group.inside and group.group == "all":
            half, most = _inside(group)
            yield f"{half} of the outcomes lie in the 50 % intervals, {most} in those of 90 %."
    came = [line for line in lines if line.forecast.p is not None and line.scored.given["persistence"].p == 1]
    if came:
        names = ", ".join(dict.fromkeys(line.scored.text for line in came))
        yield (
            f"{counted(len(came), 'line')} ask of what had come before the origin by claims known then ({names}): "
            "the model should have said yes."
        )


def _inside(group: GroupScore) -> list[str]:
    """Shares of the outcomes in the intervals of 50 % and of 90 %."""
    return [f"{100 * group.inside[level]:.0f} %" for level in ("0.5", "0.9")]


def _kind(groups: Sequence[GroupScore], lines: Sequence[RecordedForecast]) -> Iterator[Block]:
    numbers, events = ([group for group in groups if group.score == score] for score in SCORED)
    if numbers:
        rows = [
            (
                group.group,
                group.forecasts,
                group.reports,
                _skill(group, BEST),
                *_inside(group),
                " ".join(f"{round(part * group.forecasts)}" for part in group.pit),
            )
            for group in numbers
        ]
        heads = ("numbers", "forecasts:", "reports:", "over best:", "inside 50 %:", "inside 90 %:", "below to above:")
        yield table(*heads, rows=rows)
        rows = [(group.group, *(_skill(group, name) for name in RIVALS)) for group in numbers]
        yield table("skill of numbers over", *(f"{WORDS[name]}:" for name in RIVALS), rows=rows)
    if events:
        rows = [
            (
                group.group,
                group.forecasts,
                group.reports,
                figure(group.brier["model"]),
                figure(group.brier[BEST]),
                _skill(group, "persistence"),
                _skill(group, "base_rate"),
            )
            for group in events
        ]
        own = ("yes/no questions", "forecasts:", "reports:", "Brier:")
        yield table(*own, "best rival's:", "over no change:", "over base rate:", rows=rows)
    ordered = sorted(
        lines, key=lambda line: (line.scored.id, line.forecast.date, line.forecast.as_of, line.forecast.created)
    )
    columns: tuple[str, ...] = ("quantity", "as of", "for", "recorded", "median:", "90 %:", "outcome:", "CRPS:", *RIVAL)
    event_columns: tuple[str, ...] = ("event", "as of", "by", "recorded", "probability:", "happened:", "Brier:", *RIVAL)
    for kind, title, labels, line_cells in (
        ("quantity", "Numbers, forecast by forecast", columns, _line),
        ("event", "Yes/no questions, one by one", event_columns, _event_line),
    ):
        yield from table_part(
            title, labels, [line_cells(line) for line in ordered if line.scored.kind == kind], level=3
        )


def _skill(group: GroupScore, name: str) -> str:
    if name not in group.skill:
        return ""
    return skill(group.skill[name], group.interval if name == BEST else None)


def _line(line: RecordedForecast) -> tuple[str, ...]:
    scored, own = line.scored, line.scored.given["model"]
    best = scored.given.get(BEST)
    return (
        scored.id,
        scored.origin,
        line.forecast.date,
        line.forecast.created,
        figure(own.median),
        f"{figure(own.low)} to {figure(own.high)}",
        f"{figure(scored.outcome)} {scored.unit}",
        figure(own.crps),
        "" if best is None else figure(best.crps),
        WORDS.get(line.best, ""),
    )


def _event_line(line: RecordedForecast) -> tuple[str, ...]:
    scored, own = line.scored, line.scored.given["model"]
    return (
        scored.text,
        scored.origin,
        line.forecast.date,
        line.forecast.created,
        figure(own.p),
        "yes" if scored.outcome else "no",
        figure(own.brier),
        figure(scored.given[BEST].brier),
        "no change" if line.best == "persistence" else WORDS[line.best],
    )
