"""Signed graphs: triads and degrees of balance against published values and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from standoff.addons.networks.signed_graph import SignedGraph, balance, triads
from standoff.errors import StandoffError

from . import published


def test_the_tribes_of_new_guinea_have_the_published_balance():
    # the R package signnet prints 0.8676471 for triads and 0.3575761 for closed walks
    graph = SignedGraph.of_matrix(published.matrix(published.TRIBES))
    result = balance(graph)
    assert len(graph.edges()) == 58 and sum(edge.sign < 0 for edge in graph.edges()) == 29
    assert result.triads == {"+++": 19, "++-": 2, "+--": 40, "---": 7}
    assert result.share == pytest.approx(0.8676471, abs=1e-7)
    assert result.walks == pytest.approx(0.3575761, abs=1e-7)


def test_triads_are_listed_as_they_are_counted():
    graph = SignedGraph.of_matrix(published.matrix(published.TRIBES))
    rows = triads(graph)
    assert len({row.nodes for row in rows}) == len(rows) == 68
    assert {kind: sum(row.type == kind for row in rows) for kind in ("+++", "++-", "+--", "---")} == balance(
        graph
    ).triads
    assert sum(row.balanced for row in rows) == 59


def test_every_type_of_triad():
    for signs, kind, balanced in (
        ((1, 1, 1), "+++", True),
        ((1, -1, 1), "++-", False),
        ((-1, 1, -1), "+--", True),
        ((-1, -1, -1), "---", False),
    ):
        [triad] = triads(triangle(*signs))
        assert (triad.nodes, triad.type, triad.balanced) == (("1", "2", "3"), kind, balanced)
        assert (balance(triangle(*signs)).walks == pytest.approx(1)) is balanced


def test_walks_are_the_ratio_of_matrix_exponentials_and_do_not_overflow():
    matrix = published.matrix(published.TRIBES)
    assert balance(SignedGraph.of_matrix(matrix)).walks == pytest.approx(
        np.trace(expm(matrix)) / np.trace(expm(abs(matrix))), rel=1e-9
    )
    heavy = 500.0 * (np.ones((3, 3)) - np.eye(3))  # its largest eigenvalue, 1000, is beyond the range of exp
    assert balance(SignedGraph.of_matrix(heavy)).walks == pytest.approx(1)


def test_a_pair_of_both_signs_is_in_no_triad():
    arcs = np.array([[0, 1, 1], [-1, 0, 1], [1, 1, 0]])
    graph = SignedGraph.of_matrix(arcs, ["A", "B", "C"], directed=True)
    assert graph.mixed.tolist() == [[False, True, False], [True, False, False], [False, False, False]]
    assert [(edge.between, edge.sign, edge.weight) for edge in graph.edges()] == [
        (("A", "B"), 1, 1),
        (("A", "B"), -1, 1),
        (("A", "C"), 1, 2),
        (("B", "C"), 1, 2),
    ]
    assert not triads(graph) and balance(graph).share is None


@pytest.mark.parametrize(
    ("matrix", "nodes", "words"),
    [
        ([[0, 1]], (), "square matrix"),
        ([[0, np.nan], [1, 0]], (), "finite"),
        ([[0, 1], [-1, 0]], ("A", "B"), "not symmetric: 1 from A to B, -1 back"),
        ([[1, 0], [0, 0]], ("A", "B"), "edges of A to themselves"),
        ([[0, 1], [1, 0]], ("A", "A"), "one name for each node"),
    ],
)
def test_mistakes_are_named(matrix, nodes, words):
    with pytest.raises(StandoffError, match=words):
        SignedGraph.of_matrix(matrix, nodes)


def triangle(first, second, third):
    return SignedGraph.of_matrix([[0, first, second], [first, 0, third], [second, third, 0]])
