"""Beliefs: probability distributions with unit and sources, `4 to 9 person/month @claim-id`.

A belief is a quantile function of one standard normal number `z`, so that correlation is a matter of correlating `z`
and common random numbers survive every change of a range. Two shapes cover all notations:

    g shape    x = a + b * (exp(s * z) - 1) / s          (Tukey's g distribution; s -> 0 is the normal)
    table      x = interpolation of 257 quantiles over z in [-4, 4]

A point has b = 0; a lognormal has a = median, b = median * s; three percentiles have one g shape that passes through
them exactly. Sources: tukey1977 (g distribution).

Notations:

    3.5 bn USD/month                a point
    4 to 9 person/month             central 90 %: lognormal where both ends are above zero, else normal
    normal(5, 2)                    mean, standard deviation
    lognormal(5, 1.4)               median, geometric standard deviation
    uniform(1, 3)  triangular(1, 2, 4)  beta(2, 5)
    {p5: 1, p50: 2, p95: 6}         percentiles; p50 may be left out
    {from: claim-id}                a claim of the ledger, see `standoff.ledger`
    history  history(kind)          learned from history, of choices alone, see `standoff.history`
    2 * history  2 * history(kind)  a multiple of it, for weights
    prior(name)  2 * prior(name)    a number of the library, or a multiple of it, see `standoff.priors`
    {same_as: path}                 another parameter: the two are one number

After the value may come a unit and, each after an `@`, where the number comes from: claim ids, keys of the scenario's
`sources:`, or the words `history` and `assumption` (`4 to 9 person/month @claim-a @claim-b`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Any

from standoff.belief_update import BeliefUpdate
from standoff.errors import BeliefError, did_you_mean
from standoff.statistics import Z90

TABLE_Z = tuple(-4.0 + i * (8.0 / 256) for i in range(257))  #: grid of `z` for tabulated quantiles
NUMBER = r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
DASH = re.compile(rf"^\s*({NUMBER})\s*[-–—]\s*(\d[\d_,]*\.?\d*)\s*(.*)$")  # a range as others write it
RANGE = re.compile(rf"^\s*({NUMBER})\s+to\s+({NUMBER})\s*(.*)$")
POINT = re.compile(rf"^\s*({NUMBER})\s*(.*)$")
HISTORY = re.compile(rf"^\s*(?:({NUMBER})\s*\*\s*)?history\s*(?:\(\s*([\w-]*)\s*\)\s*)?$")
PRIOR = re.compile(rf"^\s*(?:({NUMBER})\s*\*\s*)?prior\s*\(\s*([^()\s]*)\s*\)\s*(.*)$")
CALL = re.compile(r"^\s*([a-z]+)\s*\(([^()]*)\)\s*(.*)$")
SOURCES = re.compile(r"^([^@]*?)((?:\s+@[\w.-]+)+)\s*$")
SOURCE = re.compile(r"[\w.-]+")
OUTERMOST = 1e-9  #: probability of a tail that no run reaches; its smallest uniform number is 2**-24
LIMIT = 400  # characters of a belief; assumption, and a bound on the time that the patterns above can take
ARGUMENTS = {
    "normal": ("mean", "standard deviation"),
    "lognormal": ("median", "geometric standard deviation"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "beta": ("a", "b"),
}
FORMS = (
    "a number, `4 to 9`, normal(mean, sd), lognormal(median, gsd), uniform, triangular, beta, {p5, p50, p95}, {from}, "
    "history, prior(name), {same_as}"
)
KEYS = frozenset({"p5", "p95", "from", "value", "same_as"})  #: a mapping with one of these is a belief
SAME = "same_as"  #: shape of a belief that names another parameter


def g_value(shape: tuple[float, float, float], z: float) -> float:
    """The value of a g shape `(a, b, s)` at a standard normal number."""
    a, b, s = shape
    return a + b * (z if s == 0.0 else math.expm1(s * z) / s)


@dataclass(frozen=True)
class Belief:
    """A number with uncertainty, unit and sources; `shape` gives the meaning of `numbers`."""

    shape: str  #: point, range, percentiles, normal, lognormal, uniform, triangular, beta, claim, history, same_as, or drawn
    numbers: tuple[float, ...]  #: in the written unit; none for `claim`, `history`, `same_as`; rising for `drawn`
    unit: str = ""  #: as written; may be empty
    sources: tuple[str, ...] = ()  #: claim ids, source keys, `history`, or `assumption`
    claim: str = ""  #: id of the claim of `{from: ...}`
    fit: BeliefUpdate | None = None  #: of `drawn`: fit summary; `sources` are those of the prior
    target: str = ""  #: path of the parameter of `{same_as: ...}`
    origin: str = ""  #: `history(kind)`, `prior(name)` or a multiple: the notation of a number that is looked up

    def g_parameters(self) -> tuple[float, float, float] | None:
        """`(a, b, s)` of the g-and-k shape without kurtosis, or None if the belief is a table."""
        match self.shape, self.numbers:
            case "point", (value,):
                return value, 0.0, 0.0
            case "normal", (mean, deviation):
                return mean, deviation, 0.0
            case "lognormal", (median, geometric):
                s = math.log(geometric)
                return median, median * s, s
            case "range", (low, high) if low > 0:
                s = math.log(high / low) / (2 * Z90)
                middle = math.sqrt(low * high)
                return middle, middle * s, s
            case "range", (low, high):
                return (low + high) / 2, (high - low) / (2 * Z90), 0.0
            case "percentiles", (low, middle, high) if low != middle != high:
                s = math.log((high - middle) / (middle - low)) / Z90
                if abs(s) < 1e-9:
                    return middle, (high - middle) / Z90, 0.0
                return middle, (high - middle) * s / math.expm1(s * Z90), s
        return None

    def quantile(self, p: float) -> float:
        """The quantile at probability `p` (0 < p < 1)."""
        z = NormalDist().inv_cdf(p)
        if (shape := self.g_parameters()) is not None:
            return g_value(shape, z)
        match self.shape, self.numbers:
            case "uniform", (low, high):
                return low + p * (high - low)
            case "triangular", (low, mode, high):
                if p < (mode - low) / (high - low):
                    return low + math.sqrt(p * (high - low) * (mode - low))
                return high - math.sqrt((1 - p) * (high - low) * (high - mode))
            case "beta", (a, b):
                from scipy.special import betaincinv

                return float(betaincinv(a, b, p))
            case "drawn", n:
                at = min(max(p * len(n) - 0.5, 0.0), len(n) - 1.0)  # the middles of equal shares
                first = min(int(at), len(n) - 2)
                return n[first] + (at - first) * (n[first + 1] - n[first])
            case "percentiles", (low, middle, high):  # one half has no width: a half-normal on the other side
                return middle + (z / Z90) * ((high - middle) if z > 0 else (middle - low))
        raise BeliefError(f"the belief `{self}` has no number before it is looked up")

    @lru_cache(maxsize=16384)  # noqa: B019 (a belief is a small frozen value; a scenario and its variants share most)
    def probability_below(self, x: float) -> float:
        """Probability below `x`; 0 and 1 within `OUTERMOST`."""
        low, high = OUTERMOST, 1 - OUTERMOST
        if x <= self.quantile(low):
            return 0.0
        if x >= self.quantile(high):
            return 1.0
        if (shape := self.g_parameters()) is not None:
            a, b, s = shape
            return NormalDist().cdf((x - a) / b if s == 0.0 else math.log1p(s * (x - a) / b) / s)
        for _ in range(60):  # bisection on the quantile function
            middle = (low + high) / 2
            low, high = (middle, high) if self.quantile(middle) < x else (low, middle)
        return (low + high) / 2

    def quantile_table(self) -> tuple[float, ...]:
        """Quantiles on `TABLE_Z`."""
        cdf = NormalDist().cdf
        return tuple(self.quantile(cdf(z)) for z in TABLE_Z)

    def with_sources(self, sources: tuple[str, ...]) -> Belief:
        """The belief, with `sources` if it has none."""
        return self if self.sources or not sources else replace(self, sources=sources)

    def with_draws(self, values: Iterable[float], fit: BeliefUpdate | None = None) -> Belief:
        """The number with posterior draws as its belief, which a scenario cannot state."""
        return Belief("drawn", tuple(sorted(map(float, values))), self.unit, self.sources, fit=fit)

    @property
    def fitted_to(self) -> tuple[str, ...]:
        """The claims that informed the posterior, the most influential first."""
        return tuple(self.fit.claims) if self.fit else ()

    def __str__(self) -> str:
        if self.shape == "drawn":
            ends = (float(f"{self.quantile(p):.3g}") for p in (0.05, 0.95))
            unit, origin = (f" {self.unit}" if self.unit else "", "".join(f" @{source}" for source in self.sources))
            return f"{' to '.join(map(_show, ends))}{unit} ({self.fit or 'fitted'}){origin}"
        n = [_show(float(number)) for number in self.numbers]
        value = f"{self.shape}({', '.join(n)})"
        match self.shape:
            case "claim":
                value = f"from {self.claim}"
            case "same_as":
                value = f"same as {self.target}"
            case "point":
                value = n[0]
            case "range":
                value = f"{n[0]} to {n[1]}"
            case "percentiles":
                value = f"{n[0]} to {n[2]}" if self.origin else f"p5 {n[0]}, p50 {n[1]}, p95 {n[2]}"
        if self.origin:
            value = f"{self.origin}: {value}" if n else self.origin
        says = "history" in self.origin  # the notation says itself that it is history
        sources = (source for source in self.sources if source != "history" or not says)
        return " ".join([value, *([self.unit] if self.unit else []), *(f"@{source}" for source in sources)])

    def to_data(self) -> Any:
        """The belief in the notation of scenarios; the inverse of `parse`."""
        if self.shape == SAME:
            return {SAME: self.target}
        if PRIOR.match(self.origin):
            return " ".join([self.origin, *(f"@{source}" for source in self.sources)])
        if self.shape == "percentiles" or self.shape == "claim":
            keys = ("p5", "p50", "p95")
            out: dict[str, Any] = dict(zip(keys, self.numbers, strict=False)) if self.numbers else {"from": self.claim}
            if self.unit:
                out["unit"] = self.unit
            if self.sources:
                out["sources"] = list(self.sources)
            return out
        if self.shape == "point" and not self.unit and not self.sources:
            return self.numbers[0]
        return str(self)


def _show(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _number(text: str) -> float:
    if any(len(group) != 3 or not group.isdigit() for group in text.partition(".")[0].split(",")[1:]):
        raise BeliefError(f"`{text}` is not a number: a comma marks thousands", fix=f"write `{text.replace(',', '.')}`")
    return _finite(float(text.replace(",", "").replace("_", "")), text)


def parse(raw: Any) -> Belief:
    """Parse a belief from YAML data (number, text or mapping); raises `BeliefError`."""
    if isinstance(raw, Belief):
        return raw
    if isinstance(raw, bool) or raw is None:
        raise BeliefError(f"`{raw}` is not a number", allowed=FORMS)
    if isinstance(raw, int | float):
        return _validated(Belief("point", (_float(raw),)))
    if isinstance(raw, dict):
        return _mapping(raw)
    if not isinstance(raw, str):
        raise BeliefError(f"`{raw!r}` is not a number", allowed=FORMS)
    return _text(raw)


def split_sources(raw: str) -> tuple[str, tuple[str, ...]]:
    """A text without its sources, and these; raises `BeliefError` for a misplaced `@`."""
    if "@" not in raw:
        return raw, ()
    match = SOURCES.match(raw) if len(raw) <= LIMIT else None
    if match is None:
        raise BeliefError(f"the sources of `{raw[:LIMIT]}` cannot be read", allowed="`4 to 9 person @claim-a @claim-b`")
    return match.group(1), tuple(word.removeprefix("@") for word in match.group(2).split())


@lru_cache(maxsize=16384)  # a scenario and its variants write most beliefs alike
def _text(raw: str) -> Belief:
    if len(raw) > LIMIT:
        raise BeliefError(f"a belief of {len(raw)} characters; at most {LIMIT} are allowed", allowed=FORMS)
    text, sources = split_sources(raw)
    if match := RANGE.match(text):
        low, high = _number(match.group(1)), _number(match.group(2))
        return _validated(Belief("range", (low, high), match.group(3).strip(), sources))
    if match := HISTORY.match(text):
        origin = f"history({match.group(2)})" if match.group(2) else "history"
        if match.group(1) and not (factor := _number(match.group(1))) > 0:
            raise BeliefError(f"`{text.strip()}` is no multiple of history", allowed="a number above 0")
        origin = f"{_show(factor)} * {origin}" if match.group(1) else origin
        return Belief("history", (), "", tuple(dict.fromkeys(("history", *sources))), origin=origin)
    if match := PRIOR.match(text):
        return _prior(match, sources)
    if match := DASH.match(text):
        first, last, unit = match.groups()
        raise BeliefError(
            f"`{text.strip()}` is not a number or a belief",
            allowed=FORMS,
            fix=f"write a range as `{' '.join(f'{first} to {last} {unit}'.split())}`",
        )
    if match := CALL.match(text):
        name, arguments, unit = match.groups()
        if name not in ARGUMENTS:
            raise BeliefError(
                f"unknown distribution `{name}`", allowed=", ".join(ARGUMENTS), fix=did_you_mean(name, ARGUMENTS)
            )
        try:
            numbers = tuple(_number(part.strip()) for part in arguments.split(","))
        except ValueError:
            raise BeliefError(f"`{text.strip()}` needs numbers in parentheses") from None
        if len(numbers) != len(ARGUMENTS[name]):
            raise BeliefError(
                f"`{name}` takes {len(ARGUMENTS[name])} numbers, got {len(numbers)}",
                allowed=f"{name}({', '.join(ARGUMENTS[name])})",
            )
        return _validated(Belief(name, numbers, unit.strip(), sources))
    if (match := POINT.match(text)) and match.group(2).split(" ")[0] != "to":
        return _validated(Belief("point", (_number(match.group(1)),), match.group(2).strip(), sources))
    raise BeliefError(f"`{raw}` is not a number or a belief", allowed=FORMS)


def _prior(match: re.Match[str], sources: tuple[str, ...]) -> Belief:
    """A number of the library, times a factor, with its sources and then those that are written."""
    times, name, rest = match.groups()
    factor = _number(times) if times else 1.0
    if rest or not factor > 0:
        what = f"`{rest}` stands after a prior" if rest else f"`{times}` is no multiple of a prior"
        raise BeliefError(what, allowed="prior(name), 2 * prior(name): a number above 0; the prior has its unit")
    from standoff import priors

    prior = priors.find(name)
    belief = parse(prior.notation)
    multiple = f"{_show(factor)} * " if factor != 1 else ""
    sources = tuple(dict.fromkeys((*prior.sources, *sources)))
    if belief.shape == "history":  # looked up for the year of the case
        return replace(belief, sources=sources, origin=f"{multiple}{belief.origin}")
    numbers = tuple(factor * number for number in belief.numbers)
    return _validated(replace(belief, numbers=numbers, sources=sources, origin=f"{multiple}prior({name})"))


def _mapping(raw: dict[Any, Any]) -> Belief:
    if SAME in raw:
        if set(raw) - {SAME, "note"} or not isinstance(raw[SAME], str):
            raise BeliefError(
                "`same_as` takes the path of a parameter alone",
                allowed="{same_as: aid.delay}",
                fix="its unit and its sources are those of that parameter",
            )
        return Belief(SAME, (), target=raw[SAME].strip())
    allowed = {"p5", "p50", "p95", "from", "value", "unit", "sources", "note"}
    if unknown := [str(key) for key in raw if key not in allowed]:
        ends = {"low", "high", "min", "max", "lower", "upper", "to"} & set(unknown)
        raise BeliefError(
            f"unknown key `{unknown[0]}` in a belief",
            allowed=", ".join(sorted(allowed)),
            fix="write `4 to 9` for the central 90 %, or {p5: 4, p95: 9}"
            if ends
            else did_you_mean(unknown[0], allowed),
        )
    sources = raw.get("sources", ())
    if not isinstance(sources, str | list | tuple | None):
        raise BeliefError(f"sources are a word or a list of words, got `{sources}`")
    sources = (sources,) if isinstance(sources, str) else tuple(str(source) for source in sources or ())
    for source in sources:
        if not SOURCE.fullmatch(source):
            raise BeliefError(
                f"`{source}` is not a source", allowed="a claim id, a key of sources:, history, or assumption"
            )
    unit = " ".join(str(raw.get("unit") or "").split())
    if "@" in unit:
        raise BeliefError(f"`{unit}` is not a unit", fix="write sources after an `@`, or under `sources:`")
    if "from" in raw:
        claim = str(raw["from"])
        return Belief("claim", (), unit, sources or (claim,), claim)
    if "value" in raw:
        inner = parse(raw["value"])
        if unit and (inner.unit or inner.origin):
            raise BeliefError(f"two units: `{inner.unit or inner}` in the value and `{unit}` beside it")
        return replace(inner, unit=inner.unit or unit, sources=inner.sources or sources)
    if "p5" not in raw or "p95" not in raw:
        raise BeliefError("a belief by percentiles needs p5 and p95", allowed="{p5: 1, p50: 2, p95: 6, unit: ...}")
    try:
        low, high = _float(raw["p5"]), _float(raw["p95"])
        if raw.get("p50") is None:
            return _validated(Belief("range", (low, high), unit, sources))
        return _validated(Belief("percentiles", (low, _float(raw["p50"]), high), unit, sources))
    except (TypeError, ValueError) as error:
        raise BeliefError(f"percentiles must be numbers: {error}") from None


def _float(raw: Any) -> float:
    try:
        return _finite(float(raw), raw)
    except OverflowError:
        raise BeliefError("the number is too large", allowed=FORMS) from None


def _has_tails(belief: Belief) -> bool:
    """Whether the outermost quantiles that a run may draw are finite."""
    try:
        return all(math.isfinite(belief.quantile(p)) for p in (OUTERMOST, 0.5, 1 - OUTERMOST))
    except (OverflowError, ValueError):
        return False


def _finite(number: float, raw: Any) -> float:
    if not math.isfinite(number):
        raise BeliefError(f"`{raw}` is not a finite number", allowed=FORMS)
    return number


def _validated(belief: Belief) -> Belief:
    n = belief.numbers
    for number in n:
        _finite(number, belief)
    problem = "a comma marks thousands, a point decimals" if belief.unit.startswith(",") else ""
    match belief.shape, n:
        case "range" | "uniform", (low, high) if not low < high:
            problem = "the first number must be less than the second"
        case "percentiles", (low, middle, high) if not low <= middle <= high or low == high:
            problem = "percentiles must be in rising order"
        case "normal", (_, deviation) if deviation <= 0:
            problem = "a standard deviation must be above zero"
        case "lognormal", (median, geometric) if median <= 0 or geometric <= 1:
            problem = "a lognormal needs a median above 0 and a geometric standard deviation above 1"
        case "triangular", (low, mode, high) if not low <= mode <= high or low == high:
            problem = "low, mode and high must be in rising order"
        case "beta", _ if min(n) <= 0:
            problem = "both numbers of a beta must be above zero"
        case shape, _ if shape != "beta" and not _has_tails(belief):
            problem = "its tails are too large to be numbers"
    if problem:
        raise BeliefError(f"`{belief}`: {problem}", allowed=FORMS)
    return belief
