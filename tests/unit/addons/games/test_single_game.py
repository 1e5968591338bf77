"""One door to every solution concept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit_io
from standoff.addons.games.expected_payoffs import Payoffs
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.single_game import METHODS, best_responses, level_k, nash, quantal_response, solve
from standoff.errors import StandoffError

CHICKEN = textbook.resolve("chicken")


def test_a_file_and_its_game_give_the_same() -> None:
    game = gambit_io.read(CHICKEN)
    for one, other in ((solve(CHICKEN), quantal_response(game, (1.0, 1.0))), (solve(game, "nash"), nash(game))):
        np.testing.assert_array_equal(one.profiles[0], other.profiles[0])
    np.testing.assert_array_equal(solve(game, rationality=2).profiles[0], solve(game, rationality=(2, 2)).profiles[0])


def test_level_0_is_uniform_and_deeper_levels_are_not() -> None:
    assert all((shares == 0.5).all() for shares in solve(CHICKEN, "level-k", level=0).profiles[0])
    assert not all((shares == 0.5).all() for shares in solve(CHICKEN, "level-k", level=1).profiles[0])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "luck"}, ", ".join(METHODS)),
        ({"rationality": -1}, "is not a rationality"),
        ({"rationality": (1, 2, 3)}, "3 numbers for 2 players"),
        ({"method": "backward"}, "use --method"),
    ],
)
def test_what_does_not_fit_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(StandoffError, match=message):
        solve(CHICKEN, **settings)  # type: ignore[arg-type]


def guessing(numbers: int = 21, part: float = 2 / 3) -> NormalForm:
    """Guess `part` of the other's number: the closer, the better."""
    mine, other = np.meshgrid(np.arange(numbers), np.arange(numbers), indexing="ij")
    own = -np.abs(mine - part * other)
    names = tuple(map(str, range(numbers)))
    return NormalForm("guessing", ("A", "B"), (names, names), np.array([own, own.T]))


def test_each_level_of_the_guessing_game_takes_two_thirds_of_the_one_below() -> None:
    """Even chances over 0 to 20: expected loss is least at 2/3 of the median, 6.67; then 4.67, 3.33, 2 (whole numbers)."""
    picks = [level_k(guessing(), k).profiles[0][0].argmax() for k in (1, 2, 3, 4)]
    assert picks[0] in {6, 7}
    for before, after in pairwise(picks):
        assert after == round(before * 2 / 3)


def test_ties_are_split_and_blocks_go_game_by_game() -> None:
    payoffs = np.random.default_rng(1).normal(size=(5, 3, 2, 3, 2))
    payoffs[:, 0] = 1.0  # the first player does not care
    shares = [np.full((5, size), 1 / size) for size in (2, 3, 2)]
    block = best_responses(Payoffs(payoffs), shares)
    np.testing.assert_array_equal(block[0], 0.5)
    for n in range(5):
        alone = best_responses(Payoffs(payoffs[n : n + 1]), [row[:1] for row in shares])
        for one, other in zip(block, alone, strict=True):
            np.testing.assert_array_equal(one[n], other[0])


def test_a_level_out_of_range_says_so() -> None:
    for level in (-1, 101, 2 * 10**60):  # each level is a round over the whole game
        with pytest.raises(StandoffError, match=r"no level(?s:.*)0 to 100"):
            level_k(guessing(), level)
