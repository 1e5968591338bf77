"""Simulation-based calibration of the model of help: ranks of the truth among draws of the posterior.

    python -m benchmarks.history_calibration [--sets 100] [--rows 2000] [--seed 1]

Each set draws all numbers of the model from their prior, draws decisions from these numbers with random covariates, and samples
the posterior. If sampler and likelihood are right, the rank of the truth among draws is uniform (talts2018). Prints for
each number the chi-squared probability of its ranks in ten bins, and for all slopes together the coverage of 50 % and 90 %.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import chisquare

from standoff.addons.history import fit, model
from standoff.addons.history.covariates import NAMES
from standoff.addons.history.start import start
from standoff.inference import nuts

OUT = Path(__file__).parent / "data" / "history_calibration.json"
LAYOUT_NUMBERS = {"eras": 4, "actors": 8, "known": 2}
WARMUP, DRAWS, RANKS, BINS = 100, 200, 100, 10
NUMBERS = ("rate", "cost", "leader", "years", "constant", "troops")


def decisions(rows: int, rng: np.random.Generator) -> model.Rows:
    """Random covariates, arenas, actors and options of the year before."""
    arena = np.sort(rng.integers(0, model.ARENA_COUNT, rows))
    known = np.minimum(rng.integers(0, 6, rows), LAYOUT_NUMBERS["known"])
    own = np.flatnonzero(known < LAYOUT_NUMBERS["known"])
    x = np.where(rng.random((rows, len(NAMES))) < 0.5, rng.normal(0, 0.5, (rows, len(NAMES))), 0.0)
    before = rng.choice(model.OPTION_COUNT, rows, p=(0.7, 0.2, 0.1))
    years = np.where(before > 0, np.log1p(rng.integers(1, 15, rows)), 0.0)
    return model.Rows(
        x=x,
        arena=arena,
        era=rng.integers(0, LAYOUT_NUMBERS["eras"], rows),
        actor=rng.integers(0, LAYOUT_NUMBERS["actors"] + 1, rows),
        known=known,
        own=own,
        x_own=x[own],
        before=before,
        allowed=np.zeros((rows, model.OPTION_COUNT)),
        share=np.ones(rows),
        new_leader=(rng.random(rows) < 0.15).astype(float),
        years=years,
    )


def outcomes(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Options drawn from chances; of a third of the helpers the type is unknown."""
    drawn = (rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)).sum(1)
    allowed = np.eye(model.OPTION_COUNT)[np.minimum(drawn, model.OPTION_COUNT - 1)]
    unknown = (drawn > 0) & (rng.random(len(chances)) < 1 / 3)
    allowed[unknown] = (0, 1, 1)
    return allowed


def ranks(sets: int, rows: int, seed: int) -> dict[str, list[int]]:
    """Rank of each number's truth among `RANKS` draws, by number."""
    rng = np.random.default_rng(seed)
    base = decisions(rows, rng)
    layout = model.Layout(**LAYOUT_NUMBERS, rows=tuple(np.bincount(base.arena, minlength=model.ARENA_COUNT).tolist()))
    density, size = model.density(layout), model.size(layout)
    out: dict[str, list[int]] = {}
    with jax.enable_x64(True):
        numbers = jax.jit(lambda u: model.numbers(u, layout))
        chances = jax.jit(lambda u: jnp.stack(model.probabilities(model.numbers(u, layout), base, layout.rows), axis=1))
        for number in range(sets):
            truth = jnp.asarray(rng.normal(0, 1, size))
            data = base._replace(allowed=outcomes(np.asarray(chances(truth)), rng))
            centre = start(density, data, layout)
            found = nuts.fit(  # one try: with few draws R-hat is above the threshold by chance
                density, data, size, seed=seed + number, warmup=WARMUP, draws=DRAWS, start=centre, accept=fit.ACCEPT[:1]
            )
            chosen = found.flat[np.linspace(0, len(found.flat) - 1, RANKS).astype(int)]
            sampled, true = jax.vmap(numbers)(jnp.asarray(chosen)), numbers(truth)
            pairs = {name: (getattr(sampled, name), getattr(true, name)) for name in (*NUMBERS, "slope")}
            pairs |= {f"scale of {name}": (sampled.scales[name], value) for name, value in true.scales.items()}
            for name, (draws, value) in pairs.items():
                below = (np.asarray(draws) < np.asarray(value)).sum(0)
                for i, rank in enumerate(np.atleast_1d(below)):
                    out.setdefault(f"{name} {i}" if below.ndim else name, []).append(int(rank))
            print(f"set {number + 1}: R-hat {found.rhat:.3f}, {found.ess:.0f} effective draws", flush=True)
    return out


def main() -> None:
    """Run and write the ranks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    found = ranks(args.sets, args.rows, args.seed)
    OUT.write_text(
        json.dumps({"sets": args.sets, "rows": args.rows, "seed": args.seed, "ranks": found}) + "\n", "utf-8"
    )
    for name, values in found.items():
        if not name.startswith("slope"):
            counts = np.bincount(np.minimum(np.array(values) * BINS // (RANKS + 1), BINS - 1), minlength=BINS)
            print(f"{name:24s} p = {chisquare(counts).pvalue:.3f}")
    slopes = np.concatenate([values for name, values in found.items() if name.startswith("slope")]) / RANKS
    for level in (0.5, 0.9):
        print(f"slopes inside {level:.0%}: {((slopes > (1 - level) / 2) & (slopes < (1 + level) / 2)).mean():.3f}")


if __name__ == "__main__":
    main()
