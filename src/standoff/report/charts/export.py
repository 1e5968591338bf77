"""Pictures of a report as SVG and PNG files.

In a page the colours come from the page; a file contains the colours of the light page. A page and the PDF have
captions around a picture; a file is shown without them, and so has its title within (`titled`).
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import vl_convert

from standoff.analysis.path_shape import PathShape, path_shape
from standoff.files import write_atomic
from standoff.plan import labels
from standoff.report import claim_labels
from standoff.report.charts import choices, stocks, vegalite
from standoff.report.document import LegendItem, Picture

if TYPE_CHECKING:
    from standoff.analysis.explain import Explanation
    from standoff.engine.run import Run

SCALE = 2.0  #: pixels of a PNG for each of the SVG: sharp on paper of a screen's width
UNUSED = "hollow: published after as_of, or a duplicate; not used"
LEAST = 560  #: pixels: a smaller picture is enlarged to that width
TITLE, SMALL = 13, 11  #: sizes of a file's title and of the text below it
LINE, EDGE = 16, 8  #: line height; margin
BOLD = 1.12  #: width of a bold letter to others
DASHED, SWATCH = "M-6,0h4M-1,0h4M4,0h3", stocks.OUTLINES["square"]


def write(picture: Picture, folder: Path) -> tuple[Path, Path]:
    """Write a picture with title and legend as SVG and PNG; return both paths."""
    svg, png = (folder / f"{picture.name}.{form}" for form in ("svg", "png"))
    whole = titled(picture)
    pixels = vl_convert.svg_to_png(whole, scale=SCALE)
    write_atomic(svg, whole + "\n")
    write_atomic(png, pixels)
    return svg, png


def titled(picture: Picture) -> str:
    """A picture as a file, with its title above, and its legend and finding below."""
    left, top, width, height = vegalite.view_box(picture.svg)
    x, wide = left + EDGE, width + vegalite.ROOM - 2 * EDGE
    head = textwrap.wrap(picture.title, int(wide / (vegalite.LETTER * TITLE / vegalite.SIZE * BOLD)))
    letter = vegalite.LETTER * SMALL / vegalite.SIZE
    start = top - LINE * len(head) - EDGE
    parts = [_text(x, start + LINE * n, line, "ink", TITLE, ' font-weight="bold"') for n, line in enumerate(head, 1)]
    y, across = top + height + EDGE, 0.0
    for key in picture.legend:
        lines = textwrap.wrap(key.text, max(int((wide - LINE) / letter), 1))
        room = LINE + max(map(len, lines)) * letter + LINE
        if across and across + room - LINE > wide:
            y, across = y + LINE, 0.0
        if key.outline:
            parts.append(
                f'<path transform="translate({x + across + 6:g},{y + LINE - 4:g})" d="{key.outline}" '
                f'fill="{"var(--paper)" if key.hollow else key.colour}" stroke="{key.colour}" stroke-width="1.2" '
                f'opacity="{key.opacity:g}"/>'
            )
        for n, line in enumerate(lines):
            y += LINE if n else 0
            parts.append(_text(x + across + LINE, y + LINE, line, "ink", SMALL))
        across += room
    y += LINE + EDGE / 2 if picture.legend else 0
    for line in textwrap.wrap(picture.finding, int(wide / letter)):
        y += LINE
        parts.append(_text(x, y, line, "soft", SMALL))
    box = f'viewBox="{left:g} {start:g} {width:g} {y + EDGE - start:g}"'
    whole = vegalite.BOX.sub(box, picture.svg, count=1).rpartition("</svg>")[0]
    return vegalite.standalone(f"{whole}{''.join(parts)}</svg>", least=LEAST)


def _text(x: float, y: float, words: str, colour: str, size: float, more: str = "") -> str:
    place = f'x="{x:g}" y="{y:g}" font-size="{size}"'
    return f'<text {place} fill="var(--{colour})"{more}>{vegalite.escaped(words)}</text>'


REASONS = tuple(
    LegendItem(text, f"var(--{colour})", SWATCH)
    for text, colour in (("for", "for"), ("against", "against"), ("total", "band"))
)


def _since(run: Run, before: str) -> LegendItem:
    return LegendItem(f"{run.model.scenario.as_of_day}, before it {before}", "var(--ink)", DASHED)


def option_legend(run: Run, choice: Explanation, history: bool) -> tuple[LegendItem, ...]:
    """Legend of the options, in the words of the scenario."""
    names = next(item for item in run.model.plan.choices if item.name == choice.choice).options
    out = [
        LegendItem(labels.option(run.model.plan, choice.choice, name), f"var(--option-{o % choices.COLOURS})", SWATCH)
        for o, name in enumerate(names)
    ]
    return (*out, _since(run, "observed decisions")) if history else tuple(out)


def fan_legend(run: Run, cell: str) -> tuple[LegendItem, ...]:
    """Legend of a fan chart: bands, and sides of the claims."""
    observed = any(item.cell == cell for item in run.model.plan.observations)
    before = "history is imposed from claims" if observed else "history"
    shape = path_shape(run, cell)
    out = [LegendItem("share of futures" if shape == PathShape.flag else "median", "var(--ink)", "M-6,0h12")]
    if shape == PathShape.flow:
        out += [
            LegendItem("central 50 %", "var(--band)", SWATCH, 0.65),
            LegendItem("central 90 %", "var(--band)", SWATCH, 0.28),
        ]
    elif shape == PathShape.level:
        out.append(LegendItem("share of futures, darker for more", "var(--band)", SWATCH, 0.5))
    out.append(_since(run, before))
    points = [
        point
        for item in run.model.plan.observations
        if item.cell == cell
        for point in stocks.points(run.model.plan, item)
    ]
    shown = stocks.marks(claim.side for claim in run.model.ledger)
    for side in sorted({point.claim.side for point in points}):
        mark = shown[side]
        out.append(
            LegendItem(
                f"claim, {claim_labels.side(run.model.plan, side)}",
                mark.colour,
                stocks.OUTLINES[mark.shape],
            )
        )
    if any(not point.used for point in points):
        out.append(
            LegendItem(
                UNUSED,
                "var(--soft)",
                stocks.OUTLINES["circle"],
                hollow=True,
            )
        )
    return tuple(out)
