"""Decisions of states about the wars of others: the panel, and the model of who helps whom."""

from typing import Any

from standoff import registry

FUNCTIONS = {
    "crises": "standoff.addons.history.crises:shipped",
    "crises_build": "standoff.addons.history.crises:build",
    "crises_score": "standoff.addons.history.crisis_scores:score",
    "crises_show": "standoff.addons.history.crises:show",
    "history_ask": "standoff.addons.history.ask:ask",
    "history_build": "standoff.addons.history.panel:build",
    "history_fit": "standoff.addons.history.fit:fit",
    "history_show": "standoff.addons.history.show:show",
    "history_wars_ask": "standoff.addons.history.wars:ask",
    "history_wars_build": "standoff.addons.history.wars:build",
    "history_wars_show": "standoff.history.wars:load",
}
_HOMES = {
    "CrisisLine": "crisis_scores",
    "CrisisScores": "crisis_scores",
    "CrisisTable": "crises",
    "HistoryAnswer": "ask",
    "HistoryFit": "fit",
    "HistorySummary": "show",
    "Panel": "panel",
    "RivalScore": "crisis_scores",
    "WarAnswer": "wars",
    "WarPanel": "wars",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
