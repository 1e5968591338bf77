"""Ports, and a second start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

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


def test_a_page_is_served_and_a_second_start_names_the_first(tmp_path):
    command = [sys.executable, "-m", "standoff", "open", "closed-form", "--no-browser", "--port", "29765"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            base, _, token = address.partition("#token=")
            request = urllib.request.Request(f"{base}api/case", headers={"x-standoff-token": token})
            for _ in range(100):
                try:
                    with urllib.request.urlopen(request, timeout=5) as response:
                        assert json.load(response)["case"] == "closed-form"
                    break
                except OSError:
                    time.sleep(0.1)
            second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
            assert address in second.stdout
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)
    assert not list((tmp_path / "standoff" / "web").glob("*.json"))
