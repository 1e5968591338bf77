"""The track record in words, what was blind first, for every run."""

from __future__ import annotations

from standoff.analysis.track_record import BlindScores, PastScores, TrackRecord
from standoff.report import formatting

PAGES = {"record": "docs/record.md", "crises": "docs/crises.md", "hindcasts": "docs/hindcast.md"}
WORDS = {"even": "equal chances", "persistence": "no change"}
KINDS = {"before": "before the day they speak of", "blind": "after the day they speak of, but without its outcome"}
NONE = "no forecast of this case was recorded without its outcome"
SEEN = "coded by an author who knew the outcomes, and reached after earlier scores of them had been seen"


def sentence(record: TrackRecord | None) -> str:
    """How earlier answers were scored, what was blind first; empty without any scores."""
    out = []
    if record is not None and (scores := record.record) is not None:
        out.append(
            f"Forecasts of this case recorded {KINDS[scores.kind]}: {_scored(scores)}, about "
            f"{scores.number_outcomes + scores.event_outcomes} outcomes ({PAGES['record']}, {scores.date})."
        )
    parts = []
    if record is not None and (past := record.hindcasts) is not None:
        parts.append(
            f"{past.questions} yes/no questions of this case from {past.since[:7]} to {past.until[:7]} "
            f"{_scores(past, 'persistence')}{_numbers(past)}{_made(past, 'hindcasts')}"
        )
    if record is not None and (past := record.crises) is not None:
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
    return f"recorded {'blind' if record.record.kind == 'blind' else 'before'}: {_scored(record.record, short=True)}"


def _scored(scores: BlindScores, short: bool = False) -> str:
    """Recorded forecasts against the best rival of their day; `short` fits a line of the screen."""
    out, what = [], "yes/no" if short else "yes/no questions"
    if scores.numbers and scores.skill is not None:
        out.append(numbers_scored(f"{scores.numbers} numbers", scores.skill, scores.interval, short))
    if scores.events:
        out.append(events_scored(f"{scores.events} {what}", scores.brier["model"], scores.brier["best"]))
    return "; ".join(out)


def numbers_scored(numbers: str, skill: float, interval: tuple[float, float] | None, short: bool = False) -> str:
    """Skill of forecasts of numbers over the best rival, with its central 90 %."""
    ends, over = "", "over" if short else "skill over"
    if interval:
        low, high = (formatting.signed(100 * end, 0) for end in interval)
        doubt = "" if short or interval[0] > 0 or interval[1] < 0 else ", none is shown"
        ends = f" (90 %: {low} to {high} %{doubt})"
    return f"{numbers} {formatting.signed(100 * skill, 0)} % {over} the best rival{ends}"


def events_scored(events: str, own: float, best: float) -> str:
    """Brier score of forecasts of events, and of the best rival."""
    return f"{events}, Brier {own:.3f} against {best:.3f}"


def _scores(past: PastScores, other: str) -> str:
    beside = [f"{WORDS[other]} {past.brier[other]:.3f}"]
    if past.compared:
        all_of_them = past.compared == past.questions
        own = "" if all_of_them else f"the {past.compared} with a base rate {past.compared_brier['model']:.3f}, "
        beside.append(f"{own}{'' if all_of_them else 'their '}base rate {past.compared_brier['base_rate']:.3f}")
    return f"{past.brier['model']:.3f} ({'; '.join(beside)})"


def _numbers(past: PastScores) -> str:
    """Skill on numbers, over the baselines that are asked for most."""
    named = (("persistence", "the last pace going on"), ("mean", "a mean of baselines"))
    over = [
        f"{100 * abs(past.skill[name]):.0f} % {'lower' if past.skill[name] >= 0 else 'higher'} than by {word}"
        for name, word in named
        if name in past.skill
    ]
    return f", and errors of {past.numbers} forecasts of numbers {' and '.join(over)}" if over else ""


def _made(past: PastScores, kind: str) -> str:
    """Page and date of the scores, and whether the cases have changed since."""
    changed = "" if past.is_current else ", scored with an earlier version of the cases"
    return f"{changed}, {PAGES[kind]}, {past.date}"
