"""The pictures of a report as files by themselves: SVG, and PNG drawn from it.

A page gives its pictures its own colours; a file has them written out, those of the light page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.report import draw, words
from standoff.report.blocks import Picture
from standoff.report.diagram import themes
from standoff.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.analysis import Verdict
    from standoff.analysis.structure import Structure
    from standoff.engine.run import Run

SCALE = 2.0  #: pixels of a PNG for each of the SVG: sharp on paper of a screen's width
ROOM = 16  #: pixels on the right: names in capitals are wider than a page's margin reckons with, and nothing may be cut
BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
VARIABLE = re.compile(r"var\((--[a-z0-9-]+)\)")


def pictures(run: Run, found: Verdict, structure: Structure | None = None) -> Iterator[Picture]:
    """Every picture of the page: choices over time and their reasons, who comes first, stocks, ladders, causes."""
    from standoff.report import diagram, page, relations

    for told in page.choices(run, found):
        for title, svg in zip(("holds", "chosen"), told.stream.charts, strict=True):
            yield _picture(
                f"choice-{told.found.choice}-{title}",
                f"{told.actor}: options over time, {title}",
                str(svg),
                told.stream.finding,
            )
        yield _picture(
            f"reasons-{told.found.choice}", told.waterfall.title, str(told.waterfall.charts[0]), told.waterfall.finding
        )
    for answer, _, charts in page.races(run, found):
        for figure in charts:
            yield _picture(f"first-{answer.id}-{figure.title}", figure.title, str(figure.charts[0]), figure.finding)
    for figure in page.stock_figures(run):
        yield _picture(figure.key, figure.title, str(figure.charts[0]), figure.finding)
    for stock, rungs in relations.ladder(run).items():
        for rung in rungs:
            title = f"{words.capital(words.plainly(stock))}: {rung.title}"
            yield _picture(f"stock-{rung.cell}", title, str(rung.svg), rung.finding)
    if structure is not None:
        causes = page.causes(structure)
        yield Picture("causes", causes.title, diagram.file(structure), causes.finding)


def write(drawn: Picture, folder: Path) -> tuple[Path, Path]:
    """Write a picture as SVG and as PNG and return where they are."""
    import vl_convert

    svg, png = (folder / f"{drawn.name}.{form}" for form in ("svg", "png"))
    pixels = vl_convert.svg_to_png(drawn.svg, scale=SCALE)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        svg.write_text(drawn.svg + "\n", encoding="utf-8")
        png.write_bytes(pixels)
    return svg, png


def _picture(name: str, title: str, svg: str, finding: str) -> Picture:
    return Picture(re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-").lower(), title, alone(svg), finding)


def alone(svg: str) -> str:
    """A picture of the page as a file by itself: a size, a name for its language, a font, and colours written out."""
    light, _ = themes()
    left, top, width, height = (float(number) for number in BOX.findall(svg)[0])
    width += ROOM
    paper = f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="{light["--paper"]}"/>'
    head, _, body = VARIABLE.sub(lambda found: light[found[1]], svg).partition(">")
    head = BOX.sub(f'viewBox="{left:g} {top:g} {width:g} {height:g}"', head)
    head = re.sub(r' font-size="[^"]*"', "", head).replace(
        "<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" {draw.FONT} ', 1
    )
    return f"{head}>{paper}{body}"
