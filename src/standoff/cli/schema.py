"""`standoff schema`: the JSON Schema of the scenario language."""

from __future__ import annotations

import standoff
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import put_json


def schema() -> None:
    """Print the JSON Schema of the scenario language, for completion and checks in an editor."""

    put_json(standoff.schema())


COMMAND = Command(HelpGroup.inspect, schema)
