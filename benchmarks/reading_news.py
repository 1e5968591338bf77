"""Measure `standoff read` on sixty sentences of public-domain news, written by others than the author of the rules.

    python -m benchmarks.reading_news --texts FILE            # precision and recall by half
    python -m benchmarks.reading_news --texts FILE --misses   # also the sentences of the developed half read wrongly
    python -m benchmarks.reading_news --texts FILE --parser   # with spaCy as well

The sentences are works of the United States Government (benchmarks/data/reading_news.txt names each page). The file has
the annotation and a fingerprint of each sentence, not its words, since the index in which the pages were found asks that
nothing be copied from it. `FILE` holds the sentences, one a line, copied from these pages.

The rule of annotation, fixed before the first reading:

- speaker: the head word of whoever says the sentence or a part of it, with a verb of saying or thinking and its content as
  a clause or in quotation marks; a pronoun stands for itself; `author` where nobody is named; `/` where two are right.
- numbers: each number of people, states, units, things, attacks, money or a share, from two up, as value, comparator and
  unit; not ages, times, distances, durations, calibres, vague counts (dozens) and numbers of names.
- dates: each calendar date, and each day that the day of publication resolves (today, Tuesday, July 25); no spans (last
  week, recent months), and no year of a title. Spans that are read are therefore not counted: the text of a date tells
  them (`SPAN`), and a day, however it is named, is none.

Odd sentences were used to improve the rules; of the even ones only the counts were inspected.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.reading_gold import _parts

from standoff.addons.reading.pipeline import read

if TYPE_CHECKING:
    from collections.abc import Iterable

GOLD = Path(__file__).parent / "data" / "reading_news.txt"
SLOTS = ("speaker", "value", "value, unit and comparator", "date")
HALVES = ("developed", "held out")
SPAN = re.compile(r"(?i)(?:last|this)\s+(?:week|month|year)|.*\b(?:weeks?|months?|years?)\s+ago")
DAY = len("2024-07-02")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """An annotated sentence of a page."""

    fingerprint: str
    published: str
    half: str
    speakers: tuple[str, ...]  #: empty for the author
    numbers: tuple[tuple[str, str, str], ...]  #: value, comparator, unit
    dates: frozenset[str]


def fingerprint(text: str) -> str:
    """A short digest of a sentence, the same however its spaces are set."""
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=6).hexdigest()


def gold(path: Path = GOLD) -> list[Sentence]:
    """The annotation, in the order of the file; halves take turns."""
    out, published = list[Sentence](), ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("@ "):
            published = line.split(" | ")[1]
            continue
        name, speaker, numbers, dates = (part.strip() for part in line.split(" | "))
        out.append(
            Sentence(
                fingerprint=name,
                published=published,
                half=HALVES[len(out) % 2],
                speakers=() if speaker == "author" else tuple(speaker.split("/")),
                numbers=tuple(tuple(part.split()) for part in _parts(numbers)),  # type: ignore[misc]
                dates=frozenset() if dates == "-" else frozenset(dates.split()),
            )
        )
    return out


def score(one: Sentence, rows: list[dict[str, Any]], counts: dict[str, Counter[str]]) -> list[str]:
    """Add one sentence to the counts; returns the slots that were read wrongly."""
    before = {slot: counts[slot]["wrong"] + counts[slot]["missed"] for slot in SLOTS}
    speakers = [row["speaker"] for row in rows if row["speaker"] != "author"]
    right = any(_names(speaker, head) for speaker in speakers[:1] for head in one.speakers)
    counts["speaker"]["right"] += right
    counts["speaker"]["missed"] += bool(one.speakers) and not right
    counts["speaker"]["wrong"] += bool(speakers) and not right
    result = [_read_number(row) for row in rows if row["value"] is not None or row["low"] is not None]
    for slot, width in (("value", 1), ("value, unit and comparator", 3)):
        _bags(counts[slot], [number[:width] for number in one.numbers], [number[:width] for number in result])
    dates = {row["as_of"] for row in rows if row["as_of"]} | {e["date"] for row in rows for e in row["events"]}
    read_dates = [date for row in rows for date in row.get("dates", ()) if date["value"]]
    spans = {date["value"] for date in read_dates if SPAN.fullmatch(date["text"]) and len(date["value"]) < DAY}
    days = {date["value"] for date in read_dates if not SPAN.fullmatch(date["text"]) or len(date["value"]) == DAY}
    dates = (dates - spans) | days
    _bags(counts["date"], sorted(one.dates), sorted(dates))
    return [slot for slot in SLOTS if counts[slot]["wrong"] + counts[slot]["missed"] > before[slot]]


def _names(speaker: str, head: str) -> bool:
    return head.casefold() in re.findall(r"\w+", speaker.casefold())


def _read_number(row: dict[str, Any]) -> tuple[str, str, str]:
    value = row["value"] if row["value"] is not None else row["high"]
    return f"{value:.15g}", row["comparator"], row["unit"] or "-"


def _bags(count: Counter[str], right: Iterable[Any], read_: Iterable[Any]) -> None:
    one, other = Counter(right), Counter(read_)
    count["right"] += (one & other).total()
    count["missed"] += (one - other).total()
    count["wrong"] += (other - one).total()


def counted(texts: dict[str, str], half: str, parser: Any = None) -> tuple[dict[str, Counter[str]], list[str]]:
    """Counts of one half, and its sentences that were read wrongly."""
    counts: dict[str, Counter[str]] = {slot: Counter() for slot in SLOTS}
    wrong = []
    for one in gold():
        if one.half != half:
            continue
        text = texts[one.fingerprint]
        rows = [row.to_data() for row in read(text, one.published, parser)]
        if bad := score(one, rows, counts):
            wrong.append(f"{text}\n    {bad} gold {one.speakers} {one.numbers} {sorted(one.dates)}")
            wrong += [
                f"    read {r['speaker']} | {_read_number(r) if r['comparator'] else '-'} | {r['as_of']} | {r['quote']}"
                for r in rows
            ]
    return counts, wrong


def load(path: Path) -> dict[str, str]:
    """Sentences of a file by fingerprint."""
    return {fingerprint(line): line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def table(texts: dict[str, str], parser: Any = None) -> list[str]:
    """Precision and recall by half."""
    halves = {half: counted(texts, half, parser)[0] for half in HALVES}
    lines = [
        "| field | " + " | ".join(f"{half}: labels | precision | recall" for half in HALVES) + " |",
        "|---|" + "---:|" * 3 * len(HALVES),
    ]
    for slot in SLOTS:
        cells = []
        for counts in halves.values():
            right, missed, wrong = (counts[slot][name] for name in ("right", "missed", "wrong"))
            cells += [str(right + missed), _share(right, wrong), _share(right, missed)]
        lines.append(f"| {slot} | " + " | ".join(cells) + " |")
    return lines


def _share(right: int, bad: int) -> str:
    return f"{100 * right / (right + bad):.0f} %" if right + bad else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--parser", action="store_true")
    question = parser.parse_args()
    nlp = None
    if question.parser:
        from standoff.addons.reading.spacy_parser import load as load_parser

        nlp = load_parser()
    texts = load(question.texts)
    print("\n".join(table(texts, nlp)))
    if question.misses:
        print("\n".join(counted(texts, HALVES[0], nlp)[1]))


if __name__ == "__main__":
    main()
