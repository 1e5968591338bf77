"""An audit of a text as blocks."""

from __future__ import annotations

from dataclasses import replace

from standoff.addons.reading.audit import AuditVerdict, TextAudit, UncomparedSentence
from standoff.addons.reading.audit.records import Cited
from standoff.addons.reading.sections import text_audit
from standoff.report.backends import html
from standoff.report.render import terminal
from tests.unit.report.plain import printed

TEXT = "Aland lost 900 tanks.\n\nBorduria <b>kept</b> its word."
CITED = Cited("tanks-1", "differs", "400 item", "Staff", "aland", "2024-01", "400 tanks")
VERDICTS = (
    AuditVerdict("consistent", "s2", "<b>its</b> word", TEXT.index("its"), TEXT.rindex("."), "fits", ()),
    AuditVerdict("contradicted", "s1", "lost 900 tanks", 6, 20, "900 is over 400", (CITED,)),
    AuditVerdict("near", "s1", "lost 900 tanks", 6, 20, "it was right before", (), slot="date"),
)
AUDIT = TextAudit("a.txt", "north", "d" * 64, "", "2024-02", 3, 2, 0, 2, ("own-1",), VERDICTS)
REST = (UncomparedSentence("question", "Was <i>it</i>?", 0, 14), UncomparedSentence("no claim", "It was.", 15, 22))
MORE = replace(AUDIT, uncompared=REST)
NOTHING = TextAudit("a.txt", "", "d" * 64, "", "2024-02", 0, 1, 1, 0, (), ())


def shown(audit: TextAudit, full: bool = False) -> str:
    return printed(terminal(text_audit.blocks(audit, full)))


def test_the_outcome_counts_verdicts() -> None:
    assert text_audit.head(AUDIT).startswith("3 verdicts: 1 consistent, 1 contradicted, 1 near. ")
    assert "2 of 2 sentences" in text_audit.head(AUDIT) and "0 not understood" in text_audit.head(AUDIT)
    assert "ledger" in text_audit.head(NOTHING) and "0 of 1 sentence" in text_audit.head(NOTHING)


def test_the_page_has_the_claims_and_escapes_the_text() -> None:
    page = html.page(text_audit.blocks(MORE))
    assert "&lt;b&gt;its" in page and "<b>its" not in page and "tanks-1" in page
    assert "1 question, 1 no claim" in page and "Was &lt;i&gt;it" in page


def test_what_fails_comes_before_what_holds() -> None:
    text = shown(AUDIT)
    assert text.index("900 is over 400") < text.index("fits") and "tanks-1" in text and "1 claim of" in text


def test_sentences_without_a_verdict_are_counted_and_listed_in_full() -> None:
    short, full = shown(MORE), shown(MORE, full=True)
    assert "1 question, 1 no claim" in short and "It was." not in short and "It was." in full
    assert "without a verdict" not in shown(AUDIT, full=True)
