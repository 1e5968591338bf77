"""An audit of games for the terminal."""

from __future__ import annotations

from standoff.addons.games.equilibrium_audit import AuditedChoice, Counts, EquilibriumAudit
from standoff.addons.games.sections import equilibrium_audit
from tests.unit.report.plain import ORIGIN, printed

COUNTS = Counts(2000, 500, 1480, 5, 8, 7)
AUDIT = EquilibriumAudit(
    ORIGIN, 1000, ("2024-06",), COUNTS, (AuditedChoice("AAA", "AAA", "2024-06", COUNTS, 0.25, 0.01),), 0.25
)


def test_every_count_is_in_the_sentence() -> None:
    text = equilibrium_audit.verdict(AUDIT)
    for number in ("2,000 games", "1,000 futures", "25 %", "74 %", "5 off it", "8 unsolved", "7 unknown"):
        assert number in text


def test_a_row_has_the_counts_in_their_order() -> None:
    line = next(line for line in printed(equilibrium_audit.blocks(AUDIT)).splitlines() if "2024-06" in line)
    assert [word for word in line.split() if word[0].isdigit()] == [
        "2024-06",
        "2,000",
        "500",
        "1,480",
        "5",
        "8",
        "7",
        "2.5e-01",
    ]


def test_without_decisions_there_is_no_table() -> None:
    assert "no game" in printed(equilibrium_audit.blocks(EquilibriumAudit(ORIGIN)))
