"""Charts of choices: options in force, fresh decisions, waterfall of reasons."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from standoff.analysis.explain import Explanation
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.report import answer_text, formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.document import LegendItem

COLOURS = 6  #: colours for options, `--option-0` and on
TEXT_LINE = 14  #: pixels from a line of text to the next
GAP = 6  #: from a chart to a name beside it
NARROW = (15, 2)  # letters of a line, and lines, of an option beside a chart; assumption: what a phone has room for
BROAD = (32, 3)  # the same beside a chart that is as wide as a page; assumption
WIDE, HIGH = (
    760,
    280,
)  # pixels of a chart as wide as a page; assumption: text of 12 pixels is as large as that around it
LINE = 52  #: characters of a reason's text on one line, at the width of a phone
ROW = 48  #: height of a reason: two lines of text and a bar


def active_share(run: Run, choice: int, label: str) -> str:
    """Stacked share of futures in which each option of a choice is in force, over time."""
    last = run.model.scenario.calendar.steps
    return _stream(
        run, choice, run.active_share, (_start(run, last), last), "share of futures", label, f"held-{choice}"
    )


def active_share_until(run: Run, choice: int, state: int, label: str, is_wide: bool) -> str:
    """The same up to a state, at the width of a page or of a phone."""
    span, name = (_start(run, state), state), f"until-{choice}-{'wide' if is_wide else 'narrow'}"
    return _stream(run, choice, run.active_share, span, "share of futures", label, name, is_wide)


def chosen(run: Run, choice: int, label: str) -> str:
    """Stacked mean probabilities if the actor decided afresh, from the first decision on."""
    span = (run.model.plan.choices[choice].is_free.index(True), run.model.scenario.calendar.steps)
    return _stream(run, choice, run.probability, span, "probability", label, f"chosen-{choice}")


def _start(run: Run, last: int) -> int:
    """State at which a chart begins that ends at `last`: no more of history than of the futures."""
    free = run.model.plan.first_future_step
    return max(0, free - (last - free))


def _stream(
    run: Run,
    choice: int,
    values: np.ndarray,
    span: tuple[int, int],
    title: str,
    label: str,
    name: str,
    is_wide: bool = False,
) -> str:
    planned = run.model.plan.choices[choice]
    options, (first, last) = planned.options, span
    stamps = stocks.all_stamps(run.model.scenario.calendar)
    share = values[:, choice, : len(options)].astype(float)
    edges = share.cumsum(axis=1)
    low, high = (edges - share).tolist(), edges.tolist()
    states = stocks.states(run, first + 1, last)
    rows = [
        {
            "t": stamps[state],
            "o": option,
            "c": f"var(--option-{o % COLOURS})",
            "low": low[state - 1][o],
            "high": high[state - 1][o],
        }
        for state in states
        for o, option in enumerate(options)
    ]
    width, height = (WIDE, HIGH) if is_wide else (stocks.WIDTH, stocks.HEIGHT)
    texts = [labels.option(run.model.plan, planned.name, option) for option in options]
    beside = [folded(text, *(BROAD if is_wide else NARROW)) for text in texts]
    line = TEXT_LINE / (height - vegalite.TOP - vegalite.BOTTOM)
    middles = [float(edges[last - 1, o] - share[last - 1, o] / 2) for o in range(len(options))]
    places = separate_labels(middles, [len(lines) * line for lines in beside])
    names = [
        {"t": rows[-1]["t"], "y": place + (len(lines) - 1) * line / 2, "o": lines}
        for lines, place in zip(beside, places, strict=True)
    ]
    right = label_margin(each for lines in beside for each in lines)
    x, y = stocks.time_axis(rows, width - vegalite.LEFT - right), stocks.value_axis("%", (0, 1))
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
            vegalite.text(dx=GAP, color="var(--ink)", lineHeight=TEXT_LINE),
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
        (days[state].isoformat(), *rounded[state - 1]) for state in states
    )
    table = vegalite.ChartData(("date", *texts), numbers, "%")
    return vegalite.chart(layers, data, label, name, width, height, table, right=right)


def legend(run: Run, choice: Explanation, history: bool) -> tuple[LegendItem, ...]:
    """Legend of the options of a choice, in the words of the scenario."""
    plan = run.model.plan
    names = next(item for item in plan.choices if item.name == choice.choice).options
    out = [
        LegendItem(labels.option(plan, choice.choice, name), f"var(--option-{o % COLOURS})", stocks.SWATCH)
        for o, name in enumerate(names)
    ]
    return (*out, stocks.since_item(run, "observed decisions")) if history else tuple(out)


REASONS = tuple(
    LegendItem(text, f"var(--{colour})", stocks.SWATCH)
    for text, colour in (("for", "for"), ("against", "against"), ("total", "band"))
)  #: legend of a waterfall


def folded(text: str, letters: int, most: int) -> list[str]:
    """A text in lines of so many letters; what is beyond the last line is cut and marked."""
    return textwrap.wrap(text, letters, max_lines=most, placeholder="…") or [text]


def label_margin(names: Iterable[str]) -> int:
    """Width of the right margin of a chart for its labels."""
    return GAP + math.ceil(max(map(len, names)) * vegalite.LETTER)


def separate_labels(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Middles of labels in the same order that do not overlap, within 0 and 1 if possible."""
    out: list[float] = []
    floor = 0.0
    for place, height in zip(places, heights, strict=True):
        out.append(max(place, floor + height / 2))
        floor = out[-1] + height / 2
    top = 1.0
    for i in reversed(range(len(out))):
        out[i] = min(out[i], top - heights[i] / 2)
        top = out[i] - heights[i] / 2
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
        vegalite.layer(
            "links",
            {"type": "rule", "color": "var(--soft)", "strokeDash": [2, 2]},
            x=x,
            y=vegalite.number("top", **down),
            y2={"field": "bottom"},
        ),
        vegalite.layer(
            "rows", {**words_of, "color": "var(--paper)", "stroke": "var(--paper)", "strokeWidth": 5}, **head
        ),
        vegalite.layer(
            "rows",
            {"type": "rect"},
            x=x,
            x2={"field": "end"},
            y=vegalite.number("top", **down),
            y2={"field": "bottom"},
            color=vegalite.same("c"),
        ),
        vegalite.layer(
            "rows",
            vegalite.text(dx=5, color="var(--ink)"),
            x=ends,
            y=vegalite.number("middle", **down),
            text=vegalite.word("value"),
        ),
        vegalite.layer("rows", words_of, **head),
        vegalite.layer(
            "unit",
            vegalite.text(color="var(--soft)", align="center"),
            x=vegalite.at((stocks.WIDTH - left - 10) / 2),
            y=vegalite.at(height - 8),
            text=vegalite.word("u"),
        ),
    ]
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
        out.append(
            {
                "start": start,
                "end": end,
                "right": max(start, end),
                "text": lines,
                "value": f"{formatting.signed(value, decimals)} ({formatting.odds_factor(value, error)})",
                "c": "var(--band)" if last else "var(--for)" if value >= 0 else "var(--against)",
                "top": i + 0.66,
                "middle": i + 0.79,
                "bottom": i + 0.92,
                "head": i + (0.32 if len(lines) == 1 else 0.06),
            }
        )
    return out
