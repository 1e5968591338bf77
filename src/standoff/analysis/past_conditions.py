"""Whether conditions of a question held before as_of, in the draws with paths."""

from __future__ import annotations

import numpy as np

from standoff import expression
from standoff.engine.run import Run
from standoff.expression import ChoiceTerm, Node


def held_by_as_of(run: Run, node: Node) -> np.ndarray:
    """(K',) whether a condition was true at any state up to as_of, in valid path draws.

    A state in which the condition has no value counts as one in which it is false.
    """
    plan, states = run.model.plan, run.model.plan.first_future_step + 1
    names = [choice.name for choice in plan.choices]

    def holds(term: ChoiceTerm) -> np.ndarray:
        """(K', states) whether an option was in force in the step before a state."""
        at = names.index(term.choice)
        steps = np.maximum(np.arange(states) - 1, 0)
        wanted = [plan.choices[at].options.index(option) for option in term.options]
        return np.isin(run.path_chosen[run.valid_paths][:, steps, at], wanted)

    def path(name: str) -> np.ndarray:
        if name in plan.clock_terms:
            return np.array(plan.clock_values(name, range(states)))
        return run.stock_paths[:, :states, plan.cells.index(name)][run.valid_paths]

    read = (node, path, holds, np)
    shape = (int(run.valid_paths.sum()), states)
    with np.errstate(all="ignore"):
        true, known = (np.broadcast_to(value(*read), shape) for value in (expression.evaluate, expression.defined))
    return (true & known).any(axis=1)
