"""`standoff schema`: the JSON Schema of the scenario language."""

from __future__ import annotations

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def schema() -> None:
    """Print the JSON Schema of the scenario language, for completion and checks in an editor."""
    from standoff.plan.json_schema import schema as language

    options.print_json(language())


COMMAND = Command(HelpGroup.inspect, schema)
