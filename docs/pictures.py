"""Pictures of a report for README, docs/report.md and the gallery: `python docs/pictures.py runs/NAME/report.html`.

They are taken in Chromium at the sizes of the list below; `make chromium` installs it.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

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


def take(page: Page, picture: ReportPicture) -> None:
    """Write one picture of an open report."""
    if picture.start:
        page.evaluate(OPEN, picture.start)
    if picture.evidence:
        page.evaluate("name => document.getElementById(name).showPopover()", picture.evidence)
    page.wait_for_timeout(500)  # a panel fades in
    page.screenshot(path=HOME / f"{picture.name}.png")


def main(report: Path) -> None:
    """Take every picture of a report."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        for picture in PICTURES:
            context = browser.new_context(viewport=picture.size, color_scheme=picture.scheme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(report.resolve().as_uri())
            take(page, picture)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
