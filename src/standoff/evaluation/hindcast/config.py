"""Configuration of hindcasts, `hindcast.yaml`: quantities, events, and their reporters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationError

from standoff import expression, pydantic_messages, units
from standoff.dates import add_months, month_count
from standoff.errors import Fault, ScenarioError, StandoffError, join_limited, unknown
from standoff.evaluation.settlement import Rule
from standoff.ledger import Ledger
from standoff.plan.builder import WORDS
from standoff.scenario import LoadedScenario, Scenario, calendar, document
from standoff.scenario.document import mapping
from standoff.scenario.error_locations import NAMES
from standoff.scenario.fields import BeliefField, Date, Expression, Name, Record
from standoff.scenario.question import Baseline, Question
from standoff.statistics import over
from standoff.yaml_reader import Path_, dots

FILE = "hindcast.yaml"
COMPLETE = "ledger_complete"  #: the quantity of claims that nothing is missing up to a day, of a case without the file
FARTHEST = 120  #: months of a horizon; assumption


class Reconcile(Record):
    """A quantity reconciled from all claims, each source with its bias (`standoff reconcile`)."""

    quantity: str
    subject: str


class Quantity(Record):
    """A quantity that the model forecasts and that claims report."""

    KIND: ClassVar = "quantity"
    text: str
    group: str  #: group in tables: losses, aid, sanctions, money, opinion, or any other word
    value: Expression  #: expression of stocks of the scenario
    unit: str  #: unit of scores and tables; claims are converted to it
    claims: dict[str, Any] = Field({})  #: filter of the claims that report it, as in `standoff claims`
    reconcile: Reconcile | None = None
    cumulative: bool = False  #: whether it is cumulative: baselines continue its growth, not its level
    count_start: Date | None = None  #: of a cumulative quantity: its start, at zero
    period: Literal["day", "year"] = "day"  #: `year` for the mean of the twelve months up to the date
    anchor: Literal["none", "ratio", "difference"] = "none"
    #: adjustment of the model's stock to the last known report: none, by a factor, by a shift
    spread: BeliefField
    #: error of a forecast for twelve months before any error is known: a share of the growth where it grows, else in `unit`
    error: BeliefField | None = None
    #: standard deviation of the error of a report, a share of it (`difference`: in `unit`): the model forecasts reports
    window: float = Field(1.5, gt=0, le=6)  #: months: largest distance of a report from the date
    speakers: tuple[
        str, ...
    ] = ()  #: whose report of a day counts, the first before the second; else the first published

    def rule(self, day: dt.date, months: int = 0) -> Rule:
        """What settles a forecast of a day, so many months after its origin."""
        target = self.reconcile
        return Rule(
            claims=self.claims,
            speakers=self.speakers,
            unit=self.unit,
            date=str(day),
            within=months or None,
            window=self.window,
            interpolated=self.cumulative,
            reconciled=(target.quantity, target.subject) if target else (),
        )

    @property
    def zero(self) -> dt.date | None:
        """The day on which a cumulative quantity was zero, if it is stated."""
        return None if self.count_start is None else calendar.last_day(self.count_start)


class Event(Record):
    """An event, defined by a condition on the scenario."""

    KIND: ClassVar = "event"
    group: ClassVar = "events"
    unit: ClassVar = ""
    text: str
    event: Expression
    since: Date  #: start of the period without the event
    by: Date | None = None  #: the one date for which it is asked, in place of the horizons
    rate: float | None = Field(
        None, ge=0, le=1
    )  #: of its class in a year: the base rate, in place of the time without it
    claims: dict[str, Any] = Field({})  #: filter of the claims that report it by a number, as in `standoff claims`
    at_least: float | None = None  #: numbers of at least this report the event, lower ones its absence; by default 1
    at_most: float | None = None  #: or numbers of at most this report it
    speakers: tuple[str, ...] = ()  #: whose claims count; by default everybody's
    complete: dict[str, Any] = Field(
        {}
    )  #: filter of claims that declare the ledger complete to a day: no report, no event
    occurrence: str = ""  #: or a claim with the date of the event
    not_by: str = ""  #: or a claim with the last date before which it had not happened

    def rule(self, day: dt.date, months: int = 0) -> Rule:
        """What settles whether it came by a day, so many months after the origin."""
        falls = self.at_most is not None
        return Rule(
            claims=self.claims,
            speakers=self.speakers,
            comparator="at_most" if falls else "at_least",
            threshold=self.at_most if falls else self.at_least,
            date=str(day),
            within=months or None,
            since=self.since,
            occurrence=self.occurrence,
            not_by=self.not_by,
            complete=self.complete,
        )


class HindcastConfig(Record):
    """A whole `hindcast.yaml`."""

    first: Date = Field(alias="from")
    last: Date = Field(alias="to")
    every: str = "quarter"
    horizons: tuple[int, ...] = (3, 6, 12)  #: months
    quantities: dict[Name, Quantity] = Field({})  #: by name
    events: dict[Name, Event] = Field({})  #: by name


R = TypeVar("R", bound=Record)


def validated(path: Path, kind: type[R], context: Mapping[str, Any] | None = None) -> tuple[document.Document, R]:
    """A file of a case as a record, with the lines of its entries.

    Raises `ScenarioError` with all errors.
    """
    doc = document.read_file(path)
    try:
        return doc, kind.model_validate(doc.data, context=context)
    except ValidationError as error:
        raise ScenarioError(
            replace(problem, where=doc.where(entry["loc"]), path=dots(entry["loc"]))
            for entry in error.errors()
            for problem in pydantic_messages.describe(entry, names=NAMES)
        ) from None


def of_questions(loaded: LoadedScenario, day: dt.date) -> HindcastConfig:
    """The yes/no questions of a case as of a day, each for its own date.

    A claim about the quantity of its name settles one. Raises `ScenarioError` if it has none.
    """
    dated = {name: question_at(loaded, name, day) for name in loaded.scenario.questions}
    events = {
        name: _event(name, question, question.since or loaded.scenario.start, day)
        for name, question in dated.items()
        if question.event and question.by and calendar.last_day(question.by) > day
    }
    if not events:
        raise ScenarioError(
            "there is nothing to record",
            path="questions",
            allowed=f"a question with `event:` and a date after {day}, or a file {FILE} beside the scenario",
            fix="docs/rolling.md shows both",
        )
    months = {months_to(day, calendar.last_day(event.by)) for event in events.values() if event.by}
    return HindcastConfig.model_validate(
        {"from": str(day), "to": str(day), "horizons": sorted(months), "events": events}
    )


def question_at(loaded: LoadedScenario, name: str, day: dt.date) -> Question:
    """A question as of a day: `within` counts from that day, unless a date is written."""
    question = loaded.scenario.questions[name]
    written = mapping(mapping(loaded.document.data.get("questions")).get(name))
    if question.within is None or not question.kind or written.get(question.date_key):
        return question
    return question.model_copy(update={question.date_key: None}).dated(str(day))


def _event(name: str, question: Question, since: str, day: dt.date) -> Event:
    """A yes/no question of a case as an event of its own date, beside its base rate."""
    rates = [each for each in (*question.classes, question.data_rate) if each and each.per == "year"]
    counted = next((each.count / each.of for each in rates if each.count is not None and each.of), None)
    stated = question.base_rate or (None if question.classes else question.compare_with)
    return Event(
        text=question.text,
        event=question.event,
        since=since,
        by=question.by,
        rate=counted if stated is None else _in_a_year(stated, months_to(day, calendar.last_day(question.by or since))),
        claims={"quantity": name},
        complete={"quantity": COMPLETE},
    )


def _in_a_year(stated: Baseline, months: int) -> float:
    """The middle of a stated rate, as the chance of a year."""
    value = stated.value.quantile(0.5) * units.parse(stated.value.unit or "1").factor
    if not stated.per:
        return over(value, 12 / months)
    unit = units.parse(f"1/{stated.per}").factor
    return over(value / unit, 12 * unit)


def months_to(origin: dt.date, day: dt.date) -> int:
    """Whole months from an origin to a later day, at least one."""
    return max(month_count(day) - month_count(origin), 1)


def read(path: Path, loaded: LoadedScenario, ledger: Ledger) -> HindcastConfig:
    """Read the file and check names, units and claims; raises `ScenarioError` with all errors."""
    if not path.is_file():
        what, fix = "the case has no hindcast configuration", "docs/hindcast.md shows one"
        raise ScenarioError(what, str(path), allowed=f"a file {FILE} beside the scenario", fix=fix)
    doc, config = validated(path, HindcastConfig, {"units": loaded.scenario.units})
    if faults := [*_Check(config, loaded.scenario, ledger).faults()]:
        raise ScenarioError(map(doc.problem, faults))
    return config


@dataclass(frozen=True)
class _Check:
    """Checks of names, units and claims against the scenario and its ledger."""

    config: HindcastConfig
    scenario: Scenario
    ledger: Ledger

    def faults(self) -> Iterator[Fault]:
        """All errors of a configuration."""
        for name, quantity in self.config.quantities.items():
            yield from self.quantity(("quantities", name), quantity)
        for name, event in self.config.events.items():
            yield from self.event(("events", name), event)
        if not are_horizons(self.config.horizons):
            what = f"{list(self.config.horizons)} are not horizons"
            yield Fault(("horizons",), what, f"months, from 1 to {FARTHEST}")

    def quantity(self, path: Path_, question: Quantity) -> Iterator[Fault]:
        """Check the unit of a quantity, the sources of its spread, and that a claim reports it."""
        declared = self.scenario.units
        try:
            unit, node = units.parse(question.unit, declared), expression.parse(question.value, declared)
            yield from self.timeless((*path, "value"), node)
            stocks = {cell: units.parse(stock.unit, declared) for cell, stock in self.scenario.cells().items()}
            dims = expression.dimensions(node, stocks, question.value)
            if dims is None or (question.anchor != "ratio" and dict(dims) != dict(unit.dims)):
                yield Fault((*path, "value"), f"`{question.value}` is not of the kind of `{question.unit}`")
        except StandoffError as error:
            first = error.problems[0]
            yield Fault(path, first.what, first.allowed, first.fix)
        if bool(question.claims) == bool(question.reconcile):
            allowed = "claims: {subject: ..., quantity: ...}, or reconcile:"
            yield Fault(path, "the source of the outcome is missing, or given twice", allowed)
        elif question.claims:
            yield from self.fits((*path, "claims"), question.claims)
        for word in ("spread", "error"):
            number = getattr(question, word)
            for source in () if number is None else number.sources or ("",):
                if source not in WORDS and source not in self.scenario.sources and source not in self.ledger:
                    allowed = "`@claim-id`, `@key`, `@history` or `@assumption`"
                    yield Fault((*path, word), "this number has no source", allowed)
            if number is not None and not number.numbers:
                yield Fault((*path, word), f"`{number}` is not a number here", "a number, with its source")
        if question.count_start is not None and not question.cumulative:
            yield Fault((*path, "count_start"), "only a cumulative count has a start")

    def timeless(self, path: Path_, node: expression.Node) -> Iterator[Fault]:
        """Report values of the calendar: a hindcast has a date of its own for each question."""
        for term in expression.clock_terms(node):
            allowed = "stocks and choices; each question has its date"
            yield Fault(path, f"`{term.name}` is no stock and no choice", allowed)

    def fits(self, path: Path_, filters: dict[str, Any], needed: bool = True) -> Iterator[Fault]:
        """Whether a claim of the ledger matches; one that is not needed may come later."""
        try:
            if not len(self.ledger.filter(**filters)) and needed:
                yield Fault(path, "no claim of the ledger matches", fix="see `standoff claims`")
        except (TypeError, ValueError, StandoffError) as error:
            yield Fault(path, str(error), "filters of `standoff claims`")

    def event(self, path: Path_, question: Event) -> Iterator[Fault]:
        """Check the names in the condition of an event, and the claim that resolves it."""
        node, choices = expression.parse(question.event, self.scenario.units), self.scenario.choices
        yield from self.timeless((*path, "event"), node)
        for name in expression.stock_names(node):
            yield from unknown((*path, "event"), name, self.scenario.cells(), "stock")
        for one in expression.choice_terms(node):
            options = choices[one.choice].options if one.choice in choices else {}
            for option in one.options:
                if option not in options:
                    allowed = join_limited(options or choices)
                    yield Fault((*path, "event"), f"unknown `{one.choice} in [{option}]`", allowed)
        if sum(map(bool, (question.claims, question.occurrence, question.not_by))) != 1:
            allowed = "one of claims:, occurrence: and not_by:"
            yield Fault(path, "the source of the outcome is missing, or given twice", allowed)
        if question.at_least is not None and question.at_most is not None:
            yield Fault((*path, "at_most"), "the threshold is given twice", "one of at_least: and at_most:")
        for key in ("claims", "complete"):
            if filters := getattr(question, key):
                yield from self.fits((*path, key), filters, needed=key == "claims" and not question.complete)
        for claim in filter(None, (question.occurrence, question.not_by)):
            yield from unknown(path, claim, [item.id for item in self.ledger], "claim")
            if claim in self.ledger and (why := self.ledger.objection(claim)):
                yield Fault(path, f"the claim `{claim}` {why}", "a valid claim")
        if question.not_by in self.ledger and self.config.horizons:
            until = self.ledger[question.not_by].as_of.last
            needed = add_months(calendar.last_day(self.config.last), min(self.config.horizons))
            if until < needed:  # no later claim of absence can follow
                yield Fault(
                    (*path, "not_by"),
                    f"the event can never settle from {self.config.last} on: `{question.not_by}` is about "
                    f"{until}, and no other claim can follow it",
                    f"a claim about {needed} or later",
                    "`claims:`, a filter that later claims match too",
                )


def are_horizons(months: Sequence[int]) -> bool:
    """Whether there are months of horizons, and none is too far."""
    return bool(months) and all(0 < each <= FARTHEST for each in months)
