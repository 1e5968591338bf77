"""Times to exhaustion of a race whose answer is known: stores that shrink by a constant share, drawn once a future.

Survival estimates on times made by hand, and on exponential times whose hazards are known.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from standoff.analysis import exhaustion as survival
from standoff.analysis.answer import answer
from standoff.analysis.exhaustion import CensoredTimes, Exhaustion, exhaustion
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.questions import NONE, EpistemicBand
from standoff.scenario import load
from tests import closed_form

DRAWS, STEPS = 4000, 24
# of each store: the lowest and the highest share that is gone each month, and the level at which it has run out
STORES = {"Aland, shells": (0.02, 0.12, 0.5), "Borland, shells": (0.02, 0.08, 0.5), "Borland, money": (0.01, 0.06, 0.6)}
CELLS = {"Aland, shells": "shells.ALA", "Borland, shells": "shells.BOR", "Borland, money": "money.BOR"}
TEXT = """
title: two stores and a purse
as_of: 2030-01
start: 2030-01
end: 2032-01
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  shells: {unit: "1", initial: {ALA: 1, BOR: 1}, sources: assumption}
  money: {unit: "1", initial: {BOR: 1}, sources: assumption}
mechanisms:
  shells_a:
    {use: mean_reversion, stock: shells.ALA, mean: 0, speed: "uniform(0.02, 0.12) 1/month", volatility: 0, sources: assumption}
  shells_b:
    {use: mean_reversion, stock: shells.BOR, mean: 0, speed: "uniform(0.02, 0.08) 1/month", volatility: 0, sources: assumption}
  money_b:
    {use: mean_reversion, stock: money.BOR, mean: 0, speed: "uniform(0.01, 0.06) 1/month", volatility: 0, sources: assumption}
questions:
  out:
    text: Who runs out of what first?
    first_of: {"Aland, shells": shells.ALA < 0.5, "Borland, shells": shells.BOR < 0.5, "Borland, money": money.BOR < 0.6}
    by: 2032-01
    resolution: the books
"""


def chances(label: str) -> np.ndarray:
    """(STEPS + 2,) that a store runs out at step k; the last entry: later. It is below the level once exp(-s k) < level."""
    low, high, level = STORES[label]
    by = [(high - min(max(-math.log(level) / k, low), high)) / (high - low) if k else 0.0 for k in range(STEPS + 1)]
    return np.array([*np.diff([0.0, *by]), 1 - by[-1]])


def firsts() -> dict[str, float]:
    """In which share each store is the first to run out; stores that run out together share it."""
    grids = np.meshgrid(*[np.arange(STEPS + 2)] * 3, indexing="ij")
    weight = np.einsum("i,j,k->ijk", *map(chances, STORES))  # i, j, k: the step of each store
    first = np.minimum.reduce(grids)
    ties = sum((grid == first).astype(float) for grid in grids)
    return {
        label: float((weight * ((grid == first) & (first <= STEPS)) / ties).sum())
        for label, grid in zip(STORES, grids, strict=True)
    }


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(load.load_text(TEXT), Ledger()), draws=DRAWS, seed=3)


@pytest.fixture(scope="module")
def found(run: Run) -> Exhaustion:
    return exhaustion(run)


def test_times_follow_the_closed_form(found: Exhaustion) -> None:
    for spell in found.constraints:
        known = np.cumsum(chances(spell.label))
        assert abs(spell.by - known[STEPS]) < 4 * spell.by_error
        error = np.sqrt(known[: STEPS + 1] * (1 - known[: STEPS + 1]) / DRAWS)
        assert np.all(np.abs(np.array(spell.shares) - known[: STEPS + 1]) < 4.5 * error + 1 / DRAWS)
        median = int(np.argmax(known >= 0.5)) if known[STEPS] >= 0.5 else None
        assert (spell.months["p50"] is None) == (median is None)
        assert median is None or abs((spell.months["p50"] or math.inf) - median) <= 1


def test_which_comes_first_follows_the_closed_form(found: Exhaustion) -> None:
    known = firsts()
    for spell in found.constraints:
        assert abs(spell.first - known[spell.label]) < 4 * math.sqrt(known[spell.label] / DRAWS)
        assert spell.first_error < 2 * math.sqrt(known[spell.label] / DRAWS)  # an error that nothing can miss is none
    by_side = {side.label: side.first for side in found.sides}
    assert abs(by_side["Aland"] - known["Aland, shells"]) < 0.03  # ties are shared among sides, not among stores
    total = sum(spell.first for spell in found.constraints)
    assert total + found.none == pytest.approx(1, abs=1e-9)


def test_the_rate_of_loss_moves_it_and_nothing_else_does(found: Exhaustion) -> None:
    assert found.movers is not None
    assert [mover.path for mover in found.movers["Aland"]] == ["mechanisms.shells_a.speed"]
    assert {mover.path for mover in found.movers["Borland"]} == {
        "mechanisms.shells_b.speed",
        "mechanisms.money_b.speed",
    }
    mover = found.movers["Aland"][0]
    assert mover.score > 0.5 and mover.hazard_interval is not None and mover.hazard_interval[0] > 10  # it decides alone
    both = {mover.path: mover for mover in found.movers["Borland"]}
    assert all(item.score > 0.5 and (item.hazard is None or item.hazard > 1) for item in both.values())
    # medians of the outer fifths: speeds 0.02 to 0.04 and 0.10 to 0.12, so 0.03 and 0.11 in the middle
    assert mover.low == math.ceil(math.log(2) / 0.03) and mover.high == math.ceil(math.log(2) / 0.11)


def test_the_case_that_was_worked_out_on_paper(closed: Run) -> None:
    found = survival.exhaustion_times(closed)  # of the case alone: pages print means over its rival models
    known = closed_form.first()
    for spell in found.constraints:
        assert abs(spell.first - known[spell.label]) < 4 * spell.first_error
        by = closed_form.by_month(spell.label)
        error = np.sqrt(by * (1 - by) / closed.settings.draws)
        assert np.all(np.abs(np.array(spell.shares) - by) < 4.5 * error + 1 / closed.settings.draws)
        assert (
            abs((spell.months["p50"] or math.inf) - closed_form.median_month(spell.label)) <= 1
        )  # half falls on a step


FOLLOWS = """
consequences:
  money.BOR: {text: pay comes late, effects: {shells_a.volatility: x 1}, sources: assumption}
