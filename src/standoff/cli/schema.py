"""`standoff schema`: the JSON Schema of the scenario language."""

from __future__ import annotations

import standoff
from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def schema() -> None:
    """Print the JSON Schema of the scenario language, for completion and checks in an editor."""

    options.print_json(standoff.schema())


COMMAND = Command(HelpGroup.inspect, schema)
