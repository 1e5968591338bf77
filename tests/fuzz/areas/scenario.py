"""Scenario files: as YAML, as a scenario, as a plan, under variants and `--set`; the cases of the catalogue among them."""

from __future__ import annotations

import contextlib
import json
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING

from standoff import catalog
from standoff.cli._options import parse_changes
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import document, dump, load
from tests.fuzz import changes
from tests.fuzz.areas.ledger import EDGE
from tests.fuzz.door import Door
from tests.property.test_scenario import BASE
from tests.unit.conftest import CALM, WORLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: the scenario of the property tests, with the sources and the claim that it lacks
SOURCED = BASE.replace("volatility: 0.05", "volatility: 0.05 @assumption").replace("x 1.5", "x 1.5 @assumption")
SEEN = {
    "id": "somebody-2025-07",
    "subject": "AAA",
    "quantity": "mood",
    "value": 0.5,
    "unit": "share",
    "comparator": "exact",
    "as_of": "2025-07",
    "published": "2025-08",
    "speaker": "somebody",
    "side": "west",
    "source": {"title": "t"},
    "basis": "found",
    "status": "accepted",
}
CLAIMS = [*EDGE, SEEN, {**SEEN, "id": "somebody-2024-01", "as_of": "2024-01", "published": "2024-02"}]
TEXTS = [text.encode() for text in (SOURCED, WORLD, CALM)]
CASES = ("closed-form", "korea-1950", "suez-1956")


@cache
def claims() -> Ledger:
    return Ledger.parse(json.dumps(CLAIMS), "claims.json")


@cache
def small() -> list[bytes]:
    """Small scenarios, as they are written and as JSON."""
    return [*TEXTS, *(json.dumps(document.read_text(text, "seed").data).encode() for text in TEXTS)]


@cache
def cases() -> list[bytes]:
    """Scenarios of the catalogue."""
    texts = [(catalog.HOME / slug / "scenario.yaml").read_bytes() for slug in CASES]
    return [*texts, *(json.dumps(document.read_text(text, "seed").data).encode() for text in texts)]


@cache
def case_claims() -> Ledger:
    """The claims of these cases together."""
    return Ledger([claim for slug in CASES for claim in catalog.load_claims(catalog.HOME / slug / "scenario.yaml")])


def yaml(raw: bytes) -> None:
    document.read_text(raw, "fuzz.yaml")


def read(raw: bytes) -> load.LoadedScenario:
    """A scenario; what is read can be written and read again."""
    loaded = load.load_text(raw, "fuzz.yaml")
    assert load.load_text(dump(loaded.scenario)).scenario == loaded.scenario, "what is written reads differently"
    return loaded


def planned(raw: bytes, ledger: Callable[[], Ledger] = claims) -> None:
    loaded = load.load_text(raw, "fuzz.yaml")
    for name in list(loaded.scenario.variants)[:2]:
        with contextlib.suppress(StandoffError):
            loaded.with_variant(name)
    plan(loaded, ledger())


@cache
def base() -> document.Document:
    return document.read_text(SOURCED, "base.yaml")


def moved(raw: bytes) -> None:
    """`--set PATH=VALUE`, several by a zero byte."""
    given = parse_changes([word for word in raw.decode("utf-8", "surrogateescape").split("\0") if word])
    plan(load.load_document(base(), None, changes=given), claims())


PATHS = (
    "drift.mean",
    "drift.speed",
    "push",
    "stocks.fear.initial",
    "choices.AAA.rationality",
    "as_of",
    "title",
    "drift",
    "step",
    "beliefs.AAA.fear",
    "questions.q.by",
    "levers.push.low",
    "x",
    "variants.calm.change",
    "money.AAA",
    "stocks.money.initial.AAA",
)


def settings(rng: Random, seeds: Sequence[bytes]) -> bytes:
    path = rng.choice(PATHS) if rng.random() < 0.8 else changes.piece(rng)
    return f"{path}={changes.piece(rng)}".replace("\0", "").encode("utf-8", "surrogatepass") + (
        b"\0" + settings(rng, seeds) if rng.random() < 0.2 else b""
    )


SETS = [
    b"drift.mean=0.5 @assumption",
    b"push=0.2 @assumption",
    b"drift.speed=0.1 to 0.2 1/month @assumption",
]
DOORS = (
    Door(name="scenario yaml", enter=yaml, seeds=small, change=changes.yaml, share=1.5),
    Door(name="scenario read", enter=read, seeds=small, change=changes.yaml, share=2.5),
    Door(name="scenario plan", enter=planned, seeds=small, change=changes.yaml, share=2.5),
    Door(
        name="scenario case",
        enter=partial(planned, ledger=case_claims),
        seeds=cases,
        change=changes.yaml,
        share=1.5,
        slice=8,
    ),
    Door(name="scenario --set", enter=moved, seeds=lambda: SETS, change=settings, share=1.0),
)
