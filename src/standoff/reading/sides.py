"""Which side of a ledger an actor speaks for, by what the package knows of sides (`ledger/sides.yaml`)."""

from __future__ import annotations

from functools import lru_cache

from standoff.ledger.vocabulary import package

PARTS = {
    "WEST": ("USA", "EUR"),
    "NATO": (),
    "EUR": (),
}  #: parts of a bloc whose numbers, added, are a floor of the bloc's


def speaks_for(side: str, code: str) -> bool:
    """Whether a ledger's side is that of an actor."""
    known = package().sides.get(side)
    return known is not None and code.split(".")[0] in (*known.speaks_for, *known.members)


def side_of(codes: tuple[str, ...], author: bool) -> str:
    """The side of a speaker by the actors in his name: `author` without one, `neutral` where it is not known."""
    if author:
        return "author"
    return next((side for code in codes if (side := _sides().get(code.split(".")[0]))), "neutral")


@lru_cache(maxsize=1)
def _sides() -> dict[str, str]:
    """Actor -> the side that its speakers are written down under: that of which it is a member, else the first for it."""
    out: dict[str, str] = {}
    for name, side in package().sides.items():
        out |= dict.fromkeys(side.members, name)
    for name, side in package().sides.items():
        for code in side.speaks_for:
            out.setdefault(code, name)
    return out
