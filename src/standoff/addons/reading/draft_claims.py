"""Draft proposed claims from statements; others are listed with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.sides import side_of
from standoff.addons.reading.speakers import AUTHOR
from standoff.dates import PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim
from standoff.ledger.claim import make_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.statement import Statement

CODE = re.compile(r"[A-Z][A-Z0-9]*(?:\.[a-z][a-z0-9_]*)*")
UNITS = {"": "1"}
SCALES = ((1e12, "trn"), (1e9, "bn"), (1e6, "mn"))
UNDATED = "No date is given in the text; the day of publication stands for it."


@dataclass(frozen=True)
class Proposed:
    """Drafted claims, and statements that could not be drafted."""

    claims: tuple[Claim, ...]
    left_out: tuple[tuple[str, str], ...]  #: quote, reason


def propose(
    statements: Iterable[Statement], title: str, published: str, publisher: str = "", url: str = ""
) -> Proposed:
    """Claims with `status: proposed`, one per actor; ids are reproducible.

    published: the day of the text. An undated statement is dated by it, with a note that says so.
    """
    claims: list[Claim] = []
    left: list[tuple[str, str]] = []
    taken: set[str] = set()
    for row in statements:
        for data in drafts(row, title, published, publisher, url):
            data["id"] = make_id(
                data["subject"], data["quantity"] or "statement", data["as_of"], _short(row.speaker), taken
            )
            try:
                claims.append(Claim.parse(data))
                taken.add(data["id"])
            except LedgerError as error:
                left.append((row.quote, error.problems[0].what))
        if not row.subject:
            left.append((row.quote, "no actor that it is about"))
    return Proposed(tuple(claims), tuple(left))


def drafts(row: Statement, title: str, published: str, publisher: str = "", url: str = "") -> list[dict[str, Any]]:
    """Claim data of a statement, without ids: one for each actor in its subject."""
    source = {"title": title or "a text", "publisher": publisher, "url": url, "date": published}
    out, own = [], row.speaker == AUTHOR
    for code in row.subject.split("+"):
        if not CODE.fullmatch(code):
            continue
        notes = [] if row.as_of else [UNDATED]
        notes = [f"Doubtful: {', '.join(row.doubts)}."] * bool(row.doubts) + notes
        notes += [f"Read by {row.read_by}."] * ("@" in row.read_by)
        if row.polarity == "unconfirmed":
            notes.append("Nobody asserts it: it is said to be unconfirmed.")
        if row.sentence != row.quote:
            notes.append(f"Sentence: {' '.join(row.sentence.split())}")
        if "+" in row.subject:
            notes.append(f"It is said of {row.subject.replace('+', ' and ')}, each or together.")
        out.append(
            {
                "subject": code,
                **_content(row),
                "as_of": row.as_of or published,
                "published": published,
                "speaker": f"author of {source['title']}" if own else row.speaker,
                "side": side_of(row.speaker_codes, own),
                "source": {key: value for key, value in source.items() if value},
                "quote": {"text": row.quote, "start": row.start, "end": row.end},
                "origin": f"text-{row.id}" if "+" in row.subject else "",
                "basis": "found",
                "status": "proposed",
                "note": " ".join(notes),
            }
        )
    return out


def _content(row: Statement) -> dict[str, Any]:
    """The number with its unit in a readable size, or the proposition."""
    if not row.comparator or row.polarity != "positive":
        return {"quantity": "", "proposition": re.sub(r"\s+", " ", row.quote)}
    unit = UNITS.get(row.unit, row.unit) + (f"/{row.per}" if row.per else "")
    numbers = [number for number in (row.value, row.low, row.high) if number is not None]
    scale, word = next(((s, w) for s, w in SCALES if unit.isupper() and min(map(abs, numbers)) >= s), (1.0, ""))
    params = {
        key: _tidy(number / scale) for key in ("value", "low", "high") if (number := getattr(row, key)) is not None
    }
    return {
        "quantity": row.quantity or "number",
        "unit": f"{word} {unit}".strip(),
        "comparator": row.comparator,
        **params,
    }


def _tidy(number: float) -> int | float:
    return int(number) if float(number).is_integer() and abs(number) < 1e15 else float(f"{number:.12g}")


def _short(speaker: str) -> str:
    return " ".join(re.findall(r"\w+", speaker)[:4])


def last_day(row: Statement) -> str:
    """The last day of a statement's date, or an empty text."""
    return str(PartialDate.parse(row.as_of).last) if row.as_of else ""
