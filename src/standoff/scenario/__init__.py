"""The scenario language: YAML to frozen records. No JAX here."""

from standoff.scenario.load import LoadedScenario, dump, load_scenario, load_text
from standoff.scenario.model import Scenario

__all__ = ["LoadedScenario", "Scenario", "dump", "load_scenario", "load_text"]
