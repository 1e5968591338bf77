"""Ports, and a second start."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import uvicorn

from standoff import build, catalog, load
from standoff.addons.explorer import serve as module
from standoff.errors import ModelError, Problem, ScenarioError


def test_the_first_free_port_is_taken_and_only_on_this_machine():
    with module.listening(28765) as first, module.listening(28765) as second:
        assert first.getsockname()[0] == second.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] > first.getsockname()[1]


def test_no_free_port_is_an_error(monkeypatch):
    monkeypatch.setattr(module, "PORTS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ModelError, match="no port"), module.listening(taken.getsockname()[1]):
            pass


@contextlib.contextmanager
def opened(
    case: str, port: int, cache: Path, end: int = signal.SIGINT
) -> Iterator[tuple[str, Callable[..., dict[str, Any]], Callable[[], str]]]:
    """A server process of a case: its address, a request to it, and the output of a second start."""
    command = [sys.executable, "-m", "standoff", "open", case, "--no-browser", "--port", str(port)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            base, _, token = address.partition("/#token=")
            headers = {"x-standoff-token": token, "origin": base, "content-type": "application/json"}

            def ask(path: str, body: bytes | None = None) -> dict[str, Any]:
                for _ in range(100):
                    with (
                        contextlib.suppress(ConnectionError, urllib.error.URLError),
                        urllib.request.urlopen(
                            urllib.request.Request(base + path, body, headers), timeout=120
                        ) as response,
                    ):
                        out: dict[str, Any] = json.load(response)
                        return out
                    time.sleep(0.1)
                raise AssertionError(path)

            def again() -> str:
                done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=True)
                return done.stdout

            yield address, ask, again
        finally:
            server.send_signal(end)
            server.wait(timeout=60)


def test_a_case_with_faults_is_opened_and_read_again_once_it_is_put_right(tmp_path: Path) -> None:
    shutil.copytree(catalog.HOME / "closed-form", tmp_path / "own")
    file = tmp_path / "own" / "scenario.yaml"
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace("12 months", "12 monts").replace("BLU: {gain", "BLU: {gane"), encoding="utf-8")
    with opened(str(file), 29805, tmp_path) as (address, ask, again):
        first = ask("/api/case")
        assert (first["model"], first["ready"]) == ("", False)
        lines = [problem["where"] for problem in first["problems"]]
        expected = [n for n, line in enumerate(file.read_text().splitlines(), 1) if "monts" in line or "gane" in line]
        assert {f"scenario.yaml:{n}" for n in expected} == set(lines)
        assert all(problem["what"] and problem["allowed"] for problem in first["problems"])
        assert ask("/api/reload", b"{}")["problems"] == first["problems"]
        file.write_text(right, encoding="utf-8")
        assert address in again()  # a second start lets the first read the file again
        good = ask("/api/case")
        assert good["model"] and not good["problems"] and good["levers"]
        file.write_text(right[:-40] + "\n  [", encoding="utf-8")
        spoilt = ask("/api/reload", b"{}")
        assert spoilt["model"] == good["model"] and len(spoilt["problems"]) == 1
    assert not list((tmp_path / "standoff" / "web").glob("*.json"))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_end_is_one_line_also_while_it_compiles(tmp_path: Path, end: int) -> None:
    command = [sys.executable, "-m", "standoff", "open", "closed-form", "--no-browser", "--port", "29815"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("open at ") and server.stdout.readline()
        time.sleep(2)  # in the midst of compiling
        server.send_signal(end)
        out, errors = server.communicate(timeout=60)
    assert (out.split(), errors, server.returncode) == (["closed"], "", 0)


@pytest.fixture
def chatter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], socket.socket]]:
    """Connections to a server of half a second's patience that begin with some bytes; it answers after a second."""

    async def late(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(1)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    monkeypatch.setattr(module, "PATIENCE", 0.5)
    config = uvicorn.Config(late, http=module.PatientProtocol, log_level="critical", lifespan="off")
    server, open_ones = uvicorn.Server(config), list[socket.socket]()
    with module.listening(28765) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()

        def begun(raw: bytes) -> socket.socket:
            open_ones.append(socket.create_connection(listener.getsockname(), timeout=10))
            open_ones[-1].sendall(raw)
            return open_ones[-1]

        yield begun
        for each in open_ones:
            each.close()
        server.should_exit = True
        thread.join(10)


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"


@pytest.mark.parametrize("half", [b"", b"GET / HT", HEAD, HEAD + b"\r\n12"], ids=["nothing", "line", "head", "body"])
def test_half_a_request_is_closed_and_a_slow_answer_is_not(
    chatter: Callable[[bytes], socket.socket], half: bytes
) -> None:
    assert chatter(half).recv(1000) == b""
    whole = chatter(HEAD + b"\r\n1234")
    with whole.makefile("rb") as answer:
        while answer.readline().strip():
            pass
        assert answer.read(2) == b"{}"
    whole.sendall(HEAD)  # another half, after a whole one on the same connection
    assert whole.recv(1000) == b""


class Thief(http.server.BaseHTTPRequestHandler):
    """A server that is not ours, and keeps what it is told."""

    told: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer whatever is asked."""
        self.told.append(f"{self.path} {self.headers} {self.rfile.read(int(self.headers.get('content-length', 0)))!r}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"case": "x", "model": "x", "proof": "00"}')

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def case_at(folder: Path) -> module.OpenCase:
    """A case that is not read."""
    return module.OpenCase(name="x", file=folder / "scenario.yaml", read=lambda: build(*load("closed-form")))


def test_a_token_is_not_told_to_another_server_that_has_taken_the_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "cache_dir", lambda name: tmp_path)
    case = case_at(tmp_path)
    with http.server.HTTPServer(("127.0.0.1", 0), Thief) as thief:
        threading.Thread(target=thief.serve_forever, daemon=True).start()
        note = {"place": case.place, "token": "secret", "process": os.getpid(), "start": module._start(os.getpid())}
        (tmp_path / f"{thief.server_port}.json").write_text(json.dumps(note))
        assert module.address_of(case, thief.server_port) == ""
        assert Thief.told and not any("secret" in each for each in Thief.told)
        thief.shutdown()


def test_the_note_of_a_killed_process_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cache_dir", lambda name: tmp_path)
    case, note = case_at(tmp_path), tmp_path / "28765.json"
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    note.write_text(json.dumps({"place": case.place, "token": "x", "process": gone.pid, "start": "1"}))
    assert module.address_of(case, 28765) == "" and not note.exists()


def test_a_terminated_server_leaves_no_note(tmp_path: Path) -> None:
    with opened("closed-form", 29855, tmp_path, signal.SIGTERM) as (_, ask, _):
        assert ask("/api/case")["model"]
        (note,) = (tmp_path / "standoff" / "web").glob("*.json")
        assert note.stat().st_mode & 0o077 == 0 and {"process", "start"} < set(json.loads(note.read_text()))
    assert not list((tmp_path / "standoff" / "web").glob("*.json"))


def test_an_unknown_variant_is_an_error_of_the_start(tmp_path: Path) -> None:
    case = module.OpenCase(
        name="closed-form",
        file=tmp_path / "scenario.yaml",
        variant="none",
        read=lambda: build(*load("closed-form", "none")),
    )
    with pytest.raises(ModelError, match="`none`"):
        module.serve(case, lambda *_: None)


@pytest.fixture
def shown_addresses(monkeypatch):
    """Addresses that a browser was sent to."""
    out = []
    monkeypatch.setattr("webbrowser.open", out.append)
    return out


def test_a_case_is_served_with_its_model_and_its_faults_are_told(monkeypatch, shown_addresses):
    served, shown, warned = [], [], []

    def serve(case, announce, port):
        served.append((case.read(), case.file, port))
        announce("http://here", (Problem("a fault"),))

    monkeypatch.setattr(module, "address_of", lambda case, port: "")
    monkeypatch.setattr(module, "serve", serve)
    module.open_case("closed-form", port=9000, show=shown.append, warn=warned.append)
    ((model, file, port),) = served
    assert model.scenario == catalog.load("closed-form").scenario.scenario and port == 9000
    assert file == catalog.find("closed-form") and shown_addresses == ["http://here"]
    assert "http://here" in shown[0] and "a fault" in warned[0]


def test_a_case_that_is_open_is_shown_where_it_is(monkeypatch, shown_addresses):
    shown = []
    monkeypatch.setattr(module, "address_of", lambda case, port: "http://there")
    module.open_case("closed-form", browser=False, show=shown.append)
    assert shown == ["already open at http://there"] and not shown_addresses
    with pytest.raises(ScenarioError, match="no case and no file"):
        module.open_case("closed-forms")
