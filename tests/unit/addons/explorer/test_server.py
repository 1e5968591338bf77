"""The server of the explorer: what it answers, and whom it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from standoff.addons.explorer.controls import belief_controls, lever_controls
from standoff.addons.explorer.explorer import DRAWS, QUICK, Explorer
from standoff.addons.explorer.guard import LARGEST, POLICY, TOKEN, Guard
from standoff.addons.explorer.responses import plain
from standoff.addons.explorer.state import ExplorerState
from standoff.addons.explorer.workshop import Workshop
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem

from . import runs
from .client import OWN, PORT, SECRET, Client

WORKS = [
    ("/api/move", {}),
    ("/api/reasons", {"choice": "BLU", "at": "2030-12"}),
    ("/api/when", {"question": "acts"}),
    ("/api/futures", {"question": "acts"}),
    ("/api/future", {"number": 1}),
    ("/api/group", {"futures": [1, 2, 3]}),
    ("/api/exhaustion", {}),
    ("/api/variants", {}),
]
READS = (
    "/api/case",
    "/api/beliefs?search=money",
    "/api/overview",
    "/api/claims",
    "/api/claims/blu-gain-2030-01-blue-staff",
    "/api/points/gain",
    "/api/variants",
    "/api/tries",
)
STATE = {"levers": {"restraint": 0.3}}
WORDS = ["BLU", "acts", "act", "wait", "2030-12", "restraint", "gain", "aside", "word-is-talk", "stocks.gain.initial"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)


def some(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these keys and any values."""
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=3)


STATES = st.fixed_dictionaries(
    {},
    optional={
        "levers": some("restraint", "gain", "x"),
        "beliefs": some("stocks.gain.initial", "levelling.speed", "x"),
        "claims": some("blu-gain-2030-01-blue-staff", "x"),
    },
)
KEYS = (
    "stocks",
    "tab",
    "seq",
    "choice",
    "at",
    "option",
    "against",
    "question",
    "number",
    "futures",
    "name",
    "text",
    "answer",
    "change",
    "parent",
    "note",
    "pinned",
    "deleted",
    "\ud800",
)
BODIES = (
    VALUES
    | some("state", "draws", *KEYS)
    | st.builds(lambda state, rest: {"state": state, "draws": QUICK, **rest}, STATES, some(*KEYS))
)


@pytest.fixture(scope="module")
def client(explorer: Explorer) -> Client:
    """The server of the small case, ready."""
    return Client(Workshop("closed-form", explorer.model, explorer=explorer))


