"""The frustration index against published values and closed forms; see also `tests/property/test_networks.py`."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.networks.frustration_index import frustration
from standoff.addons.networks.signed_graph import SignedGraph
from standoff.errors import StandoffError

from . import published


def test_the_tribes_of_new_guinea_have_index_7():
    # Aref, Mason and Wilson 2020; 1 - 2 * 7 / 58 = 0.7586207 in the R package signnet
    result = frustration(SignedGraph.of_matrix(published.matrix(published.TRIBES)))
    assert (result.index, result.weight, len(result.against)) == (7, 58, 7)
    assert result.normalised == pytest.approx(0.7586207, abs=1e-7)
    assert result.unique and [len(camp) for camp in result.divisions[0].camps] == [12, 4]


@pytest.mark.parametrize("time", published.SAMPSON)
def test_the_novices_of_a_monastery_have_the_published_weight_against_two_camps(time):
    graph = SignedGraph.of_matrix(published.matrix(published.SAMPSON[time]), directed=True)
    assert graph.negative.sum() / 4 == published.SAMPSON_ONE_CAMP[time]  # half of each pair's weight, in both triangles
    result = frustration(graph, ties=False)
    assert result.index / 2 == published.SAMPSON_TWO_CAMPS[time]
    assert result.unique is None


def test_what_stands_against_the_camps_is_the_index():
    matrix = published.matrix(published.TRIBES)
    graph = SignedGraph.of_matrix(matrix)
    for edge in frustration(graph).against:
        i, j = (int(name) - 1 for name in edge.between)
        matrix[i, j] = matrix[j, i] = 0
    rest = frustration(SignedGraph.of_matrix(matrix))
    assert rest.index == 0 and rest.normalised == 1


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7])
def test_mutual_enemies_divide_into_equal_camps(size):
    # closed form: hostile pairs within camps of n/2; every equal division is as good, so that nobody is settled
    result = frustration(SignedGraph.of_matrix(np.eye(size) - np.ones((size, size))))
    small, large = size // 2, size - size // 2
    assert result.index == small * (small - 1) / 2 + large * (large - 1) / 2
    assert [len(camp) for camp in result.divisions[0].camps] == [large, small]
    assert len(result.divisions[0].blocks) == size and not result.unique


def test_a_friend_of_two_rivals_can_stand_on_either_side():
    result = frustration(SignedGraph.of_matrix([[0, 1, 1], [1, 0, -1], [1, -1, 0]], ["USA", "GBR", "ARG"]))
    assert result.index == 1 and sorted(result.divisions[0].blocks) == [("ARG",), ("GBR",), ("USA",)]


def test_parts_are_divided_one_by_one_and_nodes_without_an_edge_are_in_none():
    graph = SignedGraph.of_matrix(
        [[0, -1, 0, 0, 0, 0], [-1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0], [0, 0, 1, 0, 1, 0], [0, 0, 1, 1, 0, 0], [0] * 6],
        list("ABCDEF"),
    )
    first, second = frustration(graph).divisions
    assert (first.camps, second.camps) == ((("C", "D", "E"), ()), (("A",), ("B",)))


def test_of_a_pair_of_both_signs_the_lighter_edge_counts():
    graph = SignedGraph.of_matrix([[0, 3, 0], [-1, 0, -1], [0, -1, 0]], ["A", "B", "C"], directed=True)
    result = frustration(graph)
    assert result.index == 1 and result.divisions[0].camps == (("A", "B"), ("C",))
    assert [(edge.between, edge.sign, edge.weight) for edge in result.against] == [(("A", "B"), -1, 1)]


def test_an_empty_graph_is_balanced():
    result = frustration(SignedGraph.of_matrix(np.zeros((3, 3))))
    assert (result.index, result.divisions, result.normalised, result.unique) == (0, (), 1, True)


def test_a_graph_that_takes_too_long_is_refused():
    chance = np.random.default_rng(1)
    matrix = np.triu(chance.choice([1, -1], (60, 60)), 1)
    with pytest.raises(StandoffError, match=r"no division of 60 nodes and 1770 edges is proved best in 0\.01 seconds"):
        frustration(SignedGraph.of_matrix(matrix + matrix.T), seconds=0.01)
