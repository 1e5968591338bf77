"""Wrong numbers: what is said in two ways must be the same number, and what changes nothing must change nothing.

An oracle knows no right answer. It writes an input in another way that means the same (a relation of metamorphic testing) and
asks for the same numbers: of an expression and of a belief in NumPy, of claims, and of small scenarios by whole simulations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import count
from random import Random
from typing import Any

import numpy as np

from standoff import beliefs, expression, units
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import StandoffError
from standoff.expression import Call, Name, Number
from standoff.ledger import Claim, Ledger
from standoff.ledger.claim_belief import belief_of
from standoff.scenario import load_text
from standoff.scenario.document import read_text
from tests.fuzz.areas.ledger import EDGE
from tests.fuzz.door import Door

Data = dict[str, Any]
#: a unit -> the same kind of thing in others, each with how many of it make one of the first
UNITS: Mapping[str, Sequence[tuple[str, float]]] = {
    "bn USD": (("million USD", 1000.0), ("thousand million USD", 1.0), ("trn USD", 0.001), ("USD", 1e9)),
    "million USD": (("bn USD", 0.001), ("thousand USD", 1000.0)),
    "thousand person": (("person", 1000.0), ("million person", 0.001)),
    "person": (("thousand person", 0.001), ("hundred person", 0.01)),
    "%": (("", 0.01), ("percent", 1.0), ("share", 0.01)),
    "1/month": (("1/year", 12.0), ("%/month", 100.0), ("1/quarter", 3.0)),
    "person/month": (("person/year", 12.0), ("thousand person/month", 0.001)),
    "bn USD/month": (("million USD/month", 1000.0), ("bn USD/year", 12.0)),
    "month": (("year", 1 / 12), ("quarter", 1 / 3)),
}
NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE]-?\d+)?"
WORDS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
QUANTITY = re.compile(rf"(?P<low>{NUMBER})(?: to (?P<high>{NUMBER}))? ?(?P<unit>{WORDS})(?![\w/^%])")


def in_other_units(text: str, rng: Random) -> str:
    """Every number with a unit in another unit."""

    def other(found: re.Match[str]) -> str:
        unit, factor = rng.choice(UNITS[found["unit"]])
        low, high = (None if part is None else f"{float(part) * factor:.12g}" for part in (found["low"], found["high"]))
        return f"{low}{'' if high is None else f' to {high}'} {unit}".rstrip()

    return QUANTITY.sub(other, text)


def same(one: np.ndarray, other: np.ndarray, tolerance: float) -> bool:
    """Whether numbers agree to a relative error, with the same undefined and infinite ones."""
    one, other = np.broadcast_arrays(np.asarray(one, float), np.asarray(other, float))
    return bool(np.allclose(one, other, rtol=tolerance, atol=tolerance * 1e-6, equal_nan=True))


# ---- expressions -----------------------------------------------------------------------------------------------------

STOCKS = {
    "fear": units.parse("1"),
    "hope": units.parse("1"),
    "money.AAA": units.parse("bn USD"),
    "troops": units.parse("person"),
    "pace": units.parse("1/month"),
}
LEAVES: Mapping[str, Sequence[str]] = {
    "1": ("fear", "hope", "0.3", "70 %", "12.5 %", "2"),
    "money": ("money.AAA", "3 bn USD", "250 million USD"),
    "troops": ("troops", "40 thousand person", "5 person"),
    "pace": ("pace", "0.2 1/month", "3 1/month"),
}
NAME = re.compile(r"(?<![\w.])(?:fear|hope|money\.AAA|troops|pace)(?![\w.(])")
NUDGE, HUGE = (
    1e-7,
    1e15,
)  #: relative change of each number, and numbers beyond which a quotient is one by nearly nothing
DRAWN = np.random.default_rng(1).uniform(0.1, 2.0, (len(STOCKS), 7))
SCALED = (
    "100 * {x} / 100",
    "{x} * 100 % / 100 %",
    "{x} / 1 % * 1 %",
    "5 thousand / 5000 * {x}",
    "{x} / 1 month * 1 month",
    "1 month / 1 month * {x}",
    "2 * {x} - {x}",
    "100 % * {x}",
    "{x} * 1 million / 1 thousand / 1 thousand",
)


def number(rng: Random, kind: str, depth: int = 0) -> str:
    """A text of a number of a kind: 1, money, troops or pace."""
    if depth > 2 or rng.random() < 0.25:
        return rng.choice(LEAVES[kind])
    other = rng.choice(list(LEAVES))

    def part(of: str) -> str:
        return number(rng, of, depth + 1)

    forms = [
        lambda: f"{part(kind)} + {part(kind)}",
        lambda: f"({part(kind)} - {part(kind)})",
        lambda: f"-({part(kind)})",
        lambda: f"max({part(kind)}, {part(kind)})",
        lambda: f"{part('1')} * ({part(kind)})",
        lambda: f"({part(kind)}) * ({part(other)}) / ({part(other)})",
        lambda: f"({part(kind)}) / ({part('1')})",
    ]
    if kind == "1":
        forms += [
            lambda: f"exp(-({part('1')}) ^ 2)",
            lambda: f"({part(other)}) / ({part(other)})",
            lambda: f"sqrt(abs({part('1')}))",
            lambda: f"({part('pace')}) * 3 month",
        ]
    return rng.choice(forms)()


def condition(rng: Random, depth: int = 0) -> str:
    """A text of a condition."""
    if depth > 1 or rng.random() < 0.4:
        kind = rng.choice(list(LEAVES))
        return f"{number(rng, kind, 1)} {rng.choice(('<', '<=', '>', '>='))} {number(rng, kind, 1)}"
    left, right = condition(rng, depth + 1), condition(rng, depth + 1)
    return rng.choice(
        (f"({left}) and ({right})", f"({left}) or ({right})", f"not ({left})", f"{left} and {right} or {left}")
    )


def expressions(rng: Random, corpus: Sequence[bytes]) -> bytes:
    return (condition(rng) if rng.random() < 0.4 else number(rng, rng.choice(list(LEAVES)))).encode()


def nudged(node: Any, nudge: float, number: Iterator[int]) -> Any:
    """An expression whose numbers and names are moved, each where it stands by its own share of `nudge`."""
    if isinstance(node, Number):
        return replace(node, value=node.value * (1 + nudge * next(number)))
    if isinstance(node, Name):
        return Call("*", (Number(1 + nudge * next(number), ()), node))
    if isinstance(node, tuple):
        return tuple(nudged(each, nudge, number) for each in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    return replace(node, **{item.name: nudged(getattr(node, item.name), nudge, number) for item in fields(node)})


def valued(text: str, nudge: float = 0.0) -> np.ndarray:
    """The value of an expression for some stocks."""
    node = expression.parse(text)
    expression.dimensions(node, STOCKS, text)
    held = {name: DRAWN[n] * unit.factor for n, (name, unit) in enumerate(STOCKS.items())}
    with np.errstate(all="ignore"):
        moved = nudged(node, nudge, count(1)) if nudge else node
        found = expression.evaluate(moved, held.__getitem__, lambda chosen: np.array([True] * 7), np)
    return np.broadcast_to(np.asarray(found), (7,))


def steady(text: str, first: np.ndarray) -> np.ndarray:
    """Where rounding decides nothing: numbers that are finite, and that a nudge hardly moves."""
    moved = [valued(text, nudge) for nudge in (NUDGE, -NUDGE)]
    if first.dtype == bool:
        return np.logical_and(*(each == first for each in moved))
    with np.errstate(all="ignore"):
        near = [np.abs(each - first) <= 1e3 * NUDGE * np.abs(first) for each in moved]
    return np.logical_and(*near) & (first != 0) & (np.abs(first) < HUGE)


def scaled(text: str, rng: Random) -> str:
    """Names in sums and products written as `100 * x / 100` and the like, with and without brackets."""

    def other(found: re.Match[str]) -> str:
        before = text[: found.start()].rstrip()[-1:]
        form = rng.choice(SCALED)
        bare = (
            before in ("", "(", ",", "<", ">", "=", "+") and "-" not in form and text[found.end() :].lstrip()[:1] != "^"
        )
        made = form.format(x=found[0])
        return made if bare and rng.random() < 0.7 else f"({made})"

    return NAME.sub(other, text)


def renamed(text: str) -> str:
    return re.sub(r"(?<![\w.])(fear|hope)(?![\w.(])", lambda found: {"fear": "hope", "hope": "fear"}[found[0]], text)


def checked_expression(raw: bytes) -> None:
    """One expression against the same one in other units, scaled, negated twice, and by De Morgan's law."""
    text = raw.decode("utf-8", "replace")
    rng, first = Random(text), valued(text)
    sure = steady(text, first)
    others = {"other units": in_other_units(text, rng), "scaled": scaled(text, rng), "brackets": f"(({text}))"}
    if first.dtype == bool:
        others |= {
            "negated": f"not ({text})",
            "negated twice": f"not (not ({text}))",
            "with itself": f"({text}) and ({text})",
        }
    else:
        others |= {"minus": f"-(-({text}))", "halves": f"({text}) / 2 + 0.5 * ({text})"}
    for relation, other in others.items():
        if len(other) > expression.LIMIT:
            continue
        try:
            found = valued(other)
        except StandoffError as error:
            raise AssertionError(f"{relation}: `{other}` is refused, `{text}` is not: {error}") from None
        if relation == "negated":
            found = ~found
        assert same(first[sure], found[sure], 1e-9), f"{relation}: `{text}` and `{other}`: {first} {found}"


