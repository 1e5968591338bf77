"""Charts of choices: options in force, fresh decisions, waterfall of reasons."""

from __future__ import annotations

import math
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from standoff.plan import labels
from standoff.report import answer_text, formatting
from standoff.report.charts import stocks, vegalite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from standoff.analysis.explain import Explanation
    from standoff.engine.run import Run

COLOURS = 6  #: colours for options, `--option-0` and on
LABEL_GAP = 0.075  # of the height: two lines of text
GAP = 6  #: from a chart to a name beside it
LINE = 52  #: characters of a reason's text on one line, at the width of a phone
ROW = 48  #: height of a reason: two lines of text and a bar


def active_share(run: Run, choice: int, label: str) -> str:
    """Stacked share of futures in which each option of a choice is in force, over time."""
    free = run.model.plan.first_future_step
    since = max(0, free - (run.model.scenario.calendar.steps - free))  # no more of history than of the futures
    return _stream(run, choice, run.active_share, since, "share of futures", label, f"held-{choice}")


def chosen(run: Run, choice: int, label: str) -> str:
    """Stacked mean probabilities if the actor decided afresh, from the first decision on."""
    first = run.model.plan.choices[choice].is_free.index(True)
    return _stream(run, choice, run.probability, first, "probability", label, f"chosen-{choice}")


def _stream(run: Run, choice: int, values: np.ndarray, first: int, title: str, label: str, name: str) -> str:
    options = run.model.plan.choices[choice].options
    stamps = stocks.all_stamps(run.model.scenario.calendar)
    share = values[:, choice, : len(options)].astype(float)
    edges = share.cumsum(axis=1)
    low, high = (edges - share).tolist(), edges.tolist()
    rows = [
        {"t": stamps[state], "o": option, "c": f"var(--option-{o % COLOURS})",
         "low": low[state - 1][o], "high": high[state - 1][o]}
        for state in stocks.states(run, first + 1)
        for o, option in enumerate(options)
    ]  # fmt: skip
    middles = [float(edges[-1, o] - share[-1, o] / 2) for o in range(len(options))]
    names = [
        {"t": rows[-1]["t"], "y": index, "o": formatting.humanise(option)}
        for option, index in zip(options, separate_labels(middles, LABEL_GAP), strict=True)
    ]
    right = label_margin(map(formatting.humanise, options))
    x, y = stocks.time_axis(rows, stocks.WIDTH - vegalite.LEFT - right), stocks.value_axis("%", (0, 1))
    layers = [
        vegalite.layer(
            "rows",
            {"type": "area", "stroke": "var(--paper)", "strokeWidth": 0.8},
            x=x,
            y=vegalite.number("low", **y),
            y2={"field": "high"},
            color=vegalite.same("c"),
            detail=vegalite.word("o"),
        ),
        stocks.AS_OF,
        stocks.HEADING,
        vegalite.layer(
            "names",
            vegalite.text(dx=GAP, color="var(--ink)"),
            x=x,
            y=vegalite.number("y", **y),
            text=vegalite.word("o"),
        ),
    ]
    rule = stocks.as_of(run) if first < run.model.plan.first_future_step else {"as_of": []}
    data = {"rows": rows, "names": names, **rule, **stocks.heading(title)}
    days = stocks.days(run.model.scenario.calendar)
    rounded = (100 * share).round(1).tolist()
    numbers: tuple[tuple[str | float, ...], ...] = tuple(
        (days[state].isoformat(), *rounded[state - 1]) for state in stocks.states(run, first + 1)
    )
    columns = (
        "date",
        *(labels.option(run.model.plan, run.model.plan.choices[choice].name, option) for option in options),
    )
    table = vegalite.ChartData(columns, numbers, "%")
    return vegalite.chart(layers, data, label, name, stocks.WIDTH, stocks.HEIGHT, table, right=right)


def label_margin(names: Iterable[str]) -> int:
    """Width of the right margin of a chart for its labels."""
    return GAP + math.ceil(max(map(len, names)) * vegalite.LETTER)


def separate_labels(places: Sequence[float], distance: float) -> list[float]:
    """Positions of labels in the same order, at least `gap` apart, within 0 and 1 if possible."""
    out: list[float] = []
    for index in places:
        out.append(max(index, out[-1] + distance) if out else max(index, distance / 2))
    top = 1.0 - distance / 2
    for i in reversed(range(len(out))):
        out[i] = min(out[i], top)
        top = out[i] - distance
    return out


