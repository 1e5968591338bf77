"""Who says a sentence: never a wrong speaker where none is better, and every saying is a statement."""

from __future__ import annotations

import pytest

from standoff.reading import read


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"China will not send weapons to Russia," said Mike Mayo, a banking analyst at CLSA.', "Mike Mayo"),
        ("Taylor Hirth, 31, said China would not send weapons to Russia.", "Taylor Hirth"),
        ("The talks with Russia would go on, Mr. Clyburn said.", "Mr. Clyburn"),
        ('"Russia will lose," Gen. Ann A. Lee, the chief of the staff, told lawmakers on Tuesday.', "Gen. Ann A. Lee"),
        ('"We need shells," Mr. Lee wrote on Telegram.', "Mr. Lee"),
        ('"It was quiet," said a diplomat who spoke on condition of anonymity.', "a diplomat"),
        ("On 8 August 1990 Baghdad declared Kuwait united with Iraq for ever.", "Baghdad"),
        ("By the end of May 2024 the ministry in Kyiv put Russian losses at 500,000 men.", "the ministry in Kyiv"),
        ("The report, published on Tuesday, says 300 people died.", "The report"),
        ("After the vote, the general continued, the army got new tanks.", "the general"),
        ("Belcher added that troops took precautions.", "Belcher"),
        ("What the general said was not clear to Russia.", "author"),
        ("Italy promised 140 million euros in aid to Libya.", "author"),
        ("The United States added 40 firms to its list.", "author"),
    ],
)
def test_the_speaker_of_a_sentence(text: str, speaker: str) -> None:
    rows = read(text, "2024-06-01")
    assert (rows[0].speaker if rows else "author") == speaker


def test_a_saying_without_number_or_relation_is_a_statement() -> None:
    (row,) = read("The minister said he was tired.")
    assert (row.kind, row.speaker, row.comparator, row.relations) == ("statement", "The minister", "", ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Iran lost 40 tanks.", "number"),
        ("Iran sent weapons to Iraq.", "relation"),
        ("Turkey joined NATO on 18 February 1952.", "relation"),
        ("President Marcos has repeatedly stated that the Philippines would defend its waters.", "statement"),
    ],
)
def test_a_row_says_what_kind_it_is(text: str, kind: str) -> None:
    assert read(text)[0].kind == kind


def test_cues_and_dates_have_their_places() -> None:
    text = "So far, so good. On 5 May 2020 the ministry in Tehran said that 40 tanks were lost."
    row = next(row for row in read(text) if row.comparator)
    assert row.attribution is not None
    for part, words in ((row.attribution["speaker"], "the ministry in Tehran"), (row.attribution["cue"], "said")):
        assert text[part["start"] : part["end"]] == part["text"] == words
    (date,) = row.dates
    assert text[date["start"] : date["end"]] == date["text"] == "5 May 2020" and date["value"] == "2020-05-05"


def test_the_author_has_no_attribution() -> None:
    assert read("Iran lost 40 tanks on 5 May 2020.")[0].attribution is None
