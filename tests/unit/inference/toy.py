"""A small war with three sources that count its losses, for tests of fitting: the world of the engine's tests, observed.

`AAA` and `BBB` fight from state 0; a staff counts the losses of AAA every month, two others now and then. What AAA and BBB
chose is claimed too, and they watch each other, so that the likelihood of choices goes through an equilibrium.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from standoff.ledger import Claim, Ledger
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text
from tests.unit.conftest import WORLD

if TYPE_CHECKING:
    from standoff.engine.model import Model
    from standoff.inference.fit.log_density import LogDensity

FIT = """
as_of: 2024-12
start: 2023-12
end: 2025-12
choices:
  AAA: {history: [{since: 2023-12, option: hold, sources: aaa-holds}, {since: 2024-07, option: press, sources: aaa-presses}]}
  BBB: {history: [{since: 2023-12, option: wait, sources: bbb-waits}]}
fit:
  since: 2023-12
  targets:
    losses: {claims: {subject: AAA, quantity: losses}, value: losses.AAA}
    killed: {claims: {subject: AAA, quantity: killed}, value: killed.AAA}
"""
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def claim(name: str, quantity: str, as_of: str, value: float, speaker: str, **changes: Any) -> Claim:
    """A claim about the people of AAA."""
    return Claim.parse(
        {
            "id": name,
            "subject": "AAA",
            "quantity": quantity,
            "value": value,
            "unit": "thousand person",
            "comparator": "about",
            "as_of": as_of,
            "published": as_of,
            "speaker": speaker,
            "side": "neutral",
            "source": {"title": "a report"},
            "basis": "found",
            "status": "accepted",
            **changes,
        }
    )


def claims() -> list[Claim]:
    """The evidence: losses of about 16 thousand a month."""
    out = [
        claim(f"staff-{month}", "losses", month, 16.0 * n + 0.37 * (n % 3), "the staff")
        for n, month in enumerate(MONTHS, 1)
    ]
    out += [
        claim(f"observer-{month}", "losses", month, 14.5 * n, "an observer", comparator=how)
        for n, month, how in ((3, "2024-03", "about"), (8, "2024-08", "over"), (11, "2024-11", "about"))
    ]
    out += [
        claim(f"names-{month}", "killed", month, 3.1 * n, "named dead", comparator="at_least")
        for n, month in ((6, "2024-06"), (12, "2024-12"))
    ]
    out += [
        claim(name, "decision", "2024-01", 1, "the press", unit="1")
        for name in ("aaa-holds", "aaa-presses", "bbb-waits")
    ]
    return out


@functools.cache
def document() -> Document:
    return overlay(read_text(WORLD, "world.yaml"), read_text(FIT, "fit.yaml"))


def model(extra: tuple[Claim, ...] = (), **change: Any) -> Model:
    """The world with its evidence, and more of it."""
    from standoff.engine.build import build

    changed = overlay(document(), Document(change, {}, "change"))
    return build(load.load_document(changed, None), Ledger((*claims(), *extra)))


@functools.cache
def looked() -> LogDensity:
    """What a fit of it looks at; compiled once for all tests."""
    import jax

    from standoff.inference.fit import log_density

    with jax.enable_x64(True):
        return log_density.target(model())


@functools.cache
def pushed() -> Any:
    """Its slopes."""
    from standoff.inference import laplace

    return laplace.jvp_batch(looked())
