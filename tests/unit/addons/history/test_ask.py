"""Questions to history, in the invented world of six wars."""

from __future__ import annotations

import pytest

from standoff.addons.history.ask import ask
from standoff.addons.history.sections.history import answer_blocks
from standoff.errors import DataError
from standoff.report.backends.markdown import render
from tests.unit.addons.history import six_wars
from tests.unit.addons.history.small_fit import posterior

QUESTION = {"actor": "USA", "side": "IRQ", "against": "AFG", "year": 1996}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables")
    six_wars.write(six_wars.tables(), path)
    return path


@pytest.fixture(scope="module")
def answer(folder):
    return ask(folder, **QUESTION, fitted=posterior(until=1995))


def test_chances_add_up_and_arms_lie_between_troops_and_any_help(answer):
    nothing, support, troops = answer.rates
    assert nothing.mean + support.mean + troops.mean == pytest.approx(1, abs=1e-6)
    assert troops.mean - 1e-9 <= answer.arms_or_troops.mean <= support.mean + troops.mean + 1e-9
    assert answer.arms_or_troops.mean == pytest.approx(support.mean * answer.arms_share + troops.mean, abs=1e-6)
    assert sum(each.share for each in answer.kinds) == pytest.approx(1, abs=1e-6)


def test_the_page_and_the_record_say_the_same(answer):
    text, record = render(answer_blocks(answer)).decode(), answer.to_record("direct")
    assert all(word in text for word in ("USA", "IRQ", "AFG", "1996"))
    assert record.any_help == pytest.approx(1 - answer.rates[0].mean)
    assert record.low <= record.arms_or_troops <= record.high


@pytest.mark.parametrize("change", [{"year": 2050}, {"actor": "IRQ"}, {"side": "ATL"}])
def test_impossible_questions_are_refused(folder, change):
    with pytest.raises(DataError):
        ask(folder, **{**QUESTION, **change}, fitted=posterior(until=1995))
