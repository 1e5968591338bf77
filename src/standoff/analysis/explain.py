"""Exact decomposition of a choice by reason, and of a stock by process, with claims.

For every draw, `log p(option) - log p(status quo) = sum over reasons of rationality * weight * payoff difference`; the
identity also holds for means over draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

import numpy as np

from standoff import labels
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import estimate, mean
from standoff.analysis.responses import CountedResponse, responses
from standoff.beliefs import split_sources
from standoff.engine import decision_record
from standoff.engine.conditioning import CANDIDATES
from standoff.engine.flows import mean_flows
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, require, unknown_word
from standoff.plan import Plan, PlannedChoice, PlannedReason
from standoff.progress import SILENT, Progress
from standoff.record import record
from standoff.scenario import calendar as times
from standoff.scenario import option_words
from standoff.statistics import central_90

TINY = np.finfo(float).tiny
UNSOLVED = 1e-5  # assumption: a residual of a game above it
DATES = 24  # decisions that are looked through; assumption: two years of monthly decisions, each a fraction of a second
EXPLAIN_DRAWS = 2000  # assumption: a mean share is then right to about one part in fifty of its spread


@record
class ReasonContribution:
    """Contribution of one reason to the log odds of an option against the reference."""

    reason: str
    kind: str
    text: str
    log_odds: float  #: mean over draws
    interval: tuple[float, float]  #: central 90 % of the draws
    mc_error: float
    share: float  #: mean of |part| / sum of |parts|
    weight: str
    lines: tuple[int, ...]
    claims: tuple[str, ...]
    sources: tuple[str, ...]  #: sources of its numbers: claims, works, history and assumption


@record
class OptionSummary:
    """One option of a choice."""

    option: str
    text: str
    probability: float  #: mean solved probability
    interval: tuple[float, float]  #: central 90 % of the draws
    mc_error: float
    active_share: float  #: share of futures with the option in force in that month
    expected: float  #: probability that other actors expect, on average
    available_share: float  #: share of the futures with the decision in which the option could be chosen
    restriction: str  #: when it can be chosen, in words


@dataclass(frozen=True)
class ExpectedChoice:
    """Expected and actual probability of another actor's option; means over futures."""

    choice: str
    option: str
    text: str  #: of the option
    actor: str  #: name of who decides
    expected: float
    does: float


@record
class SignReversal:
    """Effect of removing the largest reasons, with the other actors' choices unchanged."""

    reason: str  #: the largest reason
    log_odds: float  #: log odds without it
    count: int  #: number of largest reasons whose removal changes the sign; all of one side if none suffices


@record
class Explanation(Finding):
    """Explanation of a choice: options, reasons for one against the reference, additivity check."""

    choice: str
    actor: str
    actor_text: str  #: the actor in words
    text: str
    at: str  #: requested month
    decided: str  #: month of the decision in force then
    options: tuple[OptionSummary, ...]
    option: str
    reference: str
    log_odds: float  #: mean of log p(option) - log p(against)
    reasons: tuple[ReasonContribution, ...]
    additivity_error: float  #: largest difference over draws between the sum of reasons and the log odds; where
    #: one of the two options could not be chosen, the log odds are the sum of the reasons
    unsolved: float  #: share of draws whose game did not converge
    decision_frequency: float  #: share of futures in which the decision arises; all other numbers are conditional on it
    beliefs: Mapping[str, str]  #: beliefs of the actor that differ from the truth
    belief_texts: Mapping[str, str]  #: the same stocks and parameters in words
    types: Mapping[str, tuple[float, ...]]
    #: type of the actor in words -> mean probability that others give it: at the start, at as_of, before the decision
    theory: str
    forecasts: tuple[ExpectedChoice, ...]  #: of choices that affect it
    responses: tuple[CountedResponse, ...]  #: of those who react to the option, in runs
    futures: int  #: number of futures in means: recorded paths with the decision
    status_quo: str  #: the option in force at as_of
    sample_size: float  #: mean effective number of candidates for what is unobserved; 0 if nothing is learned
    candidates: int  #: number of these candidates
    reversal: SignReversal | None

    @property
    def claims(self) -> tuple[str, ...]:
        """Every claim cited by a reason."""
        return tuple(dict.fromkeys(claim for reason in self.reasons for claim in reason.claims))


