"""The scenario with something in every section."""

from tests.unit.scenario.conftest import full

__all__ = ["full"]
