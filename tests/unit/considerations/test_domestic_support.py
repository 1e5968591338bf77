from __future__ import annotations

import pytest

from standoff.considerations import domestic_support

PARAMS = {"public": "CHN.public", "congruence": {"none": 0.0, "arms": 0.4, "troops": 1.0, "withdraw": -1.0}}


def test_closed_form(weigh):
    got = weigh(domestic_support, PARAMS, "arms", {"support.CHN.public": 0.75})
    assert got == pytest.approx(0.4 * 0.5, rel=1e-12)


def test_more_support_favours_what_supporters_want(weigh):
    cold, warm = (weigh(domestic_support, PARAMS, "troops", {"support.CHN.public": s}) for s in (0.3, 0.8))
    assert cold < 0.0 < warm
    cold, warm = (weigh(domestic_support, PARAMS, "withdraw", {"support.CHN.public": s}) for s in (0.3, 0.8))
    assert warm < 0.0 < cold


@pytest.mark.parametrize("option", PARAMS["congruence"])
def test_an_even_public_decides_nothing(weigh, option):
    assert weigh(domestic_support, PARAMS, option, {"support.CHN.public": 0.5}) == 0.0