@dataclass(frozen=True)
class Driver:
    """Contribution of one process to the change of a stock."""

    part: str
    total: float  #: in the unit of the stock
    share: float  #: share of the sum of absolute changes


@record
class StockDrivers(Finding):
    """Change of a stock between two months by process, mean over futures."""

    stock: str
    text: str  #: the stock in words, with its holder
    unit: str
    since: str
    until: str
    before: float
    after: float
    mc_error: float  #: Monte Carlo standard error of the change
    drivers: tuple[Driver, ...]
    claims: tuple[str, ...]


def decision_step(plan: Plan, choice: PlannedChoice, at: str) -> int:
    """The step of the decision in force in the month `at`; raises if there is none yet."""
    calendar, spec = plan.scenario.calendar, plan.scenario.choices[choice.name]
    last, why, until = calendar.index(times.last_day(at)) - 1, "", 0
    made = [k for k in range(min(last, calendar.steps - 1) + 1) if choice.is_free[k]]
    if not 0 <= last < calendar.steps:
        why = ": it is outside the case"
    else:
        option, until = bound_option(plan, choice, last)
        if option >= 0:
            why = f": `{choice.options[option]}` stays in force until {calendar.label(until)}"
        elif made:
            return made[-1]
    allowed = "none: history lasts to the end"
    if dates := [calendar.label(k + 1) for k in range(until, calendar.steps) if choice.is_free[k]]:
        allowed = f"{dates[0]} to {plan.scenario.end}"
    elif choice.held:
        allowed = "none: a person sets its option"
    elif spec.intervention is not None:
        allowed = f"none: it is taken to hold `{spec.intervention.option}`"
    what = f"`{choice.name}` has no decision in force in {at}{why}"
    raise ModelError(what, allowed=allowed, fix=f"it decides every {spec.every}")


def find_choice(plan: Plan, name: str) -> int:
    """Index of a choice by name, or by its actor if that has only one."""
    names = [choice.name for choice in plan.choices]
    if name in names:
        return names.index(name)
    owned = [i for i, choice in enumerate(plan.choices) if choice.actor == name]
    if len(owned) == 1:
        return owned[0]
    raise ModelError(unknown_word(f"there is no choice `{name}`", name, names))


