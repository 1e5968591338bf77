"""Effects of withdrawing claims: weights of reasons that cite them, and beliefs that widen."""

from __future__ import annotations

import pytest

from standoff import build, load
from standoff.analysis.claim_removal import claim_effects

EXPECTED = {
    "falklands-1982": ({"stocks.near.initial", "stocks.occupied.initial"}, {0.0}),
    "korea-1950": (set(), {0.0, 0.5, 1 - 1 / 3}),
}


def test_a_claim_takes_its_part_of_a_weight_and_widens_the_numbers_that_cite_it() -> None:
    model = build(*load("closed-form"))
    plan, effects = model.plan, claim_effects(model)
    gain = effects["blu-gain-2030-01-blue-staff"]  # the only claim of its reason and of its number
    assert gain.weights == ((plan.number("choices.BLU.reasons.gain.weight"), 0.0),)
    assert gain.numbers == ((plan.number("stocks.gain.initial"), 2.0),)
    assert effects["blu-no-action-2030-01-blue-president"].numbers == ()


@pytest.mark.parametrize("case", ["falklands-1982", "korea-1950"])
def test_one_of_several_sources_takes_less(case: str) -> None:
    model = build(*load(case))
    plan, effects = model.plan, claim_effects(model)
    for claim, effect in effects.items():
        for index, factor in effect.numbers:
            sources = plan.parameters[index].belief.sources
            assert claim in sources and factor == (2.0 if len(sources) == 1 else len(sources) / (len(sources) - 1))
        for index, left in effect.weights:
            (reason,) = (reason for choice in plan.choices for reason in choice.reasons if reason.weight == index)
            assert claim in reason.claims and left == 1 - 1 / len(reason.claims)
    paths = {plan.parameters[index].path for effect in effects.values() for index, _ in effect.numbers}
    left = {share for effect in effects.values() for _, share in effect.weights}
    assert (paths, left) == EXPECTED[case]
