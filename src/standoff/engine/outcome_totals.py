"""Exact counts over all draws of a run that keeps the outcomes of its first draws alone.

Outcomes of every draw take 0.6 kB each on the flagship, so that a hundred million draws would need 62 GB. What is kept of
a block beyond the first draws is its number of draws that did not fail, of draws with a difficult game, and, for each
question whose answer is a share of futures, the sum of that share over the draws. All are sums, in the order of the
draws, so that they do not depend on who simulated which block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.array_files import Arrays
from standoff.engine.solved_games import SOLVER_FLAGS
from standoff.questions import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.engine.model import Model
    from standoff.plan import PlannedQuestion


@dataclass
class OutcomeTotals:
    """Counts over the draws of a run."""

    counts: np.ndarray = field(default_factory=lambda: np.zeros(1 + len(SOLVER_FLAGS), np.int64))
    #: draws that did not fail, and draws with a game of each flag of `SOLVER_FLAGS`
    shares: np.ndarray = field(default_factory=lambda: np.zeros(0))
    #: (label of a question) sum over the draws that did not fail, question by question in the order of the plan

    def add(self, counts: np.ndarray, shares: np.ndarray) -> None:
        """Add the counts of a block, or of a batch of blocks."""
        self.counts = self.counts + counts
        self.shares = self.shares + shares if self.shares.size else shares.astype(np.float64)

    @property
    def valid(self) -> int:
        """Number of draws that did not fail."""
        return int(self.counts[0])

    def flagged(self, name: str) -> int:
        """Number of draws with a game of a flag of `SOLVER_FLAGS`."""
        return int(self.counts[1 + SOLVER_FLAGS.index(name)])

    def of_question(self, model: Model, wanted: PlannedQuestion) -> dict[str, float]:
        """Share of the draws by label of a question; empty for a question about a number."""
        row = 0
        for query, labels in questions_with_labels(model):
            if query.id == wanted.id:
                total = self.shares[row : row + len(labels)] / max(self.valid, 1)
                return dict(zip(labels, total.tolist(), strict=True))
            row += len(labels)
        return {}


def questions_with_labels(model: Model) -> Iterator[tuple[PlannedQuestion, tuple[str, ...]]]:
    """Questions whose answer is a share of futures, with their labels."""
    for query in model.plan.questions:
        labels = query.form.labels(query)
        if labels:
            yield query, labels


def count_block(model: Model, outcomes: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Counts and shares of a block, from its arrays (..., draw); see `OutcomeTotals`."""
    good = outcomes["failed"] < 0
    counts = [int(good.sum()), *(int((outcomes[name] > 0).sum()) for name in SOLVER_FLAGS)]
    rows = {item.name: row for row, item in enumerate(model.program.watched)}
    answers: Any = outcomes["answers"][:, good].astype(float)
    shares = [
        query.form.label_values(Sample(question=query, plan=model.plan, read=lambda name: answers[rows[name]])).sum(
            axis=1
        )
        for query, _ in questions_with_labels(model)
    ]
    return np.array(counts, np.int64), np.concatenate(shares) if shares else np.zeros(0)
