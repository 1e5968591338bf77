"""Sides of actors, from the vocabulary of the package (`ledger/sides.yaml`)."""

from __future__ import annotations

from standoff.ledger.vocabulary import package


def speaks_for(side: str, code: str) -> bool:
    """Whether a side of a ledger is that of an actor."""
    known = package().sides.get(side)
    return known is not None and code.split(".")[0] in (*known.speaks_for, *known.members)


def side_of(codes: tuple[str, ...]) -> str:
    """Side of a speaker by actors in the name: the one with it as member, else the first for it."""
    named, sides = [code.split(".")[0] for code in codes], package().sides
    own = [name for code in named for name, side in sides.items() if code in side.members]
    own += [name for code in named for name, side in sides.items() if code in side.speaks_for]
    return own[0] if own else "neutral"
