"""Forecasts with outcomes and scores as a document: misses first, then scores by part."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from standoff.evaluation.forecast_record import KINDS, Kind
from standoff.evaluation.forecast_scores import (
    BEST,
    MODEL,
    CutScore,
    ForecasterScore,
    ForecastScores,
    RelativeSkill,
    ScoredForecast,
)
from standoff.evaluation.hindcast import baselines, rivals
from standoff.evaluation.score import score_record
from standoff.files import cache_dir, read_cached, write_cached
from standoff.report.charts import forecast_record as charts
from standoff.report.document import (
    Block,
    Fold,
    Group,
    Heading,
    Paragraph,
    Picture,
    given,
    remark,
    table,
)
from standoff.report.formatting import counted, percent, percents, signed, unit_words
from standoff.report.track_record import numbers_scored
from standoff.software import source

WORDS = {**baselines.WORDS, **rivals.WORDS, "even": "equal chances"}
MISSED = "Outcomes outside the central 90 % of the forecast, and events called on the wrong side of 50 %."
KEY = "Bar: central 90 % of the model; line: its median, of an event its probability; circle: best rival; dot: outcome."
KEPT = 20  # records in the cache; assumption: one works with no more at a time
SCORED = {"crps": "number", "brier": "yes/no question"}  #: what each score is of
TITLES: dict[Kind, str] = {
    "before": "Recorded before the day",
    "after_blind": "Recorded after the day, without its outcome",
    "after_not_blind": "Made with the outcome at hand, or without proof that it was not",
}
CUTS = {  #: parts of scores, and what stands above each in a table
    "all": "",
    "came": "",
    "group": "By subject",
    "months": "By months ahead",
    "origin": "By day of the forecast",
    "question": "",
}
HOW = (
    "Skill is 1 - score / score of the rival: above 0 the model is better. The score of numbers is the CRPS (of a question "
    "the ratio of its sums over origins, of a group the geometric mean over its questions), that of yes/no questions the "
    "mean Brier score by question. The best rival is the one with the lowest score on the same quantity before the origin; of a settled "
    "question of a case, its base rate, else equal chances, else no change. "
    "Brackets: 90 %, resampling questions and blocks of origins, where there are at least five of either."
)


def blocks(
    scores: ForecastScores,
    title: str,
    pictures: Sequence[Picture] = (),
    remarks: Sequence[str] = (),
    with_lines: bool = True,
) -> list[Block]:
    """Verdict, misses, pictures, scores of each kind, and all lines with what is open."""
    settled = scores.settled
    misses = [line for line in settled if line.is_miss]
    parts: list[Block] = []
    for kind in KINDS:
        if scores.cuts[kind]:
            parts += [Heading(TITLES[kind]), *_kind(scores, kind)]
    why = Counter((line.unresolved, line.forecast.text) for line in scores.lines if line.unresolved)
    rows = [(name, count, text) for (text, name), count in sorted(why.items())]
    count = len(scores.lines) - len(settled)
    lines = (
        [*_lines(scores.lines), *given(rows, table("not settled", "forecasts:", "why", rows=rows))]
        if with_lines
        else []
    )
    replaced = (
        f" {counted(scores.superseded, 'forecast')} that a later one replaced {_are(scores.superseded)} left out."
    )
    chain = f" The record ends with {scores.head[:16]}." if scores.head else ""
    return [
        Heading(title, 1),
        Paragraph(
            f"{len(settled)} of {counted(len(scores.lines), 'forecast')} are settled, {len(misses)} missed.",
            strong=True,
        ),
        Paragraph(sentence(scores)),
        *map(Paragraph, (*remarks, *scores.notes)),
        *given(misses, Heading("Where it missed"), remark(MISSED), *_lines(misses)),
        *given(pictures, Heading("How forecasts moved, and what came"), remark(KEY), Group(pictures, "figures")),
        *parts,
        remark(f"{HOW}{replaced * bool(scores.superseded)}{chain}"),
        *given(
            lines,
            Fold("Forecast by forecast", lines, f"{counted(count, 'forecast')} open", is_printed=False),
        ),
    ]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def over_time(record: Path) -> tuple[str, list[Block]]:
    """What a record says in a sentence, and a picture of each question.

    Kept in the cache of the user for this very record and program: to score one of a hundred thousand numbers takes seconds.
    """
    name = hashlib.sha256(record.read_bytes() + source().encode()).hexdigest()
    folder = cache_dir("records")
    if folder is not None and (raw := read_cached(folder / name)) is not None:
        said, *drawn = json.loads(raw)
        pictures = [Picture(*each) for each in drawn]
    else:
        scores = score_record(record)
        said, pictures = sentence(scores), [*charts.pictures(scores)]
        if folder is not None:
            plain = json.dumps([said, *((item.name, item.title, item.svg, item.finding) for item in pictures)])
            write_cached(folder / name, plain.encode(), KEPT)
    return said, [remark(KEY), Group(pictures, "figures")]


def sentence(scores: ForecastScores) -> str:
    """The first kind with settled lines, against the best rival, and the groups without skill."""
    for kind in KINDS:
        wanted = (("all", "crps", ""), ("came", "brier", "came"), ("came", "brier", "never came"))
        found = [part for each in wanted if (part := scores.cut(kind, *each)) is not None]
        if found:
            told = "; ".join(map(_against, found))
            return f"{TITLES[kind]}: {told}.{_without_skill(scores, kind)}"
    return "None is settled yet."


def _against(part: CutScore) -> str:
    """One part against its best rival, in words."""
    which = f" of events that {part.name}" * (part.cut == "came")
    head = f"{counted(part.forecasts, SCORED[part.score])}{which} ({counted(part.outcomes, 'outcome')})"
    own = part.over_best.get(MODEL)
    if part.score == "crps":
        return numbers_scored(head, own.skill, own.interval) if own else head
    return f"{head}, Brier {part.means[MODEL]:.3f}"


def _without_skill(scores: ForecastScores, kind: Kind) -> str:
    """Groups of which no skill over the best rival is shown, worse ones by name."""
    groups = [part for part in scores.cuts[kind] if part.cut == "group" and MODEL in part.over_best]
    ends = {f"{part.name} ({SCORED[part.score]}s)": part.over_best[MODEL] for part in groups}
    worse = [name for name, own in ends.items() if own.skill < 0]
    none = [name for name, own in ends.items() if name not in worse and not (own.interval and own.interval[0] > 0)]
    told = [
        (f" Worse than the best rival on {', '.join(worse)}.", worse),
        (f" No skill shown on {', '.join(none)}.", none),
    ]
    return "".join(text for text, names in told if names)


def _kind(scores: ForecastScores, kind: Kind) -> Iterator[Block]:
    order = [*CUTS]
    parts = sorted(
        scores.cuts[kind],
        key=lambda part: (order.index(part.cut), part.name.zfill(3) if part.cut == "months" else part.name),
    )
    numbers, events = ([part for part in parts if part.score == score] for score in SCORED)
    others = list(dict.fromkeys(who for part in parts for who in part.over_best if who != MODEL))
    texts = {line.forecast.question: line.forecast.text for line in scores.lines}
    yield from given(numbers, *_numbers(numbers, others, texts))
    yield from given(events, _events([part for part in events if part.cut != "question"], others))
    bins = [
        (
            percents((one.low, one.high)),
            one.questions,
            percent(one.forecast),
            percent(one.happened),
            percents(one.interval),
        )
        for one in scores.reliability[kind]
    ]
    yield from given(bins, table("said", "forecasts:", "mean:", "happened:", "90 %:", rows=bins))


def _numbers(parts: Sequence[CutScore], others: Sequence[str], texts: Mapping[str, str]) -> list[Block]:
    """Scores of numbers by part, by question, and over each rival."""
    heads = (
        "over best rival:",
        *(f"{who}:" for who in others),
        "inside 50 %:",
        "inside 90 %:",
        "forecasts:",
        "outcomes:",
    )

    def row(part: CutScore) -> tuple[Any, ...]:
        over = (skill(part.over_best.get(who)) for who in (MODEL, *others))
        return *over, *_inside(part), part.forecasts, part.outcomes

    shown, names = [part for part in parts if part.cut in ("all", "group")], _rivals(parts)
    over = [(part.name, *(_percent(part.over.get(name)) for name in names)) for part in shown]
    whole, single = ([part for part in parts if (part.cut == "question") is each] for each in (False, True))
    return [
        table("skill on numbers", *heads, rows=_by_part(whole, row)),
        table("skill on each number", *heads, rows=[(texts[part.name], *row(part)) for part in single], kind="asked"),
        table("skill on numbers over", *(f"{WORDS[name]}:" for name in names), rows=over),
    ]


def _events(parts: Sequence[CutScore], others: Sequence[str]) -> Block:
    """Brier scores of events by part, and skill over both rivals."""
    told = [who for who in (MODEL, BEST, *others) if any(who in part.means for part in parts)]

    def row(part: CutScore) -> tuple[Any, ...]:
        means = (part.means.get(who) for who in told)
        over = (_percent(part.over.get(name)) for name in _rivals(parts))
        return *("" if mean is None else f"{mean:.3f}" for mean in means), *over, part.questions, part.forecasts

    heads = (f"{'best rival' if who == BEST else who}:" for who in told)
    over = (f"skill over {WORDS[name]}:" for name in _rivals(parts))
    return table("Brier, yes/no questions", *heads, *over, "questions:", "forecasts:", rows=_by_part(parts, row))


def _rivals(parts: Sequence[CutScore]) -> list[str]:
    return [name for name in WORDS if any(name in part.over for part in parts)]


def _by_part(parts: Sequence[CutScore], row: Callable[[CutScore], tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of a table, those of each cut under its name."""
    out: list[tuple[Any, ...]] = []
    for cut, title in CUTS.items():
        prefix = "events that " * (cut == "came")
        own = [(f"{prefix}{part.name}", *row(part)) for part in parts if part.cut == cut]
        if own and (len(own) > 1 or not title):
            out += [*given(title, (title, *("" for _ in own[0][1:]))), *own]
    return out


