"""Who says a sentence: never a wrong speaker where none is better, and every saying is a statement."""

from __future__ import annotations

import pytest

from standoff.addons.reading.pipeline import read


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
        ("'' The harbour is closed,'' said Ms. Ruiz, who runs it.", "Ms. Ruiz"),
        ("Harbour chief Ana Ruiz said the ice would melt.", "Harbour chief Ana Ruiz"),
        ("Sen. Bo Carr (R-Ohio), one of the few engineers there, said bridges rust.", "Sen. Bo Carr"),
        ("His brother, Bo Carr, told reporters that the bridge was safe.", "His brother, Bo Carr"),
        ("Ruiz, who came from Cadiz, Spain, on Tuesday, said the ice would melt.", "Ruiz"),
        ("On Friday the council on Monday said nothing, and it was late.", "author"),
        ("In a speech on Monday, Ruiz stood up and said the ice would melt.", "Ruiz"),
        ("Ruiz closed the harbour, saying that the ice was thick.", "Ruiz"),
        ("The ice, she says, is thick.", "she"),
        ('Ruiz called the plan "a bridge to nowhere" and left.', "Ruiz"),
        ("Ruiz called the harbour on Monday.", "author"),
        ("A poll by the harbour office found that half of the sailors were tired.", "A poll by the harbour office"),
        ("The sailors found three boats near Turkey.", "author"),
        ("Some 40 percent of sailors said they were tired.", "Some 40 percent of sailors"),
        ("The lower house, Carr pointed out, had never met.", "Carr"),
        ("Carr claimed an easy victory over Ruiz in Turkey.", "author"),
        ("Carr explained what she believes.", "Carr"),
        ("The ice will melt, and the boats will sail, said Ann Lee.", "Ann Lee"),
        ("The number fell last year, according to U.S. census data.", "U.S. census data"),
        ("'The ice is thick,' said Ann Lee.", "Ann Lee"),
        ("'The ice isn't thick,' Ann Lee said.", "Ann Lee"),
        ("'The sailors' boats are lost', Ann Lee said.", "Ann Lee"),
        ("\u2018The ice is thick,\u2019 said Ann Lee.", "Ann Lee"),
        ("The sailors' families said the ice was thick.", "The sailors' families"),
        ("Ruiz called the plan 'a bridge to nowhere' and left.", "Ruiz"),
        ("Ruiz, however, said the ice would melt.", "Ruiz"),
        ("The commander, driven by fear, said the ice would melt.", "The commander"),
        ("The bank, held by the state, said the ice would melt.", "The bank"),
        ("Turkey, the commander said, lost 40 boats.", "the commander"),
        ("Editors quoted Carr as saying that the ice was thick.", "author"),
        ("Italy promised 140 million euros in aid to Libya.", "author"),
        ("The United States added 40 firms to its list.", "author"),
        (
            "It was claimed on Tuesday by the Russian defence ministry that 340 men died.",
            "the Russian defence ministry",
        ),
        ("Russian casualties were put at 315,000 by the Pentagon.", "the Pentagon"),
        ("Casualties were estimated by the Red Cross at 650 men.", "the Red Cross"),
        ("The army is believed by analysts to have lost 300 tanks.", "analysts"),
        ("The report was published on Tuesday by a school in Turkey.", "author"),
        ("By the end of March, the Turks said, Libya had lost 40 boats.", "the Turks"),
        (
            "A third of the ice melts, the finance minister, Anton Carr, acknowledged.",
            "the finance minister, Anton Carr",
        ),
        ("Goods worth 40 billion dollars went to Turkey, by the estimate of CSIS.", "CSIS"),
        (
            "Goods worth 40 billion dollars went to Turkey, by the count of the ministry in Ankara.",
            "the ministry in Ankara",
        ),
        ("Turkey has to this day not admitted that it lost boats.", "author"),
        ("Carr would say that the ice was thick.", "author"),
        ("Ankara dismissed as baseless claims by Ruiz that 40 boats were lost.", "Ankara"),
        ("Ruiz never admitted that 40 boats of Turkey were lost.", "author"),
    ],
)
def test_the_speaker_of_a_sentence(text: str, speaker: str) -> None:
    rows = read(text, "2024-06-01")
    assert (rows[0].speaker if rows else "author") == speaker


