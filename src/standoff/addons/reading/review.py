"""Review of proposed claims: each decision is written into their file at once.

An accepted claim becomes `accepted`, a rejected one `retracted`. The file is written whole or not at all, so that a crash
loses nothing and a review resumes where it stopped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.ledger import Claim, Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMBERS = ("value", "low", "high")
EDITABLE = (
    "subject",
    "quantity",
    "proposition",
    *NUMBERS,
    "unit",
    "comparator",
    "as_of",
    "published",
    "speaker",
    "side",
    "conflict",
    "note",
)
DOUBTFUL = re.compile(r"^Doubtful: ([a-z_, ]+)\.\s*")  #: the begin of the note of a claim with parts to check


@dataclass
class Review:
    """A file of proposed claims."""

    path: Path
    claims: dict[str, Claim]

    @property
    def waiting(self) -> list[Claim]:
        """Proposed claims without a decision, in file order."""
        return [claim for claim in self.claims.values() if claim.status == "proposed"]

    @property
    def decided(self) -> dict[str, str]:
        """The status of every other claim."""
        return {name: str(claim.status) for name, claim in self.claims.items() if claim.status != "proposed"}

    def decide(self, name: str, status: str, changes: Mapping[str, Any] | None = None) -> None:
        """Record `accepted` or `retracted`, perhaps with changes; raises `LedgerError`."""
        data = {**self.claims[name].to_data(), **(changes or {}), "status": status}
        note = DOUBTFUL.sub("", data.get("note") or "")
        data["note"] = f"{note} {'Edited in review.' * bool(changes)}".strip()
        done = Claim.parse({key: value for key, value in data.items() if value not in (None, "")}, name)
        Ledger(tuple((self.claims | {name: done}).values())).save(self.path)
        self.claims[name] = done

    def save(self, path: Path) -> int:
        """Add new accepted claims to the ledger at `path`; returns their number."""
        ledger = Ledger.load(path) if path.exists() else Ledger()
        new = [claim for claim in self.claims.values() if claim.status == "accepted" and claim.id not in ledger]
        if new:
            ledger.add(new).save(path)
        return len(new)


def opened(path: Path) -> Review:
    """Open a file of proposed claims to review them, or to go on; raises `LedgerError`."""
    return Review(path, {claim.id: claim for claim in Ledger.load(path)})
