"""What a decision does: who persists, how often each option holds, what an option changes while it holds."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

if TYPE_CHECKING:
    from standoff.engine.run import Run

DRAWS = 4000
TEXT = """
title: one who decides
as_of: 2024-02
start: 2024-01
end: 2024-08
step: month
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, initial: 0.5, sources: assumption}}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.1, speed: 0.2 1/month, volatility: 0, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {go: {effects: {drift.mean: 0.9, drift.speed: x 2}}, stay: , flee: }
    status_quo: stay
    every: 1 month
    rationality: 1
    half_life: 1.94 month
    history: [{since: 2024-01, option: go}]
    reasons: {norm: {use: stated_norm, weight: 2, breach: {go: 1, stay: 0, flee: 0.4}, commitment: 1}}
    sources: assumption
"""
P = np.exp([-2.0, 0.0, -0.8]) / np.exp([-2.0, 0.0, -0.8]).sum()  # logit with payoffs -weight * breach
FIRST = 1  # the first step after as_of


@functools.cache
def text() -> Document:
    return read_text(TEXT, "decider.yaml")


def decider(**changes: Any) -> Model:
    """The scenario with some keys of the choice changed."""
    change = {"choices": {"AAA": changes}}
    return build(load.load_document(overlay(text(), Document(change, {}, "change")), None), Ledger())


@functools.cache
def simulated(renewal: float) -> Run:
    """A run in which taste shocks are redrawn within a month with a probability of `renewal`."""
    half_life = {0.0: "1000000 year", 1.0: "0"}.get(renewal) or f"{-np.log(2) / np.log1p(-renewal)} month"
    return simulate(decider(half_life=f"{half_life} @assumption"), draws=DRAWS, seed=3, paths="all")


def four_sigma(p: np.ndarray | float) -> np.ndarray | float:
    return 4 * np.sqrt(np.asarray(p) * (1 - np.asarray(p)) / DRAWS) + 1e-9


def test_probabilities_are_the_logit_ones():
    np.testing.assert_allclose(simulated(0.3).path_p[:, FIRST:, 0], np.broadcast_to(P, (DRAWS, 6, 3)), rtol=1e-5)


def test_history_holds_until_as_of():
    assert (simulated(1.0).path_chosen[:, :FIRST] == 0).all()


def test_without_renewal_what_was_seen_persists_though_it_is_unlikely():
    assert P[0] < 0.1
    assert (simulated(0.0).path_chosen == 0).all()


def test_with_full_renewal_options_hold_as_often_as_their_probability_says():
    held = simulated(1.0).active_share[FIRST:, 0]
    assert (np.abs(held - P) < four_sigma(P)).all()
    chosen = simulated(1.0).path_chosen[:, FIRST:, 0]
    stayed = (chosen[:, :-1] == chosen[:, 1:]).mean()
    assert abs(stayed - (P**2).sum()) < four_sigma((P**2).sum())  # decisions are independent


def test_between_the_two_the_memory_of_history_fades_by_the_renewal():
    run = simulated(0.3)
    for n in range(1, 7):  # decisions made
        kept = 0.7**n
        expected = kept * np.array([1.0, 0.0, 0.0]) + (1 - kept) * P
        assert (np.abs(run.active_share[FIRST + n - 1, 0] - expected) < four_sigma(expected)).all(), n


def test_what_was_seen_gives_way_as_the_reasons_against_it_grow():
    """Taste shocks are those under which `go` was best in the step before as_of: it stands while they outweigh the change."""
    change = {
        "stocks": {"cohesion": {"unit": "share", "initial": 0, "sources": "assumption"}},
        "mechanisms": {
            "heal": {
                "use": "mean_reversion",
                "stock": "cohesion",
                "mean": 1,
                "speed": "0.2 1/month",
                "volatility": 0,
                "sources": "assumption",
            }
        },
        "choices": {
            "AAA": {
                "half_life": "1000000 year",
                "reasons": {"norm": {"use": "wedge", "weight": 2, "provocation": {"go": -1, "stay": 0, "flee": 0}}},
            }
        },
    }
    model = build(load.load_document(overlay(text(), Document(change, {}, "change")), None), Ledger())
    run = simulate(model, draws=DRAWS, seed=3, paths="all")
    go = run.path_chosen[:, FIRST:, 0] == 0
    p = run.path_p[0, FIRST:, 0, 0]
    # log odds are linear in the payoff, which fades as 0.8187 per step: so they follow for the step before
    log_odds, fading = np.log(p / (1 - p)), np.exp(-0.2)
    before = log_odds[0] + (log_odds[0] - log_odds[1]) / (1 - fading) * (1 / fading - 1)
    last = 1 / (1 + np.exp(-before))
    assert (np.diff(p) < 0).all() and not (~go[:, :-1] & go[:, 1:]).any()  # the gain fades, and nobody turns back
    # only the payoff of `go` falls, so P(go is best now | go was best) = p_now / p_before for Gumbel noise
    assert (np.abs(go.mean(axis=0) - p / last) < four_sigma(p / last)).all()


def test_an_option_changes_parameters_only_while_it_holds():
    run = simulated(0.3)
    going = run.path_chosen[:, :, 0] == 0
    fear = np.full(DRAWS, 0.5)
    for k in range(going.shape[1]):
        mean, speed = np.where(going[:, k], 0.9, 0.1), np.where(going[:, k], 0.4, 0.2)
        fear = fear + (mean - fear) * -np.expm1(-speed)
        np.testing.assert_allclose(run.path("fear")[:, k + 1], fear, rtol=2e-6)
    assert 0.05 < going[:, FIRST:].mean() < 0.95


def test_a_choice_between_its_own_dates_keeps_its_probabilities_and_reasons(two_dates):
    """Somebody else decides in between; that is no decision of this actor."""
    run, august, september = two_dates, 6, 7  # steps
    a, b = run.model.plan.choices
    assert a.is_free[august] and not a.is_free[september] and b.is_free[september] and not b.is_free[august]
    for c, choice in enumerate((a, b)):
        decided = [k for k in range(11) if choice.is_free[k]]
        assert np.ptp(run.path_p[:, decided, c, 0], axis=1).min() > 0  # decisions differ ...
        for k in range(decided[0], 11):
            if not choice.is_free[k]:  # ... and hold until the next one
                np.testing.assert_array_equal(run.path_p[:, k, c], run.path_p[:, k - 1, c])
    press = a.options.index("press")
    in_force = decision_record.reasons(run, 0, august)
    np.testing.assert_allclose(run.answer("part/penalty"), in_force[:, 1, press], rtol=1e-9)  # solved once more
    assert (
        np.abs(in_force - decision_record.reasons(run, 0, september)).max() > 0
    )  # what the game of September would have said
    np.testing.assert_array_equal(run.answer("part/probability"), run.path_p[:, september, 0, press])


@pytest.mark.parametrize("step", ["week", "quarter"])
def test_decisions_follow_the_calendar(step):
    every = {"week": "2 weeks", "quarter": "2 quarters"}[step]
    change = {
        "step": step,
        "as_of": "2024-03",
        "start": "2024-03",
        "end": "2024-12",
        "choices": {"AAA": {"every": every, "history": []}},
    }
    doc = overlay(text(), Document(change, {}, "change"))
    choice = build(load.load_document(doc, None), Ledger()).plan.choices[0]
    assert [k for k, due in enumerate(choice.is_free) if due] == list(range(0, len(choice.is_free), 2))


def test_one_choice_adds_to_what_it_finds_and_two_cannot_set_it():
    adds = decider(options={"go": {"effects": {"drift.mean": "+ 0.3"}}})
    effect = adds.plan.choices[0].effects[0][0]
    assert (effect.how, adds.plan.parameters[effect.target].path) == ("plus", "mechanisms.drift.mean")
    program = adds.program
    values = program.effective_parameters(np.full((len(adds.plan.parameters), 1), 0.25), np.array([[0]]))
    assert values(effect.target) == pytest.approx(0.5)  # 0.25 + 0.25
    second = {"BBB": read_text(TEXT, "again").data["choices"]["AAA"]}
    with pytest.raises(ModelError, match=r"`AAA` sets `drift.mean` too"):
        build(load.load_document(overlay(text(), Document({"choices": second}, {}, "change")), None), Ledger())


def test_an_observed_option_of_which_nothing_is_from_the_last_year_is_told() -> None:
    """By the entry's own date, and by the claims that it cites and that as_of knows."""
    from standoff.ledger import Claim

    def told(since: str, published: str = "") -> list[str]:
        claim = (
            Claim.parse(
                {
                    "id": "seen",
                    "subject": "AAA",
                    "quantity": "acts",
                    "proposition": "A acts.",
                    "as_of": published,
                    "published": published,
                    "speaker": "an office",
                    "side": "neutral",
                    "source": {"title": "t"},
                    "basis": "found",
                    "status": "accepted",
                }
            )
            if published
            else None
        )
        entry = {"since": since, "option": "go", "sources": ["seen"] if claim else ["assumption"]}
        change = {"start": "2020-01", "choices": {"AAA": {"history": [entry]}}}
        loaded = load.load_document(overlay(text(), Document(change, {}, "change")), None)
        found = build(loaded, Ledger((claim,) if claim else ())).plan.warnings
        return [warning for warning in found if "observed until as_of" in warning]

    (warning,) = told("2022-06")
    assert all(part in warning for part in ("choices.AAA", "`go`", "2024-02", "2022-06-30"))
    assert told("2023-06") == told("2022-06", "2023-09-01") == []
    assert told("2022-06", "2022-11-01") != []
    assert told("2022-06", "2024-03-15") != []  # published after as_of: nobody knows it yet
