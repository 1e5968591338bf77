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
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from standoff.errors import UnitError, did_you_mean

DAYS_PER_MONTH = 30.4375  # 365.25 / 12, the Julian year
LIMIT = 60  # characters of a unit; assumption, keeps units that are declared by one another cheap
LIMIT_DECLARED = 3  # declared units on top of one another

MAGNITUDES = MappingProxyType(
    {
        "hundred": 1e2,
        "thousand": 1e3,
        "k": 1e3,
        "mn": 1e6,
        "million": 1e6,
        "bn": 1e9,
        "billion": 1e9,
        "trn": 1e12,
        "trillion": 1e12,
    }
)
BASE = (
    "person",
    "month",
    "USD",
    "EUR",
    "RUB",
    "CNY",
    "UAH",
    "GBP",
    "KRW",
    "item",
    "shell",
    "km",
    "utility",
    "sanction",
    "point",
    "barrel",
    "tonne",
    "kWh",
)
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
        "ship": (1.0, "item"),
        "aircraft": (1.0, "item"),
        "km2": (1.0, "km^2"),
        "m2": (1e-6, "km^2"),
        "m3": (1e-9, "km^3"),
        "hectare": (0.01, "km^2"),
        "round": (1.0, "shell"),
        "designation": (1.0, "sanction"),
    }
)
PLURAL = re.compile(r"^(.+?)s$")
NAME = r"[A-Za-z%][A-Za-z0-9_%]*(?!\.?\w)"
WORD = re.compile(rf"\s*({NAME}|1(?![\w.,]))")
WORD_AFTER_NUMBER = re.compile(rf"\s*({NAME}|1(?=\s*/\s*[A-Za-z]))")  #: in an expression another number begins with `1`
PART = re.compile(
    rf"\s*([*/])?\s*({NAME}|1)(\s*\^\s*-?[1-9])?"
)  #: a word of a unit with the sign before it and its power
POWER = re.compile(r"\s*\^\s*(-?[1-9])(?![\d.])")


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
        powers = tuple(sorted((name, exponent) for name, exponent in dims.items() if exponent))
        try:
            factor = self.factor * other.factor**power
        except (OverflowError, ZeroDivisionError):
            factor = math.inf if power > 0 else 0.0
        return Unit(show(powers), factor, powers)


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
            raise UnitError(f"`{declared[word]}` is not a number and a unit", allowed="EUR: 1.08 USD")
        unit = _parse(rest, declared, (*texts, word))
        return Unit(word, factor * unit.factor, unit.dims)
    if word in BASE:
        return Unit(word, 1.0, ((word, 1),))
    if word in MAGNITUDES:
        return Unit(word, MAGNITUDES[word], ())
    if word in DERIVED:
        factor, base = DERIVED[word]
        return Unit(word, factor, _parse(base, {}).dims)
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


def _read(
    text: str,
    declared: Mapping[str, str],
    texts: tuple[str, ...] = (),
    words: re.Pattern[str] = WORD,
    signs: str = "*/",
) -> tuple[Unit, int]:
    """The longest unit at the beginning of `text`, and its length."""
    unit, sign, at, end = ONE, 1, 0, 0
    while (match := words.match(text, at)) and (part := _word(match.group(1), declared, texts)):
        end = match.end()
        power = POWER.match(text, end) if part.dims else None
        end = power.end() if power else end
        unit = unit.times(part, sign * (int(power.group(1)) if power else 1))
        if match.group(1) != "1" and match.group(1) not in MAGNITUDES:  # these belong to the word after them
            sign = 1
        rest = text[end:].lstrip()
        at = len(text) - len(rest)
        if rest and rest[0] in signs:
            sign, at = -1 if rest[0] == "/" else 1, at + 1
    if not (math.isfinite(unit.factor) and unit.factor > 0):
        raise UnitError(f"`{text}` is too large or too small a unit")
    return Unit(text[:end].strip(), unit.factor, unit.dims), end


def _parse(text: str, declared: Mapping[str, str], texts: tuple[str, ...] = ()) -> Unit:
    text = text.strip()
    if len(text) > LIMIT:
        raise UnitError(f"a unit of {len(text)} characters; at most {LIMIT} are allowed")
    unit, end = _read(text, declared, texts)
    rest = text[end:].strip()
    if rest == "/":
        raise UnitError(f"the unit `{text}` ends in a slash", fix="add the unit of the denominator")
    if rest := rest.lstrip(" */"):
        match = WORD.match(rest)
        word = match.group(1) if match else rest
        raise UnitError(f"unknown unit `{word}` in `{text}`", fix=did_you_mean(word, unit_words(declared)))
    return unit


def after_number(text: str, declared: Mapping[str, str]) -> tuple[Unit, int]:
    """The unit in front of what follows a number in an expression, and its length.

    Without one, the unit 1 and 0. A `*`, and a slash before a number or a name, are left to the expression. Raises
    `UnitError` for a unit out of range.
    """
    return _read(text, declared, words=WORD_AFTER_NUMBER, signs="/")


@lru_cache(maxsize=4096)
def _cached(text: str, declared: tuple[tuple[str, str], ...]) -> Unit:
    return _parse(text, dict(declared))


def parse(text: str, declared: Mapping[str, str] | None = None) -> Unit:
    """Read a unit such as `bn USD/month`, `thousand person`, `shell/day`, `%`, `1`.

    A slash divides by the next word only, with `1` or a magnitude before it (`USD/thousand person`, `person/1 month`);
    words side by side multiply; plurals are accepted; `^2` is a power.
    `declared` adds words, each as `number unit` (`{"EUR": "1.08 USD"}`). Raises `UnitError` with the nearest word.
    """
    return _cached(text, tuple(sorted(declared.items())) if declared else ())


def divisor(text: str) -> str:
    """What divides by a whole unit, to stand after another one.

    `/person*year` for `person/year`, `/bn USD*year` for `bn USD/year`.
    """
    out, sign, at = "", "/", 0
    while match := PART.match(text, at):
        word, at = match.group(2), match.end()
        if match.group(1):
            sign = "*" if match.group(1) == "/" else "/"
        elif out and out.rsplit("*")[-1].rsplit("/")[-1] not in (*MAGNITUDES, "1"):  # words side by side multiply
            sign = "/"
        elif out:  # a magnitude belongs to the word after it
            out += f" {word}{match.group(3) or ''}"
            continue
        out += f"{sign}{word}{match.group(3) or ''}"
    return out


def convert(value: float, source: str, target: str, declared: Mapping[str, str] | None = None) -> float:
    """Convert `value` from `source` to `target` units; raises `UnitError` for misfits."""
    a, b = parse(source, declared), parse(target, declared)
    if not a.same_kind(b):
        raise UnitError(f"`{source}` is not a kind of `{target}`", allowed=f"a unit of {show(b.dims)}")
    return value * a.factor / b.factor
