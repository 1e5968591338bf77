"""Effective samples a second of `standoff reconcile` and of the same density in PyMC, sampled by nutpie, in one run.

`python -m benchmarks.evidence [--claims 600] [--save]`; needs `pip install --group bench`. The PyMC model is written anew
from docs/evidence.md and compared with ours at random points first: log densities must differ by one constant. Both take
four chains of as many draws, and both report what compiling took.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import jax
import numpy as np

from standoff import catalog
from standoff.inference import nuts
from standoff.inference.convergence import rhat_and_ess
from standoff.inference.reconcile import claim_arrays, measurement_model
from standoff.ledger import Claim, Ledger

DRAWS, WARMUP = 1_000, 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=0, help="also time this many drawn claims, without PyMC")
    parser.add_argument("--save", action="store_true", help="write results/evidence.json")
    params = parser.parse_args()
    _, ledger = catalog.load("china-russia")
    rows = []
    for subject in ("RUS", "UKR"):
        facts = claim_arrays.collect(ledger, "personnel_losses", subject, "2024-03-31")
        with jax.enable_x64(True):
            data = measurement_model.data(facts)
            rows += compared(subject, data)
    if params.claims:
        rows.append(many(params.claims))
    for row in rows:
        print(
            "  ".join(
                f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items()
            )
        )
    if params.save:
        out = Path(__file__).parent / "results" / "evidence.json"
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def compared(name: str, data: measurement_model.ReconcileArrays) -> list[dict[str, Any]]:
    """Ours, then nutpie on PyMC's density, at one size of draws."""
    import nutpie

    size = measurement_model.size(data)
    model = in_pymc(data, size)
    agree(model, data, size)
    first = timed(lambda: nuts.fit(measurement_model.MODEL, data, size, seed=1, warmup=WARMUP, draws=DRAWS))
    again = timed(lambda: nuts.fit(measurement_model.MODEL, data, size, seed=1, warmup=WARMUP, draws=DRAWS))
    fit = again[0]
    ours = {
        "claims": data.claims.observed_log.shape[0],
        "parameters": size,
        "subject": name,
        "by": "standoff",
        "compile_s": first[1] - again[1],
        "run_s": again[1],
        "ess": fit.ess,
        "rhat": fit.rhat,
        "divergences": fit.divergences,
    }
    compiled, wait = timed(lambda: nutpie.compile_pymc_model(model))
    trace, run = timed(lambda: nutpie.sample(compiled, draws=DRAWS, tune=WARMUP, chains=4, seed=1, progress_bar=False))
    rhat, ess = rhat_and_ess(np.asarray(trace.posterior["u"]))
    divergences = int(np.asarray(trace.sample_stats["diverging"]).sum())
    other = {
        **ours,
        "by": "nutpie",
        "compile_s": wait,
        "run_s": run,
        "ess": ess,
        "rhat": rhat,
        "divergences": divergences,
    }
    return [{**row, "ess_per_s": row["ess"] / row["run_s"]} for row in (ours, other)]


