"""Errors say where, what, what is allowed and what to do; several at once."""

from __future__ import annotations

import pytest

from standoff import errors
from standoff.errors import Problem, StandoffError, listed, nearest


def test_one_problem_reads_as_a_paragraph():
    problem = Problem("unknown key `kil`", "war.yaml:41", "mechanisms.war", "kill, rate", "did you mean `kill`?")
    assert str(StandoffError(problem)) == (
        "war.yaml:41  mechanisms.war\n  unknown key `kil`\n  allowed: kill, rate\n  did you mean `kill`?"
    )
    assert str(StandoffError("no draws")) == "  no draws"


def test_several_problems_are_counted_and_kept():
    error = StandoffError([Problem("one", "a:1"), Problem("two", "a:2")])
    assert str(error).startswith("2 problems\na:1\n  one\na:2\n  two")
    assert [problem.what for problem in error.problems] == ["one", "two"]


@pytest.mark.parametrize(
    "name", ["UnitError", "BeliefError", "ScenarioError", "LedgerError", "ModelError", "RunError", "DataError"]
)
def test_every_error_is_one_that_a_user_can_cause(name):
    kind = getattr(errors, name)
    assert issubclass(kind, StandoffError)
    with pytest.raises(StandoffError, match="what was wrong"):
        raise kind("what was wrong")


def test_the_nearest_word_and_short_lists():
    assert nearest("attrtion", ["attrition", "aid"]) == "did you mean `attrition`?"
    assert nearest("zzz", ["attrition", "aid"]) == ""
    assert nearest("mean", ["aid", "mean_reversion", "meaning_of_life"]) == "did you mean `mean_reversion`?"
    assert nearest("reversion", ["aid", "mean_reversion"]) == "did you mean `mean_reversion`?"
    assert nearest("attrition_of_troops", ["aid", "attrition"]) == "did you mean `attrition`?"
    assert nearest("ai", ["airlift"]) == "", "two letters fit too much"
    assert listed("abc") == "a, b, c"
    assert listed("abcdef", 4) == "a, b, c, d, ... (2 more)"