# ---- beliefs and claims ----------------------------------------------------------------------------------------------


def belief_texts(rng: Random, corpus: Sequence[bytes]) -> bytes:
    unit, low = rng.choice(list(UNITS)), rng.choice((0.1, 1, 2.5, 40, 1e-3, 700, 12))
    high = low * rng.choice((1.5, 2, 10, 100))
    text = rng.choice((f"{low:g} {unit}", f"{low:g} to {high:g} {unit}", f"-{high:g} to {high:g} {unit}"))
    return text.encode()


def canonical(text: str) -> np.ndarray:
    """Quantiles of a belief in canonical units."""
    found = beliefs.parse(text)
    return np.array([found.quantile(p) for p in (0.01, 0.05, 0.5, 0.8, 0.95)]) * units.parse(found.unit or "1").factor


def checked_belief(raw: bytes) -> None:
    """A belief, and a claim with its numbers, against the same in other units."""
    text = raw.decode("utf-8", "replace")
    first, other = canonical(text), in_other_units(text, Random(text))
    assert same(first, canonical(other), 1e-6), f"`{text}` and `{other}`: {first} {canonical(other)}"
    claims = [belief_of(claim) for each in (text, other) if (claim := _claim(each))]
    if len(claims) == 2:
        ends = [
            np.array([item.quantile(p) for p in (0.05, 0.5, 0.95)]) * units.parse(item.unit).factor for item in claims
        ]
        assert same(ends[0], ends[1], 1e-6), f"claims of `{text}` and `{other}`: {ends}"


