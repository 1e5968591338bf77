"""Values of `--set`: check unit and range of a lever or a parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from standoff import beliefs, units
from standoff.errors import Problem, ScenarioError, StandoffError, did_you_mean, join_limited

SLACK = 1e-9  # share of a number that rounding may add


def ends(lever: Mapping[str, Any], declared: Mapping[str, str]) -> tuple[float, float, units.Unit]:
    """The range of a lever and its unit; raises `StandoffError` if it is invalid."""
    low, high = beliefs.parse(lever["low"]), beliefs.parse(lever["high"])
    unit = units.parse(high.unit or low.unit, declared)
    first, last = (
        end.numbers[0] * units.parse(end.unit or unit.text, declared).factor / unit.factor for end in (low, high)
    )
    return first, last, unit


def span(lever: Mapping[str, Any], declared: Mapping[str, str]) -> str:
    """The range of a lever as text with its unit."""
    low, high, unit = ends(lever, declared)
    return f"{low:g} to {high:g} {unit.text if unit.dims else ''}".strip()


def lever_value(name: str, lever: Mapping[str, Any], value: Any, declared: Mapping[str, str], where: str = "") -> Any:
    """The value in the form of the scenario, by default an assumption; raises `ScenarioError`.

    A number without a unit has the unit of the lever. A belief that is not a single number may reach beyond the range,
    which limits manual changes only.
    """
    try:
        low, high, lever_unit = ends(lever, declared)
    except (StandoffError, KeyError, IndexError):
        return supposed(value)  # the lever itself is wrong, and reported at its own line
    unit_text, allowed = lever_unit.text if lever_unit.dims else "", span(lever, declared)

    def refused(what: str) -> ScenarioError:
        fit = f"{(low + high) / 2:g} {unit_text}".strip()
        return ScenarioError(what, where, name, allowed, f"write such as {name}='{fit}'")

    try:
        belief = beliefs.parse(value)
        value_unit = units.parse(belief.unit, declared)
    except StandoffError as error:
        raise refused(error.problems[0].what) from None
    if not belief.unit and lever_unit.dims and belief.numbers:  # neither a claim nor history
        belief, value_unit = replace(belief, unit=unit_text), lever_unit
        value = belief.to_data()
    if belief.unit and not value_unit.same_kind(lever_unit):
        raise refused(f"`{belief.unit}` is not a unit of the kind of `{unit_text or 1}`, the unit of `{name}`")
    if belief.shape == "point":
        canonical = belief.numbers[0] * value_unit.factor / lever_unit.factor if belief.unit else belief.numbers[0]
        slack = SLACK * max(abs(low), abs(high), 1.0)
        if not low - slack <= canonical <= high + slack:
            raise refused(f"{value} is out of the range of `{name}`")
    return supposed(value)


def override_value(name: str, value: Any, before: Any, declared: Mapping[str, str], where: str) -> Any:
    """A parameter that is not a lever: the value needs the unit that the case uses in `before`."""
    while isinstance(before, Mapping) and before:
        before = next(iter(before.values()))
    try:
        old, new = beliefs.parse(before), beliefs.parse(value)
        dims = units.parse(old.unit, declared).dims if old.unit else ()
    except (StandoffError, KeyError):
        return value  # a malformed value is reported at its own line
    if new.unit or not dims or not new.numbers or new.numbers == (0.0,):
        return supposed(value) if old.sources and isinstance(value, int | float) else value
    middle, number = old.quantile(0.5), new.numbers[0]
    fit = replace(new, unit=old.unit, sources=()) if number * middle > 0 else f"{middle:.3g} {old.unit}"
    raise ScenarioError(
        f"`{value}` has no unit, and `{name}` is in `{old.unit}`",
        where,
        name,
        fix=f"write such as {name}='{fit}'",
    )


def supposed(value: Any, source: str = "assumption") -> Any:
    """Add a source, if any, to a value without one; history and priors have one."""
    sourced = not source or "@" in str(value) or beliefs.HISTORY.match(str(value)) or beliefs.PRIOR.match(str(value))
    return f"{value} @{source}" if isinstance(value, str | int | float) and not sourced else value


def unknown_path(
    target: str, part: str, above: tuple[str, ...], known: Sequence[str], levers: Mapping[str, Any], where: str
) -> Problem:
    """Error for a path that names nothing; a lever's name is not a path into the scenario."""
    words = target.split(".")
    at = words.index(part) if part in words else 0
    paths = [".".join([*words[:at], word, *words[at + 1 :]]) for word in known if did_you_mean(part, (word,))]
    fix = did_you_mean(target, [*levers, *paths]) or did_you_mean(part, known)
    note = f": `{part}` is not in {'.'.join(above)}" if above and part != target else ""
    return Problem(
        f"`{target}` is unknown{note}",
        where,
        allowed=join_limited([*known, *levers] if above else [*levers, *known]),
        fix=fix,
    )
