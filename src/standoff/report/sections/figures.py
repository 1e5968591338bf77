"""Pictures of a report, each with what it shows in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable

from markupsafe import Markup

from standoff import expression, labels
from standoff.analysis.explain import Explanation
from standoff.analysis.path_summary import PathShape, covered, path_shape, summarise_stock
from standoff.engine.run import Run
from standoff.plan import Plan
from standoff.report import answer_text, claim_labels, formatting
from standoff.report.charts import choices, stocks
from standoff.report.charts.vegalite import file_name
from standoff.report.document import Block, Html, OnPage, Picture

STOCKS = 24  # assumption: a reader looks at no more charts of stocks


def of_choice(run: Run, explanation: Explanation) -> Picture:
    """The options of a choice in force over time."""
    plan, name = run.model.plan, explanation.choice
    index = [choice.name for choice in plan.choices].index(name)
    names = [labels.option(plan, name, option) for option in plan.choices[index].options]
    actor, last = labels.actor(plan, explanation.actor), run.active_share[-1, index, : len(names)]
    order = sorted(range(len(names)), key=lambda o: -last[o])[:2]
    parts = (f"“{names[o]}” is in force in {formatting.percent(float(last[o]))}" for o in order)
    finding = f"{actor} at {run.times[-1]}: {', '.join(parts)} of futures."
    return Picture(
        file_name(f"choice-{name}"),
        f"{actor}: {explanation.text or formatting.humanise(name)}: share of futures in which each option is in force",
        choices.active_share(run, index, finding),
        finding,
        (stocks.since_item(run, "observed decisions"),),
        f"choice-{name}",
    )


def of_reasons(explanation: Explanation) -> Picture:
    """The reasons of a decision as a waterfall."""
    decimals = answer_text.reason_decimals(explanation)
    log_odds = [item.log_odds for item in explanation.reasons]
    against, in_favour = [value for value in log_odds if value < 0], [value for value in log_odds if value > 0]
    finding = (
        f"{formatting.counted(len(against), 'reason')} against sum to {formatting.signed(sum(against), decimals)}, "
        f"{len(in_favour)} for to {formatting.signed(sum(in_favour), decimals)}: total "
        f"{formatting.signed(explanation.log_odds, decimals)}."
    )
    title = answer_text.reason_title(explanation)
    return Picture(
        file_name(f"reasons-{explanation.choice}"),
        f"{explanation.actor_text} {formatting.time_of(explanation.decided)}: {title[0].lower()}{title[1:]}",
        choices.waterfall(explanation, f"{title}. {finding}"),
        finding,
        choices.REASONS,
        f"choice-{explanation.choice}",
    )


def main_stocks(plan: Plan) -> list[str]:
    """Stocks to chart: observed and in questions first, constant ones last."""
    query = [
        cell
        for question in plan.questions
        for node in question.expressions.values()
        for cell in expression.stock_names(node)
    ]
    observed = {item.cell: len(item.claims) for item in plan.observations}
    both = sorted((cell for cell in dict.fromkeys(query) if cell in observed), key=lambda cell: -observed[cell])
    moved = {cell for part in plan.mechanisms for cell in part.writes}
    cells = dict.fromkeys([*both, *observed, *query])
    return sorted(cells, key=lambda cell: cell not in moved)[:STOCKS]


def of_stocks(run: Run) -> list[Picture]:
    """Fan charts of the main stocks with the claims about them."""
    if not run.valid_paths.any():
        return []
    return [_stock(run, cell) for cell in main_stocks(run.model.plan)]


def _stock(run: Run, cell: str) -> Picture:
    plan = run.model.plan
    observation = next((item for item in plan.observations if item.cell == cell), None)
    points = stocks.points(plan, observation) if observation else []
    name = labels.stock(plan, cell)
    form, course = _course(run, cell)
    finding = f"{name}: {course}."
    if start := stocks.first_state(run, cell, points):
        finding += f" The chart begins in {run.times[start]}; before, it does not change."
    later = [point for point in points if not point.used]
    if later and path_shape(run, cell) != PathShape.flag:
        inside = covered(run, cell, ((point.day, point.low, point.high) for point in later))
        verb = "lies" if inside == 1 else "lie"
        finding += (
            f" Of {formatting.counted(len(later), 'claim')} not used by the run, {inside} {verb} in the 90 % band."
        )
    if points and observation and (factor := stocks.conversion(plan, observation)) != 1:
        finding += f" Claims count a different quantity; they are shown multiplied by {formatting.number(factor)}."
    drawn = stocks.fan(run, cell, points, form, finding)
    if points:
        finding += f" {formatting.counted(len(points) - len(later), 'claim')} used, {len(later)} not."
    text = run.model.scenario.all_stocks[cell.partition(".")[0]].text
    return Picture(
        file_name(f"stock-{cell}"),
        f"{name}: {text}" if text else name,
        drawn,
        finding,
        stocks.legend(run, cell),
        f"stock-{cell}",
    )


def _course(run: Run, cell: str) -> tuple[formatting.NumberFormat, str]:
    """Format of a stock, and its course from as_of on, or the share of futures with a flag."""
    if path_shape(run, cell) == PathShape.flag:
        return _flag(run, cell)
    result, since, until = summarise_stock(run, cell), run.times[run.model.plan.first_future_step], run.times[-1]
    values = [result.low, result.before, result.median, result.high]
    form = formatting.number_format(values, result.mc_error, run.display_unit(cell)[1])
    before, after = form.full(result.before), form.full(result.median)
    if form.bare(result.before) == form.bare(result.median):
        course = f"median {after} at {until}, as at {since}"
    else:
        verb = "rises" if result.median > result.before else "falls"
        course = f"median {verb} from {before} at {since} to {after} at {until}"
    return form, f"{course} (90 %: {form.between(result.low, result.high)})"


def _flag(run: Run, cell: str) -> tuple[formatting.NumberFormat, str]:
    """Format of a stock of 0 and 1, and the share of futures with it."""
    since, paths = run.model.plan.first_future_step, run.path(cell)
    shares = [float(paths[:, state].mean()) for state in (since, -1)]
    error = math.sqrt(max(shares[1] * (1 - shares[1]), 1 / len(paths)) / len(paths))
    now, then = (formatting.percent(share, error) for share in shares)
    course = f"in {now} of futures at {run.times[since]}, in {then} at {run.times[-1]}"
    return formatting.number_format([1.0], error, "share"), course


def sides_of(points: Iterable[stocks.ChartPoint]) -> list[str]:
    """Sides of the speakers of claims."""
    return sorted({point.claim.side for point in points})


def legend(run: Run) -> list[Block]:
    """The marks of the sides whose claims the charts of stocks show, on a page."""
    plan = run.model.plan
    shown = [stocks.points(plan, item) for item in plan.observations if item.cell in main_stocks(plan)]
    marks = stocks.marks(claim.side for claim in run.model.ledger)
    rows = [
        Markup("<li>{} {}</li>").format(Markup(stocks.symbol(marks[side])), claim_labels.side(plan, side))
        for side in sides_of(point for points in shown for point in points)
    ]
    return [OnPage((Html(Markup('<ul class="legend">{}</ul>').format(Markup("\n").join(rows))),))] if rows else []
