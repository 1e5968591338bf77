"""Equilibrium audit for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.addons.games.equilibrium_audit import Counts, EquilibriumAudit
from standoff.report import answer_text, formatting, terminal
from standoff.report.text_table import grid

COLUMNS = ("at", "choice", "games:", "proven:", "on the branch:", "off it:", "unsolved:", "unknown:", "largest:")


def page(audit: EquilibriumAudit) -> RenderableType:
    """Render the finding for the terminal."""
    head = [terminal.head(audit.origin)]
    if not audit.total.games:
        return Group(*head, Text("no actor decides in this run, so there is no game to check"))
    table = grid(*COLUMNS)
    for row in audit.choices:
        table.add_row(row.at, row.choice, *_cells(row.counts), f"{row.largest:.1e}")
    table.add_section()
    table.add_row("all", "", *_cells(audit.total), f"{audit.largest:.1e}")
    return Group(
        *head,
        Text(verdict(audit)),
        Text(),
        table,
        Text(),
        Text(EXPLAINED, "dim"),
        Text(answer_text.versions_line(audit.origin), "dim"),
    )


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
