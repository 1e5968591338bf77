"""Flip points, sets and fallen claims against those worked out on paper."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.analysis.parameter_range import parameter_ranges
from standoff.analysis.threshold import ThresholdAnalysis, flip, margin
from standoff.errors import ModelError
from tests import closed_form as paper

if TYPE_CHECKING:
    from standoff.engine.run import Run

SIGMAS = 4.0
PAIR = {"choices.BLU.reasons.gain.weight": "weight", "stocks.gain.initial": "gain"}


@pytest.fixture(scope="module")
def found(closed: Run) -> ThresholdAnalysis:
    """What makes Blue act rather than wait."""
    return flip(closed.model, choice="BLU=act")


def test_each_number_flips_where_the_mean_of_the_log_odds_is_zero(found: ThresholdAnalysis) -> None:
    turning = {item.path: item for item in found.flips if item.flips}
    assert turning.keys() == paper.FLIPS.keys()
    for path, wanted in paper.FLIPS.items():
        item = turning[path]
        assert item.interval is not None
        half = (item.interval[1] - item.interval[0]) / 2
        assert abs(item.value - wanted) < SIGMAS / 1.645 * half, path
        assert half < 0.05 * wanted and abs(item.answer - 0.5) < 3 * item.answer_error
    reaches = [abs(item.standardised_shift) for item in found.flips if item.flips]
    assert reaches == sorted(reaches)


def test_how_likely_a_number_is_so_far_out(found: ThresholdAnalysis) -> None:
    gain = next(item for item in found.flips if item.path == "stocks.gain.initial")
    beyond = 0.5 * math.erfc((gain.value - paper.GAIN[0]) / paper.GAIN[1] / math.sqrt(2))
    assert gain.tail_probability == pytest.approx(beyond, rel=1e-6)
    assert next(item for item in found.flips if item.kind == "belief").tail_probability is None


def test_what_flips_nothing_says_how_far_it_gets(found: ThresholdAnalysis) -> None:
    word = next(item for item in found.flips if item.name == "restraint")
    assert (word.kind, word.flips, word.value, word.interval) == ("lever", False, 0.0, None)
    assert abs(word.answer - paper.acts(word=0.0)) < SIGMAS * word.answer_error


def test_sets_turn_it_with_less_than_any_of_their_numbers(found: ThresholdAnalysis) -> None:
    alone = {item.path: abs(item.standardised_shift) for item in found.flips if item.flips}
    assert found.together[0].flips and len(found.together) >= 3
    for group in found.together:
        assert all(abs(part.standardised_shift) < alone[part.path] for part in group.parts)
        values = {PAIR.get(part.path): part.value for part in group.parts}
        if len(group.parts) == 2 and values.keys() == set(PAIR.values()):
            chance = (
                paper.acts(gain=(values["gain"], 0.0))
                if "weight" not in values
                else paper.expected(paper.logistic, values["weight"] * values["gain"] - 1.5 * 1.5 - 0.5, 1.5 * 0.4)
            )
            assert abs(chance - 0.5) < SIGMAS * group.answer_error


def test_claims_that_fall(found: ThresholdAnalysis) -> None:
    falls = {claim: item for item in found.claims for claim in item.claims}
    word = falls["blu-no-action-2030-01-blue-president"]
    assert abs(word.answer - paper.acts(word=0.0)) < SIGMAS * word.answer_error and not word.flips
    cost = falls["blu-cost-2030-01-blue-staff"]
    assert cost.flips and abs(cost.answer - paper.acts(cost=(0.0, 0.0))) < SIGMAS * cost.answer_error


def test_a_threshold_of_its_own_and_a_question(closed: Run) -> None:
    found = flip(closed.model, question="acts", to=0.25, draws=8192, most=4)
    assert found.already_above and found.kind == "event"
    for item in found.flips:
        name = {"choices.BLU.reasons.gain.weight": "gain", "choices.BLU.reasons.cost.weight": "cost"}.get(item.path)
        if item.flips and name:
            assert paper.acts(**{name: item.value}) == pytest.approx(0.25, abs=0.04)  # 512 futures of yes or no


def test_what_cannot_be_asked(closed: Run) -> None:
    for words, said in (
        ({"choice": "BLU=attack"}, "is not an option"),
        ({"choice": "BLU=act", "question": "acts"}, "both"),
        ({"question": "sum"}, "a threshold value"),
        ({"question": "acts", "to": 1.5}, "not a probability threshold"),
        ({"question": "exhausted_first"}, "needs a label"),
        ({"question": "act"}, "did you mean `acts`?"),
    ):
        with pytest.raises(ModelError) as caught:
            flip(closed.model, **words)
        assert said in str(caught.value)
        if "threshold" in said and "to" in words:
            assert (caught.value.problems[0].where, "above 0" in caught.value.problems[0].allowed) == ("--to", True)


def test_reach_runs_from_the_middle_to_the_ends_within_bounds(closed: Run) -> None:
    plan = closed.model.plan
    names = [
        "stocks.gain.initial",
        "choices.BLU.reasons.gain.weight",
        "choices.BLU.reasons.word.weight",
        "choices.BLU.reasons.word.breach.act",
        "mechanisms.gusts.mean",
    ]
    gain, weight, word, breach = sorted(
        parameter_ranges(closed.model, [plan.index[name] for name in names]), key=lambda move: names.index(move.path)
    )
    assert gain.at(0) == pytest.approx(1.0) and gain.at(1) == pytest.approx(1 + 0.3 * 2.326, rel=1e-3)
    assert (weight.at(-1), weight.at(0), weight.at(1)) == (1.0, 2.0, 4.0)
    assert (word.kind, word.at(-1), word.at(1)) == ("lever", 0.0, 3.0)
    assert breach.at(1) == 1.0  # a share goes no further; and what stands at zero has no scale


def test_the_margin_is_that_of_all_futures_with_the_error_of_paired_ones() -> None:
    """Against resampling: the same estimate drawn 2,000 times."""
    rng = np.random.default_rng(1)

    def drawn() -> tuple[float, float]:
        base = rng.normal(0.4, 0.2, 400)
        new = 0.1 + base[:100] + rng.normal(0, 0.05, 100)
        level = margin(np.stack([base, 1 - base]), 0, np.stack([new, 1 - new]))
        return level.margin, level.error

    margins, errors = np.array([drawn() for _ in range(2000)]).T
    assert margins.mean() == pytest.approx(0.0, abs=4 * margins.std() / 2000**0.5)
    assert errors.mean() == pytest.approx(margins.std(), rel=4 / (2 * 2000) ** 0.5)
