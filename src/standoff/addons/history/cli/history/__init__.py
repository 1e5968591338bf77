"""Decisions of states about the wars of others: build the panel, show coefficients, ask."""

from standoff.cli._options import Command, HelpGroup

COMMAND = Command(HelpGroup.evidence, __name__)
