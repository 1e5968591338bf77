"""The command line in this process, and a small case on disk."""

from tests.unit.cli.conftest import case, standoff

__all__ = ["case", "standoff"]