def _claim(text: str) -> Claim | None:
    found = beliefs.parse(text)
    if not found.unit or found.numbers[0] <= 0:
        return None
    size = (
        {"value": found.numbers[0], "comparator": "about"}
        if len(found.numbers) == 1
        else {"low": found.numbers[0], "high": found.numbers[1], "comparator": "range"}
    )
    about = {key: value for key, value in EDGE[1].items() if key not in ("low", "high")}
    return Claim.parse({**about, **size, "unit": found.unit})


# ---- scenarios -------------------------------------------------------------------------------------------------------

HEAD = """
as_of: 2024-01
start: 2024-01
end: 2024-05
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
"""
NOISY = f"""title: three stocks and a choice
{HEAD}
stocks:
  fear: {{unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}}
  money: {{unit: bn USD, initial: {{AAA: 5 to 9 bn USD, BBB: 300 million USD}}, sources: assumption}}
  troops: {{unit: thousand person, initial: 40 to 60 thousand person, sources: assumption}}
mechanisms:
  dread: {{use: mean_reversion, stock: fear, mean: 55 %, speed: 0.1 to 0.2 1/month, volatility: 0.05, sources: assumption}}
  spend: {{use: proportional, stock: money.AAA, driver: money.AAA, rate: -3 to -1 %/month, sources: assumption}}
  draft: {{use: flow, stock: troops, rate: "10 thousand person * fear / (1 month)", sources: assumption}}
  panic: {{use: jump, stock: fear, rate: "fear / (4 month)", share: 10 to 20 %, direction: down, sources: assumption}}
choices:
  AAA:
    actor: AAA
    options: {{press: {{effects: {{dread.push: 0.05 1/month}}}}, hold: }}
    status_quo: hold
    every: 3 months
    rationality: 1 to 4
    half_life: 1.94 month
    history: [{{since: 2024-01, option: hold}}]
    reasons:
      norm: {{use: stated_norm, weight: 1 to 2, breach: {{press: 1, hold: 0}}, commitment: 0.5 to 0.9}}
    sources: assumption
questions:
  go: {{text: "?", event: "AAA in [press] and fear > 0.5", by: 2024-05, resolution: x}}
  calm: {{text: "?", event: "fear > 0.5", since: 2024-04, by: 2024-05, resolution: x}}
  high: {{text: "?", until: fear > 0.58, by: 2024-05, resolution: x}}
  left: {{text: "?", quantity: money.AAA + money.BBB, at: 2024-05, resolution: x}}
  men: {{text: "?", quantity: troops, at: 2024-05, resolution: x}}
"""
STILL = f"""title: nothing is by chance
{HEAD}
stocks:
  fear: {{unit: share, initial: 0.45, cap: 1, sources: assumption}}
  hope: {{unit: share, initial: 0.2, sources: assumption}}
  money: {{unit: bn USD, initial: {{AAA: 5 bn USD, BBB: 300 million USD}}, sources: assumption}}
mechanisms:
  dread: {{use: mean_reversion, stock: fear, mean: 75 %, speed: 0.2 1/month, volatility: 0, sources: assumption}}
  spend: {{use: proportional, stock: money.AAA, driver: money.AAA, rate: -3 %/month, sources: assumption}}
  share: {{use: flow, stock: hope, origin: fear, rate: "fear * hope / (2 month)", sources: assumption}}
questions:
  calm: {{text: "?", event: "fear > 0.5", since: 2024-04, by: 2024-05, resolution: x}}
  both: {{text: "?", event: "fear > 0.45 and hope > 0.25", by: 2024-05, resolution: x}}
  left: {{text: "?", quantity: money.AAA + money.BBB, at: 2024-05, resolution: x}}
  hopes: {{text: "?", quantity: hope, at: 2024-04, resolution: x}}
"""
BASES = {"noisy": NOISY, "still": STILL}
DRAWS = 256
EDGES = 3 / DRAWS  #: share of draws in which rounding may decide a condition; assumption
FLOAT = 2e-4  #: relative error of single precision over some steps; assumption
#: mechanisms that do nothing, for the stocks of either base
IDLE: Sequence[Data] = (
    {"use": "jump", "stock": "fear", "rate": "0 / (1 month)", "share": 0.5, "direction": "up"},
    {"use": "proportional", "stock": "money.AAA", "driver": "money.BBB", "rate": "0 1/month"},
    {"use": "mean_reversion", "stock": "money.BBB", "mean": "9 bn USD", "speed": "0 1/month", "volatility": "0 bn USD"},
    {"use": "flow", "stock": "fear", "rate": "0 * fear / (1 month)"},
    {"use": "flow", "stock": "money.AAA", "origin": "money.BBB", "rate": "(money.AAA - money.AAA) / (1 month)"},
)


