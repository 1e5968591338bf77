"""The command `claims`: what was said, by whom, and where sayings contradict one another. No JAX here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.options import Case, Json, display, print_json, writable
from standoff.cli.output import put
from standoff.errors import LedgerError, Problem, RunError, did_you_mean, join_limited
from standoff.files import write_text

if TYPE_CHECKING:
    from standoff.ledger import Ledger

FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"  # what a spreadsheet may run, by OWASP's rule for CSV; columns of numbers hold none
NUMBER = r"^\s*[+-]?[\d.,]*\d\s*$"


def claims(
    case: Case,
    subject: Annotated[str | None, typer.Option("--subject", help="Only about this actor, such as RUS.")] = None,
    quantity: Annotated[str | None, typer.Option("--quantity", help="Only of this quantity.")] = None,
    speaker: Annotated[str | None, typer.Option("--speaker", help="Only by this speaker.")] = None,
    side: Annotated[str | None, typer.Option("--side", help="Only by speakers of this side.")] = None,
    line: Annotated[int | None, typer.Option("--line", help="Only on this line of the text behind the case.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only with this text in them.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only about this date or later.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only about this date or earlier.")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Show the contradictions instead.")] = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="Show contradictions in no conflict group, and what looks like relays.")
    ] = False,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", callback=writable, help="With --conflicts: draw them into this file."),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table as CSV and nothing else.")] = False,
    as_json: Json = False,
) -> None:
    """Show the claims of a case, or where they contradict one another."""
    from standoff import catalog

    if as_csv and (as_json or conflicts):
        raise typer.BadParameter("`--csv` prints claims, and goes with neither `--json` nor `--conflicts`")
    if audit and (conflicts or as_csv or svg is not None):
        raise typer.BadParameter("`--audit` goes with filters and `--json` alone")
    if svg is not None and (as_json or as_csv or not conflicts):
        raise typer.BadParameter("`--svg` draws `--conflicts`, and goes with neither `--json` nor `--csv`")
    whole = catalog.claims_beside(catalog.find(case))
    _known(whole, subject=subject, quantity=quantity, speaker=speaker, side=side)
    ledger = whole.filter(
        subject=subject, quantity=quantity, speaker=speaker, side=side, line=line, text=text, since=since, until=until
    )
    if svg is not None:
        _drawn(ledger, svg)
    elif audit:
        _gaps(ledger, as_json)
    elif conflicts:
        _conflicts(ledger, as_json)
    elif as_json:
        print_json([claim.to_data() for claim in ledger])
    elif as_csv:
        _csv(ledger)
    else:
        _table(ledger)


def _known(ledger: Ledger, **wanted: str | None) -> None:
    """Refuse words that no claim has: a slip would look like silence of the sources. An empty ledger knows no words."""
    problems = []
    for key, word in wanted.items():
        known = sorted({getattr(claim, key) for claim in ledger} - {""})
        if word is not None and known and word not in known:
            problems.append(Problem(f"no claim has the {key} `{word}`", f"--{key}", allowed=join_limited(known),
                                    fix=did_you_mean(word, known)))  # fmt: skip
    if problems:
        raise LedgerError(problems)


def _table(ledger: Ledger) -> None:
    for claim in ledger:
        display(f"{claim.as_of}  {claim.subject} {claim.quantity}: {claim.statement}",
              f"    {claim.speaker} ({claim.side}), {claim.published}  {claim.id}")  # fmt: skip
    display(f"{len(ledger)} claims")


def _conflicts(ledger: Ledger, as_json: bool) -> None:
    from dataclasses import asdict

    from standoff.report.formatting import counted
    from standoff.report.text_table import table

    found = ledger.conflicts()
    if as_json:
        print_json([asdict(conflict) for conflict in found])
        return
    rows = [
        (
            conflict.subject,
            conflict.quantity,
            conflict.kind,
            "-" if conflict.spread is None else f"x {conflict.spread:.2f}",
            conflict.text,
        )
        for conflict in found
    ]
    display(
        table("", ("subject", "quantity", "kind", "spread", "what differs"), rows, ("spread",)),
        counted(len(rows), "conflict"),
    )


def _gaps(ledger: Ledger, as_json: bool) -> None:
    from dataclasses import asdict

    from standoff.ledger import grouping_checks
    from standoff.report.formatting import counted

    found = grouping_checks.find_missing_groups(ledger.not_retracted())
    if as_json:
        print_json([asdict(gap) for gap in found])
        return
    for gap in found:
        display(gap.text, f"    {gap.claims[0]}  {gap.claims[1]}")
    display(counted(len(found), "gap"))


def _drawn(ledger: Ledger, path: Path) -> None:
    from standoff.report.charts.conflicts import picture

    try:
        drawn = picture(ledger)
    except ValueError as error:
        raise RunError(Problem(str(error), fix="leave out a filter")) from None
    write_text(path, drawn)
    display(f"conflicts drawn: {path}")


def _csv(ledger: Ledger) -> None:
    import polars as pl

    if not len(ledger):
        raise RunError(Problem("no claim fits", fix="leave out a filter"))
    frame = ledger.frame().with_columns(pl.col("lines").cast(pl.List(pl.String)).list.join(" "))
    text = pl.col(pl.String)
    frame = frame.with_columns(
        pl.when(text.str.contains(NUMBER)).then(text).otherwise(text.str.replace(FORMULA, "'$0"))
    )
    put(frame.write_csv().removesuffix("\n"))
