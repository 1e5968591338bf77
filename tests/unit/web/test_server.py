"""The server of the explorer: what it answers, and whom it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from standoff import build, load
from standoff.web.explorer import QUICK, Explorer
from standoff.web.guard import LARGEST, POLICY, TOKEN, Guard
from standoff.web.server import Workshop, application
from standoff.web.state import ExplorerState

PORT, SECRET = 8765, "a-token-of-this-start"
HOST = f"http://127.0.0.1:{PORT}"
OWN = {TOKEN: SECRET, "origin": HOST, "content-type": "application/json"}

STATE = ExplorerState(levers={"restraint": 0.3})


class Client:
    """Requests to a server in this process."""

    def __init__(self, workshop: Workshop) -> None:
        self.transport = httpx.ASGITransport(application(workshop, port=PORT, token=SECRET))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=HOST) as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


@pytest.fixture(scope="module")
def client(explorer: Explorer) -> Client:
    return Client(Workshop("closed-form", explorer.model, explorer=explorer))


def test_the_page_comes_without_a_token_and_forbids_everything_of_others(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200 and response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    for name in ("explorer.js", "chart.js", "explorer.css"):
        assert client.get(f"/static/{name}").status_code == 200


def test_a_move_is_that_of_the_explorer(client: Client, explorer: Explorer) -> None:
    response = client.post("/api/move", json={"state": {"levers": {"restraint": 0.3}}, "draws": QUICK}, headers=OWN)
    own = explorer.move(STATE, QUICK).to_data()
    assert response.status_code == 200 and {**response.json(), "seconds": 0} == {**own, "seconds": 0}


def test_the_case_is_described_before_its_futures_are_there() -> None:
    client = Client(Workshop("closed-form", build(*load("closed-form"))))
    data = client.get("/api/case", headers=OWN).json()
    assert not data["ready"] and data["levers"][0]["name"] == "restraint" and 0 < data["shipped"]["acts"][0] < 1
    assert client.post("/api/move", json={"state": {}}, headers=OWN).status_code == 409


@pytest.mark.parametrize(
    "body",
    [[], {"levers": []}, {"state": []}, {"draws": 7}, {"draws": True}, {"state": {"levers": {"restraint": None}}},
     {"state": {"levers": {"restraint": True}}}, {"state": {"levers": {"none": 1}}}, {"state": {"levers": {"restraint": 99}}},
     {"state": {}, "more": 1}, {"state": {"levers": {"restraint": "1; drop"}}}, {"stocks": ["none"]}, {"stocks": 1}],
)  # fmt: skip
def test_wrong_moves_say_what_is_wrong(client: Client, body: object) -> None:
    response = client.post("/api/move", json=body, headers=OWN)
    assert response.status_code == 400 and response.json()["problems"][0]


def test_a_number_that_is_none_is_refused(client: Client) -> None:
    for text in (b"NaN", b"Infinity"):
        body = b'{"state": {"levers": {"restraint": ' + text + b"}}}"
        assert client.post("/api/move", content=body, headers=OWN).status_code == 400


def test_futures_that_cannot_be_simulated_are_said_and_not_waited_for() -> None:
    def broken(_: object) -> Explorer:
        raise RuntimeError("no memory")

    workshop = Workshop("closed-form", build(*load("closed-form")), open=broken)
    with pytest.raises(RuntimeError):
        workshop.warm()
    assert workshop.description()["problems"] != [] and not workshop.description()["ready"]


def test_broken_json_and_large_bodies_are_refused(client: Client) -> None:
    assert client.post("/api/move", content=b"{", headers=OWN).status_code == 400
    assert client.post("/api/move", content=b" " * (LARGEST + 1), headers=OWN).status_code == 413


@pytest.mark.parametrize(
    ("change", "status"),
    [({"host": "evil.example"}, 421), ({"host": f"evil.example:{PORT}"}, 421), ({"host": "127.0.0.1"}, 421),
     ({"host": f"[::1]evil:{PORT}"}, 421), ({"origin": "http://evil.example"}, 403), ({"origin": "null"}, 403),
     ({"origin": f"http://127.0.0.1:{PORT + 1}"}, 403), ({"sec-fetch-site": "cross-site"}, 403),
     ({"sec-fetch-site": "same-site"}, 403), ({TOKEN: "guess"}, 401), ({TOKEN: ""}, 401),
     ({"content-type": "text/plain"}, 415), ({"content-type": "application/x-www-form-urlencoded"}, 415)],
)  # fmt: skip
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
    "path", ["/static/..%2fserver.py", "/static/server.py", "/static/.", "/etc/passwd", "/static/index"]
)
def test_only_files_of_the_page_are_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_other_methods_are_refused(client: Client) -> None:
    assert {
        client.request(method, "/api/move", headers=OWN).status_code for method in ("PUT", "DELETE", "OPTIONS")
    } == {405}


def test_claims_are_read_by_name_and_unknown_names_are_not_found(client: Client) -> None:
    assert client.get("/api/claims/no-such-claim", headers=OWN).status_code == 404
    assert client.get("/api/claims/..%2f..%2fetc", headers=OWN).status_code == 404


def test_two_headers_of_a_kind_do_not_pass() -> None:
    guard = Guard(lambda *_: None, PORT, SECRET)  # type: ignore[arg-type, return-value]
    twice = {"host": [f"127.0.0.1:{PORT}", "evil.example"]}
    assert guard.refusal("GET", "/", twice) is not None
    assert guard.refusal("GET", "/", {"host": [f"127.0.0.1:{PORT}"]}) is None


def test_moves_are_kept_and_the_oldest_go(client: Client, explorer: Explorer) -> None:
    workshop = Workshop("closed-form", explorer.model, explorer=explorer)
    first = workshop.move(STATE, QUICK)
    assert workshop.move(STATE, QUICK) is first and first["draws"] == QUICK
