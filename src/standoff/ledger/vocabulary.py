"""Meaning of sides and quantities: interests of sides, and definitions of quantities.

`sides.yaml` and `quantities.yaml` beside this module hold the definitions of the package; a scenario adds to them under
`sides:` and `quantities:` (`of_scenario`), and an actor of a scenario is a side by its name. Quantities of a family
count the same thing by different definitions: a family has parts, whose flows are multiples of the flow of its root,
and a quantity is a sum of parts since the beginning, on a day, or in a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from standoff.errors import Fault, join_limited
from standoff.record import record

if TYPE_CHECKING:
    from standoff.ledger.claim import Claim

HOME = Path(__file__).parent
SIDE = r"^[a-z][a-z0-9_-]*$"
Window = Literal["total", "day", "year"]
Interest = Literal["own", "enemy", "third", "independent", "relay"]
SideName: TypeAlias = Annotated[str, Field(pattern=SIDE, description="side as claims give it: russia, west, press")]


class VocabularyEntry(BaseModel):
    """Base of the entries: frozen, no unknown keys."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class Side(VocabularyEntry):
    """A side: either the actors that it speaks for, or its kind of interest."""

    speaks_for: tuple[str, ...] = Field((), description="actors whose interest its numbers serve")
    interest: Literal["third", "independent", "relay"] | None = Field(
        None,
        description="third: states outside; independent: counts for nobody; relay: repeats statements of others",
    )
    members: tuple[str, ...] = Field(
        (), description="actors that belong to it, though it does not speak for them alone"
    )
    mark: int | None = Field(None, ge=0, description="index of the marker in charts")


class QuantityDefinition(VocabularyEntry):
    """Definition of a quantity as a sum of parts."""

    parts: tuple[str, ...] = Field(min_length=1)
    window: Window = "total"


class Ratio(VocabularyEntry):
    """Ratio of a part to the root, central 90 %."""

    low: float = Field(gt=0)
    high: float = Field(gt=0)
    source: str = Field(description="source of the range, or the word assumption")


class FamilyEntry(VocabularyEntry):
    """Quantities that measure one thing by different definitions."""

    root: str
    parts: dict[str, Ratio] = Field(default_factory=dict, description="the other parts")
    quantities: dict[str, QuantityDefinition] = Field(min_length=1)
    cumulative: bool = Field(True, description="it never falls; otherwise it is a level")
    losses_in_war: bool = Field(False, description="subjects of these are belligerents")


class Quantities(VocabularyEntry):
    """Definitions of quantities by their names."""

    families: dict[str, FamilyEntry] = Field(default_factory=dict)
    never_falls: tuple[str, ...] = Field((), description="endings of names of cumulative quantities")
    losses: tuple[str, ...] = Field(
        (), description="words in names of quantities whose own numbers tend to be low and the enemy's high"
    )
    counted_by_name: tuple[str, ...] = Field(
        (), description="words in speaker or note of counts of recorded cases, which are lower bounds"
    )


class Family(FamilyEntry):
    """A family with its name."""

    name: str


