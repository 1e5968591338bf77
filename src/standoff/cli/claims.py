"""`standoff claims`: the claims of a case, and conflicts between them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, RunError
from standoff.files import write_text

if TYPE_CHECKING:
    from standoff.ledger import Ledger


def claims(
    case: options.Case,
    subject: Annotated[str | None, typer.Option("--subject", help="Only claims about this actor, such as RUS.")] = None,
    quantity: Annotated[str | None, typer.Option("--quantity", help="Only claims of this quantity.")] = None,
    speaker: Annotated[str | None, typer.Option("--speaker", help="Only claims by this speaker.")] = None,
    side: Annotated[str | None, typer.Option("--side", help="Only claims by speakers of this side.")] = None,
    line: Annotated[
        int | None, typer.Option("--line", help="Only claims on this line of the text behind the case.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only claims that contain this text.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only claims about this date or later.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only claims about this date or earlier.")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Show conflicts between claims instead.")] = False,
    full: Annotated[bool, typer.Option("--full", help="With --conflicts: all of them, in full.")] = False,
    missing_groups: Annotated[
        bool,
        typer.Option("--missing-groups", help="Show conflicts in no conflict group, and likely relays, instead."),
    ] = False,
    output: Annotated[
        Path | None,
        options.output_file("Write the claims as .csv, or with --conflicts a chart as .svg."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show the claims of a case, or the conflicts between them."""
    from standoff import catalog

    if missing_groups and (conflicts or output is not None):
        raise typer.BadParameter("`--missing-groups` goes with filters and `--json` alone")
    if output is not None:
        options.require_suffix(
            output, (".svg",) if conflicts else (".csv",), "conflicts.svg" if conflicts else "claims.csv"
        )
    ledger = catalog.claims(
        case,
        subject=subject,
        quantity=quantity,
        speaker=speaker,
        side=side,
        line=line,
        text=text,
        since=since,
        until=until,
    )
    if missing_groups:
        _missing_groups(ledger, as_json)
    elif conflicts:
        _conflicts(ledger, output, full, as_json)
    else:
        _claims(ledger, output, as_json)


def _claims(ledger: Ledger, output: Path | None, as_json: bool) -> None:
    from standoff.report.sections import claims as section

    if output is not None:
        write_text(output, section.csv(ledger))
    if as_json:
        options.print_json([claim.to_data() for claim in ledger])
    else:
        options.display(*([f"wrote {output}"] if output is not None else section.lines(ledger)))


def _conflicts(ledger: Ledger, output: Path | None, full: bool, as_json: bool) -> None:
    from standoff.report.sections import claims as section

    if output is not None:
        from standoff.report.charts.conflicts import picture

        try:
            svg = picture(ledger)
        except ValueError as error:
            raise RunError(Problem(str(error), fix="leave out a filter")) from None
        write_text(output, svg)
    result = ledger.conflicts()
    if as_json:
        options.print_json([asdict(conflict) for conflict in result])
    else:
        options.display(f"wrote {output}" if output is not None else section.conflicts(result, full))


def _missing_groups(ledger: Ledger, as_json: bool) -> None:
    from standoff.ledger.grouping_checks import find_missing_groups
    from standoff.report.sections import claims as section

    gaps = find_missing_groups(ledger.not_retracted())
    if as_json:
        options.print_json([asdict(distance) for distance in gaps])
    else:
        options.display(*section.missing_groups(gaps))


COMMAND = Command(HelpGroup.evidence, claims)
