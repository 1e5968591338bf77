"""The track record in words, what was blind first, for every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report import formatting

if TYPE_CHECKING:
    from standoff.analysis.track_record import BlindScores, PastScores, TrackRecord

PAGES = {"record": "docs/record.md", "crises": "docs/crises.md", "hindcasts": "docs/hindcast.md"}
WORDS = {"even": "equal chances", "persistence": "no change"}
KINDS = {"before": "before the day they speak of", "blind": "after the day they speak of, but without its outcome"}
NONE = "no forecast of this case was recorded without its outcome"
SEEN = "coded by an author who knew the outcomes, and reached after earlier scores of them had been seen"


def sentence(record: TrackRecord | None) -> str:
    """How earlier answers were scored, what was blind first; empty without any scores."""
    out = []
    if record is not None and record.record is not None:
        kind = KINDS[record.record.kind]
        outcomes = record.record.number_outcomes + record.record.event_outcomes
        out.append(
            f"Forecasts of this case recorded {kind}: {_blind(record.record)}, about {outcomes} outcomes "
            f"({PAGES['record']}, {record.record.date})."
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


def _blind(scores: BlindScores) -> str:
    """Recorded forecasts against the best rival of their day."""
    out = []
    if scores.numbers and scores.skill is not None:
        is_shown = scores.interval is not None and not scores.interval[0] < 0 < scores.interval[1]
        ends = [] if scores.interval is None else ["90 %: {} to {} %".format(*map(_share, scores.interval))]
        doubt = ", ".join([*ends, *([] if is_shown else ["none is shown"])])
        out.append(
            f"{scores.numbers} numbers, {_share(scores.skill)} % skill over the best rival{f' ({doubt})' if doubt else ''}"
        )
    if scores.events:
        out.append(
            f"{scores.events} yes/no questions, Brier score {scores.brier['model']:.3f} (best rival "
            f"{scores.brier['best']:.3f})"
        )
    return "; ".join(out)


def _share(share: float) -> str:
    return formatting.signed(100 * share, 0)


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


def lines(record: TrackRecord | None) -> list[str]:
    """The first screen's line: recorded forecasts of the case, or that there are none."""
    if record is None or record.record is None:
        return [NONE]
    scores, out = record.record, []
    if scores.numbers and scores.skill is not None:
        ends = "" if scores.interval is None else " (90 %: {} to {} %)".format(*map(_share, scores.interval))
        out.append(f"{scores.numbers} numbers {_share(scores.skill)} % over the best rival{ends}")
    if scores.events:
        out.append(f"{scores.events} yes/no, Brier {scores.brier['model']:.3f} against {scores.brier['best']:.3f}")
    return [f"recorded {'blind' if scores.kind == 'blind' else 'before'}: {'; '.join(out)}"]