def test_the_page_comes_without_a_token_and_forbids_everything_of_others(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200 and response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    for name in ("explorer.js", "fan.js", "explorer.css"):
        assert client.get(f"/static/{name}").status_code == 200


def test_a_move_is_that_of_the_explorer(client: Client, explorer: Explorer) -> None:
    response = client.post("/api/move", json={"state": STATE, "draws": QUICK}, headers=OWN)
    own = plain(explorer.move(ExplorerState(**STATE), QUICK))
    assert response.status_code == 200 and {**response.json(), "seconds": 0} == {**own, "seconds": 0}


@pytest.mark.parametrize(("path", "body"), WORKS)
def test_every_finding_answers_in_a_state_and_keeps_to_its_size(
    client: Client, path: str, body: dict[str, Any]
) -> None:
    response = client.post(path, json={"state": STATE, "draws": QUICK, **body}, headers=OWN)
    assert response.status_code == 200 and len(response.content) < 40_000, response.text[:300]


@pytest.mark.parametrize("path", READS)
def test_every_address_is_read(client: Client, path: str) -> None:
    response = client.get(path, headers=OWN)
    assert response.status_code == 200 and response.json() is not None


@pytest.mark.parametrize("path", ["/api/claims/none", "/api/points/none", "/api/none", "/api/claims/..%2f..%2fetc"])
def test_unknown_names_in_an_address_are_not_found(client: Client, path: str) -> None:
    assert client.get(path, headers=OWN).status_code == 404


@pytest.mark.parametrize(("path", "body"), WORKS)
def test_before_the_futures_are_there_the_page_has_to_wait(path: str, body: dict[str, Any]) -> None:
    client = Client(Workshop("closed-form", runs.model("closed-form")))
    expected = 200 if path == "/api/variants" else 409  # what differs in the files is known at once
    assert client.post(path, json=body, headers=OWN).status_code == expected
    data = client.get("/api/case", headers=OWN).json()
    assert not data["ready"] and data["stage"] and data["levers"][0]["name"] == "restraint"


def test_a_case_with_faults_lists_them_and_answers_nothing_else() -> None:
    def read() -> Model:
        raise ModelError([Problem("wrong", "case.yaml:3", "stocks.x", "right", "do it")])

    client = Client(Workshop("mine", read=read))
    data = client.post("/api/reload", json={}, headers=OWN).json()
    assert data["model"] == "" and data["problems"] == [
        {"what": "wrong", "where": "case.yaml:3", "path": "stocks.x", "allowed": "right", "fix": "do it"}
    ]
    assert {client.post(path, json=body, headers=OWN).status_code for path, body in WORKS} == {409}


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/api/move", [], ["no object", "state"]),
        ("/api/move", {"draws": 7}, ["draws", "512"]),
        ("/api/move", {"state": {"levers": {"none": 1}}}, ["none", "restraint"]),
        ("/api/move", {"state": {"levers": {"restraint": 99}}}, ["restraint", "0 to 3"]),
        ("/api/move", {"state": {"beliefs": {"none": 1}}}, ["none"]),
        ("/api/move", {"state": {"claims": {"none": "aside"}}}, ["none"]),
        ("/api/move", {"stocks": ["none"]}, ["none", "gain"]),
        ("/api/reasons", {"choice": "RED", "at": "2030-12"}, ["RED", "BLU"]),
        ("/api/reasons", {"choice": "BLU", "at": "1999-01"}, ["1999-01", "2030-12"]),
        ("/api/reasons", {"choice": "BLU"}, ["at"]),
        ("/api/reasons", {"choice": "BLU", "at": "2030-12", "option": "fly"}, ["fly", "act"]),
        ("/api/when", {"question": "none"}, ["none", "acts"]),
        ("/api/futures", {"question": "none"}, ["none", "acts"]),
        ("/api/future", {"number": 99_999}, ["99999", "2047"]),
        ("/api/group", {"futures": []}, ["futures"]),
        ("/api/group", {"futures": [-1]}, ["-1"]),
        ("/api/variants", {"name": "none"}, ["none", "word-is-talk"]),
        ("/api/tries", {"text": "x"}, ["answer"]),
    ],
)
def test_wrong_requests_say_what_is_wrong_and_what_is_allowed(
    client: Client, path: str, body: object, words: list[str]
) -> None:
    response = client.post(path, json=body, headers=OWN)
    text = "\n".join(response.json()["problems"])
    assert response.status_code == 400 and all(word in text for word in words), text


EXTREMES = (
    0,
    -1,
    5e-324,
    -1e39,
    1e299,
    1e400,
    "",
    "nan",
    "1e400",
    "0 to 1",
    "9" * 190,
    "5 %",
    "5 bn USD/month",
    "history",
    "normal(0, 1)",
    "5 @nobody",
    "\x00",
    None,
    [1],
    True,
)


