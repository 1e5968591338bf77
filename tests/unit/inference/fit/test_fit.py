"""A fit of a small war: its slopes, its path beside the engine's, what reaches it, and what it learns."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console
from scipy.special import logsumexp

from standoff.analysis.theory_comparison import with_theory
from standoff.engine import parameters
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, RunError
from standoff.inference import hmc, laplace
from standoff.inference.fit import fit_targets, log_density, posterior
from standoff.inference.fit.fit import TheoryEvidence, TheoryLikelihood, compare_theories, explain, fit
from standoff.inference.fit.records import LIKELIHOOD, ChoiceFit, FitResult
from standoff.ledger import Claim, Ledger
from standoff.report import render
from standoff.report.sections import fit as fit_section
from tests.unit.inference import toy
from tests.unit.inference.test_smc import torn
from tests.unit.inference.toy import looked, pushed


@functools.cache
def learned() -> FitResult:
    return fit(toy.model(), quick=True, draws=400, seed=3)


def off() -> Any:
    return looked().window.gauges.off(looked().window.steps)


def place(name: str) -> int:
    return looked().window.names.index(name)


@pytest.mark.slow
def test_slopes_are_those_of_differences() -> None:
    """Through steps, mechanisms, bounds of beliefs and the games at all dates."""
    seen = looked()
    names = [
        "mechanisms.attrition.kill_rate.AAA",
        "mechanisms.attrition.enemy_exponent",
        "stocks.troops.initial.BBB",
        "chance attrition/tempo.AAA at 2024-04",
        "choices.AAA.reasons.penalty.weight",
        "choices.BBB.rationality",
    ]
    with jax.enable_x64(True):
        z = np.random.default_rng(1).normal(size=seen.size) * 0.4
        _, steep = laplace.slopes(pushed(), jnp.asarray(z), np.array([place(name) for name in names]), off())
        value = jax.jit(seen.outputs)
        for column, name in enumerate(names):
            step = np.zeros(seen.size)
            step[place(name)] = 1e-5
            both = value(jnp.asarray(np.stack([z + step, z - step], axis=1)))
            difference = np.asarray(both[:, 0] - both[:, 1]) / 2e-5
            assert np.abs(difference).max() > 1e-3, name
            assert np.abs(steep[:, column] - difference).max() < 1e-6, (
                name
            )  # 1e-11 of the games' tolerance over the step


@pytest.mark.slow
def test_backward_slopes_are_the_forward_ones() -> None:
    """What draws use against what Gauss and Newton use."""
    seen = looked()
    with jax.enable_x64(True):
        z = jnp.asarray(np.random.default_rng(2).normal(size=seen.size) * 0.4)
        out, steep = laplace.slopes(pushed(), z, np.arange(seen.size), off())
        s = jnp.zeros(seen.sources)
        by_out = jax.jit(jax.grad(lambda out: seen.log_lik(out, s, seen.arrays)))(out)
        backward = jax.jit(jax.grad(lambda z: seen.log_lik(seen.outputs(z[:, None])[:, 0], s, seen.arrays)))(z)
    assert np.abs(np.asarray(backward) - steep.T @ np.asarray(by_out)).max() < 1e-9


@pytest.mark.slow
def test_path_is_that_of_the_engine() -> None:
    """The same numbers give the same stocks, to as_of."""
    seen, model = looked(), looked().window.model
    run = simulate(model, draws=2, seed=5, precision="double", paths="all")
    with jax.enable_x64(True):
        ids, seed = jnp.arange(2, dtype=jnp.uint32), jnp.asarray(5, jnp.uint32)

        def normals(names: Any, k: int = 0) -> Any:
            return parameters.normal(parameters.uniforms(seed, list(names), k, ids, jnp.float64))

        chance = [normals(seen.window.program.noise, k) for k in range(seen.window.first, seen.window.last)]
        z = jnp.concatenate([normals(model.layout.names[i] for i in model.layout.varying), *chance])
        _, path = jax.jit(lambda z: (0, seen.window.path(z).cells))(z)
        for n, cell in enumerate(model.plan.cells):
            assert pytest.approx(run.stock_paths[:, : seen.window.last + 1, n], rel=1e-9) == np.asarray(path[cell]).T, (
                cell
            )


def test_two_choices_are_seen_with_their_claims() -> None:
    seen = looked().options
    assert [(item.picked, item.claims) for item in seen.with_gradient] == [
        ((1, 1, 0, 0), ("aaa-holds", "aaa-presses")),
        ((1, 1, 1, 1), ("bbb-waits",)),
    ]


@pytest.mark.slow
def test_evidence_teaches_and_what_it_does_not_teach_is_said() -> None:
    found = learned()
    rate = next(item for item in found.parameters if item.path.endswith("kill_rate.AAA"))
    assert found.diagnostics.mode_found and rate.identified and rate.contraction > 0.2
    assert rate.before[0] < rate.after[1] < rate.before[2]
    assert found.diagnostics.passed == (found.diagnostics.weight_deviation <= 2)  # type: ignore[operator]
    little = [item for item in found.parameters if not item.identified]
    assert little and found.unidentified > 0
    assert all(0 < item.after < 1 and 0 < item.before < 1 for item in found.choices)


def test_a_later_claim_changes_nothing() -> None:
    """A planted leak: about a day before as_of, published the day after."""
    late = toy.claim("late", "losses", "2024-11-30", 900.0, "the staff", published="2025-01-01")
    with jax.enable_x64(True):
        with_it = fit_targets.collect_targets(toy.model((late,)))
        without = fit_targets.collect_targets(toy.model())
    assert [item.claim.id for item in with_it.claims] == [item.claim.id for item in without.claims]


@pytest.mark.slow
def test_a_later_claim_changes_no_draw() -> None:
    late = toy.claim("late", "losses", "2024-11-30", 900.0, "the staff", published="2025-01-01")
    again = fit(toy.model((late,)), quick=True, draws=400, seed=3)
    assert again.draws is not None and np.array_equal(again.draws, learned().draws)


def test_a_leak_past_the_ledger_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a mistake lets later claims through, the last check stops the fit."""
    late = toy.claim("late", "losses", "2024-11-30", 900.0, "the staff", published="2025-01-01")
    model = toy.model((late,))
    monkeypatch.setattr(Ledger, "as_of", lambda ledger, day: ledger)
    with jax.enable_x64(True), pytest.raises(ModelError, match=r"late was published after 2024-12-31"):
        fit_targets.collect_targets(model)


