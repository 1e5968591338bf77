"""A model: a scenario ready for simulation, with its digest and its program."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from standoff import theories
from standoff.engine.compile_cache import source_digest
from standoff.engine.parameters import ParameterLayout, ParameterTable
from standoff.engine.program import Program
from standoff.ledger import Ledger
from standoff.plan import Plan
from standoff.scenario import Scenario, dump


@dataclass(frozen=True)
class Model:
    """A scenario ready for simulation: names resolved, parameters tabulated."""

    plan: Plan
    layout: ParameterLayout
    table: ParameterTable
    posterior: str = ""  #: digest of the posterior of the fitted parameters
    posterior_note: str = ""  #: number of fitted parameters and their evidence, in words
    base: str = ""  #: digest of the case as written, where it has means from that (`engine.reference`)
    is_complete: bool = False  #: whether it has what is worked out in futures: constants of anchors, and these means

    def __repr__(self) -> str:
        """The title of the scenario, its variant, and what it is made of."""
        variant = f", variant {self.plan.variant}" if self.plan.variant else ""
        counts = f"{len(self.plan.parameters)} parameters, {len(self.ledger)} claims"
        return f"<model: {self.scenario.title}{variant}, as of {self.scenario.as_of}, {counts}>"

    @property
    def scenario(self) -> Scenario:
        """The scenario, with its variant applied."""
        return self.plan.scenario

    @property
    def ledger(self) -> Ledger:
        """The claims of the plan."""
        return self.plan.ledger

    @cached_property
    def hash(self) -> str:
        """Digest of everything that determines a run of this model, apart from seed and settings.

        Outcomes of questions, their rates in data, the targets of a fit and claims published after `as_of` are left
        out, since they do not affect a run.
        """
        known = self.ledger.as_of(self.scenario.as_of_day)
        parts = [self._read, known.hash, json.dumps(list(self.layout.names)), self.posterior + self.base]
        beliefs = [parameter.belief for parameter in self.plan.parameters]
        parts += [f"{belief.origin}{belief.numbers}" for belief in beliefs if belief.origin]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def definition(self) -> str:
        """Digest of scenario and parts alone: claims that are added later leave it as it is."""
        parts = [self._read, json.dumps(list(self.layout.names)), self.posterior]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @cached_property
    def _read(self) -> str:
        """The scenario as far as a run reads it."""
        unread = {"outcome": None, "data_rate": None}
        questions = {name: question.model_copy(update=unread) for name, question in self.scenario.questions.items()}
        return dump(self.scenario.model_copy(update={"questions": questions, "fit": None}))

    def source(self, module: str) -> str:
        """Digest of the source code that is compiled for the model, by the full name of a module."""
        parts = [*self.plan.mechanisms, *(reason.part for choice in self.plan.choices for reason in choice.reasons)]
        used = {part.module.__name__ for part in parts} | {
            f"{theories.__name__}.{choice.theory}" for choice in self.plan.choices
        }
        return source_digest(frozenset({module, *used}))

    @cached_property
    def program(self) -> Program:
        """The functions that simulate the model."""
        return Program(self.plan, self.layout)
