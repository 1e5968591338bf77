"""Pictures of a report as SVG and PNG files.

In a page the colours come from the page; a file contains the colours of the light page. A page and the PDF have
captions around a picture; a file is shown without them, and so has its title within (`titled`).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import vl_convert

from standoff.analysis.causal import CausalGraph
from standoff.analysis.explain import Explanation
from standoff.analysis.path_shape import PathShape, path_shape
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.files import write_atomic
from standoff.plan import labels
from standoff.report import claim_labels, formatting
from standoff.report.charts import choices, stocks, vegalite
from standoff.report.document import LegendItem, Picture

SCALE = 2.0  #: pixels of a PNG for each of the SVG: sharp on paper of a screen's width
UNUSED = "hollow: published after as_of, or a duplicate; not used"
LEAST = 560  #: pixels: a smaller picture is enlarged to that width
TITLE, SMALL = 13, 11  #: sizes of a file's title and of the text below it
LINE, EDGE = 16, 8  #: line height; margin
BOLD = 1.12  #: width of a bold letter to others
DASHED, SWATCH = "M-6,0h4M-1,0h4M4,0h3", stocks.OUTLINES["square"]


def pictures(run: Run, verdict: Verdict, structure: CausalGraph | None = None) -> Iterator[Picture]:
    """All pictures of the page: question, choices, reasons, first events, stocks, ties, causes."""
    from standoff.report import diagram, page
    from standoff.report.charts import relations
    from standoff.report.sections import front_page

    first = front_page.chart(run, verdict)
    if first is not None:
        yield _picture(f"question-{verdict.main}", first.title, first.wide, first.caption)
    for text in page.choices(run, verdict):
        question = f"{text.actor}: {text.explanation.text or formatting.humanise(text.explanation.choice)}"
        trend = text.stream.finding.removeprefix(text.finding).strip()
        says = (
            ("holds", "share of futures in which each option is in force", text.finding),
            ("chosen", "probability of each option if the actor decided afresh", trend),
        )
        for (title, shows, finding), svg in zip(says, text.stream.charts, strict=True):
            samples = _picture(f"choice-{text.explanation.choice}-{title}", f"{question}: {shows}", str(svg), finding)
            yield replace(samples, legend=_options(run, text.explanation, history=title == "holds"))
        heading = text.waterfall.title
        decided = f"{text.actor} {formatting.time_of(text.explanation.decided)}: {heading[0].lower()}{heading[1:]}"
        samples = _picture(
            f"reasons-{text.explanation.choice}", decided, str(text.waterfall.charts[0]), text.waterfall.finding
        )
        yield replace(samples, legend=REASONS)
    for answer, _, charts in page.races(run, verdict):
        for figure in charts:
            title = answer.text if figure.title == answer.text else f"{answer.text} {figure.title}"
            yield _picture(f"first-{answer.id}-{figure.title}", title, str(figure.charts[0]), figure.finding)
    for figure in page.stock_figures(run):
        samples = _picture(figure.key, figure.title, str(figure.charts[0]), figure.finding)
        yield replace(samples, legend=_fan(run, figure.key.removeprefix("stock-")))
    for stock, levels in relations.partnerships(run).items():
        for level in levels:
            title = f"{formatting.capital(formatting.humanise(stock))}: {level.title}"
            samples = _picture(f"stock-{level.cell}", title, str(level.svg), level.finding)
            yield replace(samples, legend=_fan(run, level.cell))
    if structure is not None:
        causes = page.causes(run.model.plan, structure)
        yield Picture("causes", f"{causes.title}: {structure.title}", diagram.draw(structure), causes.finding)


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


def _options(run: Run, choice: Explanation, history: bool) -> tuple[LegendItem, ...]:
    """Legend of the options, in the words of the scenario."""
    names = next(item for item in run.model.plan.choices if item.name == choice.choice).options
    out = [
        LegendItem(labels.option(run.model.plan, choice.choice, name), f"var(--option-{o % choices.COLOURS})", SWATCH)
        for o, name in enumerate(names)
    ]
    return (*out, _since(run, "observed decisions")) if history else tuple(out)


def _fan(run: Run, cell: str) -> tuple[LegendItem, ...]:
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


def _picture(name: str, title: str, svg: str, finding: str) -> Picture:
    return Picture(re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-").lower(), title, svg, finding)
