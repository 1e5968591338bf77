"""Journeys on the screen where levers are moved: by keys, by dragging, back and forth, and to an address and back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from standoff.web.explorer import DRAWS, QUICK, Explorer
from tests.browser.conftest import Server, Watch

LEVER = "how much Blue's word binds it"
Open = Callable[..., Page]


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=LEVER)


def answer(page: Page) -> Locator:
    return page.locator("#now")


def moved(server: Server, value: float | str) -> str:
    return f"&levers=restraint={value}"


def shows(page: Page, explorer: Explorer, value: float | None, draws: int = DRAWS) -> None:
    """The page shows the answer of the Python function, with its difference."""
    first = explorer.move({} if value is None else {"restraint": value}, draws).answers[0]
    expect(answer(page)).to_have_text(first.now)
    if value is not None:
        expect(page.locator("main")).to_contain_text(first.change)


def test_the_question_an_answer_and_a_lever_are_there_within_five_seconds(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    begun = time.monotonic()
    page = open_page(server)
    expect(page.get_by_role("heading", level=1)).to_have_text(explorer.model.scenario.title)
    expect(answer(page)).to_have_text(re.compile(r"\d"))
    expect(slider(page)).to_be_enabled()
    assert time.monotonic() - begun < 5
    shows(page, explorer, None)


def test_arrow_keys_move_a_lever_and_its_value_is_spoken_with_the_answer(
    open_page: Open, server: Server, explorer: Explorer, watch: Watch
) -> None:
    page = open_page(server)
    shows(page, explorer, None)
    slider(page).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    value = float(slider(page).input_value())
    assert value > 1
    shows(page, explorer, value)
    expect(page.locator("[aria-live=polite]")).to_contain_text(explorer.move({"restraint": value}).answers[0].now)
    assert slider(page).get_attribute("aria-valuetext")


def test_the_last_value_of_a_fast_drag_wins_and_one_move_is_away_at_a_time(
    open_page: Open, server: Server, explorer: Explorer, watch: Watch
) -> None:
    page = open_page(server)
    shows(page, explorer, None)
    box = slider(page).bounding_box()
    assert box is not None
    y, at = box["y"] + box["height"] / 2, lambda share: box["x"] + 8 + (box["width"] - 16) * share
    page.mouse.move(at(1 / 3), y)
    page.mouse.down()
    for k in range(60):
        page.mouse.move(at(1 / 3 + k / 120), y)
    page.mouse.move(at(0.2), y)
    page.mouse.up()
    value = float(slider(page).input_value())
    assert 0.3 < value < 0.9
    shows(page, explorer, value)
    assert watch.most_away == 1 and len(watch.moves) < 60
    assert {QUICK, DRAWS} == {move["draws"] for move in watch.moves[1:]}


def test_undo_and_redo_by_keys_and_by_buttons(open_page: Open, server: Server, explorer: Explorer) -> None:
    page = open_page(server)
    shows(page, explorer, None)
    box = page.get_by_role("textbox", name=LEVER)
    for value in ("0.3", "2"):
        box.fill(value)
        box.press("Enter")
        shows(page, explorer, float(value))
    page.get_by_role("button", name="Undo").click()
    shows(page, explorer, 0.3)
    page.keyboard.press("u")
    shows(page, explorer, None)
    page.keyboard.press("Shift+U")
    shows(page, explorer, 0.3)
    page.get_by_role("button", name="Redo").click()
    shows(page, explorer, 2)
    page.go_back()
    shows(page, explorer, 0.3)


def test_a_state_survives_a_reload_and_travels_by_its_address(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    shows(page, explorer, None)
    page.get_by_role("textbox", name=LEVER).fill("0.4")
    page.get_by_role("textbox", name=LEVER).press("Enter")
    shows(page, explorer, 0.4)
    assert "token" not in page.url
    page.reload()
    shows(page, explorer, 0.4)
    other = open_page(server, f"&{page.url.partition('#')[2]}")
    shows(other, explorer, 0.4)
    assert server.token not in other.url and "0.4" in other.url


def test_a_value_out_of_range_is_refused_in_words(open_page: Open, server: Server, explorer: Explorer) -> None:
    page = open_page(server)
    shows(page, explorer, None)
    box = page.get_by_role("textbox", name=LEVER)
    box.fill("9")
    box.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("0 to 3")
    shows(page, explorer, None)


def test_a_wrong_token_is_explained(open_page: Open, server: Server, watch: Watch) -> None:
    page = open_page(Server(server.case, server.state, address=f"{server.base}/#token=guess"))
    expect(page.get_by_role("status")).to_contain_text("standoff open")
    watch.forgive("401")
