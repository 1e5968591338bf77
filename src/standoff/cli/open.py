"""`standoff open`: a page in the browser in which levers move the answers."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import threading
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import ModelError, Problem
from standoff.files import cache_dir, write_text

PORT, PORTS = 8765, 20  #: first port, and how many are tried after it


def open_case(
    case: options.Case,
    variant: options.Variant = "",
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="First port to try.")] = PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, and open nothing.")] = False,
) -> None:
    """Open a case in the browser: move a lever and see the answers, futures and choices move."""
    try:
        import uvicorn

        from standoff.web.server import Workshop, application
    except ImportError as error:
        what = f"the explorer needs a library that is missing: {error.name}"
        raise ModelError(Problem(what, fix='pip install "standoff[web]"')) from None
    model = options.build_model(case, variant)
    if address := _running(model.hash, port):
        _announce(address, "already open at", not no_browser)
        return
    token = secrets.token_urlsafe(24)
    workshop = Workshop(case, model)
    with _listening(port) as server:
        free = server.getsockname()[1]
        address = f"http://127.0.0.1:{free}/#token={token}"
        note = _note(free)
        if note is not None:
            write_text(note, json.dumps({"model": model.hash, "token": token}))
            note.chmod(0o600)
        threading.Thread(target=workshop.warm, daemon=True).start()
        _announce(address, "open at", not no_browser)
        config = uvicorn.Config(application(workshop, port=free, token=token), log_level="warning", server_header=False)
        try:
            uvicorn.Server(config).run(sockets=[server])
        finally:
            if note is not None:
                note.unlink(missing_ok=True)


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A socket of this machine alone, on the first free port."""
    for number in range(port, min(port + PORTS, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind(("127.0.0.1", number))
            except OSError:
                continue
            yield server
            return
    raise ModelError(Problem(f"no port from {port} to {port + PORTS - 1} is free", fix="name another with --port"))


def _note(port: int) -> Path | None:
    """File with the token of the server on a port, for a second start; None without a private cache."""
    folder = cache_dir("web")
    return None if folder is None else folder / f"{port}.json"


def _running(model: str, port: int) -> str:
    """Address of a server that has this very case open; empty without one."""
    for number in range(port, min(port + PORTS, 65536)):
        note = _note(number)
        if note is None or not note.is_file():
            continue
        with contextlib.suppress(OSError, ValueError, KeyError, urllib.error.URLError):
            kept = json.loads(note.read_text(encoding="utf-8"))
            request = urllib.request.Request(
                f"http://127.0.0.1:{number}/api/case", headers={"x-standoff-token": kept["token"]}
            )
            with urllib.request.urlopen(request, timeout=2) as response:
                if json.load(response)["model"] == kept["model"] == model:
                    return f"http://127.0.0.1:{number}/#token={kept['token']}"
    return ""


def _announce(address: str, what: str, browser: bool) -> None:
    typer.echo(f"{what} {address}\n(Ctrl-C ends it; only this machine can reach it)")
    if browser:
        webbrowser.open(address)


COMMAND = Command(HelpGroup.analyse, open_case)
