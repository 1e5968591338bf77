"""The page in a real browser, without any driver: Chromium prints the document that it has made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from standoff.web.explorer import Explorer

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-logging=stderr",
    "--v=0",
    "--virtual-time-budget=20000",
)
CONSOLE = re.compile(r"INFO:CONSOLE[^\n]*")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "standoff", "open", "closed-form", "--no-browser", "--port", "31765"]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            found = server.stdout.readline().split()[2]
            base, _, token = found.partition("#token=")
            request = urllib.request.Request(f"{base}api/case", headers={"x-standoff-token": token})
            for _ in range(300):
                try:
                    with urllib.request.urlopen(request, timeout=5) as response:
                        if b'"ready":true' in response.read():
                            break
                except OSError:
                    pass
                time.sleep(0.2)
            yield found
        finally:
            server.kill()
            server.wait()


def page(address: str, size: str = "1280,1400") -> tuple[str, list[str]]:
    """The document as the browser shows it, and what its console says."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--window-size={size}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, CONSOLE.findall(done.stderr)


def text(document: str, name: str) -> str:
    """Text of the element with an id."""
    found = re.search(rf'id="{name}"[^>]*>(.*?)</(?:span|p|h1|h2|pre)>', document, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found.group(1)).strip()


def test_the_page_shows_the_case_as_it_stands(address: str, explorer: Explorer) -> None:
    document, console = page(address)
    assert console == [] and text(document, "title") == explorer.model.scenario.title
    assert text(document, "now") == explorer.move({}).answers[0].now
    assert document.count("<figure>") == len(explorer.move({}).fans) and 'class="lever"' in document


def test_levers_in_the_address_are_moved_and_the_numbers_are_those_of_the_function(
    address: str, explorer: Explorer
) -> None:
    document, console = page(f"{address}&levers=restraint=0.3")
    first = explorer.move({"restraint": 0.3}).answers[0]
    assert console == [] and text(document, "now") == first.now
    assert text(document, "beside").startswith(f"before {first.before}, {first.change}")
    assert 'class="lever moved"' in document and "--set restraint=0.3" in text(document, "command")


def test_a_wrong_token_is_told_in_words(address: str) -> None:
    document, _ = page(address.partition("#")[0] + "#token=guess")
    assert "standoff open" in text(document, "notice")


def test_a_phone_gets_the_same_page(address: str) -> None:
    document, console = page(f"{address}&levers=restraint=2.5", "390,900")
    assert console == [] and text(document, "word") == "" and "<figure>" in document
