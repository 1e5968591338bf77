"""Headings state nothing."""

from __future__ import annotations

import pytest

from standoff.addons.reading import headings, sentences
from standoff.addons.reading.audit import audit
from standoff.addons.reading.pipeline import read
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

BODY = "Iran lost 40 tanks in May 2020."


@pytest.mark.parametrize(
    "heading",
    [
        "# Tehran (IRN)\n\n",
        "## Iraq has lost 900 tanks\n",
        "# Iraq has lost some 900 tanks since the beginning of the long war on its border with Iran\n",
        "Iraq has lost 900 tanks\n=====\n",
        "Iraq has lost 900 tanks\n---\n\n",
        "Tehran presses on as Baghdad waits for shells\n\n",
        "Tehran presses on as Baghdad waits for shells\n",
    ],
)
def test_a_heading_gives_no_statement(heading: str) -> None:
    text = heading + BODY
    assert [row.quote for row in read(text)] == [BODY]
    spans = list(sentences.sentences(text))
    assert headings.find(text, spans) == {spans[0]}


@pytest.mark.parametrize(
    "text",
    [
        "Iraq has lost 900 tanks",
        "Iraq has lost 900 tanks.\n\n" + BODY,
        "Iraq has lost 900 tanks\nIran has lost 40 tanks",
        "- Iraq has lost 900 tanks\n- Iran has lost 40 tanks.",
        BODY + "\n\nIraq has lost 900 tanks",
    ],
)
def test_other_lines_are_no_headings(text: str) -> None:
    assert headings.find(text, list(sentences.sentences(text))) == set()


def test_an_audit_compares_no_heading() -> None:
    ledger = Ledger((claim("c", "IRN", "tanks_lost", 40, "2020-05-20", "A counter", "neutral", "item"),))
    result = audit("# Iran lost 900 tanks\n\n" + BODY, ledger)
    assert result.sentences == 1 and {verdict.kind for verdict in result.verdicts} == {"consistent"}
