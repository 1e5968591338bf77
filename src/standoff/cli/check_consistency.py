"""`standoff check-consistency`: claims that violate accounting rules."""

from __future__ import annotations

from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import AsOf, Case, Command, HelpGroup, Printed, dated_case
from standoff.report import sections


def check_consistency(
    case: Case,
    subject: Annotated[str, Option(metavar="CODE", help="Check only claims about this actor.")] = "",
    as_of: AsOf = "",
    *,
    printed: Printed,
) -> None:
    """Show inconsistent claims: totals and parts, pledges and deliveries, falling counts."""

    scenario, cut_off, ledger = dated_case(case, as_of)
    report = standoff.check_consistency(ledger, as_of=cut_off, subject=subject, title=scenario.title)
    printed.show(
        report,
        sections.reconcile.balance_blocks(report, {code: actor.name for code, actor in scenario.actors.items()}),
    )


COMMAND = Command(HelpGroup.evidence, check_consistency)
