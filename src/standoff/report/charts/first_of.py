"""Small multiples of competing events: cumulative share of futures by condition.

Labels of the form `Russia, shells` give a panel for each constraint and a line for each side; others share one panel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.answer import Answer
from standoff.analysis.exhaustion import side_shares, split_label
from standoff.analysis.path_summary import occurrence_shares
from standoff.engine.run import Run
from standoff.questions import NONE
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.choices import label_margin, separate_labels
from standoff.report.document import Picture

WIDTH, HEIGHT = 300, 150
ALONE = ", in the futures of this case alone"  #: whose numbers these are where the answer is a mean over models
GAP = 0.12  # of the height: a line of text


def pictures(run: Run, answer: Answer) -> Iterator[Picture]:
    """A picture for every constraint, or a single one."""
    by_side = bool(side_shares(answer))
    calendar, start = run.model.scenario.calendar, run.model.plan.first_future_step
    shown = [state for state in stocks.states(run, start) if calendar.label(state) <= answer.date[:7]] or [start]
    stamps = stocks.state_stamps(calendar, shown)
    alone = ALONE * answer.is_over_models
    panels: dict[str, dict[str, list[float]]] = {}
    for label in answer.detail["first"]:
        if label != NONE:
            name, title = split_label(label) if by_side else (label, "")
            panels.setdefault(title, {})[name] = occurrence_shares(run, f"{answer.id}/{label}", shown).tolist()
    marks = stocks.marks(name.lower() for curves in panels.values() for name in curves)
    for title, curves in panels.items():
        colours = {
            name: marks[name.lower()].colour if by_side else f"var(--side-{i % len(stocks.SHAPES)})"
            for i, name in enumerate(curves)
        }
        shares = {name: formatting.percent(curve[-1], answer.mc_error) for name, curve in curves.items()}
        finding = f"By {answer.date}{alone}: {'; '.join(f'{name} {share}' for name, share in shares.items())}."
        if title and len(set(shares.values())) > 1:
            finding = f"Most often {max(curves, key=lambda name: curves[name][-1])}. {finding}"
        head = formatting.capital(title)
        yield Picture(
            vegalite.file_name(f"first-{answer.id}-{head or answer.text}"),
            f"{answer.text} {head}".strip(),
            _curves(
                curves, stamps, colours, f"{title or answer.text}: {finding}", f"race-{answer.id}-{title or 'all'}"
            ),
            finding,
            evidence=f"answer-{answer.id}",
        )


def _curves(
    curves: Mapping[str, Sequence[float]], stamps: Sequence[int], colours: Mapping[str, str], label: str, name: str
) -> str:
    rows = [
        {"t": t, "v": value, "side": side, "c": colours[side], "n": i}
        for i, (side, curve) in enumerate(curves.items())
        for t, value in zip(stamps, curve, strict=True)
    ]
    ends = sorted((curve[-1], side) for side, curve in curves.items())
    places = separate_labels([end for end, _ in ends], [GAP] * len(ends))
    names = [{"t": stamps[-1], "v": height, "side": side} for height, (_, side) in zip(places, ends, strict=True)]
    right = label_margin(curves)
    x, y = stocks.time_axis(stamps, WIDTH - vegalite.LEFT - right), vegalite.value_axis("%", (0, 1))
    detail, dash = vegalite.word("side"), {"field": "n", "type": "ordinal", "legend": None}
    line = {
        "interpolate": "step-after",
        "strokeWidth": 2,
        "color": vegalite.COLOUR,
        "detail": detail,
        "strokeDash": dash,
    }
    layers = [
        vegalite.layer("rows", "line", **line, x=x, y=y("v")),
        vegalite.texts("names", "side", dx=6, color="var(--ink)", x=x, y=y("v")),
        stocks.HEADING,
    ]
    data = {"rows": rows, "names": names, **stocks.heading("share of futures")}
    shares = [[round(100 * value, 1) for value in own] for own in zip(*curves.values(), strict=True)]
    table = stocks.by_day(curves, stamps, shares)
    return vegalite.chart(layers, data, label, name, WIDTH, HEIGHT, table, right=right)
