"""Observed choices as evidence: dates, options, and their probability.

The options of history are imposed on the path, so the games of all dates are independent given it, and one call solves
them. Only choices whose every option in the stretch rests on a claim that was published by as_of say anything; a choice
whose history is an assumption says nothing. Dates at which a choice has no occasion (`when`), or its actor is bound to
its option, are left out. Choices under a theory without `GRADIENT_FIT` are kept apart, for sequential Monte Carlo
(`smc`). Under a deterministic theory an actor does something else now and then, any available option alike: `TREMBLE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff import labels, theories
from standoff.engine import decisions
from standoff.engine.decisions import add_all
from standoff.engine.parameters import ParameterValues
from standoff.games import logit_response
from standoff.inference.fit.window import EstimationWindow, imposed_options
from standoff.plan import Plan, PlannedChoice
from standoff.scenario import calendar as times

TREMBLE = 0.05  #: rate of errors under a deterministic theory; harless1994 (method), size an assumption


@dataclass(frozen=True)
class ObservedChoiceSequence:
    """An observed choice sequence."""

    choice: int
    dates: tuple[int, ...]  #: indices of `ObservedChoices.steps`
    picked: tuple[int, ...]  #: option at each of them
    months: tuple[float, ...]  #: from each of them to the next
    claims: tuple[str, ...]  #: claims that report them


@dataclass(frozen=True, eq=False)
class ObservedChoices:
    """Observed choices in a window."""

    window: EstimationWindow
    steps: tuple[int, ...]  #: steps of the decision dates
    due: np.ndarray  #: (choice, date) whether the decision is made
    held: np.ndarray  #: (choice, date) option in force before
    since: np.ndarray  #: (choice, date) step at which that option was taken
    with_gradient: tuple[ObservedChoiceSequence, ...]  #: under theories with a gradient
    under_other_theories: tuple[ObservedChoiceSequence, ...]  #: under theories without a gradient
    left_out: tuple[tuple[str, str], ...]  #: choice, reason for its exclusion

    def log_p(self, params: ParameterValues, path: Mapping[str, Array]) -> Array:
        """Log probability (date, row of options, B) of every option at every date."""
        program, size, dates = self.window.program, params.varying.shape[1], len(self.steps)
        at = np.array(self.steps, int) - self.window.first
        cells = {cell: value[at].reshape(-1) for cell, value in path.items()}  # date by date, B futures each
        wide = type(params)(params.layout, jnp.tile(params.varying, (1, dates)), params.points)
        k = jnp.repeat(jnp.asarray(self.steps, jnp.int32), size)

        def spread(table: np.ndarray) -> Array:
            return jnp.repeat(jnp.asarray(table), size, axis=1)

        due = list(spread(self.due))
        forced = spread(imposed_options(program.plan)[:, list(self.steps)])
        ids = jnp.zeros(k.shape, jnp.uint32)
        date = decisions.decision_state(
            program,
            cells,
            wide,
            spread(self.held),
            due,
            k,
            program.rollout_noise(jnp.asarray(0, jnp.uint32), ids, k, params.varying.dtype),
            spread(self.since),
            observed=forced,
        )
        games = {
            perspective: decisions.solve(program, date, perspective, players, logit_response.solve_with_slopes)
            for perspective, players in program.games.items()
        }
        rows = []
        for c, choice in enumerate(program.plan.choices):
            chances = games[program.game_of[c]].probabilities(c, list(forced))
            wrong = TREMBLE if theories.theory(choice.theory).IS_DETERMINISTIC else 0.0
            available = None if date.available is None else date.available[c]
            even = [jnp.asarray(1 / len(chances))] * len(chances)
            if available is not None:
                even = [option / add_all(option.astype(float) for option in available) for option in available]
            rows += [(1 - wrong) * p + wrong * share for p, share in zip(chances, even, strict=True)]
        return jnp.log(jnp.maximum(jnp.stack(rows), 1e-30)).reshape(len(rows), dates, size).swapaxes(0, 1)

    @property
    def half_lives(self) -> tuple[int, ...]:
        """Index of the half-life parameter of each of `with_gradient`."""
        return tuple(self.window.program.plan.choices[item.choice].half_life for item in self.with_gradient)


def options(window: EstimationWindow, path: Mapping[str, Array]) -> ObservedChoices:
    """The observed choices of a model; `path` (S, 1) shows when each decision arises.

    Numbers of conditions have their medians there.
    """
    program, plan = window.program, window.program.plan
    table = np.array([_due(plan.scenario.calendar, choice, plan.first_future_step) for choice in plan.choices], bool)
    table = table.reshape(len(plan.choices), plan.first_future_step)[:, window.first : window.last]
    steps = np.flatnonzero(table.any(axis=0)) + window.first
    due = table[:, steps - window.first]
    forced = imposed_options(plan)
    held = forced[:, np.maximum(steps - 1, 0)]
    taken = [
        program.since_of_path(forced[:, 0], forced.T[None], options[None], int(step))[0]
        for step, options in zip(steps, held.T, strict=True)
    ]
    since = np.array(taken, np.int32).reshape(len(steps), -1).T
    bound = program.is_bound(jnp.asarray(held), jnp.asarray(since), jnp.asarray(steps, jnp.int32))
    with_gradient, others, left_out = list[ObservedChoiceSequence](), list[ObservedChoiceSequence](), []
    for c, choice in enumerate(plan.choices):
        occasion = np.ones(len(steps), bool)
        if choice.when is not None:
            k = jnp.arange(window.first, window.first + len(next(iter(path.values()))))[:, None]
            before = jnp.asarray(forced)[:, jnp.maximum(k - 1, 0)]
            facts = program.facts(path, lambda i: jnp.asarray(plan.parameters[i].quantile(0.5)), before)
            occasion = np.asarray(program.holds(choice.when, facts, k))[steps - window.first, 0]
        if (stays := bound[c]) is not None:
            occasion = occasion & ~np.asarray(stays)
        at = np.flatnonzero(due[c] & occasion)
        claims, why = _claims(window, choice, c, forced)
        why = why or ("" if len(at) else "not made in the stretch")
        if why:
            left_out.append((choice.name, why))
            continue
        sequences = with_gradient if theories.theory(choice.theory).GRADIENT_FIT else others
        months = plan.scenario.calendar.dt * np.diff(steps[at])
        options_taken = tuple(forced[c, steps[at]].tolist())
        sequences.append(ObservedChoiceSequence(c, tuple(at.tolist()), options_taken, tuple(months.tolist()), claims))
    return ObservedChoices(
        window, tuple(steps.tolist()), due, held, since, tuple(with_gradient), tuple(others), tuple(left_out)
    )


def _due(calendar: times.Calendar, choice: PlannedChoice, first_free: int) -> list[bool]:
    """Steps up to as_of at which the choice is made, by its rule after as_of."""
    if choice.every:
        return [calendar.ends_period(k, choice.every) for k in range(first_free)]
    free = [k for k, decides in enumerate(choice.is_free) if decides]
    stride = free[1] - free[0] if len(free) > 1 else calendar.steps
    return [bool(free) and (k - free[0]) % stride == 0 for k in range(first_free)]


def _claims(window: EstimationWindow, choice: PlannedChoice, c: int, forced: np.ndarray) -> tuple[tuple[str, ...], str]:
    """Claims behind the observed options of the window, and a reason for exclusion, if any."""
    plan, calendar = window.program.plan, window.program.plan.scenario.calendar
    history = plan.scenario.choices[choice.name].history
    known = plan.ledger.as_of(plan.scenario.as_of_day).not_retracted()
    if not history:
        return (), "nobody says what was done"
    places = [calendar.index(times.last_day(item.since)) - 1 for item in history]
    out: list[str] = []
    for n, (item, index) in enumerate(zip(history, places, strict=True)):
        end = places[n + 1] if n + 1 < len(places) else window.last
        if end <= window.first or index >= window.last:
            continue
        claims = [word for word in item.sources if word in plan.ledger]
        later = [claim for claim in claims if claim not in known]
        if not claims:
            return (), f"`{item.option}` is an assumption"
        if len(later) == len(claims):
            return (), f"`{item.option}` rests on claims that were published after as_of: {later[0]}"
        out += [claim for claim in claims if claim in known]
    if places[0] > window.first:
        return (), "nobody says what was done at first"
    return tuple(dict.fromkeys(out)), ""


def picked_words(sequences: Sequence[ObservedChoiceSequence], plan: Plan) -> dict[str, str]:
    """Observed options of each choice in words: `“sells dual-use goods” × 9`."""
    out = {}
    for item in sequences:
        choice = plan.choices[item.choice]
        names = [labels.option(plan, choice.name, choice.options[o]) for o in item.picked]
        out[choice.name] = ", ".join(f"“{name}” × {len([*run])}" for name, run in groupby(names))
    return out
