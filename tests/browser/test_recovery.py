"""What ends a server or spoils a file: the page goes on, and nothing that came to rest is lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from standoff import catalog
from standoff.addons.explorer.explorer import Explorer
from tests.browser.conftest import CASE, Server, Watch
from tests.browser.screen import Open, answer, go_to, ready, shows, type_value, violations


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """The server of a user's own case, which a journey may spoil and kill."""
    shutil.copytree(catalog.HOME / CASE, tmp_path / "own")
    server = Server(str(tmp_path / "own" / "scenario.yaml"), tmp_path / "state")
    yield server
    server.kill()


def test_after_kill_9_and_a_new_start_the_state_and_the_tries_are_there(
    own: Server, open_page: Open, explorer: Explorer, watch: Watch
) -> None:
    own.start()
    page = open_page(own)
    ready(page)
    for value in (0.3, 0.6):
        type_value(page, str(value))
        shows(page, explorer, levers={"restraint": value})
        expect(page.get_by_role("list", name="Tries").get_by_role("listitem").first).to_contain_text(str(value))
    own.kill()
    type_value(page, "0.9")  # the move under the finger
    expect(page.get_by_role("alert")).to_contain_text("standoff open")
    own.start()
    again = page.context.new_page()  # as `standoff open` does
    again.goto(own.address)
    go_to(again, "Try")
    ready(again)
    tries = again.get_by_role("list", name="Tries")
    expect(tries).to_contain_text("0.6")
    tries.get_by_role("button", name=re.compile("at 0.3")).first.click()
    shows(again, explorer, levers={"restraint": 0.3})
    shows(
        page, explorer, levers={"restraint": 0.9}
    )  # the first page comes back by itself, with the move under the finger
    watch.forgive("ERR_CONNECTION")
    if any("401" in each for each in watch.errors):  # asked between the new start and its page
        watch.forgive("401")


def test_while_the_server_is_gone_numbers_are_not_taken_for_those_of_the_last_move(
    own: Server, open_page: Open, explorer: Explorer, watch: Watch
) -> None:
    own.start()
    page = open_page(own)
    ready(page)
    type_value(page, "0.3")
    shows(page, explorer, levers={"restraint": 0.3})
    own.kill()
    type_value(page, "0.9")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"standoff open {own.case} --port {own.port}")
    expect(answer(page)).to_contain_text("Not yet with your last move")
    expect(answer(page)).to_contain_text("binds it at 0.3")
    for name, text in {"Futures": "come when the server", "Who runs out first": "comes when the server"}.items():
        go_to(page, name)
        expect(page.locator(".screen")).to_contain_text(text)
        expect(alert).to_be_visible()
    assert violations(page) == {}
    page.close()  # it goes on asking
    watch.forgive("ERR_CONNECTION")


def test_a_move_that_fails_is_said_and_the_next_one_is_answered(
    open_page: Open, server: Server, explorer: Explorer, watch: Watch
) -> None:
    page = open_page(server)
    ready(page)
    page.route("**/api/move", lambda route: route.fulfill(status=500, body="Internal Server Error"))
    type_value(page, "0.3")
    expect(answer(page).get_by_role("alert")).to_contain_text("could not be answered")
    expect(answer(page)).to_contain_text("Not with your last move")
    expect(answer(page)).not_to_contain_text("as soon as")
    expect(answer(page)).to_have_attribute("aria-busy", "false")
    page.unroute("**/api/move")
    answer(page).get_by_role("button", name="try again").click()
    shows(page, explorer, levers={"restraint": 0.3})
    expect(answer(page).get_by_role("alert")).to_have_count(0)
    watch.forgive("500")


def test_faults_of_an_own_file_are_listed_and_the_last_good_model_stays(own: Server, open_page: Open) -> None:
    file = Path(own.case)
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace("12 months", "12 monts").replace("BLU: {gain", "BLU: {gane"), encoding="utf-8")
    own.start()
    page = open_page(own)
    faults = page.get_by_role("listitem")
    expect(faults).to_have_count(2)
    for text in ("12 monts", "3 months", "gane", "did you mean `gain`", "scenario.yaml:", "choices.BLU.every"):
        expect(page.get_by_role("main")).to_contain_text(text)
    assert violations(page) == {}
    file.write_text(right, encoding="utf-8")
    page.get_by_role("button", name="Read the file again").click()
    ready(page)
    file.write_text(f"{right}\nmore: 1\n", encoding="utf-8")
    page.get_by_role("button", name="Help").click()
    page.get_by_role("dialog").get_by_role("button", name="Read the file again").click()
    expect(page.get_by_role("alert")).to_contain_text("more")
    ready(page)
