"""A phone: values stand under one another, and tables need no scrolling to be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LARGER, Server
from tests.browser.screen import Open, go_to, ready, type_value

PHONE = {"width": 390, "height": 844}
RIGHT = "all => all.map(each => Math.round(each.getBoundingClientRect().right))"  #: right edges of elements
WIDER = "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).length"  #: elements that scroll sideways


@pytest.fixture
def page(open_page: Open, server: Server) -> Page:
    """The page of the case that can be worked out on paper, on a phone."""
    page = open_page(server, viewport=PHONE, has_touch=True, is_mobile=True)
    ready(page)
    return page


def test_values_of_bars_end_at_one_edge(page: Page) -> None:
    for name in ("Try", "Reasons"):
        go_to(page, name)
        values = page.locator(".bars:visible .n")
        expect(values.first).to_be_visible()
        assert len(set(values.evaluate_all(RIGHT))) == 1, name


def test_tables_of_answers_need_no_scrolling(page: Page) -> None:
    table = page.locator("section[aria-labelledby=answers-title] .scroll")
    expect(table).to_be_visible()
    assert table.evaluate_all(WIDER) == 0
    page.get_by_role("button", name="Levers and beliefs").click()
    type_value(page, "0.3")
    page.get_by_role("button", name="Levers and beliefs").click()
    expect(table.get_by_role("cell").first).to_be_visible()
    expect(table).to_contain_text("points")
    assert table.evaluate_all(WIDER) == 0


def test_long_reasons_take_two_lines_and_keep_their_buttons(open_page: Open, server_of: object) -> None:
    page = open_page(server_of(LARGER), viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[operator]
    ready(page)
    go_to(page, "Reasons")
    rows, bars = page.locator(".rows li"), page.locator(".waterfall rect:not(.sum)")
    expect(rows.first).to_be_visible()
    middle = "all => all.map(each => { const box = each.getBoundingClientRect(); return (box.top + box.bottom) / 2; })"
    edges = rows.evaluate_all(
        "all => all.map(each => [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom])"
    )
    assert len(edges) == bars.count()
    assert all(top < at < bottom for (top, bottom), at in zip(edges, bars.evaluate_all(middle), strict=True))
