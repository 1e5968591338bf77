"""Answers and choices in words: the texts that the terminal and the page both show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.analysis.exhaustion import split_label
from standoff.report import formatting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standoff.analysis import Answer, Explanation, Verdict
    from standoff.analysis.finding import Provenance

BASELINES = {"persistence": "as now", "base_rate": "base rate"}
INTERVAL = "90 %: "
CHANCE = "Monte Carlo 90 %: "  #: of a probability: how exactly the draws give it
ERRS = 0.05  # assumption: a smaller difference between what is expected and what is done misleads nobody
NONE = "none by then"  #: what a question of who comes first calls that nothing came


@dataclass(frozen=True)
class AnswerText:
    """An answer in words."""

    main: str
    interval: str = ""
    error: str = ""
    baselines: tuple[tuple[str, str], ...] = ()
    note: str = ""
    share: float | None = None  #: length of a bar, for probabilities


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
    return f"{'by' if found.kind in {'event', 'until', 'first_of'} else 'at'} {found.date}"


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
    kinds = {"event": _event, "quantity": _quantity, "until": _until, "first_of": _first_of, "rank": _rank}
    return kinds.get(found.kind, _reason)(found, as_of)


def _ends(found: Answer) -> tuple[float | None, float | None]:
    return found.interval or (None, None)


def _value(found: Answer) -> float | None:
    return None if isinstance(found.answer, str) else found.answer


def _event(found: Answer, as_of: str) -> AnswerText:
    p = _value(found) or 0.0
    baselines = tuple(
        (BASELINES.get(name, name), "none" if value is None else _now(name, value))
        for name, value in found.baselines.items()
    )
    return AnswerText(
        formatting.percent(p, found.mc_error), CHANCE + formatting.percents(_ends(found), found.mc_error),
        formatting.points(found.mc_error or 0.0), baselines, f"by {found.date}", p,
    )  # fmt: skip


def _now(name: str, value: float) -> str:
    return ("yes" if value else "no") if name == "persistence" else formatting.percent(value)


def _quantity(found: Answer, as_of: str) -> AnswerText:
    value = _value(found)
    if value is None:
        return AnswerText("no finite number")
    form = formatting.number_format([value, *_ends(found)], found.mc_error, found.unit)
    if not found.mc_error:
        form = formatting.whole(form, [value, *_ends(found)])
    baselines = tuple(
        (BASELINES.get(name, name), "none" if number is None else form.full(number))
        for name, number in found.baselines.items()
    )
    return AnswerText(form.full(value), INTERVAL + form.between(*_ends(found)), _error(form, found.mc_error), baselines,
                f"at {found.date}")  # fmt: skip


def _error(form: formatting.NumberFormat, error: float | None) -> str:
    return "" if error is None else form.error(error)


def _until(found: Answer, as_of: str) -> AnswerText:
    value, never = _value(found), f"after {found.date}"
    form = formatting.whole(
        formatting.number_format([value, *_ends(found)], found.mc_error, "month"), [value, *_ends(found)]
    )
    main = never if value is None else f"{form.full(value)} ({formatting.month_after(as_of, value)})"
    by = formatting.percent(found.detail["probability_by"], found.detail["probability_mc_error"])
    baselines = tuple(
        (BASELINES.get(name, name), "none" if number is None else form.full(number))
        for name, number in found.baselines.items()
    )
    ends = INTERVAL + form.between(*_ends(found), missing=never)
    return AnswerText(
        main, ends, _error(form, found.mc_error), baselines, f"happens by {found.date} in {by} of futures"
    )


def _first_of(found: Answer, as_of: str) -> AnswerText:
    share = float(found.detail["first"][found.answer])
    text = formatting.percent(share, found.mc_error)
    return AnswerText(
        f"{found.answer} ({text})", "", formatting.points(found.mc_error or 0.0), (), f"by {found.date}", share
    )


def _rank(found: Answer, as_of: str) -> AnswerText:
    count, value = len(found.detail["values"]), _value(found)
    low, high = _ends(found)
    first = formatting.percent(found.detail["first"])
    others = sorted(
        (key for key in found.detail["values"] if key != found.detail["of"]),
        key=lambda key: -found.detail["values"][key],
    )
    place = round(value or 0)
    next_to = f", after {others[place - 2]}" if place > 1 else f", before {others[0]}" if others else ""
    return AnswerText(
        f"place {place} of {count}{next_to}", f"{INTERVAL}{low or 0:.0f} to {high or 0:.0f}",
        "", (),
        f"at {found.date}; first in {first} of futures",
    )  # fmt: skip


def _reason(found: Answer, as_of: str) -> AnswerText:
    value, (low, high) = _value(found) or 0.0, _ends(found)
    decimals = decimals_of([found.mc_error or 0.0])
    detail = found.detail
    note = (
        f"{formatting.percent(detail['share'])} of the reasons for {detail['option']} against {detail['against']} at "
        f"{found.date}; together {formatting.signed(detail['log_odds'], decimals)}, probability "
        f"{formatting.percent(detail['probability'])}"
    )
    return AnswerText(
        f"{formatting.signed(value, decimals)} log odds",
        f"{INTERVAL}{formatting.signed(low or 0.0, decimals)} to {formatting.signed(high or 0.0, decimals)}",
        _error(formatting.NumberFormat(1.0, decimals, ""), found.mc_error), (), note,
    )  # fmt: skip


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


def decimals_of(errors: list[float]) -> int:
    """Common decimals of parts that must be seen to add up: those of the largest error, 0 to 3."""
    worst = max(errors, default=0.0)
    return 2 if worst <= 0 else min(max(formatting.decimal_places(worst), 0), 3)


def reason_decimals(found: Explanation) -> int:
    """Decimals of the parts of a choice."""
    return decimals_of([reason.mc_error for reason in found.reasons])


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
