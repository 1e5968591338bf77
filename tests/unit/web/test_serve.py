"""Ports, and a second start."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff import build, catalog, load
from standoff.errors import ModelError
from standoff.web import serve as module


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
def opened(case: str, port: int, cache: Path) -> Iterator[tuple[str, Callable[..., dict[str, Any]], Callable[[], str]]]:
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
                            urllib.request.Request(base + path, body, headers), timeout=9
                        ) as response,
                    ):
                        out: dict[str, Any] = json.load(response)
                        return out
                    time.sleep(0.1)
                raise AssertionError(path)

            def again() -> str:
                done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
                return done.stdout

            yield address, ask, again
        finally:
            server.send_signal(signal.SIGINT)
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


def test_an_unknown_variant_is_an_error_of_the_start(tmp_path: Path) -> None:
    case = module.OpenCase(
        name="closed-form",
        file=tmp_path / "scenario.yaml",
        variant="none",
        read=lambda: build(*load("closed-form", "none")),
    )
    with pytest.raises(ModelError, match="`none`"):
        module.serve(case, lambda *_: None)
