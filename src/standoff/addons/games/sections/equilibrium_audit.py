"""Equilibrium audit as a document."""

from __future__ import annotations

from standoff.addons.games.equilibrium_audit import Counts, EquilibriumAudit
from standoff.report import answer_text, formatting, title
from standoff.report.document import Block, Paragraph, table

COLUMNS = ("at", "choice", "games:", "proven:", "on the branch:", "off it:", "unsolved:", "unknown:", "largest:")


def blocks(audit: EquilibriumAudit) -> list[Block]:
    """Document of the audit."""
    head = title.blocks(audit.origin)
    if not audit.total.games:
        return [*head, Paragraph("no actor decides in this run, so there is no game to check")]
    rows = [(row.at, row.choice, *_cells(row.counts), f"{row.largest:.1e}") for row in audit.choices]
    rows.append(("all", "", *_cells(audit.total), f"{audit.largest:.1e}"))
    return [
        *head,
        Paragraph(verdict(audit)),
        table(*COLUMNS, rows=rows, totals=1),
        Paragraph(EXPLAINED, soft=True),
        Paragraph(answer_text.versions_line(audit.origin), soft=True),
    ]


EXPLAINED = (
    "Proven: proved to have a unique equilibrium. Branch: the principal branch, which starts at rationality 0. Largest: the "
    "largest difference between a probability that the run used and that on the branch. In the last row, a game that several "
    "actors perceive alike counts once."
)


def verdict(audit: EquilibriumAudit) -> str:
    """Counts of the audit in one sentence."""
    total = audit.total
    parts = [
        f"{formatting.percent(total.proven / total.games)} are proved to have a unique equilibrium",
        f"{formatting.percent(total.on / total.games)} were found to be on the principal branch",
    ]
    for count, text in ((total.off, "off it"), (total.unsolved, "unsolved"), (total.unknown, "unknown")):
        parts.append(f"{count:,} {text}")
    why = f" Unknown: {audit.not_known_because}." if audit.not_known_because else ""
    return f"Of {total.games:,} games in {audit.futures:,} futures, {', '.join(parts)}.{why}"


def _cells(counts: Counts) -> list[str]:
    kinds = (counts.proven, counts.on, counts.off, counts.unsolved, counts.unknown)
    return [f"{counts.games:,}", *(f"{count:,}" for count in kinds)]
