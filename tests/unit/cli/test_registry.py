"""An option that a command does not have."""

from __future__ import annotations

from typing import Any

import pytest


def told(standoff: Any, *words: str) -> str:
    """What is printed, without frames and breaks of lines."""
    return " ".join(standoff(*words, code=2).stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("run", "closed-form", "--author", "x"), ("--author; commands with this option", "`cite`")),
        (("run", "closed-form", "--drawss", "9"), ("did you mean `--draws`?",)),
        (("explain", "closed-form", "--speaker", "x"), ("`claims`",)),
    ],
)
def test_the_nearest_option_and_the_commands_that_have_it_are_named(
    standoff: Any, words: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    message = told(standoff, *words)
    assert all(part in message for part in parts), message
    assert "Possible options" not in message


def test_a_value_out_of_a_list_is_told_without_the_words_of_a_library(standoff: Any) -> None:
    message = told(standoff, "list", "cse")
    assert "'cse'" in message and "Value error" not in message


def test_a_word_like_no_option_stands_alone(standoff: Any) -> None:
    message = told(standoff, "run", "closed-form", "--zzzzqqqq")
    assert "--zzzzqqqq" in message and "did you mean" not in message and "commands with" not in message
