"""Citations: what they name, how formats escape it, and what makes a digest another."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import standoff
from standoff import build, catalog, cite
from standoff.analysis.citation import AUTHORS, LICENCE, UNKNOWN, YEAR, CitationFormat
from standoff.cli.cite import Style

ROOT = Path(__file__).parents[3]
TITLE = "Will A & B {hold} 5 % of C_1?"
OWN = f"""
title: "{TITLE}"
as_of: 2030-01
start: 2030-01
end: 2030-12
step: month
actors: {{AAA: {{name: A}}}}
stocks: {{grain: {{unit: person, initial: 1 to 2 person @assumption, constant: true}}}}
mechanisms: {{}}
choices: {{}}
questions: {{q: {{text: How much grain?, quantity: grain, at: 2030-12, resolution: none}}}}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of somebody else, with a title that every format must escape."""
    folder = tmp_path_factory.mktemp("own") / "a case"
    folder.mkdir()
    (folder / "scenario.yaml").write_text(OWN)
    return folder


def test_the_package_is_that_of_the_licence_and_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Copyright (c) {YEAR} {AUTHORS}" in (ROOT / "LICENSE").read_text()
    assert (project["license"], project["authors"]) == (LICENCE, [{"name": AUTHORS}])
    for style in CitationFormat:
        assert AUTHORS in cite().text(style) and standoff.__version__ in cite().text(style)
        assert (str(YEAR) in cite().text(style)) == (style is not CitationFormat.cff)  # its date is that of a release


def test_a_case_of_the_catalogue_is_named_with_the_digest_of_its_model() -> None:
    model = build(*catalog.load("korea-1950"))
    for style in CitationFormat:
        text = cite(model).text(style)
        assert all(word in text for word in ("korea-1950", model.hash, model.scenario.title, model.scenario.as_of))
    entries = re.findall(r"(?m)^@(\w+)\{([\w-]+),$", cite(model).text("bibtex"))
    assert entries == [("dataset", "standoff-korea-1950"), ("software", "standoff")]


def test_a_variant_and_a_changed_case_have_another_digest(own: Path) -> None:
    base, holds = (cite(build(*catalog.load("korea-1950", name))).case for name in ("", "us-holds"))
    assert base and holds and base.digest != holds.digest and "variant us-holds" in holds.note
    before = cite(build(*catalog.load(own))).case
    other = own.parent / "other.yaml"
    other.write_text(OWN.replace("1 to 2 person", "1 to 3 person"))
    after = cite(build(*catalog.load(other))).case
    assert before and after and before.digest != after.digest


def test_a_case_of_ones_own_is_not_by_the_authors_of_the_package(own: Path) -> None:
    model = build(*catalog.load(own))
    case = cite(model).case
    assert case and case.authors == () and case.year is None and case.name == "a case"
    assert "n.d." in cite(model).text("apa") and cite(model).text("apa").startswith(TITLE)
    named = cite(model, authors=["Doe & Son", "B"])
    assert named.text("plain").startswith("Doe & Son, B. ")
    assert r"author = {{Doe \& Son} and {B}}" in named.text("bibtex")
    assert r"\& B \{hold\} 5 \% of C\_1?" in named.text("bibtex")
    rows = [yaml.safe_load(item.text("cff"))["references"][0] for item in (cite(model), named)]
    assert [[author["name"] for author in row["authors"]] for row in rows] == [[UNKNOWN], ["Doe & Son", "B"]]
    assert rows[0]["title"] == TITLE and "year" not in rows[0]


def test_the_command_knows_the_formats() -> None:
    assert [*Style] == [*CitationFormat]
    with pytest.raises(ValueError, match="ris"):
        cite().text("ris")
