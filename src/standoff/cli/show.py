"""`standoff show`: a case, or the definition of a mechanism, a consideration or a prior."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from standoff.plan import Plan


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A case, a mechanism, a consideration or a prior.", autocompletion=options.cases
        ),
    ],
    mechanism: Annotated[
        str, typer.Option("--mechanism", metavar="NAME", help="Show one mechanism of the case, with its parameters.")
    ] = "",
    diagram: Annotated[
        bool, typer.Option("--diagram", help="Draw the causal diagram as SVG, and list the feedback loops.")
    ] = False,
    process: Annotated[
        list[str] | None,
        typer.Option("--process", metavar="NAME", help="With --diagram: only the surroundings of this mechanism."),
    ] = None,
    output: Annotated[
        Path | None, options.output_file("With --diagram: write the picture here; by default CASE.svg.")
    ] = None,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    as_json: options.Json = False,
) -> None:
    """Show a case, or the definition of a mechanism, a consideration or a prior."""
    from standoff.report.sections import describe

    if not diagram and (output or process):
        raise ScenarioError(Problem("--output and --process go with --diagram", fix="add `--diagram`"))
    if name not in options.cases() and not diagram and _part(name, as_json):
        return
    from standoff.plan import plan

    planned = plan(*options.load_case(name, variant, changes, since, held))
    if diagram:
        _diagram(planned, process or [], output or Path(f"{Path(name).resolve().stem}.svg"), as_json)
    elif mechanism:
        sheet = describe.mechanism(planned, mechanism)
        options.print_json(sheet) if as_json else options.display(describe.mechanism_blocks(sheet))
    else:
        sheet = describe.case(planned)
        options.print_json(sheet) if as_json else options.display(describe.case_blocks(sheet))


def _part(name: str, as_json: bool) -> bool:
    """Show mechanisms, considerations and priors by name; False if the name is that of a case."""
    from standoff import priors
    from standoff.report.sections import describe, entries
    from standoff.report.sections import priors as prior_section

    library = priors.list_priors()
    if name in library:
        prior = library[name]
        options.print_json(prior.to_data()) if as_json else options.display(prior_section.blocks(prior))
        return True

    sheets = entries.part_sheets(name)
    if sheets and as_json:
        options.print_json(sheets)
    elif sheets:
        options.display([block for sheet in sheets for block in describe.part_blocks(sheet)])
    if not sheets:
        entries.case_name(name)
    return bool(sheets)


def _diagram(plan: Plan, processes: list[str], file: Path, as_json: bool) -> None:
    """Write the causal diagram, and print it in words."""
    from standoff.analysis.causal import structure
    from standoff.report import diagram
    from standoff.report.sections.causal_graph import blocks

    graph = structure(plan, processes)
    diagram.write(graph, file)
    if as_json:
        options.print_json({**graph.to_data(), "file": str(file)})
    else:
        options.display(blocks(graph), f"wrote {file}")


COMMAND = Command(HelpGroup.inspect, show)
