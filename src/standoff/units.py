"""Units: a factor to canonical form, and dimensions.

Canonical units, used everywhere inside: person, USD, month, item, shell, km, utility, and 1 for shares. A month is
30.4375 days, a year twelve months (Julian year). Currencies are separate dimensions: their rates change, so a
conversion must be stated (`units: {EUR: 1.08 USD}` in a scenario).

The module is our own and not a library's: importing pint takes a quarter of a second (`standoff validate` has half a
second for everything), and analysts write `bn USD/month` and `thousand person`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from standoff.errors import Problem, UnitError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

DAYS_PER_MONTH = 30.4375  # 365.25 / 12, the Julian year
LIMIT = 60  # characters of a unit; assumption, keeps units that are declared by one another cheap
LIMIT_DECLARED = 3  # declared units on top of one another

MAGNITUDES = MappingProxyType(
    {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9, "trn": 1e12,
     "trillion": 1e12}
)  # fmt: skip
BASE = (
    "person", "month", "USD", "EUR", "RUB", "CNY", "UAH", "GBP", "KRW", "item", "shell", "km", "utility", "sanction",
    "point",
)  # fmt: skip
DERIVED: Mapping[str, tuple[float, str]] = MappingProxyType(
    {
        "1": (1.0, ""),
        "share": (1.0, ""),
        "ratio": (1.0, ""),
        "level": (1.0, ""),
        "%": (0.01, ""),
        "percent": (0.01, ""),
        "day": (1.0 / DAYS_PER_MONTH, "month"),
        "week": (7.0 / DAYS_PER_MONTH, "month"),
        "quarter": (3.0, "month"),
        "year": (12.0, "month"),
        "y": (12.0, "month"),
        "vehicle": (1.0, "item"),
        "unit": (1.0, "item"),
        "round": (1.0, "shell"),
        "designation": (1.0, "sanction"),
    }
)
PLURAL = re.compile(r"^(.+?)s$")
WORD = re.compile(r"[A-Za-z%][A-Za-z_%]*|1")


@dataclass(frozen=True)
class Unit:
    """A parsed unit: `factor` canonical units of dimension `dims` (sorted name, power pairs)."""

    text: str
    factor: float
    dims: tuple[tuple[str, int], ...]

    def same_kind(self, other: Unit) -> bool:
        """Whether two units measure the same thing, so that a factor converts them."""
        return self.dims == other.dims

    def times(self, other: Unit, power: int = 1) -> Unit:
        """Product of two units, the second raised to `power`."""
        dims = dict(self.dims)
        for name, exponent in other.dims:
            dims[name] = dims.get(name, 0) + exponent * power
        stored = tuple(sorted((name, exponent) for name, exponent in dims.items() if exponent))
        try:
            factor = self.factor * other.factor**power
        except (OverflowError, ZeroDivisionError):
            factor = math.inf if power > 0 else 0.0
        return Unit(show(stored), factor, stored)


@lru_cache(maxsize=4096)
def show(dims: tuple[tuple[str, int], ...]) -> str:
    """Dimensions as text, such as `person/month`; `1` for none."""
    top = [f"{name}^{power}" if power > 1 else name for name, power in dims if power > 0]
    bottom = [f"{name}^{-power}" if power < -1 else name for name, power in dims if power < 0]
    return "*".join(top or ["1"]) + "".join(f"/{part}" for part in bottom)


ONE = Unit("1", 1.0, ())


def _word(word: str, declared: Mapping[str, str], texts: tuple[str, ...] = ()) -> Unit | None:
    if word in declared and word not in texts and len(texts) < LIMIT_DECLARED:
        number, _, rest = declared[word].strip().partition(" ")
        factor = _positive(number)
        if factor is None or not rest:
            raise UnitError(Problem(f"`{declared[word]}` is not a number and a unit", allowed="EUR: 1.08 USD"))
        unit = _parse(rest, declared, (*texts, word))
        return Unit(word, factor * unit.factor, unit.dims)
    if word in BASE:
        return Unit(word, 1.0, ((word, 1),))
    if word in MAGNITUDES:
        return Unit(word, MAGNITUDES[word], ())
    if word in DERIVED:
        factor, base = DERIVED[word]
        return Unit(word, factor, ((base, 1),) if base else ())
    plural = PLURAL.match(word)
    return _word(plural.group(1), declared, texts) if plural else None


def _positive(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0 else None


def unit_words(declared: Mapping[str, str] | None = None) -> list[str]:
    """All unit words."""
    return [*BASE, *DERIVED, *MAGNITUDES, *(declared or {})]


def is_word(word: str, declared: Mapping[str, str] | None = None) -> bool:
    """Whether `word` names a unit or a magnitude."""
    return _word(word, declared or {}) is not None


def _parse(text: str, declared: Mapping[str, str], texts: tuple[str, ...] = ()) -> Unit:
    unit, sign, rest = ONE, 1, text.strip()
    if not rest:
        return ONE
    if len(rest) > LIMIT:
        raise UnitError(Problem(f"a unit of {len(rest)} characters; at most {LIMIT} are allowed"))
    while rest:
        match = WORD.match(rest)
        result = _word(match.group(0), declared, texts) if match else None
        if match is None or result is None:
            word = match.group(0) if match else rest
            raise UnitError(Problem(f"unknown unit `{word}` in `{text}`", fix=did_you_mean(word, unit_words(declared))))
        rest = rest[match.end() :].lstrip()
        power = re.match(r"\^(-?[1-9])", rest)
        if power:
            rest = rest[power.end() :].lstrip()
        unit = unit.times(result, sign * (int(power.group(1)) if power else 1))
        sign = 1
        if rest.startswith("/"):
            sign, rest = -1, rest[1:].lstrip()
            if not rest:
                raise UnitError(Problem(f"the unit `{text}` ends in a slash", fix="add the unit of the denominator"))
        elif rest.startswith("*"):
            rest = rest[1:].lstrip()
    if not (math.isfinite(unit.factor) and unit.factor > 0):
        raise UnitError(Problem(f"`{text}` is too large or too small a unit"))
    return Unit(text.strip(), unit.factor, unit.dims)


@lru_cache(maxsize=4096)
def _cached(text: str, declared: tuple[tuple[str, str], ...]) -> Unit:
    return _parse(text, dict(declared))


def parse(text: str, declared: Mapping[str, str] | None = None) -> Unit:
    """Read a unit such as `bn USD/month`, `thousand person`, `shell/day`, `%`, `1`.

    A slash divides by the next word only; words side by side multiply; plurals are accepted; `^2` is a power.
    `declared` adds words, each as `number unit` (`{"EUR": "1.08 USD"}`). Raises `UnitError` with the nearest word.
    """
    return _cached(text, tuple(sorted(declared.items())) if declared else ())


def convert(value: float, source: str, target: str, declared: Mapping[str, str] | None = None) -> float:
    """Convert `value` from `source` to `target` units; raises `UnitError` for misfits."""
    a, b = parse(source, declared), parse(target, declared)
    if not a.same_kind(b):
        raise UnitError(Problem(f"`{source}` is not a kind of `{target}`", allowed=f"a unit of {show(b.dims)}"))
    return value * a.factor / b.factor
