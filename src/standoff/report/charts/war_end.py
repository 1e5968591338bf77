"""The end of a war: its survival beside that of wars of its age, terms in reach, ways to end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from standoff.analysis.answer import Answer
from standoff.analysis.path_summary import occurrence_shares
from standoff.engine.run import Run
from standoff.history import wars
from standoff.questions import ends
from standoff.report import formatting
from standoff.report.charts import choices, stocks, vegalite
from standoff.report.charts.vegalite import layer
from standoff.report.document import LegendItem, Picture

FEWEST = 20  # assumption: of fewer futures that still fight no quantiles are drawn
LINE = "M-6,0h12"
ASSUMED = "how strongly room acts on the chance of a deal is an assumption that no data have tested"
Drawn: TypeAlias = tuple[str, str, Sequence[LegendItem]]  #: picture, finding, legend
TERMS = {"terms_least": "var(--side-0)", "terms_most": "var(--side-1)"}


Y = vegalite.value_axis("%", (0, 1))


def pictures(run: Run, answer: Answer) -> Iterator[Picture]:
    """Pictures of an answer to a question `ends`."""
    calendar, start = run.model.scenario.calendar, run.model.plan.first_future_step
    shown = [state for state in stocks.states(run, start) if calendar.label(state) <= answer.date[:7]]
    fights = (run.path("fighting")[:, shown] > 0).sum(axis=0) >= FEWEST
    drawn = {
        "How long the war lasts": _survival(run, answer, shown),
        "Terms that each side would take": _terms(
            run, answer, [state for state, many in zip(shown, fights, strict=True) if many]
        ),
        "How the war ends": _ways(run, answer, shown[1:]),
    }
    for title, (svg, finding, legend) in drawn.items():
        yield Picture(vegalite.file_name(f"{title}-{answer.id}"), title, svg, finding, legend, f"answer-{answer.id}")


def _survival(run: Run, answer: Answer, shown: list[int]) -> Drawn:
    """Share of futures still at war, with history's band."""
    plan, x = run.model.plan, _time(run, shown)
    columns = {"still at war": 1 - occurrence_shares(run, answer.id, shown)}
    finding = f"By {answer.date} the war goes on in {_last(columns, answer.mc_error)} of futures"
    layers = [layer("rows", "line", **stocks.MEDIAN, x=x, y=Y("still at war"))]
    legend = [LegendItem("still at war", "var(--ink)", LINE)]
    if kind := ends.kind_of(plan, plan.question(answer.id).question.ends):
        age = round(float(np.median(run.path("war_age")[:, shown[0]])))
        at = [age + round((state - shown[0]) * run.model.scenario.calendar.dt) for state in shown]
        ours, others = (wars.survival(kind, at[-1], wars.DRAWS, shapes) for shapes in (False, True))
        low, high = np.quantile(others[:, at] / others[:, [age]], wars.ENDS, axis=0)
        past = {"history": (ours[:, at] / ours[:, [age]]).mean(axis=0), "low": low, "high": high}
        finding += f"; of wars of its kind that had lasted as long, {_last(past)}: dashed, with the band over shapes"
        legend.append(LegendItem("wars of its kind and age, with 90 % over shapes", "var(--band)", stocks.SWATCH, 0.28))
        band = layer("rows", "area", color="var(--band)", opacity=0.28, x=x, y=Y("low"), y2="high")
        layers = [band, layer("rows", "line", color="var(--band)", strokeDash=[4, 3], x=x, y=Y("history")), *layers]
        columns |= past
    return _chart(run, shown, columns, layers, "share still at war", f"{finding}."), f"{finding}.", legend


def _terms(run: Run, answer: Answer, shown: list[int]) -> Drawn:
    """What each side would at least take, in futures that still fight, and the room between."""
    first, second = ends.sides(run.model.plan, run.model.plan.question(answer.id).question.ends)
    fights, x, columns = run.path("fighting")[:, shown] > 0, _time(run, shown), dict[str, np.ndarray]()
    layers = [layer("rows", "area", color="var(--side-5)", opacity=0.25, x=x, y=Y("terms_least"), y2="room")]
    for name, colour in TERMS.items():
        paths = np.where(fights, run.path(name)[:, shown], np.nan)
        low, columns[name], high = np.nanquantile(paths, (0.25, 0.5, 0.75), axis=0)
        columns |= {f"{name}, 25 %": low, f"{name}, 75 %": high}
        layers.append(layer("rows", "area", color=colour, opacity=0.2, x=x, y=Y(f"{name}, 25 %"), y2=f"{name}, 75 %"))
        layers.append(layer("rows", "line", color=colour, strokeWidth=1.6, x=x, y=Y(name)))
    columns["room"] = np.maximum(columns["terms_least"], columns["terms_most"])
    share = formatting.percent(float((run.path("room")[:, shown[0]] > 0).mean()))
    finding = (
        f"At {run.times[shown[0]]} some terms are better for both than to fight on in {share} of futures; {ASSUMED}. Red: "
        f"the least that {first} would take, of all that is at stake; blue: the most that {second} would leave it (medians and "
        "central 50 % of futures still at war); green: the room between."
    )
    legend = [
        LegendItem(f"the least that {first} would take", TERMS["terms_least"], LINE),
        LegendItem(f"the most that {second} would leave it", TERMS["terms_most"], LINE),
        LegendItem("room between the medians", "var(--side-5)", stocks.SWATCH, 0.25),
    ]
    return _chart(run, shown, columns, layers, f"share to {first}", finding), finding, legend


def _ways(run: Run, answer: Answer, shown: list[int]) -> Drawn:
    """Shares of futures at war, and over by each way."""
    cells = [run.model.plan.cells.index(cell) for cell in ends.way_stocks(run.model.plan)]
    over = run.mean[[state - 1 for state in shown]][:, cells].astype(float)
    share, names = np.column_stack([1 - over.sum(axis=1), over]), ["at war", *answer.detail["ways"]]
    parts = (f"{name} {formatting.percent(last, answer.mc_error)}" for name, last in zip(names, share[-1], strict=True))
    finding = f"At {answer.date}: {', '.join(parts)}."
    return choices.stacked(run, shown, share, names, "share of futures", finding, f"ways-{answer.id}"), finding, ()


def _last(columns: Mapping[str, np.ndarray], error: float | None = None) -> str:
    """The last share of the first column, with the ends of its band."""
    own, *ends = (formatting.percent(float(column[-1]), error) for column in columns.values())
    return f"{own} ({' to '.join(ends)})" if ends else own


def _time(run: Run, shown: Sequence[int]) -> vegalite.Spec:
    room = stocks.WIDTH - vegalite.LEFT - vegalite.RIGHT
    return stocks.time_axis(stocks.state_stamps(run.model.scenario.calendar, shown), room)


def _chart(
    run: Run,
    shown: Sequence[int],
    columns: Mapping[str, np.ndarray],
    layers: list[vegalite.Spec],
    unit: str,
    label: str,
) -> str:
    """A chart of shares over time."""
    stamps = stocks.state_stamps(run.model.scenario.calendar, shown)
    values = np.column_stack([*columns.values()])
    rows = [{"t": t, **dict(zip(columns, own, strict=True))} for t, own in zip(stamps, values.tolist(), strict=True)]
    table = stocks.by_day(columns, stamps, (100 * values).round(1).tolist())
    data = {"rows": rows, **stocks.heading(unit)}
    return vegalite.chart([*layers, stocks.HEADING], data, label, unit, stocks.WIDTH, stocks.HEIGHT, table)
