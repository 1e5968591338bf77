"""Requests to the explorer's server and states of its page: whatever is asked, the answer is no 500, and a move none at all."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from standoff.addons.explorer import bodies
from standoff.addons.explorer.explorer import MOST, QUICK, Explorer
from standoff.addons.explorer.workshop import Workshop
from standoff.engine.build import build
from standoff.errors import Problem, RunError
from standoff.scenario import load_text
from tests.fuzz import changes
from tests.fuzz.areas.scenario import SOURCED, claims
from tests.fuzz.door import Door
from tests.unit.addons.explorer.client import OWN, Client

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from standoff.engine.model import Model

CLAIM = "somebody-2024-01"
CASE = SOURCED.replace("speed: 0.1 1/month", "speed: 0.1 to 0.2 1/month").replace(
    "initial: 0.4 to 0.6 @assumption", f"initial: {{from: {CLAIM}}}"
)
STATE = {"levers": {"push": 0.9}, "beliefs": {"drift.speed": "0.15 1/month"}, "claims": {CLAIM: "doubt"}}
EDIT = "/api/tries/x"
UNSOWN = (
    EDIT,
    "/api/exhaustion",
)  #: paths refused whatever is asked: there is no such try, and no question of who runs out first
POSTS: dict[str, dict[str, Any]] = {
    "/api/move": {"stocks": ["fear"]},
    "/api/reasons": {"choice": "AAA", "at": "2024-06"},
    "/api/when": {"question": "q"},
    "/api/futures": {"question": "n"},
    "/api/future": {"number": 1},
    "/api/group": {"futures": [1, 2]},
    "/api/near": {"stock": "fear", "at": "2025-01", "value": 0.5},
    "/api/exhaustion": {},
    "/api/variants": {},
    "/api/tries": {"text": "t", "answer": "5 %", "change": "+1"},
    EDIT: {"name": "n"},
}
GETS = (
    "/api/case",
    "/api/beliefs?search=fear",
    "/api/claims?search=so&page=0",
    f"/api/claims/{CLAIM}",
    "/api/points/fear",
    "/api/variants",
    "/api/tries",
    "/",
    "/static/explorer.js",
)
KINDS = (
    bodies.MoveBody,
    bodies.ReasonsBody,
    bodies.QuestionBody,
    bodies.FutureBody,
    bodies.GroupBody,
    bodies.NearBody,
    bodies.VariantBody,
    bodies.TryBody,
    bodies.TryEditBody,
    bodies.ClaimQuery,
    bodies.BeliefQuery,
)
EXTREMES = (
    0.0,
    1.0,
    -1.0,
    1e-300,
    1e300,
    -1e300,
    1e30,
    5e-324,
    0.5,
    2,
    1e9,
    "0 to 1e300",
    "normal(0, 1e30)",
    "1e-300",
    "x 2",
    "+ 0.1",
    "0.1 to 0.2",
    "9 to 4",
    "-5 1/month",
    "1e30 1/month",
    "history",
    "prior(weight)",
    "5 bn mark",
    "{p5: 1}",
)


@cache
def model() -> Model:
    return build(load_text(CASE, "base.yaml"), claims())


@cache
def client() -> Client:
    """The server of a small case with a lever, a belief that a claim gives, and a choice."""
    return Client(Workshop("base", model(), explorer=Explorer.open(model())))


def whole(body: dict[str, Any]) -> dict[str, Any]:
    return {"state": STATE, "draws": QUICK, **body}


def move_seeds() -> list[bytes]:
    """`{"path": ..., "body": {...}}`: states that are moved to."""
    states = [
        STATE,
        {"levers": {"push": 0.1}},
        {"beliefs": {"drift.mean": 0.7, "stocks.fear.initial": 0.5}},
        {"claims": {CLAIM: "aside"}},
    ]
    return [json.dumps({"path": "/api/move", "body": whole({"state": state})}).encode() for state in states]


def request_seeds() -> list[bytes]:
    """`{"path": ..., "body": {...}}`; without a body it is read."""
    posts = [{"path": path, "body": whole(body)} for path, body in POSTS.items() if path not in UNSOWN]
    return [json.dumps(each).encode() for each in (*posts, *({"path": path} for path in GETS))]


def place(rng: Random) -> str:
    """A number of the case, or nearly."""
    names = [item.path for item in model().plan.parameters]
    return rng.choice((rng.choice(names), rng.choice(names).removeprefix("mechanisms."), "push", changes.piece(rng)))


def move(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """A state with other numbers: ends of the range, and beyond."""
    data = json.loads(rng.choice(corpus))
    state = data["body"]["state"] if isinstance(data["body"].get("state"), dict) else {}
    for _ in range(1 + int(rng.expovariate(1))):
        part = rng.choice(("levers", "beliefs", "beliefs", "claims"))
        held = state.setdefault(part, {})
        if part == "claims":
            held[rng.choice((CLAIM, "a", changes.piece(rng)))] = rng.choice(
                ("aside", "doubt", "false_low", "false_high")
            )
        else:
            held[place(rng)] = rng.choice((*EXTREMES, rng.uniform(-2, 2), 10 ** rng.uniform(-30, 30)))
    data["body"]["state"] = state
    return json.dumps(data).encode()


def request(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """A body changed as a tree, a path changed, or the body of another path."""
    data = json.loads(rng.choice(corpus))
    if rng.random() < 0.3:
        data["path"] = rng.choice(
            (*POSTS, *GETS, "/static/{name}", data["path"] + changes.piece(rng), data["path"] + "x" * 300)
        )
    if "body" not in data:
        return json.dumps(data).encode()
    changed = changes.tree(rng, [json.dumps(data["body"]).encode()])
    return json.dumps({"path": data["path"], "raw": changed.decode("utf-8", "replace")}).encode()


def asked(raw: bytes) -> None:
    """The status of an answer: 200, or a refusal that says why."""
    data = json.loads(raw)
    path = quote(data["path"], safe="/?=&%")
    if "body" in data or "raw" in data:
        text = data["raw"] if "raw" in data else json.dumps(data["body"])
        if f'"draws":{MOST}' in text.replace(" ", ""):
            return  # seconds of work, and nothing new
        response = client().post(path, content=text.encode("utf-8", "surrogatepass"), headers=OWN)
    else:
        response = client().get(path, headers=OWN)
    assert response.status_code < 500, f"{response.status_code} at {path}: {response.text[:200]}"
    if response.status_code >= 400:
        is_json = response.headers["content-type"].startswith("application/json")
        raise RunError([Problem(text) for text in (response.json()["problems"] if is_json else [response.text])])


def body(raw: bytes) -> None:
    """The kind of a body in the first byte, and its text; what is read can be a state."""
    kind = KINDS[raw[0] % len(KINDS)]
    found = bodies.read(kind, raw[1:])
    if isinstance(found, bodies.RunBody):
        hash(found.state.key)
        found.state.written_beliefs(model()), found.state.table(model())


def body_seeds() -> list[bytes]:
    words = {
        "choice": "AAA",
        "at": "2024-06",
        "question": "q",
        "number": 1,
        "futures": [1],
        "stock": "fear",
        "value": 0.5,
        "text": "t",
        "answer": "a",
        "change": "c",
        "search": "so",
        "name": "x",
    }
    full = {**words, "state": STATE, "draws": QUICK}
    return [
        bytes([n]) + json.dumps({key: held for key, held in full.items() if key in kind.model_fields}).encode()
        for n, kind in enumerate(KINDS)
    ]


def changed_body(rng: Random, corpus: Sequence[bytes]) -> bytes:
    raw = rng.choice(corpus)
    return raw[:1] + changes.mixed(rng, [raw[1:] or b"{}"])


DOORS = (
    Door(name="explorer body", enter=body, seeds=body_seeds, change=changed_body, share=1.0),
    Door(
        name="explorer move", slow=True, enter=asked, seeds=move_seeds, change=move, share=2.5, seconds=20.0, slice=12
    ),
    Door(
        name="explorer request",
        slow=True,
        enter=asked,
        seeds=request_seeds,
        change=request,
        share=2.0,
        seconds=20.0,
        slice=20,
    ),
)
