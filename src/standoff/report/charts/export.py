"""Pictures as SVG and PNG files, with title, legend and finding."""

from __future__ import annotations

import textwrap
from pathlib import Path

import vl_convert

from standoff.files import write_atomic
from standoff.report.charts import vegalite
from standoff.report.document import Picture

SCALE = 2.0  #: pixels of a PNG for each of the SVG: sharp on paper of a screen's width
LEAST = 560  #: pixels: a smaller picture is enlarged to that width
TITLE, SMALL = 13, 11  #: sizes of a file's title and of the text below it
LINE, EDGE = 16, 8  #: line height; margin
BOLD = 1.12  #: width of a bold letter to others


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
