"""Open a case in the browser of this machine, until the process is interrupted."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standoff import catalog
from standoff.engine.build import build
from standoff.errors import ModelError, Problem

if TYPE_CHECKING:
    from standoff.engine.model import Model


def open_case(
    case: str | Path,
    variant: str = "",
    *,
    port: int = 8765,
    browser: bool = True,
    held: Mapping[str, Mapping[str, str]] | None = None,
    read: Callable[[], Model] | None = None,
    show: Callable[[str], None] = print,
    warn: Callable[[str], None] = print,
) -> None:
    """Serve the explorer of a case, and open it in the browser, until interrupted.

    `held` are options that a person sets, as in `standoff.load`. `port` is the first one tried. `read` gives the model, by
    default from the case; `show` gets the address in a sentence, `warn` the faults of a case.
    """
    from standoff.addons.explorer.serve import OpenCase, address_of, serve

    def from_case() -> Model:
        return build(catalog.load(case, variant, held=held))

    def tell(address: str, line: str) -> None:
        show(line)
        if browser:
            webbrowser.open(address)

    def announce(address: str, faults: Sequence[Problem]) -> None:
        if faults:
            warn(f"{ModelError(faults)}\nthe page lists them too, and reads the case again once it is put right")
        tell(address, f"open at {address}\nCtrl-C ends it; only this machine can reach it")

    chosen = OpenCase(name=str(case), file=catalog.find(case), variant=variant, held=held or {}, read=read or from_case)
    if address := address_of(chosen, port):
        tell(address, f"already open at {address}")
    else:
        serve(chosen, announce, port)
