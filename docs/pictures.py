"""Pictures for README, the documentation and the gallery, taken in Chromium; `make chromium` installs it.

python docs/pictures.py runs/NAME/report.html    of a report of the flagship
python docs/pictures.py explorer                 of the explorer, with European help for Ukraine at zero
python docs/pictures.py fronts [CASE...]         the first two screens of cases, by default of all, at a desk and on a phone
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from standoff import catalog

HOME = Path(__file__).parent / "img"
EVIDENCE = "behind-reason-CHN-peace"  #: the reason of the flagship whose claims are shown
WIDTH = 1180
OPEN = """name => {
  const part = document.getElementById(name);
  part.open = true;
  part.scrollIntoView({behavior: "instant"});
}"""  #: opens a section of a report and puts it at the top


@dataclass(frozen=True)
class ReportPicture:
    """A part of a report: where it begins, and the size of the screen."""

    name: str
    size: ViewportSize
    scheme: str = "light"
    start: str = ""  #: id of the section that is opened and at the top; empty for the top of the page
    evidence: str = ""  #: id of the panel that is opened


PICTURES = (
    ReportPicture("report-first", {"width": WIDTH, "height": 1490}),
    ReportPicture("report-choices", {"width": WIDTH, "height": 1300}, "dark", "choices"),
    ReportPicture("report-evidence", {"width": WIDTH, "height": 740}, evidence=EVIDENCE),
    ReportPicture("report-phone", {"width": 390, "height": 844}),
)


@dataclass(frozen=True)
class ExplorerPicture:
    """A screen of the explorer, in the state `STATE`."""

    name: str
    size: ViewportSize
    scheme: str = "light"
    view: str = ""  #: what the address says of the screen
    press: str = ""  #: name of a button that is pressed


#: two screens of a desk and of a phone
FRONTS: dict[str, ViewportSize] = {"desk": {"width": 1440, "height": 1800}, "phone": {"width": 390, "height": 1688}}
QUALITY = 60  # of a JPEG; assumption: text stays readable
CASE = "china-russia"
STATE = "levers=aid.EUR.money:0,aid.EUR.arms:0,aid.EUR.shells:0"
SCREENS = (
    ExplorerPicture("explorer", {"width": 1280, "height": 1060}, view="screen=try&question=exhausted_first"),
    ExplorerPicture("explorer-reasons", {"width": 1280, "height": 1240}, view="screen=reasons"),
    ExplorerPicture("explorer-dark", {"width": 1280, "height": 1240}, "dark", "screen=exhaustion"),
    ExplorerPicture(
        "explorer-phone",
        {"width": 390, "height": 844},
        view="screen=try&question=exhausted_first",
        press="Levers and beliefs",
    ),
)
PATIENCE = 300_000  #: milliseconds for the first opening, which compiles, and for 10,240 futures; assumption


def of_report(browser: Browser, report: Path) -> None:
    """Take every picture of a report."""
    for picture in PICTURES:
        context = browser.new_context(viewport=picture.size, color_scheme=picture.scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(report.resolve().as_uri())
        take(page, picture)
        context.close()


def take(page: Page, picture: ReportPicture) -> None:
    """Write one picture of an open report."""
    if picture.start:
        page.evaluate(OPEN, picture.start)
    if picture.evidence:
        page.evaluate("name => document.getElementById(name).showPopover()", picture.evidence)
    page.wait_for_timeout(500)  # a panel fades in
    page.screenshot(path=HOME / f"{picture.name}.png")


def of_explorer(browser: Browser) -> None:
    """Take every picture of the explorer, once the answer comes from all its futures."""
    with server() as address:
        for picture in SCREENS:
            context = browser.new_context(viewport=picture.size, color_scheme=picture.scheme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{address}&case={CASE}&{STATE}&{picture.view}")
            expect(page.locator("section.answer")).to_contain_text("10,240 futures", timeout=PATIENCE)
            page.wait_for_load_state("networkidle")
            if picture.press:
                page.get_by_role("button", name=picture.press).click()
                page.mouse.move(0, 0)  # what lies under it lights up
            page.wait_for_timeout(1000)  # charts glide to their place
            page.screenshot(path=HOME / f"{picture.name}.png")
            context.close()


def of_fronts(browser: Browser, cases: Sequence[str]) -> None:
    """Take the first screens of cases, which stand before anything is simulated."""
    (HOME / "fronts").mkdir(exist_ok=True)
    for case in cases:
        with server(case) as address:
            for name, size in FRONTS.items():
                context = browser.new_context(viewport=size)
                page = context.new_page()
                page.goto(address)
                expect(page.locator(".story .sentence")).to_be_visible(timeout=PATIENCE)
                page.wait_for_timeout(500)  # the map of actors finds its place
                page.screenshot(path=HOME / "fronts" / f"{case}-{name}.jpg", type="jpeg", quality=QUALITY)
                context.close()


@contextmanager
def server(case: str = CASE) -> Iterator[str]:
    """`standoff open` of a case; gives its address, with the token."""
    command = [sys.executable, "-u", "-m", "standoff", "open", case, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def main(what: str, *cases: str) -> None:
    """Take the pictures of a report, of the explorer, or of the first screens of cases."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=["--disable-background-networking"]
        )
        if what == "fronts":
            of_fronts(browser, cases or sorted(catalog.slugs()))
        elif what == "explorer":
            of_explorer(browser)
        else:
            of_report(browser, Path(what))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
