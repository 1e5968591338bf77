"""Reasons behind an answer: futures without each reason, and shares that add up.

A reason is left out of all decisions after as_of, by actors who know that it is: the answer changes by what it does in
every decision up to the date of the question, through all that follows from it. Futures are paired (same parameters, same
random numbers), so that the error of a change is that of a mean over paired futures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from standoff.analysis.answer import Answer, answer
from standoff.analysis.causal.dependencies import choices_behind
from standoff.analysis.deciding_reasons import DATES, DecidingReasons, ReasonPath, deciding_reasons, reason_paths
from standoff.analysis.explain import EXPLAIN_DRAWS
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import mean, shapley_values, subsets
from standoff.analysis.quantity_of_interest import QuantityOfInterest, question_outcome
from standoff.engine import decision_record
from standoff.engine.model import Model
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.engine.simulator import Checkpoint
from standoff.errors import ModelError, Problem, join_limited
from standoff.plan import Plan, PlannedQuestion, PlannedReason, labels
from standoff.progress import SILENT, Progress, track

GROUPS = 6  # assumption: a reader compares no more shares; 64 subsets
#: for the first page, assumption: one round of blocks on two cores, and a second for the largest case
PAGE_FUTURES, PAGE_REASONS, PAGE_GROUPS = 800, 20, 5
REST = "all others"


@dataclass(frozen=True, kw_only=True)
class AnswerReason:
    """One reason of one choice, and the answer without it."""

    choice: str
    actor: str
    reason: str
    text: str  #: the reason and its actor, in words
    consideration: str
    without: float  #: the answer if the reason is left out of all decisions after as_of
    effect: float  #: answer - answer without it
    mc_error: float  #: standard error of the effect, from paired futures
    gained: int  #: futures in which it happens because of the reason: it does not without
    lost: int  #: futures in which it does not happen because of the reason
    claims: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReasonShare:
    """Shapley value of a group of reasons."""

    group: str
    text: str
    reasons: tuple[str, ...]  #: `choice/reason`
    share: float
    mc_error: float


@dataclass(frozen=True, kw_only=True)
class ReasonAttribution(Finding):
    """The reasons behind the probability that a question asks for."""

    question: str = ""
    label: str = ""  #: for a question of who comes first
    text: str = ""
    date: str = ""
    point: float | None = None  #: the answer as it is printed, to which effects are added; None: `answer`
    futures: int = 0  #: paired futures of all numbers below
    answer: float = 0.0  #: in these futures
    answer_error: float = 0.0
    without_all: float = 0.0  #: the answer if no actor had any of the reasons
    total: float = 0.0  #: answer - answer without any reason
    total_error: float = 0.0
    choices: tuple[str, ...] = ()  #: choices on which the answer depends; empty if it depends on none
    reasons: tuple[AnswerReason, ...] = ()  #: the largest effect first
    untested: int = 0  #: reasons that were not left out one by one
    by: str = "reason"  #: what makes a group
    shares: tuple[ReasonShare, ...] = ()  #: add up to `total`
    paths: tuple[ReasonPath, ...] = ()
    deciding: tuple[DecidingReasons, ...] = ()


@dataclass(frozen=True)
class ReasonRow:
    """A reason among all reasons of a plan."""

    row: int
    choice: int
    number: int  #: among the reasons of the choice


#: what makes a group of reasons -> the name of the group of a reason, and its text
GROUPINGS: dict[str, Callable[[Plan, ReasonRow], tuple[str, str]]] = {
    "reason": lambda plan, item: (_name(plan, item), _text(plan, item)),
    "actor": lambda plan, item: (actor := plan.choices[item.choice].actor, plan.scenario.actors[actor].name),
    "consideration": lambda plan, item: (kind := _reason(plan, item).part.kind, kind.replace("_", " ")),
}


@dataclass(eq=False)
class _Coalitions:
    """The quantity of interest in the first futures of a run with some reasons left out."""

    program: Rerunner
    about: QuantityOfInterest
    futures: int
    begun: Checkpoint
    until: int
    values: dict[frozenset[int], np.ndarray] = field(default_factory=dict)

    def without(self, rows: Iterable[int]) -> np.ndarray:
        """(N,) the quantity without the reasons of these rows; NaN for draws that failed."""
        key = frozenset(rows)
        if key not in self.values:
            table = self.program.run.model.table.without_reasons(key)
            sample = self.program.with_table(table, self.futures, until=self.until, begun=self.begun)
            self.values[key] = self.about.selected(sample)
        return self.values[key]

    def effect(self, rows: Iterable[int]) -> np.ndarray:
        """(N',) the quantity less that without these reasons, in futures that did not fail."""
        off = self.without(()) - self.without(rows)
        return off[np.isfinite(off)]


def attribute_reasons(
    model: Model,
    *,
    question: str = "",
    by: str = "reason",
    draws: int = EXPLAIN_DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> ReasonAttribution:
    """Attribute the answer to a question to the reasons of all decisions up to its date.

    question: its id, or `id=label` for a question of who comes first; by default the main question. by: groups of the
    shares: `reason`, `actor` or `consideration`. Only probabilities are attributed.
    """

    if by not in GROUPINGS:
        raise ModelError(Problem(f"no shares by `{by}`", "by", join_limited(GROUPINGS)))
    name, _, label = (question or model.plan.main_question).partition("=")
    about = _about(model, name.strip(), label.strip())
    run = simulate(model, draws=draws, seed=seed, progress=progress)
    first = answer(run, (about.question.id,)).answers[0] if about.question else None
    out = attributed(run, about, by=by, progress=progress)
    return replace(out, point=first.point) if first and out.label in {"", first.answer} else out


def for_page(run: Run, main: Answer, progress: Progress = SILENT) -> ReasonAttribution | None:
    """The attribution for the first page of a run: largest reasons, first futures.

    None for a number.
    """
    query = run.model.plan.question(main.id)
    if query.form.COMPARED_BY == "mean":
        return None
    about = question_outcome(run.model, main.id, str(main.answer) if query.form.HAS_LABELS else "")
    out = attributed(
        run,
        about,
        futures=PAGE_FUTURES,
        most=PAGE_REASONS,
        groups=PAGE_GROUPS,
        dates=DATES,
        progress=progress,
    )
    return replace(out, point=main.point)


def attributed(
    run: Run,
    about: QuantityOfInterest,
    *,
    by: str = "reason",
    futures: int | None = None,
    most: int | None = None,
    groups: int = GROUPS,
    dates: int | None = None,
    progress: Progress = SILENT,
) -> ReasonAttribution:
    """Attribute a quantity of a run to reasons.

    futures: how many of the run's; most: reasons left out one by one, those with the largest log odds; groups: largest
    number of shares; dates: largest number of decision dates of paths
    """

    run.require_valid_paths()
    plan, query = run.model.plan, about.question
    assert query is not None
    rows = reason_rows(plan, query)
    program, count = Rerunner.from_run(run), min(futures or run.settings.draws, run.settings.draws)
    begun = program.checkpoint(count, plan.first_future_step)
    coalitions = _Coalitions(program, about, count, begun, max(query.state, plan.first_future_step))
    base, base_error = mean(coalitions.without(()))
    out = ReasonAttribution(
        origin=Provenance.of(run),
        question=query.id,
        label=about.labels[about.index] if query.form.HAS_LABELS else "",
        text=about.text,
        date=about.date,
        futures=count,
        answer=base,
        answer_error=base_error,
        without_all=base,
        by=by,
        choices=tuple(dict.fromkeys(plan.choices[item.choice].name for item in rows)),
    )
    if not rows:
        return out
    tested = _by_size(run, query, rows)[:most]
    effects = [_effect(plan, coalitions, item) for item in track(progress, "reasons", tested)]
    total, total_error = mean(coalitions.effect(item.row for item in rows))
    return replace(
        out,
        without_all=base - total,
        total=total,
        total_error=total_error,
        reasons=tuple(sorted(effects, key=lambda item: -abs(item.effect))),
        untested=len(rows) - len(tested),
        shares=_shares(plan, coalitions, rows, tested, by, groups, progress),
        paths=reason_paths(run, query, dates),
        deciding=deciding_reasons(run, query, dates),
    )


def _about(model: Model, name: str, label: str) -> QuantityOfInterest:
    """The quantity of a question; raises `ModelError` for a number."""
    if not name:
        raise ModelError(Problem("the scenario has no question", "--question"))
    if model.plan.question(name).form.COMPARED_BY == "mean":
        raise ModelError(
            Problem(
                f"`{name}` asks for a number",
                "--question",
                join_limited(item.id for item in model.plan.questions if item.form.COMPARED_BY != "mean"),
                "ask for a probability: only these are attributed to reasons",
            )
        )
    return question_outcome(model, name, label)


def reason_rows(plan: Plan, query: PlannedQuestion) -> tuple[ReasonRow, ...]:
    """Reasons of the choices on which a question depends and that are made before its date."""
    behind, out, row = choices_behind(plan, query), [], 0
    for c, choice in enumerate(plan.choices):
        counts = c in behind and any(choice.is_free[: query.state])
        out += [ReasonRow(row + n, c, n) for n in range(len(choice.reasons)) if counts]
        row += len(choice.reasons)
    return tuple(out)


def _by_size(run: Run, query: PlannedQuestion, rows: Sequence[ReasonRow]) -> list[ReasonRow]:
    """Reasons by size of their log odds; those of choices that the question names first."""

    named, sizes = {choice.name for choice in run.model.plan.choices_of(query)}, {}
    for item in rows:
        choice = run.model.plan.choices[item.choice]
        parts = decision_record.reasons(run, item.choice, choice.is_free.index(True))[:, item.number]
        sizes[item] = float(np.abs(parts).max(axis=1).mean()) if len(parts) else 0.0
    return sorted(rows, key=lambda item: (run.model.plan.choices[item.choice].name not in named, -sizes[item]))


def _effect(plan: Plan, coalitions: _Coalitions, item: ReasonRow) -> AnswerReason:
    choice, reason, off = plan.choices[item.choice], _reason(plan, item), coalitions.effect([item.row])
    effect, error = mean(off)
    return AnswerReason(
        choice=choice.name,
        actor=choice.actor,
        reason=reason.name,
        text=_text(plan, item),
        consideration=reason.part.kind,
        without=mean(coalitions.without(()))[0] - effect,
        effect=effect,
        mc_error=error,
        gained=int((off > 0).sum()),
        lost=int((off < 0).sum()),
        claims=reason.claims,
    )


def _shares(
    plan: Plan,
    coalitions: _Coalitions,
    rows: Sequence[ReasonRow],
    tested: Sequence[ReasonRow],
    by: str,
    most: int,
    progress: Progress,
) -> tuple[ReasonShare, ...]:
    """Shapley values of the groups with the largest effects, and of all other reasons together."""
    members: dict[str, list[ReasonRow]] = {}
    texts = {REST: REST}
    for item in rows:
        name, text = GROUPINGS[by](plan, item) if by != "reason" or item in tested else (REST, REST)
        members.setdefault(name, []).append(item)
        texts[name] = text
    sizes = {name: abs(coalitions.effect(item.row for item in of_group).mean()) for name, of_group in members.items()}
    order = sorted(members, key=lambda name: (name == REST, -sizes[name]))
    first = order if len(order) <= most else order[: most - 1]
    rest = [item for name in order[len(first) :] for item in members[name]]
    groups = [(name, members[name]) for name in first] + [(REST, rest)] * bool(rest)
    values = {}
    for subset in track(progress, "shares", subsets(len(groups))):
        left_out = (item.row for n, (_, of_group) in enumerate(groups) if n not in subset for item in of_group)
        values[subset] = coalitions.without(left_out)
    shares = shapley_values(values, len(groups))
    shares = shares[:, np.isfinite(shares).all(axis=0)]
    return tuple(
        ReasonShare(
            group=name,
            text=texts[name],
            reasons=tuple(_name(plan, item) for item in items),
            share=float(part.mean()),
            mc_error=float(part.std()) / math.sqrt(max(len(part), 1)),
        )
        for (name, items), part in zip(groups, shares, strict=True)
    )


def _reason(plan: Plan, item: ReasonRow) -> PlannedReason:
    return plan.choices[item.choice].reasons[item.number]


def _name(plan: Plan, item: ReasonRow) -> str:
    return f"{plan.choices[item.choice].name}/{_reason(plan, item).name}"


def _text(plan: Plan, item: ReasonRow) -> str:
    """A reason and its actor; its choice too, where another one has a reason of these words."""
    choice = plan.choices[item.choice]
    text = labels.reason_of(plan, choice.name, _reason(plan, item).name)
    alike = [
        other.name
        for other in plan.choices
        for reason in other.reasons
        if other.actor == choice.actor and labels.reason_of(plan, other.name, reason.name) == text
    ]
    who = labels.choice(plan, choice.name) if {*alike} != {choice.name} else labels.actor(plan, choice.actor)
    return f"{who}: {text}"
