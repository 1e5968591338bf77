"""Runs of small cases as they stand and with an intervention, for the views of the explorer."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from standoff import build, load
from standoff.addons.explorer.explorer import Explorer
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate

DRAWS = 512


@lru_cache(maxsize=8)
def model(case: str, *moved: tuple[str, float]) -> Model:
    """A case of the catalogue, with some levers set from as_of on."""
    return build(*load(case, changes=dict(moved)))


@lru_cache(maxsize=8)
def run(case: str, *moved: tuple[str, float]) -> Run:
    """Its futures, with all paths."""
    return simulate(model(case, *moved), draws=DRAWS, seed=1, paths="all")


def seen(view: Any) -> Any:
    """What the page gets, its keys as attributes, as a script reads them."""
    if isinstance(view, list | tuple):
        return [seen(item) for item in view]
    return SimpleNamespace(**{key: seen(item) for key, item in view.items()}) if isinstance(view, dict) else view


def moved(explorer: Explorer, *given: Any, **options: Any) -> Any:
    """A move, its keys as attributes."""
    return seen(explorer.move(*given, **options))
