"""Attribute the difference between the answers of two runs of a case to changed inputs.

The changes form groups (as_of, claims, entries of the scenario), and every combination of groups is run in the same
futures. The contribution of a group is its Shapley value: the mean over all orders of the change of the answer when the
group is added in its turn. Contributions add up to the whole change in every future, and a group without effect
contributes zero. A combination that differs from another by parameters alone runs through the same compiled program.

Sources: shapley1953.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.input_diff import ChangeGroup, RunInputs, apply_groups, groups, merge_dependent, with_labels
from standoff.analysis.paired import Difference, PairedOutcomes, outcome_values, shapley_values, subsets
from standoff.analysis.parameter_variants import has_program, same_program
from standoff.engine.model import Model
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import Problem, RunError
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress

DRAWS = 2000  # assumption: a probability is then right to about one percentage point, a difference far better


@dataclass(frozen=True)
class ShapleyShare:
    """Contribution of one group of changes to the change of an answer (Shapley value)."""

    group: str
    change: float
    mc_error: float


@dataclass(frozen=True, kw_only=True)
class AnswerChange(Difference):
    """The answer to one question in both runs, and the change."""

    id: str
    kind: str
    text: str
    date: str
    unit: str
    parts: tuple[ShapleyShare, ...]  #: the largest first; they add up to the change
    stored: tuple[float | str | None, float | str | None]  #: answers stored in the folders


@dataclass(frozen=True, kw_only=True)
class RunDiff(Finding):
    """Differences of two runs of one case."""

    FRAME = "moves"

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
    changes = merge_dependent(one, other, groups(one, other))
    runs, compiled = _runs(one, other, changes, min(draws, one.draws), progress)
    first, last = runs[frozenset()], runs[frozenset(range(len(changes)))]
    old, new = ({item.id: item for item in run.model.plan.questions} for run in (first, last))
    answers = one.answered(), other.answered()
    moves = [
        _answer_change(
            question, runs, changes, (answers[0].get(name, {}).get("answer"), answers[1].get(name, {}).get("answer"))
        )
        for name, question in old.items()
        if name in new
        and new[name].question.kind == question.question.kind
        and set(new[name].expressions) == set(question.expressions)
    ]
    moves.sort(key=lambda move: -abs(move.change) / (move.mc_error or math.inf))
    versions, settings = ([each.record.get(key, {}) for each in (one, other)] for key in ("versions", "settings"))
    return RunDiff(
        origin=Provenance.of(first),
        folders=(one.folder, other.folder),
        groups=with_labels(last.model.plan, changes),
        moves=tuple(moves),
        only=(tuple(sorted(old.keys() - new)), tuple(sorted(new.keys() - old))),
        program=_changed({**versions[0], **versions[1]}, versions, ""),
        settings=_changed(("seed", "draws", "precision"), settings, None),
        mixes=len(runs),
        compiled=compiled,
    )


def _changed(keys: Iterable[str], records: Sequence[Mapping[str, Any]], missing: Any) -> dict[str, tuple[Any, Any]]:
    """Values of keys that differ between two records."""
    one, other = records
    return {key: (one.get(key, missing), other.get(key, missing)) for key in keys if one.get(key) != other.get(key)}


def _runs(
    one: RunInputs, other: RunInputs, changes: tuple[ChangeGroup, ...], count: int, progress: Progress
) -> tuple[dict[frozenset[int], Run], int]:
    """One run per combination of change groups; combinations with identical inputs share a run."""
    out: dict[frozenset[int], Run] = {}
    programs: list[Run] = []
    simulated: list[tuple[Model, Run]] = []
    for mix in subsets(len(changes)):
        model = apply_groups(one, other, changes, mix)
        equal = (
            run for known, run in simulated if same_program(known.plan, model.plan) and _same_numbers(known, model)
        )
        if (run := next(equal, None)) is None:
            with progress.task(", ".join(changes[n].name for n in sorted(mix)) or "before"):
                like = next((each for each in programs if has_program(each.model, model)), None)
                if like is not None:
                    run = Rerunner.from_run(like).with_table(model.table, count, progress=progress).run
                else:
                    run = simulate(model, draws=count, seed=one.seed, paths=1, progress=progress)
                    programs.append(run)
            simulated.append((model, run))
        out[mix] = run
    return out, len(programs)


def _same_numbers(one: Model, other: Model) -> bool:
    return one.layout == other.layout and all(np.array_equal(a, b) for a, b in zip(one.table, other.table, strict=True))


def _answer_change(
    question: PlannedQuestion,
    runs: Mapping[frozenset[int], Run],
    changes: tuple[ChangeGroup, ...],
    stored: tuple[Any, Any],
) -> AnswerChange:
    """Answers in all combinations of change groups; `stored` are those in the two folders."""
    first = runs[frozenset()]
    label = str(answer(first, (question.id,))[question.id].answer)
    states = []
    for run in runs.values():
        own = next((item for item in run.model.plan.questions if item.id == question.id), question)
        states.append(outcome_values(run, own, label))
    paired = PairedOutcomes.of(question, states)
    gains = shapley_values(dict(zip(runs, paired.values, strict=True)), len(changes))

    def error(contrast: np.ndarray) -> float:
        return paired.error(contrast) if contrast.any() else 0.0

    parts = [
        ShapleyShare(group.name, float(gain.mean()), error(gain)) for group, gain in zip(changes, gains, strict=True)
    ]
    difference = paired.difference()
    return AnswerChange(
        **vars(difference) | {"mc_error": error(paired.values[-1] - paired.values[0])},
        id=question.id,
        kind=question.question.kind,
        text=question.question.text,
        date=str(question.question.by or question.question.at),
        unit=question.form.unit(question),
        parts=tuple(sorted(parts, key=lambda part: -abs(part.change))),
        stored=stored,
    )
