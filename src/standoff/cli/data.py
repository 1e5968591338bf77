"""The commands `data list`, `data get` and `data status`: public data sets as proposed claims. No JAX here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import Json, display, print_json, writable
from standoff.errors import DataError, Problem

if TYPE_CHECKING:
    from rich.console import RenderableType

    from standoff.connectors import Got
    from standoff.ledger import Claim, Ledger

app = typer.Typer(
    name="data", no_args_is_help=True, help="Public data sets of the war: fetched, kept, and read into proposed claims."
)


def names(incomplete: str = "") -> list[str]:
    """Data sets that begin with `incomplete`, for shell completion; imports none of them."""
    from standoff import connectors

    return [name for name in connectors.names() if name.startswith(incomplete)]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the data sets: what they are, what may be done with them, how often they are renewed, whether a copy is kept."""
    from standoff import connectors
    from standoff.report.text_table import table

    cards = connectors.cards()
    if as_json:
        print_json(cards)
        return
    rows = [
        (card["name"], card["title"], card["licence"], card["cadence"], (card["kept"] or "no")[:10]) for card in cards
    ]
    display(table("", ("name", "what", "licence", "renewed each", "kept"), rows))


@app.command("get")
def get(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of `standoff data list`.", autocompletion=names)],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.jsonl", callback=writable, help="Write the claims here."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Only from the kept copy, however old.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Fetch even where the kept copy is fresh.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Read this file; no network, nothing is kept.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Only what had been published by the end of this day.")
    ] = None,
    monthly: Annotated[
        bool, typer.Option("--monthly", help="Only the last claim of each month of each series.")
    ] = False,
    new_to: Annotated[
        str,
        typer.Option("--new-to", metavar="CASE", help="Leave out claims whose id stands in the ledger of this case."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Get a data set and read it into proposed claims; say what became of every row."""
    from standoff import connectors
    from standoff.ledger import Ledger

    if output is not None and output.suffix.lower() != ".jsonl":
        raise DataError(Problem(f"claims are written as JSON lines, not `{output.suffix}`", str(output),
                                allowed=".jsonl"))  # fmt: skip
    got = connectors.get(name, offline=offline, refresh=refresh, file=file, as_of=as_of, monthly=monthly)
    ledger, known = got.ledger, 0
    if new_to:
        from standoff import catalog

        there = catalog.claims_beside(catalog.find(new_to))
        ledger = Ledger(tuple(claim for claim in got.ledger if claim.id not in there))
        known = len(got.ledger) - len(ledger)
    if output is not None:
        ledger.save(output)
    data = _account(got, ledger, known, output)
    if as_json:
        print_json(data if output is not None else data | {"claims": [claim.to_data() for claim in ledger]})
    else:
        display(*_page(data, ledger))


def _account(got: Got, ledger: Ledger, known: int, output: Path | None) -> dict[str, Any]:
    """What was got, and what became of the rows."""
    parsed, entry, source = got.parsed, got.entry, got.source
    return {
        "name": got.name, "title": source.title, "licence": source.licence, "citation": source.citation,
        "key": source.key, "from": got.origin, "fetched": entry.fetched if entry else None,
        "sha256": entry.sha256 if entry else None, "url": source.url,
        "rows": {"read": parsed.rows, "kept": parsed.kept, "left_out": parsed.left_rows, "empty_figures": parsed.empty},
        "left_out": [{"why": why, "count": count, "first": parsed.first[why]} for why, count in parsed.left.items()],
        "claims_count": {"read": len(parsed.claims), "published_later": got.later, "thinned": got.thinned,
                         "known": known, "given": len(ledger)},
        "notes": list(parsed.notes), "output": str(output) if output is not None else None,
    }  # fmt: skip


def _page(data: dict[str, Any], ledger: Ledger) -> list[RenderableType]:
    """The account and the series, to be read."""
    from standoff.report.formatting import counted
    from standoff.report.text_table import table

    rows, claims = data["rows"], data["claims_count"]
    whence = {"fetched": "fetched now", "kept": f"kept copy of {str(data['fetched'])[:10]}", "file": "local file"}
    lines: list[RenderableType] = [
        f"{data['title']}: {whence[data['from']]}",
        f"licence: {data['licence']}",
        f"cite: {data['citation']}",
        f"{counted(rows['read'], 'row')} read, {rows['kept']} kept, {rows['left_out']} left out; "
        f"{counted(rows['empty_figures'], 'figure')} missing in the rows kept (missing is not zero)",
        *(f"  {one['count']} x {one['why']} (first: {one['first']})" for one in data["left_out"]),
    ]
    for key, why in (("published_later", "published later"), ("thinned", "not the last of their month"),
                     ("known", "already in the ledger of the case")):  # fmt: skip
        if claims[key]:
            lines.append(f"{counted(claims[key], 'claim')} left out: {why}")
    series: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in ledger:
        series.setdefault((claim.subject, claim.quantity, claim.speaker), []).append(claim)
    shown_rows = [
        (*key, str(len(held)), str(held[0].as_of), str(held[-1].as_of), held[-1].statement)
        for key, held in sorted(series.items())[:SERIES]
        for held in [sorted(held, key=lambda claim: claim.as_of.first)]
    ]
    columns = ("subject", "quantity", "speaker", "claims", "from", "to", "last")
    if shown_rows:
        lines.append(table("", columns, shown_rows, ("claims",)))
    if len(series) > SERIES:
        lines.append(f"and {len(series) - SERIES} more series")
    lines += [f"note: {note}" for note in data["notes"]]
    to = f"written to {data['output']}" if data["output"] else "not written; `-o FILE.jsonl` writes them"
    return [*lines, f"{counted(claims['given'], 'proposed claim')}, {to}"]


SERIES = 40  #: series that are shown


@app.command("status")
def status(as_json: Json = False) -> None:
    """Show the kept copies: age, whether the hash still fits, whether they are stale, whether the last fetch changed them."""
    from standoff import connectors
    from standoff.report.text_table import table

    found = connectors.status()
    if as_json:
        print_json(found)
        return
    changed = {True: "yes", False: "no", None: ""}
    rows = [
        (
            item["name"], item["state"], str(item.get("fetched", ""))[:10],
            f"{item['age_days']:.0f} of {item['fresh_days']}" if "age_days" in item else "",
            f"{item['size']:,}" if "size" in item else "", str(item.get("sha256", ""))[:12], changed[item.get("changed")],
        )
        for item in found
    ]  # fmt: skip
    columns = ("name", "state", "fetched", "days of freshness", "bytes", "sha256", "changed")
    display(table("", columns, rows, ("days of freshness", "bytes")))
