"""Reason: contribution of a reason to the log odds of `option` at `at`; the mean."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from standoff.errors import Fault, unknown
from standoff.questions._answer import Answer, MonteCarlo
from standoff.questions._form import (
    INTERVAL,
    AnswerText,
    Form,
    FormField,
    FormWriter,
    Response,
    Sample,
    Tracker,
)

if TYPE_CHECKING:
    from standoff.plan import Plan, PlannedChoice, PlannedQuestion
    from standoff.scenario import Scenario
    from standoff.scenario.outcome import Outcome
    from standoff.scenario.question import Question


class ReasonForm(Form):
    """Contribution to the log odds of an option against the status quo."""

    FIELDS: ClassVar = {
        "reason": FormField(
            holds="names", doc="(choice, reason); the answer is its contribution to the log odds of `option` at `at`"
        ),
        "option": FormField(holds="name", doc="of `reason`: the option"),
    }
    NEEDS = ("at", "option")
    MEASURE = "log odds"

    def check(
        self,
        question: Question,
        scenario: Scenario,
        here: tuple[Any, ...],
    ) -> Iterator[Fault]:
        choice, reason = question.reason
        yield from unknown((*here, "reason"), choice, scenario.choices, "choice")
        if choice in scenario.choices:
            yield from unknown((*here, "reason"), reason, scenario.choices[choice].reasons, "reason")
            if question.option is not None:
                yield from unknown((*here, "option"), question.option, scenario.choices[choice].options, "option")

    def check_outcome(self, question: Question, outcome: Outcome, here: tuple[Any, ...]) -> Iterator[Fault]:
        yield Fault(here, "the contribution of a reason cannot be observed", fix="remove the outcome")

    def expressions(self, question: Question) -> dict[str, str]:
        return {}

    def reason_of(self, question: Question) -> tuple[str, str]:
        choice, reason = question.reason
        return choice, reason

    def trackers(self, query: PlannedQuestion, plan: Plan) -> list[Tracker]:
        """Every reason of the choice, and the probability of the option."""
        position, choice = _choice(query, plan)
        first = sum(len(other.reasons) for other in plan.choices[:position])
        option = choice.options.index(str(query.question.option))
        return [
            *(
                Tracker(f"{query.id}/{reason.name}", "reason", query.state, 0, None, position, row, option)
                for row, reason in enumerate(choice.reasons, first)
            ),
            Tracker(f"{query.id}/probability", "probability", query.state, 0, None, position, -1, option),
        ]

    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        return sample[sample.question.question.reason[1]].astype(float)

    def answer(self, sample: Sample) -> Response:
        _, choice = _choice(sample.question, sample.plan)
        parts = np.stack([sample[reason.name] for reason in choice.reasons])
        log_odds = self.values(sample)
        share = np.abs(log_odds) / np.maximum(np.abs(parts).sum(axis=0), 1e-300)
        low, high = np.quantile(log_odds, (0.05, 0.95))
        detail = {
            "share": float(share.mean()),
            "share_interval": [float(x) for x in np.quantile(share, (0.05, 0.95))],
            "log_odds": float(parts.sum(axis=0).mean()),
            "option": sample.question.question.option,
            "against": choice.options[choice.status_quo],
            "probability": float(sample["probability"].mean()),
        }
        error = float(log_odds.std(ddof=1) / math.sqrt(len(log_odds))) if len(log_odds) > 1 else None
        return Response(
            value=float(log_odds.mean()),
            futures=(float(low), float(high)),
            monte_carlo=None if error is None else MonteCarlo(error=error),
            detail=detail,
        )

    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        value, (low, high), detail = answer.number, answer.ends, answer.detail
        if value is None or math.isnan(value):  # the option was observed: games are solved for free decisions alone
            note = f"{detail['option']} rather than {detail['against']}: no free decision on {answer.date}"
            return AnswerText("no decision then", note=note)
        decimals = write.common_decimals([answer.mc_error or 0.0])
        error = "" if answer.mc_error is None else write.bare_error(answer.mc_error)
        note = (
            f"{detail['option']} rather than {detail['against']} at {answer.date}: {write.signed(value, decimals)} log odds, "
            f"{write.percent(detail['share'])} of all; sum of all reasons {write.signed(detail['log_odds'], decimals)}, "
            f"probability {write.percent(detail['probability'])}"
        )
        return AnswerText(
            f"makes {detail['option']} {write.likelier(value, answer.mc_error or 0.0)}",
            f"{INTERVAL}{write.likelier(low or 0.0)} to {write.likelier(high or 0.0)}",
            "",
            error,
            (),
            note,
        )


def _choice(query: PlannedQuestion, plan: Plan) -> tuple[int, PlannedChoice]:
    """The choice of the question, with its index."""
    position = [choice.name for choice in plan.choices].index(query.question.reason[0])
    return position, plan.choices[position]


FORM = ReasonForm()
