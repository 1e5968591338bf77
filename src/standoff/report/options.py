"""Charts of choices: which options hold and are chosen over time, and how reasons add up."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import altair as alt

from standoff.report import figures, said, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from standoff.analysis import Explanation
    from standoff.engine.run import Run

COLOURS = 6  #: colours for options, `--option-0` and on
LABEL_GAP = 0.075  # of the height: two lines of text
LINE = 52  #: characters of a reason's text on one line, at the width of a phone
ROW = 48  #: height of a reason: two lines of text and a bar


def held(run: Run, choice: int, label: str) -> str:
    """In which share of futures each option of a choice holds, over time, stacked."""
    free = run.model.plan.first_free
    since = max(0, free - (run.model.scenario.calendar.steps - free))  # no more of history than of the futures
    return _stream(run, choice, run.held, since, "share of futures", label, f"held-{choice}")


def chosen(run: Run, choice: int, label: str) -> str:
    """The mean probability with which each option is chosen, from the first decision on, stacked."""
    first = run.model.plan.choices[choice].decides.index(True)
    return _stream(run, choice, run.probability, first, "probability", label, f"chosen-{choice}")


def _stream(run: Run, choice: int, values: np.ndarray, first: int, title: str, label: str, name: str) -> str:
    options = run.model.plan.choices[choice].options
    calendar = run.model.scenario.calendar
    share = values[:, choice, : len(options)].astype(float)
    edges = share.cumsum(axis=1)
    rows = [
        {"t": figures.stamp(calendar.date(state)), "o": option, "c": f"var(--option-{o % COLOURS})",
         "low": float(edges[state - 1, o] - share[state - 1, o]), "high": float(edges[state - 1, o])}
        for state in figures.states(run, first + 1)
        for o, option in enumerate(options)
    ]  # fmt: skip
    x, y = figures.time_axis(rows), figures.value_axis("low:Q", title, format="%", domain=(0, 1))
    data = figures.Data()
    area = (
        data.chart(rows)
        .mark_area(stroke="var(--paper)", strokeWidth=0.8)
        .encode(x=x, y=y, y2="high:Q", color=alt.Color("c:N", scale=None), detail="o:N")
    )
    middles = [float(edges[-1, o] - share[-1, o] / 2) for o in range(len(options))]
    names = [
        {"t": rows[-1]["t"], "y": place, "o": words.plainly(option)}
        for option, place in zip(options, spread(middles, LABEL_GAP), strict=True)
    ]
    texts = data.chart(names).mark_text(align="left", dx=6, color="var(--ink)", fontSize=12)
    labels = texts.encode(x=x, y=figures.value_axis("y:Q", title, format="%", domain=(0, 1)), text="o:N")
    rule = [data.as_of(run)] if first < run.model.plan.first_free else []
    return figures.svg(alt.layer(area, *rule, labels), data, label, name)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Places for labels: in the same order, at least `gap` apart, within 0 and 1 where they fit."""
    out: list[float] = []
    for place in places:
        out.append(max(place, out[-1] + gap) if out else max(place, gap / 2))
    top = 1.0 - gap / 2
    for i in reversed(range(len(out))):
        out[i] = min(out[i], top)
        top = out[i] - gap
    return out


def waterfall(found: Explanation, label: str) -> str:
    """The log odds building up reason by reason, from the largest against to the largest for, to their sum."""
    rows = steps(found)
    edges = [0.0, *(row["end"] for row in rows)]
    domain = [min(edges), max(edges) + 0.16 * ((max(edges) - min(edges)) or 1.0)]  # room for the last number
    across = alt.Scale(domain=domain, nice=False)
    x = alt.X(
        "start:Q",
        title="log odds, added up from the top",
        scale=across,
        axis=alt.Axis(tickCount=5, format="+~f", grid=False),
    )

    def y(field: str) -> alt.Y:
        return alt.Y(field, title=None, axis=None, scale=alt.Scale(domain=[0, len(rows)], reverse=True, nice=False))

    data = figures.Data()
    base = data.chart(rows)
    bars = base.mark_rect().encode(x=x, x2="end:Q", y=y("top:Q"), y2="bottom:Q", color=alt.Color("c:N", scale=None))
    links = [{"start": a["end"], "top": a["bottom"], "bottom": b["top"]} for a, b in pairwise(rows)]
    linked = data.chart(links).mark_rule(color="var(--soft)", strokeDash=[2, 2])
    zero = data.chart([{"start": 0}]).mark_rule(color="var(--soft)").encode(x=x)
    numbers = base.mark_text(align="left", dx=5, fontSize=12, color="var(--ink)", baseline="middle")
    heads = base.mark_text(align="left", fontSize=12, color="var(--ink)", baseline="top", lineHeight=14)
    behind = base.mark_text(align="left", fontSize=12, color="var(--paper)", baseline="top", lineHeight=14,
                            stroke="var(--paper)", strokeWidth=5)  # fmt: skip
    layers = (
        zero,
        linked.encode(x=x, y=y("top:Q"), y2="bottom:Q"),
        bars,
        numbers.encode(x=alt.X("right:Q", scale=across), y=y("middle:Q"), text="value:N"),
        *(text.encode(x=alt.value(0), y=y("head:Q"), text="text:N") for text in (behind, heads)),
    )
    return figures.svg(alt.layer(*layers), data, label, f"reasons-{found.choice}", height=ROW * len(rows) + 40)


def steps(found: Explanation) -> list[dict[str, Any]]:
    """The bars of the waterfall: where each reason starts and ends, and where its texts stand (in rows)."""
    decimals = said.reason_decimals(found)
    parts = [(item.log_odds, item.text or words.plainly(item.reason)) for item in found.reasons]
    parts.sort()
    sides = f"Together: {words.plainly(found.option)} against {words.plainly(found.against)}"
    out: list[dict[str, Any]] = []
    total = 0.0
    for i, (value, text) in enumerate([*parts, (sum(value for value, _ in parts), sides)]):
        last = i == len(parts)
        start, end = (0.0, value) if last else (total, total + value)
        total = end
        lines = textwrap.wrap(text, LINE)[:3]
        out.append({
            "start": start, "end": end, "right": max(start, end), "text": lines, "value": words.signed(value, decimals),
            "c": "var(--band)" if last else "var(--for)" if value >= 0 else "var(--against)",
            "top": i + 0.66, "middle": i + 0.79, "bottom": i + 0.92, "head": i + (0.32 if len(lines) == 1 else 0.06),
        })  # fmt: skip
    return out
