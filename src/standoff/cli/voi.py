"""`standoff voi`: the value of information of claims and parameters."""

from __future__ import annotations

from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import Case, Command, HelpGroup, Simulated, Target, Written
from standoff.report import sections


def voi(
    case: Case,
    *,
    target: Target,
    top: Annotated[int, Option(min=1, help="Number of claims and of parameters to list.")] = 5,
    simulated: Annotated[Simulated, {"draws": 8192}],
    written: Written,
) -> None:
    """Rank claims and parameters by their value of information for an answer."""

    finding = simulated.find(standoff.voi, simulated.model(case), written.as_json, **vars(target), best=top)
    written.emit(finding, sections.findings.values(finding))


COMMAND = Command(HelpGroup.analyse, voi)
