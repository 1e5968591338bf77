# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.addons.history.ask import HistoryAnswer as HistoryAnswer
from standoff.addons.history.crises import CrisisTable as CrisisTable
from standoff.addons.history.crisis_scores import CrisisLine as CrisisLine
from standoff.addons.history.crisis_scores import CrisisScores as CrisisScores
from standoff.addons.history.crisis_scores import RivalScore as RivalScore
from standoff.addons.history.fit import HistoryFit as HistoryFit
from standoff.addons.history.panel import Panel as Panel
from standoff.addons.history.show import HistorySummary as HistorySummary
from standoff.addons.history.wars import WarAnswer as WarAnswer
from standoff.addons.history.wars import WarPanel as WarPanel

__all__ = [
    "CrisisLine",
    "CrisisScores",
    "CrisisTable",
    "HistoryAnswer",
    "HistoryFit",
    "HistorySummary",
    "Panel",
    "RivalScore",
    "WarAnswer",
    "WarPanel",
]
