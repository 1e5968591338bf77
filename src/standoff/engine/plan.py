"""Scenario and ledger resolved against the parts: every name looked up, every number found, every mistake listed.

A `Plan` is plain data. It numbers the parameters (every uncertain number has one path, such as
`mechanisms.attrition.kill_rate.RUS`), so that the engine can treat them as one table. No JAX here: `standoff validate`
stops after this step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from standoff import beliefs, expression, parts, registry, units
from standoff.beliefs import Belief
from standoff.errors import LedgerError, ModelError, Problem, StandoffError, listed, nearest
from standoff.ledger import Ledger
from standoff.ledger.belief import belief_of
from standoff.scenario import Loaded, Scenario, times
from standoff.scenario.document import Path_, dots
from standoff.scenario.model import Question

ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Parameter:
    """One uncertain number: a belief in canonical units and the range that it must stay in."""

    path: str
    belief: Belief  #: numbers in the written unit
    factor: float  #: canonical = written * factor
    unit: str  #: canonical
    low: float | None = None  #: canonical bounds, None for none
    high: float | None = None
    doc: str = ""
    field: str = ""  #: source that the part itself cites for the plausible range

    def quantile(self, p: float) -> float:
        """Canonical value at probability `p`, within the bounds."""
        below, above = self.tails()
        return self.belief.quantile(below + (above - below) * p) * self.factor

    def tails(self) -> tuple[float, float]:
        """Probabilities of the belief below its lower and below its upper bound: (0, 1) where it is never cut."""
        if self.belief.shape in {"point", "claim"}:
            return 0.0, 1.0
        below = 0.0 if self.low is None else self.belief.probability_below(self.low / self.factor)
        above = 1.0 if self.high is None else self.belief.probability_below(self.high / self.factor)
        return below, above


@dataclass(frozen=True)
class Part:
    """A mechanism or a consideration in place: its module, its static fields, and which parameters fill its numbers."""

    name: str
    kind: str
    module: ModuleType
    params: parts.Params
    numbers: Mapping[str, int | Mapping[str, int]]  #: field -> parameter, or member -> parameter
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What an option does to a parameter while it holds."""

    target: int
    value: int
    how: str  #: set, times (multiplies what is there) or plus (adds to it), in this order


@dataclass(frozen=True)
class PlannedReason:
    """A consideration in a choice."""

    name: str
    weight: int
    part: Part
    others: tuple[str, ...]  #: choices whose options matter to it
    claims: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True)
class PlannedChoice:
    """A choice with its names numbered."""

    name: str
    actor: str
    options: tuple[str, ...]
    status_quo: int
    every: int  #: months between decisions, as calendar months
    rationality: int
    renewal: int
    reasons: tuple[PlannedReason, ...]
    effects: tuple[tuple[Effect, ...], ...]  #: for each option
    forced: tuple[int, ...]  #: per step: the option that was observed, or -1 after as_of
    decides: tuple[bool, ...]  #: per step


@dataclass(frozen=True)
class PlannedObservation:
    """The path of a stock as claimed, per state; None where nothing is known."""

    cell: str
    values: tuple[float | None, ...]  #: canonical, before the scale
    scale: int
    claims: tuple[str, ...]


@dataclass(frozen=True)
class PlannedQuestion:
    """A question with its expressions parsed and its dates numbered."""

    id: str
    question: Question
    expressions: Mapping[str, expression.Node]
    unit: str  #: unit that the answer is shown in, for quantities
    state: int  #: state at `at` or `by`
    since: int  #: first state that counts


@dataclass(frozen=True)
class Plan:
    """A scenario ready to be built."""

    scenario: Scenario
    ledger: Ledger
    variant: str
    cells: tuple[str, ...]
    stock_units: Mapping[str, units.Unit]
    parameters: tuple[Parameter, ...]
    initial: tuple[int, ...]  #: parameter of each cell's initial value
    mechanisms: tuple[Part, ...]
    choices: tuple[PlannedChoice, ...]
    views: Mapping[str, Mapping[str, int]]  #: actor -> cell -> parameter that multiplies it
    observations: tuple[PlannedObservation, ...]
    questions: tuple[PlannedQuestion, ...]
    correlations: tuple[tuple[int, int, float], ...]
    first_free: int  #: first step after as_of
    warnings: tuple[str, ...] = ()
    index: Mapping[str, int] = field(default_factory=dict)  #: path -> parameter

    def parameter(self, path: str) -> Parameter:
        """The parameter at `path`; a leading `mechanisms.` may be left out."""
        found = self.index.get(path, self.index.get(f"mechanisms.{path}"))
        if found is None:
            raise ModelError(
                Problem(f"unknown parameter `{path}`", allowed=listed(self.index), fix=nearest(path, self.index))
            )
        return self.parameters[found]


