"""Answers under rival models, with variance shares of models, parameters and chance.

A rival model is a variant of the case under a theory of how actors decide. Variants have the same weight, which is an
assumption; theories weigh by their scores on past crises (`standoff.theories.weights`). Each runs the same draws two or
more times, with the same parameters and independent chance (`analysis.epistemic_band` splits the variance and gives the
band). Errors are from a jackknife over blocks of draws.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.epistemic_band import DRAWS, PARTS, containing, epistemic_band, shares, variances
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import PairedOutcomes, QuestionRef, outcome_values, question_ref
from standoff.analysis.parameter_variants import as_table_of
from standoff.analysis.quantity_of_interest import other_chance
from standoff.analysis.stored_bands import Bands, is_of_a_day, store_bands, store_beside
from standoff.analysis.structure import STRUCTURE, StructuralOpinion, stored_structure, varied
from standoff.analysis.theory_comparison import check_theories, with_theory
from standoff.engine.build import build, job_of, model_of, table_of
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.rerun import Rerunner
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, RunError
from standoff.files import cache_dir
from standoff.job import Count, Job, JobOutput, Natural
from standoff.job_folder import JobExecutor, JobFolder, LocalExecutor
from standoff.plan import InterventionRecord, PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.questions import EpistemicBand
from standoff.record import record
from standoff.serialise import to_plain
from standoff.statistics import error_floor
from standoff.theories import names as all_theories
from standoff.theories import weights as weights_of

REPLICATES = 16  # under the theory of the case, assumption: a spread of a few points of a rare event then stands out
PAIR = 2  # replicates under each other theory, enough for its mean and for the shares of the variance
KIND = "models"  #: the kind of the jobs of this module
MODELS = PARTS[:3]  #: parts of the variance between models
BASE = "base"  #: name of the base case among the variants
BLOCKS = 20  # of the jackknife, assumption


@dataclass(frozen=True)
class GroupSettings:
    """Settings of a job: `tables` more models than the case, `replicates` of each draw."""

    theory: str
    tables: Natural
    replicates: Count
    draws: Count
    seed: Natural
    questions: list[str]


@record
class VarianceDecomposition(QuestionRef):
    """Variance decomposition of one question over all models."""

    label: str  #: label of a `first_of` question
    means: tuple[tuple[float, ...], ...]  #: (variant, theory)
    mc_errors: tuple[tuple[float, ...], ...]
    variance: float  #: total standard deviation
    shares: Mapping[str, float]  #: shares of the variance by part
    share_errors: Mapping[str, float]
    models: float  #: standard deviation of the answer over models
    parameters: float  #: standard deviation over parameters, mean over models
    draws: int  #: draws that failed under no model
    band: EpistemicBand


@dataclass(frozen=True)
class ModelUncertainty(Finding):
    """A case under rival models."""

    variants: tuple[str, ...]
    theories: tuple[str, ...]
    weights: tuple[float, ...]  #: of the theories, by their scores on past crises
    texts: Mapping[str, str]  #: texts of the variants
    questions: tuple[VarianceDecomposition, ...]  #: the main question first, then by the variance share of models
    structure: StructuralOpinion | None = None  #: what was made with it, or is stored beside the scenario file


def uncertainty(
    models: Mapping[str, Model],
    theories: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    replicates: int = REPLICATES,
    structure: bool = False,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> ModelUncertainty:
    """Answer every question under rival models and theories, and decompose the variance.

    With `structure` the decisions of the author of the case are taken another way too (`second_opinion`); without it, what
    is stored of that beside the scenario file enters the bands.

    An `executor` (`standoff.distributed`) simulates the models elsewhere, one job for each program; with a `folder` their
    results stay there, so that an interrupted comparison resumes.

    Raises `ModelError` for an unknown theory, and where there is nothing to compare.
    """
    theories = check_theories(all_theories() if theories is None else theories)
    _check(models, len(theories), replicates, structure)
    first = next(iter(models.values()))
    common = set.intersection(*({item.id for item in model.plan.questions} for model in models.values()))
    questions = [item for item in first.plan.questions if item.id in common]
    own = {choice.theory for choice in first.plan.choices}
    deep = min(range(len(theories)), key=lambda t: theories[t] not in own)  # its base says which label is counted
    order = sorted(range(len(theories)), key=lambda t: t != deep)
    groups = _groups(list(models.values()), [(t, theories[t], replicates if t == deep else PAIR) for t in order])
    outcomes = list(_outcomes(groups, questions, draws, seed, progress, executor, folder))
    first_group = outcomes[0][1]  # whose labels are counted
    varying = max(len(model.layout.varying) for model in models.values())
    spreads, weights = [], weights_of(theories)
    base, how = models.get(BASE, first), (theories[deep], folder, PAIR * draws, seed, progress, executor)
    opinion = second_opinion(base, questions, *how) if structure else stored_structure(base)
    for item in questions:
        label = first_group.labels[item.id]
        of_model = {
            (v, group.theory_index): np.moveaxis(result.values[item.id][n], 1, 0)
            for group, result in outcomes
            for n, v in enumerate(group.variants)
        }  # (label, replicate, draw)
        values = [[of_model[v, t][:, :PAIR] for t in range(len(theories))] for v in range(len(models))]
        replicated = np.array([of_model[v, deep] for v in range(len(models))], float)
        of = {
            name: (np.array(values, float)[:, :, row], replicated[:, row])
            for row, name in enumerate(item.form.shares(item, first.plan))
        }
        spreads.append(_spread(item, label, of, varying, deep, weights, opinion))
    main = first.plan.main_question
    spreads.sort(key=lambda each: (each.id != main, -sum(each.shares[part] for part in MODELS)))
    variants = first.scenario.variants
    texts = {name: variants[name].text if name in variants else "as the case has it" for name in models}
    return ModelUncertainty(
        replace(first_group.origin, model=first.hash), tuple(models), theories, weights, texts, tuple(spreads), opinion
    )


def _check(models: Mapping[str, Model], theories: int, replicates: int, structure: bool) -> None:
    if len(models) * theories < 2 and not structure:
        raise ModelError("one model under one theory: no rival to compare", fix="name variants, or more theories")
    if replicates < 2:
        raise ModelError(f"{replicates} replicate of each draw", allowed="2 or more")
    if structure and BASE not in models:
        raise ModelError("the structure of the case itself is varied", allowed=f"`{BASE}` among the variants")


def second_opinion(
    model: Model, questions: Sequence[PlannedQuestion], theory: str, folder: Path | None, *how: Any
) -> StructuralOpinion:
    """Every answer with each decision of the author taken another way, in the same futures.

    All actors decide by the `theory`. Results stay in the `folder`, by default in the cache, so that an interrupted comparison
    resumes. how: draws, seed, progress and executor, as in `uncertainty`.
    """
    began, answers, labels = time.process_time(), dict[str, float](), dict[str, str]()
    pairs, written = [*varied(model)], dict[str, np.ndarray]()
    effects: list[dict[str, tuple[float, float]]] = [{} for _ in pairs]
    groups = _groups([model, *(other for _, other in pairs)], [(0, theory, 1)])
    given: list[Any] = [*how, folder or cache_dir("structure")]
    for group, result in _outcomes(groups, questions, *given):
        labels = labels or result.labels  # of the case itself, which comes first
        for item in questions:
            row = item.form.shares(item, model.plan).index(labels[item.id])
            for v, values in zip(group.variants, result.values[item.id], strict=True):
                first = written.setdefault(item.id, values[0, row])
                paired = PairedOutcomes.of(item, [first, values[0, row]])
                answers.setdefault(item.id, float(paired.values[0].mean()))
                if v and (paired.outcomes[0] != paired.outcomes[1]).any():
                    found = paired.difference()
                    effects[v - 1][item.id] = found.change, found.mc_error
    made = tuple(replace(item, effects=own) for (item, _), own in zip(pairs, effects, strict=True))
    return StructuralOpinion(
        answers=answers, variations=made, draws=how[0], seconds=round(time.process_time() - began, 1)
    )


def models_of(model: Model, names: Sequence[str] = ()) -> dict[str, Model]:
    """Models of a case by variant name: the named ones, or the base and all rivals.

    Raises `ModelError` where `model` is under a variant other than another day, or on a posterior, which is that of one
    model, and `ScenarioError` for an unknown variant.
    """
    if model.posterior or not is_of_a_day(model.plan):
        what = (
            "a posterior, which belongs to one model alone"
            if model.posterior
            else f"the variant `{model.plan.variant}`"
        )
        allowed = "rivals of the case itself or as of another day, without a posterior"
        raise ModelError(f"rival models of {what}", allowed=allowed, fix="leave it out")
    rivals = [name for name, variant in model.scenario.variants.items() if variant.rival_model]
    return {
        name: model if name == BASE else build(model.plan.loaded.with_variant(name), model.ledger)
        for name in names or (BASE, *rivals)
    }


@dataclass(frozen=True)
class ProgramGroup:
    """Models under one theory that share a program: they differ by numbers alone."""

    base: Model  #: the first model, under its own theory
    model: Model  #: the same under the theory
    theory: str
    theory_index: int
    variants: tuple[int, ...]  #: numbers of the models, the first one's first
    tables: tuple[ParameterTable, ...]  #: of the others
    replicates: int


@dataclass(frozen=True)
class GroupOutcomes:
    """Outcomes of a group."""

    values: Mapping[str, np.ndarray]  #: question -> (model, replicate, label, draw); one label for a number or an event
    labels: dict[str, str]  #: question -> its label in the answer of the first run; empty without labels
    origin: Provenance  #: of the first run


def _groups(models: Sequence[Model], theories: Sequence[tuple[int, str, int]]) -> Iterator[ProgramGroup]:
    """Split models by program, under theories with their number and that of replicates."""
    for t, theory, replicates in theories:
        groups: list[ProgramGroup] = []
        for v, base in enumerate(models):
            model = with_theory(base, theory)
            for n, group in enumerate(groups):
                if (table := as_table_of(group.model, model)) is not None:
                    groups[n] = replace(group, variants=(*group.variants, v), tables=(*group.tables, table))
                    break
            else:
                groups.append(ProgramGroup(base, model, theory, t, (v,), (), replicates))
        yield from groups


def _outcomes(
    groups: Iterator[ProgramGroup],
    questions: Sequence[PlannedQuestion],
    draws: int,
    seed: int,
    progress: Progress,
    executor: JobExecutor | None,
    folder: Path | None,
) -> Iterator[tuple[ProgramGroup, GroupOutcomes]]:
    """Outcomes of each group, simulated here or by an executor."""
    if executor is None and folder is None:
        with progress.task("programs") as task:
            for group in groups:
                yield group, _simulate_group(group, questions, draws, seed, progress)
                task.update()
        return
    listed = list(groups)
    jobs = [_job(group, [item.id for item in questions], draws, seed) for group in listed]
    with JobFolder.opened(folder) as results:
        (executor or LocalExecutor(perform)).complete(jobs, results, progress)
        for group, job in zip(listed, jobs, strict=True):
            output = results.get(job)
            origin = dict(output.facts["origin"])
            origin["interventions"] = tuple(InterventionRecord(**item) for item in origin["interventions"])
            yield group, GroupOutcomes(output.arrays, dict(output.facts["labels"]), Provenance(**origin))


def _simulate_group(
    group: ProgramGroup, questions: Sequence[PlannedQuestion], draws: int, seed: int, progress: Progress
) -> GroupOutcomes:
    """Simulate a group by one program: replicates of the same draws, with independent chance."""
    first = simulate(group.model, draws=draws, seed=seed, progress=progress)
    program = Rerunner.from_run(first)
    answers = answer(first, bands=Bands())
    labels = {item.id: str(answers[item.id].answer) if item.form.HAS_LABELS else "" for item in questions}
    outcomes: dict[str, list[list[np.ndarray]]] = {item.id: [] for item in questions}
    for n, table in enumerate(track(progress, "variants", (group.model.table, *group.tables))):
        runs = [first if n == r == 0 else other_chance(program, table, draws, r) for r in range(group.replicates)]
        for item in questions:
            words = item.form.shares(item, group.model.plan)
            rows = [np.stack([outcome_values(run, item, word) for word in words]) for run in runs]
            outcomes[item.id].append(rows)
    return GroupOutcomes({name: np.array(rows) for name, rows in outcomes.items()}, labels, Provenance.of(first))


def _job(group: ProgramGroup, questions: Sequence[str], draws: int, seed: int) -> Job:
    """The job that simulates a group."""
    settings = GroupSettings(group.theory, len(group.tables), group.replicates, draws, seed, [*questions])
    label = f"{len(group.variants)} models under {group.theory}, from number {group.variants[0]}"
    return job_of(group.base, KIND, label, asdict(settings), group.tables)


def perform(job: Job) -> JobOutput:
    """Do a job of `uncertainty`, in any process."""
    how = job.settings_as(GroupSettings)
    base, (theory,) = model_of(job.case), check_theories([how.theory])
    model = with_theory(base, theory)
    tables = tuple(table_of(job, n, model.table) for n in range(how.tables))
    group = ProgramGroup(base, model, theory, 0, tuple(range(len(tables) + 1)), tables, how.replicates)
    questions = [base.plan.question(name) for name in how.questions]
    outcomes = _simulate_group(group, questions, how.draws, how.seed, SILENT)
    return dict(outcomes.values), {"labels": outcomes.labels, "origin": to_plain(asdict(outcomes.origin))}


def _spread(
    item: PlannedQuestion,
    label: str,
    of: Mapping[str, tuple[np.ndarray, np.ndarray]],
    parameters: int,
    own: int,
    weights: Sequence[float],
    opinion: StructuralOpinion | None,
) -> VarianceDecomposition:
    """Answer, variance and band; `of` has the arrays of `epistemic_band` by `Form.shares`."""
    values, deep = of[label]
    good = np.isfinite(values).all(axis=(0, 1, 2)) & np.isfinite(deep).all(axis=(0, 1))
    both = values[..., good]
    count = both.shape[-1]
    least = error_floor(both, values.shape[2] * count)
    means = both.mean(axis=(2, 3))
    errors = np.maximum(both.mean(axis=2).std(axis=-1) / math.sqrt(max(count, 1)), least)
    parts, bands = variances(both, weights), {}
    for name, (all_, many) in of.items():
        authors = opinion if name == label or not item.form.HAS_LABELS else None  # theirs is of the answer alone
        bands[name] = epistemic_band(
            item, name, all_[..., good], parameters, many[..., good], own, weights, None, authors
        )
    rest = sum(band.mean for name, band in bands.items() if name != label) if label else 0.0
    scale = (1 - bands[label].mean) / rest if rest else 1.0  # of the other labels, so that all add up to 1
    told = {}
    for name, band in bands.items():
        if name and band.low is not None and band.high is not None:
            mean = max(band.mean * (scale if name != label else 1.0), 0.0)
            told[name] = mean, containing(mean, band.low, band.high)
    block = np.arange(count) % BLOCKS
    left = np.stack([shares(variances(both[..., block != b], weights)) for b in range(BLOCKS)])
    off = np.sqrt((BLOCKS - 1) * ((left - left.mean(axis=0)) ** 2).mean(axis=0))
    return VarianceDecomposition(
        **question_ref(item),
        label=label,
        means=tuple(map(tuple, means.tolist())),
        mc_errors=tuple(map(tuple, errors.tolist())),
        variance=float(parts.sum()),
        shares=dict(zip(PARTS, shares(parts).tolist(), strict=True)),
        share_errors=dict(zip(PARTS, off.tolist(), strict=True)),
        models=math.sqrt(float(parts[:3].sum())),
        parameters=math.sqrt(float(parts[3])),
        draws=count,
        band=replace(bands[label], parts=told),
    )


def store(model: Model, finding: ModelUncertainty) -> Path:
    """Store the bands of a finding beside the scenario file of its base case.

    So is its structural second opinion. Raises `RunError` where they are those of another model.
    """
    if finding.origin.model != model.hash or BASE not in finding.variants:
        raise RunError(
            "the bands are not those of the case",
            allowed="rival models with `base` among them",
            fix="leave out the variants, or name `base` too",
        )
    if finding.structure:
        store_beside(model, STRUCTURE, asdict(finding.structure))
    about = {
        "variants": finding.variants,
        "theories": finding.theories,
        "weights": finding.weights,
        "seed": finding.origin.seed,
    }
    return store_bands(model, {item.id: item.band for item in finding.questions}, about)
