"""A war of two sides over two issues that a bargain may end: the smallest case with `war_termination`."""

from __future__ import annotations

from typing import Any

from standoff import build
from standoff.engine.model import Model
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

TEXT = """
title: two sides and a border
as_of: 2030-03
start: 2030-01
end: 2036-12
step: month
actors: {RED: {name: Redland}, BLU: {name: Bluland}}
stocks:
  fighting: {unit: "1", initial: 1, floor: 0, cap: 1}
  over: {unit: "1", initial: 0}
  at_war: {unit: "1", initial: 1}
  openness: {unit: "1", initial: 0.5, cap: 1}
  room: {unit: "1", initial: 0, floor: null}
  terms_least: {unit: "1", initial: 0}
  terms_most: {unit: "1", initial: 1}
  terms: {unit: "1", initial: 0}
  war_age: {unit: month, initial: 23}
  ended: {unit: "1", initial: {deal: 0, dying_down: 0, RED: 0, BLU: 0}}
  settled: {unit: "1", initial: {land: 0, status: 0}}
  misjudged: {unit: "1", initial: {RED: 1, BLU: 1}}
  engaged: {unit: person, initial: {RED: 200000 to 300000, BLU: 180000 to 260000}}
  casualty_rate: {unit: person/month, initial: {RED: 20000, BLU: 15000}, constant: true}
  funding: {unit: "1", initial: {RED: 0.9, BLU: 0.8}, constant: true}
  land_share: {unit: "1", initial: 0.4, constant: true}
  neutrality: {unit: "1", initial: 0.2, constant: true}
beliefs:
  RED: {engaged.BLU: 0.6 to 1 @assumption}
  BLU: {engaged.RED: 0.6 to 1 @assumption}
mechanisms:
  war:
    use: war_termination
    sides: [RED, BLU]
    means: [engaged]
    exponents: 1
    steepness: 1 to 3
    required_ratio: 1
    issues: [land, status]
    held: [land_share, neutrality]
    stake_first: {land: 0.6, status: 0.4}
    stake_second: {land: 0.4, status: 0.6}
    expected_months: 6 to 36 month
    discount: 0.5 to 2 %/month
    cost: 0.5 to 3 %/month
    tolerable_rate: 20000 person/month
    casualty_weight: 0.6
    feared_growth: 0 to 0.4
    reopening: 12 to 60 month
    learning: 3 to 8 %/month
    friction: 0.05
    softness: 0.1
    level: prior(war_termination.level.interstate)
    slope: prior(war_termination.slope.interstate)
    pace: prior(war_termination.pace.interstate)
    share: {deal: 0.7, dying_down: 0.2}
    relapse_rate: 0.1 to 0.4 %/month
    victory_rate: 0.5 %/month
  supply_red: {use: mean_reversion, stock: engaged.RED, mean: 250000 person, speed: 0.05 1/month, volatility: 20000 person}
  supply_blu: {use: mean_reversion, stock: engaged.BLU, mean: 210000 person, speed: 0.05 1/month, volatility: 20000 person}
questions:
  end: {text: Will the war have ended by 2035?, ends: war, by: 2035-06, resolution: two news agencies, main: true}
"""


def model(change: dict[str, Any] | None = None) -> Model:
    """The case, with a change merged over it."""
    written = overlay(read_text(TEXT, "war.yaml"), Document(change or {}, {}, "change.yaml"))
    data: dict[str, Any] = dict(written.data)
    for part in ("stocks", "mechanisms"):
        data[part] = {name: {"sources": "assumption", **item} for name, item in data[part].items()}
    return build(load.load_document(Document(data, {}, "war.yaml"), None), Ledger())
