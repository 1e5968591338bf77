"""Format numbers with units and no more digits than their Monte Carlo error supports."""

from __future__ import annotations

import math
import re
from calendar import month_name
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from standoff.belief_update import BeliefUpdate
from standoff.dates import PartialDate, month_count, month_label
from standoff.labels import capital as capital
from standoff.labels import humanise as humanise

MINUS = "\u2212"
SIGNIFICANT = 3  # assumption: digits of a number whose error is not known
MOST = 4  # assumption: no reader wants more significant digits, however many draws there are
SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
MAGNITUDE = re.compile(r"^(hundred|thousand|k|mn|million|bn|billion|trn|trillion)\b")
NEXT = {"k": "million", "thousand": "million", "million": "billion", "mn": "bn", "billion": "trillion", "bn": "trn"}
DATE = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
UNITLESS = {"", "1", "ratio", "level"}
MANY = {"person": "people"}
LIKELIHOODS = (
    (0.05, "almost no chance"),
    (0.2, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.8, "likely"),
    (0.95, "very likely"),
    (1.0, "almost certain"),
)
BAND_STEPS = 10  # assumption: a band is read in tenths of its width
TENTH = 1e-3  #: an error that gives a probability one decimal
LOW = 0.1  #: probabilities below it have one: a point is a tenth of their size or more
TAIL = (
    2.11  #: error of the 5 % quantile to that of the mean: sqrt(0.05 * 0.95) / density of a normal at its 5 % quantile
)
FACTORS = (1e-3, 1e3)  # assumption: beyond them a factor on odds says no more than that it is beyond
SURE = 2.0  # standard errors; assumption: a difference below is put down to chance
COUNTED = {"month", "item", "shell", "sanction", "point", "vehicle", "unit", "round", "day", "week", "year"}
PLURALS = {f" {word}s" for word in COUNTED}


def decimal_places(error: float) -> int:
    """Decimal position of the first digit of `error` (negative: tens, hundreds, ...)."""
    return -math.floor(math.log10(error) + 1e-9)


def plain(value: float, decimals: int) -> str:
    """Format a number with `decimals` decimals (negative: tens, ...) and marked thousands."""
    text = f"{round(value, decimals):,.{max(decimals, 0)}f}"
    digits = text.lstrip("-")
    return digits if not re.search("[1-9]", digits) else text.replace("-", MINUS)


def signed(value: float, decimals: int) -> str:
    """Format as `plain`, with a plus sign for positive numbers."""
    text = plain(value, decimals)
    return text if text.startswith(MINUS) or not re.search("[1-9]", text) else f"+{text}"


@dataclass(frozen=True)
class NumberFormat:
    """Common scale, decimals and unit of numbers that are shown together."""

    scale: float
    decimals: int
    suffix: str
    tail: int | None = None  #: decimals of the ends of an interval, whose error is larger (`TAIL`); None: as others

    def bare(self, value: float) -> str:
        """The number alone; what rounds to zero is `0`."""
        text = plain(value / self.scale, self.decimals)
        return text if re.search("[1-9]", text) else "0"

    def full(self, value: float) -> str:
        """The number and its unit."""
        is_one = self.bare(value) == "1" and self.suffix in PLURALS
        return f"{self.bare(value)}{self.suffix[:-1] if is_one else self.suffix}"

    def between(self, low: float | None, high: float | None, missing: str = "none") -> str:
        """Format a range such as `0.9 to 1.6 million people`; an absent end reads as `missing`."""
        if low is None and high is None:
            return missing
        if self.tail is not None and self.tail < self.decimals:
            return replace(self, decimals=self.tail, tail=None).between(low, high, missing)
        if high is None:
            return f"{self.full(low or 0.0)} to {missing}"
        return f"{missing if low is None else self.bare(low)} to {self.full(high)}"

    def error(self, error: float) -> str:
        """An error to its first digit."""
        size = error / self.scale
        return f"± {plain(size, decimal_places(size)) if size > 0 else '0'}{self.suffix}"


def number_format(values: Iterable[float | None], error: float | None = None, unit: str = "") -> NumberFormat:
    """Choose scale and decimals for `values` with standard error `error` (None: unknown)."""
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    largest = max(known, default=0.0)
    unit = unit.strip()
    scale, suffix = 1.0, _named(unit)
    if unit in {"share", "%", "percent"}:
        scale, suffix = (0.01 if unit == "share" else 1.0), " %"
    elif result := MAGNITUDE.match(unit):
        if largest >= 1000 and result.group(0) in NEXT:
            scale, suffix = 1000.0, _named(NEXT[result.group(0)] + unit[result.end() :])
    else:
        scale, suffix = next(((size, f" {word}{suffix}") for size, word in SCALES if largest >= size), (scale, suffix))
    size = largest / scale
    lead = math.floor(math.log10(size)) if size > 0 else 0
    decimals, tail = SIGNIFICANT - 1 - lead, None
    if error is not None and error > 0:
        decimals = min(decimal_places(error / scale), MOST - 1 - lead)
        tail = min(decimal_places(TAIL * error / scale), decimals)
    return NumberFormat(scale, decimals if error else max(decimals, 0), suffix, tail)


