"""`standoff code`: a blind sheet of the codes of a case, for a second coder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import Case, Command, HelpGroup
from standoff.cli._output import put


def code(
    case: Case,
    output: Annotated[Path, Option("--output", "-o", metavar="FILE", help="The workbook, such as sheet.xlsx.")],
) -> None:
    """Write the codes of a case as an empty sheet: the rule, the claims of the day, no answer."""
    put(f"wrote {standoff.code(case, output)}; `standoff pool {case} NAME.xlsx ...` reads what coders make of it")


COMMAND = Command(HelpGroup.inspect, code)
