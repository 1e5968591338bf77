"""Fetch public data sets, and convert them to proposed claims."""

from standoff.cli._registry import Command, Group

COMMAND = Command(Group.evidence, __name__)