def without_decimals(form: NumberFormat, values: Iterable[float | None]) -> NumberFormat:
    """Drop decimals where all values are whole numbers (months counted in steps of a month)."""
    if all(float(value).is_integer() for value in values if value is not None):
        return replace(form, decimals=min(form.decimals, 0))
    return form


def _named(unit: str) -> str:
    if unit in UNITLESS:
        return ""
    top, slash, rest = unit.partition("/")
    words = [MANY.get(word, word) for word in top.split(" ")]
    if words[-1] in COUNTED and not slash:
        words[-1] += "s"
    unit = " ".join(words) + slash + rest
    return f" {unit}".replace("^2", "²").replace("^3", "³")


def unit_words(unit: str, is_one: bool = False) -> str:
    """A unit in words with a space before it; empty for a number without one."""
    words = _named(unit)
    return words[:-1] if is_one and words in PLURALS else words


def bare_error(error: float) -> str:
    """Format an error without a unit, to its first digit."""
    return NumberFormat(1.0, 0, "").error(error)


def common_decimals(errors: Iterable[float]) -> int:
    """Common decimals of parts of a sum: those of the largest error, 0 to 3."""
    worst = max(errors, default=0.0)
    return 2 if worst <= 0 else min(max(decimal_places(worst), 0), 3)


def likelier(log_odds: float, error: float = 0.0) -> str:
    """A difference of log odds in words, by the factor of the odds: `2.3 times less likely`."""
    factor = odds_factor(abs(log_odds), error).removeprefix("× ")
    if factor in {"1", "1.0"}:
        return "as likely"
    return f"{factor} times {'more' if log_odds > 0 else 'less'} likely"


def odds_factor(log_odds: float, error: float = 0.0) -> str:
    """The factor alone: `× 1.3`, `× < 0.001`.

    At most two significant digits, and none beyond the Monte Carlo error of the log odds.
    """
    low, high = FACTORS
    factor = math.exp(min(max(log_odds, -50.0), 50.0))
    if not low <= factor <= high:
        return f"× {'<' if factor < low else '>'} {low if factor < low else high:,g}"
    decimals = 1 - math.floor(math.log10(factor))
    if error > 0:
        decimals = min(decimals, max(decimal_places(factor * error), 0))
    return f"× {plain(factor, decimals)}"


def answer_unit(unit: str) -> str:
    """Unit of an answer in words: a ratio is a number of times."""
    return "times" if unit == "ratio" else unit


def number(value: float, error: float | None = None, unit: str = "") -> str:
    """One number with its unit."""
    return number_format([value], error, unit).full(value)


def percent(p: float, error: float | None = None) -> str:
    """Format a probability; an estimate is never shown as certain: `< 1 %`, `> 99.9 %`."""
    decimals = percent_decimals(error)
    text = f"{100 * p:.{decimals}f}"
    step = 10.0**-decimals
    if float(text) <= 0 and (p > 0 or error):
        return f"< {step:.{decimals}f} %"
    if float(text) >= 100 and (p < 1 or error):
        return f"> {100 - step:.{decimals}f} %"
    return f"{text} %"


def small_percent(p: float) -> str:
    """Format the probability of something rare, or its complement, with two significant digits."""
    value = 100 * p
    if value >= 99.95 or value < 0.01:
        return "> 99.9 %" if value >= 99.95 else "< 0.01 %"
    return f"{value:.2g} %" if value < 10 else f"{value:.1f} %" if value > 99 else f"{value:.0f} %"


def percents(ends: Sequence[float | None], error: float | None = None) -> str:
    """The two ends of an interval of probabilities; one number where they agree."""
    decimals = percent_decimals(error)
    low, high = (f"{100 * (end or 0.0):.{decimals}f}" for end in ends)
    return f"{low} to {high} %" if low != high else percent(ends[1] or 0.0, error)


def band_percents(p: float, ends: tuple[float, float]) -> tuple[str, str]:
    """A probability and its epistemic band; decimals if the band is narrower than ten points.

    A probability below 10 % has a decimal in any case, so that what moves it can be read beside it.
    """
    error, own = (ends[1] - ends[0]) / BAND_STEPS, percent(p, band_error(p, ends))
    if max(ends) < 0.5 * 10.0 ** (-2 - percent_decimals(error)):  # less than half of the last digit
        return own, percent(0.0, error)
    low, high = (percent(end, error).removesuffix(" %") for end in ends)
    return own, f"{low} %" if low == high else f"{low} to {high} %"


def band_error(p: float, ends: tuple[float, float]) -> float:
    """The error with whose digits a probability with a band is printed."""
    error = (ends[1] - ends[0]) / BAND_STEPS
    return min(error, TENTH) if p < LOW else error


