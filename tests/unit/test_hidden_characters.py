"""Characters that are not seen or that reorder what is read become escapes; letters and emoji keep their joiners."""

from __future__ import annotations

import pytest

from standoff.hidden_characters import HIDDEN, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1bb", "a\\x1bb"),
        ("\u202e", "\\u202e"),
        ("\uffff", "\\uffff"),  # Word files hold none
        ("\U000e0041", "\\U000e0041"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("\u200c\u200d", "\u200c\u200d"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown and not HIDDEN.search(shown)
