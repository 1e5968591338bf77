"""What holds of each consideration, on the numbers of its own EXAMPLE."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import pytest

from standoff import components, registry, units

MODULES = {name: m for name, m in registry.modules("standoff.considerations").items() if name != "expression"}
OPTIONS = ("none", "economic", "dual_use", "arms", "troops")
# Sign of payoff(troops) - payoff(none) that the docstring promises; +1 speaks for the option. `domestic_support` and
# `war_aim` may speak either way: their own tests say when.
SIGN = {
    "budget_cost": -1,
    "company": 1,
    "economic_stake": -1,
    "escalation_risk": -1,
    "occasion": 1,
    "other_theatre": -1,
    "reach": -1,
    "secondary_sanctions": -1,
    "ally_need": 1,
    "stated_norm": -1,
    "technology_exposure": -1,
    "war_cost": -1,
    "wedge": -1,
}
MIDDLE = {
    "cohesion": 0.5,
    "tension": 0.5,
    "fighting": 0.8,
    "support": 0.7,
    "fatigue": 0.5,
    "funding": 0.7,
    "casualty_rate": 2e4,
    "engaged": 5e5,
    "equipment": 3e3,
    "fire": 1e5,
}

IN_FORCE = {option: float(option == "dual_use") for option in OPTIONS}


def numbers(name: str, quantile: float = 0.5) -> components.Params:
    """EXAMPLE with every belief replaced by one of its quantiles, in canonical units, as the engine does."""
    module = MODULES[name]
    read = module.Params.model_validate(module.EXAMPLE)
    values = dict(read)
    for field, spec in read.specs().items():

        def number(belief, unit=spec.unit):
            return units.convert(belief.quantile(quantile), belief.unit or unit, unit)

        found = values[field]
        values[field] = {key: number(belief) for key, belief in found.items()} if spec.per else number(found)
    return module.Params.model_construct(**values)


def state_of(name: str, p: components.Params, values: dict[str, float]) -> components.State:
    cells = {}
    for pattern, cell in getattr(MODULES[name], "READS", {}).items():
        for stock in p.members(pattern[1:-1]) if pattern.startswith("{") else [pattern]:
            for holder in p.members(cell.per) if cell.per else [None]:
                cells[components.stock_key((stock, holder)) if holder else stock] = values[stock]
    return components.State(cells, name, IN_FORCE)


READS = {"ACTS", "REACTIONS"}  #: roles whose options a payoff reads


def others_of(name: str, p: components.Params, probabilities: list[float]) -> components.Others:
    choices = [choice for role in getattr(MODULES[name], "REACTIONS", ()) for choice in p.members(role)]
    if hasattr(p, "offences"):  # one other decider, whose options share one probability
        shares = zip(p.offences, probabilities, strict=False)
        return components.Others(acts={(p.offender, offence): x / len(p.offences) for offence, x in shares})
    if hasattr(p, "companions"):
        idle = [1.0 - x for x in probabilities]
        return components.Others(acts=dict(zip(zip(p.companions, p.idle, strict=True), idle, strict=True)))
    option = getattr(p, "imposing_option", None) or getattr(p, "retaliation_option", None)
    return components.Others({(choice, option): x for choice, x in zip(choices, probabilities, strict=False)})


@pytest.mark.parametrize("name", SIGN)
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.95])
def test_options_differ_from_the_status_quo_with_the_documented_sign(name, quantile):
    p = numbers(name, quantile)
    s, others = state_of(name, p, MIDDLE), others_of(name, p, [0.4, 0.3])
    troops, none = (float(MODULES[name].payoff(p, s, option, others)) for option in ("troops", "none"))
    assert (troops - none) * SIGN[name] > 0


@pytest.mark.parametrize("name", MODULES)
def test_payoffs_are_of_order_one(name):
    for quantile in (0.05, 0.5, 0.95):
        p = numbers(name, quantile)
        s, others = state_of(name, p, MIDDLE), others_of(name, p, [1.0, 1.0])
        payoffs = [float(MODULES[name].payoff(p, s, option, others)) for option in OPTIONS]
        assert max(payoffs) <= 1.0 and min(payoffs) >= -1.0
        assert max(payoffs) - min(payoffs) > 0.01  # a reason that EXAMPLE makes matter


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("value", [0.0, 1e30, -5.0])  # a belief may miss the truth to below zero
def test_payoffs_and_slopes_are_finite_at_the_ends(name, value):
    p = numbers(name)
    values = {**MIDDLE, **dict.fromkeys(["engaged", "equipment", "fire", "casualty_rate"], value)}
    if value == 0.0:
        values = dict.fromkeys(values, 0.0)
    others = others_of(name, p, [0.4, 0.3])

    def payoff(cells):
        return sum(
            jnp.asarray(MODULES[name].payoff(p, components.State(cells, name, IN_FORCE), option, others))
            for option in OPTIONS
        )

    cells = {key: jnp.asarray(x) for key, x in state_of(name, p, values).cells.items()}
    total, slopes = jax.value_and_grad(payoff)(cells)
    assert jnp.isfinite(total)
    assert all(bool(jnp.isfinite(slope)) for slope in slopes.values())


@pytest.mark.parametrize("name", [name for name in MODULES if READS & {*vars(MODULES[name])}])
def test_linear_in_what_others_do(name):
    p = numbers(name)
    s = state_of(name, p, MIDDLE)

    def at(x, y):
        return float(MODULES[name].payoff(p, s, "arms", others_of(name, p, [x, y])))

    corners = (at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0))
    expected = corners[0] + 0.3 * (corners[1] - corners[0]) + 0.8 * (corners[2] - corners[0])
    assert at(0.3, 0.8) == pytest.approx(expected, rel=1e-12)
    assert corners[1] != corners[0] != corners[2]


@pytest.mark.parametrize("name", MODULES)
def test_a_block_of_draws_gives_what_each_draw_gives(name):
    draws = [numbers(name, quantile) for quantile in (0.05, 0.5, 0.95)]
    block = jax.tree.map(lambda *x: jnp.asarray(x) if isinstance(x[0], float) else x[0], *map(dict, draws))
    p = MODULES[name].Params.model_construct(**block)
    scales = (0.5, 1.0, 1.1)
    together = components.State(
        {k: jnp.asarray([v * x for x in scales]) for k, v in state_of(name, p, MIDDLE).cells.items()}, name, IN_FORCE
    )
    others = others_of(name, p, [0.4, 0.3])
    got = jnp.broadcast_to(MODULES[name].payoff(p, together, "arms", others), (3,))
    for i, draw in enumerate(draws):
        one = state_of(name, draw, {k: v * scales[i] for k, v in MIDDLE.items()})
        assert float(got[i]) == pytest.approx(float(MODULES[name].payoff(draw, one, "arms", others)), rel=1e-12)


@pytest.mark.parametrize("name", MODULES)
def test_every_field_is_a_role_or_a_documented_number_with_bounds(name):
    params = MODULES[name].Params
    assert set(params.model_fields) == set(params.specs()) | set(params.roles())
    for spec in params.specs().values():
        assert spec.doc and units.parse(spec.unit) and spec.source
        assert spec.ge is not None and (spec.le is not None or spec.unit != "1")


@pytest.mark.parametrize("name", MODULES)
def test_the_equation_is_in_the_docstring_with_the_names_of_the_code(name):
    doc = MODULES[name].__doc__
    equation = "\n".join(line for line in doc.splitlines() if line.startswith("    "))
    for word in {*MODULES[name].Params.specs(), *(word.strip("{}") for word in getattr(MODULES[name], "READS", {}))}:
        assert re.search(rf"\b{word}(_r|_i|_m)?\b", equation), f"`{word}` is not in the equation of {name}"
    assert "payoff(option) =" in equation and "o not use it" in " ".join(doc.split()) and "Sources: " in doc
