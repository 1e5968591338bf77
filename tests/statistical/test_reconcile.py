"""Simulation-based calibration of reconciling claims: truths from the prior, claims from the truths, ranks uniform.

Source: talts2018. Ranks of the truth among independent draws of its posterior are uniform if prior, claims and sampler agree.
Draws are thinned to about their effective number. Ranks are compared with uniform ones by chi squared over ten bins, and
central intervals must cover at their rate, within four standard errors.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import pytest
from scipy import stats

from standoff.inference import nuts
from standoff.inference.reconcile import claim_arrays, measurement_model
from standoff.ledger import Claim, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
WORLDS = 100
DRAWS, WARMUP = 300, 250  #: of each of four chains
THIN = 12  #: 100 draws are kept: a quarter of the effective ones of any parameter that passes
KEPT = 4 * DRAWS // THIN
SIGMAS = 4.0
DAY = dt.date(2023, 6, 30)


def design() -> claim_arrays.ClaimData:
    """Who speaks when, in which words: a running count, an admission, bounds, a range, relays of one report, names."""

    def say(speaker: str, side: str, as_of: str, value: float = 50_000, **more: Any) -> Claim:
        raw = {
            "id": f"{speaker}-{as_of}-{len(out)}".lower().replace(" ", "-"),
            "subject": "RUS",
            "quantity": "personnel_losses",
            "value": value,
            "unit": "person",
            "comparator": "about",
            "as_of": as_of,
            "published": as_of,
            "speaker": speaker,
            "side": side,
            "source": {"title": "paper"},
            "basis": "found",
            "status": "accepted",
            **more,
        }
        return Claim.parse(raw)

    out: list[Claim] = []
    for month in range(3, 13):
        out.append(say("Staff", "ukraine", f"2022-{month:02}-28", origin="staff"))
    for month in range(1, 7):
        out.append(say("Staff", "ukraine", f"2023-{month:02}-28", origin="staff"))
    out.append(say("Ministry", "russia", "2022-09-21", quantity="personnel_killed"))
    out.append(say("Office", "west", "2022-11-09", comparator="over"))
    out.append(say("Service", "west", "2023-02-15", comparator="nearly", origin="service-leak"))
    out.append(say("Press", "press", "2023-02-15", 51_000, origin="service-leak"))
    out.append(say("Counters", "neutral", "2023-03-01", quantity="personnel_killed", note="named dead"))
    out.append(say("Counters", "neutral", "2023-06-01", quantity="personnel_killed", note="named dead"))
    ranged = say("Institute", "west", "2023-05-01").to_data() | {"comparator": "range", "low": 40_000, "high": 60_000}
    del ranged["value"]
    out.append(Claim.parse(ranged))
    return claim_arrays.collect(Ledger(tuple(out)), "personnel_losses", "RUS", "2023-07-01", at=DAY)


@pytest.fixture(scope="module")
def worlds() -> Iterator[tuple[dict[str, np.ndarray], np.ndarray, int]]:
    """Ranks of each quantity, (world,); whether the 50 % and 90 % intervals of the total hold it; how many fits settled."""
    facts = design()
    with jax.enable_x64(True):
        data = measurement_model.data(facts)
        target = facts.at("personnel_losses", [DAY])

        place = {voice.name: i for i, voice in enumerate(facts.source_models)}

        def watched(flat: np.ndarray) -> dict[str, np.ndarray]:
            now = measurement_model.latent_draws(flat, data)
            bias, noise = np.asarray(now.bias), np.asarray(now.noise)
            out = {f"bias of {name}": bias[:, facts.arrays.source[:, i] > 0].mean(axis=1) for name, i in place.items()}
            return out | {
                "total": measurement_model.path_values(flat, data, target)[:, 0],
                "wounded": np.asarray(now.flows)[:, 1].sum(axis=1),
                "pace": flat[:, data.walk.shape[1]],
                "noise of Staff": noise[:, place["Staff"]],
                "noise of Service": noise[:, place["Service"]],
            }

        keys = jax.random.split(jax.random.key(20), WORLDS)
        ranks: dict[str, list[int]] = {}
        inside, passed = [], 0
        for i, key in enumerate(keys):
            first, second = jax.random.split(key)
            truth = jax.random.normal(first, (measurement_model.size(data),))
            fit = nuts.fit(
                measurement_model.MODEL,
                measurement_model.simulate(second, truth, data),
                measurement_model.size(data),
                seed=i,
                warmup=WARMUP,
                draws=DRAWS,
            )
            passed += fit.mode_found and fit.rhat < 1.05 and fit.ess > KEPT
            before, after = watched(np.asarray(truth)[None]), watched(fit.flat)
            for name, draws in after.items():
                ranks.setdefault(name, []).append(int((draws[:: len(draws) // KEPT][:KEPT] < before[name][0]).sum()))
            ends = np.quantile(after["total"], (0.05, 0.25, 0.75, 0.95))
            inside.append((ends[1] <= before["total"][0] <= ends[2], ends[0] <= before["total"][0] <= ends[3]))
    yield {name: np.array(found) for name, found in ranks.items()}, np.array(inside), passed


def test_ranks_are_uniform(worlds: Any) -> None:
    ranks, _, _ = worlds
    for name, found in ranks.items():
        counts = np.histogram(found, bins=10, range=(-0.5, KEPT + 0.5))[0]
        fair = np.histogram(np.arange(KEPT + 1), bins=10, range=(-0.5, KEPT + 0.5))[0] * WORLDS / (KEPT + 1)
        p = stats.chisquare(counts, fair).pvalue
        assert p > 0.001 / len(ranks), (name, counts, p)  # a false alarm once in a thousand seeds


def test_intervals_cover_at_their_rate(worlds: Any) -> None:
    _, inside, _ = worlds
    for share, rate in zip(inside.mean(axis=0), (0.5, 0.9), strict=True):
        assert abs(share - rate) <= SIGMAS * (rate * (1 - rate) / WORLDS) ** 0.5


def test_nearly_all_fits_have_more_effective_draws_than_are_kept(worlds: Any) -> None:
    assert worlds[2] >= 0.95 * WORLDS
