"""The documentation site in Chromium, from its files and without a server: sizes, themes, search."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docs.site.placement import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.conftest import Watch

PAGES = (
    "index",
    "trust",
    "how-to",
    "gallery",
    "cases/index",
    "cases/korea-1950",
    "cases/china-russia",
    "reference/cli",
    "api/analysis",
)
LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    subprocess.run(
        [sys.executable, "-m", "docs.site.build", "--folder", str(folder)], cwd=ROOT, check=True, timeout=600
    )
    return folder


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_pages_fit_their_screen_and_ask_nobody(
    site: Path, chromium: Browser, watch: Watch, size: dict[str, int], theme: str
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    watch.follow(context, "file://")
    page = context.new_page()
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shade = sum(map(int, paper.removeprefix("rgb(").removesuffix(")").split(", "))) / 3
        assert (shade < 128) == (theme == "dark"), name
    context.close()


def test_search_needs_no_server(site: Path, chromium: Browser) -> None:
    context = chromium.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.get_by_role("textbox", name="Search").fill("epistemic band")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert any("compare" in (link.get_attribute("href") or "") for link in page.locator("#search-results li a").all())
    context.close()
