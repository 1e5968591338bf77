"""Numbers of a day or of another short period, which are no totals.

`Russia lost 900 soldiers on Monday` counts the losses of one day; `had lost 900 soldiers by Monday` counts all until then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff.addons.reading.dates import WEEKDAY
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.addons.reading.statement import Statement

BY_PERIOD = re.compile(r"(?i)\b(?:(?:a|per|each|every)\s+(?:day|week|month)|daily|weekly|monthly)\b")
YEARS = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}  #: length of a period in years
RATE = re.compile(
    r"(?i)\b(?:(?:a|per|each|every)\s+(?P<name>day|week|month|year)(?!\s+(?:ago|later|earlier|before|after|long))\b"
    r"|(?P<adverb>daily|weekly|monthly|annually|yearly|annual)\b)"
)
ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "annually": "year", "yearly": "year", "annual": "year"}
SHORT = re.compile(
    r"(?i)\b(?:overnight|since\s+yesterday|"
    r"(?:in|within|over|during|for)\s+(?:just\s+|only\s+|about\s+)?(?:(?:the|a|this|that)\s+)?"
    r"(?:(?:single|one|past|last|previous|preceding)\s+)?(?:day|night|week|weekend|(?:24|48|twenty-four|forty-eight)\s+hours)"
    r"|(?:last|that)\s+(?:night|day|week|weekend)|at\s+the\s+weekend)\b"
)  #: a period as such, whatever the tense of the verb
DAY = re.compile(rf"(?i)\b(?:yesterday|today|this\s+morning|{WEEKDAY})\b")
LOSSES = re.compile(rf"(?i)\b(?:losses|casualties|deaths|toll)\s+(?:on|for|of)\s+(?:{WEEKDAY}|yesterday|today)\b")
FLOW = re.compile(
    r"(?i)\b(?:lost|killed|died|fell|wounded|injured|suffered|destroyed|downed|shot|intercepted|fired|launched|struck|captured|"
    r"seized|took|produced|made|delivered|sent|gave|provided|supplied|donated|received|transferred|committed|allocated|pledged|"
    r"approved|imported|exported|bought|sold|imposed|arrived|left|fled|deserted|surrendered)\b"
)  #: verbs in the past that count what happened on the day named
PERFECT = re.compile(r"(?i)\b(?:has|have|had|having)\s+(?:\w+\s+){0,2}$")
SPEECH = re.compile(
    r"(?i)\b(?:sa(?:id|ys|ying)|told|reported|announced|claimed|stated|estimated|declared|wrote|added|confirmed|put|according)\b"
)
SAID_ON = re.compile(rf"{SPEECH.pattern}\s+(?:on\s+)?$")  #: the day of a saying: `said on Monday that`
TOTAL = re.compile(
    r"(?i)\b(?:as\s+of|as\s+at|so\s+far|to\s+date|until|up\s+to|by\s+(?:now|then|the|\d)|total(?:s|led)?|altogether|already|"
    r"cumulative\w*|reach\w*|stood|stands|pass(?:ed|es)|exceed\w*|surpass\w*|topp(?:ed|ing)|bring\w*|brought|"
    rf"by\s+(?:{WEEKDAY}|[A-Z]\w+\s+\d)|(?:rose|risen|rising|climbed|grew|grown|fell|fallen|dropped)\s+to)\b"
    r"|\b(?<!most )(?<!worst )(?<!highest )(?<!heaviest )since\s+(?!yesterday\b)"
)  #: words of a count from the beginning; `the most since March` is none
UNTIL = re.compile(r"(?i)\b(?:by|as\s+of|as\s+at|until|till|through|up\s+to|before|after|since|from|to)\s+(?:on\s+)?$")


def rate(row: Statement) -> str:
    """The period by which a statement counts: `year` in `3 million shells a year`; or empty."""
    match = RATE.search(row.quote)
    return "" if match is None else (match.group("name") or ADVERBS[match.group("adverb").lower()]).lower()


def is_by_period(row: Statement) -> bool:
    """Whether a sentence counts by day, week or month."""
    return BY_PERIOD.search(row.sentence) is not None


def is_of_short_period(row: Statement) -> bool:
    """Whether a number is of one day, night, weekend or week, and no total."""
    if row.unit == "%" or TOTAL.search(row.quote):
        return False
    if SHORT.search(row.quote) or LOSSES.search(row.quote):
        return True
    verbs = [m for m in FLOW.finditer(row.quote) if not PERFECT.search(row.quote, 0, m.start())]
    return any(_together(row.quote, verb, day) for day in _days(row) for verb in verbs)


def _days(row: Statement) -> Iterator[tuple[int, int]]:
    """Places of days in the words of a statement."""
    places = [match.span() for match in DAY.finditer(row.quote)]
    for one in row.dates:
        if one["value"] and one["role"] != "since" and PartialDate.parse(one["value"]).day:
            places.append((one["start"] - row.start, one["end"] - row.start))
    return (
        place
        for place in places
        if place[0] >= 0 and not UNTIL.search(row.quote, 0, place[0]) and not SAID_ON.search(row.quote, 0, place[0])
    )


def _together(text: str, verb: re.Match[str], day: tuple[int, int]) -> bool:
    """Whether no word of saying stands between a verb and a day."""
    start, end = (verb.end(), day[0]) if verb.end() <= day[0] else (day[1], verb.start())
    return not SPEECH.search(text, start, max(start, end))
