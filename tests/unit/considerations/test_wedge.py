from __future__ import annotations

import pytest

from standoff.considerations import wedge

PARAMS = {"provocation": {"mediate": -0.5, "none": 0.0, "arms": 0.8, "troops": 1.0}}


def test_price_is_provocation_times_the_division_left(weigh):
    assert weigh(wedge, PARAMS, "arms", {"cohesion": 0.7}) == pytest.approx(-0.8 * 0.3, rel=1e-12)


def test_the_less_united_the_camp_the_more_there_is_to_lose(weigh):
    divided, united = (weigh(wedge, PARAMS, "arms", {"cohesion": c}) for c in (0.2, 0.9))
    assert divided < united < 0.0


def test_courting_a_divided_camp_gains(weigh):
    assert weigh(wedge, PARAMS, "mediate", {"cohesion": 0.4}) == pytest.approx(0.3, rel=1e-12)


@pytest.mark.parametrize("cohesion", [1.0, 1.3])
def test_a_camp_believed_united_cannot_be_provoked_further(weigh, cohesion):
    assert weigh(wedge, PARAMS, "troops", {"cohesion": cohesion}) == 0.0
