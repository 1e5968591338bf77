"""Resolve choices: options with restrictions, reasons, effects, dates, cost of look-ahead."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from standoff.beliefs import Belief
from standoff.components import ParameterSpec
from standoff.plan.builder import ASSUMPTION, PlanBuilder
from standoff.plan.components import CONSIDERATIONS, plan_component, reads_of_choices, value_texts
from standoff.plan.from_history import learned
from standoff.plan.matters import in_order
from standoff.plan.parameters import ONCE, add_belief, add_numbers, check_use, names_in
from standoff.plan.records import Effect, OptionRestrictions, Parameter, PlannedChoice, PlannedReason, PlannedTypes
from standoff.scenario import calendar as times
from standoff.scenario import option_checks
from standoff.scenario.calendar import Calendar
from standoff.scenario.interventions import START, is_defined
from standoff.scenario.language import ACTUAL, Choice
from standoff.yaml_reader import Path_, dots

OLD_HISTORY = 366  #: days before as_of after which an observed option is called old
HOW = {"x ": "times", "+ ": "plus"}  #: prefixes of the value of an effect; without one it is set
LONG_AGO = -(10**6)  #: step of an option that nobody is known to have chosen: its time in force is over
DEAR = 5.0  # assumption: above, a user wants to know why a run takes minutes
MOST = 200.0  # assumption: above, a run that takes seconds would take an hour


def planned_choice(draft: PlanBuilder, name: str) -> PlannedChoice:
    """Resolve a choice."""
    choice, here, sources = draft.scenario.choices[name], ("choices", name), draft.scenario.choices[name].sources
    rationality, half_life = (
        add_belief(draft, path, learned(draft, path, belief), ParameterSpec(doc, unit, ge=0.0), sources)
        for path, belief, doc, unit in (
            ((*here, "rationality"), choice.rationality, "rationality of the quantal response", "1"),
            ((*here, "half_life"), choice.half_life, "half-life of the taste shocks", "month"),
        )
    )
    numbers = add_numbers(draft, here, choice.numbers, sources, f"conditions and values of {name}")
    reasons = [_reason(draft, (*here, "reasons", key), choice, key, numbers) for key in choice.reasons]
    effects = tuple(
        _effects(draft, (*here, "options", key, "effects"), option.effects, sources)
        for key, option in choice.options.items()
    )
    texts = [text for key, reason in choice.reasons.items() for text in value_texts(reason.use or key, reason.params)]
    used = names_in(draft, choice.when, *map(choice.condition, choice.options), *texts)
    check_use(draft, here, numbers, used, "condition or value of the choice")
    options = tuple(choice.options)
    every, dates = _dates(draft.calendar, draft.first_free, choice.every)
    forced, held = _forced(draft, choice), held_options(draft.calendar, choice)
    decides = tuple(
        date and option < 0 and person < 0
        for date, option, person in zip(dates, forced, held or (-1,) * len(dates), strict=True)
    )
    if any(decides):
        _warn_of_old_history(draft, name, choice)
    return PlannedChoice(
        name=name,
        actor=choice.actor,
        options=options,
        status_quo=options.index(choice.status_quo),
        every=every,
        rationality=rationality,
        half_life=half_life,
        reasons=tuple(filter(None, reasons)),
        effects=effects,
        imposed_options=forced,
        is_date=dates,
        is_free=decides,
        when=draft.condition((*here, "when"), choice.when, sources, numbers, of_choice=True),
        after=choice.after,
        theory=choice.theory or draft.scenario.theory,
        restrictions=_restrictions(draft, name, numbers),
        held=held,
        numbers=numbers,
    )


def set_once(draft: PlanBuilder, choices: Sequence[PlannedChoice]) -> None:
    """Report two choices that set one parameter, since the result would depend on file order."""
    setter: dict[int, str] = {}
    for choice in choices:
        for option, effects in zip(choice.options, choice.effects, strict=True):
            for target in (effect.target for effect in effects if effect.how == "set"):
                other = setter.setdefault(target, choice.name)
                if other != choice.name:
                    word = draft.parameters[target].path.removeprefix("mechanisms.")
                    draft.report(
                        ("choices", choice.name, "options", option, "effects", word),
                        f"`{other}` sets `{word}` too",
                        "one choice that sets it, others that multiply it or add to it",
                        "use `x 1.2` or `+ 0.1`",
                    )


def _reason(
    draft: PlanBuilder, path: Path_, choice: Choice, key: str, numbers: Mapping[str, int]
) -> PlannedReason | None:
    reason = choice.reasons[key]
    inherited, use, options = reason.sources or choice.sources, reason.use or key, tuple(choice.options)
    weight_path, spec = (*path, "weight"), ParameterSpec("weight of this reason", "1", ge=0.0)
    counts = in_order(draft, weight_path, learned(draft, weight_path, reason.weight, use), reason.matters)
    weight = add_belief(draft, weight_path, counts, spec, inherited)
    part = plan_component(draft, path, key, CONSIDERATIONS, use, reason.params, inherited, options, numbers=numbers)
    for claim in reason.claims:
        draft.check_claim((*path, "claims"), claim)
    if part is None:
        return None
    ahead = round(times.months(reason.horizon) / draft.calendar.dt) if reason.horizon else 0
    reads = reads_of_choices(draft, part, reason.expects or draft.scenario.expects, reason.within)
    return PlannedReason(key, weight, part, reads, reason.claims, reason.lines, ahead)


def _effects(draft: PlanBuilder, path: Path_, do: Mapping[str, Any], inherited: tuple[str, ...]) -> tuple[Effect, ...]:
    out = []
    fixed = (*ONCE, "choices", "beliefs") if path[0] == "choices" else ONCE  #: sections that it cannot change
    for target, raw in do.items():
        here, index = (*path, target), draft.find(target)
        if index is None or draft.parameters[index].path.startswith(fixed):
            rest = target.removeprefix("choices.")
            if rest.count(".") and is_defined(draft.document, f"choices.{rest}"):
                draft.report(
                    here,
                    f"`{target}` is a number of a choice, which no option changes",
                    "parameters of mechanisms, and the `numbers` of their conditions",
                )
            else:
                draft.unknown_parameter(here, target, "mechanism.parameter or mechanism.parameter.member")
            continue
        base, how, doc = (
            draft.parameters[index],
            HOW.get(str(raw)[:2], "set"),
            f"{target} while this {str(path[2]).removesuffix('s')} is in force",
        )
        spec = ParameterSpec(doc, base.unit, ge=base.low, le=base.high)
        if how != "set":
            raw = str(raw)[2:]
            spec = ParameterSpec(doc, "1", ge=0.0) if how == "times" else ParameterSpec(doc, base.unit)
        draft.changed.add(index)
        out.append(Effect(index, add_belief(draft, here, raw, spec, inherited), how))
    return tuple(out)


def stock_effects(draft: PlanBuilder) -> tuple[Effect, ...]:
    """Effects of outcomes of occasions and of levels of stocks, in the order of `how`."""
    out = [
        replace(effect, first=draft.scenario.step_since(item.effective or START), outcome=f"{name}.{key}")
        for name, item in draft.scenario.occasions.items()
        for key, outcome in item.outcomes.items()
        for effect in _effects(draft, ("occasions", name, "outcomes", key, "effects"), outcome.effects, item.sources)
    ]
    for cell, item in draft.scenario.consequences.items():
        if cell in draft.units and not draft.units[cell].same_kind(draft.unit("1")):
            draft.report(("consequences", cell), f"`{cell}` is in {draft.stocks[cell].unit}", "a stock from 0 to 1")
        effects = _effects(draft, ("consequences", cell, "effects"), item.effects, item.sources)
        out += [replace(effect, outcome=cell, is_partial=True) for effect in effects]
    return tuple(sorted(out, key=lambda effect: ("set", *HOW.values()).index(effect.how)))


def planned_types(draft: PlanBuilder, name: str, choices: Sequence[PlannedChoice]) -> PlannedTypes:
    """Types of an actor: their priors, signals, and the numbers in which they differ."""
    item, here, share = draft.scenario.types[name], ("types", name), ParameterSpec("share", "1", ge=0.0, le=1.0)

    def numbers(path: Path_, beliefs: Mapping[str, Belief], names: Iterable[str]) -> tuple[int, ...]:
        return tuple(
            add_belief(draft, (*here, *path, key), beliefs[key], share, item.sources) for key in names if key in beliefs
        )

    prior = numbers(("prior",), item.prior, item.prior)
    if sum(draft.parameters[i].quantile(0.5) for i in prior) > 1:
        draft.report((*here, "prior"), "these add up to more than 1", f"what is left of 1 is `{item.as_written}`")
    own = [c for c, choice in enumerate(choices) if choice.actor == item.actor]
    effects, differ = dict[int, list[tuple[int, Effect]]](), set[int]()
    for number, key in enumerate(item.prior, 1):
        path = (*here, "effects", key)
        for effect in _effects(draft, path, item.effects.get(key, {}), item.sources):
            target = draft.parameters[effect.target].path
            of = {
                c
                for c in own
                for word in ("reasons.", "rationality")
                if target.startswith(f"choices.{choices[c].name}.{word}")
            }
            if not of:
                draft.report(
                    path, f"`{target}` is no number of a reason of `{item.actor}`", "its `choices.NAME.reasons. ...`"
                )
            effects.setdefault(effect.target, []).append((number, effect))
            differ |= of
    ordered = {name for choice in choices if choice.after for name in (choice.name, *choice.after)}
    for word in (choices[c].name for c in differ if c in draft.typed or choices[c].name in ordered):
        draft.report(
            (*here, "effects"), f"`{word}` is in an order `after`, or has other types", "a choice with neither"
        )
    draft.typed |= differ
    signals = []
    for key, signal in item.signals.items():
        chances = numbers(("signals", key, "likelihood"), signal.likelihood, item.names)
        signals.append((draft.calendar.index(times.last_day(signal.date)), chances))
        for claim in signal.claims:
            draft.check_claim((*here, "signals", key, "claims"), claim)
    rank = Belief("uniform", (0.0, 1.0), sources=(ASSUMPTION,))
    return PlannedTypes(
        name=name,
        gauges=tuple(f"{name}.{key}" for key in item.names),
        actual=f"{name}.{ACTUAL}",
        prior=prior,
        rank=draft.add_parameter(Parameter(dots((*here, "rank")), rank, 1.0, "1", 0.0, 1.0)),
        effects=effects,
        choices=tuple(sorted(differ)),
        signals=tuple(signals),
    )


def _forced(draft: PlanBuilder, choice: Choice) -> tuple[int, ...]:
    """Option of each step: observed, status quo before any observation, held, or -1 for none."""
    options, calendar = list(choice.options), draft.calendar
    known_steps = min(draft.first_free, calendar.steps)
    out = [options.index(choice.status_quo)] * known_steps + [-1] * (calendar.steps - known_steps)
    for observed in choice.history:  # in the order of their dates: a later one takes over
        begin = min(max(calendar.index(times.last_day(observed.since)) - 1, 0), known_steps)
        out[begin:known_steps] = [options.index(observed.option)] * (known_steps - begin)
    if choice.intervention is not None:
        month = choice.intervention.since
        begin = known_steps if month is None else max(calendar.index(times.last_day(month)) - 1, known_steps)
        out[begin:] = [options.index(choice.intervention.option)] * (len(out) - begin)
    return tuple(out)


def held_options(calendar: Calendar, choice: Choice) -> tuple[int, ...]:
    """The option set by a person in each step, -1 for none; empty where no option is held."""
    if not choice.held:
        return ()
    options, out = list(choice.options), [-1] * calendar.steps
    for month, option in sorted(choice.held.items(), key=lambda item: times.last_day(item[0])):
        begin = max(calendar.index(times.last_day(month)) - 1, 0)
        out[begin:] = [-1 if option == option_checks.FREE else options.index(option)] * (calendar.steps - begin)
    return tuple(out)


def _warn_of_old_history(draft: PlanBuilder, name: str, choice: Choice) -> None:
    """Warn where nothing about the option in force at as_of is from the year before it."""
    as_of = draft.scenario.as_of_day
    observations = [observed for observed in choice.history if times.last_day(observed.since) <= as_of]
    if not observations:
        return
    claims = [draft.ledger[source] for source in observations[-1].sources if source in draft.ledger]
    days = [day for claim in claims for day in (claim.as_of.last, claim.published.last) if day <= as_of]
    newest = max([times.last_day(observations[-1].since), *days])
    if (as_of - newest).days > OLD_HISTORY:
        draft.warnings.append(
            f"choices.{name}: nothing about `{observations[-1].option}`, observed until as_of {draft.scenario.as_of}, is later "
            f"than {newest}; add an entry to `history:` that says what is in force now"
        )


@lru_cache(maxsize=256)  # a scenario and its variants decide at the same dates
def _dates(calendar: Calendar, first_free: int, text: str) -> tuple[int, tuple[bool, ...]]:
    """Months between decisions (0 unless steps are months), and whether each step has one."""
    length = times.months(text)
    every = int(length) if calendar.dt == 1.0 else 0
    stride = max(round(length / calendar.dt), 1)

    def due(step: int) -> bool:
        return calendar.ends_period(step, every) if every else (step - first_free) % stride == 0

    steps = range(first_free, calendar.steps)
    return every, (False,) * min(first_free, calendar.steps) + tuple(map(due, steps))


# ---- restrictions of options -----------------------------------------------------------------------------------------


def _restrictions(draft: PlanBuilder, name: str, numbers: Mapping[str, int]) -> OptionRestrictions | None:
    """The restrictions of a choice, or None; warns of those without an effect."""
    choice, here, calendar = draft.scenario.choices[name], ("choices", name, "options"), draft.calendar
    if not option_checks.is_restricted(choice):
        return None
    lower = option_checks.lower_options(choice)
    since, before = LONG_AGO, choice.status_quo  # step at which the option in force at the start was chosen
    for observed in choice.history:
        step = calendar.index(times.last_day(observed.since)) - 1
        if step <= 0 < draft.first_free and observed.option != before:
            since, before = step, observed.option
    for key, option in choice.options.items():
        if option.lasts and times.months(option.lasts) <= times.months(choice.every):
            draft.warnings.append(
                f"choices.{name}.options.{key}.lasts has no effect: decisions are {choice.every} apart"
            )
    return OptionRestrictions(
        when=tuple(
            draft.condition((*here, key, "when"), choice.condition(key), choice.sources, numbers, of_choice=True)
            for key in choice.options
        ),
        reachable=tuple(
            tuple(option_checks.is_reachable(lower, origin, option, choice.ladder) for option in choice.options)
            for origin in choice.options
        ),
        irreversible=tuple(option.irreversible for option in choice.options.values()),
        lasts=tuple(
            math.ceil(times.months(option.lasts) / calendar.dt - 1e-9) if option.lasts else 0
            for option in choice.options.values()
        ),
        since=since,
    )


# ---- look-ahead ------------------------------------------------------------------------------------------------------


def rollouts(choice: PlannedChoice) -> int:
    """Steps of all rollouts of a choice at one date.

    At every decision date each choice with a reason that looks ahead is rolled out once for each of its options and
    horizons, whether or not it is made on that date.
    """
    return len(choice.options) * sum({reason.horizon for reason in choice.reasons})


def rollout_factor(choices: Sequence[PlannedChoice], steps: int) -> float:
    """Steps of rollouts over steps of the run."""
    work = sum(map(rollouts, choices))
    dates = sum(any(choice.is_free[k] for choice in choices) for k in range(steps)) if work else 0
    return dates * work / max(steps, 1)


def check_rollouts(draft: PlanBuilder, choices: Sequence[PlannedChoice]) -> None:
    """Warn if rollouts take most of the work; report an error above the limit."""
    ratio = rollout_factor(choices, draft.calendar.steps)
    if ratio <= DEAR:
        return
    dearest = max(choices, key=rollouts)
    longest = max(dearest.reasons, key=lambda reason: reason.horizon)
    what = (
        f"look-ahead takes {ratio:,.0f} times the steps of the run itself, most of them for `{dearest.name}`: "
        f"{len(dearest.options)} options, {longest.horizon} steps, at every date of decisions"
    )
    if ratio > MOST:
        draft.report(
            ("choices", dearest.name, "reasons", longest.name, "horizon"),
            what,
            f"up to {MOST:g} times",
            "a shorter `horizon`, a longer `every`, or fewer options",
        )
    else:
        draft.warnings.append(what)