def test_a_prior_from_the_future_is_refused() -> None:
    late = toy.claim("late", "losses", "2024-11-30", 900.0, "the staff", published="2025-01-01")
    change = {"attrition": {"kill_rate": {"AAA": "0.05 to 0.1 1/month @late"}}}
    with pytest.raises(ModelError, match=r"kill_rate\.AAA[\s\S]*published after as_of"):
        fit_targets.refuse_leaks(toy.model((late,), mechanisms=change).plan, ["mechanisms.attrition.kill_rate.AAA"])


def test_an_option_known_only_later_is_refused() -> None:
    late = toy.claim("late", "decision", "2024-07-01", 1, "the press", unit="1", published="2025-01-01")
    history = [
        {"since": "2023-12", "option": "hold", "sources": "aaa-holds"},
        {"since": "2024-07", "option": "press", "sources": "late"},
    ]
    with pytest.raises(ModelError, match=r"choices\.AAA\.history[\s\S]*`press` cites late"):
        fit(toy.model((late,), choices={"AAA": {"history": history}}), quick=True)


def test_a_claim_counts_once() -> None:
    """A claim that a prior rests on is not evidence too."""
    change = {"attrition": {"kill_rate": {"AAA": "0.05 to 0.1 1/month @staff-2024-06"}}}
    with jax.enable_x64(True):
        found = fit_targets.collect_targets(toy.model(mechanisms=change))
    assert "staff-2024-06" not in [item.claim.id for item in found.claims]
    assert "attrition.kill_rate.AAA" in dict(found.left_out)["staff-2024-06"]


def test_claims_about_days_that_are_not_simulated_are_listed() -> None:
    early = toy.claim("early", "losses", "2023-11-30", 5.0, "the staff", published="2023-12-01")
    with jax.enable_x64(True):
        found = fit_targets.collect_targets(toy.model((early,)))
    assert "early" not in [item.claim.id for item in found.claims]
    assert "2023-12" in dict(found.left_out)["early"]
    assert len({name for name, _ in found.left_out}) == len(found.left_out)


