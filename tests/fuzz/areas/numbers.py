"""Beliefs, units, dates, lengths, outcomes and expressions: the small texts that scenarios and options are made of."""

from __future__ import annotations

import contextlib

import numpy as np

from standoff import beliefs, expression, units
from standoff.dates import PartialDate
from standoff.errors import StandoffError
from standoff.scenario import calendar, document, outcome
from tests.fuzz.door import Door

STOCKS = {"fear": units.parse("1"), "money.AAA": units.parse("bn USD"), "troops": units.parse("person")}
DECLARED = {"mark": "0.5 EUR", "crown": "2 mark"}


def belief(raw: bytes) -> None:
    """A belief as a text and as YAML data; what can be read is used and written."""
    text = raw.decode("utf-8", "replace")
    for data in (text, document.read_text(raw, "belief").data):
        with contextlib.suppress(StandoffError):
            found = beliefs.parse(data)
            str(found), found.to_data(), found.with_sources(("assumption",))
            if found.numbers:  # neither a claim nor history
                for p in (1e-9, 0.05, 0.5, 0.95):
                    found.probability_below(found.quantile(p))
            assert beliefs.parse(found.to_data()) == found, "what is written reads differently"
    beliefs.parse(data)


def unit(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    found = units.parse(text, DECLARED)
    units.show(found.dims), found.times(found, -3)
    with contextlib.suppress(StandoffError):
        units.convert(1.0, text, "bn USD/month", DECLARED)
    units.parse("crown", {**DECLARED, "mark": f"0.5 {text}"})
    with contextlib.suppress(StandoffError):
        units.parse("crown", {**DECLARED, "mark": text})


def dates(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    for read in (calendar.last_day, calendar.months, outcome.parse, beliefs.split_sources):
        with contextlib.suppress(StandoffError):
            read(text)
    with contextlib.suppress(ValueError):  # its callers say where
        found = PartialDate.parse(text)
        str(found), found.first, found.last


def formula(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    node = expression.parse(text, DECLARED)
    expression.stock_names(node), expression.choice_terms(node), expression.choice_degree(node)
    expression.dimensions(node, STOCKS, text)  # refuses a yes or no in the place of a number, as every plan does first
    with np.errstate(all="ignore"):
        expression.evaluate(node, lambda name: np.array([0.0, 1.0, np.inf]), lambda chosen: np.array([True] * 3), np)


BELIEFS = [
    text.encode()
    for text in (
        "4 to 9 person/month @claim-a @claim-b",
        "history(ally_need) @claim-a",
        "0.5",
        "-3 bn USD @assumption",
        "normal(1, 0.3)",
        "lognormal(2, 1.4) 1/month",
        "uniform(0, 1)",
        "triangular(0, 1, 2) %",
        "beta(2, 3)",
        "{p5: 1, p50: 2, p95: 6, unit: month, sources: [a, b]}",
        "{p5: 1, p50: 2, p95: 6}",
        "{from: a-claim}",
        "{value: 4 to 9, unit: person, note: x}",
        "1e3",
        ".5",
        "1_000",
    )
]
UNITS = [
    text.encode()
    for text in (
        "bn USD/month",
        "thousand person",
        "shell/day",
        "%",
        "1",
        "km^2",
        "person*month",
    )
]
DATES = [
    text.encode()
    for text in (
        "2024",
        "2024-03",
        "2024-03-31",
        "3 months",
        "2 weeks",
        "1 year",
        "yes @claim-2025",
        "7.5 month @claim",
        "4 to 9 person @a @b",
        "never @a",
        "a label @x.y",
    )
]
FORMULAS = [
    text.encode()
    for text in (
        "AAA in [arms, troops] and fear > 0.7",
        "min(fear, 1 - fear) * 3 >= 50 %",
        "not (fear < 0.1 or fear == 1) and money.AAA > 3 bn USD",
        "log(money.AAA / (1 bn USD)) ^ 2 - sqrt(abs(fear))",
        "troops + 5 thousand person",
        "exp(-fear) != max(fear, 2)",
        "-2 ^ -fear",
    )
]

DOORS = (
    Door(name="numbers belief", enter=belief, seeds=lambda: BELIEFS, share=1.0),
    Door(name="numbers unit", enter=unit, seeds=lambda: UNITS, share=0.4),
    Door(name="numbers date", enter=dates, seeds=lambda: DATES, share=0.4),
    Door(name="numbers expression", enter=formula, seeds=lambda: FORMULAS, share=0.7),
)
