"""From a scenario and a ledger to a model that can be simulated."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from standoff import theories
from standoff.engine.parameters import ParameterLayout, ParameterTable, build_table
from standoff.engine.program import Program
from standoff.engine.source_digest import source_digest
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import LoadedScenario, Scenario, dump, load_text


@dataclass(frozen=True)
class Model:
    """A built scenario: names resolved, numbers tabled, ready to simulate."""

    plan: Plan
    layout: ParameterLayout
    table: ParameterTable
    posterior: str = ""  #: digest of the posterior that some parameters are drawn from
    posterior_note: str = ""  #: how many these are and what it rests on, in words

    @property
    def scenario(self) -> Scenario:
        """The scenario, under its variant."""
        return self.plan.scenario

    @property
    def ledger(self) -> Ledger:
        """The claims."""
        return self.plan.ledger

    @cached_property
    def hash(self) -> str:
        """Digest of everything that a run of this model depends on, apart from seed and settings.

        What happened, which questions carry for scoring, and what a fit compares are not part of it: no run sees them.
        """
        questions = {
            name: question.model_copy(update={"outcome": None}) for name, question in self.scenario.questions.items()
        }
        question = self.scenario.model_copy(update={"questions": questions, "fit": None})
        parts = [dump(question), self.ledger.hash, json.dumps(list(self.layout.names)), self.posterior]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def source(self, module: str) -> str:
        """Digest of the source code behind the functions of this model that a module compiles, by its full name."""
        parts = [*self.plan.mechanisms, *(reason.part for choice in self.plan.choices for reason in choice.reasons)]
        used = {part.module.__name__ for part in parts} | {
            f"{theories.__name__}.{choice.theory}" for choice in self.plan.choices
        }
        return source_digest(frozenset({module, *used}))

    @cached_property
    def program(self) -> Program:
        """The functions that run it."""
        return Program(self.plan, self.layout)


def build(scenario: Scenario | LoadedScenario, ledger: Ledger) -> Model:
    """Resolve a scenario against a ledger and the parts; raises `ModelError` listing every mistake."""
    loaded = scenario if isinstance(scenario, LoadedScenario) else load_text(dump(scenario))
    resolved = plan(loaded, ledger)
    layout, table = build_table(resolved)
    return Model(resolved, layout, table)
