"""What is in force: levers under an imposed option, the epistemic band, and claims that are not used."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Route, expect

from standoff.addons.explorer.description import case_description
from standoff.addons.explorer.explorer import Explorer
from standoff.report import claim_labels
from tests.browser.conftest import CASE, Server
from tests.browser.screen import Open, ready, slider, type_value, value_field
from tests.unit.addons.explorer.runs import seen

STOPPED = {"factor": 0, "plus": 0.25, "since": "2030-01", "options": ["Blue: “wait”"], "is_fixed": True}
TRIPLED = {"factor": 3, "plus": 0, "since": "2030-01", "options": ["Blue: “act”"], "is_fixed": False}


def imposed(effect: dict[str, object]) -> Callable[[Route], None]:
    """The description of the case, with an effect on its first lever."""

    def answered(route: Route) -> None:
        answer = route.fetch()
        data = answer.json()
        data["levers"][0]["in_force"] = effect
        route.fulfill(response=answer, json=data)

    return answered


def test_a_lever_shows_what_an_imposed_option_makes_of_it(open_page: Open, server: Server) -> None:
    for effect in (STOPPED, TRIPLED):
        page = open_page(server)
        page.route("**/api/case", imposed(effect))
        page.reload()
        ready(page)
        note = page.locator(".in-force")
        if effect is STOPPED:
            expect(slider(page)).to_be_disabled()
            expect(value_field(page)).to_have_value("0.25")
            expect(note).to_contain_text("January 2030")
            expect(note).to_contain_text("Blue: “wait”")
        else:
            expect(note.locator("b")).to_have_text("3")
            type_value(page, "0.5")
            expect(note.locator("b")).to_have_text("1.5")


def test_the_band_stands_beside_the_answer_as_the_case_stands(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    info = seen(case_description(CASE, explorer.model))
    (ends,) = [item.band for item in info.questions if item.id == "acts"]
    page = open_page(server)
    ready(page)
    expect(page.locator(".value .band")).to_have_text(f"({ends})".replace(" %", "\u00a0%"))
    expect(page.locator("#band")).to_contain_text(info.band_over.replace("`", ""))  # a command stands in a <code>
    type_value(page, "0.3")
    expect(page.locator("#beside")).to_contain_text("before")
    expect(page.locator(".value .band")).to_have_count(0)
    expect(page.locator("#band")).to_contain_text(ends)


def test_claims_that_nothing_rests_on_are_hollow_and_the_legend_says_so(
    open_page: Open, server: Server, explorer: Explorer
) -> None:
    claim = next(iter(explorer.model.ledger))
    point = {"claim": claim.id, "speaker": "Staff", "side": claim.side, "value": 6.0, "low": 6.0, "high": 6.0}
    used, later = {"time": "2031-06", "used": True, "later": False}, {"time": "2035-06", "used": False, "later": True}
    points = [point | used, point | later]
    page = open_page(server)
    page.route("**/api/points/*", lambda route: route.fulfill(json={"points": points, "times": [], "quantiles": []}))
    page.reload()
    ready(page)
    chart = page.locator("figure").filter(has=page.locator("svg.fan .dot")).first
    expect(chart.locator(".dot")).to_have_count(2)
    expect(chart.locator(".dot.hollow")).to_have_count(1)
    legend = page.locator(".legend").first
    expect(legend).to_contain_text("hollow: not used")
    expect(legend).to_contain_text(f"claim ({claim_labels.side(explorer.model.plan, claim.side)})")
    names = [each.get_attribute("aria-label") or "" for each in chart.locator(".point").all()]
    assert [name.endswith("not used") for name in names] == [False, True]
    assert all("June 203" in name for name in names)
