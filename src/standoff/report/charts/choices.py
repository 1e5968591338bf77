"""Charts of choices: options in force, fresh decisions, waterfall of reasons."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from standoff import labels
from standoff.analysis.explain import Explanation, ReasonContribution
from standoff.engine.run import Run
from standoff.report import answer_text, formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.vegalite import COLOUR, layer, texts
from standoff.report.document import LegendItem

COLOURS = 6  #: colours for options, `--option-0` and on
TEXT_LINE = 14  #: pixels from a line of text to the next
GAP = 6  #: from a chart to a name beside it
NARROW = (15, 2)  # letters of a line, and lines, of an option beside a chart; assumption: what a phone has room for
LINE = 52  #: characters of a reason's text on one line, at the width of a phone
ROW = 48  #: height of a reason: two lines of text and a bar


def active_share(run: Run, choice: int, label: str) -> str:
    """Share of futures in which each option of a choice is in force, over time."""
    plan, last = run.model.plan, run.model.scenario.calendar.steps
    free, planned = plan.first_future_step, plan.choices[choice]
    states = stocks.states(run, max(0, free - (last - free)) + 1, last)  # no more of history than of the futures
    share = run.active_share[[state - 1 for state in states], choice, : len(planned.options)].astype(float)
    options = [labels.option(plan, planned.name, option) for option in planned.options]
    return lines(run, states, share, options, label, f"held-{choice}")


def lines(
    run: Run,
    states: Sequence[int],
    share: np.ndarray,
    options: Sequence[str],
    label: str,
    name: str,
) -> str:
    """Shares (state, option) over time as a line each, with its option at the end."""
    stamps = stocks.state_stamps(run.model.scenario.calendar, states)
    rows = [
        {"t": t, "o": option, "c": f"var(--option-{o % COLOURS})", "y": own[o]}
        for t, own in zip(stamps, share.tolist(), strict=True)
        for o, option in enumerate(options)
    ]
    width, height = stocks.WIDTH, stocks.HEIGHT
    order = np.argsort(share[-1], kind="stable").tolist()
    beside = [folded(options[o], *NARROW) for o in order]
    line = TEXT_LINE / (height - vegalite.TOP - vegalite.BOTTOM)
    places = separate_labels(share[-1, order].tolist(), [len(text) * line for text in beside])
    names = [
        {"t": stamps[-1], "y": place + (len(text) - 1) * line / 2, "o": text, "c": f"var(--option-{o % COLOURS})"}
        for o, text, place in zip(order, beside, places, strict=True)
    ]
    right = label_margin(each for text in beside for each in text)
    x, y = stocks.time_axis(stamps, width - vegalite.LEFT - right), vegalite.value_axis("%", (0, 1))("y")
    layers = [
        layer("rows", "line", strokeWidth=2, color=COLOUR, detail=vegalite.word("o"), x=x, y=y),
        stocks.AS_OF,
        stocks.HEADING,
        texts("names", "o", dx=GAP, color=COLOUR, lineHeight=TEXT_LINE, x=x, y=y),
    ]
    rule = stocks.as_of(run) if states[0] <= run.model.plan.first_future_step else {"as_of": []}
    data = {"rows": rows, "names": names, **rule, **stocks.heading("share of futures")}
    table = stocks.by_day(options, stamps, (100 * share).round(1).tolist())
    return vegalite.chart(layers, data, label, name, width, height, table, right=right)


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
    most = max(edges) + 0.34 * ((max(edges) - min(edges)) or 1.0)  # room for the last number
    x, y = vegalite.value_axis("+~f", (min(edges), most), grid=False), vegalite.row_axis(len(rows))
    links = [{"start": a["end"], "top": a["bottom"], "bottom": b["top"]} for a, b in pairwise(rows)]
    height, left = ROW * len(rows) + 40, 8
    head: vegalite.Spec = {"baseline": "top", "lineHeight": 14, "x": 0, "y": y("head")}
    rule, span = {"color": "var(--soft)", "x": x("start")}, {"y": y("top"), "y2": "bottom"}
    layers = [
        layer("zero", "rule", **rule),
        layer("links", "rule", **rule, strokeDash=[2, 2], **span),
        texts("rows", "text", **vegalite.HALO, **head),
        layer("rows", "rect", color=COLOUR, x=x("start"), x2="end", **span),
        texts("rows", "value", dx=5, color="var(--ink)", x=x("right"), y=y("middle")),
        texts("rows", "text", color="var(--ink)", **head),
        texts("unit", "u", color="var(--soft)", align="center", x=(stocks.WIDTH - left - 10) / 2, y=height - 8),
    ]
    unit = "log odds, cumulative (in brackets: factor on the odds)"
    data = {"zero": [{"start": 0}], "links": links, "rows": rows, "unit": [{"u": unit}]}
    numbers = [
        (labels.reason(item), *(round(value, 4) for value in (item.log_odds, item.mc_error, *item.interval)))
        for item in _in_order(explanation)
    ]
    table = vegalite.ChartData(("reason", "log odds", "standard error", "5 %", "95 %"), numbers, over_time=False)
    return vegalite.chart(
        layers, data, label, f"reasons-{explanation.choice}", stocks.WIDTH, height, table, left=left, top=2, bottom=40
    )


def _in_order(explanation: Explanation) -> list[ReasonContribution]:
    """Reasons from the most against to the most for; at the end what nobody has stated."""
    return sorted(explanation.reasons, key=lambda item: (labels.is_constant(item.text), item.log_odds))


def steps(explanation: Explanation) -> list[dict[str, Any]]:
    """Bars of the waterfall: start, end and text position of each reason, in rows."""
    decimals = answer_text.reason_decimals(explanation)
    parts = [(item.log_odds, labels.reason(item), item.mc_error) for item in _in_order(explanation)]
    sides = "Total: {} against {}".format(
        *(answer_text.option(explanation, name) for name in (explanation.option, explanation.reference))
    )
    whole = (sum(value for value, *_ in parts), sides, answer_text.total_error(explanation))
    out: list[dict[str, Any]] = []
    for i, (value, text, error) in enumerate([*parts, whole]):
        is_total, lines = i == len(parts), textwrap.wrap(text, LINE)[:3]
        start = 0.0 if is_total or not out else out[-1]["end"]
        colour = "band" if is_total else "for" if value >= 0 else "against"
        out.append(
            {
                "start": start,
                "end": start + value,
                "right": max(start, start + value),
                "text": lines,
                "value": f"{formatting.signed(value, decimals)} ({formatting.odds_factor(value, error)})",
                "c": f"var(--{colour})",
                "top": i + 0.66,
                "middle": i + 0.79,
                "bottom": i + 0.92,
                "head": i + (0.32 if len(lines) == 1 else 0.06),
            }
        )
    return out
