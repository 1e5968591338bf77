"""Quotations from mark to mark, whatever the marks."""

from __future__ import annotations

import pytest

from standoff.addons.reading import quotations
from standoff.addons.reading.sentences import Span


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ("He said “yes” twice.", ["“yes”"]),
        ("''It sank,'' he said.", ["''It sank,''"]),
        ('"It sank.\n\n"It rose."', ['"It sank.', '"It rose."']),
        ("The “ice“ melted.", ["“ice“"]),
        ("The captain's boat", []),
        ("'It sank,' he said.", ["'It sank,'"]),
        ("'It isn't Iran's', he said.", ["'It isn't Iran's'"]),
        ("'The crews' boats sank,' he said. 'We're late.'", ["'The crews' boats sank,'", "'We're late.'"]),
        ("The crews' boats sank in the '90s, and the captains' too.", []),
        ("He called it 'a bridge' and left.", ["'a bridge'"]),
        ("'He said \"no\" to us,' she said.", ["'He said \"no\" to us,'"]),
        ("\"He said 'no' to us,\" she said.", ["\"He said 'no' to us,\""]),
        ("\u2018It sank,\u2019 he said.", ["\u2018It sank,\u2019"]),
        ("'It sank.\n\nIt rose.'", []),
    ],
)
def test_quotations_end_with_their_mark_or_paragraph(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in quotations.find(text)] == words


def test_the_quotations_around_a_span() -> None:
    quotes = [Span(0, 5), Span(8, 12), Span(20, 30)]
    assert quotations.around(quotes, Span(10, 25)) == quotes[1:]
    assert quotations.around(quotes, Span(5, 8)) == []
    assert quotations.inside(quotes, 9) and not quotations.inside(quotes, 8)
