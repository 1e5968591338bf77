"""The scenario language: YAML to frozen records. No JAX here."""

from standoff.scenario.language import Scenario
from standoff.scenario.load import LoadedScenario, dump, load_scenario, load_text

__all__ = ["LoadedScenario", "Scenario", "dump", "load_scenario", "load_text"]
