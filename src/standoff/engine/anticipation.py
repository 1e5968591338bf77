"""Anticipated reactions: which choices answer which, and the agents of those who react.

An actor looks at what is in force, and judges each of its options by how others would react to it. Others know an option in
force (an *act*) by the kinds of their reasons and by conditions on choices. A reaction to option o of choice c is what the
choice r would have in force some time after o: its own choice function in the state with o in force, in which its acts read
o, its conditions are evaluated there, and it foresees in its turn how others, the first one too, would react to it. What is
expected is therefore what is done when its date comes. Where o moves a stock of these conditions through one mechanism, the
stocks are simulated up to that date.

A reaction is foreseen only where r depends on c: where it reads c as an act, or another choice that does so in its turn. The
others are expected as at one date, whatever c does. Where r answers c both directly and through a third choice j, it reacts
to whatever j does (`ReactionMixture`). One agent stands for each choice and state; the options in a state are those that can
make a difference to the choice. Choices that depend on one another in a circle foresee one step after the other: whoever
reacts to an act knows that act, and takes all others as they stand. What they expect is one fixed point.

Where an actor has types (`Plan.types`), each has agents of its own, and is expected with the probability that others give
it: their belief, and by Bayes' rule the options supposed to be in force, each by the chance that a type has it there. So who
acts foresees what others will take it for. Who expects something of such an actor looks at all that it does.

Sources: mckelvey_palfrey1998 (agents of one player at each node); signorino1999 (expected reactions in choices of states).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property

from standoff import expression
from standoff.errors import ModelError
from standoff.games.polymatrix import Foreseen, Reaction, ReactionMixture, TypeBelief
from standoff.plan import Plan, Read
from standoff.record import record

State = tuple[tuple[int, int], ...]  #: (choice, option in force), by choice
DATE = -1.0  #: months ahead of what is expected of types at the date itself
MOST_AGENTS = 512  # assumption: a game with more takes minutes to compile


@record
class Agent:
    """A choice by one type of its actor as if made in a state, or as made now (None)."""

    choice: int
    state: State | None
    type: int = 0


@record
class Anticipation:
    """The agents of a game, and what choices and agents expect.

    expected: (player, other choice, months) -> what it expects of the other after each of its options; a player is a choice,
    or an agent counted on from them
    persistence: months for which unknown reasons of a choice persist, by number: (choice, months)
    """

    agents: tuple[Agent, ...]
    expected: Mapping[tuple[int, int, float], tuple[Foreseen, ...]]
    persistence: tuple[tuple[int, float], ...]


class ChoiceDependence:
    """Who answers whom among the choices of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.choices, self.mechanisms = plan.choices, plan.mechanisms
        self.names = [choice.name for choice in plan.choices]
        self.types = {c: n for n, item in enumerate(plan.types) for c in item.choices}
        self.counts = [len(item.gauges) for item in plan.types]

    def read(self, c: int, role: str) -> set[int]:
        """Choices that the reasons of a choice read in a role: `act`, `reaction` or `joint`."""
        reads = (read for reason in self.choices[c].reasons for read in reason.reads)
        return {self.names.index(read.choice) for read in reads if role == ("joint" if read.joint else read.role)}

    @cached_property
    def acts(self) -> list[set[int]]:
        """For each choice, those whose option in force it reads, or which reveal a type."""
        return [
            (self.read(c, "act") | {self.names.index(name) for name in choice.condition_choices} | self.revealing(c))
            - {c}
            for c, choice in enumerate(self.choices)
        ]

    def revealing(self, c: int) -> set[int]:
        """Choices of other actors whose types make a difference to what a choice expects of them."""
        expects = {self.types.get(j) for role in ("reaction", "joint") for j in self.read(c, role)}
        return {j for j, n in self.types.items() if n in expects and self.types.get(c) != n}

    @cached_property
    def through_stocks(self) -> list[set[int]]:
        """For each choice, those that move a stock which its conditions read, through one mechanism."""
        moved = [
            {
                stock
                for part in self.mechanisms
                if any(effect.target in part.parameters for effects in choice.effects for effect in effects)
                for stock in part.writes
            }
            for choice in self.choices
        ]
        return [
            {j for j, stocks in enumerate(moved) if j != c and stocks & read}
            for c, choice in enumerate(self.choices)
            for read in [{name for node in choice.conditions for name in expression.stock_names(node)}]
        ]

    @cached_property
    def moved_by(self) -> list[set[int]]:
        """For each choice, those on whose options it depends: by acts, others, or one stock."""
        known = [self._closure(c, self.acts) for c in range(len(self.choices))]
        return [of.union(*(self.through_stocks[j] for j in {c, *of})) for c, of in enumerate(known)]

    @cached_property
    def _near(self) -> list[set[int]]:
        """For each choice, those that make a difference to it or that it foresees, themselves."""
        return [
            self.acts[c] | self.through_stocks[c] | {r for r in self.read(c, "reaction") if c in self.moved_by[r]}
            for c in range(len(self.choices))
        ]

    def in_circle(self, c: int, r: int) -> bool:
        """Whether two choices depend on one another."""
        return c in self.moved_by[r] and r in self.moved_by[c]

    def relevant(self, c: int, state: Mapping[int, int]) -> State:
        """The options of a state that make a difference to a choice, not only by one another."""
        reached = self._closure(c, self._near, stop=state)
        return tuple(sorted((j, o) for j, o in state.items() if j in reached))

    @staticmethod
    def _closure(c: int, near: list[set[int]], stop: Container[int] = ()) -> set[int]:
        out, waiting = set[int](), [c]
        while waiting:
            new = near[waiting.pop()] - out
            out |= new
            waiting += [j for j in new if j not in stop]
        return out

    def ahead(self, c: int, read: Read) -> float | None:
        """Months within which a reaction is foreseen; `DATE` for types at the date, else None."""
        if self.foreseen(c, read):
            return read.months
        is_act = read.role == "act" and not read.joint
        return None if is_act or self.names.index(read.choice) not in self.types else DATE

    def foreseen(self, c: int, read: Read) -> bool:
        """Whether a reason of a choice foresees a reaction, and does not expect one date."""
        r, sees = self.names.index(read.choice), self.choices
        same_date = read.choice in sees[c].after or sees[c].name in sees[r].after
        return read.role == "reaction" and not read.joint and not same_date and c in self.moved_by[r]


