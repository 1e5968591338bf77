"""`standoff open`: a page in the browser in which levers move the answers."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._output import put
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import ModelError, Problem


def open_case(
    case: options.Case,
    variant: options.Variant = "",
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="First port to try.")] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, and open nothing.")] = False,
) -> None:
    """Open a case in the browser: move a lever and see the answers, futures and choices move."""
    import webbrowser

    try:
        from standoff.web.serve import address_of, serve
    except ImportError as error:
        what = f"the explorer needs a library that is missing: {error.name}"
        raise ModelError(Problem(what, fix='pip install "standoff[web]"')) from None
    model = options.build_model(case, variant)

    def announce(address: str, what: str = "open at") -> None:
        put(f"{what} {address}\nCtrl-C ends it; only this machine can reach it")
        if not no_browser:
            webbrowser.open(address)

    if address := address_of(model, port):
        announce(address, "already open at")
    else:
        serve(case, model, announce, port)


COMMAND = Command(HelpGroup.analyse, open_case)
