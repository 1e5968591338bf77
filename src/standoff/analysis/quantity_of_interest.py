"""Quantity of interest of a finding: probability of an option, or the answer to a question.

The alternatives of an outcome are the options of a choice, the labels of a `first_of` question, or yes and no. An
`Experiment` is such a quantity in futures of a model, and in the same under other parameters: these are arguments of the
compiled program, so that a changed table compiles nothing, and a draw keeps its random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from standoff import labels
from standoff.analysis.explain import decision_step, find_choice
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import mean, paired_sample
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.rerun import Rerunner, RerunResult
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, did_you_mean, join_limited, unknown_word
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress
from standoff.record import record


@record
class QuantityOfInterest:
    """One quantity of interest. `rows` are the options of its choice in all options' stack."""

    name: str  #: `CHN=arms`, or the id of a question
    text: str
    kind: str  #: `option`, or the form of the question
    date: str
    unit: str  #: empty for a probability
    labels: tuple[str, ...]  #: alternatives; empty for a number
    index: int  #: index of the label of interest
    step: int = -1  #: step of the decision, for an option
    rows: slice = field(default_factory=lambda: slice(0))
    question: PlannedQuestion | None = None

    @property
    def is_probability(self) -> bool:
        """Whether it is a probability."""
        return bool(self.labels)

    def values(self, sample: RerunResult) -> np.ndarray:
        """(label, N) value per draw whose mean is the answer, per alternative; one row for a number.

        NaN for draws that failed. For an option it is the solved probability, which has no chance of its own.
        """
        if self.question is None:
            return np.where(sample.run.valid, sample.p[self.rows], np.nan)
        values = self.question.form.label_values(paired_sample(sample.run, self.question))
        return np.where(sample.run.valid, values, np.nan)

    def selected(self, sample: RerunResult) -> np.ndarray:
        """(N,) the row of interest."""
        return self.values(sample)[self.index]


@record
class QoiFinding(Finding):
    """A finding about one quantity of interest."""

    quantity_of_interest: str = ""
    text: str = ""
    kind: str = ""  #: `option`, or the form of the question
    date: str = ""
    unit: str = ""  #: empty for a probability
    answer: float = 0.0
    answer_error: float = 0.0


def option_probability(model: Model, text: str, at: str = "") -> QuantityOfInterest:
    """`CHN=arms`: probability of an option in the decision in force at `at`, or the first one."""
    name, sign, option = (part.strip() for part in text.partition("="))
    plan, program = model.plan, model.program
    position = find_choice(plan, name)
    choice = plan.choices[position]
    if not sign or option not in choice.options:
        raise ModelError(
            f"`{text}` is not an option",
            "--choice",
            f"{name}={join_limited(choice.options)}",
            did_you_mean(option, choice.options),
        )
    calendar = plan.scenario.calendar
    due = [k for k, now in enumerate(choice.is_free) if now]
    if not at and not due:
        raise ModelError(f"`{choice.name}` makes no decision after {plan.scenario.as_of}", "--choice")
    step = decision_step(plan, choice, at) if at else due[0]
    actor = labels.capital(labels.actor(plan, choice.actor))
    return QuantityOfInterest(
        name=f"{choice.name}={option}",
        text=f"{actor}: {labels.option(plan, choice.name, option)}",
        kind="option",
        date=calendar.label(step + 1),
        unit="",
        labels=choice.options,
        index=choice.options.index(option),
        step=step,
        rows=program.rows_of[position],
    )


def question_outcome(model: Model, name: str, label: str = "") -> QuantityOfInterest:
    """A question by its id; for `first_of`, with the label of interest."""
    item = model.plan.question(name)
    form, labels = item.form, item.form.labels(item)
    if form.HAS_LABELS and label not in labels:
        raise ModelError(unknown_word(f"`{name}` is a `first_of` question and needs a label", label, labels))
    if label and not form.HAS_LABELS:
        raise ModelError(f"`{name}` has no labels, got `{label}`", allowed="a question `first_of`")
    return QuantityOfInterest(
        name=f"{name}={label}" if label else name,
        text=item.question.text,
        kind=item.question.kind,
        date=item.date,
        unit=form.unit(item) or form.MEASURE,
        labels=labels,
        index=labels.index(label) if label else 0,
        question=item,
    )


def resolve(model: Model, choice: str = "", at: str = "", query: str = "") -> QuantityOfInterest:
    """Resolve an option of a choice, a question (`id`, or `id=label`), or the main question."""
    if choice and query:
        raise ModelError("both a choice and a question", allowed="one of --choice, --question")
    if choice:
        return option_probability(model, choice, at)
    if not query:
        query = model.plan.main_question
    if not query:
        raise ModelError("the scenario has no question", fix="name a choice: --choice CHN=arms")
    name, _, label = query.partition("=")
    return question_outcome(model, name.strip(), label.strip())


def program_of(model: Model, seed: int, progress: Progress = SILENT) -> Rerunner:
    """The compiled program of a model, for its own and for other parameter tables."""
    return Rerunner.from_run(simulate(model, draws=1, seed=seed, progress=progress))


def other_chance(program: Rerunner, table: ParameterTable, draws: int, stream: int) -> Run:
    """The first draws under a table: the same parameters, with another stream of chance."""
    return program.with_table(table._replace(chance=np.full(1, float(stream))), draws).run


@dataclass(frozen=True, eq=False)
class Experiment:
    """A quantity of interest in draws of a model, which `under` simulates again."""

    program: Rerunner
    about: QuantityOfInterest
    base: RerunResult  #: the draws under the parameters of the model

    @classmethod
    def of(
        cls, model: Model, about: QuantityOfInterest, draws: int, seed: int, progress: Progress = SILENT
    ) -> Experiment:
        """Simulate the draws of a model."""
        program = program_of(model, seed, progress)
        return cls(program, about, program.with_table(model.table, draws, about.step, progress))

    @cached_property
    def values(self) -> np.ndarray:
        """(label, N) value per draw, see `QuantityOfInterest.values`."""
        return self.about.values(self.base)

    def under(self, table: ParameterTable, draws: int) -> np.ndarray:
        """(label, draws) value in the first draws under other parameters."""
        return self.about.values(self.program.with_table(table, draws, self.about.step))

    def header(self) -> dict[str, Any]:
        """The fields of a `QoiFinding`."""
        answer, error = mean(self.values[self.about.index])
        return {
            "origin": Provenance.of(self.base.run),
            "quantity_of_interest": self.about.name,
            "text": self.about.text,
            "kind": self.about.kind,
            "date": self.about.date,
            "unit": self.about.unit,
            "answer": answer,
            "answer_error": error,
        }
