"""Noun phrases before and after a verb, found without a parser."""

from __future__ import annotations

import pytest

from standoff.addons.reading import noun_phrases


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("But the old harbour master ", "the old harbour master"),
        ("On Monday Ann Lee ", "Ann Lee"),
        ("Ann Lee, head of the union, also ", "Ann Lee"),
        ("Ann Lee, who came from Cadiz, Spain, ", "Ann Lee"),
        ("His aide, Bo Carr, ", "His aide, Bo Carr"),
        ("Rep. Bo Carr (D-Ohio) ", "Rep. Bo Carr"),
        ("The ice is thick because sailors and the crew ", "sailors and the crew"),
        ("A report published Tuesday ", "A report"),
        ("Beijing has ", "Beijing"),
        ("she’s ", "she"),
        ("The poll showed a majority of sailors ", None),
        ("Having ", None),
        ("The harbour's ", None),
        ("On ", None),
    ],
)
def test_the_subject_before_a_verb(text: str, words: str | None) -> None:
    place = noun_phrases.before(text, 0, len(text))
    assert (place and text[slice(*place)]) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" Ann Lee, a clerk.", "Ann Lee"),
        (" the harbour master on Monday.", "the harbour master"),
        (" she.", "she"),
        (" Ann Lee was tired.", None),
        (" on Monday.", None),
    ],
)
def test_the_subject_after_a_verb(text: str, words: str | None) -> None:
    place = noun_phrases.after(text, 0, len(text))
    assert (place and text[slice(*place)]) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ann Lee stood up and ", "Ann Lee"),
        ("In May, the captain, a clerk, closed the harbour, ", "the captain"),
        ("The crew that left ", None),
    ],
)
def test_the_subject_of_the_first_verb(text: str, words: str | None) -> None:
    place = noun_phrases.subject(text, 0, len(text))
    assert (place and text[slice(*place)]) == words
