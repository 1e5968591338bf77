"""The signed graph of a scenario: signs of kinds, dates, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from standoff import catalog
from standoff.addons.networks.relations import NUMBER, RELATION_SIGNS, relation_graph
from standoff.errors import ScenarioError, StandoffError
from standoff.scenario import load_text

CASE = """
title: Three states
as_of: 2030-06
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}, COR: {name: Corland}}
stocks: {calm: {unit: share, initial: 0.5 @assumption, constant: true}}
relations:
  - {kind: alliance, between: [ALA, BOR], since: 2029-01}
  - {kind: rivalry, between: [BOR, COR]}
  - {kind: sanctions, between: [COR, ALA], since: 2030-06-15}
  - {kind: war, between: [COR, ALA], since: 2030-07}
  - {kind: neighbours, between: [ALA, COR]}
  - {kind: river, between: [ALA, BOR]}
"""


def test_relations_give_signs_to_pairs_and_a_kind_without_one_is_neutral_only_on_request():
    graph = relation_graph(load_text(CASE), unknown="neutral")
    assert graph.nodes == ("ALA", "BOR", "COR")
    assert graph.signs.tolist() == [[0, 1, -1], [1, 0, -1], [-1, -1, 0]]
    with pytest.raises(StandoffError, match=r"without a sign: `river`(?s:.*)relation_signs: \{river: positive\}"):
        relation_graph(load_text(CASE))


def test_the_scenario_gives_signs_to_its_own_kinds_and_the_caller_to_any():
    scenario = load_text(CASE + "relation_signs: {river: negative}\n")
    assert relation_graph(scenario).mixed[0, 1]
    assert relation_graph(scenario, signs={"river": "positive"}).signs[0, 1] == 1
    assert relation_graph(scenario, signs={"alliance": "neutral"}).signs[0, 1] == -1


@pytest.mark.parametrize(("day", "pairs"), [("2028-12-31", 1), ("2029-01-01", 2), ("2030-06-14", 2), ("2030-06-15", 3)])
def test_a_relation_counts_from_the_day_on_which_it_began(day, pairs):
    graph = relation_graph(load_text(CASE), day=dt.date.fromisoformat(day), unknown="neutral")
    assert (graph.signs != 0).sum() / 2 == pairs


def test_mistakes_are_named_together():
    with pytest.raises(StandoffError) as caught:
        relation_graph(load_text(CASE), signs={"alliance": "+", "rivery": "positive"})
    text = str(caught.value)
    assert "3 problems" in text and "`+` is not the sign" in text and "`rivery`" in text and "did you mean" in text
    with pytest.raises(StandoffError, match="relation of BOR to itself"):
        relation_graph(load_text(CASE.replace("[BOR, COR]", "[BOR, BOR]")), unknown="neutral")
    with pytest.raises(ScenarioError, match=r"unknown kind of relation `rivr`(?s:.*)did you mean `river`"):
        load_text(CASE + "relation_signs: {rivr: negative}\n")
    with pytest.raises(ScenarioError, match="relation_signs"):
        load_text(CASE + "relation_signs: {river: friendly}\n")


def test_every_kind_of_the_catalogue_has_a_sign():
    assert set(RELATION_SIGNS.values()) <= NUMBER.keys()
    for slug in catalog.slugs():
        relation_graph(catalog.load(slug)[0])


def test_signs_of_relations_do_not_change_the_digest_of_a_model():
    from standoff import build
    from standoff.ledger import Ledger

    with_signs, without = (
        build(load_text(CASE + more), Ledger()) for more in ("relation_signs: {river: negative}\n", "")
    )
    assert with_signs.hash == without.hash
