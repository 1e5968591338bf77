"""The signed networks of cases."""

from __future__ import annotations

import json
from functools import lru_cache

import pytest

from standoff import catalog, network
from standoff.errors import StandoffError


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
