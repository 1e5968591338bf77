"""Frozen records of the scenario language; docstrings become JSON Schema and reference."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator

from standoff.ledger.vocabulary import Quantities, Side, SideName, Vocabulary, of_scenario
from standoff.scenario import calendar as times
from standoff.scenario.calendar import Calendar
from standoff.scenario.fields import (
    BeliefField,
    Bound,
    Code,
    Condition,
    Date,
    Dotted,
    EntryOf,
    Expression,
    Held,
    Length,
    Lines,
    Name,
    Record,
    Share,
    Unit,
    Words,
    bare_number,
    belief_or_mapping,
)
from standoff.scenario.question import Question


class Actor(Record):
    """A state, a bloc of states, or a public."""

    name: str
    kind: Literal["state", "bloc", "public", "other"] = "state"
    members: Words = ()  #: of a bloc
    of: Code | None = None  #: the state of a public


class Relation(Record):
    """A relation between two actors, for display, citation and mechanisms that name it."""

    kind: str = Field(description="war, alliance, partnership, rivalry, sanctions, ...")
    between: tuple[Code, Code]
    since: Date | None = None
    level: str = ""
    note: str = ""
    sources: Words = ()


class Stock(Record):
    """A quantity that accumulates, for the world or for each holder."""

    unit: Unit
    text: str = ""
    initial: Annotated[
        Annotated[BeliefField, Tag("belief")] | Annotated[dict[str, BeliefField], Tag("holders")],
        Discriminator(belief_or_mapping),
    ] = Field(description="value at `start`: one belief for a stock of the world, or holder: belief")
    floor: Bound = Field(0.0, description="lowest value, in `unit` if it names none of its own; null for none")
    cap: Bound = Field(None, description="highest value, in `unit` if it names none of its own")
    constant: bool | Words = Field(
        False,
        description="that nothing moves it is meant: true, or the holders for whom it is; else there is a warning",
    )
    sources: Words = ()

    @field_validator("floor", "cap", mode="before")
    @classmethod
    def _in_unit(cls, raw: Any, info: ValidationInfo) -> Any:
        return bare_number(raw, info.data.get("unit"), (info.context or {}).get("units"))

    @property
    def holders(self) -> tuple[str, ...]:
        """Actors that hold it; empty for a stock of the world."""
        return tuple(self.initial) if isinstance(self.initial, dict) else ()

    def cells(self, name: str) -> tuple[str, ...]:
        """Its cells when it is called `name`: `troops.RUS` for each holder, or `name` alone."""
        return tuple(f"{name}.{holder}" for holder in self.holders) or (name,)

    def constants(self, name: str) -> tuple[str, ...]:
        """Its `cells` that are declared constant."""
        if isinstance(self.constant, bool):
            return self.cells(name) if self.constant else ()
        return tuple(f"{name}.{holder}" for holder in self.constant)


class Mechanism(Record):
    """A causal process: the name of a mechanism file and its parameters."""

    use: Name = Field("", description="name of the mechanism; the entry's own name if left out")
    when: Condition | None = Field(
        None, description="a condition on stocks: it moves nothing in steps that begin without it"
    )
    sources: Words = Field((), description="for numbers of this entry that name none of their own")
    note: str = ""
    params: dict[str, Any] = Field(default_factory=dict)


class Option(Record):
    """A possible action of an actor, and its effects while it is in force."""

    text: str = ""
    effects: dict[Dotted, str | float | int] = Field(
        default_factory=dict,
        description="parameter of a mechanism -> its value while the option holds; `x 1.2` multiplies it, `+ 0.1` adds to it",
    )


class Reason(Record):
    """A consideration with its weight: one reason of the actor."""

    use: Name = Field("", description="kind of consideration; the entry's own name if left out")
    weight: BeliefField = Field(description="log-odds per unit of payoff at rationality 1")
    horizon: Length | None = Field(
        None, description="looks ahead: the payoff is read from the state after this time under each option"
    )
    text: str = ""
    lines: Lines = ()
    claims: Words = ()
    sources: Words = Field((), description="for numbers of this entry that name none of their own")
    params: dict[str, Any] = Field(default_factory=dict)


class ObservedChoice(Record):
    """An observed action of the actor, from a month on."""

    since: Date
    option: Name
    sources: Words = ()


class Intervention(Record):
    """An option that an actor takes whatever its reasons: an intervention, for variants."""

    option: Name
    since: Date | None = Field(
        None, description="the month from which it does so, after `as_of`; from then on, if left out"
    )


class ParameterIntervention(Record):
    """A parameter set to one value in every future, in place of its belief."""

    value: Any = Field(description="the new value, a belief; its unit may be left out where a lever names it")
    since: Literal["as_of", "start"] | Date = Field(
        "as_of",
        description="the month from which it holds; `as_of`: the first step after it, so that history stays; `start`: the "
        "whole run, for what is no parameter too",
    )


Theory: TypeAlias = Annotated[str, EntryOf("standoff.theories")]
PerceptionSpec: TypeAlias = Annotated[
    Annotated[BeliefField, Tag("belief")] | Annotated[dict[Dotted, BeliefField], Tag("holders")],
    Discriminator(belief_or_mapping),
]


class Choice(Record):
    """A repeated decision of an actor; all decisions of one date form a game."""

    actor: Code
    text: str = ""
    options: dict[Name, Option] = Field(min_length=2)
    status_quo: Name = Field(description="the option that reasons are compared with")
    explain: Name | None = Field(
        None,
        description="the option whose reasons the first page shows; if left out, the one that the main question asks about, "
        "else the likeliest besides the status quo",
    )
    when: Condition | None = Field(
        None,
        description="a condition on stocks; on a date of this choice at which it fails, the actor goes to its `status_quo`",
    )
    after: Words = Field((), description="choices of the same date whose options are known when this one is made")
    theory: Theory | None = Field(None, description="how this actor decides; the scenario's `theory` if left out")
    every: Length = Field(description="decided in months whose number this divides: `3 months` is March, June, ...")
    rationality: BeliefField = Field(description="0 picks at random, large picks the best reply")
    renewal: BeliefField = Field(
        description="share of decisions at which the actor's reasons unknown to us are drawn afresh; between them they "
        "persist, so that a choice does not flicker"
    )
    history: tuple[ObservedChoice, ...] = Field(
        (), description="what the actor was seen to do up to `as_of`; before the first entry it did its `status_quo`"
    )
    intervention: Intervention | None = Field(
        None, description="an option that the actor is taken to hold after `as_of`, whatever it weighs; all others know"
    )
    reasons: dict[Name, Reason] = Field(min_length=1)
    sources: Words = ()


class Observation(Record):
    """History of a stock before `as_of`: imposed on the run instead of simulated."""

    claims: dict[str, Any] = Field(description="which claims give the path: any of `standoff claims`' filters")
    scale: BeliefField = Field(
        description="true value / claimed value: one number a future, since a source that is off is off all along"
    )
    prefer: Words = Field(
        (), description="claims, by id, that count where several claims about one day give different numbers"
    )
    bounds: Literal["check", "value"] = Field(
        "check",
        description="claims with `over`, `at_least` or `at_most`: the path through the others is held against them, or each "
        "stands for its number",
    )
    sources: Words = ()
    note: str = ""


class FitTarget(Record):
    """Claims that a fit compares with an expression of stocks at the same day."""

    claims: dict[str, Any] = Field(description="which claims: any of `standoff claims`' filters")
    value: Expression = Field(description="stocks that say what the claims are about, such as `losses.RUS`")
    since: Date | None = Field(None, description="its stocks are imposed until then, if later than that of the fit")
    note: str = ""


class FitSpec(Record):
    """Targets of a fit. After `since` the mechanisms predict their stocks, without history."""

    since: Date = Field(description="end of what is imposed; later claims and choices are what the fit learns from")
    targets: dict[Name, FitTarget] = Field(min_length=1)


class Correlation(Record):
    """Rank correlation of two numbers, through a Gaussian copula."""

    between: tuple[Dotted, Dotted]
    value: Share = Field(gt=-1, lt=1)
    sources: Words = ()


class Lever(Record):
    """A parameter that a user may set."""

    target: Dotted
    low: float | str
    high: float | str
    text: str = ""


class Variant(Record):
    """A named change of the scenario, merged over the base; null removes an entry."""

    text: str
    lines: Lines = ()
    rival_model: bool = Field(
        False, description="another model of the same world (`standoff uncertainty`), and not a what-if"
    )
    change: dict[str, Any]


class Scenario(Record):
    """Everything that a run depends on, apart from the ledger, the settings and the seed."""

    title: str
    text: str = ""
    as_of: Date = Field(description="divides the run: before it history, after it futures")
    start: Date
    end: Date
    step: Literal["day", "week", "month", "quarter"]
    units: dict[str, str] = Field(default_factory=dict, description="own units, such as `EUR: 1.08 USD`")
    sources: dict[str, str] = Field(default_factory=dict, description="works that numbers cite, by key")
    actors: dict[Code, Actor] = Field(min_length=1)
    relations: tuple[Relation, ...] = ()
    stocks: dict[Name, Stock] = Field(min_length=1)
    mechanisms: dict[Name, Mechanism] = Field(default_factory=dict)
    choices: dict[Dotted, Choice] = Field(default_factory=dict)
    theory: Theory = Field("quantal_response", description="how actors decide who name no theory of their own")
    beliefs: dict[Code, dict[Dotted, PerceptionSpec]] = Field(
        default_factory=dict,
        description="actor -> stock or `choices.` parameter -> what the actor believes it to be, as a multiple of the truth; "
        "actor -> other actor -> the same for what the other believes, as the first believes",
    )
    observations: dict[Held, Observation] = Field(
        default_factory=dict,
        description="stock, `stock.holder`, or `stock.*` for each holder, with the claims about it: `subject` is the holder",
    )
    fit: FitSpec | None = Field(None, description="what `standoff fit` learns from")
    sides: dict[SideName, Side] = Field(
        default_factory=dict,
        description="sides of its claims that the package does not know; an actor is one by its name",
    )
    quantities: Quantities | None = Field(
        None, description="what quantities of its claims mean, beside what the package knows"
    )
    correlations: tuple[Correlation, ...] = ()
    levers: dict[Dotted, Lever] = Field(default_factory=dict)
    interventions: dict[Dotted, ParameterIntervention] = Field(
        default_factory=dict, description="a lever or a parameter -> what it is set to, and from when on"
    )
    questions: dict[Name, Question] = Field(default_factory=dict)
    variants: dict[Name, Variant] = Field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        """The time grid."""
        return Calendar(times.last_day(self.start), times.last_day(self.end), self.step)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Meaning of sides and quantities in its claims: that of the package, and its own entries."""
        actors = {code: actor.name for code, actor in self.actors.items()}
        return of_scenario(actors, self.sides, self.quantities)

    @property
    def as_of_day(self) -> dt.date:
        """The last day of history."""
        return times.last_day(self.as_of)

    def step_since(self, since: str) -> int:
        """The first step of an intervention: after `as_of`, the first of all (`start`), or by month."""
        if since in {"as_of", "start"}:
            return self.calendar.index(self.as_of_day) if since == "as_of" else 0
        return max(self.calendar.index(times.last_day(since)) - 1, 0)

    def label_since(self, since: str) -> str:
        """The month of that step, or `start`."""
        return since if since == "start" else self.calendar.label(self.step_since(since) + 1)

    def cells(self) -> dict[str, Stock]:
        """All cells, such as `troops.RUS`, in order, with their stocks."""
        return {cell: stock for name, stock in self.stocks.items() for cell in stock.cells(name)}
