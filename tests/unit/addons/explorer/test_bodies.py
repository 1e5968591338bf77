"""Bodies are checked, and every fault says where, what and what is allowed."""

from __future__ import annotations

import json

import pytest

from standoff.addons.explorer import bodies
from standoff.errors import ModelError


def problems(kind: type[bodies.Body], raw: bytes | object) -> list[str]:
    """Texts of the faults of a body."""
    with pytest.raises(ModelError) as error:
        bodies.read(kind, raw if isinstance(raw, bytes) else json.dumps(raw).encode())
    return [str(problem) for problem in error.value.problems]


def test_a_whole_state_passes() -> None:
    data = {
        "levers": {"a": 1, "b": "5 bn USD/month"},
        "beliefs": {"c": -0.5},
        "holds": {"e": "f"},
        "claims": {"d": "doubt"},
    }
    body = bodies.read(
        bodies.MoveBody, json.dumps({"state": data, "draws": 512, "stocks": ["x"], "tab": "t", "seq": 3}).encode()
    )
    assert body.state.model_dump() == data and (body.draws, body.stocks) == (512, ["x"])
    assert bodies.read(bodies.MoveBody, b"{}") == bodies.MoveBody()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", ["no JSON"]),
        (b"\xff", ["no JSON"]),
        (b"[" * 100_000, ["too deep"]),
        ([], ["no object", "draws"]),
        ({"more": 1}, ["more", "stocks"]),
        ({"draws": 7}, ["`7`", "512", "10240"]),
        ({"draws": True}, ["draws"]),
        ({"state": []}, ["state"]),
        ({"state": {"lever": {}}}, ["lever", "levers"]),
        ({"state": {"levers": {"a": None}}}, ["state.levers.a", "no number", "a number"]),
        ({"state": {"levers": {"a": True}}}, ["state.levers.a"]),
        ({"state": {"levers": {"a": " "}}}, ["state.levers.a"]),
        (b'{"state": {"levers": {"a": NaN}}}', ["state.levers.a"]),
        (b'{"state": {"beliefs": {"a": 1e999}}}', ["state.beliefs.a"]),
        (b'{"state": {"levers": {"a": ' + b"9" * 400 + b"}}}", ["state.levers.a", "huge"]),
        (b'{"state": {"levers": {"a": "\\ud800"}}}', ["state.levers.a", "surrogate"]),
        ({"state": {"claims": {"a": "wrong"}}}, ["state.claims.a", "aside", "false_high"]),
        ({"state": {"claims": {"a": ["aside"]}}}, ["state.claims.a"]),
        ({"stocks": "x"}, ["stocks", "list"]),
        ({"stocks": ["x"] * 9}, ["stocks"]),
        ({"tab": "t" * 201}, ["tab"]),
        ({"seq": 1.5}, ["seq", "whole number"]),
    ],
)
def test_faults_say_where_and_what_is_allowed(raw: bytes | object, words: list[str]) -> None:
    text = "\n".join(problems(bodies.MoveBody, raw))
    assert all(word in text for word in words), text


def test_a_missing_key_is_named() -> None:
    assert "choice" in problems(bodies.ReasonsBody, {"at": "2030-12"})[0]
    assert bodies.check(bodies.ClaimQuery, {"page": "3"}).page == 3
    with pytest.raises(ModelError):
        bodies.check(bodies.ClaimQuery, {"page": "many"})
