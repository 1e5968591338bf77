"""Dates of a text with their precision; relative dates need the day of publication.

`05/06/2019` is the fifth of June or the sixth of May: it is marked as ambiguous and gives no date, never a bare year.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from standoff.addons.reading.lexicon import any_of, each
from standoff.addons.reading.numbers import SMALL
from standoff.addons.reading.tenses import timing
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
PART = r"(?:the\s+)?(?:very\s+)?(?P<{0}>end|close|beginning|start|middle|early|mid|late)(?:\s+of|\s+in)?(?:\s+|-)"
COUNT = "|".join(COUNTS) + r"|\d{1,2}"
WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
BEHIND = r",?\s+(?:of\s+|in\s+(?:the\s+year\s+)?)?"  #: between a day and its year
FORMS = {
    "iso": rf"\b(?P<y1>{YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d)\b",
    "slash": rf"\b(?P<a>\d{{1,2}})[/.](?P<b>\d{{1,2}})[/.](?P<y2>{YEAR}|\d\d)\b",
    "dmy": rf"\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(?:day\s+)?of)?[\s-]+(?P<m3>{MONTH})\b\.?"
    rf"(?:{BEHIND}(?P<y3>{YEAR}))?",
    "mdy": rf"\b(?P<m4>{MONTH})\b\.?\s+(?:the\s+)?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d|\.\d|\s*%)"
    rf"(?:{BEHIND}(?P<y4>{YEAR}))?",
    "my": rf"(?:\b{PART.format('p5')})?\b(?P<m5>{MONTH})\b\.?,?\s+(?:of\s+)?(?P<y5>{YEAR})\b(?!,\d)",
    "py": rf"\b{PART.format('p6')}(?P<y6>{YEAR})\b(?!s|,\d|[-\u2013]\d)",
    "quarter": rf"(?:\bQ(?P<q7>[1-4])\s+|\b(?P<w7>first|second|third|fourth|last)\s+(?P<k7>quarter|half)\s+of\s+)"
    rf"(?P<y7>{YEAR})\b",
    "years": rf"\b(?P<y8>{YEAR})\s?[-\u2013/]\s?(?P<z8>{YEAR}|\d\d)\b(?![-/\d])",
    "year": rf"(?<![\w.,/$€£-])(?P<y9>{YEAR})(?![\w%]|[,.]\d|-\d|/\d)",
    "month": rf"(?:(?<=\bin\s)|(?<=\bby\s)|(?<=\bof\s)|(?<=\bsince\s)|(?<=\buntil\s)|(?<=\blate\s)|(?<=\bearly\s))"
    rf"(?P<m11>{MONTH})\b(?!\s+['\u2019]?\d|[\w'\u2019])",
    "same": r"\b(?:that|the)\s+(?:very\s+|same\s+)year\b|\bthat\s+year\b(?!\s+(?:by|after|in)\b)",
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
WEEKDAYS = re.compile(rf"(?i)\b(?:{WEEKDAY}),?\s+(?:the\s+)?$")
DIGIT = re.compile(r"\d")
DAY_LENGTH = 10  # characters of YYYY-MM-DD
NEAR = 150  # assumption: days until a day whose year is clear where no verb tells the tense
JUST_PAST = 31  # assumption: the same for one that is past
NEAR_ATTRIBUTE = 120  # assumption: the same for `the 8 May vote`
FAR = 200  # assumption: the same where a verb tells the tense, but does not stand beside the date
ATTRIBUTE = re.compile(
    r"(?i)(?:(?<!\bon )\b(?:the|an?|this|its|his|her|their|our|that)|['\u2019]s?)\s+$"
)  #: before `8 May` in `the 8 May vote`
ATTACKS = re.compile(
    r"(?i)\s+(?:terror\w*\s+)?(?:attacks?|hijack\w*|commission|memorial|victims|families)\b"
)  #: of 2001
HALF_WEEK = 4  # days, rounded up
OF_YEAR = re.compile(r"(?i),?\s+(?:of\s+)?(this|last|next|that|the\s+(?:same|following|previous|next))\s+year\b")
OF = re.compile(r"(?i),?\s+of\s+")
WORD_BEFORE = re.compile(r"[\w'\u2019]\s+$|[A-Z]\.\s+$")  #: of a name such as `USA TODAY`
TITLE = re.compile(r"^[\"\u201c'\u2018]\w+[.,]?[\"\u201d'\u2019]")  #: a word in quotation marks of its own
GOES = re.compile(r"(?i)\b(?:go|goes|going|went|gone)\s+$")
HABIT = re.compile(r"(?i)\s+(?:nights|mornings|afternoons|evenings)\b")  #: `our Friday nights`
UP = re.compile(r"(?i)\bup\s+$")  #: `up to date`
THE = re.compile(r"(?i)\bthe\s+$")
DATED_MONTH = re.compile(rf"(?i)\b(?:{MONTH})\s+(?:\d{{1,2}},?\s+)?(?P<year>{YEAR})\b")
SAID = re.compile(r"(?i)\b(?:said|told|announced|wrote|warned|added|declared)\b(?:\s+\w+){0,5}?\s+(?:on|in)\s+$")
AS = re.compile(r"\s+(?:as|away|from|behind|beyond|removed|apart)\b")
SOMEBODY = re.compile(r"(?i)\s+(?:him|her|them|me|you|someone|men|women|an?|the|his|other)\b")
YEARLESS = each("month mdy dmy")
DAILY = each("iso mdy dmy")
FAR_YEAR = re.compile(BEHIND + r"\d{4}\b(?!\s+[a-z]|[,.]\d|\s?%)")  #: one that is not read, such as 1450
YEARS = re.compile(r"\d{4}|(?i:\byears?\s+ago)")
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


def find(text: str, sentence: Span, published: str = "", year: str = "") -> list[DateMention]:
    """The dates of a sentence in order.

    published: the day of publication, if known. year: the last year named before, which `that year` means.
    """
    if not published and not year and DIGIT.search(text, sentence.start, sentence.end) is None:
        return []  # every other form has a digit
    out: list[DateMention] = []
    for match in DATE.finditer(text, sentence.start, sentence.end):
        form, begin = str(match.lastgroup), match.start()
        known = next((one.value[:4] for one in reversed(out) if one.value), year)
        result = (known or None) if form == "same" else _read(text, match, form, published, sentence)
        if result is None or (out and out[-1].form in YEARLESS and OF.fullmatch(text, out[-1].end, begin)):
            continue  # no date, or the year of the one before: `November of last year`
        if out and out[-1].form == "relative" and form in DAILY and WEEKDAYS.search(text[out[-1].start : begin]):
            begin = out.pop().start  # `Sunday, 25 June`
        if is_open(form, match.group()) and _is_of_other_year(text, sentence, match, out, result):
            result = ""
        out.append(
            DateMention(
                match.start(), match.end(), result, form, _role(text[max(sentence.start, begin - 32) : begin], form)
            )
        )
    return out


def _role(before: str, form: str) -> str:
    """What a date is, by the words before it."""
    since = form == "years" or SINCE.search(before)
    return "since" if since else "as_of" if AS_OF.search(before) else "plain"


def is_open(form: str, words: str) -> bool:
    """Whether the year of a date is that of publication by guess: `in June`, `on Sunday`."""
    return (form in YEARLESS and not YEARS.search(words)) or words.split()[-1].lower() in DAYS


def _is_of_other_year(
    text: str, sentence: Span, match: re.Match[str], earlier: Sequence[DateMention], value: str
) -> bool:
    """Whether another year stands beside a date without one, and it is no day of a saying.

    `In 2008 he won the vote of March`; `from 40 in January to 110 in June 1940`.
    """
    if not value or SAID.search(text, sentence.start, match.start()) is not None:
        return False
    named = {one.value[:4] for one in earlier if one.value and YEARS.search(text, one.start, one.end)}
    later = DATED_MONTH.search(text, match.end(), sentence.end)
    return (bool(named) and value[:4] not in named) or (later is not None and later.group("year") < value[:4])


def _read(text: str, match: re.Match[str], form: str, published: str, sentence: Span) -> str | None:
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
            name, day, year = (get(key) for key in (("m3", "d3", "y3") if form == "dmy" else ("m4", "d4", "y4")))
            month = MONTHS[name.lower()]
            return _day(year or _year(text, match, sentence, published, month, int(day)), month, int(day))
        case "my":
            return _end(int(get("y5")), MONTHS[get("m5").lower()], get("p5") or "")
        case "py":
            return f"{get('y6')}-12-31" if get("p6").lower() in {"end", "close"} else get("y6")
        case "quarter":
            return _quarter(get("y7"), get("q7") or get("w7"), get("k7"))
        case "years":
            last = f"{get('y8')[: 4 - len(get('z8'))]}{get('z8')}"
            return last if last > get("y8") else None
        case "year":
            return get("y9") if _is_year(text, match, sentence) else None
        case "month":
            return _month(text, match, sentence, published)
    return None if _is_no_time(text, match, sentence) else _by_words(text, match, sentence, published)


def _by_words(text: str, match: re.Match[str], sentence: Span, published: str) -> str:
    """A date in words: `last Tuesday`, `two weeks ago`; empty where it is a week or open."""
    words = re.sub(r"\s+", " ", match.group("r10").lower())
    if len(published) < DAY_LENGTH:
        return ""
    day, last, before = dt.date.fromisoformat(published), words.split()[-1], words.startswith("last")
    count, unit = match.group("n10"), (match.group("u10") or "").lower()
    if last in DAYS and not before:
        return _weekday(day, last, timing(text, sentence, *match.span()).tense)
    if before and THE.search(text, max(sentence.start, match.start() - 8), match.start()):
        return ""  # `over the last year` is a span
    if count:
        number = int(count) if count.isdigit() else COUNTS[count.lower()]
        return _weeks_ago(day, number) if unit == "week" else _ago(day, number, unit)
    if last in DAYS:
        return _ago(day, (day.weekday() - DAYS[last]) % 7 or 7, "day")
    if last == "year":
        return _ago(day, int(before), "year")
    if last == "month":
        return _ago(day, 1, "month") if before else f"{day.year:04}-{day.month:02}"
    return "" if last == "week" else _ago(day, int(last == "yesterday"), "day")  # a week has no form of a date


def _month(text: str, match: re.Match[str], sentence: Span, published: str) -> str | None:
    """A month without a year."""
    name = match.group("m11")
    if not name[0].isupper():
        return None
    month = MONTHS[name.lower()]
    year = _year(text, match, sentence, published, month, 0)
    return str(PartialDate(int(year), month)) if year and int(year) >= dt.MINYEAR else ""


def _year(text: str, match: re.Match[str], sentence: Span, published: str, month: int, day: int) -> str:
    """The year of a day or month without one; empty where it could be another.

    It is the last up to publication in the past tense, the next in the future tense, and else the nearest. So is the day of an
    attribute (`the 8 May vote`). One almost a year ago needs a verb in the past tense beside it.
    """
    if (
        len(published) < DAY_LENGTH
        or FAR_YEAR.match(text, match.end(), sentence.end)
        or ((month, day) == (9, 11) and ATTACKS.match(text, match.end(), sentence.end))
    ):
        return ""
    printed = dt.date.fromisoformat(published)
    if of := OF_YEAR.match(text, match.end(), sentence.end):
        words = of.group(1).lower()
        return (
            str(printed.year + {"this": 0, "last": -1, "next": 1}[words]) if words in {"this", "last", "next"} else ""
        )
    past = (month, day) <= (printed.month, printed.day)
    back = printed.year if past else printed.year - 1
    later = printed.year if not past or month == printed.month else printed.year + 1
    when, near = timing(text, sentence, *match.span())
    distances = {year: _days_apart(printed, year, month, day) for year in (back, later)}
    nearest = min(distances, key=lambda one: distances[one])
    before = text[max(sentence.start, match.start() - 24) : match.start()]
    if day and distances[nearest] <= NEAR_ATTRIBUTE and ATTRIBUTE.search(before):
        return str(nearest)
    year = {"past": back, "future": later, "": nearest}[when]
    limit = FAR if when else NEAR if year == later else JUST_PAST
    return str(year) if distances[year] <= limit or (when and near) else ""


def _days_apart(printed: dt.date, year: int, month: int, day: int) -> int:
    """Days between publication and a day, or the nearest day of a month."""
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.MAXYEAR * 366
    when = PartialDate(year, month)
    if day:
        return abs((when.last.replace(day=min(day, when.last.day)) - printed).days)
    return max((when.first - printed).days, (printed - when.last).days, 0)


def _is_no_time(text: str, match: re.Match[str], sentence: Span) -> bool:
    """Whether words are a name or an idiom: `Bloody Sunday`, `USA TODAY`, `went so far as to`."""
    first = match.group("r10").split()[-1]
    before = text[max(sentence.start, match.start() - 24) : match.start()]
    if match.group("r10").lower() in DAYS and not _is_weekday(text, match):
        return True
    if first.lower() in {"today", "yesterday"} and first[0].isupper():
        return (
            WORD_BEFORE.search(before) is not None
            or TITLE.search(text[match.start() - 1 : match.end() + 2]) is not None
        )
    if HABIT.match(text, match.end()):
        return True
    words = match.group("r10").lower()
    if words.endswith("far"):
        return GOES.search(before) is not None or AS.match(text, match.end()) is not None
    return words.endswith("date") and (UP.search(before) or SOMEBODY.match(text, match.end())) is not None


def _is_weekday(text: str, match: re.Match[str]) -> bool:
    """Whether a day of the week dates something, and is no name (`Bloody Sunday`, `Monday's`)."""
    before = text[max(0, match.start() - 24) : match.start()]
    return (
        match.group("r10")[0].isupper()
        and not re.search(r"[A-Z][\w.]*\s+$|-$", before)
        and (text[match.end() : match.end() + 1] not in {"'", "\u2019", "-"})
    )


def _weekday(printed: dt.date, name: str, when: str) -> str:
    """The last such day before publication if past, the next if future; else empty."""
    back = (printed.weekday() - DAYS[name]) % 7
    if when == "past" or (not when and not back):
        return _ago(printed, back, "day")
    if when == "future" and (dt.date.max - printed).days > 7:
        return (printed + dt.timedelta(days=(DAYS[name] - printed.weekday()) % 7)).isoformat()
    return ""


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


def _quarter(year: str, which: str, kind: str | None) -> str:
    number = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}.get(which.lower(), 0) or int(which)
    if kind and kind.lower() == "half":
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
