"""`standoff schema`: the JSON Schema of the scenario language."""

from __future__ import annotations

import standoff
from standoff.cli._options import Command, HelpGroup, print_json


def schema() -> None:
    """Print the JSON Schema of the scenario language, for completion and checks in an editor."""

    print_json(standoff.schema())


COMMAND = Command(HelpGroup.inspect, schema)
