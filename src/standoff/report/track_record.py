"""The past beside an answer in words: its track record, blind first, and history alone."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.analysis.track_record import BlindScores, PastScores, TrackRecord
from standoff.history.recorded import RecordedAnswer, of_question
from standoff.report.formatting import signed, small_percent

PAGES = {"record": "docs/record.md", "crises": "docs/crises.md", "hindcasts": "docs/hindcast.md"}
WORDS = {"even": "equal chances", "persistence": "no change", "best": "the best simple method"}
KINDS = {
    "before": "before the day they speak of",
    "after_blind": "after the day they speak of, but without its outcome",
}
NONE = "no forecast of this case has been recorded and scored"
SEEN = "coded by an author who knew the outcomes, and reached after earlier scores of them had been seen"


def sentence(record: TrackRecord | None) -> str:
    """How earlier answers were scored, what was blind first; empty without any scores."""
    if record is None:
        return ""
    out, parts = [], []
    if (scores := record.record) is not None:
        out.append(
            f"Forecasts of this case recorded {KINDS[scores.kind]}: {_scored(scores)}, about "
            f"{scores.number_outcomes + scores.event_outcomes} outcomes ({PAGES['record']}, {scores.date})."
        )
    if (past := record.hindcasts) is not None:
        best = past.skill.get("best")
        numbers = "" if best is None else f", and {numbers_scored(f'{past.numbers} forecasts of numbers', best, None)}"
        parts.append(
            f"{past.questions} yes/no questions of this case from {past.since[:7]} to {past.until[:7]} "
            f"{_scores(past, 'persistence')}{numbers}{_made(past, 'hindcasts')}"
        )
    if (past := record.crises) is not None:
        parts.append(
            f"{past.questions} questions of {len(past.cases)} past crises {_scores(past, 'even')}, {SEEN}"
            f"{_made(past, 'crises')}"
        )
    if parts:
        out.append(f"Not blind (mean Brier score, lower is better): {'; '.join(parts)}.")
    return " ".join(out)


def line(record: TrackRecord | None) -> str:
    """The first screen's line: recorded forecasts of the case, or that there are none."""
    if record is None or record.record is None:
        return NONE
    return (
        f"recorded {'blind' if record.record.kind == 'after_blind' else 'before'}: {_scored(record.record, short=True)}"
    )


def _scored(scores: BlindScores, short: bool = False) -> str:
    """Recorded forecasts of numbers against the best rival of their day.

    `short` fits a line of the screen. Those of events are left out: their rival states 0 or 1, so that a comparison of
    squared errors says nothing.
    """
    out = []
    if scores.numbers and scores.skill is not None:
        out.append(numbers_scored(f"{scores.numbers} numbers", scores.skill, scores.interval, short))
    return "; ".join(out)


def numbers_scored(numbers: str, skill: float, interval: tuple[float, float] | None, short: bool = False) -> str:
    """Skill of forecasts of numbers over the best rival, with its central 90 %."""
    ends = ""
    if interval:
        doubt = "" if short or interval[0] > 0 or interval[1] < 0 else ", none is shown"
        ends = f" (90 %: {signed(100 * interval[0], 0)} to {signed(100 * interval[1], 0)} %{doubt})"
    return f"{numbers} {signed(100 * skill, 0)} % {'over' if short else 'skill over'} the best rival{ends}"


def _scores(past: PastScores, other: str) -> str:
    beside = f"{WORDS[other]} {past.brier[other]:.3f}"
    if past.compared:
        base = f"base rate {past.compared_brier['base_rate']:.3f}"
        own = f"the {past.compared} with a base rate {past.compared_brier['model']:.3f}, their {base}"
        beside += f"; {base if past.compared == past.questions else own}"
    return f"{past.brier['model']:.3f} ({beside})"


def _made(past: PastScores, kind: str) -> str:
    """Page and date of the scores, and whether the cases have changed since."""
    changed = "" if past.is_current else ", scored with an earlier version of the cases"
    return f"{changed}, {PAGES[kind]}, {past.date}"


def from_history(answers: Sequence[RecordedAnswer], question: str) -> str:
    """What history alone says, as rates in the year, or nothing."""
    each = of_question(answers, question)
    if each is None:
        return ""
    return (
        f"From history alone ({each.until - 1975} years of decisions up to {each.until}), {each.actor} begins to send arms or "
        f"troops to {each.side} against {each.against} with {small_percent(each.arms_or_troops)} in a year such as {each.year} "
        f"({small_percent(each.low)} to {small_percent(each.high)}), and to help in any way with {small_percent(each.any_help)}."
    )
