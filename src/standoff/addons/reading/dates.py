"""Dates of a text with their precision; relative dates need the day of publication.

`05/06/2019` is the fifth of June or the sixth of May: it is marked as ambiguous and gives no date, never a bare year. Whether a
day or month without a year is past or to come is told by the tense of its verb, from the dependency tree.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from standoff.addons.reading.lexicon import any_of, each
from standoff.addons.reading.numbers import ORDER, SMALL
from standoff.dates import PartialDate, month_count, month_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
COUNTS = {word: number for word, number in SMALL.items() if 1 <= number <= 10} | {"a": 1}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:1[5-9]\d\d|20\d\d)"
FAR = r"\d{4}\b(?!\s+[a-z]|[,.]\d|\s?%)"  #: a year that is not read, such as 1450
PART = r"(?:the\s+)?(?:very\s+)?(?P<{0}>end|close|beginning|start|middle|early|mid|late)(?:\s+of|\s+in)?(?:\s+|-)"
COUNT = "|".join(COUNTS) + r"|\d{1,2}"
WEEKDAY = "|".join(DAYS)
BEHIND = r",?\s+(?:of\s+|in\s+(?:the\s+year\s+)?)?"  #: between a day and its year
FORMS = {
    "iso": rf"\b(?P<y1>{YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d)\b",
    "slash": rf"\b(?P<a>\d{{1,2}})[/.](?P<b>\d{{1,2}})[/.](?P<y2>{YEAR}|\d\d)\b",
    "dmy": rf"\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(?:day\s+)?of)?[\s-]+(?P<m3>{MONTH})\b\.?"
    rf"(?:{BEHIND}(?P<y3>{YEAR}|{FAR}))?",
    "mdy": rf"\b(?P<m4>{MONTH})\b\.?\s+(?:the\s+)?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d|\.\d|\s*%)"
    rf"(?:{BEHIND}(?P<y4>{YEAR}|{FAR}))?",
    "my": rf"(?:\b{PART.format('p5')})?\b(?P<m5>{MONTH})\b\.?,?\s+(?:of\s+)?(?P<y5>{YEAR})\b(?!,\d)",
    "py": rf"\b{PART.format('p6')}(?P<y6>{YEAR})\b(?!s|,\d|[-\u2013]\d)",
    "quarter": rf"(?:\bQ(?P<q7>[1-4])\s+|\b(?P<w7>first|second|third|fourth|last)\s+(?P<k7>quarter|half)\s+of\s+)"
    rf"(?P<y7>{YEAR})\b",
    "years": rf"\b(?P<y8>{YEAR})\s?[-\u2013/]\s?(?P<z8>{YEAR}|\d\d)\b(?![-/\d])",
    "year": rf"(?<![\w.,/$€£-])(?P<y9>{YEAR})(?![\w%]|[,.]\d|-\d|/\d)",
    "month": r"(?:(?<=\bin\s)|(?<=\bby\s)|(?<=\bof\s)|(?<=\bsince\s)|(?<=\buntil\s)|(?<=\blate\s)|(?<=\bearly\s)|\blast\s+)"
    rf"(?=(?-i:[A-Z]))(?P<m11>{MONTH})\b(?!\s+['\u2019]?\d|[\w'\u2019])",
    "same": r"\b(?:that|the)\s+(?:very\s+|same\s+)year\b|\bthat\s+year\b(?!\s+(?:by|after|in)\b)",
    "relative": rf"\b(?P<r10>(?-i:[Yy]esterday|[Tt]oday)|(?P<n10>{COUNT})\s+(?P<u10>day|week|month|year)s?\s+ago"
    rf"|(?:last|this)\s+(?:week|month|year)|(?:(?:on|last)\s+)?(?-i:{WEEKDAY.title()}))\b(?!['\u2019-])",
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
IN_YEAR = re.compile(r"(?i)\b(?:in|since|until|during)\s+$")
OF_TIME = re.compile(r"\s+(?:[A-Z]|war\b|invasion|crisis|annexation|coup|campaign|election)")
PROPER = re.compile(r"[A-Z][\w.]*\s+$|-$")  #: before a name such as `Bloody Sunday`
WEEKDAYS = re.compile(rf"(?i)\b(?:{WEEKDAY}),?\s+(?:the\s+)?$")
DIGIT = re.compile(r"\d")
DAY_LENGTH = 10  # characters of YYYY-MM-DD
NEAR = 120  # assumption: days until a day whose year is clear where no verb tells the tense
JUST_PAST = 31  # assumption: the same for one that is past
HALF_WEEK = 4  # days, rounded up
OF_YEAR = re.compile(r"(?i),?\s+(?:of\s+)?(this|last|next|that|the\s+(?:same|following|previous|next))\s+year\b")
THIS = {"this": 0, "last": -1, "next": 1}  #: years from that of publication
OF = re.compile(r"(?i),?\s+of\s+")
THE = re.compile(r"(?i)\bthe\s+$")
N = {"dmy": 3, "mdy": 4}  #: number of the groups of a form
YEARLESS = each("month mdy dmy")
DAILY = each("iso mdy dmy")
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


def find(text: str, sentence: Span, published: str = "", year: str = "", tree: Any = None) -> list[DateMention]:
    """The dates of a sentence in order.

    published: the day of publication, if known. year: the last year named before, which `that year` means. tree: the dependency
    tree of the sentence.
    """
    if not published and not year and DIGIT.search(text, sentence.start, sentence.end) is None:
        return []  # every other form has a digit
    out: list[DateMention] = []
    for match in DATE.finditer(text, sentence.start, sentence.end):
        form, begin = str(match.lastgroup), match.start()
        value = _last_year(out, year) if form == "same" else _read(text, match, form, published, sentence, tree)
        if value is None or (out and out[-1].form in YEARLESS and OF.fullmatch(text, out[-1].end, begin)):
            continue  # no date, or the year of the one before: `November of last year`
        if out and out[-1].form == "relative" and form in DAILY and WEEKDAYS.search(text[out[-1].start : begin]):
            begin = out.pop().start  # `Sunday, 25 June`
        role = _role(text[max(sentence.start, begin - 32) : begin], form)
        out.append(DateMention(match.start(), match.end(), value, form, role))
    named = {one.value[:4] for one in out if one.value and YEARS.search(text, one.start, one.end)}
    return [one._replace(value="") if _is_of_other(one, text, named) else one for one in out]


def _last_year(named: Sequence[DateMention], before: str) -> str | None:
    """The year that `that year` means; before: the last one of earlier sentences."""
    return next((one.value[:4] for one in reversed(named) if one.value), before) or None


def _role(before: str, form: str) -> str:
    """What a date is, by the words before it."""
    since = form == "years" or SINCE.search(before)
    return "since" if since else "as_of" if AS_OF.search(before) else "plain"


def is_open(form: str, words: str) -> bool:
    """Whether the year of a date is that of publication by guess: `in June`, `on Sunday`."""
    return (form in YEARLESS and not YEARS.search(words)) or words.split()[-1].lower() in DAYS


def _is_of_other(one: DateMention, text: str, named: set[str]) -> bool:
    """Whether a sentence names other years: `In 2008 he won the vote of March`."""
    return bool(named) and one.value[:4] not in named and is_open(one.form, text[one.start : one.end])


def _read(text: str, match: re.Match[str], form: str, published: str, sentence: Span, tree: Any) -> str | None:
    """The date; empty if ambiguous, None if it is not a date."""
    get = match.group
    match form:
        case "mdy" if get("m4") == "may":
            return None
        case "iso":
            return _day(get("y1"), int(get("m1")), int(get("d1")))
        case "slash":
            return _slashed(int(get("a")), int(get("b")), get("y2"))
        case "dmy" | "mdy":
            month, day, year = MONTHS[get(f"m{N[form]}").lower()], int(get(f"d{N[form]}")), get(f"y{N[form]}")
            year = year or _year(text, match, sentence, published, month, day, tree)
            return _day(year if re.fullmatch(YEAR, year) else "", month, day)
        case "my":
            return _end(int(get("y5")), MONTHS[get("m5").lower()], get("p5") or "")
        case "py" if get("p6").lower() in {"end", "close"}:
            return _end(int(get("y6")), 12, "end")
        case "py":
            return get("y6")
        case "quarter":
            return _quarter(get("y7"), get("q7") or get("w7"), get("k7") or "")
        case "years":
            return _last_of(get("y8"), get("z8"))
        case "year":
            return get("y9") if _is_year(text, match, sentence) else None
        case "month":
            month = MONTHS[get("m11").lower()]
            return _month(_year(text, match, sentence, published, month, 0, tree), month)
    return _by_words(text, match, sentence, published, tree)


def _last_of(first: str, last: str) -> str | None:
    """The last of two years such as `2014-18`; None where it is not the later one."""
    year = f"{first[: 4 - len(last)]}{last}"
    return year if year > first else None


def _month(year: str, month: int) -> str:
    """A month; empty without a year of the calendar."""
    return str(PartialDate(int(year), month)) if year and dt.MINYEAR <= int(year) <= dt.MAXYEAR else ""


def _quarter(year: str, which: str, part: str) -> str:
    """The last day of a quarter or half of a year: `1`, `first`, `last`."""
    parts = 2 if part.lower() == "half" else 4
    number = int(which) if which.isdigit() else ORDER.get(which.lower(), parts)
    return _end(int(year), 12 // parts * min(number, parts), "end")


def _by_words(text: str, match: re.Match[str], sentence: Span, published: str, tree: Any) -> str | None:
    """A date in words: `last Tuesday`, `two weeks ago`; empty where it is a week or open."""
    words = match.group("r10").lower().split()
    last, before = words[-1], words[0] == "last"
    if words[0] in DAYS and PROPER.search(text, max(sentence.start, match.start() - 24), match.start()):
        return None
    if len(published) < DAY_LENGTH or (
        before and THE.search(text, max(sentence.start, match.start() - 8), match.start())
    ):
        return ""  # `over the last year` is a span
    day, count, unit = dt.date.fromisoformat(published), match.group("n10"), (match.group("u10") or "").lower()
    if count:
        number = int(count) if count.isdigit() else COUNTS[count.lower()]
        return _weeks_ago(day, number) if unit == "week" else _ago(day, number, unit)
    if last in DAYS:
        back = (day.weekday() - DAYS[last]) % 7
        when = "past" if before else _tense(tree, match.start() - sentence.start)
        if when == "future" and (dt.date.max - day).days > 7:
            return (day + dt.timedelta(days=-back % 7)).isoformat()
        return _ago(day, back or 7 * before, "day") if when == "past" or (not when and not back) else ""
    if last in {"month", "year"}:
        return _ago(day, int(before), last)
    return "" if last == "week" else _ago(day, int(last == "yesterday"), "day")  # a week has no form of a date


def _tense(tree: Any, index: int) -> str:
    """`past` or `future` by the verb of the word at a place; empty where it is open."""
    span = tree.char_span(index, index + 1, alignment_mode="expand") if tree is not None else None
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


def _year(text: str, match: re.Match[str], sentence: Span, published: str, month: int, day: int, tree: Any) -> str:
    """The year of a day or month without one; empty where it could be another.

    It is the last up to publication in the past tense, the next in the future tense, and else the nearest.
    """
    if len(published) < DAY_LENGTH:
        return ""
    printed = dt.date.fromisoformat(published)
    if of := OF_YEAR.match(text, match.end(), sentence.end):
        shift = THIS.get(of.group(1).lower())
        return "" if shift is None else str(printed.year + shift)
    past = (month, day) <= (printed.month, printed.day)
    back = printed.year if past else printed.year - 1
    later = printed.year if not past or month == printed.month else printed.year + 1
    if match.group().lower().startswith("last"):
        return str(printed.year - (month >= printed.month))  # `last December`
    if when := _tense(
        tree, match.start("m3" if day and match.group("m3") else "m4" if day else "m11") - sentence.start
    ):
        return str(back if when == "past" else later)
    distances = {year: _days_apart(printed, year, month, day) for year in (back, later)}
    nearest = min(distances, key=lambda one: distances[one])
    return str(nearest) if distances[nearest] <= (NEAR if nearest == later else JUST_PAST) else ""


def _days_apart(printed: dt.date, year: int, month: int, day: int) -> int:
    """Days between publication and a day, or the nearest day of a month."""
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.MAXYEAR * 366
    when = PartialDate(year, month)
    if day:
        return abs((when.last.replace(day=min(day, when.last.day)) - printed).days)
    return max((when.first - printed).days, (printed - when.last).days, 0)


def _day(year: str, month: int, day: int) -> str | None:
    try:
        return dt.date(int(year), month, day).isoformat() if year else ""
    except ValueError:
        return None


def _end(year: int, month: int, part: str) -> str:
    when = PartialDate(year, month)
    return str(when.last if part.lower() in {"end", "close"} else when)


def _slashed(a: int, b: int, year: str) -> str | None:
    if not 0 < min(a, b) <= 12 or max(a, b) > 31:
        return None
    return "" if a != b and max(a, b) <= 12 else _day(f"20{year}"[-4:], min(a, b), max(a, b))


def _is_year(text: str, match: re.Match[str], sentence: Span) -> bool:
    """Whether four digits are a year, by the words beside them."""
    before = text[max(sentence.start, match.start() - 16) : match.start()]
    after = text[match.end() : min(match.end() + 16, sentence.end)]
    if AS_MONEY.match(after):
        return IN_YEAR.search(before) is not None
    return not before or YEAR_BEFORE.search(before) is not None or OF_TIME.match(after) is not None


def _weeks_ago(day: dt.date, count: int) -> str:
    """The month of a day some weeks ago, if clear: a day would be false precision."""
    days = 7 * count
    if day.toordinal() <= days + HALF_WEEK:
        return ""
    ends = {(day - dt.timedelta(days=days + shift)).replace(day=1) for shift in (-HALF_WEEK, HALF_WEEK)}
    return str(ends.pop())[:7] if len(ends) == 1 else ""


def _ago(day: dt.date, count: int, unit: str) -> str:
    """A date so long before a day; empty before the first day of the calendar."""
    month = month_count(day) - count * {"year": 12, "month": 1}.get(unit, 0)
    days = count * {"week": 7, "day": 1}.get(unit, 0)
    if month < 12 * dt.MINYEAR or days >= day.toordinal():
        return ""
    if unit == "year":
        return f"{month // 12:04}"
    return month_label(month) if unit == "month" else (day - dt.timedelta(days=days)).isoformat()
