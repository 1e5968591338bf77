"""`standoff check-equilibria`: uniqueness and principal branches of equilibria."""

from __future__ import annotations

from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup

DRAWS = 1_000  # a share of one in a hundred then has a relative error of a third


def check_equilibria(
    case: options.Case,
    actor: Annotated[str, Option(metavar="NAME", help="Check only the date of one decision of this actor.")] = "",
    at: Annotated[
        str,
        Option(metavar="MONTH", help="With --actor: the latest decision up to this month, such as 2024-06."),
    ] = "",
    *,
    futures: Annotated[options.Futures, {"draws": DRAWS}],
    printed: options.Printed,
) -> None:
    """Check that each game has one equilibrium, and that the run found the principal branch."""
    from standoff.addons.games.sections.equilibrium_audit import blocks

    model = futures.model(case)
    finding = futures.find(standoff.check_equilibria, model, printed.as_json, actor=actor, at=at)
    printed.show(finding, [*blocks(finding)])


COMMAND = Command(HelpGroup.analyse, check_equilibria)
