"""`standoff open`: a page in the browser in which levers move the answers."""

from __future__ import annotations

import os
from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import put, put_error


def open_case(
    case: options.Case,
    variant: options.DatedVariant = "",
    held: options.Holds = None,
    port: Annotated[int, Option(min=1024, max=65535, help="First port to try.")] = 8765,
    no_browser: Annotated[bool, Option("--no-browser", help="Print the address, and open nothing.")] = False,
    keep: Annotated[
        bool,
        Option("--keep", help="Store the answers beside the scenario file, for the page to show at once, and end."),
    ] = False,
) -> None:
    """Open a case in the browser: move a lever and see the answers, futures and choices move."""
    from standoff.engine.build import planned

    changed = options.Changed(variant=variant, held=held)
    if keep:
        from standoff.addons.explorer import shipped

        put(f"wrote {shipped.keep(changed.model(case))}")
        return

    try:
        standoff.open_case(
            case,
            variant,
            port=port,
            browser=not no_browser,
            held=options.parse_holds(held),
            read=lambda: planned(changed.load(case)),
            show=put,
            warn=put_error,
        )
    except (KeyboardInterrupt, SystemExit):
        put("closed")
        os._exit(0)  # at once: a thread that compiles crashes an interpreter that shuts down


COMMAND = Command(HelpGroup.analyse, open_case)
