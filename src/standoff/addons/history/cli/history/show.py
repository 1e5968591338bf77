"""`standoff history show`: the coefficients of history in words."""

from __future__ import annotations

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def show(*, written: options.Written) -> None:
    """Show what has moved states to help, with intervals, and the weights that scenarios take."""
    from standoff.addons.history.sections.history import summary_blocks

    summary = standoff.history_show()
    written.emit(summary, summary_blocks(summary))


COMMAND = Command(HelpGroup.evidence, show)
