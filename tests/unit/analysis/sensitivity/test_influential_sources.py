"""What the parameters that move an answer rest on: those with an index on paper, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from standoff.analysis.provenance import SOURCE_KINDS
from standoff.analysis.sensitivity import influential_sources as influential
from standoff.analysis.sensitivity.influential_sources import (
    InfluentialSources,
    assumed_share,
    headline_questions,
    influential_sources,
)
from standoff.errors import ModelError
from standoff.report.sections.findings import sources as document
from tests import closed_form as paper

if TYPE_CHECKING:
    from standoff.engine.run import Run

SUM = {"stocks.level.initial", "mechanisms.levelling.mean"}  #: what the question `sum` is a sum of, beside chance


@pytest.fixture(scope="module")
def found(closed: Run) -> InfluentialSources:
    return influential_sources(closed.model, questions=("sum", "acts_ever", "arms"), inputs=10, pairs=1024, draws=2048)


def test_the_answers_of_one_set_of_runs_have_the_indices_of_each_alone(found: InfluentialSources) -> None:
    total, acts, constant = found.answers
    assert {item.path for item in total.parameters} == SUM
    assert {item.path for item in acts.parameters} == {"stocks.gain.initial", "stocks.cost.initial"}
    assert constant.parameters == () and constant.assumed == 0.0
    names = {"mechanisms.levelling.mean": "mean", "stocks.level.initial": "initial"}
    for item in total.parameters:
        assert abs(item.total - paper.sobol_sum()[names[item.path]]) < 4 / 1.645 * item.total_error


def test_parameters_are_counted_by_what_they_rest_on(found: InfluentialSources) -> None:
    """The initial gain and cost cite a claim, the level and its mean nothing."""
    zero = dict.fromkeys(SOURCE_KINDS, 0)
    assert [item.counts for item in found.answers] == [zero | {"assumption": 2}, zero | {"claims": 2}, zero]
    assert found.counts == zero | {"assumption": 2, "claims": 2} and found.assumed == 0.5
    assert [item.assumed for item in found.answers] == [1.0, 0.0, 0.0] and found.assumed_weights == ()
    assert assumed_share(zero) == 0.0


def test_only_the_largest_indices_are_counted(closed: Run) -> None:
    found = influential_sources(closed.model, questions=("sum", "acts_ever"), inputs=1, pairs=256, draws=2048)
    first, second = found.answers
    assert [item.path for item in first.parameters] == ["stocks.level.initial"] and len(second.parameters) == 1


def test_correlated_parameters_come_with_all_that_they_are_correlated_with(closed: Run) -> None:
    plan = replace(closed.model.plan, correlations=((1, 2, 0.5), (3, 2, 0.1), (5, 6, 0.2)))
    assert influential.with_correlated(plan, [1]) == {1, 2, 3} and influential.with_correlated(plan, [4]) == {4}


def test_by_default_it_asks_the_main_question_and_all_events(closed: Run) -> None:
    plan = closed.model.plan
    asked = headline_questions(plan)
    assert plan.main_question in asked
    assert all(plan.question(name).question.kind == "event" for name in asked if name != plan.main_question)
    with pytest.raises(ModelError, match="there is no question `nobody`"):
        influential_sources(closed.model, questions=("nobody",))


def test_the_page_names_shares_and_what_nothing_moves(found: InfluentialSources) -> None:
    blocks = document(found)
    texts = " ".join(str(block) for block in blocks)
    assert "50 %" in texts and "arms" in texts and "stocks.level.initial" in texts