def test_mistakes_are_named() -> None:
    with pytest.raises(ModelError, match=r"has no fit targets"):
        fit(toy.model(fit=None), quick=True)
    seen = {"losses.AAA": {"claims": {"subject": "AAA", "quantity": "losses"}, "scale": "1 @assumption"}}
    with pytest.raises(ModelError, match=r"losses_aaa: {claims: {subject: AAA, quantity: losses}, value: losses\.AAA}"):
        fit(toy.model(fit=None, observations=seen), quick=True)
    with pytest.raises(ModelError, match=r"fit\.targets\.losses\.claims[\s\S]*did you mean `quantity`"):
        toy.model(fit={"targets": {"losses": {"claims": {"quantty": "losses"}}}})
    with pytest.raises(ModelError, match=r"a unit of person"):
        toy.model(fit={"targets": {"losses": {"claims": {"subject": "AAA", "quantity": "decision"}}}})
    with pytest.raises(ModelError, match=r"since 2024-12 is not before as_of 2024-12"):
        fit(toy.model(fit={"since": "2024-12"}), quick=True)
    with pytest.raises(ModelError, match=r"no claim that fit\.targets names was published by 2023-12-31"):
        fit(toy.model(as_of="2023-12-31", fit={"since": "2023-11"}, start="2023-10"), quick=True)


def test_claims_that_tell_nothing_about_any_number_are_refused() -> None:
    with jax.enable_x64(True), pytest.raises(ModelError, match=r"fit\n.*tells next to nothing"):
        laplace.laplace(looked(), push=pushed(), least_information=np.inf)


def test_a_posterior_belongs_to_what_was_said_and_not_to_where_it_can_be_read() -> None:
    """An address that was found later makes no posterior stale; another number, another speaker or date does."""
    model = toy.model()
    before = posterior.evidence(model, "2024-12")

    def with_first(**change: Any) -> str:
        first, *others = toy.claims()
        ledger = Ledger((Claim.parse({**first.to_data(), **change}), *others))
        other = replace(model, plan=replace(model.plan, ledger=ledger))
        return posterior.evidence(other, "2024-12")

    read = {"source": {"title": "another report", "url": "https://example.org"}, "note": "Found later.", "lines": [3]}
    assert with_first(**read, basis="recalled") == before
    changed = [
        with_first(**change)
        for change in (
            {"value": 17.0},
            {"speaker": "somebody"},
            {"basis": "computed"},
            {"origin": "a-report"},
            {"published": "2024-02"},
            {"note": "named dead"},
        )
    ]
    assert len({before, *changed}) == 1 + len(changed)
    meant = toy.model(sides={"rebels": {"speaks_for": ["AAA"]}})
    assert posterior.evidence(meant, "2024-12") not in {before, *changed}


@pytest.mark.slow
def test_posterior_goes_through_a_file_into_a_run(tmp_path: Path) -> None:
    """Every draw of a run takes one draw of the posterior, for all fitted parameters together; others keep their priors."""
    found, model, file = learned(), toy.model(), tmp_path / "posterior.nc"
    posterior.save(found, model, file)
    told = posterior.load(model, file)
    assert told.hash != model.hash and "posterior (laplace" in told.plan.warnings[-2]
    assert told.plan.warnings[-1].endswith(LIKELIHOOD)
    run, before = simulate(told, draws=64, seed=2), simulate(model, draws=64, seed=2)
    assert found.draws is not None
    fitted = [model.plan.index[name] for name in found.names]
    kept = found.draws.reshape(-1, len(fitted))
    nearest = np.abs(run.parameter_values[:, None, fitted] / kept - 1).max(axis=2).min(axis=1)
    assert nearest.max() < 1e-5  # single precision
    rest = np.setdiff1d(np.arange(len(model.plan.parameters)), fitted)
    assert np.array_equal(run.parameter_values[:, rest], before.parameter_values[:, rest])


