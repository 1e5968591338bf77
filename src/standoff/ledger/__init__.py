"""Claims, their speakers and sources; nothing here imports JAX."""

from standoff.ledger.claim import Claim, Source
from standoff.ledger.conflicts import Conflict
from standoff.ledger.ledger import Ledger

__all__ = ["Claim", "Conflict", "Ledger", "Source"]
