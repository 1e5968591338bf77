"""A draw that breaks is counted with its date and left out; the others do not notice."""

from __future__ import annotations

import math
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from standoff import components, registry
from standoff.analysis.answer import answer
from standoff.analysis.explain import explained
from standoff.analysis.verdict import verdict
from standoff.engine.flows import mean_flows
from standoff.engine.rerun import Rerunner
from standoff.engine.run_folder import RunFolder
from standoff.engine.session import session as open_session
from standoff.engine.simulate import simulate
from standoff.errors import RunError
from standoff.plan import components as plan_components
from standoff.report import answer_text
from tests.unit.conftest import changed


class Params(components.Params):
    stock: str = components.role("the stock", of="stock")
    limit: components.PerDraw = components.param("what it bears", unit="1", source="assumption")


def flows(p: Params, s: components.State, t: components.Time, z: components.Noise) -> components.Flows:
    """The logarithm of a number below zero once the stock is past its limit."""
    return {p.stock: 0.1 + components.jnp.log(p.limit - s[p.stock]) * 0}


BRITTLE = ModuleType("brittle")
BRITTLE.Params, BRITTLE.flows = Params, flows  # type: ignore[attr-defined]
BRITTLE.READS = BRITTLE.WRITES = {"{stock}": components.stock("1")}  # type: ignore[attr-defined]


CHANGE = {
    "mechanisms": {
        "lift": None,
        "crack": {"use": "brittle", "stock": "hope", "limit": "normal(3, 0.5)", "sources": "assumption"},
    },
    "questions": {"f": {"text": "?", "quantity": "fear", "at": "2024-12", "resolution": "x"}},
}


@pytest.fixture(scope="module")
def some(calm):
    """A run with a mechanism that breaks where the stock is past the limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            plan_components,
            "registry",
            SimpleNamespace(
                names=lambda package: (*registry.names(package), "brittle"),
                module=lambda package, name: BRITTLE if name == "brittle" else registry.module(package, name),
            ),
        )
        model = calm(CHANGE)
    return simulate(model, draws=1000, seed=1, paths="all")


def again_with(run, path: str, value: float, draws: int):
    """Futures of the same program, in all of which a number is this one."""
    model = run.model
    table = model.table.with_value(model.layout, {model.plan.number(path): value})
    return simulate(replace(model, table=table), draws=draws, seed=1, paths="all")


def test_failed_draws_are_counted_with_their_first_date(some):
    finite = np.isfinite(some.stock_paths).all(axis=2)  # (draw, state)
    first = np.where(finite.all(axis=1), -1, np.argmin(finite, axis=1))
    np.testing.assert_array_equal(some.failed, first)
    assert set(some.cause[~some.valid]) == {some.model.program.cause("stock", "hope")}
    assert 10 < (some.failed >= 0).sum() < 500 and len(set(some.failed)) > 5
    np.testing.assert_array_equal(some.count, [((first < 0) | (first > k + 1)).sum() for k in range(11)])


def test_the_other_draws_do_not_notice(some):
    sound = again_with(some, "crack.limit", 1e6, 1000)
    assert (sound.failed == -1).all()
    np.testing.assert_array_equal(some.stock_paths[some.valid], sound.stock_paths[some.valid])
    np.testing.assert_array_equal(some.answer("f"), sound.answers[0][some.valid])


def test_sums_leave_failed_draws_out(some):
    for k in range(11):
        standing = (some.failed < 0) | (some.failed > k + 1)
        np.testing.assert_allclose(
            some.mean[k], some.stock_paths[standing, k + 1].mean(axis=0, dtype=float), rtol=1e-5, atol=1e-6
        )
    assert np.isfinite(some.variance).all() and np.isfinite(mean_flows(some)).all()
    assert np.isfinite(some.path("hope")).all() and len(some.path("hope")) == (some.failed < 0).sum()
    assert answer(some)["f"].answer == pytest.approx(np.median(some.path("fear")[:, -1]), abs=1e-3)
    assert answer(some).origin.failed == (some.failed >= 0).sum()


def test_a_run_of_which_nothing_is_left_is_an_error_at_the_edge(some):
    run = again_with(some, "crack.limit", -1e6, 20)
    assert (run.failed == 1).all() and (run.count == 0).all()
    with pytest.raises(
        RunError, match="all 20 draws failed, first at 2024-02: the stock `hope` is not a finite number"
    ):
        answer(run)


# ---- choices and conditions ------------------------------------------------------------------------------------------

STRIKE = """
title: what is gained is divided by what is left
as_of: 2024-03
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  fuel: {unit: share, initial: 0.3 to 1, sources: assumption}
  hope: {unit: share, initial: 0.5, sources: assumption}
