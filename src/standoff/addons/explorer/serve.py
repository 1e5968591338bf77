"""Serve a case to the browser of this machine; a second start finds the first."""

from __future__ import annotations

import asyncio
import hmac
import http.client
import json
import os
import secrets
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import field
from pathlib import Path

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from standoff import catalog
from standoff.addons.explorer.games import Games
from standoff.addons.explorer.guard import TOKEN, proof
from standoff.addons.explorer.server import application
from standoff.addons.explorer.tries import Tries
from standoff.addons.explorer.workshop import Workshop
from standoff.engine.build import planned
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem
from standoff.files import cache_dir, write_atomic
from standoff.record import record

PORT, PORTS = 8765, 20  #: first port, and how many are tried after it
READING = 60.0  # seconds; assumption: the largest case of the catalogue is read in five, on a busy machine
PATIENCE = 10.0  # seconds in which a request must be complete; assumption: on one machine it takes milliseconds
LOOPBACK = "127.0.0.1"


@record
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
        return tuple(f"{name}={option}@{month}" for name, held in self.held.items() for month, option in held.items())


def open_case(
    case: str | Path,
    variant: str = "",
    *,
    port: int = 8765,
    browser: bool = True,
    held: Mapping[str, Mapping[str, str]] | None = None,
    read: Callable[[], Model] | None = None,
    show: Callable[[str], None] = print,
    warn: Callable[[str], None] = print,
) -> None:
    """Serve the explorer of a case, and open it in the browser, until interrupted.

    `held` are options that a person sets, as in `standoff.load`. `port` is the first one tried. `read` gives the model, by
    default from the case; `show` gets the address in a sentence, `warn` the faults of a case.
    """

    def from_case() -> Model:
        return planned(catalog.load(case, variant, held=held))

    def tell(address: str, line: str) -> None:
        show(line)
        if browser:
            webbrowser.open(address)

    def announce(address: str, faults: Sequence[Problem]) -> None:
        if faults:
            warn(f"{ModelError(faults)}\nthe page lists them too, and reads the case again once it is put right")
        tell(address, f"open at {address}\nCtrl-C ends it; only this machine can reach it")

    chosen = OpenCase(name=str(case), file=catalog.find(case), variant=variant, held=held or {}, read=read or from_case)
    if address := address_of(chosen, port):
        tell(address, f"already open at {address}")
    else:
        serve(chosen, announce, port)


def serve(case: OpenCase, announce: Callable[[str, tuple[Problem, ...]], None], port: int = PORT) -> None:
    """Serve a case until the process is interrupted; `announce` gets its address and faults.

    A case with faults is served too: the page lists them, and reads it again on demand. Raises `StandoffError` for a
    variant or a held option that cannot be read, and where no port is free.
    """
    token = secrets.token_urlsafe(24)
    place = case.file, " ".join((case.variant, *case.holds))
    workshop = Workshop(case.name, read=case.read, holds=case.holds, tries=Tries.of(*place), games=Games.of(*place))
    workshop.reload()
    if workshop.faults and (case.variant or case.held):
        raise ModelError(workshop.faults)
    with listening(port) as server, _noted(server.getsockname()[1], case, token) as free:
        if workshop.model is not None:
            threading.Thread(target=workshop.warm, daemon=True).start()
        announce(_address(free, token), workshop.faults)
        config = uvicorn.Config(
            application(workshop, port=free, token=token),
            http=PatientProtocol,
            log_level="warning",
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[server])


class PatientProtocol(H11Protocol):
    """HTTP that closes a connection whose request is not complete after some seconds."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._late = self.loop.call_later(PATIENCE, transport.close)

    def handle_events(self) -> None:
        """Go on waiting for the rest of a request; one that is being answered has all its time."""
        super().handle_events()
        is_half = self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        if is_half and self._late is None:
            self._late = self.loop.call_later(PATIENCE, self.transport.close)
        elif not is_half and self._late is not None:
            self._late.cancel()
            self._late = None


@contextmanager
def _noted(port: int, case: OpenCase, token: str) -> Iterator[int]:
    """A note for the next start, while the process serves; it goes when that is terminated too."""
    note = _note(port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        if note is not None:
            entry = {"place": case.place, "token": token, "process": os.getpid(), "start": _start(os.getpid())}
            write_atomic(note, json.dumps(entry), mode=0o600)
        yield port
    finally:
        if note is not None:
            note.unlink(missing_ok=True)


def _start(process: int) -> str:
    """When a process began, in ticks of the clock; empty where the system does not say."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    return ""


def address_of(case: OpenCase, port: int = PORT) -> str:
    """Address of a server that has the case open, and has read it again; empty without one."""
    for number in range(port, min(port + PORTS, 65536)):
        note = _note(number)
        if note is None or not note.is_file():
            continue
        with suppress(OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
            entry = json.loads(note.read_text(encoding="utf-8"))
            if entry["start"] != _start(entry["process"]):
                note.unlink()  # of a process that was killed
            elif entry["place"] == case.place and _read_again(number, entry["token"]):
                return _address(number, entry["token"])
    return ""


def _read_again(port: int, token: str) -> bool:
    """Let a server read its case again, once it has proved that it knows the token.

    Both on one connection, so that no other server can come in between.
    """
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)) as server:
        challenge = secrets.token_urlsafe(24)
        server.request("GET", f"/proof/{challenge}")
        answer = json.loads(server.getresponse().read(1000))
        if not hmac.compare_digest(answer["proof"], proof(token, port, challenge)):
            return False
        server.sock.settimeout(READING)
        headers = {TOKEN: token, "origin": f"http://{LOOPBACK}:{port}", "content-type": "application/json"}
        server.request("POST", "/api/reload", b"{}", headers)
        return bool(json.load(server.getresponse())["case"])


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
    raise ModelError(f"no port from {port} to {port + PORTS - 1} is free", fix="name another with --port")


def _address(port: int, token: str) -> str:
    return f"http://{LOOPBACK}:{port}/#token={token}"


def _note(port: int) -> Path | None:
    """File with the token of the server on a port; None without a private cache."""
    folder = cache_dir("web")
    return None if folder is None else folder / f"{port}.json"
