"""Records of a plan: plain data, no JAX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import ModuleType
from typing import Any, Literal

from standoff import beliefs, components, expression, registry, units
from standoff.beliefs import Belief
from standoff.errors import ModelError, StandoffError, require, unknown_word
from standoff.ledger import Ledger
from standoff.record import record
from standoff.scenario import LoadedScenario, Scenario
from standoff.scenario.clock import clock_values
from standoff.scenario.question import Question


@dataclass(frozen=True)
class Effect:
    """Change of a parameter by an option, an intervention, an outcome, or the level of a stock."""

    target: int
    value: int
    how: str = "set"  #: set, times (multiplies) or plus (adds), applied in this order
    first: int = 0  #: first step in which an intervention or an outcome acts
    outcome: str = ""  #: stock above 0 where the effect acts; empty without one
    is_partial: bool = False  #: whether it acts in proportion to that stock, in full at 1

    def on(self, now: Any, value: Any) -> Any:
        """The parameter after the effect, from what it is now and the value of the effect."""
        return {"set": value, "times": now * value, "plus": now + value}[self.how]


@record
class InterventionRecord:
    """An intervention as shown to readers."""

    path: str  #: name of the lever, or path
    value: str
    since: str  #: label of the first step, or `start`

    @classmethod
    def of(cls, path: str, value: Any, since: str) -> InterventionRecord:
        """The record of a value as written, without its sources."""
        try:
            text = str(replace(beliefs.parse(value), sources=()))
        except StandoffError:  # no number
            text = str(value)
        return cls(path=path, value=text, since=since)

    def __str__(self) -> str:
        return f"{self.path} = {self.value} from {'the start' if self.since == 'start' else f'{self.since} on'}"


@record
class OptionRestrictions:
    """What restricts the options of a choice; each by the index of an option."""

    when: tuple[expression.Node | None, ...]  #: condition on stocks under which it is available
    reachable: tuple[tuple[bool, ...], ...]  #: by the option in force: whether it can be chosen from there
    irreversible: tuple[bool, ...]  #: whether it is never left
    lasts: tuple[int, ...]  #: shortest number of steps in force; 0 for none
    since: int  #: step at which the option at the start was chosen, below 0 if before

    @property
    def binds(self) -> bool:
        """Whether some option cannot be left, for a time or for ever."""
        return any(self.irreversible) or any(self.lasts)


@dataclass(frozen=True)
class Parameter:
    """An uncertain number: a belief in canonical units, with its bounds."""

    path: str
    belief: Belief  #: numbers in the unit of the scenario
    factor: float  #: canonical = written * factor
    unit: str  #: canonical
    low: float | None = None  #: canonical bounds, None for none
    high: float | None = None
    doc: str = ""
    field: str = ""  #: source of the component for the plausible range
    shift: float = 0.0  #: canonical, added to the belief, of a constant that is solved for an anchor; it has no bounds
    spread: float = 0.0  #: standard deviation of the rate of a class, by which the belief of a constant is wider

    @property
    def text(self) -> str:
        """The belief as written, with the shift of a constant."""
        if not self.shift:
            return str(self.belief)
        sources = "".join(f" @{source}" for source in self.belief.sources)
        return f"{replace(self.belief, sources=())}, shifted by {self.shift / self.factor:+.2f} for an anchor{sources}"

    @property
    def written_bounds(self) -> tuple[float | None, float | None]:
        """Its bounds in the unit of its belief."""
        low, high = (None if end is None else end / self.factor for end in (self.low, self.high))
        return low, high

    def quantile(self, p: float) -> float:
        """Canonical value at probability `p`, within the bounds."""
        below, above = self.tails()
        return self.belief.quantile(below + (above - below) * p) * self.factor + self.shift

    def tails(self) -> tuple[float, float]:
        """Probabilities below the lower and below the upper bound: (0, 1) if never truncated."""
        if self.belief.shape in {"point", "claim"}:
            return 0.0, 1.0
        low, high = self.written_bounds
        below = 0.0 if low is None else self.belief.probability_below(low)
        return below, 1.0 if high is None else self.belief.probability_below(high)


@dataclass(frozen=True)
class Component:
    """A resolved mechanism or consideration: module, static fields, and parameters."""

    name: str
    kind: str
    module: ModuleType
    params: components.Params
    parameter_index: Mapping[str, int | Mapping[str, int]]  #: field -> parameter, or member -> parameter
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    when: expression.Node | None = None  #: condition on stocks under which a mechanism acts
    clock: tuple[expression.ClockTerm, ...] = ()  #: values of the calendar that its expressions read

    @property
    def numbers(self) -> Mapping[str, int]:
        """Numbers that its expressions and its condition name, by name."""
        out = self.parameter_index.get(components.NUMBERS, {})
        return {} if isinstance(out, int) else out

    @property
    def references(self) -> Mapping[str, tuple[str, str]]:
        """Means in the case as written that a mechanism reads, by name.

        Each is of a stock, over the futures in which another stock is 1.
        """
        out: Mapping[str, tuple[str, str]] = getattr(self.module, "REFERENCE", {})
        return out

    @property
    def parameters(self) -> list[int]:
        """Indices of all its parameters."""
        entries = self.parameter_index.values()
        return [i for where in entries for i in ([where] if isinstance(where, int) else where.values())]


@dataclass(frozen=True)
class Read:
    """How a reason reads another choice: its option in force, or its reaction.

    months: within which a reaction counts; joint: what the other does at the same date, whatever the own option
    """

    choice: str
    role: Literal["act", "reaction"]
    months: float = 0.0
    joint: bool = False


@dataclass(frozen=True)
class PlannedReason:
    """A consideration in a choice."""

    name: str
    weight: int
    part: Component
    reads: tuple[Read, ...]  #: how other choices affect it
    claims: tuple[str, ...]
    lines: tuple[int, ...]
    horizon: int = 0  #: look-ahead in steps

    @property
    def others(self) -> tuple[str, ...]:
        """Choices whose options affect it."""
        return tuple(dict.fromkeys(read.choice for read in self.reads))


@record
class PlannedChoice:
    """A choice with its names resolved to indices."""

    name: str
    actor: str
    options: tuple[str, ...]
    status_quo: int
    every: int  #: calendar months between decisions
    rationality: int
    half_life: int  #: of its taste shocks
    reasons: tuple[PlannedReason, ...]
    effects: tuple[tuple[Effect, ...], ...]  #: for each option
    imposed_options: tuple[int, ...]  #: per step: the option observed or imposed, or -1
    is_date: tuple[bool, ...]  #: per step: whether it is a decision date of this choice
    is_free: tuple[bool, ...]  #: per step: whether the actor decides freely
    when: expression.Node | None = None  #: condition on stocks under which the decision arises
    after: tuple[str, ...] = ()  #: choices that the actor observes first
    theory: str = "quantal_response"
    restrictions: OptionRestrictions | None = None  #: None where every option is always available
    held: tuple[int, ...] = ()  #: per step: the option set by a person, or -1; empty where there is none
    numbers: Mapping[str, int] = field(default_factory=dict)  #: parameters that its conditions and values name

    @property
    def conditions(self) -> tuple[expression.Node, ...]:
        """Its condition, and those of its options."""
        of_options = () if self.restrictions is None else self.restrictions.when
        return tuple(node for node in (self.when, *of_options) if node is not None)

    @property
    def condition_choices(self) -> tuple[str, ...]:
        """Choices whose options in force its conditions read."""
        terms = (term for node in self.conditions for term in expression.choice_terms(node))
        return tuple(dict.fromkeys(term.choice for term in terms))


@record
class PlannedTypes:
    """Types of an actor; each by its number, that as written first."""

    name: str
    gauges: tuple[str, ...]  #: stock with the belief in each
    actual: str  #: stock with the number of the type that the actor is of
    prior: tuple[int, ...]  #: parameter of each type but the first
    rank: int  #: parameter, uniform: which type it is in a future
    effects: Mapping[int, list[tuple[int, Effect]]]  #: parameter -> type and effect, in the order of `how`
    choices: tuple[int, ...]  #: choices in which the types differ
    signals: tuple[tuple[int, tuple[int, ...]], ...]  #: first state that knows of it, parameter of each type


@dataclass(frozen=True)
class Perception:
    """Perception by one actor of the inputs of another: factors on stocks and parameters."""

    stocks: Mapping[str, int] = field(default_factory=dict)  #: cell -> parameter that multiplies it
    parameter_index: Mapping[int, int] = field(default_factory=dict)  #: parameter -> parameter that multiplies it


@dataclass(frozen=True)
class PlannedObservation:
    """The claimed path of a stock, per state; None where unknown."""

    cell: str
    values: tuple[float | None, ...]  #: canonical, before the scale
    scale: int
    claims: tuple[str, ...]
    spans: tuple[float, ...] = ()  #: per step: steps between the claims around it; 0 where its growth is unknown
    error: int | None = None  #: parameter, standard deviation of the error of a claim as a share of it
    leverage: tuple[float, ...] = ()  #: per step: error of the logarithm of the growth for an error of a claim of 1
    half_life: float = 0.0  #: months: of the weight of growth from which scales are learned; 0 where none are


@record
class PlannedDisturbance:
    """A persistent disturbance, and the observation from which it is inferred."""

    stock: str  #: logarithm of the factor
    gauge: str  #: stock whose growth is proportional to the factor
    mechanism: int  #: position among the mechanisms
    noise: str  #: `MECHANISM/NAME` of the passing factor
    innovation: str  #: `MECHANISM/NAME`
    noise_sd: int  #: parameter
    persistence: int | None  #: None of a level, which is a random walk
    innovation_sd: int
    variance: float  #: of the initial value
    observation: int | None  #: of its gauge
    level: int | None = None  #: position among the disturbances of the level to which it returns


@dataclass(frozen=True)
class PlannedComparison:
    """Claims that a fit compares with an expression of stocks."""

    name: str
    filters: Mapping[str, Any]  #: of `Ledger.filter`
    node: expression.Node
    dims: expression.Dims
    first: int  #: state up to which its stocks are imposed


@dataclass(frozen=True)
class PlannedQuestion:
    """A question with its expressions parsed and its dates as states."""

    id: str
    question: Question
    expressions: Mapping[str, expression.Node]
    unit: str  #: display unit, for quantities
    state: int  #: state at `at` or `by`
    since: int  #: first state that counts

    @property
    def form(self) -> Any:
        """Its form, a `questions.Form`."""
        return registry.module("standoff.questions", self.question.kind).FORM

    @property
    def reason(self) -> tuple[str, str] | None:
        """The choice and the reason of a `reason` question."""
        return self.form.reason_of(self.question)

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Choice -> its options that the conditions of the question name."""
        out: dict[str, tuple[str, ...]] = {}
        for node in self.expressions.values():
            for term in expression.choice_terms(node):
                out[term.choice] = tuple(dict.fromkeys((*out.get(term.choice, ()), *term.options)))
        return out

    @property
    def date(self) -> str:
        """The date `by` or `at` of the question."""
        return str(self.question.by or self.question.at or "")


