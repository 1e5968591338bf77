"""The relations of a case as a signed network, and their signs."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache

import pytest

from standoff import catalog, network
from standoff.addons.networks.case import NUMBER, RELATION_SIGNS, relation_graph
from standoff.errors import ScenarioError, StandoffError
from standoff.scenario import load_text

# ---- The signed networks of cases.


@lru_cache
def scenario_of(slug):
    """Cases are read once for the module."""
    return catalog.load(slug)[0]


def test_the_flagship_falls_into_two_camps_with_two_links_against_them():
    result = network(scenario_of("china-russia"))
    assert result.day == "2024-03-31" and result.frustration.index == 2 and result.frustration.unique
    [division] = result.frustration.divisions
    assert set(division.camps[1]) == {"UKR", "USA", "EUR", "NATO"} and {"CHN", "RUS", "PRK", "IRN"} <= set(
        division.camps[0]
    )
    assert [(row.kind, row.between) for row in result.relations if row.against] == [
        ("partnership", ("CHN", "EUR")),
        ("partnership", ("CHN", "UKR")),
    ]
    assert [set(pair) for pair in result.mixed] == [{"CHN", "EUR"}]
    unbalanced = [set(triad.nodes) for triad in result.triads if not triad.balanced]
    assert unbalanced == [{"CHN", "RUS", "UKR"}, {"CHN", "UKR", "USA"}]
    assert {"GBR", "DEU"} <= set(result.single_links) and "PRK" not in result.single_links
    assert "JPN" in result.actors and "JPN" not in division.camps[0]  # mutual benefit is neutral


def test_an_earlier_day_has_the_relations_of_its_time():
    scenario = scenario_of("china-russia")
    result = network(scenario, at="2014-03")
    assert result.day == "2014-03-31" and result.later == 13
    assert {row.kind for row in result.relations if set(row.between) == {"RUS", "UKR"}} == {"annexation"}
    assert not {"BLR", "PAK"} & result.actors.keys()
    for at, words in (("2025", "lies after"), ("soon", "is not a date")):
        with pytest.raises(StandoffError, match=words):
            network(scenario, at=at)


def test_a_network_without_a_closed_chain_cannot_be_out_of_balance():
    result = network(scenario_of("july-1914"))
    assert not result.cyclic and not result.triads and result.frustration.index == 0
    assert [set(first) for first, _ in (part.camps for part in result.frustration.divisions)] == [
        {"AUT", "DEU"},
        {"RUS", "FRA", "GBR"},
    ]
    assert network(scenario_of("falklands-1982")).cyclic


def test_a_kind_without_a_sign_is_named_where_it_is_left_out():
    scenario = scenario_of("china-russia").over({"relation_signs": None})
    with pytest.raises(StandoffError, match="`promise of membership`, `treaty`"):
        network(scenario)
    result = network(scenario, unknown="neutral", signs={"drones": "positive"})
    assert "treaty" in result.without_sign and "drones" not in result.without_sign
    assert next(row for row in result.relations if row.kind == "treaty").sign == 0


def test_the_data_are_plain_and_say_what_follows_from_them():
    data = network(scenario_of("falklands-1982")).to_data()
    assert json.loads(json.dumps(data)) == data
    assert data["frustration"]["unique"] is False and data["frustration"]["normalised"] == pytest.approx(1 / 3)
    assert data["triads"] == [{"nodes": ["GBR", "ARG", "USA"], "type": "++-", "balanced": False}]


# ---- The signed graph of a scenario: signs of kinds, dates, and what is refused.

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
