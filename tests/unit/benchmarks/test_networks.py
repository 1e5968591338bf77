"""The world's alliances and rivalries as signed networks, and similarity beside plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.networks import HOMES, LEVELS, PACTS, plain_measures, world

from standoff.addons.networks.frustration_index import frustration
from standoff.addons.networks.similarity import similarities


def test_plain_python_gives_the_same_numbers():
    positions = np.random.default_rng(2).choice(LEVELS, (2, 30))
    ours = similarities(positions, LEVELS)
    for name, value in plain_measures(*positions.tolist()).items():
        assert ours[name][0, 1] == pytest.approx(value, abs=1e-12)


def test_the_world_of_1950_has_the_index_of_the_page():
    home = next((home for home in HOMES if (home / PACTS).is_file()), None)
    if home is None:
        pytest.skip("no tables of alliances and rivalries beside the checkout")
    graph = world(home, 1950)
    assert (len(graph.nodes), len(graph.edges()), frustration(graph, ties=False).index) == (63, 348, 16)
