"""Which side of a ledger an actor speaks for: sides are the names of states in small letters, and `west`."""

from __future__ import annotations

from functools import lru_cache

from standoff.reading import gazetteer
from standoff.reading.lexicon import each

WESTERN = each("USA GBR FRA DEU CAN EUR EU NATO WEST NLD NOR POL EST LVA LTU DNK SWE ITA ESP BEL CZE JPN AUS")
SHORT = {"PRK": "dprk", "KOR": "rok", "USA": "usa", "GBR": "britain", "USSR": "ussr", "UN": "un"}
PARTS = {
    "WEST": ("USA", "EUR"),
    "NATO": (),
    "EUR": (),
}  #: parts of a bloc whose numbers, added, are a floor of the bloc's


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    states = (line.split("|")[:2] for line in gazetteer.STATES.strip().splitlines())
    return {code: names.split(",")[0].lower().replace(" ", "-").replace("'", "") for code, names in states} | SHORT


def speaks_for(side: str, code: str) -> bool:
    """Whether a ledger's side is that of an actor."""
    code = code.split(".")[0]
    return side == _names().get(code) or (side == "west" and code in WESTERN)


def side_of(codes: tuple[str, ...], author: bool) -> str:
    """The side of a speaker by the actors in his name: `author` without one, `neutral` where it is not known."""
    if author:
        return "author"
    for code in codes:
        code = code.split(".")[0]
        if code in WESTERN:
            return "west"
        if code in _names():
            return _names()[code]
    return "neutral"