def plan(loaded: Loaded, ledger: Ledger) -> Plan:
    """Resolve everything; raises `ModelError` that lists every mistake with its line."""
    return _Planner(loaded, ledger).plan()


class _Planner:
    """Collects parameters and problems while it walks the scenario."""

    def __init__(self, loaded: Loaded, ledger: Ledger) -> None:
        self.scenario, self.ledger, self.document = loaded.scenario, ledger, loaded.document
        self.variant = loaded.variant
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.parameters: list[Parameter] = []
        self.index: dict[str, int] = {}
        self.paths: dict[int, Path_] = {}
        self.calendar = self.scenario.calendar
        self.stocks = self.scenario.cells()
        self.units = {cell: self.unit(stock.unit) for cell, stock in self.stocks.items()}
        self.later: set[str] = set()
        then = ledger.as_of(self.scenario.as_of_day)
        self.known_then = {claim.id for claim in then}
        self.standing_then = then.active()

    def report(self, path: Path_, what: str, allowed: str = "", fix: str = "") -> None:
        problem = Problem(what, self.document.where(path), dots(path), allowed, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def unit(self, text: str) -> units.Unit:
        return units.parse(text, self.scenario.units)

    # ---- numbers -----------------------------------------------------------------------------------------------

    def number(
        self, path: Path_, raw: Any, unit: str, inherited: Iterable[str] = (), *, low: float | None = None,
        high: float | None = None, doc: str = "", cited: str = "", bare: bool = False,
    ) -> int:  # fmt: skip
        """Register the belief at `path`; `bare` lets a number without a unit mean `unit`."""
        try:
            belief = raw if isinstance(raw, Belief) else beliefs.parse(raw)
            belief = self.looked_up(belief, path)
            wanted = self.unit(unit)
            zero = belief.shape == "point" and belief.numbers[0] == 0
            written = wanted if not belief.unit and (bare or zero) else self.unit(belief.unit or "1")
        except StandoffError as error:
            self.report(path, error.problems[0].what, error.problems[0].allowed, error.problems[0].fix)
            belief, wanted, written = Belief("point", (0.0,)), units.ONE, units.ONE
        if not written.same_kind(wanted):
            got = f"`{belief.unit}`" if belief.unit else "no unit"
            self.report(
                path, f"{got} where a unit of `{unit}` is needed", fix=f"write it as in `{_like(belief, unit)}`"
            )
        self.cited(path, belief.with_sources(tuple(inherited)).sources)
        bounds = tuple(None if bound is None else bound * wanted.factor for bound in (low, high))
        parameter = Parameter(
            ".".join(str(part) for part in path), belief.with_sources(tuple(inherited)), written.factor,
            units.show(wanted.dims), bounds[0], bounds[1], doc, cited,
        )  # fmt: skip
        self.bounded(path, parameter, unit, low, high)
        self.parameters.append(parameter)
        self.index[parameter.path] = len(self.parameters) - 1
        return len(self.parameters) - 1

    def looked_up(self, belief: Belief, path: Path_) -> Belief:
        if belief.shape != "claim":
            return belief
        try:
            claim = self.ledger[belief.claim]
            found = belief_of(claim)
        except LedgerError as error:
            problem = error.problems[0]
            self.report(path, problem.what, problem.allowed, problem.fix)
            return Belief("point", (0.0,), belief.unit)
        if claim.id not in self.known_then:
            self.report(
                path, f"the claim `{claim.id}` was published {claim.published}, after as_of {self.scenario.as_of}",
                fix="take a claim that was known by then; later claims serve to score",
            )  # fmt: skip
        return replace(found, sources=belief.sources)

    def cited(self, path: Path_, sources: tuple[str, ...]) -> None:
        if not sources:
            self.report(path, "nobody stands behind this number",
                        allowed="`@claim-id`, `@key` of sources:, or `@assumption` after it",
                        fix="or `sources:` beside it, for the whole entry")  # fmt: skip
        for source in sources:
            if source == ASSUMPTION or source in self.scenario.sources:
                continue
            if source not in self.ledger:
                known = [*self.scenario.sources, *(claim.id for claim in self.ledger), ASSUMPTION]
                self.report(path, f"unknown source `{source}`", "a claim id, a key of sources:, or assumption",
                            nearest(source, known))  # fmt: skip
            elif source not in self.known_then:
                self.later.add(source)

    def bounded(self, path: Path_, parameter: Parameter, unit: str, low: float | None, high: float | None) -> None:
        if low is None and high is None:
            return
        allowed = f"{'-inf' if low is None else low} to {'inf' if high is None else high} {unit}"
        belief = parameter.belief
        if belief.shape == "claim":
            return
        if belief.shape == "point":
            value = belief.numbers[0] * parameter.factor
            slack = 1e-9 * max(abs(value), 1.0)
            if (parameter.low is not None and value < parameter.low - slack) or (
                parameter.high is not None and value > parameter.high + slack
            ):
                self.report(path, f"`{belief}` is out of range", allowed)
            return
        below, above = parameter.tails()
        if above - below < 0.5:  # assumption: a belief that is mostly impossible is a mistake
            self.report(path, f"most of `{belief}` lies out of range", allowed)

    # ---- parts -------------------------------------------------------------------------------------------------

    def part(
        self, path: Path_, name: str, package: str, use: str, params: Mapping[str, Any], inherited: tuple[str, ...],
        options: tuple[str, ...] = (),
    ) -> Part | None:  # fmt: skip
        """Resolve a mechanism or consideration; None when it cannot be."""
        kinds = registry.names(package)
        what = "mechanism" if package.endswith("mechanisms") else "consideration"
        if use not in kinds:
            self.report(path, f"unknown {what} `{use}`", listed(kinds, 40), nearest(use, kinds))
            return None
        module = registry.load(package)[use]
        kind: type[parts.Params] = module.Params
        try:
            checked = kind.model_validate(dict(params))
        except ValidationError as error:
            self.invalid(path, use, kind, error)
            return None
        before = len(self.problems)
        self.roles(path, checked)
        if len(self.problems) > before:
            return None
        specs = kind.specs()
        numbers: dict[str, int | Mapping[str, int]] = {}
        for field_name, spec in specs.items():
            value = getattr(checked, field_name)
            here = (*path, field_name)
            bounds: dict[str, Any] = {
                "low": spec.ge, "high": spec.le, "doc": spec.doc, "cited": spec.source,
            }  # fmt: skip
            sources = inherited or (() if field_name in checked.model_fields_set else (ASSUMPTION,))
            if spec.per is None:
                numbers[field_name] = self.number(here, value, spec.unit, sources, **bounds)
                continue
            members = options if spec.per == "options" else checked.members(spec.per)
            numbers[field_name] = self.per_key(here, value, spec, members, sources, bounds)
        static = {name: getattr(checked, name) for name in kind.model_fields if name not in specs}
        reads = self.stock_names(path, getattr(module, "READS", {}), checked)
        reads += tuple(dict.fromkeys(self.written(path, checked, options)))
        writes = self.stock_names(path, getattr(module, "WRITES", {}), checked)
        noise = [
            word if role is None else f"{word}.{member}"
            for word, role in getattr(module, "NOISE", {}).items()
            for member in ([""] if role is None else checked.members(role))
        ]
        return Part(name, use, module, kind.model_construct(**static), numbers, reads, writes, tuple(noise))

    def written(self, path: Path_, params: parts.Params, options: tuple[str, ...]) -> list[str]:
        """Stocks that the expressions of a part read, checked for names, units and linearity."""
        out: list[str] = []
        for field_name, role in type(params).roles().items():
            if role.of != "expression":
                continue
            for option, text in getattr(params, field_name).items():
                here = (*path, field_name, option)
                if option not in options:
                    self.report(here, f"unknown option `{option}`", listed(options), nearest(option, options))
                try:
                    node = expression.parse(text, self.scenario.units)
                    if expression.dimensions(node, self.units, text, chosen_counts=True) != ():
                        self.report(here, f"`{text}` has a unit or is a yes or no", "a number without a unit")
                    for asked in expression.chosen(node):
                        self.asked(here, asked)
                    if expression.degree(node) > 1:
                        self.report(
                            here, f"`{text}` is not linear in what others choose", "sums and multiples of `x in [y]`"
                        )
                    out += expression.names(node)
                except StandoffError as error:
                    self.report(here, error.problems[0].what, error.problems[0].allowed, error.problems[0].fix)
        return out

    def named_choices(self, part: Part) -> list[str]:
        """Choices that a reason listens to: roles listed in OTHERS, and `x in [y]` of its expressions."""
        out = [word for role in getattr(part.module, "OTHERS", ()) for word in part.params.members(role)]
        for field_name, role in type(part.params).roles().items():
            if role.of == "expression":
                for text in getattr(part.params, field_name).values():
                    out += [asked.choice for asked in expression.chosen(expression.parse(text, self.scenario.units))]
        return out

    def per_key(
        self, path: Path_, value: Mapping[str, Any], spec: parts.Spec, members: tuple[str, ...],
        sources: tuple[str, ...], bounds: dict[str, Any],
    ) -> Mapping[str, int]:  # fmt: skip
        if set(value) == {"*"} and isinstance(value["*"], Belief) and value["*"].shape == "point":
            value = dict.fromkeys(members, value["*"])  # nothing to share: each member can then be moved alone
        if set(value) == {"*"}:
            shared = self.number(path, value["*"], spec.unit, sources, **bounds)
            return dict.fromkeys(members, shared)
        for key in value:
            if key not in members:
                self.report((*path, key), f"unknown key `{key}`", listed(members), nearest(key, members))
        missing = [member for member in members if member not in value]
        if missing:
            self.report(path, f"no value for {listed(f'`{member}`' for member in missing)}", listed(members))
        return {
            member: self.number((*path, member), value[member], spec.unit, sources, **bounds)
            for member in members
            if member in value
        }

    def invalid(self, path: Path_, use: str, kind: type[parts.Params], error: ValidationError) -> None:
        specs, roles = kind.specs(), kind.roles()
        for entry in error.errors():
            loc = tuple(part for part in entry["loc"] if part != "*")
            here = (*path, *loc)
            if entry["type"] == "extra_forbidden":
                known = list(kind.model_fields)
                units_of = [f"{name} ({specs[name].unit})" if name in specs else name for name in known]
                self.report(here, f"unknown parameter `{loc[-1]}` for `{use}`", listed(units_of, 40),
                            nearest(str(loc[-1]), known))  # fmt: skip
            elif entry["type"] == "missing":
                name = str(loc[-1])
                about = f"{specs[name].doc} ({specs[name].unit})" if name in specs else roles.get(name, "")
                about = about.doc if isinstance(about, parts.Role) else about
                self.report(path, f"`{name}` is missing for `{use}`", about, "write it; a prior has no default")
            else:
                what, _, allowed = entry["msg"].removeprefix("Value error, ").partition("; allowed: ")
                self.report(here, what, allowed)

    def roles(self, path: Path_, params: parts.Params) -> None:
        known: dict[str, Iterable[str]] = {
            "actor": self.scenario.actors, "choice": self.scenario.choices, "stock": self.scenario.stocks,
        }  # fmt: skip
        for name, role in type(params).roles().items():
            if role.of in {"key", "expression"} or getattr(params, name) is None:
                continue
            for word in params.members(name):
                if word not in known[role.of]:
                    words = list(known[role.of])
                    self.report((*path, name), f"unknown {role.of} `{word}`", listed(words), nearest(word, words))

    def stock_names(self, path: Path_, declared: Mapping[str, parts.Cell], params: parts.Params) -> tuple[str, ...]:
        out: list[str] = []
        for pattern, cell in declared.items():
            name = str(getattr(params, pattern[1:-1])) if pattern.startswith("{") else pattern
            members = [""] if cell.per is None else list(params.members(cell.per))
            for member in members:
                full = f"{name}.{member}" if member else name
                if full not in self.stocks:
                    fix = nearest(full, self.stocks) or f"declare it: stocks: {{{name}: {{unit: {cell.unit}, ...}}}}"
                    self.report(path, f"the stock `{full}` is not declared", fix=fix)
                elif not self.units[full].same_kind(self.unit(cell.unit)):
                    self.report(("stocks", name, "unit"), f"`{self.stocks[full].unit}` does not fit `{path[-1]}`",
                                f"a unit of {cell.unit}")  # fmt: skip
                out.append(full)
        return tuple(dict.fromkeys(out))

    # ---- sections ----------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        scenario = self.scenario
        first_free = self.calendar.index(scenario.as_of_day)
        initial = tuple(self.initial(cell) for cell in self.stocks)
        mechanisms = []
        for name, entry in scenario.mechanisms.items():
            use = entry.use or name
            part = self.part(("mechanisms", name), name, "standoff.mechanisms", use, entry.params, entry.sources)
            if part is not None:
                mechanisms.append(part)
        choices = tuple(self.choice(name, first_free) for name in scenario.choices)
        self.set_once(choices)
        views = {
            actor: {
                cell: self.number(("beliefs", actor, cell), belief, "1", low=0.0, doc=f"{cell} as {actor} believes it")
                for cell, belief in seen.items()
            }
            for actor, seen in scenario.beliefs.items()
        }
        observations = tuple(self.observation(cell, first_free) for cell in scenario.observations)
        questions = tuple(filter(None, (self.question(name) for name in scenario.questions)))
        correlations = tuple(filter(None, (self.correlation(i) for i in range(len(scenario.correlations)))))
        for name, lever in scenario.levers.items():
            if lever.target not in self.index and f"mechanisms.{lever.target}" not in self.index:
                self.report(("levers", name, "target"), f"unknown parameter `{lever.target}`",
                            fix=nearest(lever.target, self.index))  # fmt: skip
        if self.later:
            self.warnings.append(
                f"{len(self.later)} claims cited for numbers were published after as_of {scenario.as_of}: "
                f"{listed(sorted(self.later), 6)}"
            )
        if self.problems:
            raise ModelError(self.problems)
        return Plan(
            scenario, self.ledger, self.variant, tuple(self.stocks), self.units, tuple(self.parameters), initial,
            tuple(mechanisms), choices, views, observations, questions, correlations, first_free,
            tuple(self.warnings), dict(self.index),
        )  # fmt: skip

    def set_once(self, choices: Iterable[PlannedChoice]) -> None:
        """Two choices that set one parameter would leave it to the order of the file which of them holds."""
        setter: dict[int, str] = {}
        for choice in choices:
            for option, effects in zip(choice.options, choice.effects, strict=True):
                for effect in effects:
                    other = setter.get(effect.target, choice.name)
                    if effect.how != "set":
                        continue
                    setter.setdefault(effect.target, choice.name)
                    if other != choice.name:
                        target = self.parameters[effect.target].path.removeprefix("mechanisms.")
                        path = ("choices", choice.name, "options", option, "do", target)
                        allowed = "one choice that sets it, others that multiply it or add to it"
                        self.report(path, f"`{other}` sets `{target}` too", allowed, "write `x 1.2` or `+ 0.1`")

    def initial(self, cell: str) -> int:
        stock = self.stocks[cell]
        name, _, holder = cell.partition(".")
        raw = stock.initial[holder] if isinstance(stock.initial, dict) else stock.initial
        path = ("stocks", name, "initial", *([holder] if holder else []))
        return self.number(path, raw, stock.unit, stock.sources, low=stock.floor, high=stock.cap, bare=True,
                           doc=f"{cell} at the start")  # fmt: skip

    def choice(self, name: str, first_free: int) -> PlannedChoice:
        choice, here = self.scenario.choices[name], ("choices", name)
        options = tuple(choice.options)
        rationality = self.number((*here, "rationality"), choice.rationality, "1", choice.sources, low=0.0,
                                  doc="rationality of the quantal response")  # fmt: skip
        renewal = self.number((*here, "renewal"), choice.renewal, "1", choice.sources, low=0.0, high=1.0,
                              doc="share of decisions at which unknown reasons are drawn afresh")  # fmt: skip
        reasons = []
        for key, reason in choice.because.items():
            path = (*here, "because", key)
            inherited = reason.sources or choice.sources
            weight = self.number((*path, "weight"), reason.weight, "1", inherited, low=0.0, doc="weight of this reason")
            part = self.part(path, key, "standoff.considerations", reason.use or key, reason.params, inherited, options)
            for claim in reason.claims:
                self.claim((*path, "claims"), claim)
            if part is not None:
                others = tuple(dict.fromkeys(self.named_choices(part)))
                reasons.append(PlannedReason(key, weight, part, others, reason.claims, reason.lines))
        effects = tuple(self.effects((*here, "options", key), option.do, choice.sources)
                        for key, option in choice.options.items())  # fmt: skip
        steps = self.calendar.steps
        seen = [
            (self.calendar.index(times.last_day(item.since)), options.index(item.option)) for item in choice.history
        ]
        forced = [-1] * steps
        for step in range(min(first_free, steps)):
            held = [option for since, option in seen if since <= step + 1]
            forced[step] = held[-1] if held else (seen[0][1] if seen else options.index(choice.status_quo))
        every = int(times.months(choice.every)) if self.calendar.dt == 1.0 else 0
        stride = max(round(times.months(choice.every) / self.calendar.dt), 1)
        decides = []
        for step in range(steps):
            day = self.calendar.date(step + 1)
            count = day.year * 12 + day.month
            due = count % every == 0 if every else (step - first_free) % stride == 0
            decides.append(step >= first_free and due)
        return PlannedChoice(name, choice.actor, options, options.index(choice.status_quo), every, rationality, renewal,
                             tuple(reasons), effects, tuple(forced), tuple(decides))  # fmt: skip

    def effects(self, path: Path_, do: Mapping[str, Any], inherited: tuple[str, ...]) -> tuple[Effect, ...]:
        out = []
        known = {word.removeprefix("mechanisms."): index for word, index in self.index.items()
                 if word.startswith("mechanisms.")}  # fmt: skip
        for target, raw in do.items():
            here = (*path, "do", target)
            if target not in known:
                self.report(here, f"unknown parameter `{target}`", "mechanism.parameter or mechanism.parameter.member",
                            nearest(target, known))  # fmt: skip
                continue
            base = self.parameters[known[target]]
            how = {"x ": "times", "+ ": "plus"}.get(str(raw)[:2], "set")
            value = self.number(
                here, raw if how == "set" else str(raw)[2:], "1" if how == "times" else base.unit, inherited,
                low={"set": base.low, "times": 0.0}.get(how), high=base.high if how == "set" else None,
                doc=f"{target} under this option",
            )  # fmt: skip
            out.append(Effect(known[target], value, how))
        return tuple(out)

    def claim(self, path: Path_, claim: str) -> None:
        if claim not in self.ledger:
            ids = [known.id for known in self.ledger]
            self.report(path, f"unknown claim `{claim}`", "a claim id of the ledger", nearest(claim, ids))

    def observation(self, cell: str, first_free: int) -> PlannedObservation:
        entry, here = self.scenario.observations[cell], ("observations", cell)
        scale = self.number((*here, "scale"), entry.scale, "1", entry.sources, low=0.0, doc=f"true / claimed {cell}")
        values: list[float | None] = [None] * (self.calendar.steps + 1)
        try:
            found = self.standing_then.where(**entry.claims)
        except (TypeError, StandoffError) as error:
            self.report((*here, "claims"), str(error), "filters of `standoff claims`: subject, quantity, speaker, ...")
            return PlannedObservation(cell, tuple(values), scale, ())
        points: dict[float, float] = {}
        used = []
        for claim in found:
            number = claim.value if claim.value is not None else None
            if number is None and claim.low is not None and claim.high is not None:
                number = (claim.low + claim.high) / 2
            day = times.last_day(str(claim.as_of))
            if number is None or day < self.calendar.start or day > self.scenario.as_of_day:
                continue
            unit = self.unit(claim.unit)
            if not unit.same_kind(self.units[cell]):
                self.report((*here, "claims"), f"the claim `{claim.id}` is in `{claim.unit}`",
                            f"a unit of {self.stocks[cell].unit}")  # fmt: skip
                continue
            points[self.calendar.position(day)] = number * unit.factor
            used.append(claim.id)
        if not points and not len(self.ledger.where(**entry.claims)):
            self.report((*here, "claims"), "no claim of the ledger fits", fix="see `standoff claims`")
        elif not points:
            self.warnings.append(
                f"nothing was known of {cell} by {self.scenario.as_of}: it is simulated from the start"
            )
        knots = sorted(points)
        for state in range(first_free + 1):
            if knots and knots[0] - 0.5 <= state <= knots[-1] + 0.5:
                values[state] = _between(state, knots, points)
        return PlannedObservation(cell, tuple(values), scale, tuple(used))

    def question(self, name: str) -> PlannedQuestion | None:
        question, here = self.scenario.questions[name], ("questions", name)
        texts: dict[str, tuple[Path_, str]] = {}
        if question.kind in {"event", "quantity", "until"}:
            texts = {"": ((*here, question.kind), str(getattr(question, question.kind)))}
        elif question.kind in {"first_of", "rank"}:
            group = getattr(question, question.kind)
            texts = {key: ((*here, question.kind, key), str(text)) for key, text in group.items()}
        nodes, unit = {}, question.unit
        before = len(self.problems)
        for key, (path, text) in texts.items():
            try:
                node = expression.parse(text, self.scenario.units)
                dims = expression.dimensions(node, self.units, text)
                if (dims is None) != (question.kind in {"event", "until", "first_of"}):
                    self.report(path, f"`{text}` is {'a yes or no' if dims is None else 'a number'}",
                                "a condition" if dims is not None else "a number")  # fmt: skip
                elif dims is not None:
                    unit = unit or self.shown(node, dims)
                    if self.unit(unit).dims != dims:
                        self.report((*here, "unit"), f"`{unit}` does not fit `{text}`", f"a unit of {units.show(dims)}")
                for asked in expression.chosen(node):
                    self.asked(path, asked)
                nodes[key] = node
            except StandoffError as error:
                self.report(path, error.problems[0].what, error.problems[0].allowed, error.problems[0].fix)
        for claim in question.claims:
            self.claim((*here, "claims"), claim)
        if question.base_rate is not None:
            self.number((*here, "base_rate", "value"), question.base_rate.value, unit or "1", low=None,
                        doc="base rate", bare=True)  # fmt: skip
        if len(self.problems) > before:
            return None
        last = times.last_day(question.at or question.by or self.scenario.end)
        since = times.last_day(question.since) if question.since else self.scenario.as_of_day
        return PlannedQuestion(name, question, nodes, unit, min(self.calendar.index(last), self.calendar.steps),
                               self.calendar.index(since) + 1)  # fmt: skip

    def shown(self, node: expression.Node, dims: expression.Dims) -> str:
        stocks = [self.stocks[name].unit for name in expression.names(node)]
        fitting = [text for text in stocks if self.unit(text).dims == dims]
        return fitting[0] if fitting else units.show(dims)

    def asked(self, path: Path_, asked: expression.Chosen) -> None:
        choices = self.scenario.choices
        if asked.choice not in choices:
            self.report(path, f"unknown choice `{asked.choice}`", listed(choices), nearest(asked.choice, choices))
            return
        for option in asked.options:
            if option not in choices[asked.choice].options:
                known = choices[asked.choice].options
                self.report(
                    path, f"unknown option `{option}` of `{asked.choice}`", listed(known), nearest(option, known)
                )

    def correlation(self, position: int) -> tuple[int, int, float] | None:
        entry = self.scenario.correlations[position]
        found = []
        for word in entry.between:
            index = self.index.get(word, self.index.get(f"mechanisms.{word}"))
            if index is None:
                self.report(("correlations", position, "between"), f"unknown parameter `{word}`",
                            fix=nearest(word, self.index))  # fmt: skip
            else:
                found.append(index)
        return (found[0], found[1], entry.value) if len(found) == 2 else None


def _like(belief: Belief, unit: str) -> str:
    return str(replace(belief, unit=unit, sources=()))


def _between(state: float, knots: list[float], points: Mapping[float, float]) -> float:
    held = min(max(state, knots[0]), knots[-1])  # half a step beyond the ends, the nearest claim holds
    for left, right in pairwise(knots):
        if left <= held <= right:
            share = (held - left) / (right - left)
            return points[left] * (1 - share) + points[right] * share
    return points[knots[0]]
