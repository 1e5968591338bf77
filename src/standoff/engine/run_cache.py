"""Results that are worked out once for a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from standoff.engine.run import Run

P = ParamSpec("P")
T = TypeVar("T")


def once_per_run(function: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[Run, P], T]:
    """Cache results of a function of a run and hashable arguments for the lifetime of the run."""
    results: WeakKeyDictionary[Run, dict[Any, T]] = WeakKeyDictionary()

    @wraps(function)
    def cached(run: Run, /, *arguments: P.args, **named: P.kwargs) -> T:
        of_run, key = results.setdefault(run, {}), (arguments, *sorted(named.items()))
        if key not in of_run:
            of_run[key] = function(run, *arguments, **named)
        return of_run[key]

    return cached
