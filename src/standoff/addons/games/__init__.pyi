# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.addons.games.equilibrium_audit import EquilibriumAudit as EquilibriumAudit
from standoff.addons.games.estimate.estimate import StrategicEstimate as StrategicEstimate
from standoff.addons.games.game import GameFinding as GameFinding
from standoff.addons.games.single_game import GameSolution as GameSolution

__all__ = [
    "EquilibriumAudit",
    "GameFinding",
    "GameSolution",
    "StrategicEstimate",
]