@pytest.mark.slow
def test_a_run_on_a_posterior_knows_which_claims_it_has_its_numbers_from(tmp_path: Path) -> None:
    """Also where that is added later, with draws that stay to the bit."""
    found, model, file = learned(), toy.model(), tmp_path / "posterior.nc"
    rate = "mechanisms.attrition.kill_rate.AAA"
    assert {item.entry for item in found.fits[rate].evidence} >= {"losses"}
    posterior.save(found, model, file)
    whole = posterior.read(file)
    plan = posterior.load(model, file).plan
    told = plan.parameter(rate).belief
    assert "--explain" not in plan.warnings[-2]
    assert "staff-2024-12" in told.fitted_to and f"(fitted to {len(told.fitted_to)} claims)" in str(told)
    posterior.write(whole.drop_dims(["entry", "claim"]), file)
    bare = posterior.load(model, file)
    assert bare.plan.parameter(rate).belief.fit is None and "fit explain CASE FILE" in bare.plan.warnings[-2]
    explain(model, file)
    again = posterior.read(file)
    assert again["value"].values.tobytes() == whole["value"].values.tobytes()
    assert again["influence"].values == pytest.approx(whole["influence"].values, abs=1e-3)
    assert posterior.load(model, file).plan.parameter(rate).belief.fitted_to == told.fitted_to
    posterior.write(again.assign_attrs(method="smc"), file)
    with pytest.raises(ModelError, match=r"theories without a gradient"):
        explain(model, file)


@pytest.mark.slow
def test_a_posterior_of_something_else_is_refused(tmp_path: Path) -> None:
    found, file = learned(), tmp_path / "posterior.nc"
    posterior.save(found, toy.model(), file)
    early = toy.claim("early", "losses", "2024-05-31", 80.0, "another", published="2024-06-02")
    with pytest.raises(ModelError, match=r"fitted on other claims or seen options up to 2024-12"):
        posterior.load(toy.model((early,)), file)
    aside = toy.claim("aside", "mood", "2024-05-31", 80.0, "another", published="2024-06-02")
    assert posterior.load(toy.model((aside,)), file).posterior  # no fit hears of it
    with pytest.raises(ModelError, match=r"other priors: mechanisms\.attrition\.kill_rate\.AAA"):
        posterior.load(toy.model(mechanisms={"attrition": {"kill_rate": {"AAA": "0.01 to 0.1 1/month"}}}), file)
    with pytest.raises(ModelError, match=r"after as_of 2024-06"):
        posterior.load(toy.model(as_of="2024-06"), file)
    (tmp_path / "torn.nc").write_bytes(file.read_bytes()[:100])
    with pytest.raises(RunError, match=r"cannot be read"):
        posterior.load(toy.model(), tmp_path / "torn.nc")


@pytest.mark.slow
def test_a_posterior_that_failed_or_is_old_is_taken_with_a_warning(tmp_path: Path) -> None:
    judged = replace(learned(), as_of="2024-06")
    for passed, word in ((False, "R-hat is not below 1.01"), (True, "passed")):
        diagnostics = replace(judged.diagnostics, passed=passed, why="R-hat is not below 1.01")
        posterior.save(replace(judged, diagnostics=diagnostics), toy.model(), tmp_path / "posterior.nc")
        then, later = (
            posterior.load(toy.model(as_of=day), tmp_path / "posterior.nc") for day in ("2024-07", "2024-11")
        )
        assert word in " ".join(then.plan.warnings) and not any(" days " in text for text in then.plan.warnings)
        assert any("2024-11" in warning and " 153 days " in warning for warning in later.plan.warnings)


@pytest.mark.slow
def test_a_variant_of_a_run_on_a_posterior_keeps_it_but_for_what_it_changes(tmp_path: Path) -> None:
    found, model = learned(), toy.model()
    posterior.save(found, model, tmp_path / "posterior.nc")
    told = posterior.load(model, tmp_path / "posterior.nc")
    changed = toy.model(mechanisms={"attrition": {"kill_rate": {"AAA": "0.5 to 0.6 1/month"}}})
    with jax.enable_x64(True):
        table = parameters.override_posterior(told.layout, told.table, changed.table)
    column = found.names.index("mechanisms.attrition.kill_rate.AAA")
    rest = np.delete(np.arange(len(found.names)), column)
    assert np.array_equal(table.posterior_draws[:, rest], told.table.posterior_draws[:, rest])
    low, high = np.quantile(table.posterior_draws[:, column], [0.05, 0.95])
    assert abs(low / 0.5 - 1) < 0.01 and abs(high / 0.6 - 1) < 0.01
    assert parameters.override_posterior(model.layout, model.table, changed.table) is changed.table


THEORIES = ("quantal_response", "best_response")


