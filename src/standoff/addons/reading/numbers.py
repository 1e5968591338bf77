"""Numbers in a text: digits, words, magnitudes, currencies, shares, ranges, qualifiers.

Digits that are not quantities are left out: dates (given as `taken`), ordinals, names of things (F-16, Article 5),
calibres, clock times, ages, numbered items. A number is read as stated: `over 5,500` is 5500 with the comparator
`over`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.addons.reading import fractions
from standoff.addons.reading.number_words import SCALES, SMALL, spell
from standoff.ledger.claim import LARGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span

SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₽": "RUB", "₴": "UAH", "₩": "KRW"}
MONEY = {
    "dollar": "USD",
    "dollars": "USD",
    "usd": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "gbp": "GBP",
    "rouble": "RUB",
    "roubles": "RUB",
    "ruble": "RUB",
    "rubles": "RUB",
    "rub": "RUB",
    "yuan": "CNY",
    "renminbi": "CNY",
    "cny": "CNY",
    "rmb": "CNY",
    "hryvnia": "UAH",
    "hryvnias": "UAH",
    "uah": "UAH",
    "won": "KRW",
    "krw": "KRW",
}
COMPARED = {
    "over": "over",
    "more than": "over",
    "above": "over",
    "in excess of": "over",
    "upwards of": "over",
    "exceeding": "over",
    "exceeded": "over",
    "exceeds": "over",
    "greater than": "over",
    "north of": "over",
    "well over": "over",
    "nearly": "nearly",
    "almost": "nearly",
    "close to": "nearly",
    "just under": "nearly",
    "approaching": "nearly",
    "just shy of": "nearly",
    "just below": "nearly",
    "at least": "at_least",
    "no fewer than": "at_least",
    "no less than": "at_least",
    "not less than": "at_least",
    "not fewer than": "at_least",
    "a minimum of": "at_least",
    "minimum of": "at_least",
    "up to": "at_most",
    "up to about": "at_most",
    "at most": "at_most",
    "no more than": "at_most",
    "not more than": "at_most",
    "as many as": "at_most",
    "as much as": "at_most",
    "a maximum of": "at_most",
    "maximum of": "at_most",
    "under": "at_most",
    "less than": "at_most",
    "fewer than": "at_most",
    "below": "at_most",
    "about": "about",
    "around": "about",
    "roughly": "about",
    "approximately": "about",
    "some": "about",
    "circa": "about",
    "an estimated": "about",
    "estimated": "about",
    "estimated at": "about",
    "~": "about",
    "approx": "about",
    "approx.": "about",
    "something like": "about",
    "in the region of": "about",
    "on the order of": "about",
    "exactly": "exact",
    "precisely": "exact",
    "a total of": "exact",
    "just over": "over",
    "slightly more than": "over",
    "slightly over": "over",
    "a little over": "over",
    "slightly under": "nearly",
    "not quite": "nearly",
    "somewhere around": "about",
    "well above": "over",
    "far more than": "over",
    "as few as": "at_least",
}
AFTER = {
    "-odd": "about",
    "or more": "at_least",
    "or so": "about",
    "or less": "at_most",
    "or fewer": "at_most",
    "plus": "at_least",
    "+": "at_least",
    "at least": "at_least",
    "at most": "at_most",
}
UP = "|".join(sorted((re.escape(w).replace(r"\ ", r"\s+") for w in COMPARED), key=len, reverse=True))
BEFORE = re.compile(rf"(?i)(?:(?<![\w])({UP}))\s*(?:a\s+|the\s+)?(?:US\$|[$€£¥₽₴₩])?\s*$")
NAMES = "|".join(SMALL)
BIG = "hundred|thousand|million|billion|trillion|dozen"
SCALED = "hundreds?|thousands?|millions?|billions?|trillions?|dozen|bn|mn|mln|bln|trn|tn|lakh|crore"
DIGITS = r"\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?: \d{3})+(?![\d])|\d+(?:\.\d+)?"
TOKEN = re.compile(
    rf"(?i)(?P<sign>US\$|[$€£¥₽₴₩]|\b(?:USD|EUR|GBP|RUB|CNY|RMB|UAH)\s)?\s?"
    rf"(?:(?<![\w./:])(?<!\d[,'\u2019])(?P<digits>{DIGITS})(?![.,'\u2019]?\d)(?:(?:\s|-)?(?P<scale>{SCALED})\b|(?P<short>\s?[kK]|[mMbB])\b)?"
    rf"|\b(?P<words>(?:{NAMES}|an?|half\s+a)(?=[\s-])(?:[\s-]+(?:and\s+)?(?:{NAMES}|{BIG})\b)+|(?:{NAMES}))\b)"
)
BARE_SCALE = re.compile(
    r"(?i)\b(hundred|thousand|million|billion|trillion)\s+(?:(thousand|million|billion|trillion)\s+)?"
)
TAIL = re.compile(r"(?i)[\s-]?(%|percent\b|per\s+cent\b|percentage\s+points?\b|" + "|".join(MONEY) + r")(?![\w])")
RANGE = re.compile(r"(?i)\s*(?:-|\u2013|\u2014|to|and|or)\s*")
NAMED = re.compile(
    r"(?i)(?:\b(?:article|resolution|no|nos|number|chapter|section|clause|page|figure|table|paragraph|phase|leopard|boeing|airbus"
    r"|type|level|league|division|brigade|regiment|battalion|army|group|fleet|world\s+war|covid|windows|protocol|option"
    r"|line|item|point|part|route|room|flight|channel|radio|version|act|title|day|week|(?<!last\s)(?<!this\s)(?<!that\s)(?<!next\s)(?<!same\s)year|round|hill|block|stage|season)\.?"
    r"\s*|[A-Za-z]-|#)$"
)
NOT_AFTER = re.compile(
    r"(?i)(?:st|nd|rd|th|['\u2019]?s)\b|\s?-?(?:mm|cm|km/h|kph|mph|years?[\s-]olds?|year-old|am|pm|a\.m\.|p\.m\.|caliber|calibre)\b|:\d|"
    r"-(?:day|year|month|week|hour|minute|point|party|way|star|sided|nation|man|member|storey|page|fold|nm|miles?|kilomet(?:er|re)s?|"
    r"km|foot|feet|met(?:er|re)s?|tons?|tonnes?|pounds?|hectares?|acres?|seat|step)\b|\s?°|/\d"
)
NO_ONE = re.compile(r"(?i)\bnot\s+a\s+single\b")  #: a count of nobody
NEGATIVE = re.compile(r"(?:(?<=\s)|^)[-\u2212]$|(?i:\bminus\s)$")


@dataclass(frozen=True, kw_only=True)
class NumberMention:
    """A number in the text; `value`, or `low` and `high`."""

    start: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    comparator: str
    unit: str  #: a currency, %, or empty
    spelled: bool  #: whether it is in words
    begins: int  #: with the qualifying words


def find(text: str, sentence: Span, taken: Sequence[Span]) -> list[NumberMention]:
    """The numbers of a sentence in order, outside the spans `taken` of its dates."""
    raw: list[tuple[int, int, float, str, bool]] = []
    at = sentence.start
    while match := TOKEN.search(text, at, sentence.end):
        at = max(match.end(), at + 1)
        if any(match.start() < end and match.end() > start for start, end in taken):
            continue
        one = _one(text, match, sentence)
        if one is not None:
            raw.append(one)
            at = max(at, one[1])
    parts = fractions.find(text, sentence, taken)
    raw = [one for one in raw if not any(one[0] < part.end and part.start < one[1] for part in parts)]
    raw += _bare(text, sentence, raw, taken)
    raw += [(*match.span(), 0.0, "", True) for match in NO_ONE.finditer(text, sentence.start, sentence.end)]
    return sorted(
        [*_joined(text, sorted(raw), sentence), *(_part(text, one, sentence) for one in parts)],
        key=lambda one: one.start,
    )


def _part(text: str, one: fractions.Fraction, sentence: Span) -> NumberMention:
    """A fraction in words as a share, which is about so much unless the text says more or less."""
    compared, begins = _comparator(text, one.start, one.end, sentence)
    return NumberMention(
        start=one.start,
        end=one.end,
        value=one.percent,
        low=None,
        high=None,
        unit="%",
        spelled=True,
        comparator="about" if compared == "exact" else compared,
        begins=begins,
    )


def _one(text: str, match: re.Match[str], sentence: Span) -> tuple[int, int, float, str, bool] | None:
    start, end = match.start(), match.end()
    unit = _sign(match.group("sign"))
    if match.group("digits"):
        start = match.start("digits") if not unit else match.start("sign")
        before = text[max(sentence.start, start - 24) : start]
        if not unit and NAMED.search(before):
            return None
        value = float(re.sub(r"[,\s\u202f\u00a0]", "", match.group("digits")))
        scale = (match.group("scale") or match.group("short") or "").strip().lower()
        value *= SCALES.get(scale.removesuffix("s") or "", SCALES.get(scale, 1.0)) if scale else 1.0
        following = text[end : end + 16]
        if NOT_AFTER.match(following) and not (unit or scale):
            return None
        if more := re.match(r"(?i)\s+(thousand|million|billion|trillion)\b", following):
            value *= SCALES[more.group(1).lower()]
            end += more.end()
        spelled = False
        if NEGATIVE.search(before):
            value = -value
    else:
        phrase = match.group("words")
        start = match.start("words") if not unit else start
        number = spell(phrase)
        if number is None or NOT_AFTER.match(text[end : end + 16]):
            return None
        value, spelled = number, True
        more = re.match(r"(?i)\s+(million|billion|trillion)s?\b", text[end : end + 12])
        if more:
            value *= SCALES[more.group(1).lower()]
            end += more.end()
    tail = TAIL.match(text, end, sentence.end)
    if tail and not unit:
        word = re.sub(r"\s+", " ", tail.group(1).lower())
        unit = MONEY.get(word, "%")
        end = tail.end()
    elif unit and tail and tail.group(1).lower() in MONEY:
        end = tail.end()
    elif not unit and (us := re.match(r"(?i)\s+(?:US|American|Canadian|of US)\s+dollars?\b", text[end : end + 24])):
        unit, end = "USD", end + us.end()
    return (start, end, value, unit, spelled) if abs(value) <= LARGEST else None


def _bare(
    text: str, sentence: Span, raw: list[tuple[int, int, float, str, bool]], taken: Sequence[Span]
) -> list[tuple[int, int, float, str, bool]]:
    """`over hundred billion dollars`: a magnitude without a number."""
    out = []
    for match in BARE_SCALE.finditer(text, sentence.start, sentence.end):
        if any(match.start() < end and match.end() > start for start, end, *_ in raw):
            continue
        if not BEFORE.search(text[max(sentence.start, match.start() - 24) : match.start()]):
            continue
        value = SCALES[match.group(1).lower()] * (SCALES[match.group(2).lower()] if match.group(2) else 1.0)
        end = match.end() - 1
        tail = TAIL.match(text, end, sentence.end)
        unit = MONEY.get(tail.group(1).lower(), "%") if tail else ""
        out.append((match.start(), tail.end() if tail else end, value, unit, True))
    return out


def _joined(text: str, raw: list[tuple[int, int, float, str, bool]], sentence: Span) -> list[NumberMention]:
    out: list[NumberMention] = []
    i = 0
    while i < len(raw):
        start, end, value, unit, spelled = raw[i]
        before = text[max(sentence.start, start - 40) : start]
        if i + 1 < len(raw):
            second = raw[i + 1]
            distance = text[end : second[0]]
            between = re.search(r"(?i)\bbetween\s+$", before)
            joins = RANGE.fullmatch(distance) and len(distance) <= 6
            word = distance.strip().lower()
            range_ = joins and ((between and word == "and") or word in {"-", "\u2013", "\u2014", "to"})
            a, b = _same_scale(text, value, end, second)
            if range_ and a < b and (second[3] == unit or not unit or (unit != "%" and not second[3])):
                lead = re.search(r"(?i)\b(?:between|from)\s+$", before)
                begins = start - len(lead.group()) if lead else start
                out.append(
                    NumberMention(
                        start=start,
                        end=second[1],
                        value=None,
                        low=a,
                        high=b,
                        comparator="range",
                        unit=unit or second[3],
                        spelled=spelled,
                        begins=begins,
                    )
                )
                i += 2
                continue
        compared, begins = _comparator(text, start, end, sentence)
        out.append(
            NumberMention(
                start=start,
                end=end,
                value=value,
                low=None,
                high=None,
                comparator=compared,
                unit=unit,
                spelled=spelled,
                begins=begins,
            )
        )
        i += 1
    return out


def _same_scale(text: str, value: float, end: int, second: tuple[int, int, float, str, bool]) -> tuple[float, float]:
    """Apply a common magnitude: `10 to 15 billion` is ten billion to fifteen billion."""
    other = second[2]
    scale = re.search(rf"(?i)({SCALED})", text[second[0] : second[1]])
    if scale and value < 1000 <= other and value * SCALES[scale.group(1).lower().removesuffix("s")] < other:
        return value * SCALES[scale.group(1).lower().removesuffix("s")], other
    return value, other


def _comparator(text: str, start: int, end: int, sentence: Span) -> tuple[str, int]:
    before = text[max(sentence.start, start - 40) : start]
    match = BEFORE.search(before)
    if match:
        words = re.sub(r"\s+", " ", match.group(1).lower())
        return COMPARED[words], start - (len(before) - match.start(1))
    after = re.match(
        r"(?i)\s?(-odd|\+|or more|or so|or less|or fewer)(?!\w)|(?:\s+[a-z]+){0,2}?\s+(or more|or fewer|or so)\b",
        text[end : min(end + 40, sentence.end)],
    )
    if after:
        return AFTER[(after.group(1) or after.group(2)).lower()], start
    return "exact", start


def _sign(sign: str | None) -> str:
    if not sign:
        return ""
    sign = sign.strip()
    return SIGNS.get(sign, MONEY.get(sign.lower(), ""))
