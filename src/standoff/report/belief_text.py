"""Answers, changes and parameters of findings in words."""

from __future__ import annotations

from typing import Protocol

from standoff import questions
from standoff.report import formatting
from standoff.report.document import Content, noted

UNCLEAR = "no clear change"  #: what is within chance


class Named(Protocol):
    """A finding about a parameter."""

    @property
    def label(self) -> str: ...


class Measured(Protocol):
    """An answer of a form of question, or the probability of an `option`, in a unit."""

    @property
    def kind(self) -> str: ...

    @property
    def unit(self) -> str: ...


def level(finding: Measured, value: float, error: float) -> str:
    """Format an answer: a probability, or a number with its unit."""
    if is_share(finding):
        return formatting.percent(value, error)
    return formatting.number(value, error, formatting.answer_unit(finding.unit))


def change(finding: Measured, value: float, mc_error: float) -> str:
    """Format a change of an answer with its Monte Carlo error."""
    if scale := points_per_unit(finding):
        decimals = formatting.common_decimals([scale * mc_error]) if mc_error else 1
        return f"{formatting.signed(scale * value, decimals)} {formatting.points(scale * mc_error / 100)}"
    form = formatting.number_format([value], mc_error, formatting.answer_unit(finding.unit))
    return f"{'+' if value >= 0 else formatting.MINUS}{form.full(abs(value))} {form.error(mc_error)}"


def clear_change(finding: Measured, value: float, mc_error: float) -> str:
    """The same, if it exceeds chance."""
    return change(finding, value, mc_error) if abs(value) > formatting.SURE * mc_error else UNCLEAR


def change_within(
    finding: Measured, value: float, interval: tuple[float, float], mc_error: float
) -> tuple[str, str, str]:
    """A change of an answer with its unit, and both ends of its interval."""
    points = points_per_unit(finding)
    scale = points or 1.0
    numbers = [number * scale for number in (value, *interval)]
    form = formatting.number_format(numbers, mc_error * scale, "" if points else finding.unit)
    decimals = max(form.decimals, 0) if points else form.decimals
    size, low, high = (formatting.signed(number / form.scale, decimals) for number in numbers)
    return formatting.in_points(size) if points else f"{size}{form.suffix}", low, high


def is_share(finding: Measured) -> bool:
    """Whether the answer is a probability."""
    return finding.kind == "option" or questions.form(finding.kind).is_share


def points_per_unit(finding: Measured) -> float | None:
    """Percentage points in a unit of an answer: 100 for shares, 1 for %, None for other units."""
    if is_share(finding) or finding.unit == "share":
        return 100.0
    return 1.0 if finding.unit in {"%", "percent"} else None


def parameter(item: Named) -> Content:
    """Name of a parameter in words, its path or lever as a note."""
    return noted(formatting.capital(item.label), getattr(item, "name", "") or getattr(item, "path", ""))


def limits(low: float | None, high: float | None, unit: str) -> str:
    """Format one side or both sides of a range."""
    if low is not None and high is not None:
        return formatting.number_format([low, high], None, unit).between(low, high)
    side, edge = ("below", high) if low is None else ("above", low)
    return f"{side} {formatting.number(edge or 0.0, None, unit)}"


def part(share: float, error: float) -> str:
    """Format a share of a variance with its error."""
    return f"{formatting.percent(max(share, 0.0), error)} {formatting.points(error)}" if share or error else "0"
