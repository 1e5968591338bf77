"""`standoff check-consistency`: claims that violate accounting rules."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def check_consistency(
    case: options.Case,
    subject: Annotated[str, Option(metavar="CODE", help="Check only claims about this actor.")] = "",
    as_of: options.AsOf = "",
    *,
    printed: options.Printed,
) -> None:
    """Show inconsistent claims: totals and parts, pledges and deliveries, falling counts."""
    from standoff.ledger.consistency import check_consistency
    from standoff.report.sections.reconcile import balance_page

    scenario, cut_off, ledger = options.dated_case(case, as_of)
    report = check_consistency(ledger, as_of=cut_off, subject=subject, title=scenario.title)
    printed.show(report.to_data(), balance_page(report, {code: actor.name for code, actor in scenario.actors.items()}))


COMMAND = Command(HelpGroup.evidence, check_consistency)
