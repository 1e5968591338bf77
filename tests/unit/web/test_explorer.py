"""Moves of the explorer are the numbers of the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from standoff import answer, build, load, simulate
from standoff.analysis.compare_variants import compare
from standoff.errors import ModelError
from standoff.report import answer_text
from standoff.web.explorer import DRAWS, ENDS, QUICK, Explorer

LEVERS = {"restraint": 0.3}


def test_answers_are_those_of_a_run_with_the_lever_set(explorer: Explorer) -> None:
    move = explorer.move(LEVERS)
    run = simulate(build(*load("closed-form", changes=LEVERS)), draws=DRAWS, seed=1, paths="all")
    said = {item.id: answer_text.answer(item, run.model.scenario.as_of).main for item in answer(run).answers}
    assert {each.question: each.now for each in move.answers} == said
    fan = next(each for each in move.fans if each.stock == "money.BLU")
    paths = run.path("money.BLU")[:, -len(move.times) :]
    assert np.array(fan.quantiles) == pytest.approx(np.quantile(paths, ENDS, axis=0), rel=0.01, abs=0.05)


def test_differences_are_those_of_compare(explorer: Explorer) -> None:
    move = explorer.move(LEVERS)
    models = {"base": build(*load("closed-form")), "moved": build(*load("closed-form", changes=LEVERS))}
    compared = compare(models, draws=DRAWS, loops=False)
    change = compared.questions[0].changes[0]
    first = move.answers[0]
    assert first.question == compared.questions[0].id and first.share == pytest.approx(change.value)
    assert change.turned is not None and first.turned == tuple(round(DRAWS * share) for share in change.turned)
    assert first.share - first.share_before == pytest.approx((first.turned[0] - first.turned[1]) / DRAWS)


def test_fewer_futures_are_the_first_of_all(explorer: Explorer) -> None:
    quick, full = explorer.base[QUICK], explorer.base[DRAWS]
    np.testing.assert_allclose(quick.answers, full.answers[:, :QUICK], rtol=1e-5)


def test_nothing_moved_is_the_case_as_it_stands(explorer: Explorer) -> None:
    move = explorer.move({})
    assert all(each.before == each.now and each.change == "no clear change" for each in move.answers)
    assert all(turned in (None, (0, 0)) for turned in (each.turned for each in move.answers))
    assert sum(row[-1] for row in move.choices[0].shares) == pytest.approx(1, abs=1e-3)


def test_levers_have_ranges_and_beliefs(explorer: Explorer) -> None:
    (lever,) = explorer.levers
    assert (lever.name, lever.low, lever.high, lever.now) == ("restraint", 0, 3, 1)
    assert lever.target == "choices.BLU.reasons.word.weight"


def test_a_move_is_plain_data_of_at_most_40_kilobytes(explorer: Explorer) -> None:
    assert len(json.dumps(explorer.move(LEVERS).to_data())) < 40_000


@pytest.mark.parametrize("levers", [{"nothing": 1}, {"restraint": 9}, {"restraint": "many"}])
def test_wrong_levers_are_refused(explorer: Explorer, levers: dict[str, float | str]) -> None:
    with pytest.raises(ModelError):
        explorer.move(levers)
