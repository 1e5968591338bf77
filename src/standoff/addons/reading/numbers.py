"""Numbers in a text: digits, words, magnitudes, fractions, currencies, ranges, qualifiers.

Digits that are not quantities are left out: dates (given as `taken`), ordinals, names of things (F-16, Article 5),
calibres, clock times, ages, numbered items. A number is read as stated: `over 5,500` is 5500 with the comparator
`over`. A fraction in words (`a third of`, `nine in ten`) is a share in per cent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from standoff.addons.reading.lexicon import table
from standoff.ledger.claim import LARGEST
from standoff.units import MAGNITUDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.addons.reading.sentences import Span


def _numbered(words: str, first: int) -> dict[str, int]:
    """Words with the numbers from `first` on."""
    return {word: number for number, word in enumerate(words.split(), first)}


TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    0,
) | {word: 10 * ten for word, ten in _numbered(TENS, 2).items()}
ORDER = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth"
    " seventeenth eighteenth nineteenth twentieth",
    1,
)
SCALES = {**MAGNITUDES, "dozen": 12.0, "mln": 1e6, "bln": 1e9, "tn": 1e12, "m": 1e6, "b": 1e9}
SCALES |= {f"{word}s": size for word, size in SCALES.items()}
PARTS = _numbered("half third fourth fifth sixth seventh eighth ninth tenth", 2) | {"halves": 2, "quarter": 4}
MONEY = table(
    """USD: $|us$|dollar|dollars|usd
    EUR: €|euro|euros|eur
    GBP: £|pound|pounds|gbp
    RUB: ₽|rouble|roubles|ruble|rubles|rub
    CNY: ¥|yuan|renminbi|cny|rmb
    UAH: ₴|hryvnia|hryvnias|uah
    KRW: ₩|won|krw"""
)
COMPARED = table(
    """over: over|more than|above|in excess of|upwards of|exceeding|exceeded|exceeds|greater than|north of|well over|just over
    over: slightly more than|slightly over|a little over|well above|far more than
    nearly: nearly|almost|close to|just under|approaching|just shy of|just below|slightly under|not quite
    at_least: at least|no fewer than|no less than|not less than|not fewer than|a minimum of|minimum of|as few as
    at_most: up to|up to about|at most|no more than|not more than|as many as|as much as|a maximum of|maximum of|under
    at_most: less than|fewer than|below
    about: about|around|roughly|approximately|some|circa|an estimated|estimated|estimated at|~|approx|approx.|something like
    about: in the region of|on the order of|somewhere around
    exact: exactly|precisely|a total of
    about: -odd|or so
    at_least: or more|+
    at_most: or less|or fewer"""
)
SIGN = r"US\$|[$€£¥₽₴₩]"
UP = "|".join(sorted((re.escape(w).replace(r"\ ", r"\s+") for w in COMPARED), key=len, reverse=True))
BEFORE = re.compile(rf"(?i)(?<!\w)(?P<told>{UP})\s*(?:a\s+|the\s+)?(?:{SIGN})?\s*$")
BEHIND = re.compile(r"(?i)(?:\s?|(?:\s+[a-z]+){0,2}?\s+)(?P<told>-odd|\+|or\s+(?:more|so|less|fewer))(?!\w)")
NAMES = "|".join(SMALL)
BIG = "hundred|thousand|million|billion|trillion"
SCALED = "hundreds?|thousands?|millions?|billions?|trillions?|dozen|bn|mn|mln|bln|trn|tn"
DIGITS = r"\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?: \d{3})+(?![\d])|\d+(?:\.\d+)?"
TOKEN = re.compile(
    rf"(?i)(?:(?P<sign>US\$|[$€£¥₽₴₩]|\b(?:USD|EUR|GBP|RUB|CNY|RMB|UAH)\s)\s?)?"
    rf"(?:(?<![\w./:])(?<!\d[,'\u2019])(?P<digits>{DIGITS})(?![.,'\u2019]?\d)(?P<scale>(?:[\s-]?(?:{SCALED})|\s?k|[mb])\b)?"
    rf"|\b(?P<words>(?:{NAMES}|an?|half\s+a)(?=[\s-])(?:[\s-]+(?:and\s+)?(?:{NAMES}|{BIG}|dozen)\b)+|(?:{NAMES}))\b)"
)
COINS = "|".join(word for word in MONEY if word.isalpha())
TAIL = re.compile(
    rf"(?i)[\s-]?(?:(?P<share>%|percent\b|per\s+cent\b|percentage\s+points?\b)|(?:(?:of\s+)?(?:US|American)\s+)?(?P<coin>{COINS}))(?!\w)"
)
COUNT = "|".join(word for word, number in SMALL.items() if 1 <= number <= 20)
PART = "|".join(sorted((word for word in PARTS if word != "half"), key=len, reverse=True))
FRACTION = re.compile(
    rf"(?i)\b(?:(?P<count>an?|{COUNT})[\s-]+(?P<part>{PART}|half)s?(?=\s+of\b(?!\s+(?:a|an|one)\s)|(?<=s)\s+(?!later|ago|after)[a-z])"
    rf"|(?<!first\s)(?<!second\s)(?<!last\s)(?<!other\s)(?<!latter\s)(?<!and\sa\s)half(?=\s+(?:of\s+)?"
    rf"(?!the\s+(?:time|day|night|year|century|way))(?:the|its|their|his|our|all|[A-Z]\w+['\u2019]s)\b)"
    rf"|(?P<some>{COUNT})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<all>{COUNT})\b(?!\s+(?:days?|weeks?|months?|years?|hours?|of)\b))"
)
RANGE = re.compile(r"(?i)\s*(?:-|\u2013|\u2014|to|and)\s*")
LEAD = re.compile(r"(?i)\b(?:between|from)\s+$")
NAMED = re.compile(
    r"(?i)(?:\b(?:article|resolution|no|nos|number|chapter|section|clause|page|figure|table|paragraph|phase|leopard|boeing|airbus"
    r"|type|level|league|division|brigade|regiment|battalion|army|group|fleet|world\s+war|covid|windows|protocol|option"
    r"|line|item|point|part|route|room|flight|channel|radio|version|act|title|day|week|(?<!last\s)(?<!this\s)(?<!that\s)(?<!next\s)(?<!same\s)year|round|hill|block|stage|season)\.?"
    r"\s*|[A-Za-z]-|#)$"
)
NOT_AFTER = re.compile(
    r"(?i)(?:st|nd|rd|th|['\u2019]?s)\b|\s+times\s+(?:as|the|over|\w+er|more|less)\b|\s?-?(?:mm|cm|km/h|kph|mph|years?[\s-]olds?|year-old|am|pm|a\.m\.|p\.m\.|caliber|calibre)\b|:\d|"
    r"-(?:day|year|month|week|hour|minute|point|party|way|star|sided|nation|man|member|storey|page|fold|nm|miles?|kilomet(?:er|re)s?|"
    r"km|foot|feet|met(?:er|re)s?|tons?|tonnes?|pounds?|hectares?|acres?|seat|step)\b|\s?°|/\d"
)
NEGATIVE = re.compile(r"(?:(?<=\s)|^)[-\u2212]$|(?i:\bminus\s)$")


@dataclass(frozen=True, kw_only=True)
class NumberMention:
    """A number in the text; `value`, or `low` and `high`."""

    start: int
    end: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    comparator: str = "exact"
    unit: str = ""  #: a currency, %, or empty
    spelled: bool = False  #: whether it is in words
    begins: int = 0  #: with the qualifying words


@lru_cache(maxsize=4096)
def spell(phrase: str) -> float:
    """The value of number words: `two hundred and fifty thousand` is 250000."""
    total, current = 0.0, 0.0
    for word in re.split(r"[\s-]+", phrase.lower()):
        size = SCALES.get(word, 1.0)
        current = (current + SMALL.get(word, 0.5 * (word == "half")) or float(word in SCALES)) * size
        if size > 100:
            total, current = total + current, 0.0
    return total + current


def find(text: str, sentence: Span, taken: Sequence[Span]) -> list[NumberMention]:
    """The numbers of a sentence in order, outside the spans `taken` of its dates."""
    parts, out = list(_fractions(text, sentence, taken)), list[NumberMention]()
    for match in TOKEN.finditer(text, *sentence):
        if not _meets(match, [*taken, *parts]) and (one := _number(text, match, sentence)) is not None:
            joined = _range(text, out[-1], one, sentence) if out else None
            out[-1:] = [*out[-1:], one] if joined is None else [joined]
    return sorted([*out, *parts], key=lambda one: one.start)


def _meets(match: re.Match[str], others: Sequence[NumberMention | Span]) -> bool:
    """Whether a match shares a character with others."""
    return any(match.start() < other.end and other.start < match.end() for other in others)


def _number(text: str, match: re.Match[str], sentence: Span) -> NumberMention | None:
    """The number of a match, if it is a quantity; a scale behind it multiplies it."""
    sign, digits, scale, words = match.groups("")
    unit, (start, end) = MONEY.get(sign.strip().lower(), ""), match.span()
    before = text[max(sentence.start, start - 24) : start]
    named = digits and not unit and "," not in digits and NAMED.search(before)
    value = float(re.sub(r"[,\s\u202f\u00a0]", "", digits)) if digits else spell(words)
    value *= SCALES.get(scale.lower().strip(" -\n"), 1.0)
    if named or NOT_AFTER.match(text, end, end + 16) or value > LARGEST:
        return None
    if tail := TAIL.match(text, end, sentence.end):
        unit, end = unit or MONEY.get(str(tail.group("coin")).lower(), "%"), tail.end()
    value = -value if digits and NEGATIVE.search(before) else value
    return _compared(text, sentence, NumberMention(start=start, end=end, value=value, unit=unit, spelled=not digits))


def _fractions(text: str, sentence: Span, taken: Sequence[Span]) -> Iterator[NumberMention]:
    """Fractions in words as shares."""
    for match in FRACTION.finditer(text, *sentence):
        (start, end), (count, part, some, every) = match.span(), (word.lower() for word in match.groups(""))
        share = SMALL[some] / SMALL[every] if every else SMALL.get(count, 1) / PARTS.get(part, 2)
        if 0 < share < 1 and not _meets(match, taken):
            value = float(f"{100 * share:.4g}")
            one = NumberMention(start=start, end=end, value=value, unit="%", spelled=True, comparator="about")
            yield _compared(text, sentence, one)


def _range(text: str, one: NumberMention, other: NumberMention, sentence: Span) -> NumberMention | None:
    """`10 to 15 billion`, `between 10 and 15`: they share a unit and a magnitude."""
    joins = RANGE.fullmatch(text, one.end, other.start)
    lead = LEAD.search(text, max(sentence.start, one.start - 40), one.start)
    between = lead is not None and "between" in lead.group().lower()
    apart = joins is None or ("and" in joins.group().lower() and not between) or len({one.unit, other.unit} - {""}) > 1
    if apart or one.value is None or other.value is None:
        return None
    low, high, scaled = one.value, other.value, re.search(f"(?i:{SCALED})", text[other.start : other.end])
    size = SCALES[scaled.group().lower()] if scaled else 1.0
    low *= size if low < 1000 <= high and low * size < high else 1.0
    begins, unit = lead.start() if lead else one.start, one.unit or other.unit
    ends = replace(one, end=other.end, value=None, low=low, high=high, unit=unit, comparator="range", begins=begins)
    return ends if low < high else None


def _compared(text: str, sentence: Span, one: NumberMention) -> NumberMention:
    """A number with the words that say whether it is more, less or about so much."""
    lead = BEFORE.search(text, max(sentence.start, one.start - 40), one.start)
    words = lead or BEHIND.match(text, one.end, one.end + 40)
    told = COMPARED[re.sub(r"\s+", " ", words.group("told").lower())] if words else one.comparator
    return replace(one, comparator=told, begins=lead.start() if lead else one.start)
