"""Three small worlds for the engine and the findings, built and run once a session.

One has all that the engine does (holders, noise, bounds, a war, two deciders who watch each other); in another six foresee
each other's reactions, in a chain and in a circle; the third has three wandering stocks and compiles in half a second. What
needs JAX is imported late.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from standoff.ledger import Claim, Ledger
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema.protocols import Validator

    from standoff.engine.model import Model
    from standoff.engine.run import Run

WORLD = """
title: two powers
as_of: 2024-03
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  cohesion: {unit: share, initial: 0.5, sources: assumption}
  troops: {unit: person, initial: {AAA: 300000 to 400000, BBB: 250000 to 350000}, sources: assumption}
  recovering: {unit: person, initial: {AAA: 0, BBB: 0}, sources: assumption}
  killed: {unit: person, initial: {AAA: 0, BBB: 0}, sources: assumption}
  losses: {unit: person, initial: {AAA: 0, BBB: 0}, sources: assumption}
  left_service: {unit: person, initial: {AAA: 0, BBB: 0}, sources: assumption}
  engaged: {unit: person, initial: {AAA: 0, BBB: 0}, sources: assumption}
  casualty_rate: {unit: person/month, initial: {AAA: 0, BBB: 0}, sources: assumption}
  firepower: {unit: share, initial: {AAA: 1, BBB: 0.8}, sources: assumption}
  fighting: {unit: share, initial: 1, sources: assumption}
  fear: {unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}
  calm: {unit: share, initial: 0.4 to 0.6, cap: 0.6, sources: assumption}
mechanisms:
  attrition:
    sides: [AAA, BBB]
    reference: 500000 person
    front_capacity: 300000 to 600000 person
    kill_rate: {AAA: 0.05 to 0.1 1/month, BBB: 0.04 to 0.08 1/month}
    enemy_exponent: 0.3 to 0.9
    own_exponent: 0.3 to 0.9
    fire_exponent: 0.5
    tempo_sd: 0.2
    killed_share: 0.2 to 0.35
    return_share: 0.4 to 0.7
    recovery_time: 2 to 5 month
    sources: assumption
  dread: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.1 1/month, volatility: 0.05, sources: assumption}
  quiet: {use: mean_reversion, stock: calm, mean: 0.1 to 0.3, speed: 0.3 1/month, volatility: 0.3, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {press: {effects: {attrition.effort.AAA: x 1.5}}, hold: }
    status_quo: hold
    every: 3 months
    rationality: 1 to 4
    half_life: 1.94 month
    history: [{since: 2024-01, option: hold}]
    reasons:
      norm: {use: stated_norm, weight: 1 to 2, breach: {press: 1, hold: 0}, commitment: 0.5 to 0.9}
      penalty: {use: secondary_sanctions, weight: 2 to 3, imposers: [BBB], imposing_option: punish,
                exposure: {press: 1, hold: 0}, severity: 0.5 to 0.9, insulation: 0.1}
      spirit: {use: wedge, weight: 1, provocation: {press: -1, hold: 0}}
    sources: assumption
  BBB:
    actor: BBB
    options: {punish: {effects: {dread.push: 0.02 1/month}}, wait: , plead: }
    status_quo: wait
    every: 3 months
    rationality: 1 to 4
    half_life: 1.94 month
    history: [{since: 2024-01, option: wait}]
    reasons:
      norm: {use: stated_norm, weight: 1 to 2, breach: {punish: 0.5, wait: 0, plead: 1}, commitment: 0.5 to 0.9}
      blow: {use: secondary_sanctions, weight: 2, imposers: [AAA], imposing_option: press,
             exposure: {punish: 0, wait: 0.6, plead: 1}, severity: 0.5 to 0.9, insulation: 0.1}
    sources: assumption
questions:
  go: {text: "?", event: "AAA in [press]", by: 2024-12, resolution: x}
  left: {text: "?", quantity: troops.AAA + troops.BBB, at: 2024-12, resolution: x}
  high: {text: "?", until: fear > 0.6, by: 2024-12, resolution: x}
  part: {text: "?", reason: [AAA, penalty], option: press, at: 2024-12, resolution: x}
"""
WATCHERS = """
title: those who watch each other
as_of: 2024-03
start: 2023-07
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}, CCC: {name: C}}
stocks:
  fear: {unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}
