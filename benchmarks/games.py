"""How fast and how right logit equilibria come: blocks of games in pairs on the principal branch, against Gambit.

    python -m benchmarks.games [--quick] [--save]

Needs the extra `games`. Both follow the principal branch from even chances;
a sample of the block is solved by Gambit too, and compared. Compiling is timed apart. Then simpler methods solve games of
the same kinds, and it is counted how often they come to another equilibrium, or to none. See README.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Pairs = tuple[list[Floats], dict[tuple[int, int], Floats]]  #: of `pairwise_games`
Answers = tuple[Floats, Bools, Bools]  #: probabilities (game, strategies of all), settled, said to be on another branch
HALF_STEPS = 2_000  # assumption: what settles at all does so in fewer
TARGETS = {1.0: 50.0, 4.0: 25.0}  #: times as fast as Gambit, at each rationality
RATES = (1.0, 2.0, 4.0)  #: of the games for simpler methods
SAME = 1e-6  #: largest difference of a probability that counts as the same answer


def pairwise_games(games: int, sizes: tuple[int, ...], seed: int = 0, alike: float = 0.0, spread: float = 1.0) -> Pairs:
    """Payoffs that add up over pairs of players, as those of runs do: `alike` where a pair chooses alike, and at random.

    Base payoffs [player](strategy, game), and (player, other) -> (strategy, strategy of the other, game).
    """
    rng, players = np.random.default_rng(seed), range(len(sizes))
    base = [rng.normal(scale=spread, size=(size, games)) for size in sizes]
    pairs = {
        (i, j): alike * np.eye(sizes[i], sizes[j])[..., None]
        + rng.normal(scale=spread, size=(sizes[i], sizes[j], games))
        for i in players
        for j in players
        if i != j
    }
    return base, pairs


def dense(base: list[Floats], pairs: dict[tuple[int, int], Floats]) -> Floats:
    """The same payoffs as a table, (game, player, strategies)."""
    sizes = [len(row) for row in base]
    out = np.zeros((base[0].shape[1], len(base), *sizes))
    for i, row in enumerate(base):
        out[:, i] += row.T.reshape(-1, *(size if k == i else 1 for k, size in enumerate(sizes)))
    for (i, j), table in pairs.items():
        both = np.moveaxis(table if i < j else np.swapaxes(table, 0, 1), -1, 0)
        out[:, i] += both.reshape(-1, *(size if k in (i, j) else 1 for k, size in enumerate(sizes)))
    return out


def branch(games: Pairs, rationality: float) -> tuple[Floats, Bools]:
    """Probabilities of all players in a row on the principal branch, (game, strategy), and whether it was followed."""
    from standoff.addons.games.equilibrium_audit import principal
    from standoff.games.information import MoveOrder

    base, pairs = games
    rates = np.full((len(base), base[0].shape[1]), rationality)
    found, reached = principal(base, pairs, rates, MoveOrder(tuple(map(len, base))))
    return np.concatenate([row[()] for row in found]).T, reached


KINDS: Mapping[str, Callable[..., Pairs]] = {
    "random": pairwise_games,
    "coordination": partial(pairwise_games, alike=1.0, spread=0.3),
}


def gambit(payoffs: Floats, rationality: float) -> Floats:
    """Probabilities of all players in a row, by Gambit."""
    import pygambit

    game = pygambit.StrategicGame.from_arrays(*payoffs)
    profile = pygambit.qre.logit_solve_lambda(game, rationality)[0].profile
    return np.array([float(chance) for player in game.players for _, chance in profile[player]])


def speed(games: Pairs, rationality: float, sample: int) -> dict[str, float]:
    """Microseconds a game of both, and how many of the sample agree."""
    import pygambit  # noqa: F401  (its import is not timed)

    count = games[0][0].shape[1]
    start = time.perf_counter()
    branch(([row[:, :512] for row in games[0]], {pair: t[..., :512] for pair, t in games[1].items()}), rationality)
    compiled = time.perf_counter() - start
    start, used = time.perf_counter(), time.process_time()
    mine, reached = branch(games, rationality)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    tables = dense(*games)[:sample]
    start, used = time.perf_counter(), time.process_time()
    theirs = np.array([gambit(one, rationality) for one in tables])
    gambit_wall, gambit_cpu = time.perf_counter() - start, time.process_time() - used
    distance = np.abs(theirs - mine[:sample]).max(axis=1)
    return {
        "games": count,
        "microseconds": wall / count * 1e6,
        "core_microseconds": cpu / count * 1e6,
        "gambit_microseconds": gambit_wall / sample * 1e6,
        "gambit_core_microseconds": gambit_cpu / sample * 1e6,
        "sample": sample,
        "agree": int((distance <= SAME).sum()),
        "largest_gap": float(distance[distance <= SAME].max()),
        "not_converged": int((~reached).sum()),
        "first_call_seconds": compiled,
    }


def influence(payoffs: Floats) -> Floats:
    """Largest effect of another's switch on own payoff differences, (game, player, other)."""
    players = range(payoffs.shape[1])
    out = np.zeros((len(payoffs), len(players), len(players)))
    for i in players:
        own = np.moveaxis(payoffs[:, i], 1 + i, 1)
        for axis, j in enumerate(j for j in players if j != i):
            gains = [np.ptp(own[:, a] - own[:, b], axis=1 + axis) for a, b in combinations(range(own.shape[1]), 2)]
            out[:, i, j] = np.max([gain.reshape(len(payoffs), -1).max(axis=1) for gain in gains], axis=0)
    return out


