"""Any input gives a scenario or a clear error, quickly; what is read can be written and read again."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.time_limit import time_limit

from standoff import expression
from standoff.errors import StandoffError
from standoff.scenario import Scenario, dump, load_text
from standoff.scenario.document import read_text

FINE = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
BASE = """
title: base
as_of: 2024-03
start: 2024-01
end: 2025-12
step: month
units: {mark: 0.5 EUR}
sources: {smith2001: "Smith, On moods"}
actors: {AAA: {name: A}, BBB: {name: B}, AAA.public: {name: p, kind: public, of: AAA}}
relations: [{kind: rivalry, between: [AAA, BBB], since: 1999-12-31}]
stocks:
  fear: {unit: share, initial: 0.4 to 0.6 @assumption, cap: 1}
  money: {unit: bn mark, initial: {AAA: 5 bn mark @smith2001, BBB: {p5: 1, p50: 2, p95: 5, sources: [smith2001]}},
          floor: null}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5 @assumption, speed: 0.1 1/month @assumption, volatility: 0.05}
choices:
  AAA:
    actor: AAA
    options: {go: {text: act, effects: {drift.push: 0.05 1/month @assumption, drift.speed: x 1.5}}, stay: }
    status_quo: stay
    every: 3 months
    rationality: 1 to 4 @assumption
    half_life: 6.6 month @assumption
    history: [{since: 2024-01, option: stay}]
    reasons: {norm: {use: stated_norm, weight: 1 to 2, sources: assumption, breach: {go: 1, stay: 0}, commitment: 0.5}}
beliefs: {AAA: {fear: 1 to 1.2 @assumption}}
observations: {fear: {claims: {quantity: mood}, scale: 1 @assumption}}
correlations: [{between: [drift.mean, drift.volatility], value: 0.4, sources: smith2001}]
levers: {push: {target: drift.mean, low: 0, high: 1}}
questions:
  q: {text: "?", event: "AAA in [go] and fear > 0.7", by: 2025-06, resolution: x, lines: [1, 2],
      outcome: "no @somebody-2025-07"}
  n: {text: "?", until: fear > 0.7, by: 2025-06, resolution: x, outcome: 7.5 month @somebody-2025-07}
  r: {text: "?", rank: {a: money.AAA, b: money.BBB}, of: a, at: 2025-06, resolution: x}
