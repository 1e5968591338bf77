"""Shared state while a plan is built: parameters, citations and errors so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, cast

from standoff import beliefs, expression, units
from standoff.components import NUMBERS
from standoff.errors import Fault, Problem, StandoffError, did_you_mean, join_limited, unknown
from standoff.ledger import Ledger
from standoff.plan.records import Parameter
from standoff.scenario import LoadedScenario
from standoff.yaml_reader import Path_

Found = TypeVar("Found")
ASSUMPTION, HISTORY = "assumption", "history"
NONE: Mapping[str, int] = MappingProxyType({})
WORDS = (HISTORY, ASSUMPTION)  #: sources that are no claim and no key of `sources:`


@dataclass(frozen=True)
class CachedEntry:
    """A resolved entry of an earlier plan: its parameters and its result."""

    arguments: tuple[object, ...]
    first: int  #: index of its first parameter in that plan
    parameters: dict[str, Parameter]  #: by path
    cited: frozenset[str]
    quoted: frozenset[str]
    value: Any


PlanCache: TypeAlias = dict[Hashable, dict[Path_, Any]]
"""What earlier plans have found, by what is around (units, sources, names), path and arguments: a variant looks again at
no more than what it changes. One memory serves one ledger."""


class PlanBuilder:
    """A plan under construction."""

    def __init__(self, loaded: LoadedScenario, ledger: Ledger, memory: PlanCache) -> None:
        self.scenario, self.ledger, self.document = loaded.scenario, ledger, loaded.document
        self.calendar = self.scenario.calendar
        self.first_free = self.calendar.index(self.scenario.as_of_day)  #: first step after as_of
        self.stocks = self.scenario.cells()
        self.unit = cache(lambda text: units.parse(text, self.scenario.units))  #: units by the text of the scenario
        self.units = {cell: self.unit(stock.unit) for cell, stock in self.stocks.items()}
        self.ledger_as_of = ledger.as_of(self.scenario.as_of_day)
        self.standing_claims = self.ledger_as_of.not_retracted()
        shared = memory.setdefault("ledger", {})
        if () not in shared:  # without retractions, so that `where` gives matching claims alone
            shared[()] = Ledger(tuple(claim for claim in ledger if not claim.retracts))
        self.statements: Ledger = shared[()]
        self.parameters: list[Parameter] = []
        self.index: dict[str, int] = {}  #: path -> parameter
        self.problems: dict[Problem, None] = {}  #: warnings, each once, in the order of discovery
        self.faults = 0  #: errors met, including repeated and consequential ones
        self.broken: dict[str, Collection[str]] = {}  #: mechanism that cannot be resolved -> parameters of its kind
        self.warnings: list[str] = []
        self.shared = 0  #: numbers that are the same as another one
        self.cited: set[str] = set()  #: claims that numbers cite
        self.quoted: set[str] = set()  #: claims that numbers are taken from
        scenario = self.scenario
        words = tuple(frozenset(words.items()) for words in (scenario.units, scenario.sources))
        names = (
            tuple(scenario.actors),
            tuple((cell, stock.unit) for cell, stock in self.stocks.items()),
            tuple((name, tuple(choice.options)) for name, choice in scenario.choices.items()),
            tuple(scenario.events),
        )
        self.memory = memory.setdefault(words, {})
        self.entries: dict[Path_, CachedEntry] = memory.setdefault((*words, *names), {})

    def cached(self, path: Path_, arguments: tuple[object, ...], find: Callable[[], Found]) -> Found:
        """Result of `find`, or of an error-free earlier plan with the same arguments at `path`.

        `find` must not register a parameter, and may depend on its arguments, units, sources and the ledger alone.
        """
        current = self.memory.get(path)
        if current is not None and current[0] == arguments:
            return cast("Found", current[1])
        before = self.faults
        result = find()
        if self.faults == before:
            self.memory[path] = (arguments, result)
        return result

    def cached_entry(
        self,
        path: Path_,
        arguments: tuple[object, ...],
        find: Callable[[], Found],
        moved: Callable[[Found, int], Found],
    ) -> Found:
        """`cached` for an entry: registers its parameters; `moved` receives the shift of indices.

        `find` may also depend on the names of actors, stocks, choices, options and events,
        but not on dates.
        """
        current = self.entries.get(path)
        if (
            current is not None
            and current.arguments == arguments
            and all(map(self.standing_claims.__contains__, current.quoted))
        ):
            first = len(self.parameters)
            self.parameters += current.parameters.values()
            self.index.update(zip(current.parameters, range(first, len(self.parameters)), strict=True))
            self.cited |= current.cited
            self.quoted |= current.quoted
            return moved(cast("Found", current.value), first - current.first)
        first, before = len(self.parameters), (self.faults, self.shared)
        outer = self.cited, self.quoted
        self.cited, self.quoted = set(), set()
        result = find()
        if (self.faults, self.shared) == before:  # a shared number has the index of another entry
            parameters = {parameter.path: parameter for parameter in self.parameters[first:]}
            made = CachedEntry(arguments, first, parameters, frozenset(self.cited), frozenset(self.quoted), result)
            self.entries.setdefault(path, made)  # the first is the base: variants differ from it more than among them
        self.cited |= outer[0]
        self.quoted |= outer[1]
        return result

    def add_parameter(self, parameter: Parameter) -> int:
        """Register a parameter and return its index."""
        self.parameters.append(parameter)
        self.index[parameter.path] = len(self.parameters) - 1
        return len(self.parameters) - 1

    def find(self, path: str) -> int | None:
        """Index of the parameter at `path`; a leading `mechanisms.` is optional."""
        return self.index.get(path, self.index.get(f"mechanisms.{path}"))

    # ---- mistakes ----------------------------------------------------------------------------------------------

    def report(self, path: Path_, what: str, allowed: str = "", fix: str = "") -> None:
        """Report an error in the entry at `path`."""
        self.faults += 1
        self.problems[self.document.problem(Fault(path, what, allowed, fix))] = None

    def is_known(self, path: Path_, word: str, known: Collection[str], kind: str) -> bool:
        """Whether a word of the entry at `path` is among the known ones of its kind.

        An error is reported.
        """
        for fault in unknown(path, word, known, kind):
            self.report(path, fault.what, fault.allowed, fault.fix)
        return word in known

    def report_error(self, path: Path_, error: StandoffError) -> None:
        """Report an error that another reader found in the entry at `path`."""
        first = error.problems[0]
        self.report(path, first.what, first.allowed, first.fix)

    def unknown_parameter(self, path: Path_, word: str, allowed: str = "") -> None:
        """Report an unknown parameter, unless its mechanism or choice has an error already."""
        if self._is_of_choice_with_error(word):
            self.faults += 1
            return
        name, _, rest = word.removeprefix("mechanisms.").partition(".")
        fields = self.broken.get(name, ())
        if rest and name in self.broken and (not fields or rest.partition(".")[0] in fields):
            self.faults += 1
            return
        known = [path.removeprefix("mechanisms.") for path in self.index] + [f"{name}.{field}" for field in fields]
        self.report(path, f"unknown parameter `{word}`", allowed, did_you_mean(word, [*known, *self.index]))

    def _is_of_choice_with_error(self, word: str) -> bool:
        """Whether a parameter belongs to a choice with an error, whose parameters are not known."""
        names = [name for name in self.document.data.get("choices") or {} if word.startswith(f"choices.{name}.")]
        reported = [problem.path for problem in self.problems]
        return any(
            name not in self.scenario.choices or any(path.startswith(f"choices.{name}.") for path in reported)
            for name in names
        )

    def check_claim(self, path: Path_, claim: str) -> None:
        """Report a claim that is not in the ledger."""
        if claim not in self.ledger:
            ids = [known.id for known in self.ledger]
            self.report(
                path, f"unknown claim `{claim}`", "a claim id of the ledger", did_you_mean(claim, ids) or self.empty()
            )

    def objection(self, claim: str) -> str:
        """Reason why a claim is not valid at as_of; empty if it is valid."""
        if claim in self.ledger_as_of:
            return self.ledger_as_of.objection(claim)
        return f"was published {self.ledger[claim].published}, after as_of {self.scenario.as_of}"

    def empty(self) -> str:
        """Remedy for a ledger without claims."""
        return "" if len(self.ledger) else "there are no claims: write them into claims.jsonl beside the scenario"

    def check_names(self, path: Path_, node: expression.Node) -> bool:
        """Whether no stock in an expression is a choice, and no event is unknown; reports others."""
        before = self.faults
        for term in expression.clock_terms(node):
            if term.argument[:1].isalpha() and term.argument not in self.scenario.events:
                events = self.scenario.events
                self.report(
                    path,
                    f"unknown event `{term.argument}`",
                    join_limited(events) or "a date, or an entry of `events:`",
                    did_you_mean(term.argument, events)
                    or f"declare it: events: {{{term.argument}: {{date: 2025-01-20}}}}",
                )
        result = [
            name for name in expression.stock_names(node) if name in self.scenario.choices and name not in self.stocks
        ]
        for name in result:
            options = self.scenario.choices[name].options
            self.report(
                path,
                f"`{name}` is a choice",
                f"`{name} in [...]`, with any of {join_limited(options)}",
                f"refer to its options, as in `{name} in [{next(iter(options))}]`",
            )
        return self.faults == before

    def check_chosen(self, path: Path_, node: expression.Node) -> None:
        """Report unknown choices and options in an expression (`x in [y]`)."""
        choices = self.scenario.choices
        for question in expression.choice_terms(node):
            if self.is_known(path, question.choice, choices, "choice"):
                known = choices[question.choice].options
                for option in question.options:
                    if option not in known:
                        what = f"unknown option `{option}` of `{question.choice}`"
                        self.report(path, what, join_limited(known), did_you_mean(option, known))

    def claims_in(self, path: Path_, sources: tuple[str, ...]) -> list[str]:
        """The claims among the sources of a number; reports unknown and missing sources."""
        claims = []
        if not sources:
            lever = path[0] == "interventions"
            beside = (
                "write it behind the number, as in `5 % @assumption`"
                if lever
                else "or `sources:` beside it, for the whole entry"
            )
            self.report(
                path,
                "this number has no source",
                "`@claim-id`, `@key` of sources:, `@history` or `@assumption` after it",
                beside,
            )
        for source in sources:
            if source in WORDS or source in self.scenario.sources:
                continue
            if source in self.ledger:
                claims.append(source)
            else:
                known = [*self.scenario.sources, *(claim.id for claim in self.ledger), *WORDS]
                self.report(
                    path,
                    f"unknown source `{source}`",
                    "a claim id, a key of sources:, history, or assumption",
                    did_you_mean(source, known) or self.empty(),
                )
        return claims

    def check_constants(
        self, path: Path_, node: expression.Node, own: tuple[str, ...], inherited: tuple[str, ...]
    ) -> None:
        """Report numbers of an expression without a source; 0, 1 and powers need none."""
        if own or any(number not in {0.0, 1.0} for number in _constants(node)):
            self.cited.update(self.claims_in(path, own or inherited))

    def with_numbers(self, numbers: Mapping[str, int]) -> dict[str, units.Unit]:
        """Units of what an expression may name: `numbers` of its entry, by name, and all stocks."""
        return {**{name: units.parse(self.parameters[i].unit) for name, i in numbers.items()}, **self.units}

    def number_texts(self, path: Path_, numbers: Mapping[str, int]) -> dict[str, str]:
        """The value and the line of each of the `numbers` of the entry with `path`, for messages."""
        return {
            name: f"`{replace(self.parameters[i].belief, sources=())}`, {self.document.where((*path[:2], NUMBERS, name))}"
            for name, i in numbers.items()
        }

    def has_refused_name(self, path: Path_, node: expression.Node, numbers: Mapping[str, int]) -> bool:
        """Whether an unknown name may mean one of the `numbers` that was refused for its name."""
        section, name, *_ = path
        refused = getattr(self.scenario, str(section))[name].numbers.keys() - numbers.keys()
        found = bool(refused) and any(
            word not in numbers and word not in self.units for word in expression.stock_names(node)
        )
        self.faults += found  # the name is reported
        return found

    def condition(
        self, path: Path_, text: str | None, inherited: tuple[str, ...] = (), numbers: Mapping[str, int] = NONE
    ) -> expression.Node | None:
        """Parse and check a condition on stocks and `numbers`; None if it is absent or invalid."""
        if text is None:
            return None
        try:
            text, own = beliefs.split_sources(text)
            node = expression.parse(text, self.scenario.units)
            if not self.check_names(path, node) or self.has_refused_name(path, node, numbers):
                return None
            known, words = self.with_numbers(numbers), self.number_texts(path, numbers)
            if expression.dimensions(node, known, text, numbers=words) is not None:
                self.report(path, f"`{text}` is a number", "a condition on stocks, such as `fighting > 0`")
            for question in expression.choice_terms(node):
                self.report(path, f"`{question.choice}` is a choice", "a condition on stocks, such as `fighting > 0`")
        except StandoffError as error:
            self.report_error(path, error)
            return None
        self.check_constants(path, node, own, inherited)
        return expression.with_parameters(node, {name: self.parameters[i].path for name, i in numbers.items()})


def _constants(node: expression.Node) -> list[float]:
    if isinstance(node, expression.Number):
        return [node.value]
    if isinstance(node, expression.Call):
        children = node.arguments[:1] if node.function == "^" else node.arguments
    elif isinstance(node, expression.Compare):
        children = (node.left, node.right)
    else:
        children = node.arguments if isinstance(node, expression.Logic) else ()
    return [number for child in children for number in _constants(child)]
