"""Reasons behind an answer: futures without each reason, and shares that add up.

A reason is left out of all decisions after as_of, by actors who know that it is: the answer changes by what it does in
every decision up to the date of the question, through all that follows from it. Futures are paired (same parameters, same
random numbers), so that the error of a change is that of a mean over paired futures.

Reasons over time, and at the decision that makes an event happen.

A contribution is a part of the log odds of an option, as in `standoff explain`: parts add up to the log odds of an option
against the status quo, or against the option that it replaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from standoff import labels
from standoff.analysis.answer import Answer, answer
from standoff.analysis.causal.dependencies import choices_behind
from standoff.analysis.explain import EXPLAIN_DRAWS
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import estimate, mean, shapley_values, subsets
from standoff.analysis.quantity_of_interest import QuantityOfInterest, question_outcome
from standoff.engine import decision_record
from standoff.engine.model import Model
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.engine.simulator import Checkpoint
from standoff.errors import ModelError, join_limited
from standoff.plan import Plan, PlannedChoice, PlannedQuestion, PlannedReason
from standoff.progress import SILENT, Progress, track
from standoff.record import record

DATES = 8  # assumption: a reader follows no more dates


@record
class ReasonPath:
    """Mean log odds of an option against the status quo by reason and decision date."""

    choice: str
    option: str  #: in words
    reference: str
    dates: tuple[str, ...]
    futures: tuple[int, ...]  #: in which the decision arises, by date
    reasons: tuple[str, ...]
    log_odds: tuple[tuple[float, ...], ...]  #: [reason][date]


@record
class DecidingReason:
    """One reason at the deciding date: mean log odds of the option taken against the one left."""

    reason: str
    text: str
    with_event: float  #: in futures in which it happens
    without_event: float  #: at the same dates and for the same options in futures in which it does not
    difference: float
    mc_error: float  #: standard error of the difference


@record
class DecidingReasons:
    """Reasons of a choice at the deciding date, against other futures at the same dates."""

    choice: str
    actor: str  #: name
    options: tuple[str, ...]  #: that were taken, the most frequent first
    date: str  #: median deciding date
    with_event: int  #: futures in which it happens by a decision of this choice at one of the dates
    without_event: int  #: futures in which it does not happen
    reasons: tuple[DecidingReason, ...]  #: the largest difference first; at the end what nobody has stated

    @property
    def sums(self) -> tuple[float, float]:
        """Sums of the reasons with and without the event."""
        return sum(item.with_event for item in self.reasons), sum(item.without_event for item in self.reasons)

    @property
    def clear(self) -> tuple[DecidingReason, ...]:
        """Reasons whose difference is no Monte Carlo noise at 95 %, by Student's t."""
        from scipy.special import stdtrit  # imported late: `import standoff` stays quick

        least = stdtrit(self.with_event - 1, 0.975)  # nan of a single future: nothing is clear
        return tuple(item for item in self.reasons if abs(item.difference) > least * item.mc_error)


def reason_paths(run: Run, question: PlannedQuestion, most: int | None = None) -> tuple[ReasonPath, ...]:
    """Paths of the reasons for each option that a question names, up to its date.

    most: largest number of dates; the first and the last one are among them
    """

    plan, out = run.model.plan, []
    for c, choice in enumerate(plan.choices):
        options = [o for o in question.options.get(choice.name, ()) if o != choice.options[choice.status_quo]]
        steps = [k for k in _steps(choice, question, most) if decision_record.has_occasion(run, c, k).any()]
        if not options or not steps:
            continue
        parts = [decision_record.reasons(run, c, k) for k in steps]
        for option in options:
            o = choice.options.index(option)
            means = np.array([part[:, :, o].mean(axis=0) for part in parts]).T
            out.append(
                ReasonPath(
                    choice=choice.name,
                    option=labels.option(plan, choice.name, option),
                    reference=labels.option(plan, choice.name, choice.options[choice.status_quo]),
                    dates=tuple(plan.scenario.calendar.label(k + 1) for k in steps),
                    futures=tuple(map(len, parts)),
                    reasons=tuple(item.name for item in choice.reasons),
                    log_odds=tuple(map(tuple, means.tolist())),
                )
            )
    return tuple(out)


def _steps(choice: PlannedChoice, question: PlannedQuestion, most: int | None) -> list[int]:
    """Free decisions before the date of a question, evenly thinned to `most`."""
    steps = [k for k in range(question.state) if choice.is_free[k]]
    if most is None or len(steps) <= most:
        return steps
    return [steps[n] for n in np.linspace(0, len(steps) - 1, most).round().astype(int)]


def deciding_reasons(run: Run, question: PlannedQuestion, most: int | None = None) -> tuple[DecidingReasons, ...]:
    """Reasons at the decisions that made an event happen, by choice of the question.

    Only for one condition, which has a first date, and where a reason differs clearly. most: largest number of deciding
    dates, the most frequent ones
    """
    if not question.form.IS_CONDITION or [*question.expressions] != [""]:
        return ()
    row = [item.name for item in run.trackers].index(question.id)
    happens = run.answers[row][: run.settings.paths][run.valid_paths]
    named = question.options
    out = (_decided(run, c, happens, most) for c, choice in enumerate(run.model.plan.choices) if choice.name in named)
    return tuple(item for item in out if item is not None and item.clear)