@record
class Vocabulary:
    """Sides and quantities of a ledger."""

    sides: Mapping[str, Side]
    quantities: Quantities

    def interest(self, side: str, subject: str, belligerents: frozenset[str]) -> Interest:
        """Interest of a speaker of `side` in a number about `subject`.

        belligerents: actors whose losses are claimed; one of these that speaks of another is an enemy

        An unknown side counts as a third party; `unknown` names such sides, for a warning.
        """
        speaker, about = self.sides.get(side, Side()), subject.split(".")[0]
        if speaker.interest is not None:
            return speaker.interest
        if about in speaker.speaks_for:
            return "own"
        return "enemy" if about in belligerents and belligerents & set(speaker.speaks_for) else "third"

    def unknown(self, claims: Iterable[Claim]) -> tuple[str, ...]:
        """Sides of claims without an entry, sorted."""
        return tuple(sorted({claim.side for claim in claims} - set(self.sides)))

    def family_of(self, quantity: str) -> Family:
        """The family of a quantity, or a family of this quantity only."""
        for name, family in self.quantities.families.items():
            if quantity in family.quantities:
                return Family(name=name, **dict(family))
        alone = {quantity: QuantityDefinition(parts=(quantity,))}
        return Family(name=quantity, root=quantity, quantities=alone, cumulative=self.cumulative(f"_{quantity}"))

    def cumulative(self, quantity: str) -> bool:
        """Whether a quantity is cumulative, by the ending of its name."""
        return quantity.endswith(self.quantities.never_falls)

    def is_loss(self, quantity: str) -> bool:
        """Whether own numbers of a quantity tend to be low and the enemy's high (losses)."""
        return any(word in quantity for word in self.quantities.losses)

    def counted_by_name(self, text: str) -> bool:
        """Whether a speaker or note, in lower case, says that only recorded cases were counted."""
        return any(word in text for word in self.quantities.counted_by_name)

    def belligerents(self, claims: Iterable[Claim]) -> frozenset[str]:
        """Actors with claims of losses in war."""
        return frozenset(claim.subject.split(".")[0] for claim in claims if claim.quantity in self._war)

    @cached_property
    def _war(self) -> frozenset[str]:
        families = self.quantities.families.values()
        return frozenset(name for family in families if family.losses_in_war for name in family.quantities)

    def extended(self, sides: Mapping[str, Side], quantities: Quantities) -> Vocabulary:
        """This vocabulary with further or replaced sides and quantities."""
        base = self.quantities
        lists = {
            name: tuple(dict.fromkeys((*getattr(base, name), *getattr(quantities, name))))
            for name in ("never_falls", "losses", "counted_by_name")
        }
        others = {name: family for name, family in base.families.items() if name not in quantities.families}
        families = {**quantities.families, **others}
        return Vocabulary(sides={**self.sides, **sides}, quantities=Quantities(families=families, **lists))


@lru_cache(maxsize=1)
def package() -> Vocabulary:
    """Vocabulary of the package: `sides.yaml` and `quantities.yaml`."""
    sides, quantities = _read("sides.yaml"), _read("quantities.yaml")
    return Vocabulary(
        sides={name: Side.model_validate(entry) for name, entry in sides.items()},
        quantities=Quantities.model_validate(quantities),
    )


def of_scenario(actors: Mapping[str, str], sides: Mapping[str, Side], quantities: Quantities | None) -> Vocabulary:
    """Vocabulary of the package, extended by a scenario.

    actors: code -> name; `Aland` is the side `aland`, unless the package or the scenario has that side
    """
    base = package()
    of_actors = {side_name(name): Side(speaks_for=(code,)) for code, name in actors.items() if "." not in code}
    fresh = {name: side for name, side in of_actors.items() if name not in base.sides}
    return base.extended({**fresh, **sides}, quantities or Quantities())


def side_name(name: str) -> str:
    """Side of an actor's name: `South Africa` is `south-africa`."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower().replace(" ", "-"))


def unknown_sides(sides: Iterable[str]) -> str:
    """Warning about unknown sides."""
    return (
        f"unknown sides, whose claims count as those of third parties: "
        f"{join_limited(sides, 8)}; declare them under `sides:`"
    )


def mistakes(sides: Mapping[str, Side], quantities: Quantities | None) -> Iterator[Fault]:
    """Inconsistencies of the entries of a scenario."""
    for name, side in sides.items():
        if bool(side.speaks_for) == (side.interest is not None):
            yield Fault(
                ("sides", name),
                f"`{name}` has {'both' if side.speaks_for else 'neither'} of speaks_for and interest",
                "speaks_for: [CODE], or interest: third, independent or relay",
            )
    for name, family in quantities.families.items() if quantities else ():
        here, parts = ("quantities", "families", name), (family.root, *family.parts)
        for part, ratio in family.parts.items():
            path = (*here, "parts", part)
            if ratio.low >= ratio.high:
                yield Fault(path, f"low {ratio.low:g} is not below high {ratio.high:g}", "low below high")
            if part == family.root:
                yield Fault(path, f"`{part}` is the root", "the other parts, as multiples of the root")
        for quantity, definition in family.quantities.items():
            for part in (part for part in definition.parts if part not in parts):
                what = f"`{part}` is not a part of the family"
                yield Fault((*here, "quantities", quantity), what, ", ".join(parts))


def _read(name: str) -> dict[str, Any]:
    from standoff import yaml_reader

    return yaml_reader.read((HOME / name).read_text(encoding="utf-8"), name).data
