"""Beliefs: each shape against scipy, what can be written, and what is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from standoff import beliefs
from standoff.beliefs import Belief, parse
from standoff.errors import BeliefError
from tests.time_limit import time_limit

P = (0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999)
Z90 = stats.norm.ppf(0.95)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("normal(5, 2)", stats.norm(5, 2)),
        ("lognormal(5, 1.4)", stats.lognorm(math.log(1.4), scale=5)),
        ("uniform(1, 3)", stats.uniform(1, 2)),
        ("triangular(1, 2, 4)", stats.triang(1 / 3, 1, 3)),
        ("triangular(1, 1, 4)", stats.triang(0, 1, 3)),
        ("beta(2, 5)", stats.beta(2, 5)),
        ("4 to 9", stats.lognorm(math.log(9 / 4) / (2 * Z90), scale=6)),
        ("-4 to 9", stats.norm(2.5, 13 / (2 * Z90))),
    ],
)
def test_quantiles_are_those_of_the_distribution(text, law):
    belief = parse(text)
    assert [belief.quantile(p) for p in P] == pytest.approx([law.ppf(p) for p in P], rel=1e-9)
    if belief.g_parameters() is None:
        assert belief.quantile_table()[128] == pytest.approx(law.ppf(0.5))
    else:
        a, b, s = belief.g_parameters()
        assert a + b * (math.expm1(s * Z90) / s if s else Z90) == pytest.approx(law.ppf(0.95))
    for p in P:
        assert belief.probability_below(law.ppf(p)) == pytest.approx(p, abs=1e-8)


@pytest.mark.parametrize("numbers", [(1, 2, 6), (-6, -2, -1), (1, 2, 3), (0, 1, 1), (0, 0, 1), (1, 2, 3.0000001)])
def test_percentiles_pass_through_their_points(numbers):
    belief = parse(dict(zip(("p5", "p50", "p95"), numbers, strict=True)))
    assert [belief.quantile(p) for p in (0.05, 0.5, 0.95)] == pytest.approx(numbers, abs=1e-6)
    values = [belief.quantile(p / 100) for p in range(1, 100)]
    assert values == sorted(values)


def test_a_point_is_everywhere_the_same():
    assert {parse("3.5 bn USD").quantile(p) for p in P} == {3.5}
    assert parse("3.5 bn USD").probability_below(3.4) == 0.0
    assert parse("3.5 bn USD").probability_below(3.6) == 1.0


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (3, Belief("point", (3.0,))),
        ("3.5 bn USD/month", Belief("point", (3.5,), "bn USD/month")),
        ("1,000,000 person", Belief("point", (1e6,), "person")),
        ("-2e3", Belief("point", (-2000.0,))),
        (".5 %", Belief("point", (0.5,), "%")),
        ("4 to 9 person/month @a-b @assumption", Belief("range", (4.0, 9.0), "person/month", ("a-b", "assumption"))),
        ("0.5 1/month @key", Belief("point", (0.5,), "1/month", ("key",))),
        ("uniform(1, 3) % @k", Belief("uniform", (1.0, 3.0), "%", ("k",))),
        ({"p5": 1, "p95": 6, "unit": "%"}, Belief("range", (1.0, 6.0), "%")),
        ({"p5": 1, "p50": 2, "p95": 6, "sources": ["a", "b"]}, Belief("percentiles", (1.0, 2.0, 6.0), "", ("a", "b"))),
        ({"from": "a-claim"}, Belief("claim", (), "", ("a-claim",), "a-claim")),
        ({"value": "4 to 9 %", "sources": "a"}, Belief("range", (4.0, 9.0), "%", ("a",))),
    ],
)
def test_what_can_be_written(raw, expected):
    assert parse(raw) == expected
    assert parse(expected) is expected
    assert parse(expected.to_data()) == expected


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (True, "`True` is not a number"),
        (None, "`None` is not a number"),
        ("many", "`many` is not a number or a belief"),
        ("9 to 4", "the first number must be less than the second"),
        ("4 to", "is not a number or a belief"),
        ("nomral(1, 2)", "unknown distribution `nomral`"),
        ("normal(1)", "takes 2 numbers, got 1"),
        ("normal(a, b)", "needs numbers in parentheses"),
        ("normal(1, 0)", "must be above zero"),
        ("lognormal(-1, 2)", "median above 0"),
        ("triangular(3, 2, 4)", "must be in rising order"),
        ("beta(0, 1)", "must be above zero"),
        ("3 @", "sources of `3 @` cannot be read"),
        ("1,5 to 4,5", "`1,5` is not a number"),
        ("1,5 %", "write `1.5`"),
        ("1.000,5 %", "a comma marks thousands"),
        ("1.000,5 to 2.000,5", "a comma marks thousands"),
        ("0,25", "write `0.25`"),
        ("4 to 9,5", "`9,5` is not a number"),
        ("1,00", "a comma marks thousands"),
        ("1e999", "not a finite number"),
        ("0.1 to 1e308", "its tails"),
        ("1 to 1e300", "its tails"),
        ("-1e308 to 1e308", "its tails"),
        ("lognormal(1, 1e300)", "its tails"),
        ("uniform(-1e308, 1e308)", "its tails"),
        ("normal(1e308, 1e308)", "its tails"),
        ({"p5": 0, "p50": 1e-300, "p95": 1e300}, "its tails"),
        ({"p5": 0, "p50": 0, "p95": 1e308}, "its tails"),
        ("1e999 * history", "not a finite number"),
        ("1e308 * prior(killed_share)", "not a finite number|its tails"),
        (math.nan, "not a finite number"),
        (10**400, "too large"),
        ({"p5": 10**400, "p95": 1}, "too large"),
        ({"p5": "x", "p95": 1}, "must be numbers"),
        ({"p5": 2, "p50": 1, "p95": 3}, "percentiles must be in rising order"),
        ({"p50": 2}, "needs p5 and p95"),
        ({"p5": 1, "p59": 2}, "unknown key `p59`"),
        ({"value": "3 %", "unit": "person"}, "two units"),
        ({"value": 3, "sources": ["a b"]}, "`a b` is not a source"),
        ({"value": 3, "sources": 5}, "sources are"),
        ({"value": 3, "unit": "% @x"}, "is not a unit"),
        ([1, 2], "is not a number"),
        ("1" + " " * 100_000 + "@!", "at most 400 are allowed"),
        ("1" * 100_000 + " x)", "at most 400 are allowed"),
    ],
)
def test_what_cannot_be_read_is_refused_quickly(raw, said):
    with time_limit(10), pytest.raises(BeliefError, match=said):
        parse(raw)


def test_a_belief_beyond_all_measure_does_not_overflow():
    wide = parse("1 to 1e100")
    assert 0.4 < wide.probability_below(1e50) < 0.6
    assert wide.probability_below(math.inf) == 1


NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 6) + 0.0)
WORDS = st.lists(st.from_regex(r"[a-z][a-z0-9.-]{0,8}", fullmatch=True), max_size=3).map(tuple)
UNITS = st.sampled_from(["", "%", "person", "bn USD/month", "1/month"])
SHAPES = st.one_of(
    st.tuples(st.just("point"), st.tuples(NUMBERS)),
    st.tuples(
        st.sampled_from(["range", "uniform"]), st.lists(NUMBERS, min_size=2, max_size=2, unique=True).map(sorted)
    ),
    st.tuples(
        st.sampled_from(["percentiles", "triangular"]),
        st.lists(NUMBERS, min_size=3, max_size=3, unique=True).map(sorted),
    ),
    st.tuples(st.just("normal"), st.tuples(NUMBERS, st.floats(0.001, 1e6))),
    st.tuples(st.just("beta"), st.tuples(st.floats(0.1, 50), st.floats(0.1, 50))),
)


@given(SHAPES, UNITS, WORDS)
def test_every_belief_is_read_back_as_it_was(shape, unit, sources):
    belief = Belief(shape[0], tuple(shape[1]), unit, sources)
    assert parse(belief.to_data()) == belief
    if belief.shape != "percentiles":
        assert parse(str(belief)) == belief


@given(SHAPES, st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_quantiles_never_fall(shape, p, q):
    belief = Belief(shape[0], tuple(shape[1]))
    low, high = belief.quantile(min(p, q)), belief.quantile(max(p, q))
    assert low <= high + 1e-9 * max(abs(low), abs(high))


@given(st.text(max_size=60))
def test_any_text_is_a_belief_or_a_belief_error(text):
    try:
        assert isinstance(parse(text), beliefs.Belief)
    except BeliefError as error:
        assert error.problems[0].what


@pytest.mark.parametrize(
    ("text", "shown", "sources"),
    [
        ("history", "history", ("history",)),
        (" history ( ally_need ) ", "history(ally_need)", ("history",)),
        ("history() @a-claim", "history @a-claim", ("history", "a-claim")),
        (" 2.50 *history(ally_need)", "2.5 * history(ally_need)", ("history",)),
    ],
)
def test_history_is_a_belief_without_numbers_of_its_own(text, shown, sources):
    belief = parse(text)
    assert (belief.shape, belief.numbers, belief.sources, str(belief)) == ("history", (), sources, shown)
    assert parse(belief.to_data()) == belief == parse({"value": text})
    with pytest.raises(BeliefError, match="looked up"):
        belief.quantile(0.5)
    with pytest.raises(BeliefError, match=r"two units: `.*history.*` in the value and `month`"):
        parse({"value": text, "unit": "month"})


@pytest.mark.parametrize(
    "text",
    ["history 3", "0 * history", "-1 * history", "history * 2", "history(a, b)", "history to 4", "hisotry(rivalry)"],
)
def test_history_has_no_other_notation(text):
    with pytest.raises(BeliefError):
        parse(text)


@pytest.mark.parametrize(
    "text", ["1234567 * prior(recruitment.training_time)", "0.12345678 * history(ally_need) @history"]
)
def test_a_factor_is_written_with_all_its_digits(text: str) -> None:
    belief = beliefs.parse(text)
    assert text.partition(" ")[0] in belief.origin and beliefs.parse(belief.to_data()) == belief
