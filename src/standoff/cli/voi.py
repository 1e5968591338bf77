"""`standoff voi`: the value of information of claims and parameters."""

from __future__ import annotations

from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.report import sections


def voi(
    case: options.Case,
    *,
    target: options.Target,
    top: Annotated[int, Option(min=1, help="Number of claims and of parameters to list.")] = 5,
    simulated: Annotated[options.Simulated, {"draws": 8192}],
    written: options.Written,
) -> None:
    """Rank claims and parameters by their value of information for an answer."""

    finding = simulated.find(standoff.voi, simulated.model(case), written.as_json, **vars(target), best=top)
    written.emit(finding.to_data(), sections.findings.values(finding))


COMMAND = Command(HelpGroup.analyse, voi)
