"""Files of Gambit, read, written and, where they are small, solved by every method."""

from __future__ import annotations

import contextlib
from functools import cache, partial

import numpy as np

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit
from standoff.addons.games import single_game as answers
from standoff.errors import StandoffError
from tests.fuzz.door import Door

SMALL = 40  #: payoffs, or nodes, of a game that is solved


@cache
def seeds(form: str) -> list[bytes]:
    files = [file for name in textbook.names() if (file := textbook.find(name)) and file.suffix == form]
    return sorted((file.read_bytes() for file in files), key=len)[:12]


def read(form: str, raw: bytes) -> object:
    """A game; what is read can be written and read again."""
    game = gambit.parse(raw.decode("utf-8", "replace"), form, f"fuzz{form}")
    gambit.parse(game.text(), form, "written")
    return game.sets


def solve(form: str, raw: bytes) -> None:
    game = gambit.parse(raw.decode("utf-8", "replace"), form, f"fuzz{form}")
    if (sum(len(each.actions) * each.nodes for each in game.sets) if game.is_tree else np.size(game.tables)) > SMALL:
        return
    for method in (
        lambda: answers.solve(game),
        lambda: answers.nash(game),
        lambda: answers.backward_induction(game),
        lambda: answers.level_k(game, 2),
    ):
        with contextlib.suppress(StandoffError):
            found = method()
            [found.players(game, k) for k in range(len(found.profiles))]


def small(form: str) -> list[bytes]:
    return seeds(form)[:5]


DOORS = (
    Door(name="games .nfg", enter=partial(read, ".nfg"), seeds=partial(seeds, ".nfg"), share=0.8),
    Door(name="games .efg", enter=partial(read, ".efg"), seeds=partial(seeds, ".efg"), share=0.8),
    Door(
        name="games solve .nfg",
        slow=True,
        enter=partial(solve, ".nfg"),
        seeds=partial(small, ".nfg"),
        share=1.0,
        slice=8,
        seconds=20.0,
    ),
    Door(
        name="games solve .efg",
        slow=True,
        enter=partial(solve, ".efg"),
        seeds=partial(small, ".efg"),
        share=1.0,
        slice=8,
        seconds=20.0,
    ),
)
