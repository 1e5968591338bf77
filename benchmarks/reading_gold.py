"""The labelled sentences of reading, and how a reading of them is scored, slot by slot."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent / "data"
SETS = {
    "tuned": HOME / "reading_tuned.txt",
    "held out": HOME / "reading_held_out.txt",
    "long": HOME / "reading_long.txt",
}
SLOTS = ("value", "comparator", "unit", "as of", "subject", "speaker", "polarity")


@dataclass
class Gold:
    """One labelled sentence, or one reading in the same form."""

    text: str
    numbers: list[dict[str, str]] = field(default_factory=list)
    speaker: str = "author"
    polarity: str = "positive"
    trap: bool = False


def load(path: Path) -> list[Gold]:
    """The sentences of a file; what stands behind `# traps` are traps."""
    out, trap = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            trap = trap or line == "# traps"
            continue
        text, numbers, speaker, _, _, polarity = (part.strip() for part in line.split(" | "))
        out.append(
            Gold(
                text,
                [_number(part) for part in _parts(numbers)],
                speaker,
                polarity,
                trap,
            )
        )
    return out


def _parts(cell: str) -> list[str]:
    return [] if cell == "-" else [part.strip() for part in cell.split(" ; ")]


def _number(part: str) -> dict[str, str]:
    value, comparator, unit, as_of, subject = part.split()
    return {"value": value, "comparator": comparator, "unit": unit, "as of": as_of, "subject": subject}


def as_read(text: str, rows: list[dict[str, Any]]) -> Gold:
    """Rows of `standoff read --json` in the form of the gold."""
    result = Gold(text, speaker="author" if rows else "-", polarity=rows[0]["polarity"] if rows else "-")
    for row in rows:
        number = (
            f"{row['value']:.15g}"
            if row["value"] is not None
            else f"{row['low']:.15g}-{row['high']:.15g}"
            if row["low"] is not None
            else ""
        )
        if number:
            result.numbers.append(
                {
                    "value": number,
                    "comparator": row["comparator"],
                    "unit": row["unit"].replace("km2", "km^2") or "-",
                    "as of": row["as_of"] or "-",
                    "subject": row["subject"] or "-",
                }
            )
        if row["speaker"] != "author" and result.speaker in {"author", "-"}:
            result.speaker = "+".join(row["speaker_codes"]) or "unnamed"
        if row["polarity"] != "positive" and result.polarity == "positive":
            result.polarity = row["polarity"]
    return result


def score(gold: Gold, read: Gold, counts: dict[str, Counter[str]]) -> None:
    """Add one sentence to the counts of right, wrong (told and not so) and missed, by slot."""
    left = list(read.numbers)
    for number in gold.numbers:
        match = next((other for other in left if _same(other["value"], number["value"])), None)
        counts["value"]["right" if match else "missed"] += 1
        if match:
            left.remove(match)
        for slot in ("comparator", "unit", "as of", "subject"):
            _slot(counts[slot], number[slot], match[slot] if match else "-")
    counts["value"]["wrong"] += len(left)
    _slot(counts["speaker"], *(("-" if who in {"author", "-"} else who) for who in (gold.speaker, read.speaker)))
    _slot(
        counts["polarity"], *(("-" if sign in {"positive", "-"} else sign) for sign in (gold.polarity, read.polarity))
    )


def passes(gold: Gold, read: Gold) -> bool:
    """Whether a trap is passed: the numbers with their dates, the speaker and the sign are as they should be."""
    numbers = [[(n["value"], n["as of"]) for n in side.numbers] for side in (gold, read)]
    if gold.speaker == "-":
        return not read.numbers
    return numbers[0] == numbers[1] and gold.polarity == read.polarity


def _slot(count: Counter[str], gold: str, read: str) -> None:
    if gold == read:
        count["right"] += gold != "-"
        return
    count["missed"] += gold != "-"
    count["wrong"] += read != "-"


def _same(a: str, b: str) -> bool:
    parts = [[float(x) for x in re.split(r"(?<=\d)-", side)] for side in (a, b)]
    return parts[0] == parts[1]
