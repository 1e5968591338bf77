"""Configuration of hindcasts, `hindcast.yaml`: quantities, events, and their reporters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from standoff import beliefs, expression, units, validation
from standoff.errors import Problem, ScenarioError, StandoffError, did_you_mean, join_limited
from standoff.scenario import document
from standoff.scenario.fields import BeliefField, Date, Expression, Name, Record
from standoff.scenario.validation_errors import NAMES
from standoff.yaml_reader import Path_, dots

if TYPE_CHECKING:
    from pathlib import Path

    from standoff.ledger import Ledger
    from standoff.scenario import LoadedScenario

FILE = "hindcast.yaml"
FARTHEST = 120  #: months of a horizon; assumption


class Reconcile(Record):
    """A quantity reconciled from all claims, each source with its bias (`standoff reconcile`)."""

    quantity: str
    subject: str


class Quantity(Record):
    """A quantity that the model forecasts and that claims report."""

    text: str
    group: str = Field(description="losses, aid, sanctions, money, opinion, or any other word")
    value: Expression = Field(description="the same in the stocks of the scenario")
    unit: str = Field(description="unit of scores and tables; claims are converted to it")
    claims: dict[str, Any] = Field({}, description="which claims report it: any of `standoff claims`' filters")
    reconcile: Reconcile | None = None
    cumulative: bool = Field(
        False, description="a count since the beginning: without a model its pace goes on, not its level"
    )
    count_start: Date | None = Field(None, description="of a count: when it began, at nothing")
    period: Literal["day", "year"] = Field("day", description="a year: the mean of the twelve months up to the date")
    anchor: Literal["none", "ratio", "difference"] = Field(
        "none",
        description="how the model's stock is set to the last report that was known: not, by a factor, by a shift",
    )
    spread: BeliefField = Field(
        description="error of a forecast for twelve months before any error is known: a share of the growth where it "
        "grows, else in `unit`"
    )
    window: float = Field(1.5, gt=0, le=6, description="months: a report so near to the date counts for it")
    asks: bool = Field(False, description="also ask whether it grows more over the horizon than over as long before")


class Event(Record):
    """An event, defined by a condition on the scenario."""

    text: str
    event: Expression
    since: Date = Field(description="from when on it was watched and had not come")
    claims: dict[str, Any] = Field(
        {}, description="which claims say it with a number: any of `standoff claims`' filters"
    )
    at_least: float = Field(1.0, description="numbers from this on say that it had come, lower ones that it had not")
    came: str = Field("", description="or a claim whose date is that of its coming")
    not_by: str = Field("", description="or a claim up to whose date it had not come")


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
            Problem("the case does not say what its hindcasts ask", str(path), allowed=f"a file {FILE} beside the scenario",
                    fix="docs/hindcast.md shows one")
        )  # fmt: skip
    doc = document.read_file(path)
    try:
        question = HindcastConfig.model_validate(doc.data, context={"units": loaded.scenario.units})
    except ValidationError as error:
        raise ScenarioError(
            replace(problem, where=doc.where(entry["loc"]), path=dots(entry["loc"]))
            for entry in error.errors()
            for problem in validation.describe(entry, names=NAMES)
        ) from None
    result = _Check(doc, loaded, ledger)
    for name, quantity in question.quantities.items():
        result.quantity(("quantities", name), quantity)
    for name, event in question.events.items():
        result.event(("events", name), event)
    if not question.horizons or any(not 0 < months <= FARTHEST for months in question.horizons):
        result.report(("horizons",), f"{list(question.horizons)} are not horizons", f"months, from 1 to {FARTHEST}")
    if result.problems:
        raise ScenarioError(result.problems)
    return question


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
            dims = expression.dimensions(node, self.stocks, question.value)
            if dims is None or (question.anchor != "ratio" and dict(dims) != dict(unit.dims)):
                self.report((*path, "value"), f"`{question.value}` is not of the kind of `{question.unit}`")
        except StandoffError as error:
            self.report(path, error.problems[0].what, error.problems[0].allowed, error.problems[0].fix)
        if bool(question.claims) == bool(question.reconcile):
            self.report(
                path,
                "who says what came is not given, or twice",
                "claims: {subject: ..., quantity: ...}, or reconcile:",
            )
        elif question.claims:
            self.fits((*path, "claims"), question.claims)
        for source in question.spread.sources or ("",):
            if source != "assumption" and source not in self.scenario.sources and source not in self.ledger:
                self.report((*path, "spread"), "this number has no source", "`@claim-id`, `@key` or `@assumption`")
        if question.count_start is not None and not question.cumulative:
            self.report((*path, "count_start"), "only a cumulative count has a start")
        if question.asks and not question.cumulative:
            self.report((*path, "asks"), "only of a count that grows can its growth be asked")

    def fits(self, path: Path_, filters: dict[str, Any]) -> None:
        """Whether a claim of the ledger matches."""
        try:
            if not len(self.ledger.filter(**filters)):
                self.report(path, "no claim of the ledger fits", fix="see `standoff claims`")
        except (TypeError, ValueError, StandoffError) as error:
            self.report(path, str(error), "filters of `standoff claims`")

    def event(self, path: Path_, question: Event) -> None:
        """Check the names in the condition of an event, and the claim that resolves it."""
        node = expression.parse(question.event, self.scenario.units)
        for name in expression.stock_names(node):
            if name not in self.stocks:
                self.report((*path, "event"), f"unknown stock `{name}`", fix=did_you_mean(name, self.stocks))
        for one in expression.choice_terms(node):
            options = self.scenario.choices[one.choice].options if one.choice in self.scenario.choices else {}
            allowed = join_limited(options or self.scenario.choices)
            for option in one.options:
                if option not in options:
                    self.report((*path, "event"), f"unknown `{one.choice} in [{option}]`", allowed)
        if sum(map(bool, (question.claims, question.came, question.not_by))) != 1:
            self.report(path, "who says whether it came is not given, or twice", "one of claims:, came: and not_by:")
        if question.claims:
            self.fits((*path, "claims"), question.claims)
        for claim in filter(None, (question.came, question.not_by)):
            if claim not in self.ledger:
                self.report(
                    path, f"unknown claim `{claim}`", fix=did_you_mean(claim, [item.id for item in self.ledger])
                )
            elif why := self.ledger.objection(claim):
                self.report(path, f"the claim `{claim}` {why}", "a claim that stands")


def spread(question: Quantity) -> float:
    """The stated error of a twelve-month forecast: the median of its belief."""
    belief: beliefs.Belief = question.spread
    return belief.quantile(0.5)
