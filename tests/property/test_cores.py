"""No result of any analysis depends on the number of cores.

`python -m tests.property.test_cores COUNT [ANALYSIS]...` prints a digest of each result on some of the cores.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standoff.serialise import to_plain

CASE, DRAWS = "closed-form", 600


def analyses() -> Mapping[str, Callable[[], Any]]:
    """Name of an analysis -> its result, as plain data."""
    from standoff.analysis.sensitivity.sensitivity import sensitivity
    from standoff.analysis.threshold import flip
    from standoff.analysis.value_of_information import voi
    from standoff.catalog import load
    from standoff.engine.build import build
    from standoff.engine.session import session as open_session
    from standoff.engine.simulate import simulate

    model = build(*load(CASE))

    def run() -> Any:
        result = simulate(model, draws=DRAWS, seed=1)
        return [result.answers, result.stock_paths, result.mean, result.variance, result.parameter_values]

    def session() -> Any:
        result = open_session(model, seed=1).move(draws=DRAWS)
        return [result.answers, result.mean, result.held]

    return {
        "run": run,
        "session": session,
        "sensitivity": lambda: sensitivity(model, draws=DRAWS).to_data(),
        "sobol": lambda: sensitivity(model, draws=DRAWS, indices=True, pairs=64).to_data(),
        "flip": lambda: flip(model, draws=DRAWS).to_data(),
        "voi": lambda: voi(model, draws=DRAWS).to_data(),
        "nuts": _nuts,
        "fit": _fit,
    }


def _nuts() -> Any:
    """A posterior of many rows: sums over them could be split by the number of threads."""
    import jax
    import jax.numpy as jnp

    from standoff.inference import nuts

    with jax.enable_x64(True):
        rng = np.random.default_rng(1)
        x = rng.normal(size=(20_000, 3))
        seen = jnp.asarray(x @ [0.3, -0.2, 0.5] + rng.normal(size=len(x)))
        density = nuts.DensityModel(
            lambda u, data: 0.5 * u @ u + 0.5 * jnp.sum((data[0] @ u - data[1]) ** 2), lambda u, data: jnp.ones_like(u)
        )
        return nuts.fit(density, (jnp.asarray(x), seen), 3, warmup=50, draws=50).draws


def _fit() -> Any:
    """A posterior of the small war of the tests of fitting, by Hamiltonian Monte Carlo."""
    from tests.unit.inference import toy

    from standoff.inference.fit.fit import fit

    return fit(toy.model(), draws=100, seed=1).to_data()


def digest(value: Any) -> str:
    """SHA-256 of arrays, or of plain data."""
    if isinstance(value, np.ndarray):
        return hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    if isinstance(value, list):
        return hashlib.sha256("".join(map(digest, value)).encode()).hexdigest()
    return hashlib.sha256(json.dumps(to_plain(value), sort_keys=True).encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_one_core_gives_the_results_of_two(tmp_path: Path) -> None:
    home = Path(__file__).parents[2]
    paths = os.pathsep.join([str(home / "src"), str(home), os.environ.get("PYTHONPATH", "")])
    done = [
        subprocess.run(
            [sys.executable, "-m", "tests.property.test_cores", count],
            cwd=home,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": paths, "XDG_CACHE_HOME": str(tmp_path / count)},
        )
        for count in "12"
    ]
    assert [process.returncode for process in done] == [0, 0], [process.stderr for process in done]
    one, two = (process.stdout.splitlines() for process in done)
    assert one == two and len(one) == len(analyses())


if __name__ == "__main__":
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[1])])
    wanted = sys.argv[2:]
    for name, analyse in analyses().items():
        if not wanted or name in wanted:
            began = time.perf_counter()
            print(name, digest(analyse()), flush=True)
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
