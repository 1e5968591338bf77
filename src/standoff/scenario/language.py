"""Frozen records of the scenario language; docstrings become JSON Schema and reference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from standoff.ledger.vocabulary import Quantities, Side, SideName, Vocabulary, of_scenario
from standoff.scenario import calendar as times
from standoff.scenario.calendar import Calendar
from standoff.scenario.fields import (
    AnchorField,
    BeliefField,
    Bound,
    Code,
    Condition,
    Date,
    Dotted,
    EntryOf,
    EventName,
    Expression,
    Held,
    Length,
    Lines,
    Name,
    Numbers,
    Record,
    Share,
    Unit,
    Words,
    bare_number,
    belief_or_mapping,
)
from standoff.scenario.question import Question

LANGUAGE = 1  #: version of the language
ACTUAL = "actual"  #: gauge of the type that an actor is of in a future: its number, 0 as written
PROPOSED = "proposed"  #: key of `sources:` that keeps a drafted scenario from being built


class Actor(Record):
    """A state, a bloc of states, or a public."""

    name: str
    kind: Literal["state", "bloc", "public", "other"] = "state"
    members: Words = ()  #: of a bloc
    of: Code | None = None  #: the state of a public


class DatedEvent(Record):
    """A dated event, for conditions such as `after(us_inauguration)`."""

    date: Date = Field(description="2024-03 or 2024-03-31; a month counts as its last day")
    text: str = ""
    sources: Words = ()


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
    ] = Field(description="value at `start`: one belief for a stock of the world, or `holder: belief`")
    floor: Bound = Field(0.0, description="lowest value, by default in `unit`; null for none")
    cap: Bound = Field(None, description="highest value, by default in `unit`")
    constant: bool | Words = Field(
        False,
        description="declares that nothing changes it: true, or some holders; otherwise there is a warning",
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

    use: Name = Field("", description="kind of mechanism; default: the name of the entry")
    when: Condition | None = Field(
        None, description="condition on stocks: the mechanism has no effect in steps that begin while it is false"
    )
    numbers: Numbers = Field({}, description="numbers that `when` names, each in its own unit: `alarm: 30 to 50 %`")
    sources: Words = Field((), description="sources of numbers in this entry that name none")
    note: str = ""
    params: dict[str, Any] = Field(default_factory=dict)


class Threat(Record):
    """An announced threat: its option follows on an act of another, or a word is broken."""

    trigger: dict[Dotted, Words] = Field(
        min_length=1,
        max_length=1,
        description="another choice -> its options that are threatened: `CHN: [arms, troops]`",
    )
    since: Date = Field(description="month of the announcement, not after `as_of`")
    breach: BeliefField = Field(description="loss where the word is not kept: 0 none, 1 the worst; a share")
    weight: BeliefField = Field(description="weight of the reason, as of every other")
    text: str = Field("", description="the word as given, with who gave it")
    claims: Words = ()
    sources: Words = ()


class Option(Record):
    """A possible action of an actor, and its effects while it is in force."""

    text: str = ""
    effects: dict[Dotted, str | float | int] = Field(
        default_factory=dict,
        description="parameter of a mechanism -> value while the option is in force; `x 1.2` multiplies, `+ 0.1` adds",
    )
    when: Condition | None = Field(
        None,
        description="condition on stocks; on decision dates at which it is false the option cannot be chosen or kept",
    )
    after: Name | None = Field(
        None,
        description="the next lower option: this one can be chosen only from it, from itself, or from above; "
        "`ladder` of the choice states it for several options",
    )
    lasts: Length | None = Field(
        None, description="shortest time in force: until then the actor makes no decision in this choice"
    )
    irreversible: bool = Field(False, description="once in force, it stays: the actor makes no further decision")
    threat: Threat | None = Field(
        None, description="the option is announced as the answer to an act; the word becomes a reason, `word_OPTION`"
    )


Expects: TypeAlias = Literal["reactions", "simultaneous"]


class Reason(Record):
    """A consideration with its weight: one reason of the actor."""

    use: Name = Field("", description="kind of consideration; default: the name of the entry")
    weight: BeliefField = Field(
        description="log-odds per unit of payoff at rationality 1; `history` or `history(kind)`: learned from decisions of states"
    )
    matters: Literal["most", "more", "as usual", "little"] = Field(
        "as usual",
        description="the analyst's order of reasons: multiplies a learned weight, with the spread of the word",
    )
    horizon: Length | None = Field(
        None, description="look-ahead: the payoff is computed from the state after this time under each option"
    )
    expects: Expects | None = Field(
        None, description="how it foresees others; default: the `expects` of the scenario", examples=["simultaneous"]
    )
    within: Length = Field(
        "12 months", description="time after the own option within which a reaction of others counts"
    )
    text: str = ""
    lines: Lines = ()
    claims: Words = ()
    sources: Words = Field((), description="sources of numbers in this entry that name none")
    params: dict[str, Any] = Field(default_factory=dict)


class Ladder(Record):
    """Options from low to high, with the most steps up and down at one decision."""

    options: Words = Field(description="options from low to high")
    up: int = Field(1, ge=1, strict=True, description="most steps up at a decision")
    down: int | None = Field(
        None, ge=0, strict=True, description="most steps down at a decision; 0: never down; default: any number"
    )

    @property
    def is_plain(self) -> bool:
        """Whether it has one step up and any number down, as a list of options has."""
        return self.up == 1 and self.down is None

    def to_data(self) -> list[str] | dict[str, Any]:
        """The ladder as in a scenario file."""
        bounds = {"up": self.up, "down": self.down}
        whole = {"options": list(self.options), **{key: most for key, most in bounds.items() if most is not None}}
        return list(self.options) if self.is_plain else whole


NO_LADDER = Ladder(options=())
LadderField: TypeAlias = Annotated[
    Ladder,
    BeforeValidator(lambda raw: {"options": raw} if isinstance(raw, str | list | tuple) else raw),
    PlainSerializer(Ladder.to_data),
]


class OccasionOutcome(Record):
    """What an occasion may bring, and what it changes."""

    text: str = ""
    effects: dict[Dotted, str | float | int] = Field(
        default_factory=dict,
        description="parameter of a mechanism, choice, belief or occasion -> value while the outcome stands; `x 1.2` "
        "multiplies, `+ 0.1` adds",
    )


class Consequence(Record):
    """What follows as a stock rises from 0 to 1: effects in proportion to it."""

    text: str = ""
    effects: dict[Dotted, str | float | int] = Field(
        min_length=1,
        description="parameter of a mechanism, choice, belief or occasion -> value where the stock is 1; `x 1.2` "
        "multiplies, `+ 0.1` adds",
    )
    sources: Words = ()


class Occasion(Record):
    """An election, a summit, the exit of a leader or a shock, which brings one of its outcomes.

    It comes once its date has come and its condition holds: at its rate, or at once. Conditions and values read an outcome
    as the stock `name.outcome`, which is 1 while it stands.
    """

    text: str = ""
    date: Date | None = Field(
        None, description="when it comes, or from when on it may, after `as_of` or with its `outcome`"
    )
    when: Condition | None = Field(None, description="condition on stocks under which it may come")
    rate: str | float | dict[str, Any] | None = Field(
        None,
        description="how often it comes: `8 %/year`, or an expression of stocks, `numbers` and dates; default: at once",
    )
    numbers: Numbers = Field({}, description="numbers that `rate` and `when` name, each in its own unit")
    chance: dict[EventName, BeliefField] = Field(
        {}, description="outcome -> its chance once it comes; those without one share what is left of 1"
    )
    outcomes: dict[EventName, Annotated[OccasionOutcome, BeforeValidator(lambda raw: raw or {})]] = Field(min_length=1)
    end_rate: BeliefField = Field(
        "0 @assumption",
        description="rate at which an outcome is over, after which it may come again; 0: never",
        validate_default=True,
    )
    effective: Date | None = Field(None, description="first month of the effects, such as that of an inauguration")
    outcome: EventName | None = Field(None, description="what it brought; counts where `date` is not after `as_of`")
    sources: Words = ()

    def has_come(self, as_of: dt.date) -> bool:
        """Whether its date has come at `as_of`."""
        return self.date is not None and times.last_day(self.date) <= as_of


class Signal(Record):
    """What was seen besides options, such as a treaty, and how likely each type was to show it."""

    date: Date = Field(description="when it was seen, not after `as_of`")
    text: str = ""
    likelihood: dict[EventName, BeliefField] = Field(
        description="type -> its chance to show this; only their ratios count, one for each type"
    )
    claims: Words = ()
    sources: Words = ()


class ActorTypes(Record):
    """Types that an actor may be of: it knows its own, others learn from what they see."""

    actor: Code
    text: str = Field("", description="in what the types differ")
    as_written: EventName = Field(
        "usual", description="name of the type whose numbers are those of `choices`; it has the rest of the prior"
    )
    prior: dict[EventName, BeliefField] = Field(min_length=1, description="type -> its probability at `start`, a share")
    effects: dict[EventName, dict[Dotted, str | float | int]] = Field(
        default_factory=dict,
        description="type -> number of a reason of the actor, or the rationality of a choice of it -> value of this type; "
        "`x 2` multiplies, `+ 0.1` adds",
    )
    signals: dict[EventName, Signal] = Field(
        default_factory=dict, description="dated signals beside the options observed"
    )
    sources: Words = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The types, that as written first."""
        return (self.as_written, *self.prior)