def responses(payoffs: Floats, rationality: float) -> tuple[Any, Any]:
    """Logit responses of a block, (q (row, game), share (game,)) -> (row, game), and even chances to start from."""
    import jax.numpy as jnp

    from standoff.games import logit_response

    sizes = payoffs.shape[2:]
    ends = np.cumsum(sizes)[:-1]
    letters = "abcdefgh"[: len(sizes)]

    def response(q: Any, share: Any) -> Any:
        rows, out = jnp.split(q, ends), []
        for i in range(len(sizes)):
            others = [j for j in range(len(sizes)) if j != i]
            terms = ",".join([f"z{letters}", *(f"{letters[j]}z" for j in others)])
            utility = jnp.einsum(f"{terms}->{letters[i]}z", payoffs[:, i], *(rows[j] for j in others))
            out += logit_response.respond(list(utility), share * rationality)
        return jnp.stack(out)

    return response, np.concatenate([np.full((size, len(payoffs)), 1 / size) for size in sizes])


def damped(payoffs: Floats, rationality: float) -> Answers:
    """Half a step towards the responses, from even chances, at most `HALF_STEPS` times."""
    import jax
    from jax import lax

    with jax.enable_x64(True):
        response, start = responses(payoffs, rationality)
        ones = np.ones(len(payoffs))
        result = np.asarray(
            jax.jit(lambda q: lax.fori_loop(0, HALF_STEPS, lambda _, q: (q + response(q, ones)) / 2, q))(start)
        )
        missing = np.abs(np.asarray(response(result, ones)) - result).max(axis=0)
    return result.T, missing <= 1e-9, np.zeros(len(payoffs), bool)


def of_runs(payoffs: Floats, rationality: float) -> Answers:
    """What solves the games inside a run: `standoff.games.fixed_point`."""
    import jax

    from standoff.games import fixed_point

    sizes = payoffs.shape[2:]
    strength = np.linalg.matrix_power(rationality * influence(payoffs) / 4, 4).sum(axis=2).max(axis=1) ** 0.25
    with jax.enable_x64(True):
        response, start = responses(payoffs, rationality)
        result = jax.jit(lambda q, bound: fixed_point.follow(response, q, sizes, 1e-11, bound))(start, strength)
    return np.asarray(result.q).T, np.asarray(result.residual) <= 1e-9, np.asarray(result.left_branch)


METHODS = {
    "fixed point by half steps": damped,
    "inside a run": of_runs,
}


def simpler(games: Pairs, rationality: float) -> dict[str, dict[str, float]]:
    """Of each simpler method: the share of games where it comes elsewhere, says so itself, and does not settle."""
    right, known = branch(games, rationality)
    payoffs = dense(*games)
    out = {}
    for name, method in METHODS.items():
        result, settled, warned = method(payoffs, rationality)
        apart = np.abs(result - right).max(axis=1) > SAME
        shares = {"elsewhere": apart & settled, "and says so": apart & settled & warned, "unsettled": ~settled}
        out[name] = {kind: float(share[known].mean()) for kind, share in shares.items()}
    return out


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("--three", type=int, default=100_000, help="games of 3 players with 3 strategies each")
    ask.add_argument("--five", type=int, default=10_000, help="games of 5 players with 3 strategies each")
    ask.add_argument("--sample", type=int, default=300, help="of each, solved by Gambit too")
    ask.add_argument("--simpler", type=int, default=5_000, help="games for the simpler methods")
    ask.add_argument("--quick", action="store_true", help="a twentieth of everything")
    ask.add_argument("--save", action="store_true", help="write results/games.json")
    args = ask.parse_args()
    part = 20 if args.quick else 1

    from benchmarks.engine import machine

    out: dict[str, Any] = {"machine": machine(), "speed": {}, "simpler": {}}
    print(*(f"{key}: {value}" for key, value in out["machine"].items()), sep=" · ")
    print(
        f"\n{'':16}{'us a game':>11}{'Gambit':>9}{'times':>8}{'a core':>9}{'Gambit':>9}{'times':>8}{'to reach':>10}"
        f"{'agree':>11}{'lost':>6}"
    )
    for name, games in {
        "3 x 3 x 3": pairwise_games(args.three // part, (3,) * 3),
        "5 players x 3": pairwise_games(args.five // part, (3,) * 5),
    }.items():
        for rationality, goal in TARGETS.items():
            row = speed(games, rationality, args.sample // part)
            out["speed"][f"{name} at {rationality:g}"] = row
            wall, core, theirs, their_core = (
                row[key]
                for key in ("microseconds", "core_microseconds", "gambit_microseconds", "gambit_core_microseconds")
            )
            print(
                f"{name}, {rationality:g}".ljust(16) + f"{wall:11.1f}{theirs:9,.0f}{theirs / wall:6.0f} x{core:9.1f}"
                f"{their_core:9,.0f}{their_core / core:6.0f} x{goal:8.0f} x{row['agree']:6}/{row['sample']}"
                f"{row['not_converged']:6}"
            )
    print(f"\n{'3 x 3 x 3, share of games':40}{'elsewhere':>11}{'and says so':>13}{'unsettled':>11}")
    for kind, make in KINDS.items():
        for rationality in RATES:
            result = simpler(make(args.simpler // part, (3,) * 3, seed=1), rationality)
            out["simpler"][f"{kind} at {rationality:g}"] = result
            print(f"{kind}, rationality {rationality:g}")
            for name, row in result.items():
                print(f"  {name:38}{row['elsewhere']:11.2%}{row['and says so']:13.2%}{row['unsettled']:11.2%}")
    if args.save:
        (HERE / "results").mkdir(exist_ok=True)
        (HERE / "results" / "games.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
