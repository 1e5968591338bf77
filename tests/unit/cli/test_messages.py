"""Messages on the command line that a beginner meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command


@pytest.mark.parametrize(
    ("words", "code", "parts"),
    [
        (("run", "{case}", "--set", "mood.mean=1", "--since", "2031-13"), 2, ("--since", "2031-13", "as_of")),
        (("explain", "{case}", "--choice", "NOR"), 2, ("--at", "2030-02", "2031-12")),
        (("compare", "{case}"), 1, ("VARIANT", "calm")),
        (("run", "{empty}"), 1, ("scenario.yaml", "empty")),
    ],
)
def test_a_message_names_the_option_and_what_is_allowed(
    standoff: Command, case: Path, words: tuple[str, ...], code: int, parts: tuple[str, ...]
) -> None:
    empty = case.parent / "empty"
    empty.mkdir()
    result = standoff(*(word.format(case=case, empty=empty) for word in words), code=code)
    said = f"{result.stderr} {result.exception}"
    assert all(part in said for part in parts), said