def taken(choice: PlannedChoice, chosen: np.ndarray, state: int) -> tuple[int, int, int] | None:
    """Step at which the option in force at a state was taken, it, and the one before; or None.

    chosen: (T,) options in force of one future
    """
    step = state - 1
    while step > 0 and chosen[step - 1] == chosen[state - 1]:
        step -= 1
    if state < 1 or not choice.is_free[step]:
        return None  # in force since before as_of, or imposed
    before = int(chosen[step - 1]) if step else choice.status_quo
    return (step, int(chosen[state - 1]), before) if before != chosen[state - 1] else None


def _decided(run: Run, c: int, happens: np.ndarray, most: int | None) -> DecidingReasons | None:

    plan, choice = run.model.plan, run.model.plan.choices[c]
    chosen, none = run.path_chosen[run.valid_paths, :, c], ~np.isfinite(happens)
    decisions = {
        int(i): decision
        for i in np.flatnonzero(~none)
        if (decision := taken(choice, chosen[i], int(happens[i]))) is not None
    }
    steps = {step for step, _ in Counter(step for step, *_ in decisions.values()).most_common(most)}
    pairs, decided, dates = [], Counter[str](), list[int]()
    for decision in sorted({*decisions.values()}):
        step, option, before = decision
        made = decision_record.has_occasion(run, c, step)
        others = none[made]
        if step not in steps or not others.any():
            continue
        parts = decision_record.reasons(run, c, step)
        off = parts[:, :, option] - parts[:, :, before]
        own = np.isin(np.flatnonzero(made), [i for i, other in decisions.items() if other == decision])
        pairs.append(np.stack([off[own], np.broadcast_to(off[others].mean(axis=0), off[own].shape)]))
        decided[choice.options[option]] += int(own.sum())
        dates += [step] * int(own.sum())
    if not dates:
        return None
    both = np.concatenate(pairs, axis=1)  # (with or without, future, reason)
    difference = both[0] - both[1]
    rows = [
        DecidingReason(
            reason=reason.name,
            text=labels.reason_of(plan, choice.name, reason.name),
            with_event=float(both[0, :, n].mean()),
            without_event=float(both[1, :, n].mean()),
            **estimate("difference", difference[:, n]),
        )
        for n, reason in enumerate(choice.reasons)
    ]
    return DecidingReasons(
        choice=choice.name,
        actor=plan.scenario.actors[choice.actor].name,
        options=tuple(labels.option(plan, choice.name, name) for name, _ in decided.most_common()),
        date=plan.scenario.calendar.label(int(np.median(dates)) + 1),
        with_event=len(dates),
        without_event=int(none.sum()),
        reasons=tuple(sorted(rows, key=lambda item: (labels.is_constant(item.text), -abs(item.difference)))),
    )


GROUPS = 6  # assumption: a reader compares no more shares; 64 subsets
#: for the first page, assumption: one round of blocks on two cores, and a second for the largest case
PAGE_FUTURES, PAGE_REASONS, PAGE_GROUPS = 800, 20, 5
REST = "all others"


@record
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


@record
class ReasonShare:
    """Shapley value of a group of reasons."""

    group: str
    text: str
    reasons: tuple[str, ...]  #: `choice/reason`
    share: float
    mc_error: float


@record
class ReasonAttribution(Finding):
    """The reasons behind the probability that a question asks for."""

    question: str
    label: str  #: for a question of who comes first
    text: str
    date: str
    point: float | None  #: the answer as it is printed, to which effects are added; None: `answer`
    futures: int  #: paired futures of all numbers below
    answer: float  #: in these futures
    answer_error: float
    without_all: float  #: the answer if no actor had any of the reasons
    total: float  #: answer - answer without any reason
    total_error: float
    choices: tuple[str, ...]  #: choices on which the answer depends; empty if it depends on none
    reasons: tuple[AnswerReason, ...]  #: the largest effect first; at the end what nobody has stated
    untested: int  #: reasons that were not left out one by one
    by: str  #: what makes a group
    shares: tuple[ReasonShare, ...]  #: add up to `total`
    paths: tuple[ReasonPath, ...]
    deciding: tuple[DecidingReasons, ...]


@dataclass(frozen=True, eq=False)
class ReasonRow:
    """A reason among all reasons of a plan, and its choice."""

    row: int
    index: int  #: of the choice
    number: int  #: among the reasons of the choice
    choice: PlannedChoice
    reason: PlannedReason

    @property
    def name(self) -> str:
        """Its name, with that of its choice."""
        return f"{self.choice.name}/{self.reason.name}"


