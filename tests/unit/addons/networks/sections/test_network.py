"""The signed network of a case as an analyst reads it."""

from __future__ import annotations

from functools import lru_cache

from standoff import catalog, network
from standoff.addons.networks.sections.network import blocks
from standoff.report.document import Heading, Paragraph, TableBlock


@lru_cache
def scenario_of(slug):
    """Cases are read once for the module."""
    return catalog.load(slug)[0]


@lru_cache
def document_of(slug, **options):
    return blocks(network(scenario_of(slug), **options))


def text(slug, **options):
    return "\n".join(block.text for block in document_of(slug, **options) if isinstance(block, Paragraph))


def rows(slug, caption):
    document = document_of(slug)
    return next(block.rows for block in document if isinstance(block, TableBlock) and block.caption == caption)


def test_the_flagship_names_its_camps_what_stands_against_them_and_each_triad():
    page = text("china-russia")
    for part in (
        "2024-03-31",
        "30 relations",
        "18 actors",
        "20 friendly, 9 hostile and 1 neutral",
        "2 of 25 links",
        "0.84",
        "8 triads 6",
        "2 +++, 2 ++− and 4 +−−",
        "no triad: Europe–China.",
        "North Korea–Russia (shells and missiles)",
        "Germany, United Kingdom.",
    ):
        assert part in page
    assert rows("china-russia", "Camps")[1][1].split(", ") == ["Ukraine", "United States", "Europe", "NATO"]
    against = rows("china-russia", "Relations against the camps")
    assert [tuple(row[:3]) for row in against] == [
        ("China–Europe", "partnership", "2003-10-30"),
        ("China–Ukraine", "partnership", "2011-06-20"),
    ]
    assert "hostile relations too" in against[0][3] and "too" not in against[1][3]
    first = rows("china-russia", "Triads")[0]
    assert tuple(first[:3]) == ("China, Russia, Ukraine", "++−", "unbalanced")
    assert [part.split(" ")[1] for part in first[3].split("; ")] == ["+", "+", "−"] and "war, annexation" in first[3]
    signs = [row[1] for row in rows("china-russia", "Relations in force")]
    assert {sign: signs.count(sign) for sign in "+−0"} == {"+": 20, "−": 9, "0": 1} and signs[-1] == "0"


def test_parts_without_a_link_between_them_are_numbered():
    assert "the 2 parts" in text("july-1914") and "closed chain" in text("july-1914")
    assert [tuple(row) for row in rows("july-1914", "Camps")] == [
        ("1", "first", "Austria-Hungary, Germany"),
        ("1", "second", "Serbia"),
        ("2", "first", "Russia, France, Britain"),
    ]


def test_camps_that_are_not_unique_are_said_to_be_so():
    page = text("falklands-1982")
    assert "1 of 3 links" in page and "++−, is unbalanced" in page and "not unique" in page
    assert "not unique" not in text("china-russia")


def test_what_is_left_out_is_named():
    assert "13 relations" in text("china-russia", at="2014-03")
    scenario = scenario_of("china-russia").over({"relation_signs": None})
    notes = [block.text for block in blocks(network(scenario, unknown="neutral")) if isinstance(block, Paragraph)]
    assert any("neutral: promise of membership" in note for note in notes)


def test_a_case_without_relations_says_so_and_no_more():
    document = document_of("closed-form")
    assert [type(block) for block in document] == [Heading, Paragraph, Heading, Paragraph]
    assert document[-1].text.startswith("No relation")
