"""`standoff claims`: the claims of a case, and conflicts between them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import BadParameter, Option

from standoff.cli._options import Case, Command, HelpGroup, Printed, output_file, require_suffix
from standoff.errors import RunError
from standoff.files import write_text
from standoff.report import sections

if TYPE_CHECKING:
    from standoff.ledger import Ledger


def claims(
    case: Case,
    subject: Annotated[str | None, Option(help="Only claims about this actor, such as RUS.")] = None,
    quantity: Annotated[str | None, Option(help="Only claims of this quantity.")] = None,
    speaker: Annotated[str | None, Option(help="Only claims by this speaker.")] = None,
    side: Annotated[str | None, Option(help="Only claims by speakers of this side.")] = None,
    line: Annotated[int | None, Option(help="Only claims on this line of the text behind the case.")] = None,
    text: Annotated[str | None, Option(help="Only claims that contain this text.")] = None,
    since: Annotated[str | None, Option(help="Only claims about this date or later.")] = None,
    until: Annotated[str | None, Option(help="Only claims about this date or earlier.")] = None,
    conflicts: Annotated[bool, Option("--conflicts", help="Show conflicts between claims instead.")] = False,
    full: Annotated[bool, Option("--full", help="With --conflicts: all of them, in full.")] = False,
    missing_groups: Annotated[
        bool,
        Option("--missing-groups", help="Show conflicts in no conflict group, and likely relays, instead."),
    ] = False,
    output: Annotated[
        Path | None,
        output_file("Write the claims as .csv, or with --conflicts a chart as .svg."),
    ] = None,
    *,
    printed: Printed,
) -> None:
    """Show the claims of a case, or the conflicts between them."""
    from standoff import catalog
    from standoff.analysis.grouping_checks import find_missing_groups

    if missing_groups and (conflicts or output is not None):
        raise BadParameter("`--missing-groups` goes with filters and `--json` alone")
    suffix = ".svg" if conflicts else ".csv"
    require_suffix(output, (suffix,), f"{'conflicts' if conflicts else 'claims'}{suffix}")
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
    if output is not None:
        write_text(output, _picture(ledger) if conflicts else sections.claims.csv(ledger))
    if missing_groups:
        gaps = find_missing_groups(ledger.not_retracted())
        printed.show([asdict(distance) for distance in gaps], *sections.claims.missing_groups(gaps))
        return
    rival = ledger.conflicts() if conflicts else ()
    data = [asdict(conflict) for conflict in rival] if conflicts else [claim.to_data() for claim in ledger]
    if output is not None:
        printed.show(data, f"wrote {output}")
    else:
        printed.show(data, *([sections.claims.conflicts(rival, full)] if conflicts else sections.claims.lines(ledger)))


def _picture(ledger: Ledger) -> str:
    """The chart of conflicts; raises `RunError` where it would have too many rows."""
    from standoff.report.charts.conflicts import picture

    try:
        return picture(ledger)
    except ValueError as error:
        raise RunError(str(error), fix="leave out a filter") from None


COMMAND = Command(HelpGroup.evidence, claims)
