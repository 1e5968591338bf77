"""Interventions: numbers that are set from a date on. History stays to the last bit, and what holds from then on is exact."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import yaml

from standoff.analysis.answer import answer
from standoff.analysis.explain import explained
from standoff.analysis.parameter_variants import parameter_variants
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.flows import mean_flows
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterValues, build_table
from standoff.engine.run import Run
from standoff.engine.session import session as open_session
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.scenario import dump, load, load_text
from tests.unit.engine.test_session import TEXT

DRAWS, SEED = 301, 5
CASE = load.document.read_text(TEXT, "border").data
CASE["choices"]["ALA"]["every"] = "1 month"
CASE["choices"]["ALA"]["reasons"]["later"] = {
    "use": "expression",
    "weight": "1",
    "horizon": "6 months",
    "value": {"strike": "2 * (tension - 0.3)"},
}
CASE["beliefs"] = {"ALA": {"tension": "0.8 to 1.1 @assumption"}}
CASE["variants"] = {
    "nervous": {"text": "more tension", "change": {"mechanisms": {"mood": {"volatility": 0.1}}}},
    "short": {"text": "it does not look ahead", "change": {"choices": {"ALA": {"reasons": {"later": None}}}}},
}
CASE = yaml.safe_dump(CASE, sort_keys=False)


def model(since: str = "as_of", variant: str = "", /, **changes: Any) -> Model:
    named = {name.replace("__", "."): value for name, value in changes.items()}
    doc = load.document.read_text(CASE, "border")
    return build(load.load_document(doc, None, variant, named, since), Ledger())


def ran(model: Model) -> Run:
    return simulate(model, draws=DRAWS, seed=SEED, paths="all")


@pytest.fixture(scope="module")
def base() -> Run:
    return ran(model())


#: of each kind one: points and ranges, for what is uncertain and for what is a point
EVERY = {
    "calm": "0.1 to 0.7",
    "men": 60,
    "choices__ALA__rationality": "8 @assumption",
    "choices__ALA__reasons__prize__weight": "0 to 9 @assumption",
    "choices__ALA__options__strike__effects__mood__mean": "3 @assumption",
    "choices__ALA__half_life": "0 @assumption",
    "beliefs__ALA__tension": "2 @assumption",
}


@pytest.mark.parametrize("changes", [EVERY, {"calm": 0.7}], ids=["all at once", "one"])
def test_history_stays_to_the_last_bit_draw_by_draw_and_the_future_does_not(base: Run, changes: dict[str, Any]) -> None:
    run, free = ran(model(**changes)), base.model.plan.first_future_step
    assert np.array_equal(run.stock_paths[:, : free + 1], base.stock_paths[:, : free + 1])
    assert np.array_equal(run.path_chosen[:, :free], base.path_chosen[:, :free])
    assert np.array_equal(run.parameter_values[:, : base.parameter_values.shape[1]], base.parameter_values)
    tension = base.model.plan.cells.index("tension")
    assert (
        run.stock_paths[:, free + 1, tension] != base.stock_paths[:, free + 1, tension]
    ).mean() > 0.9  # at once, in nearly all


def test_from_a_later_month_nothing_moves_before_it_and_nobody_foresees_it(base: Run) -> None:
    """An actor that looks six months ahead does not see what is set in four."""
    run, begin = ran(model("2030-11", calm=0.8)), base.model.scenario.calendar.index(base.model.scenario.as_of_day) + 4
    assert base.times[begin + 1] == "2030-11"
    assert np.array_equal(run.stock_paths[:, : begin + 1], base.stock_paths[:, : begin + 1])
    assert np.array_equal(run.path_p[:, :begin], base.path_p[:, :begin])
    tension = base.model.plan.cells.index("tension")
    assert (run.stock_paths[:, begin + 1, tension] != base.stock_paths[:, begin + 1, tension]).all()


def test_from_then_on_it_is_the_process_with_that_number(base: Run) -> None:
    """Mean reversion is exact: in a month, a mean that is lower by d lowers its stock by d times 1 - exp(-0.2)."""
    run, free = ran(model(calm=0.0)), base.model.plan.first_future_step
    tension = base.model.plan.cells.index("tension")
    means = base.parameter_values[:, base.model.plan.index["mechanisms.mood.mean"]]
    holds = (base.path_chosen[:, free, 0] == 0) & (run.path_chosen[:, free, 0] == 0)
    fell = (base.stock_paths[:, free + 1, tension] - run.stock_paths[:, free + 1, tension])[holds]
    inside = run.stock_paths[:, free + 1, tension][holds] > 0
    assert np.allclose(fell[inside], means[holds][inside] * (1 - np.exp(-0.2)), rtol=1e-4)


@pytest.mark.parametrize("since", ["as_of", "start"])
def test_a_session_moves_a_lever_as_it_is_set(base: Run, since: str) -> None:
    warm, values = open_session(model(), seed=SEED), {"calm": 0.7}
    states = {"levers": values} if since == "as_of" else {"beliefs": values}
    run, moved = ran(model(since, calm=0.7)), warm.move(**states, draws=DRAWS)
    assert np.allclose(moved.answers, run.answers, rtol=1e-5, atol=1e-6)
    assert answer(moved).origin.interventions == answer(run).origin.interventions
    for mine, theirs in zip(answer(moved).answers, answer(run).answers, strict=True):
        assert (mine.answer, mine.monte_carlo, dict(mine.baselines)) == (
            pytest.approx(theirs.answer, rel=1e-4),
            theirs.monte_carlo,
            dict(theirs.baselines),
        )
    step = base.model.plan.first_future_step + 1
    found = explained(warm.run(**states, draws=DRAWS), 0, step)
    assert found.origin.interventions == moved.interventions
    assert found.log_odds == pytest.approx(explained(run, 0, step).log_odds, rel=1e-4)


def test_reasons_and_flows_are_those_of_what_holds(base: Run) -> None:
    """At as_of stocks are the same, so that reasons are those of the base at another rationality; flows add up to changes."""
    step, plan = base.model.plan.first_future_step, base.model.plan
    run = ran(model(choices__ALA__rationality="8 @assumption", men=60))
    own = base.parameter_values[:, plan.index["choices.ALA.rationality"]][:, None, None]
    assert np.allclose(
        decision_record.reasons(run, 0, step), 8 * decision_record.reasons(base, 0, step) / own, rtol=1e-3, atol=1e-5
    )
    assert explained(run, 0, step).additivity_error < 1e-4
    troops = run.mean[:, plan.cells.index("troops.ALA")]
    flows = mean_flows(run)[
        :, [n for n, (name, _) in enumerate(run.model.program.flow_names) if name == "troops.ALA"]
    ].sum(axis=1)
    assert np.allclose(np.diff(troops), flows[1:], rtol=1e-3, atol=1.0)
    assert troops[-1] < base.mean[-1, plan.cells.index("troops.ALA")] - 10_000


def test_a_model_without_interventions_is_traced_as_it_was() -> None:
    layout, _ = build_table(model().plan)
    assert layout.changes == () and len(layout.names) == len(model().plan.parameters)
    values = ParameterValues(layout, np.zeros((1, 1)), np.zeros(1))
    assert values.at(3, {}) is values


def test_a_number_that_is_set_is_never_read_without_its_step() -> None:
    layout, table = build_table(model(calm=0.7).plan)
    target, value, first = (getattr(layout.changes[0], name) for name in ("target", "value", "first"))
    given = ParameterValues(layout, np.full((len(layout.varying), 1), 0.4), table.a)
    with pytest.raises(LookupError, match="changes in a run"):
        given[target]
    assert float(given.at(first - 1, {})[target][0]) == pytest.approx(0.4)
    assert float(given.at(first, {})[target][0]) == pytest.approx(0.7) == pytest.approx(table.a[value])


def test_it_stays_in_the_scenario_and_in_every_finding() -> None:
    """Written out and read again it is the same model; under a variant it still holds."""
    set_ = model("as_of", men=60)
    again = build(load_text(dump(set_.scenario)), Ledger())
    assert again.hash == set_.hash != model().hash
    assert [asdict(item) for item in set_.plan.intervention_records] == [
        {"path": "men", "value": "60 thousand person", "since": "2030-07"}
    ]
    start = model("start", "nervous", men=60)
    assert str(start.plan.parameter("rest.mean").belief) == "60 thousand person @assumption"
    assert [str(item).partition(" from ")[0] for item in start.plan.intervention_records] == [
        "men = 60 thousand person"
    ]
    assert build(load_text(dump(start.scenario)), Ledger()).hash == start.hash
    assert [name for name, _ in parameter_variants(set_)] == ["nervous"]
    gone = model(
        "as_of", choices__ALA__reasons__later__weight="2 @assumption"
    )  # a variant that takes it away is passed by
    assert [name for name, _ in parameter_variants(gone)] == ["nervous"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"stocks__tension__initial": "0.3 @assumption"},
            r"read once, at the start[\s\S]*as_of 2030-06 on[\s\S]*since start",
        ),
        ({"end": "2031-06"}, r"`end` is not a parameter[\s\S]*`--since start`"),
        ({"choices__ALA__status_quo": "strike"}, r"is not a parameter[\s\S]*--since start"),
        ({"choices__ALA__reasons": "1"}, r"2 numbers[\s\S]*choices.ALA.reasons.prize.weight"),
        ({"clam": 0.5}, r"`clam` is unknown[\s\S]*did you mean `calm`"),
        ({"mood__maen": 0.5}, r"`mood.maen` is unknown[\s\S]*did you mean `mood.mean`"),
        ({"rest__mean": "60 @assumption"}, r"no unit where a unit of `thousand person` is needed"),
        ({"rest__mean": "60 thousand person"}, r"rests on no source|source"),
        ({"choices__ALA__half_life": "-2 month @assumption"}, r"out of range"),
        ({"calm": 0.5, "mood__mean": "0.5 @assumption"}, r"two interventions set `mechanisms.mood.mean`"),
    ],
)
def test_what_cannot_be_set_from_a_date_on(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ModelError, match=text):
        model(**changes)


@pytest.mark.parametrize(
    ("since", "text"), [("2035-01", r"2035-01 lies outside 2030-01 .. 2031-12"), ("now", r"`now` is not a date")]
)
def test_since_is_a_date_of_the_run(since: str, text: str) -> None:
    with pytest.raises(ScenarioError, match=text):
        model(since, calm=0.5)


def test_from_the_start_anything_can_be_set() -> None:
    assert model("start", end="2031-12-31", stocks__tension__initial="0.3").scenario.end == "2031-12-31"


@pytest.mark.parametrize("since", ["as_of", "2030-09", "start"])
def test_a_number_given_in_python_needs_no_source(since: str) -> None:
    built = model(since, mood__mean=0.5, rest__mean=0)
    found = [
        built.plan.parameters[built.plan.in_force(built.plan.number(path))].belief
        for path in ("mood.mean", "rest.mean")
    ]
    assert [belief.numbers for belief in found] == [(0.5,), (0.0,)]
    assert {belief.sources for belief in found} == {("assumption",)}
