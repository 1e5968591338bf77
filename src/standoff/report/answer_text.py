"""Answers and choices in words: the texts that the terminal and the page both show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff import questions
from standoff.analysis.exhaustion import split_label
from standoff.questions import NONE, AnswerText
from standoff.report import formatting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standoff.analysis import Answer, Explanation, Verdict
    from standoff.analysis.finding import Provenance

ERRS = 0.05  # assumption: a smaller difference between what is expected and what is done misleads nobody


@dataclass(frozen=True)
class FirstOfRow:
    """One line of a table of who comes first."""

    label: str
    first: str
    share: float
    by: str  #: share of futures in which it happens by the date
    median: str  #: when it happens


def dated(found: Answer) -> str:
    """The date of an answer: one by which something happens, or one at which something stands."""
    return f"{questions.form(found.kind).preposition} {found.date}"


def origin(found: Provenance) -> list[str]:
    """Where a finding comes from, a few words each."""
    draws = f"{found.draws:,} draws" + (f" ({found.failed:,} failed, {found.failure})" if found.failed else "")
    learned = [found.posterior] if found.posterior else []
    return [
        f"as of {found.as_of}",
        f"variant {found.variant or 'base'}",
        *map(str, found.interventions),
        *learned,
        draws,
        f"seed {found.seed}",
    ]


def versions_line(found: Provenance) -> str:
    """What the finding was computed with."""
    versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    return f"model {found.model[:12]}, {found.precision} precision, {versions}"


def games(found: Verdict) -> str:
    """What is known of the games of a run, or nothing where nobody decides."""
    counts, draws = found.games, found.origin.draws
    if not counts:
        return ""
    if not any(counts.values()):
        return f"Every game of all {draws:,} futures is proved to have one equilibrium."
    proven = formatting.percent(1 - counts["uniqueness_unproven"] / draws)
    parts = [f"In {proven} of {draws:,} futures every game is proved to have one equilibrium"]
    if counts["left_branch"]:
        parts.append(f"in {counts['left_branch']:,} a game left its principal branch")
    parts.append(f"in {counts['unsolved']:,} one did not converge" if counts["unsolved"] else "all converged")
    return "; ".join(parts) + ". `standoff check-equilibria` checks those that are not proved."


def answer(found: Answer, as_of: str) -> AnswerText:
    """An answer in words; `as_of` dates the answers that are a number of months."""
    return questions.form(found.kind).text(found, as_of, formatting)


def first_rows(found: Answer, as_of: str) -> list[FirstOfRow]:
    """The table of a `first_of` answer, most often first on top."""
    detail: dict[str, Any] = dict(found.detail)
    rows = []
    for label, share in sorted(detail["first"].items(), key=lambda pair: -pair[1]):
        by, months = detail["happens_by"].get(label), detail["median_months"].get(label)
        when = f"after {found.date}" if months is None else formatting.month_after(as_of, months)
        happens = "" if by is None else formatting.percent(by, found.mc_error)
        first = formatting.percent(share, found.mc_error)
        rows.append(FirstOfRow(label, first, share, happens, "" if by is None else when))
    return rows


def reason_decimals(found: Explanation) -> int:
    """Decimals of the parts of a choice."""
    return formatting.common_decimals([reason.mc_error for reason in found.reasons])


def chosen(found: Explanation) -> list[str]:
    """The probabilities of the options, all with the same decimals."""
    error = max((item.mc_error for item in found.options), default=0.0)
    return [formatting.percent(item.probability, error) for item in found.options]


def role(found: Explanation, option: str) -> str:
    """What an option is besides one among others, in brackets: the status quo, or the one that another is compared with."""
    if option == found.status_quo:
        return " (status quo)"
    return " (compared with)" if option == found.reference else ""


def reason_title(found: Explanation) -> str:
    """What the reasons are about."""
    return f"Why {found.option} rather than {found.reference}"


def expectation_errors(found: Explanation) -> list[str]:
    """Where what the actor expects of another is more than five percentage points from what that other does."""
    return [
        f"{found.actor} expects {item.choice} to choose {item.option} with {formatting.percent(item.expected)}; it does so with "
        f"{formatting.percent(item.does)}, {abs(100 * (item.does - item.expected)):.0f} points "
        f"{'more' if item.does > item.expected else 'less'}"
        for item in found.forecasts
        if abs(item.does - item.expected) > ERRS
    ]


def sides(found: Answer) -> dict[str, float]:
    """How often each side is first, whatever the constraint; empty where labels name no sides."""
    first: Mapping[str, float] = found.detail["first"]
    if not all(split_label(label)[1] for label in first if label != NONE):
        return {}
    out: dict[str, float] = {}
    for label, share in first.items():
        side = split_label(label)[0]
        out[side] = out.get(side, 0.0) + share
    return dict(sorted(out.items(), key=lambda pair: -pair[1]))


def comes_first(found: Answer, as_of: str) -> str:
    """Who comes first, in one sentence: which side in which share of futures, and what is likeliest."""
    likeliest = answer(found, as_of).main
    shares = ", ".join(f"{side} {formatting.percent(share, found.mc_error)}" for side, share in sides(found).items())
    return f"First in which share of futures: {shares}. Most often: {likeliest}." if shares else f"{likeliest}."
