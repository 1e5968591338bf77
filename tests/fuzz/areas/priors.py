"""Numbers of the library of priors, in a belief and in the places of a scenario that take them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from standoff import beliefs, priors
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import load_text
from tests.fuzz import changes
from tests.fuzz.door import Door
from tests.unit.test_priors import PLACES, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

PLACED = {"weight": "weight", "rationality": "weight", "code": "breach", "share": "initial", "half_life": "half_life"}


@cache
def seeds() -> list[bytes]:
    """`{"place": PLACE, "number": NUMBER}`, the first prior of each kind."""
    first = {prior.kind: name for name, prior in reversed(priors.list_priors().items())}
    texts = [
        (place, f"{times}prior({first[kind]})")
        for kind, place in PLACED.items()
        for times in (("", "0.5 * ") if kind == "weight" else ("",))
    ]
    return [json.dumps({"place": place, "number": text}).encode() for place, text in texts]


def change(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """Another place, another prior, another factor, or the text changed."""
    data = json.loads(rng.choice(corpus))
    names, number = list(priors.list_priors()), data["number"]
    number = rng.choice(
        (
            f"{rng.choice(changes.NUMBERS)} * prior({rng.choice(names)})",
            f"prior({rng.choice(names)}) {changes.piece(rng)}",
            f"prior({changes.piece(rng)})",
            changes.text(rng, [number.encode()]).decode("utf-8", "replace"),
        )
    )
    place = rng.choice(list(PLACES)) if rng.random() < 0.5 else data["place"]
    return json.dumps({"place": place, "number": number}).encode()


def enter(raw: bytes) -> None:
    """The number as a belief, and in its place of a scenario."""
    data = json.loads(raw)
    old, number = PLACES[data["place"]][0], data["number"]
    found = beliefs.parse(number)
    assert beliefs.parse(found.to_data()) == found, "what is written reads differently"
    for p in (0.05, 0.5, 0.95) if found.numbers else ():
        found.quantile(p)
    tail = ", stay" if old.endswith(", stay") else ""
    text = TEXT.replace(old, f"{old.partition(': ')[0]}: {json.dumps(number)}{tail}")
    plan(load_text(text), Ledger())


DOORS = (Door(name="priors", enter=enter, seeds=seeds, change=change, share=0.7),)