@record
class PlannedAnchor:
    """A prior probability of an event, and the constants that are solved to meet it."""

    place: tuple[str, ...]  #: path in the scenario
    choice: int
    options: tuple[str, ...]  #: that the prior is about
    question: str  #: id of the question; empty if the choice itself has the anchor
    prior: int  #: parameter
    constants: tuple[int, ...]  #: parameters, one for each option
    weight: int  #: of the reason with the constants
    since: int  #: first state that counts
    state: int  #: last state that counts
    typical: float = 0.0  #: share of each named reason that is in the prior: that a typical member of a class has too

    @property
    def path(self) -> str:
        """Its path with dots."""
        return ".".join(self.place)

    @property
    def tracker(self) -> str:
        """Name of the recorded number: the first state at which the event is true."""
        return self.question or self.path


@record
class Plan:
    """A scenario ready to be built."""

    loaded: LoadedScenario
    ledger: Ledger
    cells: tuple[str, ...]
    stock_units: Mapping[str, units.Unit]
    parameters: tuple[Parameter, ...]
    initial: tuple[int, ...]  #: parameter of each cell's initial value
    mechanisms: tuple[Component, ...]
    choices: tuple[PlannedChoice, ...]
    views: Mapping[str, Mapping[str, Perception]]  #: viewer -> actor viewed -> perception
    observations: tuple[PlannedObservation, ...]
    questions: tuple[PlannedQuestion, ...]
    correlations: tuple[tuple[int, int, float], ...]
    first_future_step: int  #: first step after as_of
    warnings: tuple[str, ...] = ()
    index: Mapping[str, int] = field(default_factory=dict)  #: path -> parameter
    compared: tuple[PlannedComparison, ...] = ()  #: fit targets
    interventions: tuple[Effect, ...] = ()
    stock_effects: tuple[Effect, ...] = ()  #: of outcomes and of levels of stocks, in the order of `how`
    types: tuple[PlannedTypes, ...] = ()
    anchors: tuple[PlannedAnchor, ...] = ()
    disturbances: tuple[PlannedDisturbance, ...] = ()
    disturbance_correlations: tuple[tuple[int, int, float], ...] = ()  #: of innovations of two disturbances

    @property
    def scenario(self) -> Scenario:
        """The scenario, under its variant."""
        return self.loaded.scenario

    @property
    def variant(self) -> str:
        """Name of the variant, empty for the base scenario."""
        return self.loaded.variant

    @property
    def intervention_records(self) -> tuple[InterventionRecord, ...]:
        """All parameters that were set, including those from the start, and options set by a person."""
        set_ = [(path, item.value, item.since) for path, item in self.scenario.interventions.items()]
        held = [(name, *item) for name, choice in self.scenario.choices.items() for item in choice.held.items()]
        return (
            *(InterventionRecord.of(path, value, self.scenario.label_since(since)) for path, value, since in set_),
            *(
                InterventionRecord(path=name, value=option, since=self.scenario.label_since(month))
                for name, month, option in held
            ),
        )

    @property
    def has_held_options(self) -> bool:
        """Whether a person sets the options of some actor."""
        return any(choice.held for choice in self.choices)

    @property
    def _conditions(self) -> tuple[expression.Node, ...]:
        """Conditions of mechanisms, choices and options."""
        of_mechanisms = (part.when for part in self.mechanisms if part.when is not None)
        return (*of_mechanisms, *(node for choice in self.choices for node in choice.conditions))

    @cached_property
    def condition_numbers(self) -> dict[str, int]:
        """Parameters that conditions read, by path."""
        return {path: self.index[path] for node in self._conditions for path in expression.parameter_paths(node)}

    @cached_property
    def clock_terms(self) -> dict[str, expression.ClockTerm]:
        """Values of the calendar that anything reads, by name."""
        parts = [*self.mechanisms, *(reason.part for choice in self.choices for reason in choice.reasons)]
        nodes = [*self._conditions]
        nodes += [node for question in self.questions for node in question.expressions.values()]
        terms = [term for part in parts for term in part.clock]
        terms += [term for node in nodes for term in expression.clock_terms(node)]
        return {term.name: term for term in terms}

    def clock_values(self, name: str, states: Iterable[int]) -> list[float] | list[bool]:
        """The clock term of a name at states; a step has those of the state at its end."""
        return clock_values(self.clock_terms[name], self.scenario.calendar, self.scenario.events, states)

    @cached_property
    def main_question(self) -> str:
        """The default question of findings: `main`, else the first event, else the first."""
        order = sorted(
            self.questions, key=lambda planned: (not planned.question.main, planned.form.COMPARED_BY != "probability")
        )
        return next((question.id for question in order), "")

    @property
    def main_choice(self) -> int | None:
        """The first active choice that the main question names, else the first active choice."""
        named = self.choices_of(self.question(self.main_question)) if self.questions else ()
        order = sorted(range(len(self.choices)), key=lambda c: self.choices[c] not in named)
        return next((c for c in order if any(self.choices[c].is_free)), None)

    def question(self, name: str) -> PlannedQuestion:
        """The question of an id; raises `ModelError` if it does not exist."""
        require(name, self._questions, "question")
        return self._questions[name]

    @cached_property
    def _questions(self) -> dict[str, PlannedQuestion]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    def choices_of(self, question: PlannedQuestion) -> tuple[PlannedChoice, ...]:
        """The choices that a question names, in the order of the scenario."""
        names = {*question.options, *(question.reason or ())[:1]}
        return tuple(choice for choice in self.choices if choice.name in names)

    def choice_at(self, path: str) -> PlannedChoice:
        """The choice of a parameter, by its path `choices.NAME...`; a name may have dots itself."""
        return max(
            (item for item in self.choices if path.startswith(f"choices.{item.name}.")), key=lambda item: len(item.name)
        )

    def beliefs_of(self, part: Component) -> dict[tuple[str, str], int]:
        """(actor, stock) -> factor of its belief, of stocks that a mechanism reads so."""
        actors = part.params.members(part.module.VIEWERS) if hasattr(part.module, "VIEWERS") else ()
        views = {actor: self.view(actor, actor).stocks for actor in actors}
        return {(actor, cell): i for actor, stocks in views.items() for cell, i in stocks.items() if cell in part.reads}

    def in_force(self, parameter: int) -> int:
        """The parameter or its last replacement."""
        return next((change.value for change in self.interventions if change.target == parameter), parameter)

    def written_unit(self, parameter: int) -> tuple[float, str]:
        """The divisor from canonical values of a parameter to the unit of its belief, and that unit."""
        planned = self.parameters[parameter]
        section, name = (*planned.path.split("."), "")[:2]
        if planned.belief.unit or planned.factor == 1.0:
            return planned.factor, planned.belief.unit or planned.unit or "1"
        stocks = self.scenario.all_stocks  # numbers of a stock may leave its unit out
        return (planned.factor, stocks[name].unit) if section == "stocks" and name in stocks else (1.0, planned.unit)

    def view(self, viewer: str, of: str) -> Perception:
        """Perceptions of `viewer` about the reasons of the actor `of`."""
        perceived = self.views.get(viewer, {})
        return perceived.get(of, perceived.get(viewer, Perception()))

    def parameter(self, path: str) -> Parameter:
        """The parameter at `path`; a leading `mechanisms.` is optional."""
        return self.parameters[self.number(path)]

    def number(self, path: str) -> int:
        """The index of the parameter at `path`; raises `ModelError` if it does not exist."""
        index = self.index.get(path, self.index.get(f"mechanisms.{path}"))
        if index is None:
            raise ModelError(unknown_word(f"unknown parameter `{path}`", path, self.index))
        return index
