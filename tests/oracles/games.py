"""The game of one date by the rule itself, for the twin and the plain objects.

Whoever asks what another would do in a state gets an answer, and the answer is remembered as a node; nothing is left out
of a state, no node is solved before another, and all of them are iterated together with damping. Numbers are NumPy arrays
over draws or Python floats. `after` (who observes whom on a date) is not covered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from standoff import components, expression
from standoff.plan import Plan, PlannedChoice, PlannedReason

ITERATIONS = 400  # as the engine's: a game that takes more is left unsolved


@dataclass(frozen=True)
class Asked:
    """How a reason looks at another choice."""

    other: int
    act: bool  #: at what is in force, or at how it would react
    joint: bool  #: at what it does on the same date
    months: float


@dataclass
class Table:
    """Payoff of each option with nobody else, and what each option of each other adds: [option][option of the other]."""

    alone: list[Any]
    added: dict[Asked, list[list[Any]]]


@dataclass
class Seat:
    """Whether somebody decides, what stands if not (one-hot), and the options that are open (None: all)."""

    decides: Any
    otherwise: list[Any]
    open: list[Any] | None = None


State = Mapping[int, int]
Node = tuple[
    int, frozenset[tuple[int, int]] | None
]  #: choice, and options supposed to be in force; None: as it decides now


def table(choice: PlannedChoice, names: Sequence[str], of: Callable[[PlannedReason], Any], zero: Any) -> Table:
    """Payoffs of a choice; `of(reason)`: its weight, parameters, state of the world, and the options of all choices."""
    out = Table([zero] * len(choice.options), {})
    for reason in choice.reasons:
        weight, params, state, options = of(reason)
        asked = {Asked(names.index(r.choice), r.role == "act", r.joint, r.months): r.choice for r in reason.reads}
        words = {(one, k): (name, word) for one, name in asked.items() for k, word in enumerate(options[name])}

        def payoff(
            option: str,
            sure: Any = None,
            reason: PlannedReason = reason,
            params: Any = params,
            state: Any = state,
            words: Any = words,
        ) -> Any:
            seen: dict[bool, dict[Any, float]] = {True: {}, False: {}}
            for (one, k), word in words.items():
                seen[one.act][word] = float((one, k) == sure)
            return reason.part.module.payoff(params, state, option, components.Others(seen[False], seen[True]))

        for o, option in enumerate(choice.options):
            plain = payoff(option)
            out.alone[o] = out.alone[o] + weight * plain
            for one, k in words:
                gains = out.added.setdefault(one, [[0.0] * len(options[asked[one]]) for _ in choice.options])
                gains[o][k] = gains[o][k] + weight * (payoff(option, (one, k)) - plain)
    return out


def state_of(reason: PlannedReason, seen: Mapping[str, Any], number: Callable[[int], Any], held: Any) -> Any:
    """What a reason reads: stocks and numbers, and which own option is in force."""
    own = {name: number(i) for name, i in reason.part.numbers.items()}
    return components.State({**seen, **own}, reason.part.kind, held)


def through_stocks(plan: Plan) -> list[set[int]]:
    """For each choice, the others that move a stock which its conditions read, through one mechanism."""
    moves, reads = list[set[str]](), list[set[str]]()
    for choice in plan.choices:
        targets = {effect.target for several in choice.effects for effect in several}
        indices = [
            (
                part,
                [
                    i
                    for where in part.parameter_index.values()
                    for i in ([where] if isinstance(where, int) else where.values())
                ],
            )
            for part in plan.mechanisms
        ]
        moves.append({stock for part, own in indices if targets & set(own) for stock in part.writes})
        conditions = (choice.when, *(choice.restrictions.when if choice.restrictions else ()))
        reads.append({name for node in conditions if node is not None for name in expression.stock_names(node)})
    size = range(len(moves))
    return [{j for j in size if j != c and moves[j] & reads[c]} for c in size]


class Game:
    """One date, in the eyes of somebody.

    tables: payoffs of a choice now (None) or in a state; rationality of a choice; in_force: one-hot options; seat: of a
    choice, likewise; kept(r, months): chance that what is unknown of `r` lasts so long, None where it never does;
    through: of `through_stocks`
    """

    def __init__(
        self,
        choices: Sequence[PlannedChoice],
        tables: Callable[[int, State | None], Table],
        rationality: Callable[[int], Any],
        in_force: Sequence[list[Any]],
        seat: Callable[[int, State | None], Seat],
        kept: Callable[[int, float], Any],
        through: Sequence[set[int]],
        xp: Any = np,
    ) -> None:
        self.choices, self.names, self.xp = choices, [choice.name for choice in choices], xp
        self.tables, self.rationality, self.in_force, self.kept = tables, rationality, in_force, kept
        self.make_seat, self.seats = seat, dict[Node, Seat]()
        self.q: dict[Node, list[Any]] = {}
        self.memo: dict[Any, list[Any]] = {}
        self.watches = [self.watched(c) for c in range(len(choices))]
        known = [self.chain(c) for c in range(len(choices))]  # and at last by one stock
        self.moved_by = [of.union(*(through[j] for j in {c, *of})) for c, of in enumerate(known)]

    def watched(self, c: int) -> set[int]:
        """Choices whose option in force a choice looks at, by its reasons and by its conditions."""
        choice = self.choices[c]
        assert not choice.after, "the twin does not know who observes whom on a date"
        out = {r.choice for reason in choice.reasons for r in reason.reads if r.role == "act" and not r.joint}
        limits = choice.restrictions.when if choice.restrictions else ()
        for node in (choice.when, *limits):
            out |= {term.choice for term in expression.choice_terms(node)} if node is not None else set()
        return {self.names.index(name) for name in out} - {c}

    def chain(self, c: int) -> set[int]:
        """All who move a choice, directly or through others; itself, where it moves itself through others."""
        out = set(self.watches[c])
        while new := {j for i in out for j in self.watches[i]} - out:
            out |= new
        return out

    # ---- what is expected ----------------------------------------------------------------------------------------

    def expects(self, c: int, state: State | None, o: int, asked: Asked) -> list[Any]:
        """What choice `c`, in a state, expects of another after its own option `o`."""
        j, held = asked.other, state or {}
        if not asked.act and not asked.joint and c in self.moved_by[j]:
            known = {} if j in self.moved_by[c] else held  # in a circle only the act itself is known
            return self.reaction(j, {i: k for i, k in {**known, c: o}.items() if i != j}, asked.months)
        if j in held:
            return [float(k == held[j]) for k in range(len(self.choices[j].options))]
        if asked.act and not asked.joint:
            return self.in_force[j]
        return self.play(j, None)

    def reaction(self, r: int, state: State, months: float) -> list[Any]:
        """What `r` has in force some months after a state has come about."""
        key = r, frozenset(state.items()), months
        if key not in self.memo:
            self.memo[key] = self.worked_out(r, state, months)
        return self.memo[key]

    def worked_out(self, r: int, state: State, months: float) -> list[Any]:
        between = {
            j for j in self.watches[r] if j not in state and self.moved_by[j] & set(state) and r not in self.moved_by[j]
        }
        if between:  # they move in turn: first one whom no other of them moves
            first = [j for j in sorted(between) if not any(i in self.moved_by[j] for i in between - {j})]
            j = (first or sorted(between))[0]
            chances = self.reaction(j, state, months)
            after = [self.reaction(r, {**state, j: o}, months) for o in range(len(chances))]
            return [sum(a * b for a, b in zip(chances, column, strict=True)) for column in zip(*after, strict=True)]
        fresh, kept = self.play(r, state), self.kept(r, months)
        return fresh if kept is None else lasting(fresh, self.play(r, {}), self.in_force[r], kept, self.xp)

    # ---- what is done --------------------------------------------------------------------------------------------

    def play(self, c: int, state: State | None) -> list[Any]:
        """How a choice is made in a state, as far as the iteration has come; evenly at first."""
        node = c, None if state is None else frozenset(state.items())
        if node not in self.q:
            seat = self.seats[node] = self.make_seat(c, state)
            free = seat.open or [True] * len(seat.otherwise)
            count = sum(1.0 * here for here in free)
            self.q[node] = [
                self.xp.where(seat.decides, self.xp.where(here, 1.0 / self.xp.maximum(count, 1.0), 0.0), stays)
                for here, stays in zip(free, seat.otherwise, strict=True)
            ]
        return self.q[node]

    def respond(self, node: Node) -> list[Any]:
        """The logit response of a node to all others."""
        (c, held), seat, xp = node, self.seats[node], self.xp
        state = None if held is None else dict(held)
        payoffs = self.tables(c, state)
        utility = list(payoffs.alone)
        for asked, gains in payoffs.added.items():
            for o, row in enumerate(gains):
                if any(np.any(gain) for gain in row):
                    expected = self.expects(c, state, o, asked)
                    utility[o] = utility[o] + sum(a * b for a, b in zip(row, expected, strict=True))
        logits = [self.rationality(c) * u for u in utility]
        if seat.open is not None:
            logits = [xp.where(here, value, -1e300) for here, value in zip(seat.open, logits, strict=True)]
        top = reduce(xp.maximum, logits)
        weights = [xp.exp(value - top) for value in logits]
        total = sum(weights)
        return [xp.where(seat.decides, w / total, stays) for w, stays in zip(weights, seat.otherwise, strict=True)]

    def solve(self, players: Sequence[int], tolerance: float) -> dict[int, list[Any]]:
        """Choice -> probabilities of its options."""
        for c in players:
            self.play(c, None)
        xp, step, before = self.xp, 1.0, math.inf
        for _ in range(ITERATIONS):
            self.memo, nodes = {}, list(self.q)
            answers = {node: self.respond(node) for node in nodes}
            apart = [abs(a - b) for node in nodes for a, b in zip(answers[node], self.q[node], strict=True)]
            distance, grown = reduce(xp.maximum, apart), len(self.q) > len(nodes)
            going = distance > tolerance
            if not grown and not np.any(going):
                break
            if not grown:  # halve the step where the distance stops shrinking
                step = xp.where(distance > 0.9 * before, xp.maximum(step / 2, 0.02), step)
            for node in nodes:
                pairs = zip(answers[node], self.q[node], strict=True)
                self.q[node] = [q + xp.where(going, step, 0.0) * (p - q) for p, q in pairs]
            before = math.inf if grown else distance
        return {c: answers[c, None] for c in players}


def lasting(fresh: Sequence[Any], present: Sequence[Any], in_force: Sequence[Any], kept: Any, xp: Any) -> list[Any]:
    """What is in force after the payoffs have changed, if the unknown reasons last with chance `kept`.

    Option i in force was the first of a race of exponential numbers E_j / q_j. With R_j = q_j / q_i, E_i is exponential with
    rate S = sum R, and every other E_j is R_j E_i and an exponential number more. Let the odds C_j of the changed game
    take effect at once and let t E_i be the time of the new race, t from 0 to 1: j comes in from t = R_j / C_j on, at the
    rate C_j E_i, and i at t = 1. With B(t) = sum C_j max(t - R_j / C_j, 0), nobody has come by t with chance S / (S + B(t)).
    """
    now = [xp.where(one > 0.5, True, False) for one in in_force]
    own = sum(xp.where(here, p, 0.0) for here, p in zip(now, present, strict=True))
    new = sum(xp.where(here, p, 0.0) for here, p in zip(now, fresh, strict=True))
    old = [xp.where(here, 1.0, p / xp.maximum(own, 1e-15)) for here, p in zip(now, present, strict=True)]
    odds = [xp.where(here, 0.0, p / xp.maximum(new, 1e-30)) for here, p in zip(now, fresh, strict=True)]
    begins = [xp.where(c > 0, xp.minimum(r / xp.maximum(c, 1e-300), 1.0), 1.0) for r, c in zip(old, odds, strict=True)]
    total = sum(old)
    times = [*(np.sort(np.stack(begins), axis=0) if xp is np else sorted(begins)), 1.0]

    def nobody(t: Any) -> Any:
        late = sum(c * xp.maximum(t - begin, 0.0) for c, begin in zip(odds, begins, strict=True))
        return total / (total + late)

    wins = [0.0 * p for p in fresh]
    for a, b in pairwise(times):
        came = nobody(a) - nobody(b)
        rates = [xp.where(begin <= a, c, 0.0) for c, begin in zip(odds, begins, strict=True)]
        every = sum(rates)
        wins = [
            w + xp.where(every > 0, came * c / xp.where(every > 0, every, 1.0), 0.0)
            for w, c in zip(wins, rates, strict=True)
        ]
    stays = nobody(1.0)
    return [(1 - kept) * p + kept * xp.where(here, stays, w) for p, here, w in zip(fresh, now, wins, strict=True)]


def holds(node: expression.Node, value: Callable[[str], Any], options: Mapping[int, Any], choices: Any, xp: Any) -> Any:
    """Whether a condition is true; `options`: what each choice has in force."""
    names = [choice.name for choice in choices]

    def in_force(term: expression.ChoiceTerm) -> Any:
        c = names.index(term.choice)
        wanted = [choices[c].options.index(word) for word in term.options]
        return reduce(lambda a, b: a | b, [options[c] == o for o in wanted])

    return expression.evaluate(node, value, in_force, xp)
