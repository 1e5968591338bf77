"""The scenario language: YAML to frozen records. No JAX here."""

from standoff.scenario.load import Loaded, dump, load_scenario, load_text
from standoff.scenario.model import Scenario

__all__ = ["Loaded", "Scenario", "dump", "load_scenario", "load_text"]
