"""The frustration index and its ties against all divisions of small graphs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from standoff.addons.networks.frustration_index import frustration
from standoff.addons.networks.signed_graph import SignedGraph, balance, triads

WEIGHTS = st.sampled_from([0.0, 0.0, 1.0, 2.0, 0.5])


@st.composite
def graphs(draw: st.DrawFn) -> SignedGraph:
    """A graph of two to seven nodes, with pairs of either sign, of both and of none."""
    size = draw(st.integers(2, 7))
    positive, negative = (np.triu(draw(arrays(float, (size, size), elements=WEIGHTS)), 1) for _ in range(2))
    return SignedGraph(nodes=tuple("ABCDEFG"[:size]), positive=positive + positive.T, negative=negative + negative.T)


def best_divisions(graph: SignedGraph) -> tuple[float, list[np.ndarray]]:
    """The least weight against any division, and all divisions with it."""
    size = len(graph.nodes)
    camps = [np.array([code >> n & 1 for n in range(size)], bool) for code in range(2 ** (size - 1))]
    weights = [float(np.triu(np.where(camp[:, None] == camp, graph.negative, graph.positive)).sum()) for camp in camps]
    least = min(weights)
    return least, [camp for camp, weight in zip(camps, weights, strict=True) if weight == least]


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_the_index_its_camps_and_its_ties_are_those_of_all_divisions(graph: SignedGraph) -> None:
    result = frustration(graph)
    least, best = best_divisions(graph)
    assert result.index == least
    place = {node: n for n, node in enumerate(graph.nodes)}
    for division in result.divisions:
        camps, blocks = (
            {place[node]: n for n, group in enumerate(groups) for node in group}
            for groups in (division.camps, division.blocks)
        )
        together = [{pair: bool(camp[pair[0]] == camp[pair[1]]) for pair in combinations(camps, 2)} for camp in best]
        assert {pair: camps[pair[0]] == camps[pair[1]] for pair in combinations(camps, 2)} in together
        for pair in combinations(camps, 2):
            assert (blocks[pair[0]] == blocks[pair[1]]) is (len({of[pair] for of in together}) == 1)


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_a_balanced_graph_is_balanced_by_every_measure(graph: SignedGraph) -> None:
    index, result = frustration(graph, ties=False).index, balance(graph)
    assert 0 < result.walks <= 1 + 1e-9
    assert (index == 0) is (result.walks > 1 - 1e-9)
    assert index > 0 or all(triad.balanced for triad in triads(graph))
