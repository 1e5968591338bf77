"""The front screen: the standoff told at once, from what ships with a case, also without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import LARGER, Server
from tests.browser.screen import Open, ready, violations

STORY = "&screen=story"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(open_page: Open, server_of: Callable[[str], Server]) -> Page:
    """The front screen, once the page that the server writes has given way to it."""
    opened = open_page(server_of(LARGER), STORY)
    expect(opened.get_by_role("heading", name="Try it yourself")).to_be_visible()
    return opened


def test_players_answer_reasons_and_a_change_are_in_the_first_two_screens(page: Page) -> None:
    for size in ({"width": 1440, "height": 900}, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(page.locator(".sentence")).to_have_text(re.compile(r"in (fewer than )?\d+ of 100 futures"))

        def shown(text: str) -> Locator:
            return page.locator(".story").get_by_text(re.compile(text)).locator("visible=true").first

        places = {
            "players": shown("China, United States"),
            "reason": shown("border is about to be overrun"),
            "second reason": shown("at war since 1937"),
            "change": shown("survival is worth to China"),
            "before": shown("On past crises|What came"),
        }
        for name, place in places.items():
            expect(place).to_be_visible()
            box = place.bounding_box()
            assert box is not None and box["y"] + box["height"] <= 2 * size["height"], (name, size, box)


def test_a_player_is_read_with_choices_reasons_and_claims(page: Page) -> None:
    page.locator(".actors").get_by_role("link", name="United States").locator("visible=true").click()
    card = page.locator("#actor-USA")
    expect(card).to_be_visible()
    expect(card).to_contain_text("stop at the parallel now")
    page.locator(".actors").get_by_role("link", name="Soviet Union").locator("visible=true").press("Enter")
    page.locator("#actor-SUN").get_by_role("link", name="source").first.click()
    expect(page.get_by_role("region", name="Screen: Claims")).to_be_visible()


def test_what_happened_is_a_click_away_from_its_claim(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Said, 30 September 1950.*will not stand by")).first.press("Enter")
    expect(page).to_have_url(re.compile("screen=claims"))
    expect(page.get_by_role("article")).to_contain_text("will not stand by")


def test_a_hundred_futures_can_be_counted(page: Page) -> None:
    expect(page.locator(".hundred circle")).to_have_count(100)
    label = page.get_by_role("img", name=re.compile("^Of 100 futures")).get_attribute("aria-label")
    assert label is not None
    yes = int(re.findall(r"yes (\d+)", label)[0])
    expect(page.locator(".hundred circle:not([fill=none])")).to_have_count(yes)


def test_it_stands_without_a_script(chromium: Browser, server_of: Callable[[str], Server]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server_of(LARGER).address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Would China send troops to Korea, 1950")
    expect(page.get_by_text(re.compile(r"in \d+ of 100 futures\."))).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Who chooses: China"))).to_be_visible()
    context.close()


def test_axe_has_nothing_to_say_about_it_on_a_phone_and_in_the_dark(page: Page) -> None:
    faults = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            faults.update({(scheme, width, rule): nodes for rule, nodes in violations(page).items()})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == {}


def test_from_the_answer_to_a_file_in_hand_within_eight_clicks(
    open_page: Open, server: Server, chromium: Browser, tmp_path: Path
) -> None:
    page, clicks = open_page(server, STORY), list[str]()

    def click(place: Locator) -> None:
        clicks.append(str(place))
        place.click()

    story = page.locator(".story")
    expect(story.locator(".sentence")).to_have_text(re.compile(r"in (fewer than )?\d+ of 100 futures"))
    expect(story.get_by_role("heading", name=re.compile("^Strongest stated reason"))).to_be_visible()
    click(story.get_by_role("link", name="source").first)  # who says so
    expect(page.get_by_role("article")).to_contain_text("What if?")
    click(page.get_by_role("navigation").get_by_role("button", name="Story", exact=True))
    expect(story.get_by_role("heading", name="What to watch")).to_be_visible()
    share = page.get_by_role("button", name="Share", exact=True)
    expect(share).to_be_enabled(timeout=60_000)
    with page.expect_download(timeout=240_000) as download:
        click(share)
    download.value.save_as(file := tmp_path / download.value.suggested_filename)
    assert len(clicks) <= 8
    other = chromium.new_context(java_script_enabled=False).new_page()
    other.goto(file.as_uri())
    for name in ("^Strongest stated reason", "^What to watch", "^What it rests on"):
        expect(other.get_by_role("heading", name=re.compile(name)).first).to_be_visible()
    other.context.close()


def test_a_chart_is_copied_with_its_title_source_and_date(open_page: Open, server: Server) -> None:
    page = open_page(server, permissions=["clipboard-read", "clipboard-write"])
    ready(page)
    page.locator("figure summary").first.click()
    page.get_by_role("button", name="Copy picture").first.click()
    expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    kinds = page.evaluate("navigator.clipboard.read().then((items) => items.flatMap((each) => each.types))")
    assert kinds == ["image/png"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture (SVG)").first.click()
    texts = " ".join(node.text or "" for node in ElementTree.parse(download.value.path()).iter() if "text" in node.tag)
    title = page.locator("figure").first.get_attribute("aria-label")
    assert title and all(
        part in texts for part in (*title.split(), "Knowledge of January 2030", "standoff, case closed-form")
    )
