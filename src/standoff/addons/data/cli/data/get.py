"""`standoff data get`: one data set as proposed claims."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.errors import DataError


def names(incomplete: str = "") -> list[str]:
    """Complete the name of a data set; imports none of them."""
    from standoff.addons.data import datasets

    return [name for name in datasets.names() if name.startswith(incomplete)]


def get(
    name: Annotated[str, Argument(metavar="NAME", help="A data set of `standoff data list`.", autocompletion=names)],
    output: Annotated[
        Path | None,
        Option("--output", "-o", metavar="FILE", callback=options.writable, help="Write the claims as .jsonl."),
    ] = None,
    offline: Annotated[bool, Option("--offline", help="Use only the cached copy, however old.")] = False,
    refresh: Annotated[bool, Option("--refresh", help="Fetch even if the cached copy is fresh.")] = False,
    file: Annotated[Path | None, Option(metavar="FILE", help="Read this file instead; nothing is cached.")] = None,
    as_of: Annotated[str | None, Option(metavar="DATE", help="Only rows published by the end of this day.")] = None,
    monthly: Annotated[bool, Option("--monthly", help="Only the last claim of each month of each series.")] = False,
    skip_known: Annotated[
        str,
        Option(metavar="CASE", help="Leave out claims whose id is in the ledger of this case."),
    ] = "",
    *,
    printed: options.Printed,
) -> None:
    """Fetch a data set and convert it to proposed claims, with an account of every row left out."""
    from standoff.addons.data import datasets
    from standoff.addons.data.sections import data_set

    if output is not None and output.suffix.lower() != ".jsonl":
        raise DataError(f"claims are written as JSON lines, not `{output.suffix}`", str(output), allowed=".jsonl")
    fetched = datasets.get(name, offline=offline, refresh=refresh, file=file, as_of=as_of, monthly=monthly)
    ledger, known = fetched.ledger, 0
    if skip_known:
        from standoff import catalog

        existing = catalog.claims(skip_known)
        ledger = standoff.Ledger(tuple(claim for claim in fetched.ledger if claim.id not in existing))
        known = len(fetched.ledger) - len(ledger)
    if output is not None:
        ledger.save(output)
    data = data_set.account(fetched, ledger, known, output)
    claims = {} if output is not None else {"claims": [claim.to_data() for claim in ledger]}
    printed.show(data | claims, data_set.blocks(data, ledger))


COMMAND = Command(HelpGroup.evidence, get)
