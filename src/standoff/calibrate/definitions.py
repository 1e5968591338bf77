"""What quantities mean, beside one another: which parts they are made of, and whose interest a number serves.

Quantities of a family count the same thing by different definitions. A family has parts, whose flows are multiples of
the flow of its first part; a quantity is a sum of parts, since the beginning, a day, or a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Window = Literal["total", "day", "year"]
Interest = Literal["own", "enemy", "third", "independent", "relay"]


@dataclass(frozen=True)
class Part:
    """A part of a family: how much of it there is for one of the first part, central 90 %."""

    name: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Counted:
    """How a quantity is made of parts."""

    parts: tuple[str, ...]
    window: Window = "total"


@dataclass(frozen=True)
class Family:
    """Quantities that count one thing by different definitions."""

    name: str
    root: str  #: the first part
    quantities: Mapping[str, Counted]
    parts: tuple[Part, ...] = ()  #: the others
    cumulative: bool = True  #: it never falls; otherwise it is a level


FAMILIES = (
    Family(
        "personnel",
        "killed",
        {
            "personnel_killed": Counted(("killed",)),
            "personnel_wounded": Counted(("wounded",)),
            "personnel_losses": Counted(("killed", "wounded")),
            "personnel_irrecoverable": Counted(("killed", "disabled")),
            "personnel_losses_per_day": Counted(("killed", "wounded"), "day"),
            "personnel_losses_in_year": Counted(("killed", "wounded"), "year"),
        },
        (
            # the ledger's own claims use 3 to 4 wounded for one killed (Russia) and 6 to 8 (Ukraine); 2 to 3 in older wars
            Part("wounded", 1.5, 8.0, "assumption: from the ratio of older wars to the largest that claims use"),
            Part("disabled", 0.3, 3.0, "assumption: a fifth to two fifths of the wounded do not return"),
        ),
    ),
    Family(
        "aid",
        "allocated",
        {
            "aid_allocations": Counted(("allocated",)),
            "aid_commitments": Counted(("allocated", "only promised")),
            "aid_pledged_not_allocated": Counted(("only promised",)),
        },
        (Part("only promised", 0.1, 2.0, "assumption: from all but delivered to twice as much promised as set aside"),),
    ),
)
NEVER_FALLS = (
    "_killed", "_wounded", "_losses", "_lost", "_arrived", "_left", "_delivered", "_commitments", "_allocations",
    "_total", "_military", "_financial", "_humanitarian",
)  # fmt: skip  #: endings of quantities that count since the beginning
COUNTED_BY_NAME = ("named dead", "ualosses", "memory book", "visually confirmed", "oryx", "obituar")
#: assumption: words in speaker or note of counts that hold only what was seen, and so are floors
INDEPENDENT = frozenset({"neutral", "historian", "un", "press", "scholar", "league"})
RELAYS = frozenset({"author"})
SIDES = {
    "russia": "RUS", "ukraine": "UKR", "china": "CHN", "prc": "CHN", "usa": "USA", "ussr": "USSR", "dprk": "PRK",
    "rok": "KOR", "britain": "GBR", "france": "FRA", "germany": "DEU", "iraq": "IRQ", "iran": "IRN", "israel": "ISR",
    "egypt": "EGY", "finland": "FIN", "vietnam": "VNM", "india": "IND", "pakistan": "PAK", "argentina": "ARG",
    "turkey": "TUR", "cuba": "CUB", "hungary": "HUN", "georgia": "GEO",
}  # fmt: skip  #: the actor that a side speaks for


@dataclass(frozen=True)
class Prior:
    """What is assumed before any claim is heard, on the log scale unless said. All are assumptions, set before a fit.

    A bias is that of the interest (shared by all who have it) and the source's own. That belligerents count their own
    losses low and the enemy's high is the direction of their interest; the spreads leave room for a factor of two.
    """

    shared: Mapping[Interest, tuple[float, float]] = field(
        default_factory=lambda: {
            "own": (-0.2, 0.35), "enemy": (0.2, 0.35), "third": (0.0, 0.15), "independent": (0.0, 0.1),
            "relay": (0.0, 0.2),
        }
    )  # fmt: skip  #: mean and deviation of the bias that all of one interest share
    own: Mapping[Interest, float] = field(
        default_factory=lambda: {"own": 0.35, "enemy": 0.35, "third": 0.2, "independent": 0.15, "relay": 0.4}
    )  #: deviation of a source's bias about that
    definition: float = 0.25  #: deviation of the bias of one source between two quantities
    drift: float = 0.15  #: deviation of the change of a source's bias in half a year
    noise: tuple[float, float] = (0.1, 0.4)  #: median of a source's noise, and deviation of its logarithm
    carrier: float = 0.02  #: noise of passing a number on
    named: tuple[float, float] = (0.4, 0.7)  #: logit of the share that a count by name holds: 0.32 to 0.83
    start: float = 1.5  #: deviation of the first flows, and of a first level, about the size of the claims
    pace: tuple[float, float] = (
        0.15,
        0.7,
    )  #: median change of the flow (or level) in a month, deviation of its logarithm
    trend: float = 0.15  #: deviation of the change of a ratio of parts in a year


def family_of(quantity: str) -> Family:
    """The family of a quantity; one of its own for a quantity that is in none."""
    for family in FAMILIES:
        if quantity in family.quantities:
            return family
    cumulative = f"_{quantity}".endswith(NEVER_FALLS)
    return Family(quantity, quantity, {quantity: Counted((quantity,))}, (), cumulative)


def interest(side: str, subject: str, belligerents: frozenset[str]) -> Interest:
    """Whose interest a number about `subject` serves when somebody of `side` says it.

    belligerents: actors whose losses are claimed; one of these that speaks of another is an enemy.
    """
    if side in RELAYS:
        return "relay"
    if side in INDEPENDENT:
        return "independent"
    code, about = SIDES.get(side, ""), subject.split(".")[0]
    if code == about:
        return "own"
    return "enemy" if code in belligerents and about in belligerents else "third"
