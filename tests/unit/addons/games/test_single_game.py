"""One door to every solution concept."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit_io
from standoff.addons.games.single_game import METHODS, nash, quantal_response, solve
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