def timed(work: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    out = work()
    return out, time.perf_counter() - start


def in_pymc(d: measurement_model.ReconcileArrays, size: int) -> Any:
    """The model of docs/evidence.md in PyMC."""
    import pymc as pm
    import pytensor.tensor as pt
    from pymc.distributions.dist_math import normal_lcdf

    d = jax.tree.map(np.asarray, d)
    a = {**d._asdict(), **d.claims._asdict(), **d.sources._asdict()}
    ends = np.cumsum(list(measurement_model.sizes(d).values()))
    with pm.Model() as model:
        u = pm.Normal("u", 0.0, 1.0, shape=size)
        path_u, pace_u, ratio_u, trend_u, bias_u, noise_u, floor_u, report_u = (
            u[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)
        )
        pace = pt.exp(a["pace"][0] + a["pace"][1] * pace_u[0])
        path = a["centre"] + pt.dot(a["walk"], pt.where(a["fixed"] > 0, a["fixed"], pace) * path_u)
        others = pt.exp(
            (a["ratio"][:, 0] + a["ratio"][:, 1] * ratio_u)[:, None] + a["trend"] * trend_u[:, None] * a["years"]
        )
        relative = pt.concatenate([pt.ones((1, a["years"].shape[0])), others])
        flows = pt.exp(path) * relative / pt.dot(a["main"], relative)
        level = pt.log((a["functional"] * flows[None]).sum(axis=(1, 2)))
        noise = pt.dot(a["source"], pt.exp(a["noise"][0] + a["noise"][1] * noise_u))
        share = pt.log(pm.math.sigmoid(a["share"][0] + a["share"][1] * floor_u))
        mean = (
            level
            + a["bias_mean"]
            + pt.dot(a["bias"], bias_u)
            + pt.dot(a["floor"], share)
            + noise * pt.dot(a["report"], report_u)
        )
        spread = pt.sqrt((1 - a["report"].sum(axis=1)) * noise**2 + a["relay_noise"] ** 2)
        for chosen, form in ((a["bound_rate"] == 0, interval), (a["bound_rate"] != 0, edge)):
            if chosen.any():
                at = np.flatnonzero(chosen)
                bound = a["half_width"][at] if form is interval else a["bound_rate"][at]
                pm.Potential(
                    form.__name__, form(a["observed_log"][at] - mean[at], spread[at], bound, pt, normal_lcdf).sum()
                )
    return model


def interval(distance: Any, spread: Any, half: Any, pt: Any, lcdf: Any) -> Any:
    """Log density of the middle of what a number allows."""
    distance = -pt.abs(distance)
    upper, lower = lcdf(0, spread, distance + half), lcdf(0, spread, distance - half)
    return upper + pt.log1mexp(lower - upper) - np.log(2 * half)


def edge(distance: Any, spread: Any, bound_rate: Any, pt: Any, lcdf: Any) -> Any:
    """Log density of a bound."""
    rate, away = np.abs(bound_rate), np.sign(bound_rate) * distance
    return np.log(rate) + rate * away + 0.5 * (rate * spread) ** 2 + lcdf(0, 1, -away / spread - rate * spread)


def agree(model: Any, data: measurement_model.ReconcileArrays, size: int) -> None:
    """Raise unless the two log densities differ by one constant, to 1e-8 of their size."""
    theirs = model.compile_logp()
    points = np.random.default_rng(1).normal(size=(20, size))
    selected = np.array([-float(measurement_model.neg_log_density(point, data)) for point in points])
    gaps = selected - np.array([float(theirs({"u": point})) for point in points])
    if np.ptp(gaps) > 1e-8 * np.abs(selected).max():
        raise SystemExit(f"the two densities differ: by {gaps.min()} to {gaps.max()}")


def many(count: int) -> dict[str, Any]:
    """Whole time, compiling included, of `count` claims of twenty sources over five years, drawn at random."""
    from standoff.inference.reconcile.reconcile import reconcile

    rng, start = np.random.default_rng(1), dt.date(2019, 1, 1)
    sides = ("ukraine", "russia", "west", "neutral")
    words = ("about", "exact", "over", "nearly", "at_least")
    off, noise = rng.normal(0, 0.25, 20), rng.uniform(0.03, 0.2, 20)
    claims = []
    for i in range(count):
        day, who = start + dt.timedelta(days=int(rng.integers(30, 1_800))), int(rng.integers(20))
        size = 200 * (day - start).days * np.exp(off[who] + noise[who] * rng.normal())
        claims.append(
            Claim.parse(
                {
                    "id": f"claim-{i}",
                    "subject": "RUS",
                    "quantity": ("personnel_losses", "personnel_killed")[who % 3 == 0],
                    "value": round(size * (0.25 if who % 3 == 0 else 1), -2),
                    "unit": "person",
                    "comparator": words[int(rng.integers(5))],
                    "as_of": str(day),
                    "published": str(day),
                    "speaker": f"Source {who}",
                    "side": sides[who % 4],
                    "source": {"title": "drawn"},
                    "basis": "found",
                    "status": "accepted",
                }
            )
        )
    result, whole = timed(
        lambda: reconcile(Ledger(tuple(claims)), "personnel_losses", "RUS", as_of="2024-01-01", refits=0)
    )
    return {
        "claims": len(result.claims),
        "subject": "drawn",
        "by": "standoff, whole command",
        "run_s": whole,
        "ess": result.checks.ess,
        "rhat": result.checks.rhat,
        "divergences": result.checks.divergences,
    }


if __name__ == "__main__":
    main()
