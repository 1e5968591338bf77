"""Variance decomposition: Sobol indices of groups of parameters and of chance.

The first index of a group is the share of the variance of the answer (over futures) that would vanish if the group were
known; the total index is the share that would be left if all else were known. A group may be one parameter, all
parameters of a mechanism or a choice, or all of a side; chance, everything drawn anew in each future, is a group of its
own.

Two independent draws A and B of everything are made for each future, and a further future takes one group from B and
the rest from A: (groups + 2) runs of the same length, through the program of the run. Parameters with a declared
correlation are kept in one group, since an index of one of them alone means nothing; so are all parameters from a
posterior, since a future takes one of its draws whole. Where the answer is a count, the variance is that of yes and no.

Sources: saltelli2010 (design and estimators), herman_usher2017 (SALib, which estimates and resamples).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standoff import labels
from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.rerun import Rerunner, with_tables
from standoff.errors import RunError
from standoff.job_folder import JobExecutor
from standoff.progress import SILENT, Progress
from standoff.versions import install_command

CHANCE, REST, FITTED = "chance", "all other numbers", "the posterior"
LEVEL, RESAMPLES = 0.9, 200  # of the intervals; assumption: their ends are then right to a tenth of their width


@dataclass(frozen=True)
class Index:
    """Variance indices of one group."""

    name: str
    label: str  #: the same in words
    numbers: int  #: number of parameters
    first: float
    first_error: float  #: half the width of the 90 % bootstrap interval
    total: float
    total_error: float


def sobol_of_each(
    again: Rerunner,
    abouts: Sequence[QuantityOfInterest],
    groups: Mapping[str, Sequence[int]],
    *,
    draws: int,
    seed: int = 1,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> list[tuple[Index, ...]]:
    """First-order and total indices of each group and of chance, of several answers at once.

    The largest total comes first. Options of choices must be of one decision. Parameters from a posterior are taken out of
    their groups, and form a group of their own. An answer that is the same in every future has no indices. Raises `RunError`
    where SALib is missing.
    """
    analyze = _salib()
    model, together = again.run.model, merged(again.run.model, groups)
    names = [*together, CHANCE]
    (step,) = {about.step for about in abouts}

    def taken(numbers: Sequence[int], chance: bool) -> ParameterTable:
        stream = np.zeros(len(model.layout.names))
        stream[list(numbers)] = 1.0
        return model.table._replace(stream=stream, chance=np.array([float(chance)]))

    everything = range(len(model.layout.names))
    tables = [taken((), False), *(taken(numbers, False) for numbers in together.values())]
    tables += [taken((), True), taken(everything, True)]
    samples = with_tables(again, tables, draws, step, progress=progress, name="Sobol indices", executor=executor)
    columns = [[about.selected(sample) for about in abouts] for sample in samples]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def indices(values: np.ndarray) -> tuple[Index, ...]:
        values = values[np.isfinite(values).all(axis=1)]
        if not len(values) or not np.ptp(values):
            return ()
        result = analyze(
            problem, values.ravel(), calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=seed + 1
        )
        parts = np.stack([result[key] for key in ("S1", "S1_conf", "ST", "ST_conf")], axis=1).tolist()
        out = [
            Index(name, label(model, name), len(together.get(name, ())), *part)
            for name, part in zip(names, parts, strict=True)
        ]
        return tuple(sorted(out, key=lambda item: -item.total))

    return [indices(np.stack(column, axis=1)) for column in zip(*columns, strict=True)]


def label(model: Model, name: str) -> str:
    """A group in words: a parameter, a mechanism, a choice, a stock, an actor, or what it is."""
    parts = [
        labels.parameter(model.plan, part) if "." in part else labels.actor(model.plan, part)
        for part in name.split(" and ")
    ]
    return " and ".join(parts)


def by_parameter(model: Model, most_telling: Sequence[int]) -> dict[str, list[int]]:
    """Each of these parameters alone, and all others in one group; fitted: see `sobol_of_each`."""
    rest = [i for i in model.layout.varying if i not in set(most_telling)]
    return {model.layout.names[i]: [i] for i in most_telling} | {REST: rest}


def by_mechanism(model: Model) -> dict[str, list[int]]:
    """Parameters by the mechanism, choice, stock or beliefs of an actor that they belong to."""
    out: dict[str, list[int]] = {}
    for i in model.layout.varying:
        path = model.layout.names[i]
        section, name, *rest = path.split(".")
        if section == "choices":
            name = model.plan.choice_at(path).name
        out.setdefault(f"{section}.{name}" if rest else section, []).append(i)
    return out


def by_side(model: Model) -> dict[str, list[int]]:
    """Parameters by actor: owner of a choice or belief, end of the path, or stocks moved."""
    moved = {part.name: {cell.partition(".")[2] for cell in part.writes} for part in model.plan.mechanisms}
    out: dict[str, list[int]] = {}
    for i in model.layout.varying:
        path = model.layout.names[i]
        section, name, *_ = path.split(".")
        if section == "choices":
            side = model.plan.choice_at(path).actor
        elif section == "beliefs":
            side = name
        else:
            named = [a for a in model.scenario.actors if path.endswith(f".{a}")]
            only = moved.get(name, set()) if section == "mechanisms" else set()
            owner = named[0] if named else min(only) if len(only) == 1 else ""
            side = str(getattr(model.scenario.actors[owner], "of", "") or owner) if owner else "nobody's alone"
        out.setdefault(side, []).append(i)
    return out


def merged(model: Model, groups: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Merge groups that a correlation or the posterior joins; drop fixed parameters."""
    free, fitted = set(model.layout.row_of) - set(model.layout.column), list(model.layout.column)
    out = {name: [i for i in numbers if i in free] for name, numbers in groups.items()} | {FITTED: fitted}
    for a, b, _ in model.plan.correlations:
        names = [name for name, numbers in out.items() if a in numbers or b in numbers]
        if len(names) == 2:
            first, second = names
            out[first] += out.pop(second)
            out = {(f"{name} and {second}" if name == first else name): numbers for name, numbers in out.items()}
    return {name: numbers for name, numbers in out.items() if numbers}


def _salib() -> Callable[..., dict[str, np.ndarray]]:
    try:
        from SALib.analyze.sobol import analyze
    except ImportError:
        raise RunError("Sobol indices need SALib", fix=install_command("analysis")) from None
    return analyze
