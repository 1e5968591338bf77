"""Whom the page serves and whom it refuses: axe in light and dark, narrow screens, other origins and hosts."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CASE, LARGER, Server, Watch
from tests.browser.screen import NAMES, Open, go_to, ready, type_value, violations

WIDTHS = (390, 768, 1280)


def test_axe_has_nothing_to_say_about_any_screen_in_light_and_dark(open_page: Open, server: Server) -> None:
    page = open_page(server)
    ready(page)
    type_value(page, "0.3")
    closed, faults = page.locator("main details:not(.save):not([open]) > summary:visible"), {}

    def check(name: str) -> None:
        for scheme, rules in {"light": (), "dark": ("color-contrast",)}.items():  # nothing else depends on colours
            page.emulate_media(color_scheme=scheme)
            faults.update({(name, scheme, rule): nodes for rule, nodes in violations(page, *rules).items()})

    for name in NAMES:
        go_to(page, name)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        while closed.count():
            closed.first.click()
        OPENED.get(name, lambda _: None)(page)
        check(name)
    page.get_by_role("button", name="Help").click()
    check("Help")
    assert faults == {}


def test_a_screen_reader_hears_the_answer_the_charts_and_each_move(open_page: Open, server: Server) -> None:
    page = open_page(server)
    ready(page)
    type_value(page, "0.3")
    expect(page.locator("#spoken")).to_have_text(
        re.compile(r"Will Blue act .* %, before .* %; difference .*; \d+ of 10,240 futures turned to yes, \d+ to no\.")
    )  # the last that is said by itself: what is said next answers a key
    expect(page.locator("body")).to_match_aria_snapshot("""
      - button "Go to the answer"
      - banner:
        - heading /A model to check against/ [level=1]
      - navigation "Screens"
      - main:
        - region "Levers and beliefs":
          - heading "What moves this answer" [level=2]
          - slider "How much Blue's word binds it"
        - region /Will Blue act by the end of 2030/:
          - heading /Will Blue act by the end of 2030/ [level=2]
          - paragraph: /%/
        - 'region "Blue: what it does instead"':
          - list:
            - listitem: /acts for a year .*% before, now .*%/
        - 'region "Screen: Try"':
          - region "How it goes":
            - figure "Acted, months":
              - img /Acted. median .* in December 2039, from .* in .*, before .*90 % of futures from/
    """)
    for name in NAMES:
        go_to(page, name)
        expect(page.locator("#spoken")).to_have_text(f"Screen {name}")
        levels = [int(each.evaluate("e => e.tagName[1]")) for each in page.locator("h1, h2, h3, h4").all()]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (name, levels)
    page.get_by_role("button", name="Go to the answer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()


def reasons(page: Page) -> None:
    page.get_by_role("button", name=re.compile("what it would cost")).first.click()


def claims(page: Page) -> None:
    page.get_by_role("button", name=re.compile("President of Blue")).first.click()
    expect(page.get_by_role("article")).to_be_visible()


def futures(page: Page) -> None:
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("article", name=re.compile("^Future"))).to_be_visible()


def race(page: Page) -> None:
    expect(page.get_by_role("list", name="Who runs out first")).to_be_visible()


def game(page: Page) -> None:
    page.get_by_role("checkbox", name="Blue").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="What does the model expect?").click()
    expect(page.locator(".advice").first).to_be_visible()


OPENED = {"Reasons": reasons, "Claims": claims, "Futures": futures, "Who runs out first": race, "Play": game}


def test_axe_sees_a_fault(open_page: Open, server: Server) -> None:
    page = open_page(server)
    ready(page)
    page.evaluate("document.querySelector('input[type=range]').id = 'nobody'")
    assert "label" in violations(page)


@pytest.mark.parametrize("case", [CASE, LARGER])
def test_no_screen_needs_to_be_scrolled_sideways(
    open_page: Open, server_of: Callable[[str], Server], case: str
) -> None:
    page = open_page(server_of(case))
    ready(page)
    for name in NAMES:
        go_to(page, name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_what_a_page_may_not_do_is_noticed(open_page: Open, server: Server, watch: Watch) -> None:
    page = open_page(server)
    ready(page)
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://outside.example/x.png'}))")
    page.evaluate("document.body.setAttribute('onclick', 'alert(1)')")
    page.get_by_role("heading", level=1).click()
    page.wait_for_timeout(200)
    watch.forgive("outside.example")
    watch.forgive("inline event handler")


#: changes of a good request, with the status of the refusal
HOSTILE = [
    ({"host": "evil.example"}, 421),
    ({"host": "127.0.0.1"}, 421),
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"x-standoff-token": "guess"}, 401),
    ({"content-type": "text/plain"}, 415),
    ({"body": "{"}, 400),
    ({"body": "[1]"}, 400),
    ({"body": '{"levers": {"none": 1}}'}, 400),
    ({"body": '{"levers": {"restraint": NaN}}'}, 400),
    ({"body": " " * 200_000}, 413),
    ({"path": "/api/nothing"}, 404),
    ({"path": "/static/../server.py"}, 404),
    ({"path": "/static/%2e%2e%2fserver.py"}, 404),
]


@pytest.mark.parametrize(("change", "status"), HOSTILE)
def test_a_real_server_refuses_what_is_hostile(server: Server, change: dict[str, str], status: int) -> None:
    request = {
        "path": "/api/move",
        "body": json.dumps({"levers": {}}),
        "host": server.base.removeprefix("http://"),
        "origin": server.base,
        "x-standoff-token": server.token,
        "content-type": "application/json",
        **change,
    }
    path, body = request.pop("path"), request.pop("body").encode()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("POST" if path == "/api/move" else "GET", path, body, request)
        assert connection.getresponse().status == status
