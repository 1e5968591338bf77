"""`standoff exhaustion`: time until each side exhausts a resource."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

import standoff
from standoff.cli._options import Case, Command, HelpGroup, Simulated, Written
from standoff.report import sections


def exhaustion(
    case: Case,
    question: Annotated[
        str,
        Argument(metavar="[QUESTION]", help="A `first_of` question; by default the first whose labels name sides."),
    ] = "",
    *,
    simulated: Simulated,
    written: Written,
) -> None:
    """Show the time to exhaustion by side and resource, and the parameters that shift it."""
    from standoff.analysis.exhaustion import find

    model = simulated.model(case)
    find(model.plan, question)  # its mistakes before anything is simulated
    finding = standoff.exhaustion(simulated.run(model, written.as_json), question)
    written.emit(finding, sections.exhaustion.blocks(finding))


COMMAND = Command(HelpGroup.analyse, exhaustion)
