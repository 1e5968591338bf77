"""Senses of words: stems, classes, and words that negate."""

from __future__ import annotations

import pytest

from standoff.addons.reading.audit.senses import negations, senses, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("crossed", "crossing"),
        ("annexes", "annexed"),
        ("deliveries", "delivery"),
        ("stopped", "stops"),
        ("cross", "crosses"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_of_one_class_share_a_sense_and_others_none() -> None:
    assert senses("weapons") & senses("munitions") and senses("began") & senses("start")
    assert not senses("weapons") & senses("grain") and not senses("took") & senses("lost")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("They did not send arms.", 1),
        ("They refused to stop.", 2),
        ("No fewer than 40 left.", 0),
        ("They sent arms.", 0),
        ("They boarded a boat off Kinmen.", 0),
        ("They put the attack on the fort off.", 1),
        ("It is not more feasible.", 1),
        ("It lasted not more than a week.", 0),
    ],
)
def test_words_that_negate_are_counted(text: str, count: int) -> None:
    assert negations(text) == count
