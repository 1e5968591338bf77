"""Scenario files: as YAML, as a scenario, as a plan, under variants and `--set`; the cases of the catalogue among them."""

from __future__ import annotations

import contextlib
import json
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from standoff import catalog
from standoff.cli._options import parse_changes
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import document, dump, load
from tests.fuzz import changes
from tests.fuzz.door import Door
from tests.property.test_scenario import BASE
from tests.unit.conftest import CALM, WORLD

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = [text.encode() for text in (BASE, WORLD, CALM)]


@cache
def small() -> list[bytes]:
    """Small scenarios, as they are written and as JSON."""
    return [*TEXTS, *(json.dumps(document.read_text(text, "seed").data).encode() for text in TEXTS)]


@cache
def cases() -> list[bytes]:
    """Scenarios of the catalogue."""
    texts = [
        (catalog.HOME / slug / "scenario.yaml").read_bytes() for slug in ("closed-form", "korea-1950", "suez-1956")
    ]
    return [*texts, *(json.dumps(document.read_text(text, "seed").data).encode() for text in texts)]


def yaml(raw: bytes) -> None:
    document.read_text(raw, "fuzz.yaml")


def read(raw: bytes) -> load.LoadedScenario:
    """A scenario; what is read can be written and read again."""
    loaded = load.load_text(raw, "fuzz.yaml")
    assert load.load_text(dump(loaded.scenario)).scenario == loaded.scenario, "what is written reads differently"
    return loaded


def planned(raw: bytes) -> None:
    loaded = load.load_text(raw, "fuzz.yaml")
    for name in list(loaded.scenario.variants)[:2]:
        with contextlib.suppress(StandoffError):
            loaded.with_variant(name)
    plan(loaded, Ledger())


@cache
def base() -> document.Document:
    return document.read_text(BASE, "base.yaml")


def moved(raw: bytes) -> None:
    """`--set PATH=VALUE`, several by a zero byte."""
    given = parse_changes([word for word in raw.decode("utf-8", "surrogateescape").split("\0") if word])
    plan(load.load_document(base(), None, changes=given), Ledger())


PATHS = ("drift.mean", "drift.speed", "push", "stocks.fear.initial", "choices.AAA.rationality", "as_of", "title", "drift", "step",
         "beliefs.AAA.fear", "questions.q.by", "levers.push.low", "x", "variants.calm.change", "money.AAA",
         "stocks.money.initial.AAA")  # fmt: skip


def settings(rng: Random, seeds: Sequence[bytes]) -> bytes:
    path = rng.choice(PATHS) if rng.random() < 0.8 else changes.piece(rng)
    return f"{path}={changes.piece(rng)}".replace("\0", "").encode("utf-8", "surrogatepass") + (
        b"\0" + settings(rng, seeds) if rng.random() < 0.2 else b"")  # fmt: skip


SETS = [b"drift.mean=0.5 @assumption", b"push=0.2", b"stocks.fear.initial=0.4 to 0.6 @assumption", b"as_of=2024-06"]
DOORS = (
    Door(name="scenario yaml", enter=yaml, seeds=small, change=changes.yaml, share=1.5),
    Door(name="scenario read", enter=read, seeds=small, change=changes.yaml, share=2.5),
    Door(name="scenario plan", enter=planned, seeds=small, change=changes.yaml, share=2.5),
    Door(name="scenario case", enter=planned, seeds=cases, change=changes.yaml, share=1.5, slice=8),
    Door(name="scenario --set", enter=moved, seeds=lambda: SETS, change=settings, share=1.0),
)
