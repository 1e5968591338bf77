"""Who joined a bloc, and when, against the count of its members."""

from __future__ import annotations

import pytest

from standoff.addons.reading.audit import audit
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

LEDGER = Ledger(
    tuple(
        claim(f"m{number}", "ASEAN", "members", number, day, "ASEAN", "neutral", "1", note=note)
        for number, day, note in (
            (6, "1984-01-07", "New: BRN."),
            (7, "1995-07-28", "New: VNM."),
            (9, "1997-07-23", "New: LAO,MMR."),
        )
    )
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vietnam joined ASEAN in July 1995.", "consistent"),
        ("Vietnam joined ASEAN in July 1995 as its seventh member.", "consistent"),
        ("Vietnam joined ASEAN in July 1995 as its eighth member.", "contradicted"),
        ("Vietnam became the 7th member of ASEAN in July 1995.", "consistent"),
        ("Vietnam joined ASEAN in July 1997.", "misdated"),
        ("Mongolia joined ASEAN in July 1997.", "contradicted"),
        ("Mongolia joined ASEAN in May 1990.", "contradicted"),
        ("Mongolia joined ASEAN in May 2005.", "not matched"),
    ],
)
def test_an_accession_against_the_count_of_members(text: str, kind: str) -> None:
    assert {verdict.kind for verdict in audit(text, LEDGER, published="2024-05-02").verdicts} == {kind}
