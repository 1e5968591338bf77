"""Ends: has the war of a mechanism ended by `by`? A probability, with ways, times and terms.

The event is `over > 0.5`; what else is told of it are shares of the same futures. A future that is still at war at the
date is censored there: times of more than half of the futures are then "after" it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from standoff import expression
from standoff.errors import Fault, unknown
from standoff.questions._answer import Answer
from standoff.questions._form import AnswerText, FormField, FormWriter, Response, Sample, Tracker
from standoff.questions.event import EventForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.plan import Plan, PlannedQuestion
    from standoff.scenario import Scenario
    from standoff.scenario.question import Question

KIND = "war_termination"  #: of the mechanism whose stocks are read
WITHIN = (6, 12, 24, 60)  #: months after as_of
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
WAYS = {"deal": "a deal", "dying_down": "dying down"}  #: in words; any other way is the victory of a side
LEAST = 20  # assumption: terms of fewer futures are no distribution


class WarEnd(EventForm):
    """Whether a war has ended; each future counts by its first end."""

    FIELDS: ClassVar = {
        "ends": FormField(
            holds="name",
            doc=f"mechanism of kind `{KIND}`; the answer is the probability that its war has ended by `by`",
        )
    }

    def check(self, question: Question, scenario: Scenario, here: tuple[Any, ...]) -> Iterator[Fault]:
        wars = [name for name, part in scenario.mechanisms.items() if (part.use or name) == KIND]
        yield from unknown((*here, "ends"), question.ends, wars, f"mechanism of kind `{KIND}`")

    def expressions(self, question: Question) -> dict[str, str]:
        return {"": "over > 0.5"}

    def trackers(self, query: PlannedQuestion, plan: Plan) -> list[Tracker]:
        """The first end, that of each way, the return to war, and the terms at the date."""
        ways = [cell for cell in plan.cells if cell.startswith("ended.")]
        conditions = {cell: f"{cell} > 0.5" for cell in ways}
        conditions["again"] = f"over < 0.5 and {' + '.join(ways)} > 0.5"
        first = [
            Tracker(f"{query.id}/{part}", "first", query.state, query.since, expression.parse(text))
            for part, text in conditions.items()
        ]
        terms = [
            Tracker(f"{query.id}/{cell}", "value", query.state, query.state, expression.Name(cell))
            for cell in _terms(plan)
        ]
        return [*super().trackers(query, plan), *first, *terms]

    def answer(self, sample: Sample) -> Response:
        end, horizon = sample[""], float(sample.months(np.array(sample.question.state)))
        ended, months = np.isfinite(end), sample.months(end)
        ways = {cell: ended & (sample[cell] == end) for cell in sample.plan.cells if cell.startswith("ended.")}
        dealt = ways.get("ended.deal", np.zeros(len(end), bool))
        count, ordered = max(int(ended.sum()), 1), np.sort(months)
        times = {name: float(ordered[min(int(p * len(ordered)), len(ordered) - 1)]) for name, p in QUANTILES.items()}
        terms = {
            cell: tuple(np.quantile(sample[cell][dealt], (0.5, 0.05, 0.95)).tolist())
            for cell in _terms(sample.plan)
            if dealt.sum() >= LEAST
        }
        detail = {
            "ways": {_way(sample.plan, cell): float(hits.sum()) / count for cell, hits in ways.items()},
            "within": {str(n): float((months <= n).mean()) for n in WITHIN if n <= horizon},
            "months": {name: value if np.isfinite(value) else None for name, value in times.items()},
            "terms": {cell.partition(".")[2]: ends for cell, ends in terms.items()},
            "again": float(np.isfinite(sample["again"][ended]).mean()) if ended.any() else None,
        }
        return replace(super().answer(sample), detail=detail)

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        return replace(super().text(answer, as_of, write), note="; ".join(facts(answer, as_of, write).values()))


def facts(answer: Answer, as_of: str, write: FormWriter) -> dict[str, str]:
    """What is told beside the probability, by heading."""
    detail, error = answer.detail, answer.mc_error

    def month(name: str) -> str:
        at = detail["months"][name]
        return f"after {answer.date}" if at is None else write.month_after(as_of, at)

    out = {"date": f"by {answer.date}"}
    if detail["within"]:
        shares = ", ".join(f"{n} months {write.percent(p, error)}" for n, p in detail["within"].items())
        out["within"] = f"ended within {shares}"
    out["how long"] = (
        f"half have ended by {month('p50')} (50 % of futures: {month('p25')} to {month('p75')}; "
        f"90 %: {month('p5')} to {month('p95')})"
    )
    if any(detail["ways"].values()):
        by_size = sorted(detail["ways"].items(), key=lambda way: -way[1])
        out["ways"] = "of those that end: " + ", ".join(f"{way} {write.percent(p)}" for way, p in by_size)
    for issue, (middle, low, high) in detail["terms"].items():
        ends = f"{write.percent(middle)} (90 % of deals: {write.percent(low)} to {write.percent(high)})"
        out[issue or "terms"] = f"the first side gets {ends} of {issue or 'all that is at stake'} in a deal"
    if detail["again"] is not None:
        out["relapse"] = f"war again by then in {write.percent(detail['again'])} of those that ended"
    return out


def _terms(plan: Plan) -> list[str]:
    """Stocks of the terms of a deal: all together, and each issue."""
    return [cell for cell in plan.cells if cell == "terms" or cell.startswith("settled.")]


def _way(plan: Plan, cell: str) -> str:
    """A way to end in words."""
    way, actors = cell.partition(".")[2], plan.scenario.actors
    return WAYS.get(way) or f"victory of {actors[way].name if way in actors else way}"


FORM = WarEnd()
