"""Sentences of an overview: the answer, what the actor goes on with, how it did before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff import labels
from standoff.analysis.answer import Answer
from standoff.analysis.earlier_answers import EarlierAnswer
from standoff.analysis.explain import Explanation
from standoff.analysis.track_record import BlindScores, PastScores, TrackRecord
from standoff.analysis.verdict import Verdict
from standoff.plan import Plan, PlannedQuestion
from standoff.questions import AnswerText, form
from standoff.report import answer_text, formatting
from standoff.report.track_record import KINDS, WORDS

SQUARED = (
    "Mean squared errors of probabilities (Brier scores): 0 is always sure and right, 0.25 is 50 % for everything."
)
MOST = 0.5  # assumption: what more than half of the futures have is what the actor goes on with


def word(main: Answer) -> str:
    """A probability in terms of ICD 203, of both ends of its band if any; empty for a number."""
    if main.share is None:
        return ""
    ends = main.band_ends
    return formatting.likelihoods(*ends) if ends else formatting.likelihood(main.point or 0.0, main.point_error)


def label(plan: Plan, name: str) -> str:
    """A label of a question with the names of actors in place of their codes."""
    return ", ".join(labels.actor(plan, word) for word in name.split(", "))


def hundred(plan: Plan, main: Answer) -> tuple[tuple[str, int], ...]:
    """A hundred futures by answer, those that add up by largest remainders; empty for a number."""
    if main.share is None:
        return ()
    point = main.point or 0.0
    shares = {"yes": point, "no": 1 - point}
    if form(main.kind).HAS_LABELS:
        shares = {label(plan, name): share for name, (share, _) in main.printed.items()}
    whole = {name: int(100 * share) for name, share in shares.items()}
    rest = sorted(shares, key=lambda name: whole[name] - 100 * shares[name])
    for name in rest[: max(100 - sum(whole.values()), 0)]:
        whole[name] += 1
    return tuple(whole.items())


def of_hundred(share: float) -> str:
    """A share as so many of a hundred, never none and never all."""
    count = int(100 * share + 0.5)  # a half up, as of a hundred futures
    return "fewer than 1" if count < 1 else "more than 99" if count > 99 else f"{count}"


def sentence(plan: Plan, main: Answer, text: AnswerText) -> str:
    """The answer in one sentence."""
    if main.share is None:
        return f"{formatting.capital(text.with_band)}."
    what = f"{label(plan, str(main.answer))} first" if form(main.kind).HAS_LABELS else "it happens"
    band = text.with_band.removeprefix(text.main).strip(" ()")
    over = f"; the {_rivals(main)} give {band}" if band else ""
    return f"{formatting.capital(word(main))}: {what} in {of_hundred(main.point or 0.0)} of 100 futures{over}."


def _rivals(main: Answer) -> str:
    return "models and theories tried" if main.is_over_models else "values tried of its uncertain numbers"


def instead(actor: str, options: Sequence[str], now: int, shares: Sequence[float], date: str) -> str:
    """What an actor has in force at a date, by option."""
    when = formatting.time_of(date)
    if shares[now] >= MOST:
        return f"{actor} goes on with “{options[now]}” in {of_hundred(shares[now])} of 100 futures {when}."
    parts = (f"“{text}” in {of_hundred(share)}" for text, share in zip(options, shares, strict=True))
    return f"In force {when}, of 100 futures: {'; '.join(parts)} ({actor}; now “{options[now]}”)."


def weighed(choice: Explanation) -> str:
    """What the sizes of reasons are, where their effect on the answer is not measured."""
    option, reference = (answer_text.option(choice, name) for name in (choice.option, choice.reference))
    return f"How much likelier each makes “{option}” than “{reference}”, {formatting.time_of(choice.decided)}."


def before(plan: Plan, query: PlannedQuestion, verdict: Verdict) -> Iterator[str]:
    """What came, where that is known, and how earlier answers were scored, in plain words."""
    outcome = query.question.outcome
    if outcome is not None and (claims := [name for name in outcome.sources if name in plan.ledger]):
        claim = plan.ledger[claims[0]]
        yield f"What came: {outcome.value}, as {claim.speaker} has it. Whoever made the case knew that."
    yield from map(earlier, verdict.earlier)
    yield from scores(verdict.track_record)


def scores(record: TrackRecord | None) -> Iterator[str]:
    """How forecasts were scored, those of the case first."""
    if record is None:
        return
    if record.record is not None:
        yield f"Forecasts recorded {KINDS[record.record.kind]}: {'; '.join(_recorded(record.record))}."
    if (past := record.hindcasts) is not None:
        yield f"Asked again as of earlier dates: {_scored(past, 'persistence')}"
    if (past := record.crises) is not None:
        yield f"On past crises: {_scored(past, 'even')} The cases were written by someone who knew how they ended."
    yield SQUARED


def earlier(item: EarlierAnswer) -> str:
    """What was said as of an earlier day, and what came."""
    point, ends = formatting.band_percents(item.band.mean, (item.band.low or 0.0, item.band.high or 0.0))
    came = f" What came: {item.outcome.value}." if item.outcome else ""
    return f"As of {item.as_of}: {point} ({ends}) by {item.date}.{came}"


def _recorded(scores: BlindScores) -> Iterator[str]:
    """Errors of recorded forecasts beside those of the best rival of their day, in words."""
    if scores.skill is not None:
        ends = " to ".join(f"{1 - end:.2f}" for end in (scores.interval or ())[::-1])
        within = ends and f" (90 %: {ends})"
        yield f"of {scores.numbers} numbers, an error {1 - scores.skill:.2f} times that of {WORDS['best']}{within}"


def _scored(past: PastScores, other: str) -> str:
    """Brier scores against a baseline, in a sentence."""
    version = "" if past.is_current else "; with an earlier version of the cases"
    return f"{_events(past.questions, past.brier, other)}{version}."


def _events(questions: int, brier: Mapping[str, float], other: str) -> str:
    own, rival = brier["model"], brier[other]
    return f"of {questions} yes/no questions, a mean squared error of {own:.3f}, and {rival:.3f} for {WORDS[other]}"
