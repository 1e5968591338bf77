"""Moves of the explorer are the numbers of the command line."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from standoff import answer, build, catalog, load, simulate
from standoff.addons.explorer.explorer import DRAWS, MOST, QUICK, Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.claim_removal import Dispute
from standoff.analysis.compare_variants import compare, compare_outcomes
from standoff.analysis.paired import outcome_values
from standoff.engine.run import FAN
from standoff.engine.session import Interruption
from standoff.errors import ModelError
from standoff.report import answer_text, formatting
from standoff.serialise import to_plain

from .runs import moved, seen

LEVERS = {"restraint": 0.3}
STATE = ExplorerState(levers=LEVERS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """The same case without stored epistemic bands."""
    folder = tmp_path_factory.mktemp("plain") / "closed-form"
    shutil.copytree(catalog.HOME / "closed-form", folder, ignore=shutil.ignore_patterns("bands.json"))
    return Explorer.open(build(*load(str(folder / "scenario.yaml"))))


def test_answers_are_those_of_a_run_with_the_lever_set(plain: Explorer) -> None:
    move = moved(plain, STATE, MOST)
    run = simulate(build(*load("closed-form", changes=LEVERS)), draws=MOST, seed=1, paths="all")
    texts = {item.id: answer_text.answer(item, run.model.scenario.as_of).main for item in answer(run).answers}
    assert {each.question: each.now for each in move.answers} == texts
    fan = next(each for each in move.fans if each.stock == "money.BLU")
    places = [run.times.index(time) for time in move.times]
    paths = run.path("money.BLU")[:, places] / plain.chart_scale("money.BLU").scale
    assert np.array(fan.quantiles) == pytest.approx(np.quantile(paths, FAN, axis=0), rel=0.01, abs=0.05)
    assert fan.unit == "bn USD"


def test_beliefs_are_those_of_a_run_with_the_number_set_from_the_start(plain: Explorer) -> None:
    path = "choices.BLU.reasons.word.weight"
    move = moved(plain, ExplorerState(beliefs={path: 0.3}), MOST)
    changed = build(*load("closed-form", changes={path: "0.3 @assumption"}, since="start"))
    run = simulate(changed, draws=MOST, seed=1, paths="all")
    texts = {item.id: answer_text.answer(item, run.model.scenario.as_of).main for item in answer(run).answers}
    assert {each.question: each.now for each in move.answers} == texts


def test_before_is_one_answer_whatever_the_futures_and_now_is_before_plus_the_difference(explorer: Explorer) -> None:
    whole = [
        (each.question, each.before, each.share_before) for each in moved(explorer, ExplorerState(), QUICK).answers
    ]
    best = answer(explorer.outcome(ExplorerState(), MOST))
    assert {name: text for name, text, _ in whole} == {
        item.id: answer_text.answer(item, "2030-01").main for item in best
    }
    options = moved(explorer, ExplorerState(), QUICK).choices[0].shares
    for draws in (QUICK, DRAWS):
        move = moved(explorer, STATE, draws)
        assert move.choices[0].before == options and sum(move.choices[0].shares) == pytest.approx(1, abs=2e-3)
        base, now = (explorer.outcome(state, draws, explorer.stocks) for state in (ExplorerState(), STATE))
        assert [(each.question, each.before, each.share_before) for each in move.answers] == whole
        for each, item in zip(move.answers, compare_outcomes(base, now, "moved"), strict=True):
            change = item.changes[0]
            if each.share is not None and item.base.answer == change.answer.answer:
                assert each.share == pytest.approx(np.clip(each.share_before + change.change, 0, 1), abs=1e-12)
    assert moved(explorer, ExplorerState(), QUICK).draws == MOST


@pytest.mark.parametrize("how", list(Dispute))
def test_with_a_claim_in_dispute_no_band_or_word_of_the_case_is_applied(explorer: Explorer, how: Dispute) -> None:
    state = ExplorerState(claims={"blu-gain-2030-01-blue-staff": how})
    assert moved(explorer, ExplorerState()).answers[0].word
    for each in moved(explorer, state, QUICK).answers:
        assert not each.word
    base, now = (explorer.outcome(each, QUICK, explorer.stocks) for each in (ExplorerState(), state))
    assert all(item.changes[0].answer.band is None for item in compare_outcomes(base, now, "moved"))


def test_a_belief_with_a_unit_is_a_number_in_it(explorer: Explorer) -> None:
    path = "mechanisms.spending_blu.push"
    state = ExplorerState(beliefs={path: -3.0})
    assert state.written_beliefs(explorer.model) == {path: "-3.0 bn USD/month"}
    move = moved(explorer, state)
    assert move.answers == moved(explorer, ExplorerState(beliefs={path: "-3.0 bn USD/month"})).answers
    money = next(each for each in move.fans if each.stock == "money.BLU")
    assert money.quantiles[2][4] < money.before[2][4]


def test_differences_are_those_of_compare(explorer: Explorer) -> None:
    move = moved(explorer, STATE)
    models = {"base": build(*load("closed-form")), "moved": build(*load("closed-form", changes=LEVERS))}
    compared = compare(models, draws=DRAWS)
    change = compared.questions[0].changes[0]
    first = move.answers[0]
    assert first.question == compared.questions[0].id
    assert first.share - first.share_before == pytest.approx(change.change)
    assert change.turned is not None and first.turned == [round(DRAWS * share) for share in change.turned]
    assert first.share - first.share_before == pytest.approx((first.turned[0] - first.turned[1]) / DRAWS)


@pytest.mark.parametrize("draws", [QUICK, MOST])
def test_fewer_futures_are_the_first_of_all(explorer: Explorer, draws: int) -> None:
    some, full = explorer.outcome(STATE, draws).answers, explorer.outcome(STATE).answers
    both = min(draws, DRAWS)
    np.testing.assert_array_equal(some[:, :both], full[:, :both])


def test_nothing_moved_is_the_case_as_it_stands(explorer: Explorer) -> None:
    move = moved(explorer, ExplorerState())
    assert all(each.before == each.now and not each.clear for each in move.answers)
    assert all(turned in (None, [0, 0]) for turned in (each.turned for each in move.answers))
    assert sum(move.choices[0].shares) == pytest.approx(1, abs=1e-3)
    assert all(fan.before is None for fan in move.fans) and move.belief is None


def test_a_lever_over_a_belief_has_a_second_reference(explorer: Explorer) -> None:
    beliefs = {"choices.BLU.reasons.word.weight": 0.3}
    move = moved(explorer, ExplorerState(levers={"restraint": 2.5}, beliefs=beliefs))
    alone = moved(explorer, ExplorerState(beliefs=beliefs))
    assert move.belief is not None and alone.belief is None
    assert [(each.now, each.change) for each in move.belief] == [(each.now, each.change) for each in alone.answers]
    assert [each.belief for each in move.fans] == [[each.quantiles[len(each.quantiles) // 2]] for each in alone.fans]
    assert all(each.belief is None for each in alone.fans)


def test_a_run_of_a_state_gives_its_answers(explorer: Explorer) -> None:
    run = explorer.run(STATE)
    np.testing.assert_array_equal(run.answers, explorer.outcome(STATE).answers)
    assert [item.path for item in run.interventions] == ["restraint"]


def test_a_move_is_plain_data_of_at_most_40_kilobytes(explorer: Explorer) -> None:
    assert len(json.dumps(to_plain(explorer.move(STATE)))) < 40_000


def test_a_move_can_be_stopped(explorer: Explorer) -> None:
    with pytest.raises(Interruption):
        explorer.move(ExplorerState(levers={"restraint": 0.77}), stop=lambda: True)


@pytest.mark.parametrize("levers", [{"nothing": 1}, {"restraint": 9}, {"restraint": "many"}])
def test_wrong_levers_are_refused(explorer: Explorer, levers: dict[str, float | str]) -> None:
    with pytest.raises(ModelError):
        explorer.move(ExplorerState(levers=levers))


def test_where_another_label_is_first_before_and_now_are_of_that_label(explorer: Explorer) -> None:
    """The difference is that of the same label in the same futures, and before plus the difference is now."""
    state = ExplorerState(beliefs={"stocks.shells.initial.RED": 1000.0})
    view = next(item for item in seen(explorer.move(state, DRAWS)).answers if item.question == "exhausted_first")
    best = explorer.best["exhausted_first"]
    label = view.now.partition(" (")[0]
    assert label != best.answer and view.before.startswith(label)
    assert view.share_before == pytest.approx(best.printed[label][0], abs=1e-4)
    base, now = (explorer.outcome(each, DRAWS) for each in (ExplorerState(), state))
    query = explorer.model.plan.question("exhausted_first")
    own = [outcome_values(run, query, label).mean() for run in (base, now)]
    assert view.share - view.share_before == pytest.approx(own[1] - own[0], abs=1e-4)
    assert view.change.startswith(formatting.signed(100 * (own[1] - own[0]), 1))
