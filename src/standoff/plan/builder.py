"""Shared state while a plan is built: parameters, citations and errors so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from standoff import beliefs, expression, units
from standoff.components import NUMBERS
from standoff.errors import Fault, Problem, StandoffError, did_you_mean, join_limited, unknown
from standoff.ledger import Ledger
from standoff.plan.records import Parameter
from standoff.scenario import LoadedScenario
from standoff.yaml_reader import Path_

ASSUMPTION, HISTORY = "assumption", "history"
NONE: Mapping[str, int] = MappingProxyType({})
WORDS = (HISTORY, ASSUMPTION)  #: sources that are no claim and no key of `sources:`
A_CONDITION = "a condition on stocks, such as `fighting > 0`"


class PlanBuilder:
    """A plan under construction."""

    def __init__(self, loaded: LoadedScenario, ledger: Ledger) -> None:
        self.scenario, self.ledger, self.document = loaded.scenario, ledger, loaded.document
        self.calendar = self.scenario.calendar
        self.first_free = self.calendar.index(self.scenario.as_of_day)  #: first step after as_of
        self.stocks = self.scenario.cells()
        self.unit = cache(lambda text: units.parse(text, self.scenario.units))  #: units by the text of the scenario
        self.units = {cell: self.unit(stock.unit) for cell, stock in self.stocks.items()}
        self.ledger_as_of = ledger.as_of(self.scenario.as_of_day)
        self.standing_claims = self.ledger_as_of.not_retracted()
        self.parameters: list[Parameter] = []
        self.index: dict[str, int] = {}  #: path -> parameter
        self.problems: dict[Problem, None] = {}  #: warnings, each once, in the order of discovery
        self.faults = 0  #: errors met, including repeated and consequential ones
        self.broken: dict[str, Collection[str]] = {}  #: mechanism that cannot be resolved -> parameters of its kind
        self.warnings: list[str] = []
        self.changed: set[int] = set()  #: parameters that options or outcomes change
        self.typed: set[int] = set()  #: choices whose actor has types that differ in it
        self.cited: set[str] = set()  #: claims that numbers cite
        if default := self.scenario.default_source:
            self.claims_in(("default_source",), default)
        self.default_source = (ASSUMPTION,) if self.faults else default  # one error for it, and not one a number

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

    def is_known(self, path: Path_, word: str, known: Collection[str], kind: str, of: str = "") -> bool:
        """Whether a word of the entry at `path` is among the known ones of its kind.

        An error is reported.
        """
        for fault in unknown(path, word, known, kind):
            self.report(path, f"{fault.what}{of}", fault.allowed, fault.fix)
        return word in known

    def report_error(self, path: Path_, error: StandoffError) -> None:
        """Report an error that another reader found in the entry at `path`."""
        first = error.problems[0]
        self.report(path, first.what, first.allowed, first.fix)

    def unknown_parameter(self, path: Path_, word: str, allowed: str = "") -> None:
        """Report an unknown parameter, unless its mechanism or choice has an error already."""
        name, _, rest = word.removeprefix("mechanisms.").partition(".")
        fields = self.broken.get(name, ())
        of_broken = rest and name in self.broken and (not fields or rest.partition(".")[0] in fields)
        if of_broken or self._is_of_choice_with_error(word):
            self.faults += 1
            return
        known = [path.removeprefix("mechanisms.") for path in self.index] + [f"{name}.{field}" for field in fields]
        self.report(path, f"unknown parameter `{word}`", allowed, did_you_mean(word, [*known, *self.index]))

    def _is_of_choice_with_error(self, word: str) -> bool:
        """Whether a parameter belongs to a choice with an error, whose parameters are not known."""
        return any(
            name not in self.scenario.choices
            or any(problem.path.startswith(f"choices.{name}.") for problem in self.problems)
            for name in self.document.data.get("choices") or {}
            if word.startswith(f"choices.{name}.")
        )

    def check_claim(self, path: Path_, claim: str) -> None:
        """Report a claim that is not in the ledger."""
        if claim not in self.ledger:
            self._unknown_source(path, f"unknown claim `{claim}`", "a claim id of the ledger", claim)

    def _unknown_source(self, path: Path_, what: str, allowed: str, word: str, *others: str) -> None:
        empty = "" if len(self.ledger) else "there are no claims: write them into claims.jsonl beside the scenario"
        known = (*others, *(claim.id for claim in self.ledger))
        self.report(path, what, allowed, did_you_mean(word, known) or empty)

    def objection(self, claim: str) -> str:
        """Reason why a claim is not valid at as_of; empty if it is valid."""
        if claim in self.ledger_as_of:
            return self.ledger_as_of.objection(claim)
        return f"was published {self.ledger[claim].published}, after as_of {self.scenario.as_of}"

    # ---- expressions -------------------------------------------------------------------------------------------

    def check_names(self, path: Path_, node: expression.Node) -> bool:
        """Whether no stock in an expression is a choice, and no event is unknown; reports others."""
        before, events, choices = self.faults, self.scenario.events, self.scenario.choices
        for name in (term.argument for term in expression.clock_terms(node)):
            if name[:1].isalpha() and name not in events:
                self.report(
                    path,
                    f"unknown event `{name}`",
                    join_limited(events) or "a date, or an entry of `events:`",
                    did_you_mean(name, events) or f"declare it: events: {{{name}: {{date: 2025-01-20}}}}",
                )
        for name in expression.stock_names(node):
            if name in choices and name not in self.stocks:
                options = choices[name].options
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
        for term in expression.choice_terms(node):
            if self.is_known(path, term.choice, choices, "choice"):
                for option in term.options:
                    self.is_known(path, option, choices[term.choice].options, "option", f" of `{term.choice}`")

    def claims_in(self, path: Path_, sources: tuple[str, ...]) -> list[str]:
        """The claims among the sources of a number; reports unknown and missing sources."""
        if not sources:
            self.report(
                path,
                "this number has no source",
                "`@claim-id`, `@key` of sources:, `@history` or `@assumption` after it",
                "write it behind the number, as in `5 % @assumption`"
                if path[0] == "interventions"
                else "or `sources:` beside it, for the whole entry",
            )
        others = (*self.scenario.sources, *WORDS)
        for source in sources:
            if source not in others and source not in self.ledger:
                allowed = "a claim id, a key of sources:, history, or assumption"
                self._unknown_source(path, f"unknown source `{source}`", allowed, source, *others)
        return [source for source in sources if source not in others and source in self.ledger]

    def check_constants(
        self, path: Path_, node: expression.Node, sources: tuple[str, ...], inherited: tuple[str, ...]
    ) -> None:
        """Report numbers of an expression without a source; 0, 1 and powers need none."""
        if sources or any(number not in {0.0, 1.0} for number in _constants(node)):
            self.cited.update(self.claims_in(path, sources or inherited or self.default_source))

    def parsed(
        self, path: Path_, text: str, numbers: Mapping[str, int] | None = None, **counts: bool
    ) -> tuple[expression.Node, expression.Dims | None] | None:
        """An expression with its dimensions; None, with an error, if it is invalid.

        numbers: those of its entry, which it may name beside the stocks
        """
        named = numbers or {}
        try:
            node = expression.parse(text, self.scenario.units)
            if not self.check_names(path, node) or (numbers is not None and self._has_refused_name(path, node, named)):
                return None
            known = {name: units.parse(self.parameters[i].unit) for name, i in named.items()} | self.units
            words = {
                name: f"`{replace(self.parameters[i].belief, sources=())}`, "
                f"{self.document.where((*path[:2], NUMBERS, name))}"
                for name, i in named.items()
            }
            return node, expression.dimensions(node, known, text, numbers=words, **counts)
        except StandoffError as error:
            self.report_error(path, error)
            return None

    def _has_refused_name(self, path: Path_, node: expression.Node, numbers: Mapping[str, int]) -> bool:
        """Whether an unknown name may mean one of the `numbers` that was refused for its name."""
        section, name, *_ = path
        refused = getattr(self.scenario, str(section))[name].numbers.keys() - numbers.keys()
        is_refused = bool(refused) and not {*expression.stock_names(node)} <= {*numbers, *self.units}
        self.faults += is_refused  # the name is reported
        return is_refused

    def condition(
        self,
        path: Path_,
        text: str | None,
        inherited: tuple[str, ...] = (),
        numbers: Mapping[str, int] = NONE,
        *,
        of_choice: bool = False,
    ) -> expression.Node | None:
        """Parse and check a condition on stocks and `numbers`; None if it is absent or invalid.

        of_choice: of a choice or an option, which may name the options that others have in force
        """
        if text is None:
            return None
        text, sources = beliefs.split_sources(text)
        parsed = self.parsed(path, text, numbers)
        if parsed is None:
            return None
        node, dims = parsed
        if dims is not None:
            self.report(path, f"`{text}` is a number", A_CONDITION)
        if of_choice:
            self.check_chosen(path, node)
        for term in () if of_choice else expression.choice_terms(node):
            self.report(path, f"`{term.choice}` is a choice", A_CONDITION)
        self.check_constants(path, node, sources, inherited)
        return expression.with_parameters(node, {name: self.parameters[i].path for name, i in numbers.items()})


def _constants(node: expression.Node) -> list[float]:
    if isinstance(node, expression.Number):
        return [node.value]
    below = expression.children(node)
    if isinstance(node, expression.Call) and node.function == "^":
        below = below[:1]
    return [number for child in below for number in _constants(child)]
