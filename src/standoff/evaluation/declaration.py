"""What was at hand when forecasts were recorded (`forecasts.yaml`), and what that proves."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from standoff import catalog
from standoff.evaluation.forecast_record import Kind
from standoff.evaluation.hindcast import config
from standoff.scenario import calendar
from standoff.scenario.fields import Date, Record

FILE = "forecasts.yaml"
LEDGER_SPOKE = "the ledger spoke of the day"


class Sighting(Record):
    """Outcomes that lay at hand when forecasts were recorded, in whatever form."""

    asks: tuple[str, ...]  #: names of quantities or events of hindcast.yaml
    until: Date  #: last day of which the outcome was at hand
    text: str  #: where it was, in words


class Declaration(Record):
    """`forecasts.yaml` of a case."""

    recorded_until: Date  #: last day of recording that the declaration speaks of
    known_until: Date  #: last day of which anything was known then, apart from sightings
    sightings: tuple[Sighting, ...] = ()
    numbers_set: dict[str, Date] = Field({})
    """Pattern of paths of numbers, as `attrition.*`, and the day on which they were set; an assumption without counts as late."""

    def set_days(self) -> dict[str, dt.date]:
        """The same, as days."""
        return {pattern: calendar.last_day(day) for pattern, day in self.numbers_set.items()}


def read_declaration(case: str) -> Declaration | None:
    """What the case declares of its forecasts; None without the file."""
    path = catalog.find(case).with_name(FILE)
    return config.validated(path, Declaration)[1] if path.is_file() else None


def kind_of(made: dt.date, due: dt.date, question: str, declaration: Declaration | None) -> tuple[Kind, str]:
    """What is proved of a forecast, and why its outcome counts as at hand."""
    if made < due:
        return "before", ""
    if declaration is None or made > calendar.last_day(declaration.recorded_until):
        return "after_not_blind", f"the case does not declare in {FILE} what was at hand when it was recorded"
    if due <= calendar.last_day(declaration.known_until):
        return "after_not_blind", LEDGER_SPOKE
    at_hand = [
        one.text for one in declaration.sightings if question in one.asks and due <= calendar.last_day(one.until)
    ]
    return ("after_not_blind", f"at hand: {at_hand[0]}") if at_hand else ("after_blind", "")
