"""Review of proposed claims: decisions in a journal, accepted claims in a ledger.

The journal is a file of JSON lines beside the claims. Each decision is written and forced to disk before the next is
requested, so that a crash loses none and a review resumes where it stopped. A line that was cut off is ignored. The
ledger is made from the claims and the journal: written whole or not at all, and the same however often it is made.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from standoff import input_files, scalars
from standoff.errors import LedgerError, ReadingError
from standoff.files import append_line
from standoff.ledger import Claim, Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Action = Literal["accept", "edit", "reject"]
EDITABLE = (
    "subject",
    "quantity",
    "proposition",
    "value",
    "low",
    "high",
    "unit",
    "comparator",
    "as_of",
    "published",
    "speaker",
    "side",
    "conflict",
    "note",
)
LARGEST = 64_000_000  # bytes of a journal; assumption: a hundred thousand decisions have a tenth
NUMBERS = frozenset({"value", "low", "high"})
DOUBTFUL = re.compile(r"^Doubtful: (?P<parts>[a-z_, ]+)\.\s*")  #: the begin of the note of a claim with parts to check


@dataclass
class Review:
    """A file of proposed claims with the decisions on them."""

    path: Path
    claims: dict[str, Claim]
    decided: dict[str, tuple[Action, dict[str, Any]]] = field(default_factory=dict)

    @property
    def journal(self) -> Path:
        """The file of decisions."""
        return self.path.with_name(f"{self.path.stem}.review.jsonl")

    @property
    def waiting(self) -> list[Claim]:
        """Proposed claims without a decision, in file order."""
        return [claim for name, claim in self.claims.items() if name not in self.decided]

    def decide(self, name: str, action: Action, changes: Mapping[str, Any] | None = None) -> Claim:
        """Record a decision and return the claim after it; raises `LedgerError` for a bad edit."""
        done = changed(self.claims[name], action, changes or {})
        append_line(self.journal, {"id": name, "action": action, "changes": dict(changes or {})})
        self.decided[name] = (action, dict(changes or {}))
        return done

    def accepted(self) -> list[Claim]:
        """The accepted claims, as edited."""
        return [
            changed(self.claims[name], action, changes)
            for name, (action, changes) in self.decided.items()
            if action != "reject" and name in self.claims
        ]

    def save(self, path: Path) -> int:
        """Add new accepted claims to the ledger at `path`; returns their number."""
        ledger = Ledger.load(path) if path.exists() else Ledger()
        new = [claim for claim in self.accepted() if claim.id not in ledger]
        if new:
            ledger.add(new).save(path)
        return len(new)


def opened(path: Path) -> Review:
    """Open a review and resume its journal; raises `LedgerError` or `ReadingError`."""
    review = Review(path, {claim.id: claim for claim in Ledger.load(path) if claim.status == "proposed"})
    raw = input_files.contents(review.journal, LARGEST, ReadingError) if os.path.lexists(review.journal) else b""
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            data = scalars.from_json(line.decode())
        except ValueError:
            continue  # empty, or what a crash cut off
        try:
            name, action, changes = data["id"], data["action"], data["changes"]
            if action not in get_args(Action) or not isinstance(changes, dict):
                raise ValueError
            if name in review.claims:
                changed(review.claims[name], action, changes)
                review.decided[name] = (action, changes)
        except (ValueError, KeyError, TypeError, LedgerError):
            raise ReadingError("a line without a decision", f"{review.journal}:{number}", fix="remove it") from None
    return review


def doubts(claim: Claim) -> tuple[str, ...]:
    """The parts of a claim that a person has to check."""
    match = DOUBTFUL.match(claim.note)
    return tuple(match.group("parts").split(", ")) if match else ()


def changed(claim: Claim, action: Action, changes: Mapping[str, Any]) -> Claim:
    """A claim after a decision; raises `LedgerError` if the edit is invalid."""
    if action == "reject":
        return claim
    data = {**claim.to_data(), **changes, "status": "accepted"}
    note = DOUBTFUL.sub("", str(data.get("note") or ""))
    data["note"] = f"{note} Edited in review.".strip() if changes else note
    return Claim.parse({key: value for key, value in data.items() if value not in (None, "")}, claim.id)


def read_field(name: str, text: str) -> Any:
    """Typed value of a field: a number, a text, or None if empty; raises `ReadingError`."""
    text = text.strip()
    if not text:
        return None
    if name not in NUMBERS:
        return text
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        raise ReadingError(f"`{text}` is not a number", name, allowed="such as 5500 or 3.5") from None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