def data(text: str) -> Data:
    return json.loads(json.dumps(read_text(text, "base.yaml").data, default=str))


def written(node: Any, write: Callable[[str], str]) -> Any:
    """A part of a scenario with every text but keys and dates written in another way."""
    if isinstance(node, dict):
        fixed = (
            "use",
            "stock",
            "driver",
            "origin",
            "unit",
            "text",
            "sources",
            "by",
            "at",
            "since",
            "every",
            "status_quo",
            "actor",
        )
        return {key: value if key in fixed else written(value, write) for key, value in node.items()}
    if isinstance(node, list):
        return [written(value, write) for value in node]
    return write(node) if isinstance(node, str) else node


def other_units(base: Data, rng: Random) -> Data:
    """Numbers with a unit in other units; of a stock without one, the unit of the stock."""
    parts = ("stocks", "mechanisms", "questions", "choices")
    return {
        **base,
        **{part: written(base[part], lambda text: in_other_units(text, rng)) for part in parts if part in base},
    }


def scaled_expressions(base: Data, rng: Random) -> Data:
    """`x` as `100 * x / 100` in conditions, quantities and rates."""

    def write(node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        keys = {key for key in ("event", "until", "quantity", "rate") if NAME.search(str(node.get(key)))}
        return {key: scaled(value, rng) if key in keys else write(value) for key, value in node.items()}

    return {**base, **{part: write(base[part]) for part in ("mechanisms", "questions")}}


def negated(base: Data, rng: Random) -> Data:
    """Each condition about one date beside its negation; see `answers` for how they are compared."""
    questions = dict(base["questions"])
    for name, item in base["questions"].items():
        if "event" in item and "since" in item:
            inner = rng.choice(("not ({})", "not (not (not ({})))", "not ({0}) and not ({0})")).format(item["event"])
            questions[f"{NOT}{name}"] = {**item, "event": inner}
    return {**base, "questions": questions}


NOT = "not_"


def idle(base: Data, rng: Random) -> Data:
    """Mechanisms at rate 0 besides."""
    more = {
        f"idle_{n}": {**item, "sources": "assumption"}
        for n, item in enumerate(rng.sample(list(IDLE), rng.randint(1, 3)))
    }
    parts = list(base["mechanisms"].items())
    at = rng.randrange(len(parts) + 1)
    return {**base, "mechanisms": dict([*parts[:at], *more.items(), *parts[at:]])}


def reordered(base: Data, rng: Random) -> Data:
    """Sections and their entries in another order; options keep theirs, since noise is theirs by number."""

    def mixed(node: Any, deep: int) -> Any:
        if not isinstance(node, dict) or deep < 0:
            return node
        parts = list(node.items())
        rng.shuffle(parts)
        return {key: value if key == "options" else mixed(value, deep - 1) for key, value in parts}

    return mixed(base, 3)


def renamed_parts(base: Data, rng: Random) -> Data:
    """Stocks, mechanisms and an actor under other names; only where nothing is by chance, since chance is by name."""
    mark = rng.choice(("zz", "a", "b_2", "long_name_of_it"))
    names = {name: f"{mark}_{name}" for name in (*base["stocks"], *base["mechanisms"])} | {"AAA": "ZZZ"}
    pattern = re.compile(rf"(?<![\w])({'|'.join(map(re.escape, names))})(?![\w])")
    keep = set(base["questions"])

    def write(node: Any) -> Any:
        if isinstance(node, dict):
            fixed = ("text", "use", "unit", "title", "sources")
            return {
                key if key in keep else write(key): value if key in fixed else write(value)
                for key, value in node.items()
            }
        if isinstance(node, list):
            return [write(value) for value in node]
        return pattern.sub(lambda found: names[found[0]], node) if isinstance(node, str) else node

    return {**base, **{part: write(base[part]) for part in ("actors", "stocks", "mechanisms", "questions")}}


RELATIONS: Mapping[str, Callable[[Data, Random], Data]] = {
    "unit": other_units,
    "scale": scaled_expressions,
    "negation": negated,
    "rate 0": idle,
    "order": reordered,
    "names": renamed_parts,
}


def answers(scenario: Data) -> dict[str, np.ndarray]:
    """The number of each question in each draw: a state or infinity of a condition, else a quantity."""
    model = build(load_text(json.dumps(scenario)), Ledger())
    run = simulate(model, draws=DRAWS, seed=1, paths=1)
    return {item.id: np.asarray(run.answer(item.id)) for item in model.plan.questions}


@cache
def base_answers(name: str) -> dict[str, np.ndarray]:
    return answers(data(BASES[name]))


def simulated(raw: bytes) -> None:
    """`{"base": ..., "relation": ..., "seed": ...}`: the answers of a scenario, and of the same one written in another way."""
    asked = json.loads(raw)
    base = data(BASES[asked["base"]])
    made = RELATIONS[asked["relation"]](base, Random(asked["seed"]))
    compare(base_answers(asked["base"]), made)


def compare(first: Mapping[str, np.ndarray], made: Data) -> None:
    """Fail where an answer differs by more than rounding, or an event and its negation are not one of two."""
    text = json.dumps(made)
    try:
        found = answers(made)
    except StandoffError as error:
        raise AssertionError(f"what means the same is refused: {error}\n{text}") from None
    for name, other in found.items():
        if name.startswith(NOT):
            agree = float((np.isfinite(first[name.removeprefix(NOT)]) == np.isfinite(other)).mean())
            assert agree == 0, f"{name}: an event and its negation agree in {agree:.0%} of draws\n{text}"
        else:
            off = float((~np.isclose(first[name], other, rtol=FLOAT, atol=0)).mean())  # two infinities are close
            assert off <= EDGES, f"{name}: another answer in {off:.0%} of draws\n{text}"


def relation_seeds() -> list[bytes]:
    return [
        json.dumps({"base": base, "relation": relation, "seed": 1}).encode()
        for relation in RELATIONS
        for base in BASES
        if relation != "names" or base == "still"
    ]


def relation(rng: Random, corpus: Sequence[bytes]) -> bytes:
    asked = json.loads(rng.choice(relation_seeds()))
    return json.dumps({**asked, "seed": rng.randrange(10**9)}).encode()


EXPRESSIONS = (
    "fear > 90 %",
    "money.AAA / (5 thousand USD)",
    "troops / (1 month) * 2 month",
    "not (fear < hope)",
    "-(fear) ^ 2",
)
DOORS = (
    Door(
        name="oracle expression",
        enter=checked_expression,
        seeds=lambda: [text.encode() for text in EXPRESSIONS],
        change=expressions,
        share=1.5,
        slice=100,
    ),
    Door(
        name="oracle belief",
        enter=checked_belief,
        seeds=lambda: [b"4 to 9 bn USD", b"5 %", b"12 month"],
        change=belief_texts,
        share=0.5,
        slice=100,
    ),
    Door(
        name="oracle scenario",
        slow=True,
        enter=simulated,
        seeds=relation_seeds,
        change=relation,
        share=6.0,
        seconds=60.0,
        slice=8,
    ),
)
