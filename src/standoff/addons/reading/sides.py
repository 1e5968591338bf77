"""Sides of actors, from the vocabulary of the package (`ledger/sides.yaml`)."""

from __future__ import annotations

from functools import lru_cache

from standoff.ledger.vocabulary import package

PARTS = {"WEST": ("USA", "EUR")}  #: parts of a bloc whose sum is a lower bound for the bloc


def speaks_for(side: str, code: str) -> bool:
    """Whether a side of a ledger is that of an actor."""
    known = package().sides.get(side)
    return known is not None and code.split(".")[0] in (*known.speaks_for, *known.members)


def side_of(codes: tuple[str, ...], author: bool) -> str:
    """Side of a speaker by actors in the name: `author` if empty, `neutral` if unknown."""
    if author:
        return "author"
    return next((side for code in codes if (side := _sides().get(code.split(".")[0]))), "neutral")


@lru_cache(maxsize=1)
def _sides() -> dict[str, str]:
    """Actor -> side of its speakers: the one with it as member, else the first for it."""
    out: dict[str, str] = {}
    for name, side in package().sides.items():
        out |= dict.fromkeys(side.members, name)
    for name, side in package().sides.items():
        for code in side.speaks_for:
            out.setdefault(code, name)
    return out
