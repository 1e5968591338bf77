"""A structural second opinion: what answers owe to what an author decided without noticing.

When an option is open, how long it stays, how often an actor decides, which step leads to which, who moves first, which
reasons are named, how strong and lasting the unstated ones are: each is written once and seldom defended. `variations`
reads these decisions off any scenario and takes each another way; every answer is compared in the same futures. Half and
twice a length or a spread are assumptions. Constants that are solved for an anchor are solved anew in each other program,
and stay where only numbers change.

In a case of more than `APART` choices the restrictions of the choice of the main question are varied alone, and those of
all others together, since each is a program of its own. Reasons and tastes are numbers of one program, and varied alone.

A rival author takes each decision as the author did with probability 1/2, and else one of the other ways, each as likely
(assumption). Shifts of the log odds add up over decisions (assumption: interactions are left out); one counts if it
exceeds what chance alone reaches over all variations.

Sources: steegen2016 (multiverse of decisions), simonsohn2020 (all defensible specifications side by side);
donoho_johnstone1994 (how far noise alone reaches).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import field, replace
from functools import reduce
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from scipy.special import logit

from standoff import labels
from standoff.analysis.stored_bands import stored_beside
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.table_changes import widened
from standoff.errors import StandoffError
from standoff.plan import Plan, PlannedChoice
from standoff.record import record
from standoff.scenario import calendar
from standoff.statistics import screening_threshold

STRUCTURE = "structure.json"
APART = 6  # choices, assumption: some twenty programs then take minutes
AUTHORS, POINTS = 4000, 20  # rival authors, and the points that stand for their shifts; assumption
FACTORS = ((0.5, "half"), (2.0, "twice"))  # assumption


@record
class Variation:
    """A decision of the author, taken another way."""

    decision: str  #: of which a rival author takes one way
    way: str
    changes: tuple[Mapping[str, Any], ...] = ()  #: merged over the scenario
    factors: Mapping[str, float] = field(default_factory=dict)  #: on weights, half-lives, spreads of constants, by path
    #: question -> change of its answer and Monte Carlo error; none where every future is the same
    effects: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@record
class StructuralOpinion:
    """Every answer with each decision of the author taken another way."""

    answers: Mapping[str, float]  #: question -> its answer in the case as it is written
    variations: tuple[Variation, ...]
    draws: int
    seconds: float  #: of processor, without what was done before

    @property
    def decisions(self) -> int:
        """Number of decisions that were varied."""
        return len({item.decision for item in self.variations})

    def clear(self, question: str) -> list[tuple[float, float, Variation]]:
        """Changes of an answer beyond chance, the largest first: size, error, variation."""
        least = screening_threshold(len(self.variations))
        found = [(*item.effects.get(question, (0.0, 0.0)), item) for item in self.variations]
        return sorted((each for each in found if abs(each[0]) > least * each[1]), key=lambda each: -abs(each[0]))

    def shifts(self, question: str) -> tuple[float, ...]:
        """Shifts of the log odds of an answer under rival authors: points with equal weights."""
        random, total, clear = np.random.default_rng(0), np.zeros(AUTHORS), self.clear(question)
        for decision, ways in Counter(item.decision for item in self.variations).items():
            moves = [change for change, _, item in clear if item.decision == decision]
            after = self.answers[question] + np.array(moves + [0.0] * (2 * ways - len(moves)))
            odds = logit(np.clip(after, 0.5 / self.draws, 1 - 0.5 / self.draws))  # half a hit
            total += (odds - odds[-1])[random.integers(2 * ways, size=AUTHORS)]
        return tuple(np.quantile(total, (np.arange(POINTS) + 0.5) / POINTS).tolist())


def variations(plan: Plan) -> tuple[Variation, ...]:
    """Every decision of the author that can be taken another way, read off the scenario."""
    out, free = dict[tuple[str, str], Variation](), [choice for choice in plan.choices if any(choice.is_free)]
    for choice in free:
        is_alone = len(free) <= APART or choice is plan.choices[plan.main_choice or 0]
        for item in (*_strengths(plan, choice), *_restrictions(plan, choice)):
            who, kind = labels.choice(plan, choice.name), item.decision
            if not is_alone and item.changes:
                who, kind = "all other choices", kind.split()[-1]
            key = f"{who}: {kind}", item.way
            before = out[key].changes if key in out else ()
            out[key] = replace(item, decision=key[0], changes=before + item.changes)
    if len(free) > 1:
        other = {"reactions": "simultaneous", "simultaneous": "reactions"}[plan.scenario.expects]
        out["", ""] = Variation(decision="all actors: expects", way=other, changes=({"expects": other},))
    return tuple(out.values())


def _restrictions(plan: Plan, choice: PlannedChoice) -> Iterator[Variation]:
    """What stands in a choice, taken another way; each is another program."""
    written, step = plan.scenario.choices[choice.name], plan.scenario.step

    def taken(way: str, new: Any, *place: str) -> Variation:
        change = reduce(lambda inner, word: {word: inner}, ("choices", choice.name, *place)[::-1], new)
        return Variation(decision=" ".join(place), way=way, changes=(change,))

    def length(text: str, factor: float = 1.0) -> str:
        return f"{max(round(factor * calendar.months(text) / plan.scenario.calendar.dt), 1)} {step}s"

    entries: list[tuple[tuple[str, ...], Any]] = [((), written)]
    entries += [(("options", name), option) for name, option in written.options.items()]
    for place, entry in entries:
        for word, value in entry.model_dump(mode="json", exclude_defaults=True).items():
            if word in ("every", "lasts"):
                for factor, of in FACTORS:
                    if length(value, factor) != length(value):
                        yield taken(f"{of} as long", length(value, factor), *place, word)
            elif word == "when":
                condition, at, sources = value.partition("@")  # it goes on to name what it named
                yield taken("always open", f"({condition}) or 1 > 0 {at}{sources}", *place, word)
            elif word in ("ladder", "after", "responds_to"):
                yield taken("left out", None, *place, word)
    read = dict.fromkeys(name for reason in choice.reasons for name in reason.others)
    if read and not choice.after:
        yield taken("after those whose options it reads", [*read], "after")


def _strengths(plan: Plan, choice: PlannedChoice) -> Iterator[Variation]:
    """Reasons left out, constants and half-lives by factors: numbers of one program."""
    constants = list[str]()
    for reason in choice.reasons:
        if getattr(reason.part.module, "UNOBSERVED", False):
            constants += [plan.parameters[i].path for i in reason.part.parameters]
        else:
            way = f"without “{labels.reason_of(plan, choice.name, reason.name)}”"
            yield Variation(decision="reasons", way=way, factors={plan.parameters[reason.weight].path: 0.0})
    for factor, of in FACTORS:
        if constants:
            yield Variation(decision="constants", way=f"{of} as far spread", factors=dict.fromkeys(constants, factor))
        lasting = {plan.parameters[choice.half_life].path: factor}
        yield Variation(decision="half_life", way=f"{of} as long", factors=lasting)


def varied(model: Model) -> Iterator[tuple[Variation, Model]]:
    """Variations of a case and their models.

    Those that its history or its other choices do not allow are left out.
    """
    for item in variations(model.plan):
        loaded, table = model.plan.loaded, model.table
        with suppress(StandoffError):
            for change in item.changes:
                loaded = loaded.over(change)
            for path, factor in item.factors.items():
                i = model.plan.index[path]
                is_scaled = path.endswith((".weight", ".half_life"))
                table = table.scaled(model.layout, i, factor) if is_scaled else widened(model, table, i, factor)
            yield item, build(loaded, model.ledger) if item.changes else replace(model, table=table)


def stored_structure(model: Model) -> StructuralOpinion | None:
    """The structural second opinion beside a scenario file, if it is of this model and program."""
    return stored_beside(model, STRUCTURE, TypeAdapter(StructuralOpinion).validate_python)[0]
