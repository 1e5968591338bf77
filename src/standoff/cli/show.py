"""`standoff show`: a case, or the definition of a mechanism, a consideration or a prior."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from standoff.cli._options import Changed, Command, HelpGroup, Printed, cases, output_file
from standoff.errors import ScenarioError
from standoff.files import write_text
from standoff.report import sections

if TYPE_CHECKING:
    from standoff.plan import Plan


def show(
    name: Annotated[
        str,
        Argument(metavar="NAME", help="A case, a mechanism, a consideration or a prior.", autocompletion=cases),
    ],
    mechanism: Annotated[str, Option(metavar="NAME", help="Show one mechanism of the case, with its parameters.")] = "",
    choice: Annotated[str, Option(metavar="NAME", help="Show one choice of the case, with its table of codes.")] = "",
    diagram: Annotated[
        bool, Option("--diagram", help="Write the causal diagram for Graphviz, and list the feedback loops.")
    ] = False,
    process: Annotated[
        list[str] | None,
        Option("--process", metavar="NAME", help="With --diagram: only the surroundings of this mechanism."),
    ] = None,
    output: Annotated[Path | None, output_file("With --diagram: write it here; by default CASE.dot.")] = None,
    *,
    changed: Changed,
    printed: Printed,
) -> None:
    """Show a case, or the definition of a mechanism, a consideration or a prior."""
    from standoff.plan import plan

    if not diagram and (output or process):
        raise ScenarioError("--output and --process go with --diagram", fix="add `--diagram`")
    if name not in cases() and not diagram and _part(name, printed):
        return
    planned = plan(*changed.load(name))
    if diagram:
        _diagram(planned, process or [], output or Path(f"{Path(name).resolve().stem}.dot"), printed)
    elif mechanism:
        sheet = sections.describe.mechanism_sheet(planned, mechanism)
        printed.show(sheet, sections.describe.mechanism_blocks(sheet))
    elif choice:
        sheet = sections.describe.choice_sheet(planned, choice)
        printed.show(sheet, sections.describe.choice_blocks(sheet))
    else:
        sheet = sections.describe.case(planned)
        printed.show(sheet, sections.describe.case_blocks(sheet))


def _part(name: str, printed: Printed) -> bool:
    """Show mechanisms, considerations and priors by name; False if the name is that of a case."""
    from standoff import priors

    if (prior := priors.list_priors().get(name)) is not None:
        printed.show(prior, sections.describe.prior_blocks(prior))
        return True
    sheets = sections.describe.part_sheets(name)
    if sheets:
        printed.show(sheets, [block for sheet in sheets for block in sections.describe.part_blocks(sheet)])
    else:
        sections.describe.case_name(name)
    return bool(sheets)


def _diagram(plan: Plan, processes: list[str], file: Path, printed: Printed) -> None:
    """Write the causal diagram, and print it in words."""
    from standoff.analysis.causal import structure

    graph = structure(plan, processes)
    write_text(file, sections.causal_graph.dot(graph))
    printed.show({**graph.to_data(), "file": str(file)}, sections.causal_graph.blocks(graph), f"wrote {file}")


COMMAND = Command(HelpGroup.inspect, show)