"""
WAR = {"Aland, shells": "shells.ALA < 0.5", "the war ends": "shells.BOR < 0.5", "Borland, money": "money.BOR < 0.6"}


@pytest.fixture(scope="module")
def own() -> Run:
    written = "{" + ", ".join(f'"{label}": {condition}' for label, condition in WAR.items()) + "}"
    text = re.sub(r"first_of: \{.*\}", f"first_of: {written}", TEXT) + FOLLOWS
    return simulate(build(load.load_text(text), Ledger()), draws=DRAWS, seed=3)


def test_a_label_without_a_side_is_a_competing_event(own: Run) -> None:
    """Both numbers by hand: of futures in which a store runs out before the war ends; ties are shared."""
    ala, ends, bor = (own.answer(f"out/{label}") for label in WAR)
    result = exhaustion(own)
    assert {side.label for side in result.sides} == {"Aland", "Borland"}

    def before(when: np.ndarray, *others: np.ndarray) -> float:
        """Share of futures in which it comes first; those of one month share it."""
        rows = np.stack([when, *others])
        wins = (rows == rows.min(axis=0)) & np.isfinite(rows)
        return float(np.mean(wins[0] / np.maximum(wins.sum(axis=0), 1)))

    known = {"Aland, shells": ala, "Borland, money": bor}
    for spell in result.constraints:
        assert spell.by == pytest.approx(before(known[spell.label], ends), abs=1e-9)
        others = [when for label, when in known.items() if label != spell.label]
        assert spell.first == pytest.approx(before(known[spell.label], ends, *others), abs=1e-9)
    assert result.follows == {"Borland, money": "pay comes late"}
    assert result.ended == {"the war ends": pytest.approx(before(ends, ala, bor), abs=1e-9)}
    shares = [spell.first for spell in result.constraints]
    assert sum(shares) + sum(result.ended.values()) + result.none == pytest.approx(1, abs=1e-9)
    assert survival.side_shares(answer(own)["out"]).keys() == {"Aland", "Borland", "the war ends", NONE}


def test_chances_are_printed_as_the_mean_over_models(own: Run) -> None:
    found, given = survival.exhaustion_times(own), answer(own)["out"]
    shown = dict(zip(given.other_shares, (0.1, 0.2, 0.3, 0.4), strict=True))
    band = EpistemicBand(
        low=0.0,
        high=1.0,
        mean=shown[str(given.answer)],
        label=str(given.answer),
        shares={},
        parameters=1,
        draws=1,
        replicates=1,
        parts={label: (share, (0.0, 1.0)) for label, share in shown.items()},
    )
    printed = survival.as_printed(found, replace(given, band=band))
    assert {item.label: item.first for item in printed.constraints} == pytest.approx(
        {n: shown[n] for n in ("Aland, shells", "Borland, money")}
    )
    assert printed.ended == pytest.approx({"the war ends": shown["the war ends"]}) and printed.none == pytest.approx(
        shown[NONE]
    )
    assert {side.label: side.first for side in printed.sides} == pytest.approx(
        {"Aland": shown["Aland, shells"], "Borland": shown["Borland, money"]}
    )
    assert survival.as_printed(found, given) == found, "an answer without a band moves nothing"


def test_what_drives_the_end_of_the_war_does_not_drive_who_runs_out(own: Run) -> None:
    """Its speed is another parameter, and what it ends is censored: it has no effect on the hazard of Aland."""
    movers = exhaustion(own).movers
    assert movers is not None and [mover.path for mover in movers["Aland"]] == ["mechanisms.shells_a.speed"]


def test_a_future_that_fails_is_censored_there(run: Run, found: Exhaustion) -> None:
    failed = np.full(DRAWS, -1)
    failed[::4] = 7  # whatever happens, one future in four is watched for six months only
    cut = exhaustion(replace(run, failed=failed))
    assert cut.censored == DRAWS // 4
    for before, after in (
        (item, next(s for s in cut.constraints if s.label == item.label)) for item in found.constraints
    ):
        assert abs(after.by - before.by) < 4 * after.by_error
        assert abs(after.first - before.first) < 4 * after.first_error
        assert after.by_error > before.by_error


def test_kaplan_meier_and_aalen_johansen_on_a_table_by_hand() -> None:
    when = np.array([[1.0, np.inf, 2.0, np.inf, 3.0], [np.inf, 1.0, np.inf, np.inf, 3.0]])
    watched = np.array([9.0, 9.0, 9.0, 2.0, 9.0])
    one, other = survival.first_by(when, watched)
    # month 1: 2 of 5 end; month 2: 1 of 3; month 3: the last of 1 that is left (one was censored at 2), shared
    assert one.share.tolist() == pytest.approx([1 / 5, 1 / 5 + 3 / 5 / 3, 1 / 5 + 1 / 5 + 2 / 5 / 2])
    assert other.share.tolist() == pytest.approx([1 / 5, 1 / 5, 1 / 5 + 2 / 5 / 2])
    curve = survival.happened_by(CensoredTimes.until(when.min(axis=0), watched))
    assert [curve.by(month)[0] for month in (0.5, 1, 2, 3)] == pytest.approx([0, 2 / 5, 3 / 5, 1])
    assert curve.quantile(0.5) == 2 and survival.first_by(np.full((2, 3), np.inf), np.ones(3))[0].by(1) == (0, 0)


def test_hazard_ratio_of_an_exponential_time() -> None:
    rng = np.random.default_rng(5)
    z = survival.standard(rng.random((3000, 3)))
    time = (
        np.ceil(50 * rng.exponential(1 / np.exp(0.5 * z[:, 0] - 0.25 * z[:, 1]))) / 50
    )  # ties cost little, by Efron's rule
    waiting = CensoredTimes.until(time, np.full(3000, 2.0))
    slopes, errors = survival.hazards(waiting, z) or ([], [])
    assert np.all(np.abs(slopes - [0.5, -0.25, 0]) < 4 * errors) and np.all(errors < 0.03)
    residuals = survival.residuals(waiting)
    score = [np.corrcoef(residuals, column)[0, 1] for column in z.T]
    assert score[0] > 0.3 > -score[1] > 0.1 > abs(score[2])


def test_what_cannot_be_asked(run: Run) -> None:
    with pytest.raises(
        ModelError, match=r"`outt` is not a `first_of` question with sides[\s\S]*allowed: out[\s\S]*did you mean `out`"
    ):
        exhaustion(run, "outt")
    plain = build(load.load_text(TEXT[: TEXT.index("questions:")]), Ledger())
    with pytest.raises(ModelError, match="no question about times to exhaustion"):
        exhaustion(replace(run, model=plain))


pytest.importorskip("statsmodels")
NEVER = np.inf


def test_what_comes_after_the_watch_is_censored() -> None:
    waiting = CensoredTimes.until(np.array([2.0, 5.0, NEVER]), np.array([3.0, 3.0, 4.0]))
    np.testing.assert_array_equal(waiting.time, [2, 3, 4])
    np.testing.assert_array_equal(waiting.happened, [True, False, False])


def test_without_censoring_the_share_is_that_of_the_futures() -> None:
    curve = survival.happened_by(CensoredTimes.until(np.array([1.0, 2.0, 2.0, NEVER]), np.full(4, 9.0)))
    assert [curve.by(month)[0] for month in (0.5, 1, 2, 9)] == pytest.approx([0, 0.25, 0.75, 0.75])
    assert curve.by(1)[1] == pytest.approx(np.sqrt(0.25 * 0.75 / 4)), "Greenwood's error is then the binomial one"
    assert curve.quantile(0.5) == 2 and curve.quantile(0.9) is None


def test_a_share_is_the_count_over_the_count_to_the_last_digit_of_a_float() -> None:
    """Else 131 of 2,000 futures are 6.5 % as a product of ratios, and 6.6 % as a mean."""
    when = np.full((2, 2000), NEVER)
    when[0, :131], when[1, 131:272] = np.arange(131) % 25 + 1.0, np.arange(141) % 25 + 1.0
    first, second = survival.first_by(when, np.full(2000, 25.0))
    assert (float(first.share[-1]), float(second.share[-1])) == (131 / 2000, 141 / 2000)
    assert survival.happened_by(CensoredTimes.until(when[0], np.full(2000, 25.0))).by(25)[0] == 131 / 2000


def test_a_censored_future_counts_up_to_its_censoring() -> None:
    curve = survival.happened_by(CensoredTimes(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])))
    assert curve.by(1)[0] == pytest.approx(1 / 3) and curve.by(3)[0] == pytest.approx(1)


def test_events_of_one_time_share_it() -> None:
    when = np.array([[1.0, 4.0, 3.0, NEVER], [2.0, 4.0, 1.0, NEVER]])
    first, second = survival.first_by(when, np.full(4, 9.0))
    assert first.share[-1] == pytest.approx((1 + 0.5) / 4) and second.share[-1] == pytest.approx((1 + 0.5) / 4)
    nothing = survival.first_by(np.full((2, 3), NEVER), np.full(3, 9.0))
    assert [float(curve.share[-1]) for curve in nothing] == [0, 0]


def test_residuals_sum_to_zero_and_fall_with_time() -> None:
    rng = np.random.default_rng(1)
    times = rng.exponential(size=500)
    found = survival.residuals(CensoredTimes.until(times, np.full(500, 1.0)))
    assert found.sum() == pytest.approx(0, abs=1e-9)
    done = times <= 1
    assert np.corrcoef(found[done], times[done])[0, 1] < -0.9


def test_only_scores_beyond_noise_are_significant() -> None:
    assert survival.significant_indices(np.array([0.02, -0.5, 0.3, 0.1]), 400) == [1, 2]
    assert survival.significant_indices(np.array([]), 400) == []


def test_hazard_ratios_are_those_that_made_the_times() -> None:
    rng = np.random.default_rng(2)
    z = rng.standard_normal((4000, 2))
    times = rng.exponential(size=4000) / np.exp(z @ [0.5, -0.25])
    found = survival.hazards(CensoredTimes.until(times, np.full(4000, 2.0)), z)
    assert found is not None
    ratios, errors = found
    assert (np.abs(ratios - [0.5, -0.25]) < 4 * errors).all() and (errors < 0.05).all()


def test_uniform_numbers_become_standard() -> None:
    grid = survival.standard((np.arange(1000) + 0.5) / 1000)
    assert grid.mean() == pytest.approx(0, abs=1e-12) and grid.var() == pytest.approx(1, rel=1e-5)
