"""What holds for every text: offsets slice the quote, nothing makes reading raise, and ids stay the same."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.addons.reading.conftest import LEDGER

from standoff.addons.reading.audit import audit
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.sections.text_audit import blocks
from standoff.addons.reading.sentences import clauses, sentences
from standoff.addons.reading.source_text import decode
from standoff.errors import ReadingError

WORDS = """Russia|Ukraine|the United States|said that|has lost|over|nearly|400,000|6000|5.5 million|soldiers|$|%|in|as of|2024
June 5, 2019|05/06/2019|China believes|according to|, so|, but|.|?|U.S.|Firstly,|for the following four reasons:|because of|led to
sanctions on|aid to|not|between|and|to|-|the West|Mr.|1.|\u2019s|\u201c|\u201d|2014 Crimean Crisis|killed|may|yesterday|\U0001f600
a hundred billion dollars|e\u0301"""
PIECES = st.sampled_from([word for line in WORDS.splitlines() for word in line.split("|")] + ["\n", "\n\n"])
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=40).map(" ".join)
DATES = st.sampled_from(["", "2024-04-02", "2024-04", "2024"])


def spans(data: object) -> list[tuple[str, int, int]]:
    """Every text with its place, however deep."""
    if isinstance(data, list | tuple):
        return [span for item in data for span in spans(item)]
    if not isinstance(data, dict):
        return []
    own = [
        (data[key], data["start"], data["end"]) for key in ("quote", "text", "name") if "start" in data and key in data
    ]
    return [*own, *(span for value in data.values() for span in spans(value))]


@settings(max_examples=150, deadline=None)
@given(TEXTS, DATES)
def test_offsets_slice_what_they_name_and_ids_stay(text: str, published: str) -> None:
    rows = read(text, published)
    for row in rows:
        assert text[row.start : row.end] == row.quote and row.quote in row.sentence and row.sentence in text
        for words, start, end in spans(row.to_data()):
            assert text[start:end] == words
        json.dumps(row.to_data(), allow_nan=False)
    assert [row.id for row in rows] == [row.id for row in read(text, published)]
    assert len({row.id for row in rows}) == len(rows)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_sentences_cover_the_text_in_order(text: str) -> None:
    found = list(sentences(text))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert "".join("".join(text[s.start : s.end] for s in found).split()) == "".join(text.split())
    for sentence in found:
        parts = clauses(text, sentence)
        assert all(sentence.start <= part.start < part.end <= sentence.end for part in parts)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_are_a_text_or_a_clear_error(raw: bytes) -> None:
    try:
        text = decode(raw, "a.txt")
    except ReadingError as error:
        assert error.problems[0].where == "a.txt"
    else:
        assert isinstance(text, str)


@settings(max_examples=40, deadline=None)
@given(TEXTS, DATES)
def test_an_audit_never_raises_and_stays_in_the_text(text: str, published: str) -> None:
    found = audit(
        text,
        LEDGER,
        published=published,
    )
    assert all(text[verdict.start : verdict.end] == verdict.quote for verdict in found.verdicts)
    json.dumps(found.to_data(), allow_nan=False)
    blocks(found)
