"""The track record in one sentence, on the first screen of every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.analysis.track_record import PastScores, TrackRecord

PAGES = {"crises": "docs/crises.md", "hindcasts": "docs/hindcast.md"}
WORDS = {"even": "equal chances", "persistence": "no change"}


def sentence(record: TrackRecord | None) -> str:
    """How earlier answers were scored; empty without any scores."""
    parts = []
    if record is not None and (past := record.crises) is not None:
        parts.append(f"{past.questions} questions of {len(past.cases)} past crises {_scores(past, 'even')}, coded by an author "
                     f"who knew the outcomes{_made(past, 'crises')}")  # fmt: skip
    if record is not None and (past := record.hindcasts) is not None:
        parts.append(f"{past.questions} yes/no questions of this case from {past.since[:7]} to {past.until[:7]} "
                     f"{_scores(past, 'persistence')}{_numbers(past)}{_made(past, 'hindcasts')}")  # fmt: skip
    return f"Track record (mean Brier score, lower is better): {'; '.join(parts)}." if parts else ""


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
    over = [f"{100 * abs(past.skill[name]):.0f} % {'lower' if past.skill[name] >= 0 else 'higher'} than by {word}"
            for name, word in named if name in past.skill]  # fmt: skip
    return f", and errors of {past.numbers} forecasts of numbers {' and '.join(over)}" if over else ""


def _made(past: PastScores, kind: str) -> str:
    """Page and date of the scores, and whether the cases have changed since."""
    changed = "" if past.is_current else ", scored with an earlier version of the cases"
    return f"{changed}, {PAGES[kind]}, {past.date}"


def lines(record: TrackRecord | None) -> list[str]:
    """Scores of the past crises and of the hindcasts of the case, each in a line."""
    out = []
    if record is not None and (past := record.crises) is not None:
        out.append(f"{past.questions} questions of past crises: Brier score {past.brier['model']:.3f}, "
                   f"{WORDS['even']} {past.brier['even']:.3f} (lower is better)")  # fmt: skip
    if record is not None and (past := record.hindcasts) is not None:
        out.append(f"{past.questions} hindcasts of this case: Brier score {past.brier['model']:.3f}, "
                   f"{WORDS['persistence']} {past.brier['persistence']:.3f}")  # fmt: skip
    return out
