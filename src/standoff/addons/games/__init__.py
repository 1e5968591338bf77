"""Games in strategic and extensive form: solvers, files, a textbook, estimation."""

from typing import Any

from standoff import registry

FUNCTIONS = {
    "check_equilibria": "standoff.addons.games.equilibrium_audit",
    "estimate": "standoff.addons.games.estimate.estimate",
    "game": "standoff.addons.games.game",
    "solve": "standoff.addons.games.single_game",
}
_HOMES = {
    "EquilibriumAudit": "equilibrium_audit",
    "GameFinding": "game",
    "GameSolution": "single_game",
    "StrategicEstimate": "estimate.estimate",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
