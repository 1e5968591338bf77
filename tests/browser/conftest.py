"""A server process and a browser for the journeys: Debian's Chromium, driven by Playwright; nothing is downloaded.

A journey fails on whatever the console of the page reports as an error, on a breach of the content policy, and on a
request to another machine. Only what pages do by themselves is held to the content policy, not the code of
`page.evaluate`: so journeys click and press keys.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from standoff import build, load
from standoff.addons.explorer.explorer import Explorer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

CASE, LARGER = "closed-form", "korea-1950"  #: the larger one has several choices, and claims on its charts
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = "needs Chromium: `apt-get install chromium`, or a package of your system that brings `chromium`"
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 30_000  # milliseconds; assumption: enough on a busy machine, and a journey that is right does not wait
SCREEN: ViewportSize = {"width": 1280, "height": 900}
SUPERSEDED = "status of 409"  #: how Chromium reports the answer to a question that a newer one has overtaken
QUESTIONS = {
    "move",
    "reasons",
    "when",
    "futures",
    "future",
    "group",
    "near",
    "exhaustion",
    "variants",
}  #: those that may be overtaken


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """`standoff open` of a case, in a process and on a port of its own."""

    case: str
    state: Path  #: folder of the user's state
    port: int = 0
    address: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start; again on the same port."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "standoff", "open", self.case, "--no-browser", "--port", str(self.port)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "XDG_STATE_HOME": str(self.state)}
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]

    def kill(self) -> None:
        """End it as a loss of power would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        with self.process:
            pass

    @property
    def base(self) -> str:
        """The address without the token."""
        return self.address.partition("/#")[0]

    @property
    def token(self) -> str:
        """The token of this start."""
        return self.address.partition("token=")[2]


@pytest.fixture(scope="session")
def server_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """`server_of(case)`: the server of a case, started once."""
    servers: dict[str, Server] = {}

    def of(case: str) -> Server:
        if case not in servers:
            servers[case] = Server(case, tmp_path_factory.mktemp("state"))
            servers[case].start()
        return servers[case]

    yield of
    for server in servers.values():
        server.kill()


@pytest.fixture(scope="session")
def server(server_of: Callable[[str], Server]) -> Server:
    """The server of the case that can be worked out on paper."""
    return server_of(CASE)


@pytest.fixture(scope="session")
def explorer() -> Explorer:
    """The case of `server` in this process, to compare numbers with."""
    return Explorer.open(build(*load(CASE)))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium; a machine without it skips the journeys, and fails them where CI is set."""
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI", "").lower() in ("true", "1") else pytest.skip)(MISSING)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=[*FLAGS])
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did: errors of its console, and the requests that it sent."""

    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  #: what a journey causes on purpose, however late it comes
    outside: list[str] = field(default_factory=list)
    moves: list[Any] = field(default_factory=list)  #: bodies of the moves
    away: int = 0  #: moves without an answer yet
    most_away: int = 0

    def follow(self, context: BrowserContext, base: str) -> None:
        """Watch all pages of a context; `base` is the only address that they may ask."""

        def asked(request: Request) -> None:
            if not request.url.startswith((f"{base}/", "data:", "blob:", "about:")):
                self.outside.append(request.url)
            if request.url.endswith("/api/move"):
                self.moves.append(request.post_data_json)
                self.away += 1
                self.most_away = max(self.most_away, self.away)

        def answered(request: Request) -> None:
            self.away -= request.url.endswith("/api/move")

        def spoke(message: ConsoleMessage) -> None:
            url = message.location["url"]
            overtaken = SUPERSEDED in message.text and url.rpartition("/")[2] in QUESTIONS
            if message.type in ("error", "warning") and not overtaken:
                self.errors.append(f"{message.text} ({url.removeprefix(base)})")

        context.on("request", asked)
        context.on("requestfinished", answered)
        context.on("requestfailed", answered)
        context.on("console", spoke)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def forgive(self, text: str) -> None:
        """Take out what a journey causes on purpose; fails if there is nothing of it."""
        before = [*self.errors, *self.outside]
        assert any(text in each for each in before), f"nothing with `{text}`: {before}"
        for entries in (self.errors, self.outside):
            entries[:] = [each for each in entries if text not in each]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The watch over the pages of a journey."""
    watch = Watch()
    yield watch
    watch.errors[:] = [each for each in watch.errors if not any(text in each for text in watch.expected)]
    assert (watch.errors, watch.outside) == ([], [])


@pytest.fixture
def open_page(chromium: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """`open_page(server, fragment="&screen=try", **options)`: a page of a server in a browser of its own."""
    contexts = []

    def opened(server: Server, fragment: str = "&screen=try", **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": SCREEN, **options})
        contexts.append(context)
        watch.follow(context, server.base)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server.address}{fragment}")
        return page

    yield opened
    for context in contexts:
        context.close()
