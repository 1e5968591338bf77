"""Draft proposed claims from statements; others are listed with the reason."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.speakers import AUTHOR
from standoff.dates import PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim
from standoff.ledger.claim import make_id
from standoff.ledger.vocabulary import package

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.statement import Statement

SCALES = ((1e12, "trn"), (1e9, "bn"), (1e6, "mn"))
UNDATED = "No date is given in the text; the day of publication stands for it."


def propose(
    statements: Iterable[Statement], title: str, published: str
) -> tuple[tuple[Claim, ...], list[tuple[str, str]]]:
    """Claims with `status: proposed`, one per actor, and quotes without one, with the reason.

    Ids are reproducible. published: the day of the text. An undated statement is dated by it, with a note that says so.
    """
    claims, left = dict[str, Claim](), list[tuple[str, str]]()
    for row in statements:
        for data in drafts(row, title or "a text", published):
            short = " ".join(re.findall(r"\w+", row.speaker)[:4])
            name = make_id(data["subject"], data["quantity"] or "statement", data["as_of"], short, claims)
            try:
                claims[name] = Claim.parse({"id": name, **data})
            except LedgerError as error:
                left.append((row.quote, error.problems[0].what if row.subject else "no actor that it is about"))
    return tuple(claims.values()), left


def drafts(row: Statement, title: str, published: str) -> list[dict[str, Any]]:
    """Claim data of a statement, without ids: one for each actor in its subject."""
    own, codes = row.speaker == AUTHOR, row.subject.split("+")
    notes = [
        f"Doubtful: {', '.join(row.doubts)}." * bool(row.doubts),
        UNDATED * (not row.as_of),
        f"Read by {row.read_by}." * ("@" in row.read_by),
        "Nobody asserts it: it is said to be unconfirmed." * (row.polarity == "unconfirmed"),
        f"Sentence: {' '.join(row.sentence.split())}" * (row.sentence != row.quote),
        f"It is said of {' and '.join(codes)}, each or together." * (len(codes) > 1),
    ]
    content: dict[str, Any] = {"quantity": "", "proposition": re.sub(r"\s+", " ", row.quote)}
    if row.comparator and row.polarity == "positive":
        content = {"quantity": row.quantity or "number", **in_readable_size(row)}
    data = {
        **content,
        "as_of": row.as_of or published,
        "published": published,
        "speaker": f"author of {title}" if own else row.speaker,
        "side": "author" if own else side_of(row.speaker_codes),
        "source": {"title": title, "date": published},
        "quote": {"text": row.quote, "start": row.start, "end": row.end},
        "origin": f"text-{row.id}" * (len(codes) > 1),
        "basis": "found",
        "status": "proposed",
        "note": " ".join(filter(None, notes)),
    }
    return [{"subject": code, **data} for code in codes]


def in_readable_size(row: Statement) -> dict[str, Any]:
    """A number in the terms of a ledger, with a `unit` such as bn USD."""
    numbers = {key: number for key in ("value", "low", "high") if (number := getattr(row, key)) is not None}
    least = min(map(abs, numbers.values()), default=0.0) if row.unit.isupper() else 0.0
    scale, word = next((one for one in SCALES if least >= one[0]), (1.0, ""))
    unit = f"{word} {row.unit or '1'}{f'/{row.per}' if row.per else ''}".strip()
    return {
        "comparator": row.comparator,
        "unit": unit,
        **{key: json.loads(f"{number / scale:.15g}") for key, number in numbers.items()},
    }


def last_day(row: Statement) -> str:
    """The last day of a statement's date, or an empty text."""
    return str(PartialDate.parse(row.as_of).last) if row.as_of else ""


def side_of(codes: Iterable[str]) -> str:
    """Side of a speaker by actors in the name: the one with it as member, else the first for it."""
    named, sides = [code.split(".")[0] for code in codes], package().sides.items()
    kinds = ("members", "speaks_for")
    ranked = (name for kind in kinds for code in named for name, side in sides if code in getattr(side, kind))
    return next(ranked, "neutral")
