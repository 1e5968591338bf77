"""Journeys through a game: from the seat to the debrief, over a reload and kill -9, by keyboard, clean for axe."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from standoff import build, load
from standoff.engine.session import session
from standoff.wargame.debrief import debrief
from standoff.wargame.game import play
from tests.browser.conftest import LARGER, Server, Watch
from tests.browser.screen import Open, go_to, ready, violations


def begin(page: Page, number: int) -> None:
    ready(page)
    go_to(page, "Play")
    page.get_by_role("checkbox", name="China").check()
    page.get_by_label("Future").fill(str(number))
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="October 1950")).to_be_visible()


def decide(page: Page, option: str = "") -> None:
    """Choose, and wait for the next turn or the end."""
    before = page.locator("#play-title").inner_text()
    if option:
        page.get_by_role("radio", name=re.compile(option, re.IGNORECASE)).check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#play-title")).not_to_have_text(before)


def test_a_game_to_its_debrief(open_page: Open, server_of: object) -> None:
    server: Server = server_of(LARGER)  # type: ignore[operator]
    page = open_page(server)
    begin(page, 7)
    assert violations(page) == {}
    expect(page.get_by_text("will not stand by while imperialists")).to_be_visible()  # what its side has said
    page.get_by_role("button", name="What does the model expect?").click()
    expect(page.locator(".advice")).to_have_count(3)
    page.get_by_text("Guess what the others do").click()
    page.locator(".play-guesses select").select_option("advance")
    assert violations(page) == {}
    game = play(session(build(*load(LARGER))), "CHN", number=7)
    game.choose({"CHN": "troops"}, {"USA": {"advance": 0.7, "hold": 0.3}})
    decide(page, "divisions under the name")
    page.reload()  # the game is still there
    expect(page.get_by_role("heading", name="November 1950")).to_be_visible()
    while game.turn is not None:
        expect(page.get_by_text("What you know").first).to_be_visible()
        game.choose()
        decide(page)
    expect(page.get_by_role("heading", name="What came of it")).to_be_focused()
    result = debrief(game)
    effect = result.effects[0].effect
    assert effect is not None
    body = page.locator(".play-debrief")
    expect(body.get_by_text("In your game: yes, in October 1950.")).to_be_visible()
    expect(body.get_by_text(re.compile(r"\+\d+(\.\d)? points")).first).to_be_visible()
    expect(body.get_by_text(f"{result.scores['brier']:.3g}")).to_be_visible()
    assert violations(page) == {}
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_game_goes_on_after_the_server_was_killed(open_page: Open, watch: Watch, tmp_path_factory: object) -> None:
    server = Server(LARGER, tmp_path_factory.mktemp("state"))  # type: ignore[attr-defined]
    server.start()
    try:
        page = open_page(server)
        begin(page, 3)
        decide(page, "words only")
        decide(page, "divisions under the name")
        page.close()  # it would ask the dead server
        server.kill()
        server.start()
        other = open_page(server)
        ready(other)
        go_to(other, "Play")
        other.get_by_role("button", name="China, future 3").click()
        expect(other.get_by_role("heading", name="December 1950")).to_be_visible()
        expect(other.get_by_role("radio", name=re.compile("divisions under the name", re.IGNORECASE))).to_be_checked()
    finally:
        server.kill()
    watch.expected.append("net::ERR_")  # of the dead server, and of what it was answering
