"""Charts of the stored answers of a case: probabilities with bands, shares of options, stocks over time.

They are drawn with the elements of the report from `explorer.json` and `bands.json`; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.report import formatting
from standoff.report.charts import stocks, vegalite

ROW, HEAD, FOOT = 42, 8, 26  #: pixels of a row (two lines of text at 12 pixels and a mark), above and below the rows
LINE = 60  #: characters of a question on the line above its mark


@dataclass(frozen=True)
class ShownProbability:
    """A probability of a row, with its epistemic band if that is known."""

    text: str
    share: float
    label: str  #: of `first_of`, else empty
    now: str
    band: tuple[float, float] | None


def probabilities(rows: Sequence[ShownProbability], label: str, name: str) -> str:
    """Dots on a scale from 0 to 100 %, each with its band as a bar and its question above it."""
    data = [
        {
            "y": k + 0.72,
            "head": k + 0.08,
            "text": _headed(row),
            "p": row.share,
            "now": row.now,
            "low": (row.band or (row.share, row.share))[0],
            "high": (row.band or (row.share, row.share))[1],
        }
        for k, row in enumerate(rows)
    ]
    x, y = vegalite.value_axis("%", (0, 1)), vegalite.row_axis(len(rows))
    words = {"baseline": "top", "x": 0, "y": y("head")}
    right = 10 + round(max(len(row.now) for row in rows) * vegalite.LETTER)
    bar = {"color": "var(--band)", "strokeWidth": 7, "opacity": 0.5}
    layers = [
        vegalite.layer("rows", "rule", **bar, x=x("low"), x2="high", y=y("y")),
        vegalite.layer("rows", "point", size=60, filled=True, color="var(--ink)", opacity=1, x=x("p"), y=y("y")),
        vegalite.texts("rows", "text", **vegalite.HALO | {"strokeWidth": 4}, **words),
        vegalite.texts("rows", "text", color="var(--ink)", **words),
        vegalite.texts("rows", "now", color="var(--ink)", x=stocks.WIDTH - 16 - right + 6, y=y("y")),
    ]
    height = ROW * len(rows) + HEAD + FOOT
    return vegalite.chart(
        layers, {"rows": data}, label, name, stocks.WIDTH, height, left=16, right=right, top=HEAD, bottom=FOOT
    )


def _headed(row: ShownProbability) -> str:
    """The question on one line, with the label whose probability is shown."""
    label = f" {row.label}" if row.label else ""
    return formatting.shortened(row.text, LINE - len(label)) + label


def fan(stamps: Sequence[int], quantiles: Sequence[Sequence[float]], unit: str, label: str, name: str) -> str:
    """Median with the central 50 and 90 % of futures; of a stock that is 0 or 1, the share of futures with it, in %."""
    low, inner, middle, outer, high = quantiles if len(quantiles) == 5 else [quantiles[0]] * 5
    rows = stocks.quantile_rows(stamps, zip(low, inner, middle, outer, high, strict=True))
    x, y = stocks.time_axis(stamps, stocks.WIDTH - vegalite.LEFT - vegalite.RIGHT), vegalite.value_axis()
    layers = [*stocks.band_layers("fan", x, y), stocks.HEADING]
    return vegalite.chart(layers, {"fan": rows, **stocks.heading(unit)}, label, name, stocks.WIDTH, stocks.HEIGHT)
