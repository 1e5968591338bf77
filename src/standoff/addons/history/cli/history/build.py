"""`standoff history build`: the panel of decisions from the publishers' files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def build(
    data: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder with the publishers' files.")],
    output: Annotated[
        Path | None, options.output_file("Write the decisions as .parquet or .csv, one in each row.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Build the panel of decisions about the wars of others; account for every row lost."""
    options.require_suffix(output, (".parquet", ".csv"), "panel.parquet")
    from standoff.addons.history import panel as panels
    from standoff.addons.history.sections.history import panel_blocks
    from standoff.addons.history.summary import summarise

    panel = panels.build(data)
    if output is not None:
        panel.write(output)
    summary = summarise(panel)
    options.emit(summary.to_data(), panel_blocks(summary), None, as_json)
    if output is not None and not as_json:
        options.display(f"wrote {output}")


COMMAND = Command(HelpGroup.evidence, build)