def points(error: float) -> str:
    """The error of a probability, in percentage points to its first digit."""
    size = 100 * error
    text = f"{size:.{max(decimal_places(size), 0)}f}" if size > 0 else "0"
    return f"± {in_points(text)}"


def in_points(text: str) -> str:
    """A number of percentage points: `1 point`, `+1 point`, `2 points`."""
    return f"{text} point" + ("" if text.lstrip(f"+{MINUS}") == "1" else "s")


def percent_decimals(error: float | None) -> int:
    return 0 if not error else min(max(decimal_places(100 * error), 0), 1)


def time_of(date: str) -> str:
    """`on 2027-12-27`, or `in 2027-12` for a month and `in 2027` for a year."""
    return f"{'on' if date.count('-') == 2 else 'in'} {date}"


def in_words(date: str) -> str:
    """`27 December 2027`, `December 2027`; another label as it is."""
    with suppress(ValueError):
        when = PartialDate.parse(date)
        return " ".join(filter(None, (str(when.day or ""), month_name[when.month], str(when.year))))
    return date


def dated(text: str) -> str:
    """A text with its dates in words."""
    return DATE.sub(lambda found: in_words(found.group()), text)


def month_after(date: str, months: float) -> str:
    """The month that lies `months` after the month of `date` (2024-03 or 2024-03-31)."""
    return month_label(month_count(PartialDate.parse(date).last) + math.ceil(months - 1e-9))


def first_few(words: Sequence[str], limit: int = 3) -> str:
    """Join the first few words and count the rest."""
    rest = len(words) - limit
    return ", ".join(words[:limit]) + (f" and {rest} more" if rest > 0 else "")


def counted(count: int, word: str) -> str:
    """`1 claim`, `12 claims`, `2 theories`."""
    many = f"{word[:-1]}ies" if re.search("[^aeiou]y$", word) else f"{word}s"
    return f"{count:,} {word if count == 1 else many}"


def likelihood(p: float, error: float | None = None) -> str:
    """Words of estimative probability (ICD 203) for a probability as `percent` prints it.

    The directive assigns a bound to both neighbours (1 to 5 %, 5 to 20 %, ...); here a bound gets the lower word.

    Sources: icd203.
    """
    printed = round(100 * p, percent_decimals(error))
    return next(word for bound, word in LIKELIHOODS if printed <= 100 * bound + 1e-9)


def likelihoods(low: float, high: float) -> str:
    """A band in words of estimative probability: those of its ends, one where they agree."""
    one, other = likelihood(low), likelihood(high)
    return one if one == other else f"{one} to {other}"


def thousands(text: str) -> str:
    """Mark thousands in whole numbers of five or more digits; dates and ids stay."""
    return re.sub(r"(?<![\d.,-])\d{5,}(?![\d-])", lambda found: f"{int(found[0]):,}", text)


def grouped(text: str) -> str:
    """Statement of a numeric claim: thousands marked, without the unit 1."""
    return thousands(text).removesuffix(" 1")


def shortened(text: str, most: int) -> str:
    """Shorten a text to one line, cut between words and marked with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    stored = text[:most]  # the place of one more letter goes to the mark
    return (stored.rpartition(" ")[0] or stored[:-1]).rstrip(" ,;:-") + "…"


def believed(text: str) -> str:
    """Put sources in brackets: `1 to 4 @assumption` becomes `1 to 4 (assumption)`."""
    belief, _, sources = text.partition(" @")
    return f"{belief} ({sources.replace(' @', ', ')})" if sources else belief


def influences(sizes: Mapping[str, float], limit: int) -> str:
    """Format claims with their influence in s.d. of the prior: `claim-a (0.42), claim-b (0.1)`."""
    return first_few([f"{claim} ({size:.2g})" for claim, size in sizes.items()], limit)


def fitted(fit: BeliefUpdate) -> str:
    """Describe the fit of a parameter in a sentence."""
    if not fit.evidence:
        return "Not identified by the evidence of the fit: same sources as its prior."
    width = f"{'narrowed' if fit.contraction >= 0 else 'widened'} by {percent(abs(fit.contraction))}"
    parts = [
        f"{counted(len(item.claims), 'claim')} on {humanise(item.entry.removeprefix('choices.'))} "
        f"(influence {item.influence:.2g})"
        for item in fit.evidence
    ]
    return f"Fitted: shifted by {signed(fit.shift, 1)} s.d. of its prior and {width}, by {', '.join(parts)}."


def cited(counts: Mapping[str, int]) -> str:
    """Count parameters by kind of source."""
    count, claims = counts.get("fitted", 0), counts.get("claims", 0)
    fit = f"{count} {'is' if count == 1 else 'are'} fitted to claims, " if count else ""
    return (
        f"Of {counted(sum(counts.values()), 'parameter')}, {fit}{claims} {'rests' if claims == 1 else 'rest'} on claims, "
        f"{counts.get('works', 0)} on cited works, {counts.get('history', 0)} on history and "
        f"{counts.get('assumption', 0)} on assumption"
    )
