"""Dates of a text with their precision; relative dates need the day of publication.

`05/06/2019` is the fifth of June or the sixth of May: it is marked as ambiguous and gives no date, never a bare year. Whether a
day or month without a year is past or to come is told by the tense of its verb, from the dependency tree.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from standoff.addons.reading.lexicon import any_of, each
from standoff.addons.reading.numbers import ORDER, SMALL
from standoff.dates import PartialDate, month_count, month_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.addons.reading.sentences import Span

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
ORDINAL = (
    ORDER
    | {f"twenty-{word}": 20 + day for word, day in ORDER.items() if day < 10}
    | {"thirtieth": 30, "thirty-first": 31}
)
DAY = rf"(?P<d>\d{{1,2}}(?:st|nd|rd|th)?|{'|'.join(sorted(ORDINAL, key=len, reverse=True))})"
YEAR = r"(?:1[5-9]\d\d|20\d\d)"
FAR = r"\d{4}\b(?!\s+[a-z]|[,.]\d|\s?%)"  #: a year that is not read, such as 1450
PART = r"(?:the\s+)?(?:very\s+)?(?P<part>end|close|beginning|start|middle|early|mid|late)(?:\s+of|\s+in)?(?:\s+|-)"
WEEKDAY = "|".join(DAYS)
ON = rf"(?:(?:{WEEKDAY}),?\s+(?:the\s+)?)?"  #: a day of the week before a day
ALONE = rf"(?!,?\s+(?:the\s+)?(?:{DAY.replace('?P<d>', '?:')}(?:\s+(?:day\s+)?of)?[\s-]+)?(?-i:(?=[A-Z]))(?:{MONTH})\b)"
OF_YEAR = r"(?:,?\s+(?:of\s+)?(?P<of_year>this|last|next|that|the\s+(?:same|following|previous|next))\s+year\b)?"
BEHIND = rf"(?:,?\s+(?:of\s+|in\s+(?:the\s+year\s+)?)?(?P<y>{YEAR}|{FAR})|{OF_YEAR})"  #: a year behind a day
FORMS = {
    "iso": rf"\b(?P<y>{YEAR})-(?P<m>\d\d)-(?P<d>\d\d)\b",
    "slash": rf"\b(?P<a>\d{{1,2}})[/.](?P<b>\d{{1,2}})[/.](?P<y>{YEAR}|\d\d)\b",
    "dmy": rf"\b{ON}{DAY}(?:\s+(?:day\s+)?of)?[\s-]+(?P<m>{MONTH})\b\.?{BEHIND}",
    "mdy": rf"\b{ON}(?!(?-i:may)\b)(?P<m>{MONTH})\b\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d|\.\d|\s*%){BEHIND}",
    "my": rf"(?:\b{PART})?\b(?P<m>{MONTH})\b\.?,?\s+(?:of\s+)?(?P<y>{YEAR})\b(?!,\d)",
    "py": rf"\b{PART}(?P<y>{YEAR})\b(?!s|,\d|[-\u2013]\d)",
    "quarter": rf"(?:\bQ(?P<q>[1-4])\s+|\b(?P<word>first|second|third|fourth|last)\s+(?P<of>quarter|half)\s+of\s+)"
    rf"(?P<y>{YEAR})\b",
    "years": rf"\b(?P<first>{YEAR})\s?[-\u2013/]\s?(?P<y>{YEAR}|\d\d)\b(?![-/\d])",
    "year": rf"(?<![\w.,/$€£-])(?P<y>{YEAR})(?![\w%]|[,.]\d|-\d|/\d)",
    "month": r"(?:(?<=\bin\s)|(?<=\bby\s)|(?<=\bof\s)|(?<=\bsince\s)|(?<=\buntil\s)|(?<=\blate\s)|(?<=\bearly\s)|\blast\s+)"
    rf"(?=(?-i:[A-Z]))(?P<m>{MONTH})\b(?!\s+['\u2019]?\d|[\w'\u2019]){OF_YEAR}",
    "day": rf"(?:(?<=\bon\sthe\s)|(?<=\bby\sthe\s))(?=\w*[a-z]){DAY}(?=[,.;:)]|\s+(?:that|the|he|she|it|they)\b|$)",
    "same": r"\b(?:(?:that|the)\s+(?:very|same)|that)\s+(?P<unit>day|month|year)\b(?!\s+(?:by|after|in)\b)",
    "relative": rf"\b(?:(?-i:[Yy]esterday|[Tt]oday)|(?P<count>{'|'.join(SMALL)}|an?|\d{{1,2}})\s+(?P<unit>day|week|month|year)s?\s+"
    r"(?:ago|later|afterwards|earlier)|the\s+(?:next|following)\s+(?:day|month|year)"
    rf"|(?:last|this)\s+(?:week|month|year)|(?:(?:on|last)\s+)?(?-i:{WEEKDAY.title()})\b{ALONE})\b(?!['\u2019-])",
}
PATTERNS = {name: re.compile(f"(?i:{form})") for name, form in FORMS.items()}
THINGS = """percent dollars euros soldiers troops people tanks sanctions men civilians missiles drones shells million billion
    thousand fighters mercenaries vehicles km metres tonnes tons refugees prisoners killed dead wounded casualties rounds
    units new foreign personnel aircraft pieces items"""
YEAR_BEFORE = re.compile(
    r"(?i)(?:\b(?:in|since|by|until|till|through|during|from|after|before|of|for|year|to|between|and|the|its|"
    r"late|early|mid|spring|"
    r"summer|autumn|fall|winter|throughout|around|circa|fiscal|whole|all|already|back|as)|[(,\u2013-])\s*$"
)
AS_MONEY = re.compile(rf"(?i)\s*(?:%|(?:{any_of(THINGS)})\b|kilomet)")
IN_YEAR = re.compile(r"(?i)\b(?:in|since|until|during)\s+$")
OF_TIME = re.compile(r"\s+(?:[A-Z]|war\b|invasion|crisis|annexation|coup|campaign|election)")
PROPER = re.compile(r"[A-Z][\w.]*\s+$|-$")  #: before a name such as `Bloody Sunday`
NEAR = 3  # assumption: months until one whose year is clear where no verb tells the tense; the month before is, too
PRECISION = {"year": 4, "month": 7, "day": 10}  #: characters of a date of this precision
DAY_LENGTH = 10
DECADE = 10  # years
FEW_YEARS = 3  # assumption: an article about a year so long before may go on about it without naming it again
THIS = {"this": 0, "last": -1, "next": 1}  #: years from that of publication
THE = re.compile(r"(?i)\bthe\s+$")
YEARLESS = each("month mdy dmy")
YEARS = re.compile(r"\d{4}|(?i:\byears?\s+ago|\blast\b)")
AS_OF = re.compile(
    r"(?i)\b(?:as\s+of|as\s+at|by|up\s+to|until|till|through|at|in|on|during|for)\s+(?:the\s+)?(?:fiscal\s+|year\s+)?$"
)
SINCE = re.compile(
    r"(?i)\b(?:since|from|starting(?:\s+in)?|beginning(?:\s+in|\s+on)?|after|before|than\s+in|between|"
    r"compared\s+with|against)\s+(?:the\s+)?$"
)


class DateMention(NamedTuple):
    """A date in the text; `value` is empty if it is ambiguous."""

    start: int
    end: int
    value: str  #: YYYY, YYYY-MM or YYYY-MM-DD
    form: str
    role: str  #: as_of, since, or plain

    def is_guess(self, text: str, years: set[str], published: str) -> bool:
        """Whether its year is a guess beside others: `In 2022 he won the vote of March`."""
        words, other = text[self.start : self.end], years and self.value[: PRECISION["year"]] not in years
        is_open = (self.form in YEARLESS and not YEARS.search(words)) or words.split()[-1].lower() in DAYS
        return bool(other and is_open and years_apart(self.value, published) < FEW_YEARS)


def find(text: str, sentence: Span, published: str = "", before: str = "", tree: Any = None) -> list[DateMention]:
    """The dates of a sentence in order.

    published: the day of publication, if known. before: the last date of the text before, which `that year` and `a day later` go
    on from. tree: the dependency tree of the sentence.
    """
    day = dt.date.fromisoformat(published) if len(published) == DAY_LENGTH else None
    reader, out = DateReader(text, sentence, day, tree), list[DateMention]()
    for form, match in _matches(text, sentence):
        if (value := reader.value(form, match, before)) is not None:
            start, end = match.span()
            words = text[max(sentence.start, start - 32) : start]
            since, before = form == "years" or SINCE.search(words), going_on(before, value)
            role = "since" if since else "as_of" if AS_OF.search(words) else "plain"
            out.append(DateMention(start, end, value, form, role))
    years = {one.value for one in out if len(one.value) == PRECISION["year"] and YEARS.search(text, one.start, one.end)}
    return [one._replace(value="") if one.is_guess(text, years, published) else one for one in out]


def _matches(text: str, sentence: Span) -> Iterator[tuple[str, re.Match[str]]]:
    """What may be dates, in their order, without what lies in the one before."""
    every = [(name, match) for name, pattern in PATTERNS.items() for match in pattern.finditer(text, *sentence)]
    end = sentence.start
    for name, match in sorted(every, key=lambda one: one[1].start()):
        if match.start() >= end:
            yield name, match
            end = match.end()


@dataclass(frozen=True)
class DateReader:
    """What dates of a sentence mean; all values are empty if ambiguous, and None for no date."""

    text: str
    sentence: Span
    published: dt.date | None
    tree: Any

    def value(self, form: str, match: re.Match[str], before: str) -> str | None:
        """The date of a match; `before` is the last date before it."""
        told = {key: word.lower() for key, word in match.groupdict("").items()}
        year, month, day, part = (told.get(key, "") for key in ("y", "m", "d", "part"))
        if form == "same":
            length = PRECISION[told["unit"]]
            return before[:length] if len(before) >= length else None
        if form == "relative":
            return self._by_words(match, told, before)
        if form == "year" and not self._is_year(match):
            return None
        if form == "slash":
            return _slashed(int(told["a"]), int(told["b"]), year)
        if form == "years":
            year = f"{told['first'][: 4 - len(year)]}{year}"
            return year if year > told["first"] else None
        if form == "quarter":
            month, part = _quarter(told), "end"
        if form == "day":  # `on the twenty-second`
            year, month = before[:4], before[5:7] or "13"
        number, on = MONTHS.get(month) or int(month or 0), ORDINAL.get(day) or int(day.rstrip("stndrh") or 0)
        year = year or self._year(match, number, on, before, told.get("of_year", ""))
        return _calendar(year if re.fullmatch(YEAR, year) else "", number, on, part in {"end", "close"})

    def _by_words(self, match: re.Match[str], groups: dict[str, str], before: str) -> str | None:
        """A date in words: `last Tuesday`, `two months ago`; empty where it is a week or open."""
        first, *_, last = (*(words := match.group().lower().split()), words[-1])
        begins, day = first == "last", self.published
        if first in DAYS and PROPER.search(self.text[max(0, match.start() - 24) : match.start()]):
            return None
        count = int(told) if (told := groups["count"]).isdigit() else SMALL.get(told, 1)
        if first == "the" or (told and last != "ago"):  # `the next day`, `ten days later`
            unit = groups["unit"] or last
            if len(before) < PRECISION.get(unit, DAY_LENGTH + 1):
                return None
            return _ago(PartialDate.parse(before).first, -count if last != "earlier" else count, unit)
        if day is None or (begins and THE.search(self.text[max(0, match.start() - 8) : match.start()])):
            return ""  # `over the last year` is a span
        if told:
            return _ago(day, count, groups["unit"])
        if last in DAYS:
            return self._weekday(day, DAYS[last], "past" if begins else self._tense(match.start()), begins, before)
        return _ago(day, int(begins or last == "yesterday"), last if last in {"week", "month", "year"} else "day")

    @staticmethod
    def _weekday(day: dt.date, weekday: int, when: str, is_last: bool, before: str) -> str:
        """A day of the week in the past or future; empty where it is open."""
        back = (day.weekday() - weekday) % 7
        if years_apart(before, str(day)) >= FEW_YEARS or (back and not when):
            return ""
        return _ago(day, back - 7 if back and when == "future" else back or 7 * is_last, "day")

    def _tense(self, index: int) -> str:
        """`past` or `future` by the verb of the word at a place; empty where it is open."""
        at, tree = index - self.sentence.start, self.tree
        span = tree.char_span(at, at + 1, alignment_mode="expand") if tree is not None else None
        if span is None:
            return ""
        token = span[-1]
        while token.pos_ not in {"VERB", "AUX"} and token.head != token:
            if token.dep_ in {"compound", "nmod", "poss", "amod"} and token.head.pos_ == "NOUN":
                return ""  # `prepared for the 8 May vote`
            token = token.head
        near = [token, *(child for child in token.children if child.dep_ in {"aux", "auxpass"})]
        if {"will", "shall", "'ll"} & {one.lower_ for one in near}:
            return "future"
        tags = {one.tag_ for one in near}
        return "past" if "VBD" in tags or (tags == {"VBN"} and token.dep_ == "acl") else ""

    def _year(self, match: re.Match[str], month: int, day: int, before: str, of_year: str) -> str:
        """The year of a day or month without one; empty where it could be another.

        It is the last up to publication in the past tense, the next in the future tense, and else the nearest. In a text about
        another time it is that of the date before, or where that is a day or month, the nearest to it.
        """
        printed = self.published
        if printed and of_year:  # `November of last year`
            return str(printed.year + THIS[of_year]) if of_year in THIS else ""
        past = printed is not None and (month, day) <= (printed.month, printed.day)
        if printed and match.group().lower().startswith("last"):
            return str(printed.year - (month >= printed.month))  # `last December`
        apart = years_apart(before, str(printed)) if printed else DECADE
        if before and apart >= FEW_YEARS:
            near = month_count(PartialDate.parse(before).first)
            return str((near + (month - 1 - near + 5) % 12 - 5) // 12) if before[4:] else before * (apart >= DECADE)
        if printed is None:
            return ""
        when = self._tense(match.start("m"))
        if not when:
            gap = (month - printed.month + 1) % 12 - 1
            return str((month_count(printed) + gap) // 12) if gap <= NEAR else ""
        return str(printed.year - (not past) if when == "past" else printed.year + (past and month != printed.month))

    def _is_year(self, match: re.Match[str]) -> bool:
        """Whether four digits are a year, by the words beside them."""
        before = self.text[max(self.sentence.start, match.start() - 16) : match.start()]
        after = self.text[match.end() : min(match.end() + 16, self.sentence.end)]
        if AS_MONEY.match(after):
            return IN_YEAR.search(before) is not None
        return not before or YEAR_BEFORE.search(before) is not None or OF_TIME.match(after) is not None


def going_on(before: str, value: str) -> str:
    """The date that a text goes on from; a year in passing does not take the place of one."""
    passing = len(value) == 4 < len(before) and years_apart(before, value) < FEW_YEARS
    return before if not value or passing else value


def years_apart(one: str, other: str) -> int:
    """Whole years between two dates; 0 where one is not known."""
    days = [PartialDate.parse(day).first for day in (one, other) if day]
    return abs(month_count(days[0]) - month_count(days[1])) // 12 if len(days) == 2 else 0


def _calendar(year: str, month: int, day: int, is_end: bool) -> str | None:
    """A date of the calendar, perhaps the last day of its month or year; empty without a year."""
    if not year:
        return ""
    if day:
        with suppress(ValueError):
            return dt.date(int(year), month, day).isoformat()
        return None
    when = PartialDate(int(year), month)
    return str(when.last if is_end else when)


def _slashed(one: int, other: int, year: str) -> str | None:
    """The date of `31/12/2016`; empty where day and month may change places."""
    low, high = sorted((one, other))
    return "" if low < high <= 12 else _calendar(f"20{year}"[-4:], low, high, False)


def _quarter(words: dict[str, str]) -> str:
    """The last month of a quarter or a half of a year."""
    parts = 2 if words["of"] == "half" else 4
    return str(12 // parts * min(parts, int(words["q"] or ORDER.get(words["word"], parts))))


def _ago(day: dt.date, count: int, unit: str) -> str:
    """A date so long before a day; empty for weeks, and outside the calendar."""
    month = month_count(day) - count * {"year": 12, "month": 1}.get(unit, 0)
    if unit == "week" or month < 12 * dt.MINYEAR:
        return ""
    if unit == "day":
        with suppress(OverflowError):
            return (day - dt.timedelta(days=count)).isoformat()
        return ""
    return f"{month // 12:04}" if unit == "year" else month_label(month)
