"""`standoff history show`: the coefficients of history in words."""

from __future__ import annotations

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def show(output: options.Output = None, as_json: options.Json = False) -> None:
    """Show what has moved states to help, with intervals, and the weights that scenarios take."""
    from standoff.addons.history.sections.history import summary_blocks

    summary = standoff.history_show()
    options.emit(summary.to_data(), summary_blocks(summary), output, as_json)


COMMAND = Command(HelpGroup.evidence, show)
