"""Fetch public data sets, and convert them to proposed claims."""

from standoff.cli._options import Command, HelpGroup

COMMAND = Command(HelpGroup.evidence, __name__)
