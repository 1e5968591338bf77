"""A shared page from its file: its levers show what the stored surface says, and it asks nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import standoff
from standoff.analysis.movements import Mover
from standoff.analysis.response_surface import SurfaceAnswer, surface_value
from tests.browser.screen import Open, answer, ready, type_value

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.conftest import Server, Watch


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    run, verdict = standoff.run(standoff.build(*standoff.load("closed-form")), folder / "run", draws=256)
    return standoff.share(run, folder / "one.html", verdict)


def test_its_levers_show_what_the_surface_says(shared: Path, chromium: Browser, watch: Watch) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    watch.follow(context, "file://")
    page = context.new_page()
    page.goto(shared.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    data = json.loads(page.locator("#surface").text_content() or "")
    answer, levers = (
        data["answers"][0],
        [
            Mover(
                kind="lever",
                name=row["name"],
                text="",
                actor="",
                unit="",
                now=row["now"],
                ends=tuple(row["values"]),
            )
            for row in data["levers"]
        ],
    )
    assert page.locator("#read").text_content() == answer["printed"]
    slider = page.get_by_role("slider").first
    number = int((slider.get_attribute("id") or "").removeprefix("lever-"))
    slider.press("End")
    stored = SurfaceAnswer(
        question=answer["id"],
        label="",
        is_share=answer["isShare"],
        base=answer["base"],
        effects=tuple(map(tuple, answer["effects"])),
        pairs=answer["pairs"],
        is_clear=True,
        typical_error=0,
        worst_error=0,
        mc_error=0,
    )
    states = ({}, {levers[number].name: levers[number].ends[2]})
    before, after = (surface_value(stored, levers, state) for state in states)
    text = (page.locator("#read").text_content() or "").removeprefix("about ").removesuffix(" %")
    assert float(text) == pytest.approx(100 * (answer["point"] + after - before), abs=0.51)
    page.get_by_role("button", name="As things stand").click()
    expect(page.locator("#read")).to_have_text(answer["printed"])  # the form is set back first, then read
    context.close()


def test_without_script_it_says_where_the_effects_stand(shared: Path, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shared.as_uri())
    assert (
        page.get_by_text("Levers need the script of this page").is_visible()
        and not page.locator("#levers").is_visible()
    )
    context.close()


def test_the_explorer_hands_on_its_state_as_a_file(
    open_page: Open, server: Server, tmp_path: Path, chromium: Browser
) -> None:
    page = open_page(server)
    ready(page)
    type_value(page, "0.3")
    expect(answer(page)).to_contain_text("difference")
    with page.expect_download(timeout=240_000) as download:
        page.get_by_role("button", name="Share", exact=True).click()
    download.value.save_as(file := tmp_path / download.value.suggested_filename)
    other = chromium.new_context(java_script_enabled=True).new_page()
    other.goto(file.as_uri())
    expect(other.get_by_role("slider").first).to_be_visible()
    expect(other.get_by_text("true runs").first).to_be_visible()
    assert "restraint = 0.3" in other.content()
    other.context.close()