def explain(
    model: Model,
    *,
    choice: str,
    at: str,
    option: str = "",
    against: str = "",
    draws: int = EXPLAIN_DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Explanation:
    """Explain a choice by the contributions of its reasons to the log odds.

    Why `option` (that of `default_option`, if not named) is more or less likely than `against` (the status quo, if not
    named) in the decision in force in the month `at`. For a model under changed levers see `explained` and
    `Session.run`.
    """

    index = find_choice(model.plan, choice)
    step = decision_step(model.plan, model.plan.choices[index], at)
    run = simulate(model, draws=draws, seed=seed, paths="all", progress=progress)
    return explained(run, index, step, at, option, against)


def explained(run: Run, index: int, step: int, at: str = "", option: str = "", against: str = "") -> Explanation:
    """Explain the decision of `step` from a run with stored paths."""

    run.require_valid_paths()
    plan = run.model.plan
    choice, label = plan.choices[index], plan.scenario.calendar.label(step + 1)
    for word in (word for word in (option, against) if word not in ("", *choice.options)):
        raise ModelError(unknown_word(f"`{choice.name}` has no option `{word}`", word, choice.options))
    spec = plan.scenario.choices[choice.name]
    made = decision_record.has_occasion(run, index, step)
    if not made.any():
        what = f"`{choice.name}` does not arise in {label} in any of {len(made)} futures"
        fix = "ask for another month, or run more draws"
        raise ModelError(what, path=f"choices.{choice.name}.when", allowed=str(spec.when), fix=fix)
    p, parts = decision_record.probabilities(run, index, step), decision_record.reasons(run, index, step)
    reference = choice.options.index(against) if against else choice.status_quo
    option = option or default_option(plan, choice, choice.options[reference])
    others = [o for o in range(len(choice.options)) if o != reference]
    chosen = choice.options.index(option) if option else max(others, key=lambda o: float(p[:, o].mean()))
    contributions = parts[:, :, chosen] - parts[:, :, reference]
    available = decision_record.available(run, index, step)
    solved = np.log(np.maximum(p[:, chosen], TINY)) - np.log(np.maximum(p[:, reference], TINY))
    log_odds = np.where(available[:, chosen] & available[:, reference], solved, contributions.sum(axis=1))
    reasons, mean_log_odds = _reasons(plan, choice, contributions), float(log_odds.mean())
    learned = any(owner == index for owner, _ in run.model.program.learned_parameters.values())
    beliefs = _beliefs(plan, choice)
    return Explanation(
        origin=Provenance.of(run),
        choice=choice.name,
        actor=choice.actor,
        actor_text=labels.capital(labels.actor(plan, choice.actor)),
        text=spec.text,
        at=at or label,
        decided=label,
        options=_options(run, index, step, p, available),
        option=choice.options[chosen],
        reference=choice.options[reference],
        log_odds=mean_log_odds,
        reasons=reasons,
        additivity_error=float(np.abs(contributions.sum(axis=1) - log_odds).max()),
        unsolved=float(np.mean(decision_record.at_step(run, step).residual[made] > UNSOLVED)),
        decision_frequency=float(made.mean()),
        beliefs=beliefs,
        belief_texts={
            name: labels.held_stock(plan, name) if name in plan.cells else labels.parameter(plan, name)
            for name in beliefs
        },
        types={
            labels.stock(plan, gauge): tuple(
                float(run.path(gauge)[:, at].mean()) for at in (0, plan.first_future_step, step)
            )
            for n, item in enumerate(plan.types)
            if run.model.program.dependence.types.get(index) == n
            for gauge in item.gauges
        },
        theory=choice.theory,
        forecasts=_forecasts(run, index, step, made),
        responses=responses(run, index, choice.options[chosen]),
        futures=len(p),
        status_quo=choice.options[option_at_as_of(plan, choice)],
        sample_size=float(run.sample_size[run.valid_paths, index].mean()) if learned else 0.0,
        candidates=CANDIDATES if learned else 0,
        reversal=sign_reversal(reasons, mean_log_odds),
    )


def _options(run: Run, index: int, step: int, p: np.ndarray, available: np.ndarray) -> tuple[OptionSummary, ...]:
    """Options of a choice, from probabilities and availability (future, option)."""
    plan, choice = run.model.plan, run.model.plan.choices[index]
    views = [decision_record.expected(run, other, index, step) for other in range(len(plan.choices)) if other != index]
    seen = [view for view in views if view is not None and len(view)]
    expected, texts = np.concatenate(seen) if seen else p, plan.scenario.choices[choice.name].options
    return tuple(
        OptionSummary(
            option=name,
            text=texts[name].text,
            **estimate("probability", p[:, o]),
            interval=central_90(p[:, o]),
            active_share=float(run.active_share[step, index, o]),
            expected=float(expected[:, o].mean()),
            available_share=float(available[:, o].mean()),
            restriction=option_limit(plan, choice.name, name),
        )
        for o, name in enumerate(choice.options)
    )


def _reasons(plan: Plan, choice: PlannedChoice, contributions: np.ndarray) -> tuple[ReasonContribution, ...]:
    """Reasons of a choice with their log odds (future, reason)."""
    total = np.maximum(np.abs(contributions).sum(axis=1), TINY)
    return tuple(
        ReasonContribution(
            reason=reason.name,
            kind=reason.part.kind,
            text=labels.reason_of(plan, choice.name, reason.name),
            **estimate("log_odds", part),
            interval=central_90(part),
            share=float((np.abs(part) / total).mean()),
            weight=str(plan.parameters[reason.weight].belief),
            lines=reason.lines,
            claims=reason.claims,
            sources=sources_of(plan, choice, reason),
        )
        for reason, part in zip(choice.reasons, contributions.T, strict=True)
    )


def _beliefs(plan: Plan, choice: PlannedChoice) -> dict[str, str]:
    """Stocks and parameters that an actor sees by a factor, with the belief about it."""
    if choice.actor not in plan.views:
        return {}
    view = plan.view(choice.actor, choice.actor)
    factors = {**view.stocks, **{plan.parameters[i].path: factor for i, factor in view.parameter_index.items()}}
    return {name: str(plan.parameters[i].belief) for name, i in factors.items()}


def option_limit(plan: Plan, choice: str, option: str) -> str:
    """When an option can be chosen or left, in texts of options and stocks; may be empty."""
    spec, stocks = plan.scenario.choices[choice], plan.scenario.all_stocks
    options = {name: f"“{labels.option(plan, choice, name)}”" for name in spec.options}
    cells = {
        cell: f"“{stocks[cell].text}”" if cell in stocks and stocks[cell].text else labels.held_stock(plan, cell)
        for cell in plan.cells
    }
    return option_words.restriction(spec, option, options, cells)


def option_at_as_of(plan: Plan, choice: PlannedChoice) -> int:
    """The option in force at as_of."""
    first = plan.first_future_step
    return choice.imposed_options[first - 1] if first else choice.status_quo


def bound_option(plan: Plan, choice: PlannedChoice, step: int) -> tuple[int, int]:
    """The option that cannot be left at a step, -1 for none, and the step at which it can.

    It is observed, set by a person or the scenario, or one in force at as_of that lasts.
    """
    first, limits, steps = plan.first_future_step, choice.restrictions, len(choice.is_free)
    imposed = [max(pair) for pair in zip(choice.imposed_options, choice.held or (-1,) * steps, strict=True)]
    until = next((k for k in range(step, steps) if imposed[k] != imposed[step]), steps)
    if imposed[step] >= 0 or limits is None:
        return imposed[step], until
    option = option_at_as_of(plan, choice)
    since = next((k for k in range(first - 1, 0, -1) if imposed[k - 1] != imposed[k]), limits.since)
    until = steps if limits.irreversible[option] else min(since + limits.lasts[option], steps)
    return (option, until) if step < until else (-1, 0)


def first_decision(run: Run, index: int) -> int | None:
    """Step of the first decision after as_of in which the explained option can be chosen.

    The decision is free and arises in some futures. Where the option can be chosen in none of the first `DATES` decisions,
    it is the first that arises; None if none does.
    """
    plan, first = run.model.plan, None
    choice = plan.choices[index]
    option = default_option(plan, choice, choice.options[choice.status_quo])
    dates = (step for step in run.model.program.decision_steps if choice.is_free[step])
    for step in islice(dates, DATES):
        if decision_record.has_occasion(run, index, step).any():
            first = step if first is None else first
            if not option or decision_record.available(run, index, step)[:, choice.options.index(option)].any():
                return step
    return first


def default_option(plan: Plan, choice: PlannedChoice, reference: str) -> str:
    """`explain`, else the first option in the main question, except `reference`; else empty."""
    named = plan.question(plan.main_question).options.get(choice.name, ()) if plan.questions else ()
    stated = plan.scenario.choices[choice.name].explain
    return next((option for option in (stated, *named) if option not in (None, reference)), None) or ""


def sign_reversal(reasons: Sequence[ReasonContribution], log_odds: float) -> SignReversal | None:
    """Number of largest reasons with the sign of the log odds; None if there is none."""
    positive = log_odds > 0
    bearing = [
        item
        for item in reasons
        if (item.log_odds > 0) == positive and item.log_odds and not labels.is_constant(item.text)
    ]
    if not bearing:
        return None
    bearing.sort(key=lambda item: -abs(item.log_odds))
    without = [log_odds - part for part in accumulate(item.log_odds for item in bearing)]
    count = next((n for n, value in enumerate(without, start=1) if (value > 0) != positive), len(without))
    return SignReversal(reason=bearing[0].reason, log_odds=without[0], count=count)


def _forecasts(run: Run, index: int, step: int, made: np.ndarray) -> tuple[ExpectedChoice, ...]:
    """What the actor expects of others, and what they do, in the futures in which it decides."""
    plan, out = run.model.plan, []
    for other, choice in enumerate(plan.choices):
        expected = None if other == index else decision_record.expected(run, index, other, step)
        if expected is None:
            continue
        does, actor = decision_record.at_step(run, step).p[made, other], labels.actor(plan, choice.actor)
        for o, option in enumerate(choice.options):
            text, means = labels.option(plan, choice.name, option), (float(x[:, o].mean()) for x in (expected, does))
            out.append(ExpectedChoice(choice.name, option, text, actor, *means))
    return tuple(out)


def sources_of(plan: Plan, choice: PlannedChoice, reason: PlannedReason) -> tuple[str, ...]:
    """Sources of a reason and its expressions, and claims to which its parameters were fitted."""
    beliefs = [plan.parameters[i].belief for i in (reason.weight, *reason.part.parameters)]
    cited = [source for belief in beliefs for source in (*belief.fitted_to, *belief.sources)]
    group = plan.scenario.choices[choice.name]
    entry = group.reasons[reason.name]
    for field, role in type(reason.part.params).roles().items():
        for text in entry.params.get(field, {}).values() if role.of == "expression" else ():
            cited += split_sources(str(text))[1] or entry.sources or group.sources or plan.scenario.default_source
    return tuple(dict.fromkeys(cited))


def stock_drivers(run: Run, stock: str, since: str = "", until: str = "") -> StockDrivers:
    """Decompose the change of a stock between two months (default: as_of to the end) by process."""
    run.require_valid_paths()
    plan, calendar = run.model.plan, run.model.scenario.calendar
    require(stock, plan.cells, "stock")
    low = calendar.index(times.last_day(since)) if since else plan.first_future_step
    high = calendar.index(times.last_day(until)) if until else calendar.steps
    if not 0 <= low < high <= calendar.steps:
        what = f"{since or calendar.label(low)} .. {until or calendar.label(high)} is not a period of the run"
        raise ModelError(what, allowed=f"{run.times[0]} .. {run.times[-1]}")
    factor, unit = run.display_unit(stock)
    moved = {
        part: float(mean_flows(run)[low:high, i].sum()) * calendar.dt / factor
        for i, (cell, part) in enumerate(run.model.program.flow_names)
        if cell == stock
    }
    total = sum(map(abs, moved.values())) or 1.0
    paths = run.path(stock)
    path, change = paths.mean(axis=0), paths[:, high] - paths[:, low]
    start = plan.parameters[plan.initial[plan.cells.index(stock)]].belief
    observed = next((item.claims for item in plan.observations if item.cell == stock), ())
    cited = dict.fromkeys([*observed, *start.fitted_to, *start.sources])
    return StockDrivers(
        origin=Provenance.of(run),
        stock=stock,
        text=labels.stock(plan, stock),
        unit=unit,
        since=calendar.label(low),
        until=calendar.label(high),
        before=float(path[low]),
        after=float(path[high]),
        mc_error=mean(change)[1],
        drivers=tuple(
            Driver(part, value, abs(value) / total)
            for part, value in sorted(moved.items(), key=lambda pair: -abs(pair[1]))
            if value
        ),
        claims=tuple(claim for claim in cited if claim in plan.ledger),
    )
