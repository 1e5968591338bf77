"""Journeys on the screen where levers are moved: by keys, by dragging, back and forth, and to an address and back."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from standoff.addons.explorer.explorer import DRAWS, MOST, QUICK, Explorer
from standoff.addons.explorer.futures import outcomes
from standoff.addons.explorer.state import ExplorerState
from tests.browser.conftest import Server, Watch
from tests.browser.screen import Open, ready, shows, slider, type_value, value_field
from tests.unit.addons.explorer.runs import moved

STATE = ExplorerState(levers={"restraint": 0.3})


def test_the_question_an_answer_and_a_lever_are_there_at_once(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    expect(page.get_by_role("heading", level=1)).to_have_text(explorer.model.scenario.title)
    expect(page.locator("#now")).to_have_text(re.compile(r"\d"))
    expect(slider(page)).to_be_enabled()
    shows(page, explorer)


def test_the_answer_of_the_case_stays_the_same_while_more_futures_come(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page, shown = open_page(server), set()
    ready(page)
    type_value(page, "0.3")
    for draws in (DRAWS, MOST):
        shows(page, explorer, draws, levers={"restraint": 0.3})
        shown.add(page.locator("#beside b").first.inner_text())
    page.get_by_role("button", name="Reset all").click()
    shows(page, explorer)
    assert {*shown, page.locator("#now").inner_text()} == shown and len(shown) == 1


def test_arrow_keys_move_a_lever_and_its_value_is_spoken_with_the_answer(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    ready(page)
    slider(page).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    value = float(slider(page).input_value())
    assert value > 1 and slider(page).get_attribute("aria-valuetext")
    shows(page, explorer, MOST, levers={"restraint": value})
    expect(page.locator("[aria-live=polite]").first).to_contain_text(page.locator("#now").inner_text())
    page.keyboard.press("Backspace")
    shows(page, explorer)


def test_the_last_value_of_a_fast_drag_wins_and_one_move_is_away_at_a_time(
    open_page: Open, server: Server, explorer: Explorer, watch: Watch
) -> None:
    page = open_page(server)
    ready(page)
    box = slider(page).bounding_box()
    assert box is not None
    left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    page.mouse.move(left + width / 3, y)
    page.mouse.down()
    for k in range(60):
        page.mouse.move(left + width * (1 / 3 + k / 120), y)
    page.mouse.move(left + width * 0.2, y)
    page.mouse.up()
    value = float(slider(page).input_value())
    assert 0.3 < value < 0.9
    shows(page, explorer, levers={"restraint": value})
    sizes = [move["draws"] for move in watch.moves[1:]]
    assert watch.most_away == 1 and 0 < sizes.count(QUICK) <= 62 and DRAWS in sizes


def test_at_rest_the_same_futures_and_more_sharpen_the_answer(
    open_page: Open, server: Server, explorer: Explorer, watch: Watch
) -> None:
    page = open_page(server)
    ready(page)
    type_value(page, "0.3")
    shows(page, explorer, MOST, levers={"restraint": 0.3})
    assert [move["draws"] for move in watch.moves[-2:]] == [DRAWS, MOST]
    first = moved(explorer, ExplorerState(levers={"restraint": 0.3}), MOST).answers[0]
    for place in (page.locator("#spoken"), page.locator(".trial.here"), page.locator("#sentence")):
        expect(place).to_contain_text(first.now)
        expect(place).to_contain_text(first.change)
    expect(page.locator(".trial.here")).to_contain_text(f"{MOST:,} futures")
    type_value(page, "0.2")  # stops what is under way, if anything is
    shows(page, explorer, levers={"restraint": 0.2})


def test_undo_and_redo_by_keys_buttons_and_the_browser(open_page: Open, server: Server, explorer: Explorer) -> None:
    page = open_page(server)
    ready(page)
    for value in (0.3, 2.0):
        type_value(page, str(value))
        shows(page, explorer, levers={"restraint": value})
    page.get_by_role("button", name="Undo").click()
    shows(page, explorer, levers={"restraint": 0.3})
    page.keyboard.press("u")
    shows(page, explorer)
    page.keyboard.press("Shift+U")
    shows(page, explorer, levers={"restraint": 0.3})
    page.get_by_role("button", name="Redo").click()
    shows(page, explorer, levers={"restraint": 2.0})
    page.go_back()
    shows(page, explorer, levers={"restraint": 0.3})
    page.get_by_role("button", name="Reset all").click()
    shows(page, explorer)


def test_a_state_survives_a_reload_and_travels_by_its_address(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    ready(page)
    type_value(page, "0.4")
    shows(page, explorer, levers={"restraint": 0.4})
    assert server.token not in page.url
    page.reload()
    shows(page, explorer, levers={"restraint": 0.4})
    other = open_page(server, f"&{page.url.partition('#')[2]}")
    shows(other, explorer, levers={"restraint": 0.4})
    assert server.token not in other.url and "0.4" in other.url


def test_a_value_out_of_range_is_refused_in_words(open_page: Open, server: Server, explorer: Explorer) -> None:
    page = open_page(server)
    ready(page)
    type_value(page, "9")
    expect(page.get_by_text("from 0 to 3")).to_be_visible()
    expect(value_field(page)).to_have_attribute("aria-invalid", "true")
    type_value(page, "0,5")
    shows(page, explorer, levers={"restraint": 0.5})
    expect(page.get_by_text("from 0 to 3")).to_have_count(0)


def test_beliefs_act_in_history_too_and_have_a_ghost_of_their_own(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    ready(page)
    path = "stocks.gain.initial"
    belief = page.get_by_role("textbox", name="gain at the start")
    belief.fill("1.5")
    belief.press("Enter")
    shows(page, explorer, beliefs={path: 1.5})
    type_value(page, "0")
    state = {"beliefs": {path: 1.5}, "levers": {"restraint": 0.0}}
    shows(page, explorer, MOST, **state)
    ghost = moved(explorer, ExplorerState(**state), MOST).belief
    assert ghost is not None
    expect(page.get_by_text("without levers")).to_contain_text(ghost[0].now)


def test_a_wrong_token_is_explained(open_page: Open, server: Server, watch: Watch) -> None:
    page = open_page(Server(server.case, server.state, address=f"{server.base}/#token=guess"))
    expect(page.get_by_text("standoff open").first).to_be_visible()
    watch.forgive("401")


def test_two_tabs_have_states_of_their_own(open_page: Open, server: Server, explorer: Explorer) -> None:
    one = open_page(server)
    two = one.context.new_page()
    two.goto(f"{server.address}&screen=try")
    for page in (one, two):
        ready(page)
    type_value(one, "0.3")
    type_value(two, "2")
    shows(one, explorer, levers={"restraint": 0.3})
    shows(two, explorer, levers={"restraint": 2.0})


def test_on_a_phone_the_lever_and_the_answer_are_seen_at_once(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    ready(page)
    page.get_by_role("button", name=re.compile("^Levers and beliefs")).tap()
    expect(slider(page)).to_be_in_viewport()
    expect(page.locator("#now")).to_be_in_viewport()
    box = slider(page).bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    value = float(slider(page).input_value())
    assert value < 0.6
    shows(page, explorer, levers={"restraint": value})


def test_the_command_of_a_state_gives_the_same_answer(open_page: Open, server: Server, explorer: Explorer) -> None:
    page = open_page(server)
    ready(page)
    page.get_by_text("The same elsewhere").click()
    type_value(page, "0.3")
    shows(page, explorer, MOST, levers={"restraint": 0.3})
    command, now = page.locator("#command").inner_text().split(), page.locator("#now").inner_text()
    assert command[0] == "standoff" and f"{MOST}" in command
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=120, check=True)
    printed = re.search(r"^(\d+\.?\d*)\s%", done.stdout, re.MULTILINE)
    own = outcomes(*(explorer.outcome(state, MOST) for state in (STATE, ExplorerState())), "acts")["outcomes"]
    assert printed is not None and float(printed[1]) == pytest.approx(100 * sum(own) / MOST, abs=0.51)
    assert now == moved(explorer, STATE, MOST).answers[0].now.replace(" %", "\u00a0%")


def test_charts_have_the_state_before_the_last_move_and_the_beliefs_alone_as_lines(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    ready(page)
    last, belief = page.locator("path.ghost-last").first, page.locator("path.ghost-belief").first
    type_value(page, "0.3")
    shows(page, explorer, levers={"restraint": 0.3})
    expect(last).to_have_attribute("d", "")  # before it was the case, which has its own line
    type_value(page, "2")
    shows(page, explorer, levers={"restraint": 2.0})
    expect(last).to_have_attribute("d", re.compile("^M"))
    expect(page.get_by_text("before the last move")).to_be_visible()
    gain = page.get_by_role("textbox", name=re.compile("^Gain at the start"))
    gain.fill("1.5")
    gain.press("Enter")
    expect(belief).to_have_attribute("d", re.compile("^M"))
    expect(
        page.get_by_role("img", name=re.compile("with your beliefs alone .* before the last move")).first
    ).to_be_visible()
