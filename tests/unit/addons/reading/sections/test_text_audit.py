"""An audit of a text: the annotated page, and the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

from standoff.addons.reading.audit import AuditVerdict, TextAudit, UncomparedSentence
from standoff.addons.reading.audit.records import Cited
from standoff.addons.reading.sections import text_audit
from tests.unit.report.plain import printed

TEXT = "Aland lost 900 tanks.\n\nBorduria <b>kept</b> its word."
CITED = Cited("tanks-1", "differs", "400 item", "Staff", "aland", "2024-01", "400 tanks")
VERDICTS = (
    AuditVerdict("consistent", "s2", "its word", TEXT.index("its"), TEXT.rindex("."), "fits", ()),
    AuditVerdict("contradicted", "s1", "lost 900 tanks", 6, 20, "900 is over 400", (CITED,)),
    AuditVerdict("near", "s1", "lost 900 tanks", 6, 20, "it was right before", (), slot="date"),
)
AUDIT = TextAudit("a.txt", "north", "d" * 64, "", "2024-02", 3, 2, 0, 2, ("own-1",), VERDICTS)
REST = (UncomparedSentence("question", "Was <i>it</i>?", 0, 14), UncomparedSentence("no claim", "It was.", 15, 22))
MORE = replace(AUDIT, uncompared=REST)
NOTHING = TextAudit("a.txt", "", "d" * 64, "", "2024-02", 0, 1, 1, 0, (), ())


def test_the_outcome_counts_verdicts_the_worst_first() -> None:
    assert text_audit.head(AUDIT).startswith("3 verdicts: 1 contradicted, 1 near, 1 consistent. ")
    assert "2 of 2 sentences" in text_audit.head(AUDIT) and "0 not understood" in text_audit.head(AUDIT)
    assert "ledger" in text_audit.head(NOTHING) and "0 of 1 sentence" in text_audit.head(NOTHING)


def test_the_page_marks_the_passage_and_escapes_the_text() -> None:
    page = text_audit.page(AUDIT, TEXT)
    assert "&lt;b&gt;kept&lt;/b&gt;" in page and "<b>kept" not in page
    assert re.search(r">\s*lost 900 tanks", page) and "tanks-1" in page


def test_what_fails_comes_before_what_holds() -> None:
    text = printed(text_audit.terminal(AUDIT))
    assert text.index("900 is over 400") < text.index("fits") and "differs: tanks-1" in text and "1 claim of" in text


def test_sentences_without_a_verdict_are_counted_and_listed_in_full() -> None:
    short, full = printed(text_audit.terminal(MORE)), printed(text_audit.terminal(MORE, full=True))
    assert "1 question, 1 no claim" in short and "It was." not in short and "It was." in full
    assert "without a verdict" not in printed(text_audit.terminal(AUDIT, full=True))
    page = text_audit.page(MORE, TEXT)
    assert "1 question, 1 no claim" in page and "Was &lt;i&gt;it" in page
