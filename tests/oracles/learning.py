"""What others learn of the type of an actor from its options, by Bayes' rule in NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.oracles import games


class Observer:
    """A belief about the types of an actor, with what each of them was seen to weigh at the decision before."""

    def __init__(self, prior: Sequence[float], option: int, before: Sequence[Sequence[float]] | None = None) -> None:
        self.belief = np.array(prior, float)
        self.option, self.before = option, before

    def see(self, option: int, chances: Sequence[Sequence[float]], kept: float) -> np.ndarray:
        """The belief after an option; `chances` of each type's options now, `kept`: that unknown reasons last."""
        for t, now in enumerate(chances):
            moved = list(now)
            if self.before is not None:
                held = [float(o == self.option) for o in range(len(now))]
                moved = games.lasting(list(now), list(self.before[t]), held, kept, np)
            self.belief[t] *= float(moved[option])
        self.belief /= self.belief.sum()
        self.option, self.before = option, [list(now) for now in chances]
        return self.belief.copy()
