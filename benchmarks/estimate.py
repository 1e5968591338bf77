"""How fast strategic choice models are estimated: against a general-purpose optimiser on the same likelihood.

    python -m benchmarks.estimate [--repeat 5]

Data: Leblang's currency attacks (7,240 observations, 19 coefficients) and war1800 (282, 10) from `shared/data` beside the
checkout where it is there, and made-up data. BFGS of SciPy starts where `estimate` starts and gets the exact gradient;
the R package `games` uses BFGS too. Processor seconds, after a first call; the time of `estimate` includes reading the
file, the formula and all checks, that of BFGS the search alone.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from tests.oracles.strategic_choice import table

from standoff.addons.games.estimate.estimate import estimate
from standoff.addons.games.estimate.likelihood import StrategicLikelihood
from standoff.addons.games.estimate.maximise import start
from standoff.addons.games.estimate.model_data import model_data

FOLDERS = (folder / "shared" / "data" / "replication" for folder in Path(__file__).resolve().parents)
FOLDER = next((folder for folder in FOLDERS if folder.exists()), None)
LEBLANG = (
    "outcome ~ capcont + lreserves + overval + creditgrow + USinterest + service + contagion + prioratt - 1 | 1 | 1 | "
    "unifgov + lexports + preelec + postelec + rightgov + realinterest + capcont + lreserves"
)
NAMES = ("no attack", "devaluation", "defense")


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and arguments of `estimate`."""
    yield (
        "made up, egame123, 400",
        {"data": table("egame123"), "formula": "y ~ x1 | 0 | x2 - 1 | x3 | 0 | x4 - 1 | x5 | x6", "model": "egame123"},
    )
    if FOLDER is None:
        print("the data of Leblang and war1800 are not beside the checkout: they are skipped")
        return
    leblang = {"data": FOLDER / "leblang2003.parquet", "outcomes": NAMES, "error": "private"}
    war = {"data": FOLDER / "war1800.parquet", "drop_missing": True}
    yield "war1800, 282", {**war, "formula": "esc + war ~ s_wt_re1 + revis1 | 0 | regime1 | balanc + regime2"}
    yield "leblang2003, 7,240", {**leblang, "formula": LEBLANG}
    short = "outcome ~ lreserves + overval - 1 | 1 | 1 | preelec + realinterest"
    yield "leblang2003 with a scale", {**leblang, "formula": short, "scale": "prioratt - 1"}


def seconds(run: Callable[[], Any], repeat: int) -> float:
    """Median processor seconds of a call."""
    times = []
    for _ in range(repeat):
        begin = time.process_time()
        run()
        times.append(time.process_time() - begin)
    return float(np.median(times))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    print(f"{'data':28}{'estimate':>10}{'BFGS':>10}{'ratio':>8}{'log likelihood':>18}{'BFGS lower by':>16}")
    for name, arguments in examples():
        fit, likelihood = estimate(**arguments), model_data(**arguments).likelihood
        first = start(likelihood)

        def search(likelihood: StrategicLikelihood = likelihood, first: Any = first) -> Any:
            return minimize(
                lambda b: -likelihood.at(b).value, first, jac=lambda b: -likelihood.at(b).gradient, method="BFGS"
            )

        ours = seconds(lambda arguments=arguments: estimate(**arguments), repeat)  # type: ignore[misc]
        theirs = seconds(search, repeat)
        lower = fit.log_likelihood + search().fun
        print(f"{name:28}{ours:10.3f}{theirs:10.3f}{theirs / ours:8.1f}{fit.log_likelihood:18.6f}{lower:16.1e}")


if __name__ == "__main__":
    main()
