from __future__ import annotations

from collections.abc import Callable

import pytest

from standoff import beliefs
from standoff.errors import BeliefError
from standoff.ledger import Claim
from standoff.ledger.claim_belief import belief_of
from standoff.ledger.conflicts import implied_interval

Make = Callable[..., Claim]


@pytest.mark.parametrize(
    ("comparator", "p5", "p50", "p95"),
    [
        ("exact", 200, 200, 200),
        ("about", 180, (180 * 220) ** 0.5, 220),
        ("nearly", 180, (180 * 200) ** 0.5, 200),
        ("over", 200, 220, 260),
        ("at_least", 200, 220, 260),
        ("at_most", 120, 170, 200),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_percentiles_by_comparator(claim: Make, comparator: str, p5: float, p50: float, p95: float, sign: int) -> None:
    belief = belief_of(claim(value=sign * 200, comparator=comparator))
    wanted = [p5, p50, p95] if sign > 0 else [-p95, -p50, -p5]
    if sign < 0 and comparator in {"about", "nearly"}:
        wanted[1] = (wanted[0] + wanted[2]) / 2  # below zero a range is a normal, whose median is the middle
    # quantiles go through one inverse normal and one exponential, each good to a few units in 1e16; 1e-12 is roomy
    assert [belief.quantile(p) for p in (0.05, 0.5, 0.95)] == pytest.approx(wanted, rel=1e-12)


def test_a_range_is_its_central_90_percent(claim: Make) -> None:
    belief = belief_of(claim(value=None, low=4, high=9, comparator="range", unit="thousand person"))
    assert (belief.shape, belief.numbers, belief.unit) == ("range", (4.0, 9.0), "thousand person")


@pytest.mark.parametrize("comparator", ["exact", "about", "nearly", "over", "at_least", "at_most"])
@pytest.mark.parametrize("value", [200, -0.3])
def test_keeps_unit_and_id_and_can_be_written_in_a_scenario(claim: Make, comparator: str, value: float) -> None:
    belief = belief_of(claim(value=value, comparator=comparator, unit="bn USD"))
    assert (belief.unit, belief.sources) == ("bn USD", ("rus-personnel-losses-2024-02-29-general-staff",))
    assert beliefs.parse(belief.to_data()) == belief


@pytest.mark.parametrize("comparator", ["about", "nearly", "over", "at_least", "at_most"])
@pytest.mark.parametrize("value", [200, -200])
def test_lies_in_the_interval_that_the_word_implies(claim: Make, comparator: str, value: float) -> None:
    said = claim(value=value, comparator=comparator)
    low, high = implied_interval(said)
    belief = belief_of(said)
    slack = 1e-12 * abs(value)
    assert low - slack <= belief.quantile(0.05) < belief.quantile(0.95) <= high + slack


def test_what_has_no_number_or_no_scale_is_refused(claim: Make) -> None:
    with pytest.raises(BeliefError, match="has no number"):
        belief_of(claim(value=None, unit=None, comparator=None, proposition="so"))
    with pytest.raises(BeliefError, match="says `over` 0, which gives no range"):
        belief_of(claim(value=0, comparator="over"))
    assert belief_of(claim(value=0)).numbers == (0.0,)
