"""`standoff explain`: reasons of an answer or a choice, processes that moved a stock."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def explain(
    case: options.Case,
    choice: Annotated[str, typer.Option("--choice", metavar="NAME", help="A choice, or the actor who makes it.")] = "",
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="MONTH", help="With --choice: the latest decision up to this month, such as 2024-06."
        ),
    ] = "",
    option: Annotated[
        str,
        typer.Option(
            "--option",
            metavar="NAME",
            help="Option to explain; by default the choice's `explain`, else the one in the main question, else the "
            "likeliest besides the status quo.",
        ),
    ] = "",
    against: Annotated[
        str, typer.Option("--against", metavar="NAME", help="Option to compare it with; by default the status quo.")
    ] = "",
    stock: Annotated[
        str, typer.Option("--stock", metavar="NAME", help="Explain a stock instead, such as troops.RUS.")
    ] = "",
    first: Annotated[
        str, typer.Option("--from", metavar="MONTH", help="With --stock: first month; by default as_of.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="MONTH", help="With --stock: last month; by default the end.")
    ] = "",
    question: Annotated[
        str,
        typer.Option(
            "--question",
            metavar="ID[=LABEL]",
            help="Explain an answer by the reasons of all decisions up to its date; by default that of the main question.",
        ),
    ] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="KIND", help="With --question: shares by reason, actor or consideration.")
    ] = "reason",
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = options.FEW,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    as_json: options.Json = False,
) -> None:
    """Explain an answer or a choice by its reasons, or a stock by its processes.

    Without more, the answer to the main question.
    """
    from standoff.report import render
    from standoff.report.sections import explanation

    if sum(map(bool, (choice, stock, question))) > 1:
        raise typer.BadParameter(
            "name one of a choice, a stock and a question: `--choice CHN --at 2024-06`, `--stock troops.RUS`, `--question main`"
        )
    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    if choice and not at:
        from standoff.analysis.explain import find_choice

        calendar, is_free = model.scenario.calendar, model.plan.choices[find_choice(model.plan, choice)].is_free
        state = next((step for step in range(calendar.steps) if is_free[step]), 0) + 1
        raise typer.BadParameter(
            f"`--choice` needs the month of the decision, from {calendar.label(state)} to {calendar.label(calendar.steps)}",
            param_hint="--at",
        )
    if choice:
        from standoff.analysis.explain import explain as explain_choice

        with progress_bars(quiet=as_json) as progress:
            reasons = explain_choice(
                model, choice=choice, at=at, option=option, against=against, draws=draws, seed=seed, progress=progress
            )
        data, page = reasons.to_data(), render.terminal(explanation.blocks(reasons))
    elif not stock:
        from standoff.analysis.reason_attribution import attribute_reasons
        from standoff.report.sections.reason_attribution import blocks

        with progress_bars(quiet=as_json) as progress:
            attribution = attribute_reasons(
                model,
                question="" if question in ("", "main") else question,
                by=by,
                draws=draws,
                seed=seed,
                progress=progress,
            )
        data, page = attribution.to_data(), render.terminal(blocks(attribution))
    else:
        from standoff.analysis.explain import stock_drivers

        options.require_known([stock], list(model.plan.cells), "stock")
        drivers = stock_drivers(options.simulated(model, draws, seed, as_json), stock, first, until)
        data, page = drivers.to_data(), render.terminal(explanation.drivers(drivers))
    if as_json:
        options.print_json(data)
    else:
        options.display(page)


COMMAND = Command(HelpGroup.simulate, explain)
