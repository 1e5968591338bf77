"""Errors say where, what, what is allowed and what to do; several at once."""

from __future__ import annotations

import difflib
from random import Random

import pytest

from standoff import errors
from standoff.errors import Problem, ScenarioError, StandoffError, did_you_mean, join_limited, require, unknown


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
    assert did_you_mean("attrtion", ["attrition", "aid"]) == "did you mean `attrition`?"
    assert did_you_mean("zzz", ["attrition", "aid"]) == ""
    assert did_you_mean("mean", ["aid", "mean_reversion", "meaning_of_life"]) == "did you mean `mean_reversion`?"
    assert did_you_mean("reversion", ["aid", "mean_reversion"]) == "did you mean `mean_reversion`?"
    assert did_you_mean("attrition_of_troops", ["aid", "attrition"]) == "did you mean `attrition`?"
    assert did_you_mean("ai", ["airlift"]) == "", "two letters fit too much"
    assert join_limited("abc") == "a, b, c"
    assert join_limited("abcdef", 4) == "a, b, c, d, ... (2 more)"


@pytest.mark.parametrize("seed", range(30))
def test_the_nearest_word_is_that_of_difflib(seed):
    """Words whose letters cannot reach the ratio are left out before, and no other."""
    rng = Random(seed)
    words = ["".join(rng.choices("abcdeàéλ.RUS_0", k=rng.randrange(1, 9))) for _ in range(30)]
    for _ in range(20):
        word = "".join(rng.choices("abcdeàéλ.RUS_0", k=rng.randrange(9)))
        expected = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
        found = errors.did_you_mean(word, words)
        assert not expected or found == f"did you mean `{expected[0]}`?"


def test_of_many_mistakes_the_first_are_listed_and_the_others_counted():
    problems = [Problem(f"mistake {n}.") for n in range(errors.MOST + 1234)]
    error = StandoffError(problems)
    assert len(error.problems) == errors.MOST + 1234
    assert str(error).startswith(f"{errors.MOST + 1234} problems") and str(error).endswith("and 1,234 more")
    assert f"mistake {errors.MOST - 1}." in str(error) and f"mistake {errors.MOST}." not in str(error)


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    require("fear", ("fear", "hope"), "stock")
    with pytest.raises(ScenarioError) as caught:
        require("faer", ("fear", "hope"), "stock", "case.yaml:3", ScenarioError)
    problem = Problem("there is no stock `faer`", "case.yaml:3", allowed="fear, hope", fix="did you mean `fear`?")
    assert caught.value.problems == (problem,)
    assert list(unknown(("stocks",), "hope", ("hope",), "stock")) == []
    (fault,) = unknown(("stocks",), "x", ("hope",), "stock")
    assert (fault.path, fault.what, fault.allowed) == (("stocks",), "unknown stock `x`", "hope")