mechanisms:
  dread: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.1 1/month, volatility: 0.08, sources: assumption}
beliefs:
  BBB: {fear: 0.6 to 1.4 @assumption}
choices:
  ATT:
    actor: AAA
    options: {stay: , probe: , attack: }
    status_quo: stay
    every: 2 months
    rationality: 0.7 to 1.5
    half_life: 6 month
    history: [{since: 2023-07, option: stay}]
    reasons:
      gain: {use: expression, weight: 0.8 to 1.2, value: {probe: 0.6 + fear, attack: "2 - 1.5 * (DEF in [resist]) + 0.7 * (DEF in [warn])"}}
      war: {use: expression, weight: 0.8 to 1.2, within: 6 months, value: {probe: "-(WAR in [war])", attack: "-2 * (WAR in [war])"}}
      court: {use: expression, weight: 1, value: {attack: "-1.5 * (END in [judge])", probe: "0.5 * (END in [judge])"}}
      side: {use: secondary_sanctions, weight: 1 to 2, imposers: [TWO], imposing_option: strike,
             exposure: {stay: 0, probe: 0.4, attack: 1}, severity: 0.5 to 0.9, insulation: 0.1, expects: simultaneous}
    sources: assumption
  DEF:
    actor: BBB
    options: {yield: , warn: , resist: {when: "ATT in [probe, attack]"}}
    status_quo: yield
    every: 3 months
    rationality: 0.7 to 1.5
    half_life: 4 to 9 month
    history: [{since: 2023-07, option: yield}]
    reasons:
      honour: {use: retaliation, weight: 2 to 3, offender: ATT, offences: [probe, attack], severity: {probe: 0.4, attack: 1},
               response: {yield: 0, warn: 0.5, resist: 1}, reputation_value: 0.5 to 0.9}
      price: {use: expression, weight: 1, value: {warn: "-0.3", resist: "-0.5 - 1.5 * (WAR in [war])"}}
    sources: assumption
  WAR:
    actor: CCC
    options: {peace: , arm: , war: }
    status_quo: peace
    every: 2 months
    rationality: 1
    half_life: 3 month
    when: "DEF in [warn, resist] or fear > 0.55"
    reasons:
      worth: {use: expression, weight: 0.8 to 1.2, value: {arm: "0.4 * did(DEF in [warn]) - 0.2", war: "2 * did(DEF in [resist]) - 1"}}
    sources: assumption
  END:
    actor: CCC
    options: {pass: , judge: }
    status_quo: pass
    every: 3 months
    rationality: 2
    half_life: 0
    reasons:
      law: {use: expression, weight: 1, value: {judge: "1.5 * did(WAR in [war]) + 1.5 * did(DEF in [resist]) - 1.5"}}
    sources: assumption
  ONE:
    actor: AAA
    options: {hold: , strike: }
    status_quo: hold
    every: 2 months
    rationality: 0.5 to 1
    half_life: 5 month
    history: [{since: 2023-07, option: hold}]
    reasons:
      first: {use: expression, weight: 1, value: {strike: "1 + 3 * did(TWO in [strike]) - 2.5 * (TWO in [strike])"}}
    sources: assumption
  TWO:
    actor: BBB
    options: {hold: , strike: }
    status_quo: hold
    every: 3 months
    rationality: 0.5 to 1
    half_life: 5 month
    reasons:
      first: {use: expression, weight: 1, value: {strike: "fear + 3 * did(ONE in [strike]) - 2.5 * (ONE in [strike])"}}
    sources: assumption
questions:
  attacks: {text: "?", event: "ATT in [attack]", by: 2024-12, resolution: x, main: true}
"""
CALM = """
title: three moods
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks:
  fear: {unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}
  calm: {unit: share, initial: 0.4 to 0.6, cap: 0.6, sources: assumption}
  hope: {unit: share, initial: "normal(0, 1)", floor: null, sources: assumption}
mechanisms:
  dread: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.1 to 0.2 1/month, volatility: 0.05, sources: assumption}
  quiet: {use: mean_reversion, stock: calm, mean: 0.1 to 0.3, speed: 0.3 1/month, volatility: 0.3, sources: assumption}
  lift: {use: mean_reversion, stock: hope, mean: 0.5, speed: 0.1 1/month, volatility: 0.2, sources: assumption}
  sway: {use: mean_reversion, stock: hope, mean: "normal(0, 1)", speed: 0.01 1/month, volatility: 0.1,
         sources: assumption}
