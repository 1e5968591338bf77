"""The world's alliances and rivalries as signed networks."""

from __future__ import annotations

import pytest
from benchmarks.networks import HOMES, PACTS, world

from standoff.addons.networks.frustration_index import frustration


def test_the_world_of_1950_has_the_index_of_the_page():
    home = next((home for home in HOMES if (home / PACTS).is_file()), None)
    if home is None:
        pytest.skip("no tables of alliances and rivalries beside the checkout")
    graph = world(home, 1950)
    assert (len(graph.nodes), len(graph.edges()), frustration(graph, ties=False).index) == (63, 348, 16)
