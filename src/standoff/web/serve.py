"""Serve a case to the browser of this machine; a second start finds the first."""

from __future__ import annotations

import json
import secrets
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from standoff.errors import ModelError, Problem
from standoff.files import cache_dir, write_text
from standoff.web.server import Workshop, application
from standoff.web.tries import Tries

if TYPE_CHECKING:
    from standoff.engine.model import Model

PORT, PORTS = 8765, 20  #: first port, and how many are tried after it
READING = 60.0  # seconds; assumption: the largest case of the catalogue is read in five, on a busy machine
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """A case to be opened: how it is called, where it lies, and how it is read."""

    name: str
    file: Path
    variant: str = ""
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: choice -> {month: option set by a person}
    read: Callable[[], Model]

    @property
    def place(self) -> list[str]:
        """What tells a case from all others of this machine."""
        return [str(self.file.resolve()), self.variant, *self.holds]

    @property
    def holds(self) -> tuple[str, ...]:
        """What is held, as `--hold` has it."""
        return tuple(f"{name}={option}@{month}" for name, item in self.held.items() for month, option in item.items())


def serve(case: OpenCase, announce: Callable[[str, tuple[Problem, ...]], None], port: int = PORT) -> None:
    """Serve a case until the process is interrupted; `announce` gets its address and faults.

    A case with faults is served too: the page lists them, and reads it again on demand. Raises `StandoffError` for a
    variant or a held option that cannot be read, and where no port is free.
    """
    token = secrets.token_urlsafe(24)
    tries = Tries.of(case.file, " ".join((case.variant, *case.holds)))
    workshop = Workshop(case.name, read=case.read, holds=case.holds, tries=tries)
    workshop.reload()
    if workshop.faults and (case.variant or case.held):
        raise ModelError(workshop.faults)
    with listening(port) as server:
        free = server.getsockname()[1]
        note = _note(free)
        if note is not None:
            write_text(note, json.dumps({"place": case.place, "token": token}))
            note.chmod(0o600)
        if workshop.model is not None:
            threading.Thread(target=workshop.warm, daemon=True).start()
        announce(_address(free, token), workshop.faults)
        config = uvicorn.Config(application(workshop, port=free, token=token), log_level="warning", server_header=False)
        try:
            uvicorn.Server(config).run(sockets=[server])
        finally:
            if note is not None:
                note.unlink(missing_ok=True)


def address_of(case: OpenCase, port: int = PORT) -> str:
    """Address of a server that has the case open, and has read it again; empty without one."""
    for number in range(port, min(port + PORTS, 65536)):
        note = _note(number)
        if note is None or not note.is_file():
            continue
        with suppress(OSError, ValueError, KeyError, TypeError, urllib.error.URLError):
            entry = json.loads(note.read_text(encoding="utf-8"))
            if entry["place"] != case.place:
                continue
            base = f"http://{LOOPBACK}:{number}"
            headers = {"x-standoff-token": entry["token"], "origin": base, "content-type": "application/json"}
            request = urllib.request.Request(f"{base}/api/reload", b"{}", headers)
            with urllib.request.urlopen(request, timeout=READING) as response:
                if json.load(response)["case"]:
                    return _address(number, entry["token"])
    return ""


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket of this machine alone, on the first free port; raises `ModelError`."""
    for number in range(port, min(port + PORTS, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind((LOOPBACK, number))
                server.listen()
            except OSError:
                continue
            yield server
            return
    raise ModelError(Problem(f"no port from {port} to {port + PORTS - 1} is free", fix="name another with --port"))


def _address(port: int, token: str) -> str:
    return f"http://{LOOPBACK}:{port}/#token={token}"


def _note(port: int) -> Path | None:
    """File with the token of the server on a port; None without a private cache."""
    folder = cache_dir("web")
    return None if folder is None else folder / f"{port}.json"
