"""Which theory seen choices speak for, on a small war: against a plain mean over many draws, and for who pressed on."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console
from scipy.special import logsumexp

from standoff.analysis.theory_comparison import with_theory
from standoff.errors import ModelError
from standoff.inference import hmc, laplace
from standoff.inference.fit import log_density
from standoff.inference.fit.fit import TheoryEvidence, TheoryLikelihood, compare_theories
from standoff.inference.fit.records import ChoiceFit
from standoff.report import render
from standoff.report.sections import theory_evidence as told
from tests.unit.inference import toy
from tests.unit.inference.test_smc import torn

THEORIES = ("quantal_response", "best_response")


@functools.cache
def found() -> TheoryEvidence:
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
    item = next(item for item in found().theories if item.name == theory)
    assert error < 0.2
    assert abs(item.log_probability - plain) < 4 * np.hypot(error, item.error)


@pytest.mark.slow
def test_theories_are_ranked_by_what_they_make_of_the_choices() -> None:
    ranked = found()
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
    assert words in told.verdict(record(*logs))


def test_the_page_names_theories_that_did_not_pass() -> None:
    console = Console(width=120, record=True, file=None, force_terminal=False, quiet=True)
    console.quiet = False
    with console.capture() as out:
        console.print(render.terminal(told.blocks(record(-2.0, -3.0, passed=False))))
    text = out.get()
    assert record(-2.0, -3.0).passed and not record(-2.0, -3.0, passed=False).passed
    assert "best response fails" in text and "“press” × 4" in text and "17 claims" in text
