"""Mistakes are told in the words of the house, whatever stands where: never in those of the library that found them."""

from __future__ import annotations

import copy
import re

import pytest

from standoff.errors import Problem, ScenarioError, StandoffError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import error_locations
from standoff.scenario.document import Document, read_text
from standoff.scenario.load import _reading, load_document, load_text

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
        ("cap: 1 @assumption", "put sources under `sources:`"),
        ("cap: much", "is not a number"),
        ("cap: 3 persson", "unknown unit `persson`"),
    ],
)
def test_a_bound_that_does_not_fit_is_refused_in_plain_words(full, written, said):
    with pytest.raises(ScenarioError) as caught:
        load_text(full.replace("cap: 1}", f"{written}}}"), "case.yaml")
    assert said in str(caught.value) and "case.yaml:16  stocks.fear.cap" in str(caught.value)


@pytest.mark.parametrize("key", ["unit", "cap", "floor"])
def test_a_bad_measure_of_a_stock_is_one_mistake(full, key):
    """Whatever reads the stock, and whatever is claimed of it."""
    data = read_text(full, "case.yaml").data
    for name, stock in data["stocks"].items():
        wrong = put(data, ("stocks", name), {**stock, key: "3 persson" if key != "unit" else "persson"})
        reading = _reading(Document(wrong, {}, "case.yaml"), None, "", None)
        (problem,) = reading.problems
        assert "unknown unit `persson`" in problem.what


def test_a_correlation_may_be_a_per_cent(full):
    assert load_text(full.replace("value: 0.4,", "value: 40 %,")).scenario.correlations[0].value == pytest.approx(0.4)


SLIPS = [  # what is written, what stands there instead, what is said, how many mistakes are told
    ("  AAA: {name: A,", "\tAAA: {name: A,", "indent with spaces", 1),
    ("text: everything once", "text: everything: once", "put this value into quotes", 1),
    ("text: act,", "text: act, speak: talk,", "if `text` goes on here, put this value into quotes", 1),
    ("text: act,", "text: act], ", "check brackets, commas and indentation", 1),
    ("status_quo: stay", "status_quo: no", "quotes make one of a number, and of yes, no, on and off", 1),
    ("initial: 0.4 to 0.6", "initial: 0.4-0.6", "write a range as `0.4 to 0.6`", 1),
    ("initial: 0.4 to 0.6", "initial: 0.4 – 0.6", "write a range as `0.4 to 0.6`", 1),
    ("half_life: 6.6 month", "half_life: 10", "10 month", 1),
    ("rationality: 1 to 4", "rationality: -1", "allowed: at least 0", 1),
    ("breach: {go: 1, stay: 0}", "breach: {go: 1, stey: 0}", "did you mean `stay`?", 1),
    ("AAA in [go] and fear > 0.7", "AAA == go", "`AAA` is a choice", 1),
    ("AAA in [go] and fear > 0.7", "fear = 0.7", "`==` compares", 1),
    ("weight: 1 to 2", "weight: {low: 1, high: 2}", "{p5: 4, p95: 9}", 1),
    ("end: 2025-12", "end: 2023-12", "end 2023-12 is not after start 2024-01", 1),
    ("normal(5, 1) bn mark @smith2001", "normal(5, 1) bn mark @smith2002", "did you mean `smith2001`?", 1),
    ("volatility: {p5", "volatilty: {p5", "did you mean `volatility`?", 1),
    ("use: stated_norm", "use: norm", "did you mean `stated_norm`?", 1),
]


@pytest.mark.parametrize(("right", "wrong", "told", "count"), SLIPS)
def test_a_common_slip_is_one_mistake_that_says_what_to_do(full, right, wrong, told, count):
    sound = full.replace("drift.speed: x 1.5", "drift.speed: x 1.5 @assumption")
    sound = sound.replace("observations: {fear: {claims: {quantity: mood}, scale: 1 @assumption}}\n", "")
    sound = sound.replace(
        "correlations: [{between: [drift.mean, drift.volatility], value: 0.4, sources: smith2001}]\n", ""
    )
    plan(load_text(sound), Ledger())
    assert sound.count(right) == 1
    problems = ()
    try:
        plan(load_text(sound.replace(right, wrong), "case.yaml"), Ledger())
    except StandoffError as error:
        problems = error.problems
    assert len(problems) == count, problems
    assert told in "\n".join(map(str, problems))


def test_without_claims_it_says_where_they_go(full):
    with pytest.raises(StandoffError, match=r"write them into claims\.jsonl beside the scenario"):
        plan(load_text(full.replace("initial: 0.4 to 0.6 @assumption", "initial: 0.5 @a-claim-2024")), Ledger())


@pytest.mark.parametrize(
    ("text", "names", "hit"),
    [
        ("unknown stock `fear`", {"fear"}, True),
        ("`fear.AAA` is not", {"fear"}, True),
        ("`fears` is not", {"fear"}, False),
        ("`no.fear` is not", {"fear"}, False),
        ("`no-fear` is not", {"fear"}, True),
        ("`fear-not` is not", {"fear"}, False),
        ("`a.b.c` is not", {"a.b"}, True),
        ("`a-b` is not", {"a-b"}, True),
        ("xfear", {"fear"}, False),
        ("", {"fear"}, False),
    ],
)
def test_a_mistake_follows_from_what_is_gone_where_it_names_it(text, names, hit):
    """By words of the text, not by each name in turn: 5,000 mistakes and 5,000 names are 25 million looks."""
    expected = any(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w-])", text) for name in names)
    assert expected == hit
    assert (error_locations.independent_of([Problem(text, path="a.b")], frozenset(names)) == []) == hit


@pytest.mark.parametrize("key", ["params", "belief", "holders", "'[key]'", "[]"])
def test_an_unknown_key_may_have_any_name(key):
    with pytest.raises(ScenarioError) as caught:
        load_text(f"title: x\n{key}: 1\n")
    assert "x:2" in str(caught.value).replace("scenario:2", "x:2")
