"""`standoff claims`: the claims of a case, and conflicts between them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from typer import BadParameter, Option

from standoff.cli._options import Case, Command, HelpGroup, Printed, output_file, require_suffix
from standoff.files import write_text
from standoff.report import sections


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
        output_file("Write the claims as .csv."),
    ] = None,
    *,
    printed: Printed,
) -> None:
    """Show the claims of a case, or the conflicts between them."""
    from standoff import catalog
    from standoff.analysis.grouping_checks import find_missing_groups

    if missing_groups and (conflicts or output is not None):
        raise BadParameter("`--missing-groups` goes with filters and `--json` alone")
    if conflicts and output is not None:
        raise BadParameter("`--conflicts` goes with filters and `--json`; `-o` writes claims")
    require_suffix(output, (".csv",), "claims.csv")
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
        write_text(output, sections.claims.csv(ledger))
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


COMMAND = Command(HelpGroup.evidence, claims)
