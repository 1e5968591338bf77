"""Journeys through the screens: reasons, claims, futures, who runs out first, variants; each number is a function's."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from standoff.addons.explorer.exhaustion import exhaustion_race
from standoff.addons.explorer.explorer import Explorer
from standoff.addons.explorer.futures import near, outcomes
from standoff.addons.explorer.reasons import choice_reasons
from standoff.addons.explorer.state import ExplorerState
from tests.browser.conftest import LARGER, Server
from tests.browser.screen import Open, answer, go_to, ready, shows, slider, type_value
from tests.unit.addons.explorer.runs import seen
from tests.unit.addons.explorer.test_description import TEXT

CLAIM = "blu-no-action-2030-01-blue-president"
BASE = ExplorerState()
FLAGSHIP = "china-russia"


@pytest.fixture
def page(open_page: Open, server: Server) -> Page:
    """The page of the case that can be worked out on paper, with its futures."""
    page = open_page(server)
    ready(page)
    return page


def test_reasons_add_up_and_follow_a_lever(page: Page, explorer: Explorer) -> None:
    go_to(page, "Reasons")
    for value in (None, 0.0):
        if value is not None:
            type_value(page, str(value))
        run = explorer.run(BASE if value is None else ExplorerState(levers={"restraint": value}))
        reasons = seen(choice_reasons(run, explorer.run(BASE), "BLU", "2030-12", "act", "wait"))
        assert sum(each.log_odds for each in reasons.reasons) == pytest.approx(reasons.log_odds, abs=1e-5)
        chart = page.get_by_role("img", name=re.compile("^Blue: why"))
        for number in (*(each.log_odds for each in reasons.reasons), reasons.log_odds):
            text = f"{number:+.2f}".replace("-", "−") if round(number, 2) else "0.00"
            expect(chart).to_have_attribute("aria-label", re.compile(re.escape(text)))


def test_a_point_of_a_chart_marks_the_futures_near_it(page: Page, explorer: Explorer) -> None:
    go_to(page, "Futures")
    chart = page.locator("figure svg.fan").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    place = (box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.move(*place)
    page.mouse.move(place[0] + 1, place[1])
    expect(page.locator(".read-near")).to_contain_text("102 futures")
    page.mouse.click(place[0] + 1, place[1])
    pinned = page.get_by_role("complementary", name="Pinned")
    expect(pinned).to_contain_text("the futures near")
    chart.press("ArrowLeft")
    chart.press("ArrowUp")
    chart.press("Enter")
    stock, at, value = (chart.get_attribute("data-own") or "").removeprefix("near:").split("|")
    now = explorer.outcome(BASE, stocks=explorer.stocks)
    found = seen(near(now, stock, at, float(value), explorer.chart_scale(stock)))
    acts = outcomes(now, now, explorer.model.plan.main_question)["outcomes"]
    yes = sum(acts[number] == 1 for number in found.futures)
    text = page.locator(".in-near")
    expect(text).to_contain_text(f"{len(found.futures)} futures")
    expect(text).to_contain_text(f"yes {yes}")
    marks = page.locator("svg.dots path.lit")
    assert (marks.get_attribute("d") or "").count("M") == len(found.futures)
    text.get_by_role("button", name="follow them as a group").click()
    expect(page.get_by_role("status").filter(has_text="Every panel follows the futures near")).to_be_visible()
    page.keyboard.press("Escape")
    expect(pinned).to_have_count(0)
    expect(marks).to_have_attribute("d", "")


def test_a_person_in_place_of_an_actor_and_restricted_options_are_named(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(TEXT, encoding="utf-8")
    server = Server(str(tmp_path / "scenario.yaml"), tmp_path / "state")
    server.start()
    try:
        page = open_page(server)
        ready(page)
        options = page.get_by_role("region", name=re.compile(": what it does"))
        expect(options).to_contain_text("only while tension > 0.3")
        expect(options).to_contain_text("once in force never left")
        page.get_by_role("combobox", name="Choice").select_option("BOR")
        expect(options).to_contain_text("A person decides in place of Borland")
        expect(options).to_contain_text("take up arms from September 2030 on")
        expect(options.get_by_role("listitem").filter(has_text="take up arms")).to_contain_text("100 %")
        go_to(page, "Reasons")
        expect(page.locator(".screen")).to_contain_text("A person decides in place of Borland")
    finally:
        server.kill()


def test_a_disputed_claim_changes_the_answer_at_once_and_not_the_ledger(page: Page, explorer: Explorer) -> None:
    go_to(page, "Claims")
    page.get_by_role("searchbox", name="Search", exact=True).fill("will not act")
    expect(page.get_by_role("status").filter(has_text="1 claim")).to_be_visible()
    page.get_by_role("button", name=re.compile("President of Blue")).click()
    expect(page.get_by_role("article")).to_contain_text(explorer.model.ledger[CLAIM].statement)
    page.get_by_role("radio", name=re.compile("Set aside")).check()
    shows(page, explorer, claims={CLAIM: "aside"})
    page.get_by_role("radio", name=re.compile("Doubt it")).check()
    shows(page, explorer, claims={CLAIM: "doubt"})
    assert CLAIM in page.url
    page.get_by_role("button", name="Undo").click()
    shows(page, explorer, claims={CLAIM: "aside"})
    page.get_by_role("button", name=re.compile("Open the reason")).click()
    expect(page.get_by_role("heading", name=re.compile("^Blue: why"))).to_be_visible()


def test_a_future_is_read_as_a_story_and_a_group_is_followed_everywhere(page: Page, explorer: Explorer) -> None:
    go_to(page, "Futures")
    acts = outcomes(explorer.run(BASE), explorer.run(BASE), "acts")["outcomes"]
    yes, third = sum(each == 1 for each in acts), next(n for n, each in enumerate(acts) if each == 1 and n >= 3)
    group = page.get_by_role("button", name=f"With “yes” ({yes:,})")
    group.click()
    expect(answer(page)).to_contain_text(f"{yes:,} of")
    expect(answer(page)).to_contain_text("> 99.9 %")  # of those with "yes"
    page.get_by_role("spinbutton", name="Future").fill("3")
    page.get_by_role("button", name="Read it").click()
    story = page.get_by_role("article", name=re.compile(f"^Future {third}:"))
    expect(story).to_be_visible(timeout=20_000)
    expect(story).to_contain_text("Blue")
    go_to(page, "Try")
    expect(page.get_by_role("columnheader", name=re.compile("^in "))).to_be_visible()
    page.get_by_role("button", name="let go").click()
    expect(page.get_by_role("columnheader", name=re.compile("^in "))).to_have_count(0)


def test_a_future_is_read_from_the_group_that_is_followed(page: Page, explorer: Explorer) -> None:
    go_to(page, "Futures")
    acts = outcomes(explorer.run(BASE), explorer.run(BASE), "acts")["outcomes"]
    first, later = (next(n for n, value in enumerate(acts) if value == 0 and n >= least) for least in (0, 700))
    assert acts[0] == 1, "the number that stands there at first is of no member"
    page.get_by_role("button", name=re.compile("^With “no”")).click()
    for number, found in ((None, first), (700, later)):
        if number is not None:
            page.get_by_role("spinbutton", name="Future").fill(str(number))
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("article", name=re.compile(f"^Future {found}:"))).to_be_visible(timeout=20_000)


def test_dots_of_one_value_stay_in_their_plot(page: Page, open_page: Open, server_of: Callable[[str], Server]) -> None:
    page.get_by_role("button", name=re.compile("^For how many months")).click()
    go_to(page, "Futures")
    assert heights(page, "svg.dots path.all") > 0
    korea = open_page(server_of(LARGER))
    ready(korea)
    go_to(korea, "Who runs out first")
    assert heights(korea, "svg.dates path.cloud") > 0
    race = korea.get_by_role("list", name="What comes first")
    expect(race).to_contain_text("North Korea")
    expect(race).not_to_contain_text("PRK")


def heights(page: Page, path: str) -> float:
    """The smallest height over the bottom of the first drawing, of all dots of some paths, less the height of a row."""
    expect(page.locator(path).first).to_have_attribute("d", re.compile("^M"))
    return float(
        page.locator(path).evaluate_all("""all => Math.min(...all.flatMap((each, row) => {
      const dates = each.closest(".dates"), floor = dates ? 6 + 76 * row + 12 : 0;
      return [...each.getAttribute("d").matchAll(/M[\\d.-]+ ([\\d.-]+)/g)].map(([, y]) => Number(y) - floor);
    }))""")
    )


def test_the_title_of_the_reasons_says_what_their_sum_says(page: Page) -> None:
    go_to(page, "Reasons")
    title, chart = page.locator("#reasons-title"), page.locator("section[aria-labelledby=reasons-title] > p").first
    gain = page.get_by_role("textbox", name="gain at the start")
    for value, odds, words in (("0.8", "to 1 against", "not "), ("1.5", "to 1 for", "")):
        gain.fill(value)
        gain.press("Enter")
        expect(chart).to_contain_text(odds)
        expect(title).to_have_text(re.compile(f"^Blue: why {words}“acts for a year”"))


def test_options_say_at_which_date_they_are_in_force(page: Page) -> None:
    expect(page.get_by_role("region", name=re.compile("^Blue: what it does"))).to_contain_text("in December 2030")


def test_tiny_numbers_fit_beside_their_axis(open_page: Open, server: Server) -> None:
    def tiny(route: Route) -> None:
        answer = route.fetch()
        data = answer.json()
        for fan in data["fans"]:
            fan["quantiles"] = [[value and 3e-17 * k for k, value in enumerate(row)] for row in fan["quantiles"]]
        route.fulfill(response=answer, json=data)

    page = open_page(server)
    page.route("**/api/move", tiny)
    page.reload()
    ready(page)
    labels = page.locator("svg.fan .axes text[text-anchor=end]")
    expect(labels.filter(has_text=re.compile("^0$")).first).to_be_visible()  # no axis below what a reader sees
    left = "each => each.getBoundingClientRect().left"
    charts = "each => each.closest('svg').getBoundingClientRect().left"
    assert all(label.evaluate(left) > label.evaluate(charts) - 1 for label in labels.all())


def test_labels_of_a_race_are_not_said_twice(page: Page) -> None:
    def named(route: Route) -> None:
        answer = route.fetch()
        data = answer.json()
        data["sides"][0]["label"] = "War comes first"
        route.fulfill(response=answer, json=data)

    page.route("**/api/exhaustion", named)
    go_to(page, "Who runs out first")
    row = page.get_by_role("listitem").filter(has_text="War comes first")
    expect(row).to_be_visible()
    expect(row).not_to_contain_text("first first")


def test_a_text_that_would_be_a_formula_is_none_in_a_saved_table(page: Page) -> None:
    def hostile(route: Route) -> None:
        answer = route.fetch()
        data = answer.json()
        for reason, text in zip(data["reasons"], ("=1+1", "@SUM(1)", "-2"), strict=True):
            reason["text"] = text
        route.fulfill(response=answer, json=data)

    page.route("**/api/reasons", hostile)
    go_to(page, "Reasons")
    page.locator("figure.falls summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save data (CSV)").first.click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert {row[0] for row in rows[1:-1]} == {"'=1+1", "'@SUM(1)", "'-2"}
    assert all(float(row[1]) is not None for row in rows[1:]), "numbers below zero stay numbers"


def test_a_box_around_dots_is_a_group(page: Page) -> None:
    go_to(page, "Futures")
    dots = page.get_by_role("application")
    dots.scroll_into_view_if_needed()
    box = dots.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.9, steps=4)
    page.mouse.up()
    status = page.get_by_role("status").filter(has_text="Every panel follows")
    expect(status).to_be_visible()
    count = re.search(r"([\d,]+) of 2,048 futures", status.inner_text())
    assert count is not None and 30 < int(count[1].replace(",", "")) < 2048
    expect(answer(page)).to_contain_text(f"{count[1]} of 2,048")


def test_what_belongs_to_a_reason_lights_up(page: Page) -> None:
    go_to(page, "Reasons")
    reason = page.get_by_role("button", name=re.compile("it has said that it would not"))
    lever = page.locator(".control").filter(has=slider(page))
    expect(reason).to_be_visible()
    expect(lever).not_to_have_attribute("data-lit", "")
    reason.focus()
    expect(lever).to_have_attribute("data-lit", "")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Pinned:")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Pinned:")).to_have_count(0)


def test_who_runs_out_first_is_counted_as_the_function_counts(page: Page, explorer: Explorer) -> None:
    go_to(page, "Who runs out first")
    race = seen(exhaustion_race(explorer.run(BASE), explorer.run(BASE), explorer.best))
    shares = page.get_by_role("list", name="Who runs out first")
    for side in race.sides:
        expect(shares).to_contain_text(f"{round(100 * side.first)} %")
    assert sum(side.first for side in race.sides) + race.none == pytest.approx(1, abs=1e-3)


def test_a_variant_stands_beside_the_case_with_what_differs(page: Page, explorer: Explorer) -> None:
    go_to(page, "Variants")
    page.get_by_role("button", name="Compare: Its word binds it to nothing").click()
    differs = page.get_by_role("region", name="What differs: Its word binds it to nothing")
    expect(differs).to_contain_text("choices.BLU.reasons.word.weight")
    change = explorer.move(ExplorerState(levers={"restraint": 0.0}))["answers"][0][
        "change"
    ]  # the variant is that lever at zero
    expect(page.get_by_role("table")).to_contain_text(change)


def test_by_keys_alone(page: Page, explorer: Explorer) -> None:
    for key, name in enumerate(("Reasons", "Claims", "Futures", "Who runs out first", "Variants", "Try"), start=3):
        page.keyboard.press(str(key if key < 8 else 2))
        here = page.get_by_role("navigation").get_by_role("button", name=name, exact=True)
        expect(here).to_have_attribute("aria-current", re.compile("page|true"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for _ in range(40):
        page.keyboard.press("Tab")
        if slider(page).evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Home")
    shows(page, explorer, levers={"restraint": 0.0})
    page.keyboard.press("u")
    shows(page, explorer)


def test_a_newcomer_reads_effect_reasons_and_claims_of_a_lever_in_five_steps(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    page = open_page(server)
    expect(page.get_by_text("Move a lever").first).to_be_visible()
    slider(page).press("Home")
    shows(page, explorer, levers={"restraint": 0.0})
    expect(answer(page)).to_contain_text("difference")
    go_to(page, "Reasons")
    page.get_by_role("button", name=re.compile("it has said that it would not")).first.click()
    said = explorer.model.ledger[CLAIM]
    expect(page.get_by_role("main")).to_contain_text(said.statement)
    expect(page.get_by_role("main")).to_contain_text(said.speaker)


def test_a_newcomer_moves_european_money_to_zero_in_the_flagship(
    open_page: Open, server_of: Callable[[str], Server]
) -> None:
    page = open_page(server_of(FLAGSHIP))
    expect(page.locator("#now")).to_have_text(re.compile(r"\d"))
    expect(page.get_by_text("warming up")).to_have_count(0, timeout=400_000)
    page.get_by_text("without a clear effect on this answer").click()  # as the page says, it moves other answers
    slider(page, "oney that Europe gives").press("Home")
    expect(answer(page)).to_contain_text(re.compile("difference.*(no clear change|point)"))
    go_to(page, "Reasons")
    reasons = page.get_by_role("list", name="Reasons")
    reasons.get_by_role("button", name=re.compile("would fan the flames")).click(timeout=200_000)
    expect(page.get_by_role("main").locator("blockquote").first).to_contain_text("—")  # words and speaker
