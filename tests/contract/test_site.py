"""The documentation site: every page has its place, every picture its command, cases have pages; built, no link is dead."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
import typer
from docs.site import cases
from docs.site.placement import CATALOG, LISTS, ROOT, DeadLink, placed, rewritten

from standoff import catalog
from standoff.analysis.stored_bands import Bands
from standoff.cli import app

SECTIONS = sorted((ROOT / "docs" / "site").glob("*.md"))
MADE = {"cases/index", "api/index"}  #: pages that the build writes, with tables of their own
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "embed": "src",
    "object": "data",
    "video": "src",
    "audio": "src",
}
FETCHED = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest", "preconnect", "dns-prefetch"}
HELPERS = {"genindex.html", "search.html"}  #: pages of Sphinx that no table of contents lists


def listed(text: str) -> list[str]:
    """Pages in the tables of contents of a Markdown page."""
    blocks = re.findall(r"(?ms)^```\{toctree\}\n(.*?)^```", text)
    lines = [
        line.strip() for block in blocks for line in block.splitlines() if line.strip() and not line.startswith(":")
    ]
    return [re.sub(r".*<(.+)>", r"\1", line) for line in lines]


def test_every_page_stands_once_in_the_navigation() -> None:
    in_tables = [page for file in SECTIONS for page in listed(file.read_text(encoding="utf-8"))]
    pages = {
        page.removesuffix(".md") for source, page in placed().items() if page.endswith(".md") and CATALOG not in source
    }
    for source, folder in LISTS.items():  # the build lists their pages below them
        below = {page for page in pages if PurePosixPath(page).parent.name == folder}
        assert below == {
            file.relative_to(ROOT / "docs").with_suffix("").as_posix()
            for file in (ROOT / source).parent.joinpath(folder).iterdir()
        }
        pages -= below
    assert sorted(in_tables) == sorted({*pages, *MADE} - {"index"}), (
        "add a page to a table of docs/site/*.md, or take it out"
    )


def test_every_link_between_pages_leads_to_a_place_on_the_site() -> None:
    places = placed()
    for source, page in places.items():
        if page.endswith(".md") and (ROOT / source).is_file():
            rewritten((ROOT / source).read_text(encoding="utf-8"), source, page, places)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](crises.md#top)", "[a](../crises.md#top)"),
        ("[a](../src/standoff/catalog/korea-1950/README.md)", "[a](korea-1950.md)"),
        ("![a](img/explorer.png) [b](https://x.org) [c](#d)", "![a](../img/explorer.png) [b](https://x.org) [c](#d)"),
        ("```md\n[a](none.md)\n```\n[a](crises.md)", "```md\n[a](none.md)\n```\n[a](../crises.md)"),
        ("[brief.md](brief.md)", "[The brief](../brief.md)"),
    ],
)
def test_links_follow_their_pages(text: str, expected: str) -> None:
    assert rewritten(text, "docs/x.md", "cases/x.md", placed()) == expected


@pytest.mark.parametrize("target", ["none.md", "../Makefile"])
def test_a_dead_link_is_an_error(target: str) -> None:
    with pytest.raises(DeadLink, match=re.escape(target)):
        rewritten(f"[a]({target})", "docs/x.md", "x.md", placed())


def test_the_gallery_has_every_picture_and_a_command_for_each() -> None:
    text = (ROOT / "docs" / "site" / "gallery.md").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^!\[", text)[1:]
    pictures = [re.search(r"\]\((.+?)\)", part).group(1) for part in parts]  # type: ignore[union-attr]
    assert sorted(pictures) == sorted(
        f"../img/{file.name}" for file in (ROOT / "docs" / "img").iterdir() if file.is_file()
    )
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    commands = [re.findall(r"`standoff ([^`]+)`", part) for part in parts]
    assert all(lines and {line.split()[0] for line in lines} <= known for lines in commands)


def test_the_page_of_a_case_has_every_question_with_its_stored_answer() -> None:
    case = cases.StoredCase.load("closed-form")
    text = cases.page(case, placed())
    rows = re.findall(r"(?m)^\| <span class=\"question\">.*?`([\w-]+)` \| .*? \| (.*?) \|", text)
    assert [name for name, _ in rows] == list(case.answers) and set(case.answers) == set(case.model.scenario.questions)
    assert rows[0][0] == case.model.plan.main_question
    first = case.answers[rows[0][0]]["now"].replace(" ", cases.NO_BREAK)
    low, high = case.band(rows[0][0]) or (None, None)
    assert (
        first in rows[0][1] and low is not None and high is not None and low < case.answers[rows[0][0]]["share"] < high
    )
    assert text.count('<svg role="img"') == 1 + len(case.move["choices"]) + len(case.move["fans"])
    assert f"standoff run {case.slug} " in text and f"{len(case.model.ledger)} by" in text


def test_a_case_says_what_is_not_of_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "stored_bands", lambda model: Bands(of={"any": None}))  # type: ignore[dict-item]
    monkeypatch.setattr(cases, "shipped", lambda model: {"any": 1})
    assert cases.StoredCase.load("closed-form").notes == ()
    monkeypatch.setattr(cases, "shipped", lambda model: None)
    stale = cases.StoredCase.load("closed-form")
    assert len(stale.notes) == 1 and stale.notes[0] in cases.page(stale, placed())
    monkeypatch.setattr(cases, "ANSWERS", "none.json")
    case = cases.StoredCase.load("closed-form")
    assert len(case.notes) == 1 and case.notes != stale.notes and "<svg" not in cases.page(case, placed())


def test_words_of_a_case_are_no_markup() -> None:
    assert cases._text("a | b `c` <script> [d](e)\nf") == r"a \| b \`c\` \<script\> \[d\](e) f"


def test_no_address_of_a_home_that_the_project_does_not_have() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "urls" not in project and not any("email" in author for author in project["authors"])
    assert not re.search(r"(?m)^(url|repository\S*|contact):", (ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    config = (ROOT / "docs" / "site" / "conf.py").read_text(encoding="utf-8")
    assert not re.search(r"https?://|html_baseurl", config)


class Page(HTMLParser):
    """Links, ids, and addresses that a browser fetches by itself, of a page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values["id"]} if "id" in values else set()
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in LOADS and LOADS[tag] in values:
            self.fetched.append(values[LOADS[tag]])
        if tag == "link" and FETCHED & set(values.get("rel", "").split()):
            self.fetched.append(values["href"])
        self.fetched += re.findall(r"url\(([^)]*)\)", values.get("style", ""))
        self.fetched += values.get("srcset", "").split()[:1]