def test_a_saying_without_number_or_relation_is_a_statement() -> None:
    (row,) = read("The minister said he was tired.")
    assert (row.speaker, row.comparator) == ("The minister", "")


@pytest.mark.parametrize(
    "text",
    [
        "Iran sent weapons to Iraq.",
        "Turkey joined NATO on 18 February 1952.",
        "President Marcos has repeatedly stated that the Philippines would defend its waters.",
    ],
)
def test_a_sentence_without_a_number_is_a_statement_too(text: str) -> None:
    assert read(text)[0].comparator == ""


def test_cues_and_dates_have_their_places() -> None:
    text = "So far, so good. On 5 May 2020 the ministry in Tehran said that 40 tanks were lost."
    row = next(row for row in read(text) if row.comparator)
    for name, words in (("speaker", "the ministry in Tehran"), ("cue", "said")):
        part = row.slots[name]
        assert text[part["start"] : part["end"]] == part["words"] == words
    (date,) = row.dates
    assert text[date["start"] : date["end"]] == date["text"] == "5 May 2020" and date["value"] == "2020-05-05"


def test_the_author_has_no_attribution() -> None:
    assert not {"speaker", "cue"} & set(read("Iran lost 40 tanks on 5 May 2020.")[0].slots)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ('"We wait here. The ice is thick," said Carr. "It will melt in May."', ["Carr", "Carr", "Carr"]),
        ('Carr said the ice was thick. "It will melt in May."', ["Carr", "Carr"]),
        ('"Never!" Carr told the sailors.', ["Carr"]),
        ('Carr waved to the sailors:\n\n"The ice will melt in May."', []),
        ('Carr told the sailors:\n\n"The ice will melt in May."', ["Carr"]),
        ('"The ice is thick," said Carr. "It will melt.\n\n"Then we sail to Turkey."', ["Carr", "Carr", "Carr"]),
        ('"The ice is thick," said Carr.\n\n"Then Turkey lost boats."', ["Carr", "author"]),
        ("'The ice is thick,' said Carr. 'It will melt.'", ["Carr", "Carr"]),
        ("Carr said the ice was thick. 'Goliath' sank near Turkey.", ["Carr", "author"]),
        ('"The mayor says Turkey lost 40 boats," Carr said.', ["Carr"]),
        ('"Ruiz said the ice was thick. Turkey has no boats."', ["author"]),
    ],
)
def test_a_quotation_of_several_sentences_has_one_speaker(text: str, speakers: list[str]) -> None:
    assert [row.speaker for row in read(text)] == speakers


@pytest.mark.parametrize(
    "text", ['Carr said: "The ice is thick."', "Ann Lee, the commander, said: the ice of Turkey is thick."]
)
def test_what_follows_a_colon_is_said(text: str) -> None:
    (row,) = read(text)
    assert row.quote == text and row.speaker in {"Carr", "Ann Lee"}


def test_who_rejects_a_report_denies_it() -> None:
    row = read("Ankara dismissed as baseless claims by Ruiz that it had lost 40 boats.")[0]
    assert (row.speaker, row.polarity, row.value) == ("Ankara", "negative", 40)


def test_each_of_two_clauses_has_its_speaker() -> None:
    rows = read("The observatory counted 19 dead; the army spoke of three.", "2024-06-01")
    assert [row.speaker for row in rows] == ["The observatory", "the army"]


def test_words_of_attribution_alone_are_no_statement() -> None:
    (row,) = read("Turkey lost 40 boats, according to Carr.")
    assert (row.quote, row.speaker) == ("Turkey lost 40 boats", "Carr")