mechanisms:
  leak: {use: mean_reversion, stock: fuel, mean: -0.2, speed: 0.1 1/month, volatility: 0.05, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {strike: , wait: }
    status_quo: wait
    every: 3 months
    rationality: 1 to 4
    half_life: 1.94 month
    history: [{since: 2024-01, option: wait}]
    reasons:
      fear: {use: expression, weight: 1, value: {strike: "0 - 0.5 * (BBB in [answer])"}}
      gain: {use: expression, weight: 1, value: {strike: "0.1 / fuel - 1"}}
    sources: assumption
  BBB:
    actor: BBB
    options: {answer: , bear: }
    status_quo: bear
    every: 3 months
    rationality: 1 to 4
    half_life: 1.94 month
    history: [{since: 2024-01, option: bear}]
    reasons:
      pride: {use: expression, weight: 1, value: {answer: "0.5 + (AAA in [strike])"}}
    sources: assumption
questions:
  struck: {text: "?", event: "AAA in [strike]", by: 2024-12, resolution: x, main: true}
  left: {text: "?", quantity: fuel, at: 2024-12, resolution: x}
"""
DRAWS = 1000


def strike(change: dict | None = None, **settings):
    return simulate(changed(STRIKE, change, ()), draws=DRAWS, seed=1, paths="all", **settings)


def gone(run, stock: str = "fuel") -> np.ndarray:
    """(N, T + 1) whether nothing is left of a stock."""
    return run.stock_paths[:, :, run.model.plan.cells.index(stock)] == 0


def of(run, kind: str, name: str) -> int:
    return run.model.program.cause(kind, name)


@pytest.fixture(scope="module")
def struck():
    return strike()


def test_a_draw_whose_payoff_is_infinite_fails_at_the_date_and_names_the_reason(struck):
    dates = np.array(struck.model.program.decision_steps)
    empty = gone(struck)[:, dates]  # payoffs are asked of the stocks that a date begins with
    expected = np.where(empty.any(axis=1), dates[np.argmax(empty, axis=1)] + 1, -1)
    np.testing.assert_array_equal(struck.failed, expected)
    assert 20 < (expected >= 0).sum() < 900 and len(set(expected)) > 2
    assert set(struck.cause[~struck.valid]) == {of(struck, "reason", "AAA/gain")} and set(
        struck.cause[struck.valid]
    ) == {-1}
    assert not struck.unsolved[~struck.valid].any() or (struck.unsolved <= 1).all()
    first = struck.times[expected[expected >= 0].min()]
    count = int((expected >= 0).sum())
    said = f"{count:,} of 1,000 draws failed, first at {first}: the reason `AAA/gain` has no finite payoff"
    assert struck.failure_summary == said
    assert f"{said}; they are left out" in verdict(struck).warnings


def test_every_finding_leaves_it_out_and_says_so(struck):
    count, origin = int((~struck.valid).sum()), answer(struck).origin
    assert origin.failed == count and "`AAA/gain`" in origin.failure
    assert any(origin.failure in part for part in answer_text.origin(origin))
    share = np.isfinite(struck.answers[0][struck.valid]).mean()
    assert answer(struck)["struck"].answer == pytest.approx(share)
    explained_ = explained(struck, 0, struck.model.program.decision_steps[-1])
    assert np.isfinite([reason.log_odds for reason in explained_.reasons]).all()
    assert explained_.futures == DRAWS - count
    again = Rerunner.from_run(struck).with_table(struck.model.table, DRAWS).run
    np.testing.assert_array_equal(again.cause, struck.cause)
    moved = open_session(struck.model).move(draws=DRAWS)
    np.testing.assert_array_equal(moved.cause, struck.cause)


def test_what_failed_is_stored_and_read_again(struck, tmp_path):
    stored = simulate(struck.model, draws=DRAWS, seed=1, paths="all", folder=RunFolder(tmp_path / "run"))
    read = simulate(struck.model, draws=DRAWS, seed=1, paths="all", folder=RunFolder(tmp_path / "run"))
    for run in (stored, read):
        np.testing.assert_array_equal(run.cause, struck.cause)
        np.testing.assert_array_equal(run.failed, struck.failed)


def test_a_rate_that_an_option_lowers_below_its_bound_fails_the_draw_with_its_name():
    """The speed is 0.1 a month, and the status quo adds to it; what is no rate would flow the wrong way."""
    less, path = "+ -0.5 to 0.2 1/month @assumption", "choices.AAA.options.wait.effects.leak.speed"
    some_fail = strike({"choices": {"AAA": {"options": {"wait": {"effects": {"leak.speed": less}}}}}})
    for run in (some_fail, again_with(some_fail, path, -0.5, DRAWS)):
        bad = run.parameter_values[:, run.model.plan.number(path)] < -0.1
        assert bad.sum() > 10
        np.testing.assert_array_equal(run.failed[bad], 1)
        assert (run.failed[~bad] != 1).all() and set(run.cause[bad]) == {of(run, "rate", "leak.speed")}
    assert bad.all()


def test_a_payoff_that_nobody_asks_for_fails_nothing(struck):
    model = struck.model
    weight = model.plan.index["choices.AAA.reasons.gain.weight"]
    light = Rerunner.from_run(struck).with_table(model.table.with_value(model.layout, {weight: 0.0}), DRAWS).run
    idle = strike({"choices": {"AAA": {"when": "fuel > 0"}}})  # no occasion where there is none left
    assert light.valid.all() and idle.valid.all() and gone(idle).any() and not idle.unsolved.any()
    assert idle.failure_summary == "" == answer(idle).origin.failure


def test_payoffs_that_are_finite_and_too_far_apart_fail():
    far = {"strike": "2e38 * hope / hope", "wait": "0 - 2e38 * hope / hope"}
    run = strike({"choices": {"AAA": {"reasons": {"gain": {"value": far}}}}})
    first = run.model.program.decision_steps[0]
    assert (run.failed == first + 1).all() and set(run.cause) == {of(run, "reason", "AAA/gain")}


def test_the_payoff_of_another_counts_where_it_decides_too(struck):
    """B's own payoff is infinite less infinite where fuel is gone, and B has its occasion only then."""
    change = {
        "choices": {
            "AAA": {"reasons": {"gain": {"value": {"strike": "0.1"}}}},
            "BBB": {
                "when": "fuel <= 0",
                "reasons": {
                    "pride": {"value": {"answer": "hope / fuel - 0.1 / fuel + (AAA in [strike])"}},
                },
            },
        }
    }
    run = strike(change)
    np.testing.assert_array_equal(run.failed, struck.failed)
    assert set(run.cause[~run.valid]) == {of(run, "reason", "BBB/pride")}


def test_a_question_without_a_value_fails_the_draw_unless_a_part_guards_it():
    ask = {"text": "?", "by": "2024-12", "resolution": "x"}
    change = {
        "choices": None,
        "questions": {
            "struck": None,
            "bare": {**ask, "event": "(hope - 0.5) / fuel > 1"},
            "guarded": {**ask, "event": "fuel > 0 and (hope - 0.5) / fuel > 1"},
            "before": {**ask, "event": "(hope - 0.5) / fuel < 1"},
        },
    }
    run = strike(change)
    since = run.model.plan.questions[1].since
    empty = gone(run)
    empty[:, :since] = False
    expected = np.where(empty.any(axis=1), np.argmax(empty, axis=1), -1)  # 0 / 0 at the first state without fuel
    np.testing.assert_array_equal(run.failed, expected)
    assert (expected > 0).any() and set(run.cause[~run.valid]) == {of(run, "question", "bare")}
    del change["questions"]["bare"]
    failed = strike(change).failed  # `before` has happened by then, unless fuel was gone to begin with
    np.testing.assert_array_equal(failed, np.where(empty[:, since], since, -1))


def test_a_number_asked_for_that_is_not_finite_fails_the_draw():
    ask = {"text": "?", "at": "2024-12", "resolution": "x", "quantity": "hope / fuel"}
    run = strike({"choices": None, "questions": {"struck": None, "ratio": ask}})
    np.testing.assert_array_equal(run.failed, np.where(gone(run)[:, -1], len(run.times) - 1, -1))
    assert set(run.cause[~run.valid]) == {of(run, "question", "ratio")}
    assert math.isfinite(answer(run)["ratio"].answer)


def test_a_condition_of_a_mechanism_or_a_choice_without_a_value_fails_the_draw(struck):
    steps = {
        "mechanisms": {
            "lift": {
                "use": "mean_reversion",
                "stock": "hope",
                "mean": 1,
                "speed": "0.1 1/month",
                "when": "(hope - hope) / fuel < 1",
                "volatility": 0,
                "sources": "assumption",
            }
        },
        "choices": None,
        "questions": {"struck": None},
    }
    run = strike(steps)
    empty = gone(run)[:, :-1]
    np.testing.assert_array_equal(run.failed, np.where(empty.any(axis=1), np.argmax(empty, axis=1) + 1, -1))
    assert set(run.cause[~run.valid]) == {of(run, "mechanism", "lift")}
    run = strike({"choices": {"AAA": {"when": "(hope - hope) / fuel < 1"}}})
    np.testing.assert_array_equal(run.failed, struck.failed)  # only at dates of decisions is it asked
    assert set(run.cause[~run.valid]) == {of(run, "choice", "AAA")}
