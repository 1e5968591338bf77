"""What the parameters that move the answers rest on: claims, works, history, or assumption.

Most parameters of a large case move nothing. For each answer the `inputs` with the largest total Sobol index are counted
by kind of source (`analysis.provenance`). The answers share their runs: indices are estimated for every parameter that
is among the `inputs` most correlated with any of the answers, so that each answer has its first `inputs` from all of
these. A parameter with an index of zero moves nothing and is not counted; chance and all other parameters together are
none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.provenance import SOURCE_KINDS, source_kind
from standoff.analysis.quantity_of_interest import program_of, question_outcome
from standoff.analysis.sensitivity.screening import by_correlation
from standoff.analysis.sensitivity.sobol import REST, by_parameter, merged, sobol_of_each
from standoff.engine.model import Model
from standoff.errors import ModelError
from standoff.job_folder import JobExecutor
from standoff.plan import Plan
from standoff.progress import SILENT, Progress
from standoff.record import record

INPUTS = 30  # assumption: of the hundreds of a large case, these carry nearly all of the variance
DRAWS, PAIRS = 4096, 1024  # assumption: a correlation of 0.03 then stands out; an index is then known to about 0.05
WEIGHT = ".weight"


@dataclass(frozen=True)
class InfluentialParameter:
    """A parameter that moves an answer, or several that have one index."""

    path: str
    label: str  #: its name in words
    kind: str  #: of its sources
    total: float  #: total Sobol index
    total_error: float  #: half the width of the 90 % bootstrap interval


@dataclass(frozen=True)
class AnswerSources:
    """Kinds of source of the parameters with the largest total indices of one answer."""

    question: str
    text: str
    counts: Mapping[str, int]  #: by kind of source
    parameters: tuple[InfluentialParameter, ...]  #: the largest index first; none if the answer never varies

    @property
    def assumed(self) -> float:
        """Share of them that rests on assumption."""
        return assumed_share(self.counts)


@record
class InfluentialSources(Finding):
    """Kinds of source behind several answers."""

    answers: tuple[AnswerSources, ...]
    counts: Mapping[str, int]  #: sums over the answers
    assumed: float  #: share of these on assumption
    assumed_weights: tuple[str, ...]  #: weights of reasons on assumption among them
    inputs: int
    pairs: int  #: draws in each run


def assumed_share(counts: Mapping[str, int]) -> float:
    """Share of counted parameters that rests on assumption; 0 of none."""
    return counts[SOURCE_KINDS[-1]] / max(sum(counts.values()), 1)


def influential_sources(
    model: Model,
    *,
    questions: Sequence[str] = (),
    inputs: int = INPUTS,
    pairs: int = PAIRS,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> InfluentialSources:
    """Count the kinds of source of the `inputs` most influential parameters of each answer.

    questions: ids; by default the main question and all events
    executor: simulates the groups of the indices elsewhere (`standoff.distributed`)
    """

    abouts = [question_outcome(model, name) for name in questions or headline_questions(model.plan)]
    if not abouts:
        raise ModelError("the scenario has no event and no main question", fix="name one: --question ID")
    program = program_of(model, seed, progress)
    sample = program.with_table(model.table, draws, progress=progress)
    candidates = {i for about in abouts for i in by_correlation(model, about.selected(sample), seed)[:inputs]}
    alone = with_correlated(model.plan, candidates) - {*model.layout.column}  # a posterior is one group
    groups = by_parameter(model, sorted(alone))
    members = {name: numbers for name, numbers in merged(model, groups).items() if name != REST}
    each = sobol_of_each(program, abouts, groups, draws=pairs, seed=seed, progress=progress, executor=executor)
    answers = []
    for about, indices in zip(abouts, each, strict=True):
        moving = [item for item in indices if item.total > 0 and item.name in members][:inputs]
        kinds = [_kind(model.plan, members[item.name]) for item in moving]
        parameters = tuple(
            InfluentialParameter(item.name, item.label, kind, item.total, item.total_error)
            for item, kind in zip(moving, kinds, strict=True)
        )
        answers.append(AnswerSources(about.name, about.text, _counts(kinds), parameters))
    rows = [item for answer in answers for item in answer.parameters]
    counts = _counts(item.kind for item in rows)
    weights = {item.path for item in rows if item.kind == SOURCE_KINDS[-1] and item.path.endswith(WEIGHT)}
    return InfluentialSources(
        origin=Provenance.of(sample.run),
        answers=tuple(answers),
        counts=counts,
        assumed=assumed_share(counts),
        assumed_weights=tuple(sorted(weights)),
        inputs=inputs,
        pairs=pairs,
    )


def headline_questions(plan: Plan) -> tuple[str, ...]:
    """The main question and all events."""
    main = plan.main_question
    return tuple(
        item.id
        for item in plan.questions
        if not item.form.HAS_LABELS and (item.id == main or item.form.COMPARED_BY == "probability")
    )


def with_correlated(plan: Plan, numbers: Iterable[int]) -> set[int]:
    """Parameters, and all that are correlated with them, directly or through others."""
    out, before = {*numbers}, -1
    while len(out) > before:
        before = len(out)
        out |= {n for a, b, _ in plan.correlations if {a, b} & out for n in (a, b)}
    return out


def _kind(plan: Plan, numbers: Sequence[int]) -> str:
    """Kind of source of parameters with one index: the weakest of theirs."""
    return max((source_kind(plan, plan.parameters[n]) for n in numbers), key=SOURCE_KINDS.index)


def _counts(kinds: Iterable[str]) -> dict[str, int]:
    counts = Counter(kinds)
    return {kind: counts[kind] for kind in SOURCE_KINDS}
