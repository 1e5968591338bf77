"""From every number of the report to a claim, a work, history or a named assumption: a walk through the page by its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from standoff import catalog
from standoff.analysis.verdict import verdict
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.report import evidence_panels
from tests.unit.report.plain import page

FIGURE = re.compile(
    r"[\s<>~+−×.\d,%]+(?:to\b|$)"
)  #: a cell that is a number, and not a text with a date or a count in it
VOID = {"meta", "link", "br", "img", "input", "hr"}
SELF = {
    "claims",
    "causes",
    "assumptions",
    "method",
    "versions",
    "record",
}  #: parts that are themselves claims, assumptions, derived from the model, or about the run or recorded forecasts


class Element:
    """A tag with its attributes, its children and its text."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attrs, self.parent, self.inner = tag, attrs, parent, list[Element | str]()

    def all(self) -> Iterator[Element]:
        yield self
        for item in self.inner:
            if isinstance(item, Element):
                yield from item.all()

    @property
    def text(self) -> str:
        return "".join(item if isinstance(item, str) else item.text for item in self.inner)

    def within(self, names: set[str]) -> bool:
        return self.attrs.get("id") in names or (self.parent is not None and self.parent.within(names))

    @property
    def opens(self) -> set[str]:
        """Panels that its buttons open."""
        return {
            item.attrs["popovertarget"] for item in self.all() if item.tag == "button" and "popovertarget" in item.attrs
        }

    @property
    def claims(self) -> set[str]:
        """Claims that it links to."""
        links = (item.attrs.get("href", "") for item in self.all() if item.tag == "a")
        return {link.removeprefix("#claim-") for link in links if link.startswith("#claim-")}


class Tree(HTMLParser):
    """The page as a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {key: value or "" for key, value in attrs}, self.here)
        self.here.inner.append(made)
        if tag not in VOID:
            self.here = made

    def handle_endtag(self, tag: str) -> None:
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.inner.append(data)


def walk(run: Run, uncertainty: bool = False) -> list[str]:
    """What leads to no claim, no work, no decisions of the past and no named assumption."""
    tree = Tree()
    tree.feed(page(run, verdict(run, changes=True, uncertainty=uncertainty)))
    elements = [*tree.root.all()]
    names = {item.attrs.get("id") for item in elements}
    panels = {item.attrs["id"]: item for item in elements if "popover" in item.attrs}
    paths = run.model.plan.index
    lost = []

    def grounded(panel: Element) -> bool:
        words = set(re.findall(r"[\w.]+", panel.text.replace(". ", " ")))
        named = any(word.strip(".") in paths for word in words)
        works = any(key in panel.text for key in run.model.scenario.sources)
        learned = evidence_panels.WITHOUT_CLAIM["history"] in panel.text
        return (
            bool(panel.claims & {claim.id for claim in run.model.ledger})
            or works
            or learned
            or ("ssumption" in panel.text and (named or panel.attrs["id"].split("-")[1] != "answer"))
        )

    lost += [f"panel {name}" for name, panel in panels.items() if not grounded(panel)]
    for item in elements:
        shows = (item.tag in {"tr", "figure"} or item.attrs.get("class") == "card") and not item.within(
            SELF | {"contradictions"}
        )
        cells = [
            cell
            for cell in item.all()
            if cell.tag == "td" and (cell.attrs.get("class") == "n" or FIGURE.match(cell.text))
        ]
        numbers = "".join(cell.text for cell in cells) if item.tag == "tr" else item.text
        if shows and re.search(r"\d", numbers) and not any("popover" in up.attrs for up in _up(item)):
            linked = item.opens or item.claims or any("#question-" in a.attrs.get("href", "") for a in item.all())
            cards = {a.attrs.get("href", "")[1:] for a in item.all() if "#actor-" in a.attrs.get("href", "")}
            assert cards <= names, "every actor of the map has its card"
            if not linked and not cards:
                lost.append(f"{item.tag}: {' '.join(item.text.split())[:80]}")
            lost += [f"{item.tag} opens {name}, which is not there" for name in item.opens if name not in panels]
    assert sum(item.tag == "tr" for item in elements) > 10, "the page has tables"
    assert all(item.text.strip() for item in elements if item.tag == "th"), "no head is empty"
    levels = [int(item.tag[1]) for item in elements if re.fullmatch("h[1-6]", item.tag)]
    assert all(below <= above + 1 for above, below in pairwise([0, *levels])), "no heading skips a level"
    return lost


def _up(item: Element) -> Iterator[Element]:
    while item.parent is not None:
        yield item
        item = item.parent


def test_every_number_of_a_small_case(run: Run) -> None:
    assert not walk(run)


def test_every_number_under_rival_models() -> None:
    assert not walk(simulate(build(*catalog.load("closed-form")), draws=200, seed=1), uncertainty=True)


@pytest.mark.slow
@pytest.mark.parametrize("case", catalog.slugs())
def test_every_number_of_every_case(case: str) -> None:
    assert not walk(simulate(build(*catalog.load(case)), draws=768, seed=1))


def test_the_walk_finds_a_number_that_nothing_stands_behind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from standoff.report import evidence_panels

    monkeypatch.setattr(evidence_panels, "assumptions_behind", lambda *_: ())
    assert "panel behind-answer-fear" in walk(run)
