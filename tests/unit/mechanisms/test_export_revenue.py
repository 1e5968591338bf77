import jax
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import export_revenue

ROUNDING = 1e-12  # a few operations of 2e-16 each


def params(**changes: object) -> dict[str, object]:
    return {
        "exporter": "X",
        "domains": ("embargo", "cap"),
        "base_revenue": 20.0,
        "discount": {"embargo": 0.2, "cap": 0.3},
        "evasion_discount": {"embargo": 0.1, "cap": 0.15},
        "volume_loss": {"embargo": 0.4, "cap": 0.05},
        "price_effect": 1.0,
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"export_revenue.X": 5.0, "oil_price": 1.0}
    for domain in ("embargo", "cap"):
        out |= {f"coverage.{domain}": 0.0, f"bite.{domain}": 0.0}
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


def revenue(integrate, p: dict[str, object], s: dict[str, float], dt: float = 0.5) -> float:
    return integrate(export_revenue, p, s, 1, dt=dt)[-1]["export_revenue.X"]


def test_revenue_follows_its_formula(integrate):
    s = state(oil_price=1.25, coverage_at_embargo=0.8, bite_at_embargo=0.5, coverage_at_cap=0.6, bite_at_cap=0.2)
    embargo = (1 - (0.2 * 0.5 + 0.1 * 0.3)) * (1 - 0.4 * 0.5)
    cap = (1 - (0.3 * 0.2 + 0.15 * 0.4)) * (1 - 0.05 * 0.2)
    expected = 20 * 1.25 * 0.9 * embargo * cap
    assert revenue(integrate, params(price_effect=0.9), s) == pytest.approx(expected, rel=ROUNDING)


def test_without_sanctions_revenue_is_the_price_times_the_base(integrate):
    assert revenue(integrate, params(), state(oil_price=0.75)) == pytest.approx(15.0, rel=ROUNDING)
    assert revenue(integrate, params(domains=()), state(oil_price=2.0)) == pytest.approx(40.0, rel=ROUNDING)


def test_bite_costs_revenue_and_evasion_wins_back_a_part(integrate):
    free = revenue(integrate, params(), state())
    bitten = revenue(integrate, params(), state(coverage_at_embargo=0.8, bite_at_embargo=0.8))
    evaded = revenue(integrate, params(), state(coverage_at_embargo=0.8, bite_at_embargo=0.3))
    assert bitten < evaded < free


def test_the_worst_case_is_nothing_and_not_less(integrate):
    both = {"embargo": 1.0, "cap": 1.0}
    p = params(discount=both, evasion_discount=both, volume_loss={"embargo": 0.0, "cap": 0.0})
    s = state(coverage_at_embargo=1.0, bite_at_embargo=0.6)
    assert revenue(integrate, p, s) == pytest.approx(0.0, abs=ROUNDING)


def test_the_gauge_forgets_what_it_was(integrate):
    values = {revenue(integrate, params(), state(export_revenue_at_X=before), dt=1.0) for before in (0.0, 5.0, 40.0)}
    assert values == {20.0}


@pytest.mark.parametrize("size", [0.0, 1e15])
def test_values_and_slopes_are_finite_at_the_ends(size):
    p = export_revenue.Params.model_construct(**params())

    def flow(s: dict[str, float]) -> jax.Array:
        out = export_revenue.flows(p, components.State(s), components.Time(1.0, 0.0), components.Noise())
        return out["export_revenue", "X"]

    value, slopes = jax.value_and_grad(flow)(state(oil_price=size))
    assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads():
    assert export_revenue.Params(**export_revenue.EXAMPLE).exporter == "RUS"