def anticipation(
    dependence: ChoiceDependence, players: Iterable[int], interval: Callable[[int], float]
) -> Anticipation:
    """What `players` expect of one another; agents count from the number of all choices.

    interval: months between decisions of a choice whose unknown reasons may outlast one; 0 where they never do
    """
    choices, first = dependence.choices, len(dependence.choices)
    agents: dict[Agent, int] = {}
    expected: dict[tuple[int, int, float], tuple[Foreseen, ...]] = {}
    persistence: dict[tuple[int, float], int] = {}
    typed = dependence.types

    def agent(r: int, state: Mapping[int, int] | None, type_: int) -> int:
        relevant = None if state is None else dependence.relevant(r, state)
        key = Agent(choice=r, state=relevant, type=type_)
        if key not in agents:
            agents[key] = first + len(agents)
            if len(agents) > MOST_AGENTS:
                raise ModelError(
                    f"`{choices[r].name}` and others foresee one another in more than {MOST_AGENTS} states",
                    path=f"choices.{choices[r].name}",
                    fix="let fewer reasons read reactions, or write `expects: simultaneous` on some",
                )
            foresee(agents[key], r, dict(relevant or ()))
        return agents[key]

    def of_type(r: int, state: Mapping[int, int] | None, months: float, type_: int = 0) -> Reaction:
        """What a choice has in force by one type of its actor."""
        if state is None or not interval(r):
            return Reaction(agent(r, state, type_))
        number = persistence.setdefault((r, months), len(persistence))
        return Reaction(agent(r, state, type_), agent(r, {}, type_), number)

    def expects(r: int, state: Mapping[int, int] | None, known: Mapping[int, int], months: float) -> Foreseen:
        """What is expected of a choice in a state; `known` were in force before its acts."""
        if r not in typed:
            return of_type(r, state, months)
        types, now = range(dependence.counts[typed[r]]), {**(state or {}), **known}
        seen = tuple(
            (
                tuple(
                    of_type(j, {i: k for i, k in (known if j in known else now).items() if i != j}, interval(j), t)
                    for t in types
                ),
                o,
            )
            for j, o in now.items()
            if typed.get(j) == typed[r]
        )
        return ReactionMixture(TypeBelief(typed[r], seen), tuple(of_type(r, state, months, t) for t in types))

    def reaction(r: int, acts: Mapping[int, int], known: Mapping[int, int], months: float) -> Foreseen:
        """What choice `r` has in force, `months` after a state has come about."""
        state = {j: o for j, o in acts.items() if j != r}
        circle = {j for j in dependence.moved_by[r] if dependence.in_circle(r, j)}
        movers = [j for j in dependence.acts[r] - state.keys() - circle - {r} if dependence.moved_by[j] & state.keys()]
        if movers:  # the first of those that move before it: the later ones react to what it then has in force
            j = min(movers, key=lambda j: (len(dependence.moved_by[j]), j))
            parts = tuple(reaction(r, {**state, j: o}, known, months) for o in range(len(choices[j].options)))
            return ReactionMixture(reaction(j, state, known, months), parts)
        return expects(r, state, known, months)

    def foresee(player: int, c: int, state: Mapping[int, int]) -> None:
        """Enter what a player expects, who stands for choice `c` in a state."""
        for read in (read for reason in choices[c].reasons for read in reason.reads):
            r, months = dependence.names.index(read.choice), dependence.ahead(c, read)
            if months is None or (player, r, months) in expected:
                continue
            key = (player, r, months)
            if months == DATE:
                expected[key] = (expects(r, None, state, 0.0),) * len(choices[c].options)
            else:
                expected[key] = ()  # being worked out
                before = {} if dependence.in_circle(c, r) else state
                after = ({**before, c: o} for o in range(len(choices[c].options)))
                expected[key] = tuple(reaction(r, now, state, months) for now in after)

    for c in players:
        foresee(c, c, {})
        for type_ in range(dependence.counts[typed[c]]) if c in typed else ():
            agent(c, None, type_)
    return Anticipation(agents=tuple(agents), expected=expected, persistence=tuple(persistence))
