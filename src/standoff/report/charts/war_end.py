"""The end of a war: survival beside that of wars of its age, terms in reach, ways to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from standoff.analysis.answer import Answer
from standoff.analysis.path_summary import occurrence_shares
from standoff.engine.run import Run
from standoff.history import wars
from standoff.questions import ends
from standoff.report import formatting
from standoff.report.charts import choices, stocks, vegalite
from standoff.report.charts.first_of import ALONE
from standoff.report.charts.vegalite import layer
from standoff.report.document import Picture

FEWEST = 20  # assumption: of fewer futures that still fight no quantiles are drawn
ASSUMED = "how strongly room acts on the chance of a deal is an assumption that no data have tested"
COLOURS = {"dark": "var(--ink)", "light": "var(--band)", "red": "var(--side-0)", "blue": "var(--side-1)"}
Series: TypeAlias = tuple[str, str, Any]  #: name, colour, and (low, middle, high) over time, or the middle alone


def pictures(run: Run, answer: Answer) -> Iterator[Picture]:
    """Pictures of an answer to a question `ends`."""
    calendar, start = run.model.scenario.calendar, run.model.plan.first_future_step
    shown = [state for state in stocks.states(run, start) if calendar.label(state) <= answer.date[:7]]
    yield _survival(run, answer, shown)
    if fought := [state for state in shown if (run.path("fighting")[:, state] > 0).sum() >= FEWEST]:
        yield _terms(run, answer, fought)
    yield _ways(run, answer, shown[1:])


def _survival(run: Run, answer: Answer, shown: list[int]) -> Picture:
    """Share of futures still at war, with history's band."""
    plan, alive = run.model.plan, 1 - occurrence_shares(run, answer.id, shown)
    goes_on = formatting.percent(1 - (answer.point or 0.0), answer.point_error)
    finding = f"By {answer.date} the war goes on in {goes_on} of futures"
    if answer.is_over_models:
        finding += " (mean over rival models; the line is that of this case alone)"
    series: list[Series] = [("still at war", "dark", alive)]
    if kind := ends.kind_of(plan, plan.question(answer.id).question.ends):
        age = round(float(np.median(run.path("war_age")[:, shown[0]])))
        at = [age + round((state - shown[0]) * run.model.scenario.calendar.dt) for state in shown]
        curves = (wars.survival(kind, at[-1], wars.DRAWS, shapes) for shapes in (False, True))
        ours, others = (curve[:, at] / curve[:, [age]] for curve in curves)
        low, high = np.quantile(others, wars.ENDS, axis=0)
        series = [("wars of its kind and age, 90 % over shapes", "light", (low, ours.mean(axis=0), high)), *series]
        least, middle, most = (formatting.percent(float(each[-1])) for each in series[0][2])
        finding += f"; of wars of its kind that had lasted as long, {middle} did ({least} to {most} over shapes)"
    return _picture(run, answer, shown, ("How long the war lasts", "share still at war", finding), series)


def _terms(run: Run, answer: Answer, shown: list[int]) -> Picture:
    """What each side would at least take, in futures that still fight; the room is between."""
    first, second = ends.sides(run.model.plan, run.model.plan.question(answer.id).question.ends)
    fights = run.path("fighting")[:, shown] > 0
    least, most = (
        np.nanquantile(np.where(fights, run.path(cell)[:, shown], np.nan), (0.25, 0.5, 0.75), axis=0)
        for cell in ("terms_least", "terms_most")
    )
    share = formatting.percent(float((run.path("room")[:, shown[0]] > 0).mean()))
    finding = (
        f"Some terms are better for both than to fight on in {share} of futures, where blue lies above red; {ASSUMED}"
    )
    series = [
        (f"the least that {first} would take", "red", least),
        (f"the most that {second} would leave", "blue", most),
    ]
    return _picture(run, answer, shown, ("Terms that each side would take", f"share to {first}", finding), series)


def _ways(run: Run, answer: Answer, shown: list[int]) -> Picture:
    """Shares of futures at war, and over by each way."""
    cells = [run.model.plan.cells.index(cell) for cell in ends.way_stocks(run.model.plan)]
    over = run.mean[[state - 1 for state in shown]][:, cells].astype(float)
    share, names = np.column_stack([1 - over.sum(axis=1), over]), ["at war", *answer.detail["ways"]]
    parts = (f"{name} {formatting.percent(last, answer.mc_error)}" for name, last in zip(names, share[-1], strict=True))
    finding = f"At {answer.date}{ALONE * answer.is_over_models}, those that broke out again at war: {', '.join(parts)}."
    svg = choices.lines(run, shown, share, names, finding, f"ways-{answer.id}")
    return Picture(f"ways-{answer.id}".lower(), "How the war ends", svg, finding, evidence=f"answer-{answer.id}")


def _picture(
    run: Run, answer: Answer, shown: Sequence[int], words: tuple[str, str, str], series: Sequence[Series]
) -> Picture:
    """Shares over time as lines with bands; `words` are title, axis and finding."""
    (title, axis, finding), stamps = words, stocks.state_stamps(run.model.scenario.calendar, shown)
    x = stocks.time_axis(stamps, stocks.WIDTH - vegalite.LEFT - vegalite.RIGHT)
    y, rows, layers = vegalite.value_axis("%", (0, 1)), [dict[str, float](t=t) for t in stamps], list[vegalite.Spec]()
    curves = [np.broadcast_to(values, (3, len(shown))) for *_, values in series]
    for n, ((_, colour, _), curve) in enumerate(zip(series, curves, strict=True)):
        for row, values in zip(rows, curve.T.tolist(), strict=True):
            row |= zip((f"low{n}", f"middle{n}", f"high{n}"), values, strict=True)
        band = layer("rows", "area", color=COLOURS[colour], opacity=0.22, x=x, y=y(f"low{n}"), y2=f"high{n}")
        layers += [band, layer("rows", "line", color=COLOURS[colour], strokeWidth=1.6, x=x, y=y(f"middle{n}"))]
    shares = [[round(100 * value, 1) for value in own] for own in np.stack([curve[1] for curve in curves], 1)]
    table = stocks.by_day((name for name, *_ in series), stamps, shares)
    finding += f". {formatting.capital('; '.join(f'{colour}: {name}' for name, colour, _ in series))}."
    data = {"rows": rows, **stocks.heading(axis)}
    size = (stocks.WIDTH, stocks.HEIGHT)
    svg = vegalite.chart([*layers, stocks.HEADING], data, finding, f"{axis}-{answer.id}", *size, table)
    return Picture(vegalite.file_name(f"{title}-{answer.id}"), title, svg, finding, evidence=f"answer-{answer.id}")