def waterfall(explanation: Explanation, label: str) -> str:
    """Waterfall chart of the log odds by reason, from the largest against to the largest for."""
    rows = steps(explanation)
    edges = [0.0, *(row["end"] for row in rows)]
    domain = [min(edges), max(edges) + 0.34 * ((max(edges) - min(edges)) or 1.0)]  # room for the last number
    across = {"scale": {"domain": domain, "nice": False}}
    axis = {"title": None, "axis": {"tickCount": 5, "format": "+~f", "grid": False}}
    down = {"title": None, "axis": None, "scale": {"domain": [0, len(rows)], "reverse": True, "nice": False}}
    links = [{"start": a["end"], "top": a["bottom"], "bottom": b["top"]} for a, b in pairwise(rows)]
    height, left = ROW * len(rows) + 40, 8
    x, ends = vegalite.number("start", **across, **axis), vegalite.number("right", **across, **axis)
    head = {"x": vegalite.at(0), "y": vegalite.number("head", **down), "text": vegalite.word("text")}
    words_of = vegalite.text(baseline="top", lineHeight=14, color="var(--ink)")
    layers = [
        vegalite.layer("zero", {"type": "rule", "color": "var(--soft)"}, x=x),
        vegalite.layer("links", {"type": "rule", "color": "var(--soft)", "strokeDash": [2, 2]}, x=x,
                   y=vegalite.number("top", **down), y2={"field": "bottom"}),
        vegalite.layer("rows", {**words_of, "color": "var(--paper)", "stroke": "var(--paper)", "strokeWidth": 5}, **head),
        vegalite.layer("rows", {"type": "rect"}, x=x, x2={"field": "end"}, y=vegalite.number("top", **down),
                   y2={"field": "bottom"}, color=vegalite.same("c")),
        vegalite.layer("rows", vegalite.text(dx=5, color="var(--ink)"), x=ends, y=vegalite.number("middle", **down),
                   text=vegalite.word("value")),
        vegalite.layer("rows", words_of, **head),
        vegalite.layer("unit", vegalite.text(color="var(--soft)", align="center"), x=vegalite.at((stocks.WIDTH - left - 10) / 2),
                   y=vegalite.at(height - 8), text=vegalite.word("u")),
    ]  # fmt: skip
    unit = "log odds, cumulative (in brackets: factor on the odds)"
    data = {"zero": [{"start": 0}], "links": links, "rows": rows, "unit": [{"u": unit}]}
    numbers: tuple[tuple[str | float, ...], ...] = tuple(
        (
            labels.reason(item),
            round(item.log_odds, 4),
            round(item.mc_error, 4),
            *(round(end, 4) for end in item.interval),
        )
        for item in sorted(explanation.reasons, key=lambda item: item.log_odds)
    )
    table = vegalite.ChartData(("reason", "log odds", "standard error", "5 %", "95 %"), numbers, over_time=False)
    return vegalite.chart(
        layers, data, label, f"reasons-{explanation.choice}", stocks.WIDTH, height, table, left=left, top=2, bottom=40
    )


def steps(explanation: Explanation) -> list[dict[str, Any]]:
    """Bars of the waterfall: start, end and text position of each reason, in rows."""
    decimals = answer_text.reason_decimals(explanation)
    parts = [(item.log_odds, labels.reason(item), item.mc_error) for item in explanation.reasons]
    parts.sort()
    sides = f"Total: {formatting.humanise(explanation.option)} against {formatting.humanise(explanation.reference)}"
    out: list[dict[str, Any]] = []
    total = 0.0
    whole = (sum(part[0] for part in parts), sides, answer_text.total_error(explanation))
    for i, (value, text, error) in enumerate([*parts, whole]):
        last = i == len(parts)
        start, end = (0.0, value) if last else (total, total + value)
        total = end
        lines = textwrap.wrap(text, LINE)[:3]
        out.append({
            "start": start, "end": end, "right": max(start, end), "text": lines,
            "value": f"{formatting.signed(value, decimals)} ({formatting.odds_factor(value, error)})",
            "c": "var(--band)" if last else "var(--for)" if value >= 0 else "var(--against)",
            "top": i + 0.66, "middle": i + 0.79, "bottom": i + 0.92, "head": i + (0.32 if len(lines) == 1 else 0.06),
        })  # fmt: skip
    return out
