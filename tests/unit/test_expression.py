"""The expression language: grammar, precedence, units, every error."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff import beliefs, units
from standoff.errors import ScenarioError
from standoff.expression import (
    FINITE,
    INFINITE,
    NOTHING,
    Call,
    ChoiceTerm,
    Compare,
    Logic,
    Name,
    Number,
    choice_terms,
    defined,
    dimensions,
    evaluate,
    notation,
    parse,
    stock_names,
    worst,
)
from tests.time_limit import time_limit

STOCKS = {"troops.RUS": units.parse("person"), "rate": units.parse("person/month"), "share": units.parse("1")}
VALUES = {
    "share.RUS": np.array([0.5, 2.0]),
    "troops.RUS": np.array([100.0, 200.0]),
    "rate": np.array([10.0, 10.0]),
    "share": np.array([0.2, 0.9]),
}


def value(text: str, declared: dict[str, str] | None = None):
    """The value for two draws."""
    return evaluate(
        parse(text, declared), VALUES.__getitem__, lambda asked: np.array([True, "arms" in asked.options]), np
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 - 4 - 2", 2),
        ("8 / 4 / 2", 1),
        ("2 * 3 ^ 2", 18),
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("2 ^ 3 ^ 2", 512),
        ("(2 ^ 3) ^ 2", 64),
        ("--3", 3),
        ("- - -3", -3),
        ("2 - -3", 5),
        ("1_000.5", 1000.5),
        ("2e3", 2000),
        ("1e-2", 0.01),
        ("min(3, 2) + max(3, 2)", 5),
        ("abs(-3)", 3),
        ("exp(log(5))", 5),
        ("sqrt(16)", 4),
        ("5 %", 0.05),
        ("3 thousand person", 3000),
        ("6 bn person/year", 5e8),
        ("100 % / 1 %", 100),  # a number with its unit is one literal
        ("5 thousand / 1 million", 0.005),
        ("6 person / 1 year", 0.5),
        ("12 person/2 year", 0.5),
        ("12 1/year", 1),
        ("50 %^2", 0.25),
        ("2 km2 / 1 hectare", 200),
        ("5 km^2", 5),
        ("3 person / share.RUS * share.RUS", 3),
        (".5", 0.5),
    ],
)
def test_numbers(text, expected):
    assert value(text) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "100 % / 1 %",
        "5 thousand / 1 million",
        "3 %/month",
        "10 thousand person / month",
        "6 person/1 month",
        "0.1 1/year",
        "7 person/km^2",
        "2 USD/person/year",
        "4 bn USD/quarter",
        "1 item/1/week",
    ],
)
def test_a_number_with_a_unit_is_worth_the_same_in_a_belief(text):
    belief = beliefs.parse(text)
    unit = units.parse(belief.unit)
    node = parse(text)
    assert belief.numbers[0] * unit.factor == pytest.approx(value(text), rel=1e-12)
    assert dimensions(node, STOCKS, text) == unit.dims


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("share > 0.5", [False, True]),
        ("share >= 0.9", [False, True]),
        ("share != 0.9", [True, False]),
        ("share == 0.2", [True, False]),
        ("not share > 0.5", [True, False]),
        ("not not share > 0.5", [False, True]),
        ("share > 0.5 or troops.RUS < 150 person and rate > 1 person/month", [True, True]),
        ("(share > 0.5 or troops.RUS < 150 person) and share < 0.5", [True, False]),
        ("not share > 0.5 and share > 0.5", [False, False]),
        ("1 + share * 2 > 2", [False, True]),
        ("CHN in [dual_use]", [True, False]),
        ("CHN in [dual_use, arms] and share > 0.5", [False, True]),
        ("troops.RUS > 0.15 thousand person", [False, True]),
    ],
)
def test_conditions(text, expected):
    assert value(text).tolist() == expected


def test_trees_names_and_choices():
    node = parse("a.b + 2 > c and not CHN in [x, y]")
    assert node == Logic(
        "and",
        (
            Compare(">", Call("+", (Name("a.b"), Number(2.0, ()))), Name("c")),
            Logic("not", (ChoiceTerm("CHN", ("x", "y")),)),
        ),
    )
    assert stock_names(parse("a + b * a")) == ("a", "b")
    assert [found.choice for found in choice_terms(node)] == ["CHN"]


def test_declared_units_are_known():
    assert value("2 mark", {"mark": "0.5 USD"}) == 1.0
    assert parse("2 mark", {"mark": "0.5 USD"}) == Number(1.0, (("USD", 1),))


@pytest.mark.parametrize(
    ("text", "dims"),
    [
        ("troops.RUS + 5 person", "person"),
        ("troops.RUS / rate", "month"),
        ("rate * 2 month", "person"),
        ("troops.RUS / 5 person", "1"),
        ("max(rate, 1 person/day)", "person/month"),
        ("-abs(rate)", "person/month"),
        ("log(troops.RUS / 5 person) ^ 2", "1"),
    ],
)
def test_units_follow_the_operations(text, dims):
    assert dimensions(parse(text), STOCKS, text) == units.parse(dims).dims


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("troops.RUS + share", "`person` and `1` do not fit together"),
        ("troops.RUS > 5", "do not fit"),
        ("min(troops.RUS, rate)", "do not fit"),
        ("log(troops.RUS)", "`log` needs numbers without a unit"),
        ("troops.RUS ^ 2", "`\\^` needs numbers without a unit"),
        ("troops.RU > 5 person", "unknown stock `troops.RU`"),
        ("share and share > 1", "`and` needs a condition"),
        ("not share", "`not` needs a condition"),
        ("1 + (share > 1)", "a condition where a number"),
        ("CHN in [x] + 1", "not allowed here"),
    ],
)
def test_units_that_do_not_fit_are_refused(text, said):
    with pytest.raises(ScenarioError, match=said):
        dimensions(parse(text), STOCKS, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1", "expected `\\)`, got `the end`"),
        ("1)", "`\\)` is not allowed"),
        ("1 2", "`2` is not allowed"),
        ("a b", "`b` is not allowed"),
        ("a < b < c", "`<` is not allowed"),
        ("$", "`\\$` is not"),
        ("a; b", "`;` is not allowed"),
        ("__import__", "`_` is not allowed"),
        ("a.__class__", "is not allowed"),
        ("open(1)", "unknown function `open`"),
        ("mni(1, 2)", "did you mean `min`"),
        ("min(1)", "`min` takes 2 values, got 1"),
        ("1 in [a]", "needs the name of a choice"),
        ("a in []", "expected"),
        ("a in [b", "got `the end`"),
        ("and", "not allowed"),
        ("5 perso", "`perso` is not allowed"),
        ("1e999", "`1e999` is too large"),
        ("(" * 50 + "1" + ")" * 50, "nested deeper"),
        ("2 ^ " * 50 + "1", "nested deeper"),
        ("1" * 500, "500 characters; at most 400"),
        ("lambda: 1", "`:` is not allowed"),
    ],
)
def test_what_is_no_expression_is_refused(text, said):
    with time_limit(10), pytest.raises(ScenarioError, match=said):
        parse(text)


def no_choice(asked: ChoiceTerm):
    raise AssertionError(asked)


ENDS = (0.0, 1.0, -2.0, 3.4e38, -3.4e38, 1e-38)  # of single precision, and its middle
NAMES = tuple("abc")


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.sampled_from([*NAMES, "2", "0", "1e38", "1e-45"]),
        lambda inner: st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from("+-*/^"), inner),
            st.builds("{}({})".format, st.sampled_from(["log", "exp", "sqrt", "abs", "-"]), inner),
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        ),
        max_leaves=5,
    )
)
def test_what_is_said_to_have_a_value_has_one(text):
    """Whatever finite stocks there are, single precision."""
    node = parse(text)
    grid = jnp.asarray(np.meshgrid(*[ENDS] * len(NAMES)), jnp.float32).reshape(len(NAMES), -1)
    value = np.asarray(evaluate(node, dict(zip(NAMES, grid, strict=True)).__getitem__, no_choice, jnp))
    if worst(node) < NOTHING:
        assert not np.isnan(value).any()
    if worst(node) == FINITE:
        assert np.isfinite(value).all()


@pytest.mark.parametrize(
    ("text", "at_worst"),
    [
        ("a", FINITE),
        ("-a", FINITE),
        ("max(a, abs(b))", FINITE),
        ("a - b", INFINITE),
        ("0.5 * (a + b) / 2", INFINITE),
        ("a * b", INFINITE),
        ("exp(a - b)", INFINITE),
        ("(a + b) - (a + c)", NOTHING),
        ("a * (b + c)", NOTHING),
        ("a / b", NOTHING),
        ("a / 0", NOTHING),
        ("(a + a) / 1e38", NOTHING),
        ("(a + a) / 8e37", INFINITE),
        ("log(a)", NOTHING),
        ("sqrt(a)", NOTHING),
        ("a ^ 2", NOTHING),
    ],
)
def test_what_an_expression_may_be_at_worst(text, at_worst):
    assert worst(parse(text)) == at_worst


@pytest.mark.parametrize(
    ("text", "known", "holds"),
    [
        # a: 0, 1, 4; b: 0, 0, 2
        ("a / b > 1", [False, True, True], [None, True, True]),
        ("a / b < 1 or a < 1", [True, True, True], [True, False, False]),
        ("b > 0 and a / b > 1", [True, True, True], [False, False, True]),
        ("a > 0 and a / b > 1", [True, True, True], [False, True, True]),
        ("not (a / b > 1)", [False, True, True], [None, False, False]),
        ("a / b != 2", [False, True, True], [None, True, False]),
        ("a / b > 1 / b", [False, False, True], [None, None, True]),  # infinite beside infinite says nothing
        ("a / b - 1 / b < 5", [False, False, True], [None, None, True]),
        ("log(a - 1) < 0", [False, True, True], [None, True, False]),
        ("a / b", [False, False, True], [None, None, 2.0]),  # a number is finite or none
    ],
)
def test_a_condition_without_a_value_says_so_and_one_part_may_guard_another(text, known, holds):
    stocks = {"a": np.array([0.0, 1.0, 4.0]), "b": np.array([0.0, 0.0, 2.0])}
    with np.errstate(all="ignore"):
        found = [each(parse(text), stocks.__getitem__, no_choice, np) for each in (defined, evaluate)]
    assert found[0].tolist() == known
    assert [value for value, has in zip(found[1].tolist(), known, strict=True) if has] == [
        value for value in holds if value is not None
    ]


@pytest.mark.parametrize(
    "text", ["a > b", "a + b > 1", "not (a > 1) and CHN in [arms]", "2 * a - b > 3 or a == b", "a"]
)
def test_what_always_has_a_value_is_not_asked(text):
    def asked(name: str):
        raise AssertionError(name)

    assert defined(parse(text), asked, no_choice, np) is True


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("share > 90 %", "share > 0.9"),
        ("100 * share > 90 % / 1 %", "100 * share > 0.9 / 0.01"),
        ("troops.RUS < 2_500 thousand person", "troops.RUS < 2500000 person"),
        ("6 person/quarter > rate", "2 person/month > rate"),
        ("((share)) - (1 - share) - 2", "share - (1 - share) - 2"),
        (
            "not (share > 1 or rate > 0 person/month) and (AAA in [arms, troops])",
            "not (share > 1 or rate > 0 person/month) and AAA in [arms, troops]",
        ),
        ("2 ^ 3 ^ -share", "2^3^-share"),
        ("(2 ^ 3) ^ 2 / (4 * -share)", "(2^3)^2 / (4 * -share)"),
        ("-(2 + share) ^ 2", "-(2 + share)^2"),
        ("(-2) ^ 2", "(-2)^2"),
        ("min(share, 1) + 3 * (AAA in [arms])", "min(share, 1) + 3 * (AAA in [arms])"),
        (
            "2025-01 <= date and after(vote) and since(2024) > 1 year",
            "date >= 2025-01 and after(vote) and since(2024) > 12 month",
        ),
        ("not not share > 1 or not share > 2", "share > 1 or not share > 2"),
    ],
)
def test_what_is_understood_is_written_in_canonical_units(text, understood):
    assert notation(parse(text)) == understood
    assert parse(understood) == parse(text)


LEAVES = st.sampled_from(["share", "2", "0.25", "3 person", "troops.RUS", "1 person/month", "year", "since(vote)"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"sqrt({t})"),
    ),
    max_leaves=8,
)


@given(TREES, st.sampled_from(["<", ">=", "=="]), TREES, st.sampled_from(["and", "or"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_understood_is_read_as_it_was(left, op, right, word, negated):
    node = parse(f"{'not ' if negated else ''}({left} {op} {right} {word} share > 1)")
    assert parse(notation(node)) == node
