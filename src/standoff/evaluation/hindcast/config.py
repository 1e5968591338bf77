"""Configuration of hindcasts, `hindcast.yaml`: quantities, events, and their reporters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from standoff import beliefs, expression, pydantic_messages, units
from standoff.dates import add_months
from standoff.errors import Problem, ScenarioError, StandoffError, did_you_mean, join_limited
from standoff.ledger import Ledger
from standoff.plan.builder import WORDS
from standoff.scenario import LoadedScenario, calendar, document
from standoff.scenario.error_locations import NAMES
from standoff.scenario.fields import BeliefField, Date, Expression, Name, Record
from standoff.yaml_reader import Path_, dots

FILE = "hindcast.yaml"
FARTHEST = 120  #: months of a horizon; assumption


class Reconcile(Record):
    """A quantity reconciled from all claims, each source with its bias (`standoff reconcile`)."""

    quantity: str
    subject: str


class Quantity(Record):
    """A quantity that the model forecasts and that claims report."""

    text: str
    group: str = Field(description="group in tables: losses, aid, sanctions, money, opinion, or any other word")
    value: Expression = Field(description="expression of stocks of the scenario")
    unit: str = Field(description="unit of scores and tables; claims are converted to it")
    claims: dict[str, Any] = Field({}, description="filter of the claims that report it, as in `standoff claims`")
    reconcile: Reconcile | None = None
    cumulative: bool = Field(
        False, description="whether it is cumulative: baselines continue its growth, not its level"
    )
    count_start: Date | None = Field(None, description="of a cumulative quantity: its start, at zero")
    period: Literal["day", "year"] = Field("day", description="`year` for the mean of the twelve months up to the date")
    anchor: Literal["none", "ratio", "difference"] = Field(
        "none",
        description="adjustment of the model's stock to the last known report: none, by a factor, by a shift",
    )
    spread: BeliefField = Field(
        description="error of a forecast for twelve months before any error is known: a share of the growth where it "
        "grows, else in `unit`"
    )
    window: float = Field(1.5, gt=0, le=6, description="months: largest distance of a report from the date")
    asks: bool = Field(
        False, description="also forecast whether it grows more over the horizon than over an equal period before"
    )


class Event(Record):
    """An event, defined by a condition on the scenario."""

    text: str
    event: Expression
    since: Date = Field(description="start of the period without the event")
    claims: dict[str, Any] = Field(
        {}, description="filter of the claims that report it by a number, as in `standoff claims`"
    )
    at_least: float = Field(1.0, description="numbers of at least this report the event, lower ones its absence")
    occurrence: str = Field("", description="or a claim with the date of the event")
    not_by: str = Field("", description="or a claim with the last date before which it had not happened")


class HindcastConfig(Record):
    """A whole `hindcast.yaml`."""

    first: Date = Field(alias="from")
    last: Date = Field(alias="to")
    every: str = "quarter"
    horizons: tuple[int, ...] = Field((3, 6, 12), description="months")
    quantities: dict[Name, Quantity] = Field({}, description="by name")
    events: dict[Name, Event] = Field({}, description="by name")


def read(path: Path, loaded: LoadedScenario, ledger: Ledger) -> HindcastConfig:
    """Read the file and check names, units and claims; raises `ScenarioError` with all errors."""
    if not path.is_file():
        raise ScenarioError(
            Problem(
                "the case has no hindcast configuration",
                str(path),
                allowed=f"a file {FILE} beside the scenario",
                fix="docs/hindcast.md shows one",
            )
        )
    doc = document.read_file(path)
    try:
        config = HindcastConfig.model_validate(doc.data, context={"units": loaded.scenario.units})
    except ValidationError as error:
        raise ScenarioError(
            replace(problem, where=doc.where(entry["loc"]), path=dots(entry["loc"]))
            for entry in error.errors()
            for problem in pydantic_messages.describe(entry, names=NAMES)
        ) from None
    check = _Check(doc, loaded, ledger)
    for name, quantity in config.quantities.items():
        check.quantity(("quantities", name), quantity)
    for name, event in config.events.items():
        check.event(("events", name), event)
        check.can_settle(("events", name), event, config)
    if not config.horizons or any(not 0 < months <= FARTHEST for months in config.horizons):
        check.report(("horizons",), f"{list(config.horizons)} are not horizons", f"months, from 1 to {FARTHEST}")
    if check.problems:
        raise ScenarioError(check.problems)
    return config


class _Check:
    """Checks of names, units and claims against the scenario and its ledger."""

    def __init__(self, doc: document.Document, loaded: LoadedScenario, ledger: Ledger) -> None:
        self.doc, self.scenario, self.ledger = doc, loaded.scenario, ledger
        self.stocks = {
            cell: units.parse(stock.unit, loaded.scenario.units) for cell, stock in self.scenario.cells().items()
        }
        self.problems: list[Problem] = []

    def report(self, path: Path_, what: str, allowed: str = "", fix: str = "") -> None:
        self.problems.append(Problem(what, self.doc.where(path), dots(path), allowed, fix))

    def quantity(self, path: Path_, question: Quantity) -> None:
        """Check the unit of a quantity, the sources of its spread, and that a claim reports it."""
        try:
            unit = units.parse(question.unit, self.scenario.units)
            node = expression.parse(question.value, self.scenario.units)
            self.timeless((*path, "value"), node)
            dims = expression.dimensions(node, self.stocks, question.value)
            if dims is None or (question.anchor != "ratio" and dict(dims) != dict(unit.dims)):
                self.report((*path, "value"), f"`{question.value}` is not of the kind of `{question.unit}`")
        except StandoffError as error:
            self.report(path, error.problems[0].what, error.problems[0].allowed, error.problems[0].fix)
        if bool(question.claims) == bool(question.reconcile):
            self.report(
                path,
                "the source of the outcome is missing, or given twice",
                "claims: {subject: ..., quantity: ...}, or reconcile:",
            )
        elif question.claims:
            self.fits((*path, "claims"), question.claims)
        for source in question.spread.sources or ("",):
            if source not in WORDS and source not in self.scenario.sources and source not in self.ledger:
                self.report(
                    (*path, "spread"), "this number has no source", "`@claim-id`, `@key`, `@history` or `@assumption`"
                )
        if not question.spread.numbers:
            self.report((*path, "spread"), f"`{question.spread}` is not a number here", "a number, with its source")
        if question.count_start is not None and not question.cumulative:
            self.report((*path, "count_start"), "only a cumulative count has a start")
        if question.asks and not question.cumulative:
            self.report((*path, "asks"), "only a cumulative count has growth")

    def timeless(self, path: Path_, node: expression.Node) -> None:
        """Report values of the calendar: a hindcast has a date of its own for each question."""
        for term in expression.clock_terms(node):
            self.report(
                path, f"`{term.name}` is no stock and no choice", "stocks and choices; each question has its date"
            )

    def fits(self, path: Path_, filters: dict[str, Any]) -> None:
        """Whether a claim of the ledger matches."""
        try:
            if not len(self.ledger.filter(**filters)):
                self.report(path, "no claim of the ledger matches", fix="see `standoff claims`")
        except (TypeError, ValueError, StandoffError) as error:
            self.report(path, str(error), "filters of `standoff claims`")

    def event(self, path: Path_, question: Event) -> None:
        """Check the names in the condition of an event, and the claim that resolves it."""
        node = expression.parse(question.event, self.scenario.units)
        self.timeless((*path, "event"), node)
        for name in expression.stock_names(node):
            if name not in self.stocks:
                self.report((*path, "event"), f"unknown stock `{name}`", fix=did_you_mean(name, self.stocks))
        for one in expression.choice_terms(node):
            options = self.scenario.choices[one.choice].options if one.choice in self.scenario.choices else {}
            allowed = join_limited(options or self.scenario.choices)
            for option in one.options:
                if option not in options:
                    self.report((*path, "event"), f"unknown `{one.choice} in [{option}]`", allowed)
        if sum(map(bool, (question.claims, question.occurrence, question.not_by))) != 1:
            self.report(
                path, "the source of the outcome is missing, or given twice", "one of claims:, occurrence: and not_by:"
            )
        if question.claims:
            self.fits((*path, "claims"), question.claims)
        for claim in filter(None, (question.occurrence, question.not_by)):
            if claim not in self.ledger:
                self.report(
                    path, f"unknown claim `{claim}`", fix=did_you_mean(claim, [item.id for item in self.ledger])
                )
            elif why := self.ledger.objection(claim):
                self.report(path, f"the claim `{claim}` {why}", "a valid claim")

    def can_settle(self, path: Path_, question: Event, config: HindcastConfig) -> None:
        """Report an event whose claim of absence is older than all dates of the last origin."""
        if question.not_by not in self.ledger or not config.horizons:
            return
        until = self.ledger[question.not_by].as_of.last
        needed = add_months(calendar.last_day(config.last), min(config.horizons))
        if until < needed:
            self.report(
                (*path, "not_by"),
                f"the event can never settle from {config.last} on: `{question.not_by}` is about "
                f"{until}, and no other claim can follow it",
                f"a claim about {needed} or later",
                "`claims:`, a filter that later claims match too",
            )


def spread(question: Quantity) -> float:
    """The stated error of a twelve-month forecast: the median of its belief."""
    belief: beliefs.Belief = question.spread
    return belief.quantile(0.5)
