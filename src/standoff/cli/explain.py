"""`standoff explain`: reasons of an answer or a choice, processes that moved a stock."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, BadParameter, Option

import standoff
from standoff.cli._options import FEW, Case, Command, HelpGroup, Printed, Simulated
from standoff.errors import require
from standoff.report import sections

Few = Annotated[Simulated, {"draws": FEW}]


def explain_answer(
    case: Case,
    question: Annotated[
        str,
        Argument(
            metavar="[QUESTION]",
            help="An answer by its question's id, or `ID=label`; by default that of the main question.",
        ),
    ] = "",
    by: Annotated[str, Option(metavar="KIND", help="Shares by reason, actor or consideration.")] = "reason",
    *,
    simulated: Few,
    printed: Printed,
) -> None:
    """Explain an answer by the reasons of all decisions up to its date.

    One choice: `standoff explain choice`. The processes that moved a stock: `standoff explain stock`.
    """

    about = "" if question == "main" else question
    attribution = simulated.find(
        standoff.attribute_reasons, simulated.model(case), printed.as_json, question=about, by=by
    )
    printed.show(attribution, sections.reason_attribution.blocks(attribution))


def explain_choice(
    case: Case,
    choice: Annotated[str, Argument(metavar="CHOICE", help="A choice, or the actor who makes it.")],
    at: Annotated[str, Option(metavar="MONTH", help="The latest decision up to this month, such as 2024-06.")] = "",
    option: Annotated[
        str,
        Option(
            metavar="NAME",
            help="Option to explain; by default the choice's `explain`, else the one in the main question, else the "
            "likeliest besides the status quo.",
        ),
    ] = "",
    against: Annotated[str, Option(metavar="NAME", help="Option to compare it with; by default the status quo.")] = "",
    *,
    simulated: Few,
    printed: Printed,
) -> None:
    """Explain a choice by its reasons, which add up to its log odds."""
    from standoff.analysis.explain import find_choice

    model = simulated.model(case)
    if not at:
        calendar, is_free = model.scenario.calendar, model.plan.choices[find_choice(model.plan, choice)].is_free
        first = next((step for step in range(calendar.steps) if is_free[step]), 0) + 1
        months = f"from {calendar.label(first)} to {calendar.label(calendar.steps)}"
        raise BadParameter(f"a choice is explained at the month of a decision, {months}", param_hint="--at")
    reasons = simulated.find(
        standoff.explain, model, printed.as_json, choice=choice, at=at, option=option, against=against
    )
    printed.show(reasons, sections.explanation.blocks(reasons))


def explain_stock(
    case: Case,
    stock: Annotated[str, Argument(metavar="STOCK", help="A stock, such as troops.RUS.")],
    first: Annotated[str, Option("--from", metavar="MONTH", help="First month; by default as_of.")] = "",
    until: Annotated[str, Option(metavar="MONTH", help="Last month; by default the end.")] = "",
    *,
    simulated: Few,
    printed: Printed,
) -> None:
    """Explain a stock by the processes that moved it; `room` by what opens or shuts it."""
    from standoff.analysis.bargaining import room_for_deal

    model = simulated.model(case)
    require(stock, model.plan.cells, "stock")
    if stock == "room":
        room = room_for_deal(simulated.run(model, printed.as_json))
        printed.show(room, sections.war_end.blocks(room))
        return
    drivers = standoff.stock_drivers(simulated.run(model, printed.as_json), stock, first, until)
    printed.show(drivers, sections.explanation.drivers(drivers))


COMMAND = Command(
    HelpGroup.simulate,
    explain_answer,
    {"answer": explain_answer, "choice": explain_choice, "stock": explain_stock},
)