def test_a_move_to_any_end_or_to_no_number_is_answered_or_refused_in_words(client: Client, explorer: Explorer) -> None:
    controls = {"beliefs": belief_controls(explorer.model), "levers": lever_controls(explorer.model)}
    ends = [
        (part, each["name"], end)
        for part, some_ in controls.items()
        for each in some_
        for end in (each["low"], each["high"])
    ]
    wrong = [(part, some_[0]["name"], value) for part, some_ in controls.items() for value in EXTREMES]
    for part, name, value in (*ends, *wrong):
        body = json.dumps({"state": {part: {name: value}}, "draws": QUICK}).encode()
        response = client.post("/api/move", content=body, headers=OWN)
        allowed = (200,) if (part, name, value) in ends else (200, 400)
        assert response.status_code in allowed, (part, name, value, response.text[:300])
        assert response.status_code == 200 or all(response.json()["problems"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(path=st.sampled_from([*(path for path, _ in WORKS), "/api/tries", "/api/tries/none"]), body=BODIES)
def test_no_body_breaks_the_server(client: Client, path: str, body: object) -> None:
    response = client.post(path, content=json.dumps(body).encode(), headers=OWN)
    assert response.status_code in (200, 400, 404), (path, body, response.text[:300])
    assert response.json() is not None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    path=st.sampled_from(["/api/claims", "/api/beliefs", "/api/tries", "/api/variants"]),
    query=st.dictionaries(
        st.sampled_from(["search", "side", "quantity", "page", "x"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
        max_size=3,
    ),
)
def test_no_query_breaks_the_server(client: Client, path: str, query: dict[str, str]) -> None:
    assert client.get(path, params=query, headers=OWN).status_code in (200, 400)


def test_tries_are_kept_and_edited(client: Client) -> None:
    body = {
        "parent": None,
        "state": STATE,
        "draws": QUICK,
        "text": "restraint 0.3",
        "answer": "40 %",
        "change": "+7 points",
    }
    first = client.post("/api/tries", json=body, headers=OWN).json()["id"]
    assert client.post(f"/api/tries/{first}", json={"note": "so", "pinned": True}, headers=OWN).status_code == 200
    (entry,) = [item for item in client.get("/api/tries", headers=OWN).json()["tries"] if item["id"] == first]
    assert (entry["note"], entry["pinned"], entry["state"]["levers"]) == ("so", True, STATE["levers"])
    newer = {"draws": DRAWS, "answer": "41 %", "change": "+8 points"}
    assert client.post(f"/api/tries/{first}", json=newer, headers=OWN).status_code == 200
    assert client.post(f"/api/tries/{first}", json={"answer": "9 %"}, headers=OWN).status_code == 400
    (entry,) = [item for item in client.get("/api/tries", headers=OWN).json()["tries"] if item["id"] == first]
    assert (entry["draws"], entry["answer"], entry["note"]) == (DRAWS, "41 %", "so")
    for edit in ({"note": "so"}, newer, {}):
        assert client.post("/api/tries/none", json=edit, headers=OWN).status_code == 404
    assert client.post("/api/tries", json={**body, "parent": "none"}, headers=OWN).status_code == 400


def test_a_number_that_is_none_is_refused(client: Client) -> None:
    for text in (b"NaN", b"Infinity"):
        body = b'{"state": {"levers": {"restraint": ' + text + b"}}}"
        assert client.post("/api/move", content=body, headers=OWN).status_code == 400


def test_broken_json_and_large_bodies_are_refused(client: Client) -> None:
    assert client.post("/api/move", content=b"{", headers=OWN).status_code == 400
    assert client.post("/api/move", content=b" " * (LARGEST + 1), headers=OWN).status_code == 413


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": f"evil.example:{PORT}"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": f"[::1]evil:{PORT}"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"http://127.0.0.1:{PORT + 1}"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({TOKEN: "guess"}, 401),
        ({TOKEN: ""}, 401),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_requests_of_others_are_refused(client: Client, change: dict[str, str], status: int) -> None:
    response = client.post("/api/move", content=b'{"state": {}}', headers={**OWN, **change})
    assert response.status_code == status and response.headers["content-security-policy"] == POLICY


def test_a_request_that_does_not_say_where_it_comes_from_is_refused(client: Client) -> None:
    headers = {name: value for name, value in OWN.items() if name != "origin"}
    assert client.post("/api/move", content=b'{"state": {}}', headers=headers).status_code == 403
    assert (
        client.post(
            "/api/move", content=b'{"state": {}}', headers=headers | {"sec-fetch-site": "same-origin"}
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2fserver.py",
        "/static/server.py",
        "/static/.",
        "/etc/passwd",
        "/static/index",
        "/static/" + "a" * 300,
        "/static/%00",
        "/static/%ff.js",
    ],
)
def test_only_files_of_the_page_are_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_body_longer_than_its_header_says_is_refused(client: Client) -> None:
    response = client.post("/api/move", content=b" " * (LARGEST + 1), headers={**OWN, "content-length": "2"})
    assert response.status_code == 413 and response.json()["problems"]


@pytest.mark.parametrize("length", ["²", "9" * 5000, "-1", ""])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    headers = {**OWN, "content-length": length.encode("latin-1")}
    assert client.post("/api/move", content=b"{}", headers=headers).status_code == 413


def test_other_methods_are_refused(client: Client) -> None:
    assert {
        client.request(method, "/api/move", headers=OWN).status_code for method in ("PUT", "DELETE", "OPTIONS")
    } == {405}


def test_two_headers_of_a_kind_do_not_pass() -> None:
    guard = Guard(lambda *_: None, PORT, SECRET)  # type: ignore[arg-type, return-value]
    own, other = ((b"host", name.encode()) for name in (f"127.0.0.1:{PORT}", "evil.example"))
    assert guard.refusal("GET", "/", Headers(raw=[own, other])) is not None
    assert guard.refusal("GET", "/", Headers(raw=[own])) is None
