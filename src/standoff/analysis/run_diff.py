"""Attribute the difference between the answers of two runs of a case to changed inputs.

The changes form groups (as_of, claims, entries of the scenario), and every combination of groups is run in the same
futures. The contribution of a group is its Shapley value: the mean over all orders of the change of the answer when the
group is added in its turn. Contributions add up to the whole change in every future, and a group without effect
contributes zero. A combination that differs from another by parameters alone runs through the same compiled program.

Sources: shapley1953.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.input_diff import ChangeGroup, RunInputs, apply_groups, groups, merge_dependent, with_labels
from standoff.analysis.paired_samples import answer_values, outcome_values
from standoff.analysis.parameter_variants import _fits, _same_program
from standoff.engine.model import Model
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import Problem, RunError
from standoff.progress import SILENT, Progress
from standoff.statistics import error_floor

DRAWS = 2000  # assumption: a probability is then right to about one percentage point, a difference far better


@dataclass(frozen=True)
class ShapleyShare:
    """Contribution of one group of changes to the change of an answer (Shapley value)."""

    group: str
    change: float
    mc_error: float


@dataclass(frozen=True, kw_only=True)
class AnswerChange:
    """The answer to one question in both runs, and the change."""

    id: str
    kind: str
    text: str
    date: str
    unit: str
    before: float  #: probability of an event, share of the label most likely before, mean or median
    after: float
    change: float
    mc_error: float  #: of the change
    parts: tuple[ShapleyShare, ...]  #: the largest first; they add up to the change
    stored: tuple[float | str | None, float | str | None]  #: answers stored in the folders


@dataclass(frozen=True, kw_only=True)
class RunDiff(Finding):
    """Differences of two runs of one case."""

    folders: tuple[str, str] = ("", "")
    groups: tuple[ChangeGroup, ...] = ()
    moves: tuple[AnswerChange, ...] = ()  #: common questions, the most significant change first
    only: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  #: questions in only one of the runs
    program: Mapping[str, tuple[str, str]] | None = None  #: versions that differ
    settings: Mapping[str, tuple[Any, Any]] | None = (
        None  #: settings that differ; these answers use those of the first run
    )
    mixes: int = 0  #: number of combinations of changes that were simulated
    compiled: int = 0  #: number of them that needed a new program


def diff(before: Path, after: Path, *, draws: int = DRAWS, progress: Progress = SILENT) -> RunDiff:
    """Explain the differences between two runs of one case by the inputs that changed.

    Raises `RunError` for folders that hold no run, or runs of two cases.
    """
    one, other = RunInputs.read(before), RunInputs.read(after)
    if one.data["title"] != other.data["title"]:
        raise RunError(
            Problem(
                f"`{one.data['title']}` and `{other.data['title']}` are different cases", allowed="two runs of one case"
            )
        )
    result = merge_dependent(one, other, groups(one, other))
    count = min(draws, one.draws)
    runs, compiled = _runs(one, other, result, count, progress)
    first, last = runs[frozenset()], runs[frozenset(range(len(result)))]
    question = {item.id: item for item in last.model.plan.questions}
    moves = []
    for item in first.model.plan.questions:
        if (
            item.id in question
            and question[item.id].question.kind == item.question.kind
            and set(item.expressions) == set(question[item.id].expressions)
        ):
            moves.append(_move(item.id, runs, result, first, one, other))
    moves.sort(key=lambda move: -abs(move.change) / (move.mc_error or math.inf))
    names = {item.id for item in first.model.plan.questions}
    only = tuple(sorted(names - set(question))), tuple(sorted(set(question) - names))
    versions = [stored.record.get("versions", {}) for stored in (one, other)]
    program = {
        key: (versions[0].get(key, ""), versions[1].get(key, ""))
        for key in {**versions[0], **versions[1]}
        if versions[0].get(key) != versions[1].get(key)
    }
    pair = [stored.record["settings"] for stored in (one, other)]
    settings = {
        key: (pair[0].get(key), pair[1].get(key))
        for key in ("seed", "draws", "precision")
        if pair[0].get(key) != pair[1].get(key)
    }
    return RunDiff(
        origin=Provenance.of(first),
        folders=(one.folder, other.folder),
        groups=with_labels(last.model.plan, result),
        moves=tuple(moves),
        only=only,
        program=program,
        settings=settings,
        mixes=len(runs),
        compiled=compiled,
    )


def _runs(
    one: RunInputs, other: RunInputs, result: tuple[ChangeGroup, ...], count: int, progress: Progress
) -> tuple[dict[frozenset[int], Run], int]:
    """One run per combination of change groups; combinations with identical inputs share a run."""

    out: dict[frozenset[int], Run] = {}
    programs: list[Run] = []
    observed: list[tuple[Model, Run]] = []
    for size in range(len(result) + 1):
        for mix in map(frozenset, combinations(range(len(result)), size)):
            model = apply_groups(one, other, result, mix)
            alike = [(known, run) for known, run in observed if _same_program(known.plan, model.plan)]
            equal = next((run for known, run in alike if _same_numbers(known, model)), None)
            like = next(
                (
                    run
                    for run in programs
                    if _same_program(run.model.plan, model.plan) and _fits(run.model.layout, model.layout)
                ),
                None,
            )
            if equal is not None:
                out[mix] = equal
                continue
            with progress.task(", ".join(result[n].name for n in sorted(mix)) or "before"):
                if like is not None:
                    out[mix] = Rerunner.from_run(like).with_table(model.table, count, progress=progress).run
                else:
                    out[mix] = simulate(model, draws=count, seed=one.seed, paths=1, progress=progress)
                    programs.append(out[mix])
            observed.append((model, out[mix]))
    return out, len(programs)


def _same_numbers(one: Model, other: Model) -> bool:
    return one.layout == other.layout and all(np.array_equal(a, b) for a, b in zip(one.table, other.table, strict=True))


def _move(
    name: str,
    runs: Mapping[frozenset[int], Run],
    result: tuple[ChangeGroup, ...],
    first: Run,
    one: RunInputs,
    other: RunInputs,
) -> AnswerChange:
    question = next(item for item in first.model.plan.questions if item.id == name)
    label = str(answer(first, (name,))[name].answer)
    values = {}
    for mix, run in runs.items():
        own = next((item for item in run.model.plan.questions if item.id == name), question)
        values[mix] = outcome_values(run, own, label)
    good = np.isfinite(np.stack([*values.values()])).all(axis=0)
    values = {mix: row[good] for mix, row in values.items()}
    least = error_floor(np.stack([*values.values()]), int(good.sum()))
    values = {mix: answer_values(question, row) for mix, row in values.items()}
    everything = frozenset(range(len(result)))
    root, total = math.sqrt(good.sum()), values[everything] - values[frozenset()]
    parts = []
    for n, group in enumerate(result):
        gain = np.zeros(len(total))
        for mix in values:
            if n not in mix:
                weight = (
                    math.factorial(len(mix)) * math.factorial(len(result) - len(mix) - 1) / math.factorial(len(result))
                )
                gain += weight * (values[mix | {n}] - values[mix])
        error = max(float(gain.std()) / root, least) if gain.any() else 0.0
        parts.append(ShapleyShare(group.name, float(gain.mean()), error))
    message = [stored.answered().get(name, {}).get("answer") for stored in (one, other)]
    unit = question.form.unit(question)
    return AnswerChange(
        id=name,
        kind=question.question.kind,
        text=question.question.text,
        date=str(question.question.by or question.question.at),
        unit=unit,
        before=float(values[frozenset()].mean()),
        after=float(values[everything].mean()),
        change=float(total.mean()),
        mc_error=max(float(total.std()) / root, least) if total.any() else 0.0,
        parts=tuple(sorted(parts, key=lambda part: -abs(part.change))),
        stored=(message[0], message[1]),
    )
