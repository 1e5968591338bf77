"""Base rates of an event by the date of its question: in the list, and in all data.

A count of k in n cases has the rate k / n with the central 90 % of Jeffreys' posterior, Beta(k + 1/2, n - k + 1/2). A rate
p for a year becomes 1 - (1 - p)^t for t years, as if it were the same in every year. Sources: brown2001 (Jeffreys' interval).
"""

from __future__ import annotations

from standoff import units
from standoff.plan import Plan, PlannedQuestion
from standoff.questions import BaseRate
from standoff.scenario import calendar
from standoff.statistics import jeffreys_interval

DAYS = {"year": 365.2425, "month": 365.2425 / 12}


def base_rates(plan: Plan, query: PlannedQuestion) -> tuple[BaseRate, ...]:
    """The base rates that an event states, for its own span of time; empty for other questions."""
    question = query.question
    if query.form.COMPARED_BY != "probability":
        return ()
    out = []
    if (listed := question.base_rate) is not None:
        rate, per = plan.parameter(f"questions.{query.id}.base_rate.value"), listed.per
        months = span(plan, query) / DAYS["month"] if per else None
        unit = units.parse(f"1/{per}").factor if per else 1.0
        low, middle, high = (
            rate.quantile(p) if months is None else over(rate.quantile(p) / unit, months * unit)
            for p in (0.05, 0.5, 0.95)
        )
        ends = None if rate.belief.shape == "point" else (low, high)
        out.append(
            BaseRate(
                kind="list",
                rate=middle,
                interval=ends,
                of=listed.of,
                per=per,
                months=months,
                text=listed.text,
                sources=rate.belief.sources,
            )
        )
    if (data := question.data_rate) is None:
        return tuple(out)
    if data.count is None or data.of is None:
        return (*out, BaseRate(kind="data", rate=None, text=data.none))
    as_of = plan.scenario.as_of_day
    if data.until is not None and (data.until, 12, 31) > (as_of.year, as_of.month, as_of.day):
        late = f"the count goes on to {data.until}, after {as_of}"
        return (*out, BaseRate(kind="data", rate=None, text=late))
    times = 1.0 if data.per == "case" else span(plan, query) / DAYS[data.per]
    low, high = (over(end, times) for end in jeffreys_interval(data.count, data.of))
    return (
        *out,
        BaseRate(
            kind="data",
            rate=over(data.count / data.of, times),
            interval=(low, high),
            count=data.count,
            of=data.of,
            per=data.per,
            months=None if data.per == "case" else span(plan, query) / DAYS["month"],
            since=data.since,
            until=data.until,
            data=data.data,
            sources=data.sources,
            text=data.text,
        ),
    )


def over(rate: float, times: float) -> float:
    """Probability of at least one event in a number of spans of time with the same rate."""
    return float(1 - (1 - rate) ** times)


def span(plan: Plan, query: PlannedQuestion) -> float:
    """Days in which the event counts: from as_of or a later `since` to the date of the question."""
    question, scenario = query.question, plan.scenario
    last = calendar.last_day(question.by or scenario.end)
    first = scenario.as_of_day
    if question.since:
        first = max(first, calendar.last_day(question.since))
    return float(max((last - first).days, 0))