@functools.cache
def compared() -> TheoryEvidence:
    return compare_theories({name: with_theory(torn(), name) for name in THEORIES}, draws=300, seed=5)


@pytest.mark.slow
@pytest.mark.parametrize("theory", THEORIES)
def test_a_plain_mean_over_draws_agrees(theory: str) -> None:
    """Draws of all else, each with numbers apart of its own, weighed once: no temperatures, no moves."""
    with jax.enable_x64(True):
        looked = log_density.target(with_theory(torn(), theory))
        choosing = looked if looked.options.with_gradient else looked.rivals()
        silent = replace(looked, options=replace(looked.options, with_gradient=(), under_other_theories=()))
        near = laplace.laplace(silent)
        x = hmc.sample(near, draws=500, seed=8).draws.reshape(-1, len(near.mode))
        z = np.random.default_rng(6).standard_normal((looked.size, len(x)))
        z[near.fitted] = near.plain(x)[:, : len(near.fitted)].T

        @jax.jit
        def heard(z: Any) -> Any:
            return jax.vmap(choosing.of_choices, in_axes=1)(choosing.outputs(z, near.how)).sum(axis=1)

        log = np.asarray(heard(jnp.asarray(z)))
    chains = logsumexp(log.reshape(8, -1), axis=1) - np.log(len(log) / 8)
    plain, error = logsumexp(chains) - np.log(8), np.std(np.exp(chains - chains.mean()), ddof=1) / np.sqrt(8)
    item = next(item for item in compared().theories if item.name == theory)
    assert error < 0.2
    assert abs(item.log_probability - plain) < 4 * np.hypot(error, item.error)


@pytest.mark.slow
def test_theories_are_ranked_by_what_they_make_of_the_choices() -> None:
    ranked = compared()
    logs = [item.log_probability for item in ranked.theories]
    assert logs == sorted(logs, reverse=True) and {item.name for item in ranked.theories} == set(THEORIES)
    assert all(np.isfinite(item.error) for item in ranked.theories)
    assert [item.theory for item in ranked.theories[0].choices] == [ranked.theories[0].name] * 2
    assert sum(ranked.shares().values()) == pytest.approx(1)
    assert ranked.to_data()["shares"] == ranked.shares()


def test_without_seen_choices_there_is_nothing_to_weigh() -> None:
    silent = {
        name: {"history": [{"since": "2023-12", "option": option, "sources": "assumption"}]}
        for name, option in (("AAA", "hold"), ("BBB", "wait"))
    }
    with pytest.raises(ModelError, match="no observed choice"):
        compare_theories({"quantal_response": toy.model(choices=silent)}, draws=100)


def record(*logs: float, passed: bool = True) -> TheoryEvidence:
    theories = tuple(
        TheoryLikelihood(
            name,
            log,
            0.1,
            3,
            passed,
            "R-hat of populations is not below 1.05",
            (ChoiceFit("AAA", "Alpha, whether to press", "“press” × 4", 0.2, 0.9, ("a",), name),),
        )
        for name, log in zip(("quantal_response", "best_response", "satisficing"), logs, strict=False)
    )
    return TheoryEvidence(
        title="A war",
        variant="",
        as_of="2024-12",
        since="2023-12",
        model="abc",
        seed=1,
        versions={},
        claims=17,
        theories=theories,
    )


@pytest.mark.parametrize(
    ("logs", "words"),
    [
        ((-2.0, -7.0), "strongly favour quantal response over best response: log Bayes factor 5.0 ± 0.1"),
        ((-2.0, -4.0), "favour quantal response"),
        ((-2.0, -2.4), "do not separate quantal response from best response"),
        ((-2.0,), "have log probability -2.00"),
    ],
)
def test_the_verdict_says_how_strong_it_is(logs: tuple[float, ...], words: str) -> None:
    assert words in fit_section.theory_verdict(record(*logs))


def test_the_page_names_theories_that_did_not_pass() -> None:
    console = Console(width=120, record=True, file=None, force_terminal=False, quiet=True)
    console.quiet = False
    with console.capture() as out:
        console.print(render.terminal(fit_section.theory_blocks(record(-2.0, -3.0, passed=False))))
    text = out.get()
    assert record(-2.0, -3.0).passed and not record(-2.0, -3.0, passed=False).passed
    assert "best response fails" in text and "“press” × 4" in text and "17 claims" in text
