"""`standoff open`: a page in the browser in which levers move the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._output import put, put_error
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import ModelError, Problem


def open_case(
    case: options.Case,
    variant: options.Variant = "",
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="First port to try.")] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, and open nothing.")] = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Store the answers beside the scenario file, for the page to show at once, and end."
        ),
    ] = False,
) -> None:
    """Open a case in the browser: move a lever and see the answers, futures and choices move."""
    import webbrowser

    from standoff import catalog

    try:
        from standoff.web import shipped
        from standoff.web.serve import OpenCase, address_of, serve
    except ImportError as error:
        what = f"the explorer needs a library that is missing: {error.name}"
        raise ModelError(Problem(what, fix='pip install "standoff[web]"')) from None
    if keep:
        put(f"wrote {shipped.keep(options.build_model(case, variant))}")
        return
    chosen = OpenCase(
        name=case, file=catalog.find(case), variant=variant, read=lambda: options.build_model(case, variant)
    )

    def show(address: str, line: str) -> None:
        put(line)
        if not no_browser:
            webbrowser.open(address)

    def announce(address: str, faults: Sequence[Problem]) -> None:
        if faults:
            put_error(f"{ModelError(faults)}\nthe page lists them too, and reads the case again once it is put right")
        show(address, f"open at {address}\nCtrl-C ends it; only this machine can reach it")

    if address := address_of(chosen, port):
        show(address, f"already open at {address}")
    else:
        serve(chosen, announce, port)


COMMAND = Command(HelpGroup.analyse, open_case)
