"""Texts of threshold, sensitivity and value-of-information findings."""

from __future__ import annotations

from typing import Protocol

from standoff import questions
from standoff.analysis.quantity_of_interest import QoiFinding
from standoff.analysis.threshold import ClaimRemoval, JointShift, JointSwitch, SwitchingValue, ThresholdAnalysis
from standoff.analysis.value_of_information import InformationValue
from standoff.report import formatting
from standoff.report.document import Content, noted
from standoff.statistics import Z90


class Named(Protocol):
    """A finding about a parameter."""

    @property
    def label(self) -> str: ...


def level(finding: QoiFinding, value: float, error: float) -> str:
    """Format an answer: a probability, or a number with its unit."""
    return (
        formatting.percent(value, error or None)
        if is_share(finding)
        else formatting.number(value, error or None, finding.unit)
    )


def size(finding: QoiFinding, value: float) -> str:
    """Format an error or a standard deviation."""
    return (
        formatting.points(value).removeprefix("± ")
        if is_share(finding)
        else formatting.number_format([value], value, finding.unit).full(value)
    )


def with_error(finding: QoiFinding, value: float, error: float) -> str:
    """Format an answer with its Monte Carlo error; a number is a mean over futures."""
    mean = "" if is_share(finding) else ", mean over futures"
    return f"{level(finding, value, error)} ± {size(finding, error)}{mean}"


def change(finding: QoiFinding, value: float, mc_error: float) -> str:
    """Format a change of an answer with its Monte Carlo error."""
    if scale := points_per_unit(finding.kind, finding.unit):
        decimals = formatting.common_decimals([scale * mc_error]) if mc_error else 1
        return f"{formatting.signed(scale * value, decimals)} {formatting.points(scale * mc_error / 100)}"
    form = formatting.number_format([value], mc_error or None, finding.unit)
    return f"{'+' if value >= 0 else formatting.MINUS}{form.full(abs(value))} {form.error(mc_error)}"


def is_share(finding: QoiFinding) -> bool:
    """Whether the answer is a probability."""
    return _is_probability(finding.kind)


def points_per_unit(kind: str, unit: str) -> float | None:
    """Percentage points in a unit of an answer: 100 for shares, 1 for %, None for other units."""
    if _is_probability(kind) or unit == "share":
        return 100.0
    return 1.0 if unit in {"%", "percent"} else None


def _is_probability(kind: str) -> bool:
    return kind == "option" or questions.form(kind).is_share


def parameter(item: Named) -> Content:
    """Name of a parameter in words, its path or lever as a note."""
    return noted(formatting.capital(item.label), getattr(item, "name", "") or getattr(item, "path", ""))


def value(item: SwitchingValue, number: float) -> str:
    """Format a value of a parameter in its unit, to three digits."""
    return formatting.number(number, None, item.unit)


def switching(item: SwitchingValue) -> str:
    """Format a switching value with the digits that its Monte Carlo interval supports."""
    low, high = item.interval or (item.value, item.value)
    return formatting.number(item.value, (high - low) / (2 * Z90) or None, item.unit)


def between(item: SwitchingValue) -> str:
    """Format the Monte Carlo interval of a switching value."""
    if item.interval is None:
        return ""
    low, high = item.interval
    return formatting.number_format([low, high], (high - low) / (2 * Z90) or None, item.unit).between(low, high)


def likely(item: SwitchingValue) -> str:
    """Format the prior tail probability beyond a switching value."""
    return "" if item.tail_probability is None else formatting.percent(item.tail_probability)


def together(item: JointSwitch) -> str:
    """Format a joint change of parameters, one a line."""
    return "\n".join(
        f"{part.label} {formatting.number(part.middle, None, part.unit)} → {shifted(part)}" for part in item.parts
    )


def shifted(part: JointShift) -> str:
    """Format the new value in a joint change with the digits that its error supports."""
    return formatting.number(part.value, part.mc_error or None, part.unit)


def bears(item: ClaimRemoval) -> str:
    """List the parameters and reasons that cite a claim."""
    return "\n".join([*item.labels, *(f"“{text}”" for text in item.reason_labels)])


def fallen(analysis: ThresholdAnalysis, answer: float, error: float, turned: bool) -> str:
    """Format the answer without a claim, marked where the leading answer switches."""
    return level(analysis, answer, error) + (" (switches)" if turned else "")


def untrue(analysis: ThresholdAnalysis, item: ClaimRemoval) -> str:
    """Format the answer if a claim is false; empty where no parameter cites it."""
    if item.false_answer is None:
        return ""
    return fallen(analysis, item.false_answer, item.answer_error, item.false_flips)


def width(item: InformationValue) -> str:
    """List the parameters that cite a claim with their beliefs, at most three."""
    rows = [f"{label}: {belief.partition(' @')[0]}" for label, belief in zip(item.labels, item.beliefs, strict=True)]
    return "\n".join(rows[:3]) + (f"\nand {len(rows) - 3} more" if len(rows) > 3 else "")


def limits(low: float | None, high: float | None, unit: str) -> str:
    """Format one side or both sides of a range."""
    if low is None or high is None:
        edge = low if high is None else high
        return f"{'above' if high is None else 'below'} {formatting.number(edge or 0.0, None, unit)}"
    return formatting.number_format([low, high], None, unit).between(low, high)


def part(share: float, error: float) -> str:
    """Format a share of a variance with its error."""
    return f"{formatting.percent(max(share, 0.0), error or None)} {formatting.points(error)}" if share or error else "0"