def _inside(part: CutScore) -> list[str]:
    """Shares of the outcomes in the intervals of 50 % and of 90 %."""
    return [f"{100 * part.inside[level]:.0f} %" for level in ("0.5", "0.9")]


# ---- forecast by forecast -----------------------------------------------------------------------------------------


def _lines(lines: Sequence[ScoredForecast]) -> list[Block]:
    """A table of numbers and one of events: each question in words, below it by date and origin."""
    heads = ("said", "outcome:", "model:", "best rival:", "", "score:", "rival's:")
    out = list[Block]()
    for score, what in (("crps", "number"), ("brier", "event")):
        rows = list[tuple[str, ...]]()
        for name in dict.fromkeys(line.forecast.question for line in lines if line.score == score):
            own = [line for line in lines if line.forecast.question == name]
            item = own[0].forecast
            unit = unit_words(item.unit).strip()
            rows.append((f"{item.text}{f', {unit}' * bool(unit)}", *("" for _ in heads)))
            rows += map(_row, sorted(own, key=lambda line: (line.forecast.rule.date, line.forecast.as_of)))
        out += given(rows, table(what, *heads, rows=rows))
    return out


def _row(line: ScoredForecast) -> tuple[str, ...]:
    item, own, best = line.forecast, line.given[MODEL], line.given.get(BEST, ForecasterScore())
    came = None if line.outcome is None else line.outcome.value
    return (
        f"{'for' if line.score == 'crps' else 'by'} {item.rule.date}",
        item.as_of,
        "open" if came is None else figure(came) if line.score == "crps" else "yes" if came else "no",
        forecast_text(own),
        forecast_text(best),
        WORDS.get(item.best, ""),
        figure(getattr(own, line.score)),
        figure(getattr(best, line.score)),
    )


def forecast_text(one: ForecasterScore) -> str:
    """A probability in per cent, or a median with its central 90 %."""
    if one.p is not None:
        return percent(one.p)
    return "" if one.median is None else f"{figure(one.median)} ({figure(one.low)} to {figure(one.high)})"


def skill(over: RelativeSkill | None) -> str:
    """Skill in signed per cent, with the ends of its interval."""
    if over is None:
        return ""
    low, high = (signed(100 * end, 0) for end in over.interval or (0.0, 0.0))
    return f"{_percent(over.skill)}{f' ({low} to {high})' if over.interval else ''}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{signed(100 * share, 0)} %"


def figure(value: float | None) -> str:
    """Format a number to three significant digits; small positive numbers as `< 0.001`."""
    if value is None:
        return ""
    return "< 0.001" if 0 < value < 0.001 else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
