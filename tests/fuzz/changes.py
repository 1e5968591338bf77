"""Seeded changes of inputs: pieces that have broken readers before, put where values stand, and damage of any place."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from random import Random
from typing import Any

BIG = (
    "0x" + "f" * 5000,
    "1:1:1:1:1:1",
    ":".join(["59"] * 3000),
    "9" * 400,
    "9" * 5000,
    "-" + "9" * 400,
    "1" + "0" * 309,
    "1e400",
    "-1e400",
    "1e308",
    "5e-324",
    "1e-400",
    "1e99999",
    "." + "9" * 400,
    "0" * 5000,
    "0b" + "1" * 9000,
    "1_" * 300 + "1",
    "9" * 4301,
    "0." + "0" * 400 + "1",
)
NUMBERS = (
    *BIG,
    "0",
    "-0",
    "-0.0",
    "1",
    "-1",
    "0.5",
    "1e30",
    "1e31",
    "1e-31",
    "9007199254740993",
    "0o17",
    "0x10",
    "1e5",
    ".5",
    "5.",
    "+1",
    "1,000",
    "1.0.0",
    "١٢٣",
    "²",
    "½",
    "1 000",
    "Infinity",
    "-Infinity",
    "NaN",
    ".inf",
    "-.inf",
    ".nan",
    "nan",
    "inf",
    "2147483648",
    "-2147483649",
    "18446744073709551616",
    "1/3",
    "1/0",
    "0/0",
    "1e",
    "1e+",
    "--1",
    "0x_",
    "0b_",
    "0o_",
)
DAYS = (
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "2024-02-30",
    "2024-13-01",
    "2024",
    "24",
    "2024-2",
    "2024-02-29",
    "1000-01",
    "9000-12",
    "8999-12-31",
    "99999-01-01",
    "2024-W01",
    "2024-02-29T00:00:00Z",
    "yesterday",
    "2024-00",
    "٢٠٢٤-٠١",
    "-2024",
    "12024-01-01",
    "0001",
    "9999",
    "2023-02-29 ",
    "2024-1-1",
    "1000",
    "9000",
)
SIGNS = (
    "\x00",
    "\x1b[2J",
    "\x07",
    "\x7f",
    "\x85",
    "\x9b31m",
    "\u200b",
    "\u202e",
    "\u2066",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffe",
    "\U0010ffff",
    "\U0001f600",
    "e\u0301",
    "\u0301" * 200,
    "ß",
    "İ",
    "ſ",
    "K",
    "\u2212",
    "\u00a0",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\\",
    '"',
    "'",
    "`",
    "$",
    "%",
    "%s",
    "{}",
    "{0}",
    "\\ud800",
    '"\\ud800"',
    "\\udfff\\ud800",
    "\\x00",
    "\\u0000",
    "=1+1",
    "</script>",
)
YAML = (
    "!!python/object:os.system x",
    "!!binary aGk=",
    "!!set {a}",
    "!!omap [a: 1]",
    "!!int x",
    "!!int",
    "!!float",
    "!!float x",
    "!!bool x",
    "!!null x",
    "!!timestamp x",
    "!!str 5",
    "!x y",
    "!<tag:yaml.org,2002:int> 5",
    "!!int 0x",
    "!!int _",
    "!!int ''",
    "!!float ''",
    "!!int -",
    "!!int 1:",
    "!!int :1",
    "!!float 1:x",
    "!!bool ''",
    "!!merge <<",
    "<<: {a: 1}",
    "<<: *a",
    "&a [*a]",
    "&a b",
    "*a",
    "*b",
    "&a {<<: *a}",
    "? a",
    "? [a]",
    "? {a: 1} : b",
    "- - - -",
    "|",
    ">",
    "|-\n  a",
    ">+\n\n",
    "---",
    "...",
    "%YAML 1.1\n---",
    "%TAG ! x",
    "- a\n -b",
    "[" * 60,
    "{a: " * 60,
    "[" * 3000,
    "]",
    "}",
    "{",
    "[",
    ", ",
    ": ",
    " #",
    "@a",
    "`a",
    "~",
    "null",
    "yes",
    "on",
    "No",
    "true",
    "=",
    "[1, 2",
    "{a: 1, a: 2}",
    "a: b: c",
    "'a",
    '"a',
    '"\\ud800"',
    '"\\x41"',
    '"\\q"',
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "- 1",
    "{1: 2}",
    "{null: 1}",
    "{[1]: 2}",
    "{1.5: x}",
    "{~: ~}",
    "{true: 1}",
    "[null]",
    "[1e400]",
    "{a: [null]}",
)
LANGUAGE = (
    "assumption",
    "@assumption",
    "1 @assumption",
    "1 @",
    "@a @b",
    "a @b c",
    "4 to 9",
    "9 to 4",
    "0 to 0",
    "-1 to 1",
    "1 to 1e309",
    "4-9",
    "4 to 9 person/month @x",
    "normal(0, 1)",
    "normal(0, 0)",
    "normal(1)",
    "normal(1e308, 1e308)",
    "lognormal(1, 1.0000000001)",
    "lognormal(1, 1e308)",
    "lognormal(1e308, 9)",
    "uniform(0, 1)",
    "uniform(-1e308, 1e308)",
    "triangular(0, 0, 1)",
    "beta(1e-308, 1e-308)",
    "beta(1, 1e308)",
    "beta(1e-5, 1e5)",
    "gamma(1, 2)",
    "normal(a, b)",
    "normal()",
    "x 1.2",
    "+ 0.1",
    "x -1",
    "x",
    "+",
    "1 person",
    "1 bn USD",
    "%",
    "5 %",
    "1 person^9",
    "1/0",
    "1 / month",
    "month^-9",
    "km^9 km^9 km^9 km^9",
    "bn bn bn bn bn bn bn bn bn bn bn bn",
    "month/month",
    "thousand",
    "moons",
    "persons",
    "1 1",
    "s",
    "y",
    "k k k",
    "a.b",
    "AAA",
    "AAA.public",
    "RUS",
    "aaa",
    "AAA in [go]",
    "AAA in []",
    "a in",
    "fear > 0.7",
    "fear >",
    "fear > 0.7 and",
    "not not not fear",
    "min(1, 2)",
    "min(1)",
    "log(0)",
    "log(-1)",
    "sqrt(-1)",
    "exp(1e9)",
    "0 ^ -1",
    "1 / 0",
    "2 ^ 2 ^ 2 ^ 2 ^ 9",
    "(" * 100,
    "-" * 300 + "1",
    "1 +" * 100,
    "fear.AAA",
    "money.AAA + 1",
    "money",
    "1 < 2 < 3",
    "3 months",
    "0 months",
    "9999 years",
    "1 day",
    "2 weeks",
    "1 quarter",
    "-1 month",
    "month",
    "2024-03",
    "every",
    "never",
    "no",
    "yes",
    "use",
    "from",
    "value",
    "p5",
    "p50",
    "p95",
    "unit",
    "sources",
    "note",
    "initial",
    "params",
    "extends",
    "include",
    "*",
    "fear.*",
    "money.*",
    "exact",
    "about",
    "over",
    "range",
    "at_least",
    "proposed",
    "retracted",
    "a" * 300,
    "A" * 5000,
    "../x",
    "/etc/passwd",
    "con",
    "",
    " ",
    "0",
    "1",
    "x" * 61,
    "attrition",
    "mean_reversion",
    "stated_norm",
    "expression",
    "drift.mean",
    "choices.AAA.rationality",
    "_",
    "-",
    ".",
    "..",
    "a..b",
    ".a",
    "a.",
    "model_",
    "__class__",
    "__init__",
    "self",
    "title",
    "stocks",
    "belief",
    "holders",
    "[key]",
    "int",
    "float",
)
PIECES = (*NUMBERS, *DAYS, *SIGNS, *YAML, *LANGUAGE)
VALUE = re.compile(r"""(?<=[:=,\[({\- ])[^\s,:{}\[\]()"'=]+|"[^"\n]*"|'[^'\n]*'""")
NAMES = {f"\udcff{n}": word for n, word in enumerate(BIG)}  # a number that `json.dumps` cannot write stands for itself


def piece(rng: Random) -> str:
    """A piece of text that has broken readers before; now and then a few."""
    out = rng.choice(PIECES)
    while rng.random() < 0.1:
        out += rng.choice(("", " ", ", ", "\n", ": ", "@")) + rng.choice(PIECES)
    return out


def text(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with a few changes as text: values replaced, pieces put in, lines moved, or any bytes damaged."""
    out = rng.choice(seeds).decode("utf-8", "replace")
    for _ in range(1 + (rng.random() < 0.4) + (rng.random() < 0.2)):
        out = rng.choices((_value, _piece, _lines, _cut, _splice, _sign), (8, 2, 2, 1, 1, 2))[0](rng, out, seeds)
    raw = out.encode("utf-8", "surrogatepass")
    return binary(rng, [raw]) if rng.random() < 0.03 else raw


def binary(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with bytes flipped, cut, doubled or put in."""
    out = bytearray(rng.choice(seeds))
    for _ in range(1 + int(rng.expovariate(0.5))):
        at, length = rng.randrange(len(out) + 1), 1 + int(rng.expovariate(0.1))
        action = rng.randrange(6)
        if action == 0 and at < len(out):
            out[at] = rng.randrange(256)
        elif action == 1:
            del out[at : at + length]
        elif action == 2:
            out[at:at] = out[at : at + length] * rng.choice((1, 2, 50))
        elif action == 3:
            out[at:at] = rng.randbytes(min(length, 20))
        elif action == 4:
            out[at : at + 4] = rng.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1)).to_bytes(
                4, rng.choice(("little", "big"))
            )
        elif action == 5:
            out[at:at] = rng.choice(PIECES).encode("utf-8", "surrogatepass")
    return bytes(out)


def tree(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed of JSON with entries dropped, renamed, doubled, moved or replaced, as JSON (which YAML reads too)."""
    data = json.loads(rng.choice(seeds))
    for _ in range(1 + int(rng.expovariate(1))):
        places = list(_places(data))
        if not places:
            break
        node, key = rng.choice(places)
        action = rng.randrange(8)
        if action < 4:
            node[key] = odd(rng, places)
        elif action == 4:
            del node[key]
        elif action == 5:
            other, name = rng.choice(places)
            node[key] = json.loads(json.dumps(other[name]))
        elif isinstance(node, list):
            node[key:key] = [node[key]] * rng.choice((1, 2, 30))
        else:
            node[rng.choice((piece(rng), f"{key}x", str(rng.choice(places)[1])))] = (
                node[key] if action == 6 else node.pop(key)
            )
    return _written(data)


def mixed(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """JSON seeds changed as trees, others as text; a few changed as text besides."""
    raw = rng.choice(seeds)
    try:
        out = tree(rng, [raw]) if raw[:1] in b"{[" and rng.random() < 0.7 else text(rng, [raw, *seeds[:1]])
    except (ValueError, RecursionError):
        return text(rng, [raw])
    return text(rng, [out]) if rng.random() < 0.1 else out


def odd(rng: Random, places: Sequence[tuple[Any, Any]]) -> Any:
    """A value of any type."""
    kind = rng.randrange(12)
    if kind < 4:
        return piece(rng)
    if kind == 4:
        return rng.choice(
            (None, True, False, [], {}, "", 0, -1, 1, 0.5, 1e300, -1e-300, 5e-324, 2**63, 10**400, -(10**30))
        )
    if kind == 5:
        return rng.choice(list(NAMES))
    if kind == 6:
        return [odd(rng, places) for _ in range(rng.randrange(4))]
    if kind == 7:
        return {piece(rng) if rng.random() < 0.5 else f"k{n}": odd(rng, places) for n in range(rng.randrange(4))}
    if kind == 8:
        node, key = rng.choice(places)
        return json.loads(json.dumps(node[key]))
    if kind == 9:
        return float(rng.choice(("nan", "inf", "-inf")))
    if kind == 10:
        return {"p5": odd(rng, places), "p95": rng.random(), "unit": rng.choice(LANGUAGE)}
    return rng.choice((rng.random() * 10 ** rng.randrange(-20, 20), rng.randrange(-1000, 1000), rng.choice(DAYS)))


def structure(rng: Random, depth: int = 0) -> str:
    """YAML of any shape: nested blocks and flows, anchors, aliases, merges, tags, keys of any kind."""
    if depth > 6 or rng.random() < 0.3:
        return piece(rng)
    head = rng.choice(("", "", "", "&a ", "&b ", "!!map ", "!!seq ", "!!set ", "!x ", "!!str "))
    count = rng.randrange(4)
    inner = [structure(rng, depth + 1) for _ in range(count)]
    kind = rng.randrange(5)
    keys = [
        rng.choice(("a", "b", "<<", "title", "1", "null", "? a", "*a", "[a]", "&a a", "!!int a", piece(rng)))
        for _ in inner
    ]
    if kind == 0:
        return head + "[" + ", ".join(inner) + "]"
    if kind == 1:
        return head + "{" + ", ".join(f"{key}: {value}" for key, value in zip(keys, inner, strict=True)) + "}"
    indent = "\n" + "  " * depth
    if kind == 2:
        return head + "".join(f"{indent}- {value}" for value in inner)
    return head + "".join(f"{indent}{key}: {value}" for key, value in zip(keys, inner, strict=True))


def yaml(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A document: a changed seed, or YAML of any shape, alone or as a value of a seed."""
    if rng.random() < 0.8:
        return mixed(rng, seeds)
    shape = structure(rng).encode("utf-8", "surrogatepass")
    return shape if rng.random() < 0.5 else rng.choice(seeds) + b"\nextra: " + shape


def _places(node: Any) -> Any:
    todo = [node]
    while todo:
        node = todo.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            yield node, key
            if isinstance(value, dict | list):
                todo.append(value)


def _written(data: Any) -> bytes:
    out = json.dumps(data, ensure_ascii=False)
    for name, word in NAMES.items():
        out = out.replace(f'"{name}"', word)
    return out.encode("utf-8", "surrogatepass")


def _value(rng: Random, text: str, seeds: Sequence[bytes]) -> str:
    start = rng.randrange(len(text) + 1)
    match = VALUE.search(text, start) or VALUE.search(text)
    if match is None:
        return text + piece(rng)
    word = piece(rng)
    return text[: match.start()] + (f'"{word}"' if rng.random() < 0.3 else word) + text[match.end() :]


def _piece(rng: Random, text: str, seeds: Sequence[bytes]) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + piece(rng) + text[at:]


def _sign(rng: Random, text: str, seeds: Sequence[bytes]) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(SIGNS) + text[at + rng.randrange(3) :]


def _lines(rng: Random, text: str, seeds: Sequence[bytes]) -> str:
    lines = text.split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    action = rng.randrange(4)
    if action == 0:
        lines[to:to] = [lines[at]]
    elif action == 1:
        del lines[at]
    elif action == 2:
        lines[at], lines[to] = lines[to], lines[at]
    else:
        lines[at] = " " * rng.randrange(9) + lines[at].lstrip()
    return "\n".join(lines)


def _cut(rng: Random, text: str, seeds: Sequence[bytes]) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] if rng.random() < 0.3 else text[:at] + text[at + 1 + int(rng.expovariate(0.1)) :]


def _splice(rng: Random, text: str, seeds: Sequence[bytes]) -> str:
    other = rng.choice(seeds).decode("utf-8", "replace")
    return text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]
