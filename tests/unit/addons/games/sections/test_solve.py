"""A solved game as data and blocks."""

from __future__ import annotations

import pytest

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit
from standoff.addons.games.sections import solve as section
from standoff.addons.games.single_game import solve
from tests.unit.report.plain import row, written

CHICKEN = gambit.read(textbook.resolve("chicken"))


def test_one_rationality_stands_in_the_title_two_by_player() -> None:
    one = written(section.blocks(CHICKEN, "qre", solve(CHICKEN, rationality=2), {}))
    two = written(section.blocks(CHICKEN, "qre", solve(CHICKEN, rationality=(1, 3)), {}))
    assert "rationality 2\n" in one and all(
        f"{name} {rate}" in two for name, rate in zip(CHICKEN.players, (1, 3), strict=True)
    )
    assert "(the default)" in written(section.blocks(CHICKEN, "qre", solve(CHICKEN), {}, default=True))


def test_every_equilibrium_is_shown_and_numbered() -> None:
    solution = solve(CHICKEN, "nash")
    text = written(section.blocks(CHICKEN, "nash", solution, {}))
    assert len(solution.profiles) == 3 and all(f", {k} of 3" in text for k in (1, 2, 3)) and "unique: no" in text
    data = section.data(CHICKEN, "nash", solution, {"source": ["x1999"]})
    assert len(data["equilibria"]) == 3 and data["source"] == ["x1999"] and not data["unique"]


def test_probabilities_and_payoffs_have_four_decimals() -> None:
    solution = solve(CHICKEN)
    found = row(written(section.blocks(CHICKEN, "qre", solution, {})), CHICKEN.players[0])
    player = solution.players(CHICKEN)[0]
    label, share = next(iter(player["strategies"].items()))
    assert found[1] == label and float(found[2]) == pytest.approx(share, abs=5e-5)
    assert float(found[3]) == pytest.approx(player["payoff"], abs=5e-5)


def test_a_card_gives_the_source_of_a_textbook_game() -> None:
    card = {"source": ["rapoport1966"], "about": "Two cars.", "payoffs": "utilities"}
    text = written(section.blocks(CHICKEN, "qre", solve(CHICKEN), card))
    assert "rapoport1966" in text and "Two cars." in text
    assert "source" not in section.data(CHICKEN, "qre", solve(CHICKEN), {})
