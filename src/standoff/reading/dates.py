"""Dates of a text with their precision; relative dates need the day of publication.

`05/06/2019` is the fifth of June or the sixth of May: it is marked as ambiguous and gives no date, never a bare year.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from standoff.dates import PartialDate, month_count, month_label
from standoff.reading.lexicon import any_of
from standoff.reading.number_words import SMALL

if TYPE_CHECKING:
    from standoff.reading.sentences import Span

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
COUNTS = {word: number for word, number in SMALL.items() if 1 <= number <= 10} | {"a": 1}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:1[5-9]\d\d|20\d\d)"
PART = r"(?:the\s+)?(?:very\s+)?(?P<{0}>end|close|beginning|start|middle|early|mid|late)(?:\s+of|\s+in)?(?:\s+|-)"
COUNT = "|".join(COUNTS) + r"|\d{1,2}"
WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
FORMS = {
    "iso": rf"\b(?P<y1>{YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d)\b",
    "slash": rf"\b(?P<a>\d{{1,2}})[/.](?P<b>\d{{1,2}})[/.](?P<y2>{YEAR}|\d\d)\b",
    "dmy": rf"\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(?:day\s+)?of)?[\s-]+(?P<m3>{MONTH})\b\.?"
    rf"(?:,?\s+(?:of\s+)?(?P<y3>{YEAR}))?",
    "mdy": rf"\b(?P<m4>{MONTH})\b\.?\s+(?:the\s+)?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d|\.\d|\s*%)"
    rf"(?:,?\s+(?:of\s+)?(?P<y4>{YEAR}))?",
    "my": rf"(?:\b{PART.format('p5')})?\b(?P<m5>{MONTH})\b\.?,?\s+(?:of\s+)?(?P<y5>{YEAR})\b(?!,\d)",
    "py": rf"\b{PART.format('p6')}(?P<y6>{YEAR})\b(?!s|,\d|[-\u2013]\d)",
    "quarter": rf"(?:\bQ(?P<q7>[1-4])\s+|\b(?P<w7>first|second|third|fourth|last)\s+(?P<k7>quarter|half)\s+of\s+)"
    rf"(?P<y7>{YEAR})\b",
    "years": rf"\b(?P<y8>{YEAR})\s?[-\u2013/]\s?(?P<z8>{YEAR}|\d\d)\b(?![-/\d])",
    "year": rf"(?<![\w.,/$€£-])(?P<y9>{YEAR})(?![\w%]|[,.]\d|-\d|/\d)",
    "month": rf"(?<=\bin\s)(?P<m11>{MONTH})\b(?!\s+\d|[\w'\u2019])",
    "relative": rf"\b(?P<r10>yesterday|today|(?P<n10>{COUNT})\s+(?P<u10>day|week|month|year)s?\s+ago"
    rf"|(?:last|this)\s+(?:week|month|year)|(?:(?:on|last)\s+)?(?:{WEEKDAY})|as\s+of\s+(?:now|today)|to\s+date|so\s+far)\b",
}
DATE = re.compile("|".join(f"(?P<{name}>(?i:{form}))" for name, form in FORMS.items()))
THINGS = """percent dollars euros soldiers troops people tanks sanctions men civilians missiles drones shells million billion
    thousand fighters mercenaries vehicles km metres tonnes tons refugees prisoners killed dead wounded casualties rounds
    units new foreign personnel aircraft pieces items"""
YEAR_BEFORE = re.compile(
    r"(?i)(?:\b(?:in|since|by|until|till|through|during|from|after|before|of|for|year|to|between|and|the|its|"
    r"late|early|mid|spring|"
    r"summer|autumn|fall|winter|throughout|around|circa|fiscal|whole|all|already|back|as)|[(,\u2013-])\s*$"
)
AS_MONEY = re.compile(rf"(?i)\s*(?:%|(?:{any_of(THINGS)})\b|kilomet)")
DIGIT = re.compile(r"\d")
AMBIGUOUS = "ambiguous date"
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


def find(text: str, sentence: Span, published: str = "") -> list[DateMention]:
    """The dates of a sentence in order. `published`: the day of publication, if known."""
    if not published and DIGIT.search(text, sentence.start, sentence.end) is None:
        return []  # every other form has a digit
    out = []
    for match in DATE.finditer(text, sentence.start, sentence.end):
        form = str(match.lastgroup)
        result = _read(text, match, form, published, sentence)
        if result is None:
            continue
        before = text[max(sentence.start, match.start() - 32) : match.start()]
        role = "since" if SINCE.search(before) else "as_of" if AS_OF.search(before) else "plain"
        if form == "years":
            role = "since"
        out.append(DateMention(match.start(), match.end(), result, form, role))
    return out


def _read(text: str, match: re.Match[str], form: str, published: str, sentence: Span) -> str | None:
    """The date; empty if ambiguous, None if it is not a date."""
    get = match.group
    if form == "iso":
        return _day(get("y1"), int(get("m1")), int(get("d1")))
    if form == "slash":
        return _slashed(int(get("a")), int(get("b")), get("y2"))
    if form == "dmy":
        month, day = MONTHS[get("m3").lower()], int(get("d3"))
        return _day(get("y3") or _near(published, month, day), month, day)
    if form == "mdy":
        if get("m4").lower() == "may" and not get("m4")[0].isupper():
            return None
        month, day = MONTHS[get("m4").lower()], int(get("d4"))
        return _day(get("y4") or _near(published, month, day), month, day)
    if form == "my":
        return _end(int(get("y5")), MONTHS[get("m5").lower()], get("p5") or "")
    if form == "py":
        return f"{get('y6')}-12-31" if get("p6").lower() in {"end", "close"} else get("y6")
    if form == "quarter":
        return _quarter(get("y7"), get("q7") or get("w7"), (get("k7") or "quarter").lower())
    if form == "years":
        last = get("z8") if len(get("z8")) == 4 else get("y8")[:2] + get("z8")
        return last if int(last) > int(get("y8")) else None
    if form == "year":
        return get("y9") if _is_year(text, match, sentence) else None
    if form == "month":
        return _month(get("m11"), published)
    if get("r10").lower() in DAYS and not _is_weekday(text, match):
        return None
    return _relative(get("r10").lower(), get("n10"), get("u10"), published)


def _month(name: str, published: str) -> str | None:
    """A month without a year: its last occurrence up to publication."""
    if not name[0].isupper():
        return None
    month = MONTHS[name.lower()]
    year = _near(published, month, 1)
    return str(PartialDate(int(year), month)) if year and int(year) >= dt.MINYEAR else ""


def _is_weekday(text: str, match: re.Match[str]) -> bool:
    """Whether a day of the week dates something, and is no name (`Bloody Sunday`, `Monday's`)."""
    before = text[max(0, match.start() - 24) : match.start()]
    return match.group("r10")[0].isupper() and not re.search(r"[A-Z][\w.]*\s+$|-$", before) and (
        text[match.end() : match.end() + 1] not in {"'", "\u2019", "-"})  # fmt: skip


def _day(year: str | None, month: int, day: int) -> str | None:
    if not year:
        return ""
    try:
        return dt.date(int(year), month, day).isoformat()
    except ValueError:
        return None


def _end(year: int, month: int, part: str) -> str:
    if part.lower() in {"end", "close"}:
        return PartialDate(year, month).last.isoformat()
    return str(PartialDate(year, month))


def _slashed(a: int, b: int, year: str) -> str | None:
    year = year if len(year) == 4 else "20" + year
    if a > 31 or b > 31 or not a or not b or (a > 12 and b > 12):
        return None
    if a > 12:
        return _day(year, b, a)
    if b > 12 or a == b:
        return _day(year, a, b)
    return ""


def _quarter(year: str, which: str, kind: str) -> str:
    number = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}.get(which.lower(), 0) or int(which)
    if kind == "half":
        number = 4 if which.lower() in {"second", "last"} else 2
    return _end(int(year), 3 * number, "end")


def _is_year(text: str, match: re.Match[str], sentence: Span) -> bool:
    before = text[max(sentence.start, match.start() - 16) : match.start()]
    after = text[match.end() : min(match.end() + 16, sentence.end)]
    if AS_MONEY.match(after):
        return bool(re.search(r"(?i)\b(?:in|since|until|during)\s+$", before))
    if match.start() == sentence.start or not after.strip(" .,;:)!?"):
        return bool(YEAR_BEFORE.search(before)) or match.start() == sentence.start
    return bool(YEAR_BEFORE.search(before)) or bool(
        re.match(r"\s+(?:[A-Z]|war\b|invasion|crisis|annexation|coup|campaign|election)", after)
    )


def _near(published: str, month: int, day: int) -> str:
    """The year of a day without one: its last occurrence up to publication."""
    if len(published) < 10:
        return ""
    printed = dt.date.fromisoformat(published)
    return str(printed.year if (month, day) <= (printed.month, printed.day) else printed.year - 1)


def _relative(words: str, count: str | None, unit: str | None, published: str) -> str | None:
    if len(published) < 10:
        return ""
    day = dt.date.fromisoformat(published)
    words = re.sub(r"\s+", " ", words)
    if words in {"today", "as of now", "as of today", "to date", "so far"}:
        return day.isoformat()
    if words == "yesterday":
        return _ago(day, 1, "day")
    if count and unit:
        number = int(count) if count.isdigit() else COUNTS[count.lower()]
        return _ago(day, number, unit.lower())
    last = words.split()[-1]
    if last in DAYS:
        back = (day.weekday() - DAYS[last]) % 7 or (7 if words.startswith("last") else 0)
        return _ago(day, back, "day")
    before = words.startswith("last")
    if last == "year":
        return _ago(day, int(before), "year")
    if last == "month":
        return _ago(day, 1, "month") if before else f"{day.year:04}-{day.month:02}"
    return ""  # a week has no form of a date, and a day would be false precision


def _ago(day: dt.date, count: int, unit: str) -> str:
    """A date so long before a day; empty before the first day of the calendar."""
    month = month_count(day) - count * {"year": 12, "month": 1}.get(unit, 0)
    days = count * {"week": 7, "day": 1}.get(unit, 0)
    if month < 12 * dt.MINYEAR or days >= day.toordinal():
        return ""
    if unit == "year":
        return f"{month // 12:04}"
    return month_label(month) if unit == "month" else (day - dt.timedelta(days=days)).isoformat()
