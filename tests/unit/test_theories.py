"""Terms are means and shares with their standard errors; the registry names the default first."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import theories
from standoff.theories import best_response


def test_a_mean_has_the_standard_error_of_its_draws() -> None:
    term = theories.mean_term("a", "text", np.array([0.0, 2.0, 0.0, 2.0]))
    assert (term.name, term.text, term.value, term.mc_error) == ("a", "text", 1.0, 0.5)


def test_a_share_is_uncertain_by_half_a_draw_at_least() -> None:
    term = theories.share_term("a", "text", np.zeros(100, bool))
    assert term.value == 0 and term.mc_error == pytest.approx(np.sqrt(0.005 * 0.995 / 100))


def test_an_explanation_finds_terms_by_name_and_tells_reasons_from_steps() -> None:
    terms = [theories.TheoryTerm(name=name, text="", value=n, mc_error=0) for n, name in enumerate(("gain", "sum"))]
    told = theories.TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset({"gain", "pain"}))
    assert told["sum"].value == 1 and "sum" in told and "pain" not in told
    assert [term.name for term in told.of_reasons] == ["gain"]


def test_the_default_comes_first() -> None:
    assert theories.names()[0] == theories.DEFAULT and len(set(theories.names())) == len(theories.names())


def test_a_theory_is_the_file_of_its_name() -> None:
    assert theories.theory("best_response") is best_response
    with pytest.raises(ImportError):
        theories.theory("no_such_theory")