@cache
def page_of(file: Path) -> Page:
    return Page(file)


def is_outside(address: str) -> bool:
    """Whether a browser would ask another machine for an address."""
    return bool(urlsplit(address.strip("'\" ")).netloc)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; the build fails on any warning."""
    folder = tmp_path_factory.mktemp("built") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "docs.site.build", "--folder", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_no_link_inside_the_built_site_is_dead(site: Path) -> None:
    dead, count = [], 0
    for file in site.rglob("*.html"):
        for link in page_of(file).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            goal = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            count += 1
            is_page = goal.suffix == ".html"
            if not goal.is_file() or (is_page and parts.fragment and unquote(parts.fragment) not in page_of(goal).ids):
                dead.append((file.name, link))
    assert not dead and count > 1000


@pytest.mark.slow
def test_sidebars_have_names(site: Path) -> None:
    """The two of the theme's page are told apart by a screen reader, as axe asks (rule landmark-unique)."""
    for file in site.glob("*.html"):
        asides = re.findall(r"<aside[^>]*>", file.read_text(encoding="utf-8"))
        assert len(asides) == 2 and all("aria-label=" in aside for aside in asides), file.name


@pytest.mark.slow
def test_every_built_page_can_be_reached_from_the_first(site: Path) -> None:
    first = page_of(site / "index.html")
    reached = {(site / unquote(urlsplit(link).path)).resolve() for link in first.links if not urlsplit(link).netloc}
    pages = {file.resolve() for file in site.rglob("*.html") if file.name not in HELPERS}
    assert pages - {(site / "index.html").resolve()} <= reached
    assert {f"{slug}.html" for slug in catalog.slugs()} < {file.name for file in (site / "cases").iterdir()}


@pytest.mark.slow
def test_built_pages_ask_no_other_machine(site: Path) -> None:
    assert (
        is_outside("//fonts.example/x.css")
        and is_outside("https://a.example/b.js")
        and not is_outside("../_static/a.css")
    )
    for file in site.rglob("*.html"):
        assert not [address for address in page_of(file).fetched if is_outside(address)], file
    for file in site.rglob("*.css"):
        text = file.read_text(encoding="utf-8")
        assert not [
            address
            for address in re.findall(r"url\(([^)]*)\)|@import\s+([^;]*)", text)
            if any(map(is_outside, address))
        ]
