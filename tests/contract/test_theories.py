"""The folder of theories is its registry: a file that is put into it can be used in a scenario, and nothing else changes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from tests.contract.entries import added
from tests.unit.engine import test_games as duel

from standoff import theories
from standoff.analysis.theory_comparison import theories as compare_theories
from standoff.engine import decision_record
from standoff.engine.simulate import simulate
from standoff.errors import ScenarioError
from standoff.json_schema import schema
from standoff.report.sections import theories as section

HOME = Path(theories.__file__).parent
COIN = '''"""Coin: every option alike."""
import jax.numpy as jnp
from standoff.theories import mean_term

IS_DETERMINISTIC = False
GRADIENT_FIT = False


def choose(decision):
    options = len(decision.parts[0])
    return [jnp.ones_like(decision.parts[0][0]) / options for _ in range(options)]


def explain(sample):
    return (mean_term("coin", "of the coin", sample.probabilities[:, sample.option]),)


def describe(explanation, write):
    return f"; a coin is thrown: {write.share(explanation['coin'])}."
'''


@pytest.mark.parametrize("name", theories.names())
def test_every_theory_says_what_it_is(name: str) -> None:
    theory = theories.theory(name)
    assert {theory.IS_DETERMINISTIC, theory.GRADIENT_FIT} <= {True, False}
    assert all(callable(part) for part in (theory.choose, theory.explain, theory.describe))
    assert re.search(r"(?m)^Sources: \w+\d{4}", theory.__doc__ or "")


def test_no_other_file_lists_the_theories() -> None:
    others = [name for name in theories.names() if name != theories.DEFAULT]
    lists = [
        str(file)
        for file in HOME.parent.rglob("*.py")
        if file.parent != HOME and any(re.search(rf"[\"']{name}[\"']", file.read_text()) for name in others)
    ]
    assert not lists


def test_a_new_theory_is_one_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="`coin` is not allowed"):
        duel.model({"theory": "coin"})
    with added(theories.PACKAGE, tmp_path, "coin", COIN):
        assert "coin" in theories.names()
        assert "coin" in schema()["$defs"]["Scenario"]["properties"]["theory"]["enum"]
        run = simulate(duel.model({"theory": "coin"}), draws=64, seed=1, paths="all")
        np.testing.assert_array_equal(decision_record.probabilities(run, 0, 0), 0.5)
        found = compare_theories(duel.model(), ["coin"], draws=64)
        assert found.disagreement is not None
        (line,) = section.why(found.disagreement, found.disagreement.issues[0])
        assert line.startswith("Coin: ") and line.count("50 % ± 0") == 2
    assert "coin" not in theories.names()