variants: {calm: {text: calm, change: {mechanisms: {drift: {mean: 0.1 @assumption}}}}}
"""
DATA: dict[str, Any] = read_text(BASE, "base").data


def read(text: str | bytes) -> Scenario | StandoffError:
    """The scenario or the error; anything else fails the test, and so does taking long."""
    try:
        with time_limit(20):
            return load_text(text).scenario
    except StandoffError as error:
        assert error.problems and all(problem.what for problem in error.problems)
        return error


# ---- fuzz --------------------------------------------------------------------------------------------------------


@FINE
@given(st.binary(max_size=300))
def test_any_bytes(raw):
    assert isinstance(read(raw), StandoffError)


@FINE
@given(st.text(max_size=300))
def test_any_text(text):
    assert isinstance(read(text), StandoffError)


PIECES = """
a|: |-|[|]|{|}|&x |*x|!!python/object:os.system |!!int |!!bool |!!float |!!timestamp |<<|? |>|'|"|#|%|---|...|.nan|.inf
1e999|2024-13-45|0x_|1:2:3|title|stocks|mechanisms|choices|include|options|reasons|null|=|~|999999999999999999999999
"""
SYNTAX = st.lists(
    st.sampled_from([*PIECES.replace("\n", "|").split("|"), "\n", "  ", "\n  ", "\t", "\x85", "\ufeff"]), max_size=40
).map("".join)


@FINE
@given(SYNTAX)
def test_any_jumble_of_yaml(text):
    assert isinstance(read(text), StandoffError)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every entry of nested data."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


PLACES = [place for place in places(DATA) if place]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**30)]),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["2024-02-30", "9 to 4", "1e999", "x -1", "3 moons", "@", "a @", "fear >", "((", "AAA in ["]),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(0, 3), max_size=2),
    st.sampled_from([DATA["stocks"], DATA["choices"], [DATA["questions"]]]),
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """The valid scenario with a few entries dropped, renamed, doubled or overwritten."""
    data = copy.deepcopy(DATA)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        node: Any = data
        for key in place[:-1]:
            try:
                node = node[key]
            except (LookupError, TypeError):
                break
        else:
            key, action = place[-1], draw(st.sampled_from(["drop", "rename", "double", "write"]))
            if not isinstance(node, dict | list) or (
                isinstance(node, list) and not (isinstance(key, int) and key < len(node))
            ):
                continue
            if isinstance(node, dict) and key not in node:
                continue
            if action == "write":
                node[key] = copy.deepcopy(draw(ODD))
            elif action == "drop":
                del node[key]
            elif isinstance(node, list):
                node.append(copy.deepcopy(node[key]))
            else:
                node[f"{key}x" if action == "rename" else draw(st.text(max_size=4))] = copy.deepcopy(node[key])
                if action == "rename":
                    del node[key]
    return data


@settings(FINE, max_examples=400)
@given(mutated())
def test_a_damaged_scenario_is_read_or_refused(data):
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    found = read(text)
    if isinstance(found, Scenario):
        assert load_text(dump(found)).scenario == found


@settings(FINE, max_examples=100)
@given(mutated())
def test_a_damaged_scenario_is_planned_or_refused(data):
    from standoff.ledger import Ledger
    from standoff.plan import plan

    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    try:
        plan(load_text(text), Ledger())
    except StandoffError as error:
        assert error.problems


@FINE
@given(st.integers(0, len(BASE) - 1), st.text(max_size=3), st.integers(0, 5))
def test_a_typing_slip_is_read_or_refused(at, typed, cut):
    read(BASE[:at] + typed + BASE[at + cut :])


# ---- round trip --------------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,6}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
NUMBERS = st.floats(0.001, 1000).map(lambda x: round(x, 4))
BELIEFS = st.one_of(
    NUMBERS,
    st.tuples(NUMBERS, NUMBERS).filter(lambda n: n[0] < n[1]).map(lambda n: f"{n[0]} to {n[1]} @assumption"),
    st.tuples(NUMBERS, NUMBERS).map(lambda n: f"normal({n[0]}, {n[1]}) @assumption"),
    st.lists(NUMBERS, min_size=3, max_size=3, unique=True)
    .map(sorted)
    .map(lambda n: {"p5": n[0], "p50": n[1], "p95": n[2]}),
)


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Valid scenarios of any shape that the language knows."""
    data = copy.deepcopy(DATA)
    data["title"], data["text"] = draw(TEXTS), draw(TEXTS)
    for name in draw(st.lists(NAMES, max_size=3, unique=True)):
        data["stocks"][name] = {
            "unit": draw(st.sampled_from(["1", "person", "bn USD", "%/year"])),
            "text": draw(TEXTS),
            "initial": draw(st.one_of(BELIEFS, st.dictionaries(st.sampled_from(["AAA", "BBB"]), BELIEFS, min_size=1))),
            "floor": draw(st.one_of(st.none(), st.just(0), st.floats(-9, 0))),
            "sources": draw(st.sampled_from([[], ["k"], "k"])),
        }
    options = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    data["choices"]["BBB.side"] = {
        "actor": "BBB",
        "options": {name: {"text": draw(TEXTS)} for name in options},
        "status_quo": options[0],
        "every": draw(st.sampled_from(["1 month", "6 months", "1 year"])),
        "rationality": draw(BELIEFS),
        "half_life": draw(BELIEFS),
        "history": [{"since": "2024-01", "option": options[-1], "sources": draw(st.lists(NAMES, max_size=2))}],
        "reasons": {
            name: {"use": draw(NAMES), "weight": draw(BELIEFS), "more": draw(BELIEFS), "deep": [1, {"a": None}]}
            for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
        },
    }
    data["levers"] = {
        name: {"target": "a.b", "low": draw(NUMBERS), "high": draw(TEXTS)} for name in draw(st.lists(NAMES, max_size=2))
    }
    return data


