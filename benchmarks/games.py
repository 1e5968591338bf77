"""How fast and how right logit equilibria come: blocks of games on the principal branch, against Gambit game by game.

    python -m benchmarks.games [--quick] [--save]

Needs `pygambit`, an independent program (GPL, for comparison only). Both follow the principal branch from even chances;
a sample of the block is solved by Gambit too, and compared. Compiling is timed apart. Then simpler methods solve games of
the same kinds, and it is counted how often they come to another equilibrium, or to none. See README.md.
"""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Answers = tuple[Floats, Bools, Bools]  #: probabilities (game, strategies of all), settled, said to be on another branch
HALF_STEPS = 2_000  # assumption: what settles at all does so in fewer
TARGETS = {1.0: 50.0, 4.0: 25.0}  #: times as fast as Gambit, at each rationality
RATES = (1.0, 2.0, 4.0)  #: of the games for simpler methods
SAME = 1e-6  #: largest difference of a probability that counts as the same answer


def random_games(games: int, sizes: tuple[int, ...], seed: int = 0) -> Floats:
    """Payoffs that are independent and standard normal, (game, player, strategies)."""
    return np.random.default_rng(seed).normal(size=(games, len(sizes), *sizes))


def coordination_games(games: int, sizes: tuple[int, ...], seed: int = 0) -> Floats:
    """Two more for everybody where all choose alike, and payoffs at random with a deviation of 0.3."""
    alike = np.zeros(sizes)
    np.fill_diagonal(alike, 2.0)
    return alike + 0.3 * random_games(games, sizes, seed)


def pairwise_games(
    games: int, sizes: tuple[int, ...], seed: int = 0, alike: float = 0.0, spread: float = 1.0
) -> Floats:
    """Payoffs that add up over pairs of players, as those of runs do: `alike` where a pair chooses alike, and at random."""
    rng, players = np.random.default_rng(seed), range(len(sizes))
    out = np.zeros((games, len(sizes), *sizes))
    for i in players:
        own = [size if k == i else 1 for k, size in enumerate(sizes)]
        out[:, i] += rng.normal(scale=spread, size=(games, *own))
        for j in players:
            if j == i:
                continue
            table = alike * np.eye(sizes[i], sizes[j]) + rng.normal(scale=spread, size=(games, sizes[i], sizes[j]))
            both = [size if k in (i, j) else 1 for k, size in enumerate(sizes)]
            out[:, i] += (table if i < j else np.swapaxes(table, 1, 2)).reshape(games, *both)
    return out


KINDS = {
    "random": random_games,
    "coordination": coordination_games,
    "random, in pairs": pairwise_games,
    "coordination, in pairs": partial(pairwise_games, alike=1.0, spread=0.3),
}


def gambit(payoffs: Floats, rationality: float) -> Floats:
    """Probabilities of all players in a row, by Gambit."""
    import pygambit

    game = pygambit.StrategicGame.from_arrays(*payoffs)
    profile = pygambit.qre.logit_solve_lambda(game, rationality)[0].profile
    return np.array([float(chance) for player in game.players for _, chance in profile[player]])


def in_a_row(probabilities: Any) -> Floats:
    """(game, strategies of all players)."""
    return np.concatenate(probabilities, axis=1)


def speed(payoffs: Floats, rationality: float, sample: int) -> dict[str, float]:
    """Microseconds a game of both, and how many of the sample agree."""
    import pygambit  # noqa: F401  (its import is not timed)

    from standoff.addons.games.normal_form import quantal_response

    start = time.perf_counter()
    quantal_response(payoffs[:512], rationality)
    compiled = time.perf_counter() - start
    start, used = time.perf_counter(), time.process_time()
    result = quantal_response(payoffs, rationality)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    start, used = time.perf_counter(), time.process_time()
    theirs = np.array([gambit(one, rationality) for one in payoffs[:sample]])
    gambit_wall, gambit_cpu = time.perf_counter() - start, time.process_time() - used
    distance = np.abs(theirs - in_a_row(result.probabilities)[:sample]).max(axis=1)
    return {
        "games": len(payoffs),
        "microseconds": wall / len(payoffs) * 1e6,
        "core_microseconds": cpu / len(payoffs) * 1e6,
        "gambit_microseconds": gambit_wall / sample * 1e6,
        "gambit_core_microseconds": gambit_cpu / sample * 1e6,
        "sample": sample,
        "agree": int((distance <= SAME).sum()),
        "largest_gap": float(distance[distance <= SAME].max()),
        "not_converged": int((~result.converged).sum()),
        "steps": float(result.steps.mean()),
        "turned": float((result.turning > 0).mean()),
        "first_call_seconds": compiled,
    }


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

    from standoff.addons.games.expected_payoffs import Payoffs
    from standoff.games import fixed_point

    block = Payoffs(payoffs)
    strength = np.linalg.matrix_power(rationality * block.influence() / 4, 4).sum(axis=2).max(axis=1) ** 0.25
    with jax.enable_x64(True):
        response, start = responses(payoffs, rationality)
        result = jax.jit(lambda q, bound: fixed_point.follow(response, q, block.sizes, 1e-11, bound))(start, strength)
    return np.asarray(result.q).T, np.asarray(result.residual) <= 1e-9, np.asarray(result.left_branch)


def newton(payoffs: Floats, rationality: float, parts: int = 1) -> Answers:
    """Newton's method at equal parts of rationality in turn, each from the last; one part: from even chances at once."""
    from standoff.addons.games import continuation
    from standoff.addons.games.expected_payoffs import Payoffs
    from standoff.addons.games.normal_form import correspondence

    game = correspondence(Payoffs(payoffs), np.full(payoffs.shape[:2], rationality))
    x, settled = np.zeros((len(game.rest), len(payoffs))), np.ones(len(payoffs), bool)
    for part in range(1, parts + 1):
        strength = game.strength * part / parts
        x, good = continuation.newton(game.equations, game.data, strength, np.where(settled, x, 0.0))
        settled = settled & good
    return game.shares(np.where(settled, x, 0.0))[0], settled, np.zeros(len(payoffs), bool)


METHODS = {
    "fixed point by half steps": damped,
    "inside a run": of_runs,
    "Newton from even chances": newton,
    "32 equal steps of rationality": partial(newton, parts=32),
}


def simpler(payoffs: Floats, rationality: float) -> dict[str, dict[str, float]]:
    """Of each simpler method: the share of games where it comes elsewhere, says so itself, and does not settle."""
    from standoff.addons.games.normal_form import quantal_response

    branch = quantal_response(payoffs, rationality)
    right, known = in_a_row(branch.probabilities), branch.converged
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
        f"{'agree':>11}{'lost':>6}{'turned':>8}{'steps':>7}"
    )
    for name, games in {
        "3 x 3 x 3": random_games(args.three // part, (3,) * 3),
        "5 players x 3": random_games(args.five // part, (3,) * 5),
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
                f"{row['not_converged']:6}{row['turned']:8.1%}{row['steps']:7.1f}"
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
