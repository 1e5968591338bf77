"""Names of quantities in the terms of a ledger, for statements that are linked to one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from standoff import catalog
from standoff.addons.reading.audit.link import Linker
from standoff.ledger.cards import cards, read_corrections

if TYPE_CHECKING:
    from standoff.addons.reading.statement import Statement


@dataclass(frozen=True)
class Namer:
    """Names the quantity of a statement as a ledger does."""

    linker: Linker

    @classmethod
    def of_case(cls, case: str) -> Namer:
        """The namer of a case by slug or path; raises `StandoffError`."""
        loaded, ledger = catalog.load(case)
        made = cards(ledger.not_retracted(), ledger.vocabulary, read_corrections(catalog.find(case).parent))
        return cls(Linker(made, loaded.scenario.units))

    def named(self, row: Statement) -> Statement:
        """The statement with the quantity of the ledger, where one is linked."""
        if not row.comparator or not row.subject:
            return row
        cards = [self.linker.link(row, code).card for code in row.subject.split("+")]
        names = {None if card is None else card.quantity for card in cards}
        name = names.pop()
        return row if names or name is None else replace(row, quantity=name)