@settings(FINE, max_examples=100)
@given(scenarios())
def test_load_dump_load_is_the_same_scenario(data):
    assume(not {"fear", "money"} & set(data["choices"]["BBB.side"]["options"]))
    scenario = read(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    assert isinstance(scenario, Scenario), str(scenario)
    again = load_text(dump(scenario)).scenario
    assert again == scenario
    assert dump(again) == dump(scenario)


# ---- expressions -------------------------------------------------------------------------------------------------

STOCKS = {"fear": 0.7, "money.AAA": 12.5, "x1": 3.0}
LEAVES = st.one_of(
    st.floats(0, 100).map(lambda x: round(x, 3)).map(lambda x: (repr(x), repr(x))),
    st.sampled_from([(name, repr(number)) for name, number in STOCKS.items()]),
)


def joined(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    """Pairs of an expression and the same in Python."""
    return st.one_of(
        st.tuples(children, st.sampled_from("+-*"), children).map(
            lambda t: tuple(f"{a} {t[1]} {b}" for a, b in zip(t[0], t[2], strict=True))
        ),
        st.tuples(children, st.sampled_from(["2", "1", "0"])).map(
            lambda t: (f"{t[0][0]} ^ {t[1]}", f"{t[0][1]} ** {t[1]}")
        ),
        children.map(lambda c: tuple(f"-{part}" for part in c)),
        children.map(lambda c: tuple(f"({part})" for part in c)),
        children.map(lambda c: tuple(f"abs({part})" for part in c)),
        st.tuples(st.sampled_from(["min", "max"]), children, children).map(
            lambda t: tuple(f"{t[0]}({a}, {b})" for a, b in zip(t[1], t[2], strict=True))
        ),
    )


NUMERIC = st.recursive(LEAVES, joined, max_leaves=8)


def ours(text: str) -> Any:
    return expression.evaluate(expression.parse(text), STOCKS.__getitem__, lambda _: False, np)


@settings(FINE, max_examples=300)
@given(NUMERIC)
def test_an_expression_has_the_value_that_python_gives_it(pair):
    text, python = pair
    assume(len(text) <= expression.LIMIT)
    with np.errstate(over="ignore"):
        got = float(ours(text))
    try:
        expected = float(eval(python, {"__builtins__": {}, "abs": abs, "min": min, "max": max}))
    except OverflowError:
        return
    assert got == expected or math.isclose(got, expected, rel_tol=1e-12) or not math.isfinite(expected)


@FINE
@given(NUMERIC, NUMERIC, NUMERIC, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from(["and", "or"]))
def test_conditions_bind_as_in_python(a, b, c, op, word):
    text = f"{a[0]} {op} {b[0]} {word} not {b[0]} {op} {c[0]} or {a[0]} < {c[0]}"
    assume(len(text) <= expression.LIMIT)
    python = f"{a[1]} {op} {b[1]} {word} not {b[1]} {op} {c[1]} or {a[1]} < {c[1]}"
    with np.errstate(all="ignore"):
        try:
            expected = eval(python, {"__builtins__": {}, "abs": abs, "min": min, "max": max})
        except OverflowError:
            return
        assert bool(ours(text)) == expected


@FINE
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_error(text):
    try:
        expression.parse(text)
    except StandoffError as error:
        assert error.problems


def test_the_base_itself_is_valid():
    assert isinstance(read(BASE), Scenario)
    with pytest.raises(StandoffError):
        load_text(BASE.replace("title: base", ""))
