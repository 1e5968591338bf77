"""Mistakes are told in the words of the house, whatever stands where: never in those of the library that found them."""

from __future__ import annotations

import copy
import re

import pytest

from standoff.engine.plan import plan
from standoff.errors import ScenarioError, StandoffError
from standoff.ledger import Ledger
from standoff.scenario.document import Document, read_text
from standoff.scenario.load import load_document, load_text

FOREIGN = re.compile(r"Input should|[Vv]alid (dictionary|tuple|list|string|integer|number|instance)|unable to parse")
WRONG = ([1], {"a": 1}, 3.5, "x y", None, True, -1)


def places(data, path=()):
    """Every path into nested data."""
    if path:
        yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def put(data, path, value):
    out = copy.deepcopy(data)
    node = out
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return out


def test_no_mistake_of_form_is_told_in_foreign_words(full):
    data = read_text(full, "case.yaml").data
    told = 0
    for path in places(data):
        if path[0] == "variants" and "change" in path:
            continue  # looked at under the variant
        for wrong in WRONG:
            try:
                plan(load_document(Document(put(data, path, wrong), {}, "case.yaml"), None), Ledger())
            except StandoffError as error:
                told += 1
                assert not FOREIGN.search(str(error)), (path, wrong, str(error))
    assert told > 500  # of some 150 places with seven wrong values each


@pytest.mark.parametrize(
    ("written", "cap"),
    [("cap: 100 %", 1.0), ("cap: 1", 1.0), ("cap: 80 percent", 0.8), ("cap: 2 share", 2.0), ("cap: 1e3", 1000.0)],
)
def test_a_bound_may_name_a_unit_of_its_kind(full, written, cap):
    assert load_text(full.replace("cap: 1}", f"{written}}}")).scenario.stocks["fear"].cap == cap


def test_a_bound_is_in_the_unit_of_its_stock(full):
    text = full.replace("unit: bn mark,", "unit: thousand person, cap: 5 million person,").replace("bn mark", "person")
    assert load_text(text).scenario.stocks["money"].cap == pytest.approx(5000.0)
    own = full.replace("unit: bn mark,", "unit: bn mark, cap: 7 bn mark,")  # a unit that only the scenario knows
    assert load_text(own).scenario.stocks["money"].cap == 7.0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("cap: 3 person", "`person` is not a kind of `share`"),
        ("cap: 1 to 2", "`1 to 2` is not one number"),
        ("cap: 1 @assumption", "its sources go under `sources:`"),
        ("cap: much", "is not a number"),
        ("cap: 3 persson", "unknown unit `persson`"),
    ],
)
def test_a_bound_that_does_not_fit_is_refused_in_plain_words(full, written, said):
    with pytest.raises(ScenarioError) as caught:
        load_text(full.replace("cap: 1}", f"{written}}}"), "case.yaml")
    assert said in str(caught.value) and "case.yaml:16  stocks.fear.cap" in str(caught.value)


def test_a_correlation_may_be_a_per_cent(full):
    assert load_text(full.replace("value: 0.4,", "value: 40 %,")).scenario.correlations[0].value == pytest.approx(0.4)
