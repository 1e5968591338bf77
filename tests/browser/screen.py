"""Places on the page, by role and name."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from standoff.addons.explorer.explorer import DRAWS, MOST, Explorer
from standoff.addons.explorer.state import ExplorerState
from tests.unit.addons.explorer.runs import seen

LEVER = "ow much Blue's word binds it"  #: of the case that can be worked out on paper
NAMES = ("Story", "Try", "Reasons", "Claims", "Futures", "Who runs out first", "Play", "Variants")
Open = Callable[..., Page]


def slider(page: Page, name: str = LEVER) -> Locator:
    return page.get_by_role("slider", name=name)


def value_field(page: Page, name: str = LEVER) -> Locator:
    return page.get_by_role("textbox", name=name)


def type_value(page: Page, value: str) -> None:
    value_field(page).fill(value)
    value_field(page).press("Enter")


def answer(page: Page) -> Locator:
    """The answer to the question, with the answer before and the difference."""
    return page.locator("section.answer")


def go_to(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("button", name=name, exact=True).click()


def ready(page: Page) -> None:
    """Wait until the futures are drawn, simulated and not only as shipped."""
    expect(page.get_by_role("img", name=re.compile("median")).first).to_be_visible()
    expect(page.get_by_text("warming up")).to_have_count(0, timeout=60_000)


def shows(page: Page, explorer: Explorer, *draws: int, **state: dict[str, float | str]) -> None:
    """The page shows the answer of the Python function in a state, with its difference.

    Of the first of `draws` futures that it reaches: by default those at rest, or the more that follow them by themselves.
    """

    def shown(count: int) -> str:
        first = seen(explorer.move(ExplorerState(**state), count)).answers[0]
        moved = any(state.values())
        parts = [first.now, f"{count:,} futures", *([first.change, first.before] if moved else [])]
        words = (
            r"\s".join(map(re.escape, part.split())) for part in parts
        )  # between them also spaces that do not break
        at_rest = "" if moved else "(?!.*· difference)"  # the answer at rest also stands beside that of a moved lever
        return at_rest + "".join(f"(?=.*{each})" for each in words)

    pattern = "|".join(map(shown, draws or (DRAWS, MOST)))
    expect(answer(page)).to_contain_text(re.compile(f"^(?:{pattern})", re.DOTALL))


def violations(page: Page, *rules: str) -> dict[str, list[str]]:
    """Rules of axe, all by default, that a page breaks, with the elements."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    broken = Axe().run(page, options=options).response["violations"]
    return {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in broken}