#: what makes a group of reasons -> the name of the group of a reason, and its text
GROUPINGS: dict[str, Callable[[Plan, ReasonRow], tuple[str, str]]] = {
    "reason": lambda plan, item: (item.name, _text(plan, item)),
    "actor": lambda plan, item: (item.choice.actor, plan.scenario.actors[item.choice.actor].name),
    "consideration": lambda plan, item: (kind := item.reason.part.kind, kind.replace("_", " ")),
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
        raise ModelError(f"no shares by `{by}`", "by", join_limited(GROUPINGS))
    name, _, label = map(str.strip, (question or model.plan.main_question).partition("="))
    if not name:
        raise ModelError("the scenario has no question", "--question")
    if model.plan.question(name).form.COMPARED_BY == "mean":
        raise ModelError(
            f"`{name}` asks for a number",
            "--question",
            join_limited(item.id for item in model.plan.questions if item.form.COMPARED_BY != "mean"),
            "ask for a probability: only these are attributed to reasons",
        )
    about = question_outcome(model, name, label)
    run = simulate(model, draws=draws, seed=seed, progress=progress)
    own = answer(run, name).answers[0]
    return attributed(run, about, by=by, point=own.point if label in ("", own.answer) else None, progress=progress)


def for_page(run: Run, main: Answer, progress: Progress = SILENT) -> ReasonAttribution | None:
    """The attribution for the first page of a run: largest reasons, first futures.

    None for a number.
    """
    query = run.model.plan.question(main.id)
    if query.form.COMPARED_BY == "mean":
        return None
    about = question_outcome(run.model, main.id, str(main.answer) if query.form.HAS_LABELS else "")
    return attributed(
        run,
        about,
        futures=PAGE_FUTURES,
        most=PAGE_REASONS,
        groups=PAGE_GROUPS,
        dates=DATES,
        point=main.point,
        progress=progress,
    )


def attributed(
    run: Run,
    about: QuantityOfInterest,
    *,
    by: str = "reason",
    futures: int | None = None,
    most: int | None = None,
    groups: int = GROUPS,
    dates: int | None = None,
    point: float | None = None,
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
    tested = _by_size(run, query, rows)[:most]
    effects = [_effect(plan, coalitions, item) for item in track(progress, "reasons", tested)]
    total, total_error = mean(coalitions.effect(item.row for item in rows))
    return ReasonAttribution(
        origin=Provenance.of(run),
        question=query.id,
        label=about.labels[about.index] if query.form.HAS_LABELS else "",
        text=about.text,
        date=about.date,
        point=point,
        futures=count,
        answer=base,
        answer_error=base_error,
        by=by,
        choices=tuple(dict.fromkeys(item.choice.name for item in rows)),
        without_all=base - total,
        total=total,
        total_error=total_error,
        reasons=tuple(sorted(effects, key=lambda item: (labels.is_constant(item.text), -abs(item.effect)))),
        untested=len(rows) - len(tested),
        shares=_shares(plan, coalitions, rows, tested, by, groups, progress),
        paths=reason_paths(run, query, dates) if rows else (),
        deciding=deciding_reasons(run, query, dates) if rows else (),
    )


def reason_rows(plan: Plan, query: PlannedQuestion) -> tuple[ReasonRow, ...]:
    """Reasons of the choices on which a question depends and that are made before its date."""
    behind, out, row = choices_behind(plan, query), [], 0
    for c, choice in enumerate(plan.choices):
        counts = c in behind and any(choice.is_free[: query.state])
        out += [ReasonRow(row + n, c, n, choice, reason) for n, reason in enumerate(choice.reasons) if counts]
        row += len(choice.reasons)
    return tuple(out)


def _by_size(run: Run, query: PlannedQuestion, rows: Sequence[ReasonRow]) -> list[ReasonRow]:
    """Reasons by size of their log odds; those of choices that the question names first."""

    named, sizes = {choice.name for choice in run.model.plan.choices_of(query)}, {}
    for item in rows:
        parts = decision_record.reasons(run, item.index, item.choice.is_free.index(True))[:, item.number]
        sizes[item] = float(np.abs(parts).max(axis=1).mean()) if len(parts) else 0.0
    return sorted(rows, key=lambda item: (item.choice.name not in named, -sizes[item]))


def _effect(plan: Plan, coalitions: _Coalitions, item: ReasonRow) -> AnswerReason:
    off = coalitions.effect([item.row])
    effect = estimate("effect", off)
    return AnswerReason(
        choice=item.choice.name,
        actor=item.choice.actor,
        reason=item.reason.name,
        text=_text(plan, item),
        consideration=item.reason.part.kind,
        without=mean(coalitions.without(()))[0] - effect["effect"],
        **effect,
        gained=int((off > 0).sum()),
        lost=int((off < 0).sum()),
        claims=item.reason.claims,
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
            reasons=tuple(item.name for item in items),
            **estimate("share", part),
        )
        for (name, items), part in zip(groups, shares, strict=True)
    )


def _text(plan: Plan, item: ReasonRow) -> str:
    """A reason and its actor; its choice too, where another one has a reason of these words."""
    choice, text = item.choice, labels.reason_of(plan, item.choice.name, item.reason.name)
    alike = [
        other.name
        for other in plan.choices
        for reason in other.reasons
        if other.actor == choice.actor and labels.reason_of(plan, other.name, reason.name) == text
    ]
    who = labels.choice(plan, choice.name) if {*alike} != {choice.name} else labels.actor(plan, choice.actor)
    return f"{who}: {text}"
