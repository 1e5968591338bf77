"""Ends: has the war of a mechanism ended by `by`? A probability, with ways, times and terms.

The event is `over > 0.5`; what else is told of it are shares of the same futures. A future that is still at war at the
date is censored there: times of more than half of the futures are then "after" it. One that was at war for longer than
until its first end was at war again.

Beside the model's chances stand those of history, where the mechanism has its numbers from a kind of war: of wars of
that kind that had lasted as long, with the 90 % band over all shapes of the hazard that fit as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from standoff import expression
from standoff.errors import Fault, unknown
from standoff.history import wars
from standoff.questions._answer import Answer
from standoff.questions._form import AnswerText, FormField, FormWriter, Response, Sample, Tracker, quantiles
from standoff.questions.event import EventForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.plan import Plan, PlannedQuestion
    from standoff.scenario import Scenario
    from standoff.scenario.question import Question

KIND = "war_termination"  #: of the mechanism whose stocks are read
WITHIN = (6, 12, 24, 60)  #: months after as_of
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


class WarEnd(EventForm):
    """Whether a war has ended; each future counts by its first end."""

    BESIDE = "within"
    FIELDS: ClassVar = {
        "ends": FormField(
            holds="name",
            doc=f"mechanism of kind `{KIND}`; the answer is the probability that its war has ended by `by`",
        )
    }

    def check(self, question: Question, scenario: Scenario, here: tuple[Any, ...]) -> Iterator[Fault]:
        known = [name for name, part in scenario.mechanisms.items() if (part.use or name) == KIND]
        yield from unknown((*here, "ends"), question.ends, known, f"mechanism of kind `{KIND}`")

    def expressions(self, question: Question) -> dict[str, str]:
        return {"": "over > 0.5"}

    def trackers(self, query: PlannedQuestion, plan: Plan) -> list[Tracker]:
        """The first end, that of each way, months at war, and the terms at the date."""
        first = [
            Tracker(f"{query.id}/{cell}", "first", query.state, query.since, expression.parse(f"{cell} > 0.5"))
            for cell in way_stocks(plan)
        ]
        read = [("age", "war_age", plan.first_future_step), ("age_then", "war_age", query.state)]
        read += [(cell, cell, query.state) for cell in _terms(plan)]
        values = [
            Tracker(f"{query.id}/{part}", "value", state, state, expression.Name(cell)) for part, cell, state in read
        ]
        return [*super().trackers(query, plan), *first, *values]

    def shares(self, query: PlannedQuestion, plan: Plan) -> tuple[str, ...]:
        months = (query.state - plan.first_future_step) * plan.scenario.calendar.dt
        return ("", *(str(n) for n in WITHIN if n <= months))

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """1 if it has ended by the date, or within the months of a label of `shares`; else 0."""
        months = float(label) if label in map(str, WITHIN) else np.finfo(float).max
        return (sample.months(sample[""]) <= months).astype(float)

    def answer(self, sample: Sample) -> Response:
        plan, end = sample.plan, sample[""]
        ended, months = np.isfinite(end), sample.months(end)
        again = ended & (sample["age_then"] - sample["age"] > months + plan.scenario.calendar.dt / 2)
        ways = {cell: ended & (sample[cell] == end) for cell in way_stocks(plan)}
        dealt, count = ways["ended.deal"] & ~again, max(int(ended.sum()), 1)
        within = [int(n) for n in self.shares(sample.question, plan) if n]
        kind, age = kind_of(plan, sample.question.question.ends), round(float(np.median(sample["age"])))
        past = [wars.ending_chance(kind, age, n) for n in within if kind]
        terms = {cell.partition(".")[2]: sample[cell][dealt] for cell in _terms(plan) if dealt.any()}
        detail = {
            "first": sides(plan, sample.question.question.ends)[0],
            "ways": {_way(plan, cell): float(each.sum()) / count for cell, each in ways.items()},
            "within": {n: float((months <= n).mean()) for n in within},
            "history": {each.within: (each.mean, *each.shapes) for each in past},
            "months": quantiles(months, SHARES),
            "terms": {issue: quantiles(values, SHARES) for issue, values in terms.items()},
            "again": float(again.sum()) / count,
        }
        return replace(super().answer(sample), detail=detail)

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        return replace(super().text(answer, as_of, write), note="; ".join(_facts(answer, as_of, write)))


def _facts(answer: Answer, as_of: str, write: FormWriter) -> Iterator[str]:
    """What is told beside the probability."""
    detail = answer.detail
    yield f"by {answer.date}"
    for n, (share, band) in answer.printed.items():
        middle, *ends = detail["history"].get(n, (None,))
        ours, *beside = write.band_percents(share, band) if band else (write.percent(share, answer.mc_error),)
        beside += [] if middle is None else [f"history {', '.join(write.band_percents(middle, tuple(ends)))}"]
        yield f"within {n} months {ours}" + (f" ({'; '.join(beside)})" if beside else "")
    low, first, middle, third, high = (
        f"after {answer.date}" if at is None else write.month_after(as_of, at) for at in detail["months"]
    )
    by = "" if detail["months"][2] is None else "by "
    alone = "in the futures of the case alone " * answer.is_over_models
    yield f"{alone}half have ended {by}{middle} (50 % of futures: {first} to {third}, 90 %: {low} to {high})"
    ways = ", ".join(f"{way} {write.percent(share)}" for way, share in detail["ways"].items())
    yield f"of those that end {alone}{ways} ({write.percent(detail['again'])} of them at war again by then)"
    shares = {issue or "all that is at stake": [*map(write.percent, ends)] for issue, ends in detail["terms"].items()}
    parts = ", ".join(f"{of[2]} of {issue} (90 %: {of[0]} to {of[-1]})" for issue, of in shares.items())
    if parts:
        yield f"in a deal {detail['first']} gets {parts}"


def kind_of(plan: Plan, mechanism: str) -> str:
    """Kind of war from whose history a hazard is taken; empty where it is the author's own."""
    name = plan.parameter(f"mechanisms.{mechanism}.level").belief.origin.strip("()").rpartition(".")[2]
    return name if name in wars.KINDS else ""


def way_stocks(plan: Plan) -> list[str]:
    """Stocks that tell how it ended."""
    return [cell for cell in plan.cells if cell.startswith("ended.")]


def _terms(plan: Plan) -> list[str]:
    """Stocks of the terms of a deal: all together, and each issue."""
    return [cell for cell in plan.cells if cell.partition(".")[0] in {"terms", "settled"}]


def _way(plan: Plan, cell: str) -> str:
    """A way to end in words."""
    way = cell.partition(".")[2]
    return f"victory of {plan.scenario.actors[way].name}" if way in plan.scenario.actors else way.replace("_", " ")


def sides(plan: Plan, mechanism: str) -> tuple[str, ...]:
    """Names of the first and of the second side."""
    return tuple(plan.scenario.actors[code].name for code in plan.scenario.mechanisms[mechanism].params["sides"])


FORM = WarEnd()