"""


def claim_of(name: str, as_of: str, published: str, value: float, **changes: Any) -> Claim:
    """A claim about a stock of AAA."""
    return Claim.parse(
        {
            "id": name,
            "subject": "AAA",
            "quantity": "losses",
            "value": value,
            "unit": "thousand person",
            "comparator": "about",
            "as_of": as_of,
            "published": published,
            "speaker": "an office",
            "side": "neutral",
            "source": {"title": "a report"},
            "basis": "found",
            "status": "accepted",
            **changes,
        }
    )


@functools.cache
def document(text: str) -> Document:
    return read_text(text, "world.yaml")


def calm_model(change: dict[str, Any] | None = None, claims: tuple[Claim, ...] = ()) -> Model:
    """Three wandering stocks and nobody who decides: compiles in half a second. `change` is laid over it."""
    return changed(CALM, change, claims)


def world_model(change: dict[str, Any] | None = None) -> Model:
    """The whole small world, with `change` laid over it (None takes an entry away)."""
    return changed(WORLD, change, ())


def watchers_model(change: dict[str, Any] | None = None) -> Model:
    """The world of six who foresee each other's reactions, with `change` laid over it."""
    return changed(WATCHERS, change, ())


def changed(text: str, change: dict[str, Any] | None, claims: tuple[Claim, ...]) -> Model:
    from standoff.engine.build import build

    doc = overlay(document(text), Document(change or {}, {}, "change"))
    return build(load.load_document(doc, None), Ledger(claims))


@pytest.fixture(scope="session")
def said() -> Callable[..., Claim]:
    """`said(id, as_of, published, value, **changes)`: a claim."""
    return claim_of


@pytest.fixture(scope="session")
def world() -> Callable[..., Model]:
    """`world(change)`: the world with a war and two deciders."""
    return world_model


@pytest.fixture(scope="session")
def calm() -> Callable[..., Model]:
    """`calm(change, claims)`: the world where nobody decides."""
    return calm_model


@pytest.fixture(scope="session")
def run(world: Callable[..., Model]) -> Run:
    """300 draws of the small world, all paths kept."""
    from standoff.engine.simulate import simulate

    return simulate(world(), draws=300, seed=1, paths="all")


@pytest.fixture(scope="session")
def double(world: Callable[..., Model]) -> Run:
    """The same draws in double precision."""
    from standoff.engine.simulate import simulate

    return simulate(world(), draws=300, seed=1, paths="all", precision="double")


@pytest.fixture(scope="session")
def watchers(world: Callable[..., Model]) -> Run:
    """100 draws of the world of six who foresee each other's reactions, in double precision."""
    from standoff.engine.simulate import simulate

    return simulate(watchers_model(), draws=100, seed=1, paths="all", precision="double")


@pytest.fixture(scope="session")
def two_dates(world: Callable[..., Model]) -> Run:
    """64 draws of the small world in double precision, where AAA decides in even months and BBB each quarter."""
    from standoff.engine.simulate import simulate

    model = world({"choices": {"AAA": {"every": "2 months"}}, "questions": {"part": {"at": "2024-09"}}})
    return simulate(model, draws=64, seed=1, paths="all", chunk=64, precision="double")


@pytest.fixture(scope="session")
def calm_run(calm: Callable[..., Model]) -> Run:
    """300 draws of the calm world."""
    from standoff.engine.simulate import simulate

    return simulate(calm(), draws=300, seed=1, paths="all")


@pytest.fixture(scope="session")
def closed() -> Run:
    """8,192 draws of the case that can be worked out on paper, all paths kept."""
    from standoff import catalog
    from standoff.engine.build import build
    from standoff.engine.simulate import simulate

    return simulate(build(*catalog.load("closed-form")), draws=8192, seed=1, paths="all")


@pytest.fixture(scope="session")
def scenario_validator() -> Validator:
    """A validator by the schema of scenario files, which cli/test_reading checks: that takes two seconds."""
    import jsonschema

    from standoff.json_schema import schema

    return jsonschema.Draft202012Validator(schema())