class ObservedChoice(Record):
    """An observed action of the actor, from a month on."""

    since: Date
    option: Name
    sources: Words = ()


class Intervention(Record):
    """An option that an actor takes whatever its reasons: an intervention, for variants."""

    option: Name
    since: Date | None = Field(None, description="first month, after `as_of`; default: directly after `as_of`")


class ParameterIntervention(Record):
    """A parameter set to one value in every future, in place of its belief."""

    value: Any = Field(description="the new value, a belief; the unit is optional for a lever")
    since: Literal["as_of", "start"] | Date = Field(
        "as_of",
        description="first month of the new value; `as_of`: the first step after it, with unchanged history; `start`: the "
        "whole run, also for values that are not parameters",
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
    status_quo: Name = Field(description="the option with which reasons are compared")
    explain: Name | None = Field(
        None,
        description="the option whose reasons the first page shows; default: the one in the main question, "
        "else the most likely one besides the status quo",
    )
    when: Condition | None = Field(
        None,
        description="condition on stocks; on decision dates at which it is false, the actor returns to its `status_quo`",
    )
    numbers: Numbers = Field(
        {},
        description="numbers that `when`, the `when` of its options and the values of its reasons name, each in its own unit",
    )
    after: Words = Field((), description="choices of the same date that the actor observes before this one")
    responds_to: dict[Dotted, dict[Name, Words]] = Field(
        default_factory=dict,
        description="another choice -> its option -> options of this one that are open only in answer to it, while it is in "
        "force: `VEN: {raid: [sanction], occupy: [sanction, strike]}`; options that are not named are always open",
    )
    ladder: LadderField = Field(
        NO_LADDER,
        description="options from low to high: one step up at a decision, and any number down; sets their `after`. "
        "`{options: [...], up: 1, down: 1}` bounds both",
    )
    held: dict[Date, Name] = Field(
        default_factory=dict,
        description="month after `as_of` -> the option that a person sets for the actor from then on, or `free`: the actor "
        "decides again; no other actor knows it before it is in force: all expect what the reasons of the actor make likely",
    )
    theory: Theory | None = Field(
        None, description="decision theory of this actor; default: the `theory` of the scenario"
    )
    every: Length = Field(description="interval of decisions, in calendar months: `3 months` is March, June, ...")
    codes: dict[Dotted, list[Any]] = Field(
        default_factory=dict,
        description="table of the numbers of the reasons per option: `options` has the columns, each other row is `reason`, or "
        "`reason.parameter` where it has several such numbers, with a cell for each column and then perhaps sources "
        "(`@claim-id`) of all cells that name none",
    )
    rationality: BeliefField = Field(
        description="0 is random choice, large values approach the best response; 1 (or `history`) with weights from history"
    )
    half_life: BeliefField = Field(
        description="time within which the taste shocks (reasons unknown to the model) are redrawn with probability 1/2; "
        "until then they persist, however often the actor decides. 0: redrawn at every decision; `history`: learned"
    )
    history: tuple[ObservedChoice, ...] = Field(
        (), description="observed options up to `as_of`; before the first entry, the `status_quo`"
    )
    intervention: Intervention | None = Field(
        None, description="an option of the actor after `as_of` whatever its reasons; all others know it"
    )
    anchor: dict[Name, AnchorField] = Field(
        default_factory=dict,
        description="option -> its prior probability, before the named reasons count, of being in force at some time from "
        "`as_of` up to a date, such as `12 % by 2027-12 @claim-id`; the constants (`alternative_constant`) are solved for it",
    )
    reasons: dict[Name, Reason] = Field(min_length=1)
    sources: Words = ()

    @model_validator(mode="before")
    @classmethod
    def _words_are_reasons(cls, raw: Any) -> Any:
        """A threat gives its actor a reason: to break the word costs the `breach`."""
        options: Any = raw.get("options") if isinstance(raw, Mapping) else None
        words = {}
        for name, option in options.items() if isinstance(options, Mapping) else ():
            threat: Any = option.get("threat") if isinstance(option, Mapping) else None
            trigger: Any = threat.get("trigger") if isinstance(threat, Mapping) else None
            if isinstance(trigger, Mapping) and len(trigger) == 1:
                ((offender, acts),) = trigger.items()
                said = {key: threat[key] for key in ("weight", "text", "claims", "sources") if key in threat}
                response = {other: int(other == name) for other in options}
                numbers = {"severity": 1, "response": response, "reputation_value": threat.get("breach")}
                words[f"word_{name}"] = {
                    **said,
                    "use": "retaliation",
                    "offender": offender,
                    "offences": acts,
                    **numbers,
                }
        return {**raw, "reasons": {**words, **raw.get("reasons", {})}} if words else raw

    def condition(self, option: str) -> str | None:
        """When an option is open: its `when`, and one of the acts that it answers; None: always."""
        acts = {
            other: [act for act, answers in of.items() if option in answers] for other, of in self.responds_to.items()
        }
        answered = " or ".join(f"{other} in [{', '.join(words)}]" for other, words in acts.items() if words)
        when = self.options[option].when
        if not answered or not when:
            return when or answered or None
        text, at, sources = when.partition("@")
        return f"({answered}) and ({text.strip()}) {at}{sources}".rstrip()


class Observation(Record):
    """History of a stock before `as_of`: imposed on the run instead of simulated."""

    claims: dict[str, Any] = Field(description="filter of the claims that give the path, as in `standoff claims`")
    scale: BeliefField = Field(
        description="true value / claimed value: one number per future, since the bias of a source persists"
    )
    prefer: Words = Field((), description="ids of claims that count if several claims about one day differ")
    bounds: Literal["check", "value"] = Field(
        "check",
        description="claims with `over`, `at_least` or `at_most`: either checks of the path through the others, or each "
        "imposes its number",
    )
    error: BeliefField | None = Field(
        None,
        description="standard deviation of the error of one claim, as a share of its number: revisions, corrections, late "
        "reports; it makes growth between claims less certain",
    )
    learned: Length | None = Field(
        None,
        description="scales of the pace of this count are learned from its growth up to `as_of`, with this half-life of its "
        "weight, such as `12 months`; their beliefs are the prior",
    )
    sources: Words = ()
    note: str = ""


class FitTarget(Record):
    """Claims that a fit compares with an expression of stocks at the same day."""

    claims: dict[str, Any] = Field(description="filter of the claims, as in `standoff claims`")
    value: Expression = Field(description="expression of stocks for the claimed quantity, such as `losses.RUS`")
    since: Date | None = Field(None, description="end of its imposed history, if later than that of the fit")
    note: str = ""


class FitSpec(Record):
    """Targets of a fit. After `since` the mechanisms predict their stocks, without history."""

    since: Date = Field(description="end of the imposed history; the fit uses later claims and choices")
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
    over: str = Field("", description="variant as of another day over which it is laid; empty for the base")
    rival_model: bool = Field(
        False, description="whether it is a rival model for `standoff uncertainty` instead of a what-if"
    )
    change: dict[str, Any]


class Scenario(Record):
    """Everything that a run depends on, apart from the ledger, the settings and the seed."""

    language: Literal[1] = Field(1, description="version of the scenario language in which the file is written")
    title: str
    text: str = ""
    as_of: Date = Field(description="end of the history; futures begin after it")
    start: Date
    end: Date
    step: Literal["day", "week", "month", "quarter"]
    units: dict[str, str] = Field(default_factory=dict, description="further units, such as `EUR: 1.08 USD`")
    sources: dict[str, str] = Field(default_factory=dict, description="cited works, by key")
    default_source: Words = Field(
        (),
        description="sources of every number that names none and stands in no entry with `sources`, such as assumption",
    )
    actors: dict[Code, Actor] = Field(min_length=1)
    events: dict[EventName, DatedEvent] = Field(
        default_factory=dict,
        description="dated events, which conditions name: `after(event)`, `since(event)`, `date < event`",
    )
    relations: tuple[Relation, ...] = ()
    stocks: dict[Name, Stock] = Field(min_length=1)
    mechanisms: dict[Name, Mechanism] = Field(default_factory=dict)
    choices: dict[Dotted, Choice] = Field(default_factory=dict)
    occasions: dict[EventName, Occasion] = Field(
        default_factory=dict, description="elections, summits, exits of leaders and shocks, with chances and effects"
    )
    consequences: dict[Held, Consequence] = Field(
        default_factory=dict, description="stock from 0 to 1, such as how short a side is of people -> what follows"
    )
    theory: Theory = Field("quantal_response", description="decision theory of choices that name none")
    expects: Expects = Field(
        "reactions",
        description="what actors foresee of others: `reactions` to each of their own options, or what others choose at "
        "the same date whatever they do (`simultaneous`)",
    )
    types: dict[EventName, ActorTypes] = Field(
        default_factory=dict,
        description="what others do not know of an actor, such as its resolve: types, priors, and what is learned of them",
    )
    beliefs: dict[Code, dict[Dotted, PerceptionSpec]] = Field(
        default_factory=dict,
        description="actor -> stock or `choices.` parameter -> its perception by the actor, as a multiple of the truth; "
        "actor -> other actor -> the beliefs of the other, as perceived by the first",
    )
    observations: dict[Held, Observation] = Field(
        default_factory=dict,
        description="stock, `stock.holder`, or `stock.*` for each holder, with the claims about it: `subject` is the holder",
    )
    fit: FitSpec | None = Field(None, description="targets of `standoff fit`")
    sides: dict[SideName, Side] = Field(
        default_factory=dict,
        description="sides of claims beyond those of the package; the name of an actor is a side",
    )
    quantities: Quantities | None = Field(None, description="meaning of quantities beyond those of the package")
    correlations: tuple[Correlation, ...] = ()
    levers: dict[Dotted, Lever] = Field(default_factory=dict)
    interventions: dict[Dotted, ParameterIntervention] = Field(
        default_factory=dict, description="a lever or a parameter -> its value, and the date from which it applies"
    )
    questions: dict[Name, Question] = Field(default_factory=dict)
    variants: dict[Name, Variant] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _questions_have_dates(self) -> Scenario:
        """What is asked `within` a time is asked by a date from here on."""
        for name, question in self.questions.items():
            self.questions[name] = question.dated(self.as_of)
        return self

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
        return {cell: stock for name, stock in self.all_stocks.items() for cell in stock.cells(name)}

    @cached_property
    def all_stocks(self) -> dict[str, Stock]:
        """The stocks, and gauges of the outcomes of occasions, of beliefs in types and the type."""
        gauges = {
            name: Stock(unit="1", text=text, constant=constant, initial=dict.fromkeys(holders, "0 @assumption"))
            for name, text, holders, constant in [
                *((name, item.text, [*item.outcomes], False) for name, item in self.occasions.items()),
                *((name, item.text, [*item.names, ACTUAL], True) for name, item in self.types.items()),
            ]
        }
        return self.stocks | gauges

    @cached_property
    def all_mechanisms(self) -> dict[str, Mechanism]:
        """The mechanisms, and the process that draws the outcome of each occasion."""
        return self.mechanisms | {name: self._drawn(name) for name in self.occasions}

    def _drawn(self, name: str) -> Mechanism:
        item = self.occasions[name]
        is_known = item.outcome and item.has_come(self.as_of_day)
        when = f"date >= {item.date}" if is_known else f"date > {self.as_of}"
        if item.date and not is_known:
            when += f" and date >= {item.date}"
        if item.when:
            condition, at, cited = item.when.partition(" @")
            when += f" and ({condition}){at}{cited}"
        words = item.outcomes
        params = {
            "occasion": name,
            "outcomes": [*words],
            "chance": item.chance,
            "rate": item.rate,
            "end_rate": item.end_rate,
        }
        if is_known:
            params["chance"] = {key: str(int(key == item.outcome)) for key in words}
        return Mechanism(use="occasion", when=when, numbers=item.numbers, sources=item.sources, **params)
