"""Render a Vega-Lite specification and its rows as an SVG element.

A specification is a plain dictionary that refers to its rows by name. Charts of one kind share it, and it is compiled
once (`chart`). vl-convert would measure each text in the fonts of this machine, which takes nine tenths of its time
although a reader sees the page in other fonts. So it gets texts without a size; the size is passed in place of the
font's name and put in afterwards, and margins are computed here, from the number of letters.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import vl_convert

from standoff.report import assets

Spec = dict[str, Any]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

SIZE = 12  #: of text, in pixels
LETTER = 6.9  #: width of a letter of that size in the wider of the usual fonts, measured
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 24, 22  #: margins: five digits, half a year, a title that lies above, a line of text
TICK = 7  #: from the axis to its labels
FONT = f'font-family="system-ui, sans-serif" font-size="{SIZE}"'  #: font of a separate file
LINK = re.compile(r"<(/?)a\b[^>]*>")  #: within the page, which a file has not
ROOM = 16  #: pixels on the right: names in capitals are wider than a page's margin reckons with, and nothing may be cut
BASELINES = {"top": 0.79, "middle": 0.3, "bottom": -0.21, "alphabetic": 0.0}  #: as Vega has them, in sizes of the text
CONFIG: Spec = {
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--soft)",
        "titleColor": "var(--soft)",
        "labelFontSize": 0,
        "titleFontSize": 0,
        "labelFont": f"{SIZE}px",
        "titleFont": f"{SIZE}px",
        "titleFontWeight": "normal",
        "labelOverlap": False,
        "tickColor": "var(--line)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
    },
    "axisX": {"labelBaseline": "alphabetic", "labelPadding": 2 + BASELINES["top"] * SIZE},
    "axisY": {"labelBaseline": "alphabetic", "labelOffset": BASELINES["middle"] * SIZE, "labelPadding": 2},
}
VARIABLE = re.compile(r"var\((--[a-z0-9-]+)\)")  #: a colour of the page, by its name
DATA = re.compile(r' data-chart="[^"]*"')
BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  #: characters that no XML may hold
DECIMALS = re.compile(r"(>[^<]+<)|(\.\d)\d+")  #: of numbers in tags, not in texts


def layer(rows: str, mark: str, **parts: Any) -> Spec:
    """Marks of a kind over the rows of that name.

    A dictionary encodes a channel, `x2` and `y2` may name a field, and all else is a property of the marks; a number as
    `x` or `y` is a position in pixels.
    """
    ends = {end: {"field": parts[end]} for end in ("x2", "y2") if isinstance(parts.get(end), str)}
    encoding = {name: part for name, part in (parts | ends).items() if isinstance(part, dict)}
    properties = {name: part for name, part in parts.items() if name not in encoding}
    return {"data": {"name": rows}, "mark": {"type": mark, **properties}, "encoding": encoding}


def texts(rows: str, field: str, size: float = SIZE, baseline: str = "middle", dy: float = 0.0, **parts: Any) -> Spec:
    """Texts of a field, else `text` as it is; other `parts` as those of a layer."""
    mark = {
        "align": "left",
        "baseline": "alphabetic",
        "dy": dy + BASELINES[baseline] * size,
        "font": f"{size}px",
        "fontSize": 0,
        "text": word(field),
    }
    return layer(rows, "text", **mark | parts)


def number(field: str, **more: Any) -> Spec:
    """An encoding by a number."""
    return {"field": field, "type": "quantitative", **more}


def time(field: str, **more: Any) -> Spec:
    """An encoding by a time, in milliseconds as Vega counts it."""
    return {"field": field, "type": "temporal", **more}


def word(field: str, **more: Any) -> Spec:
    """An encoding by a word."""
    return {"field": field, "type": "nominal", **more}


#: the value of a field as it is: colour, paint of an area, shape
COLOUR, FILL, SHAPE = (word(field, scale=None) for field in ("c", "fill", "s"))
#: texts that no line crosses lie on the same with this around them
HALO: Spec = {"color": "var(--paper)", "stroke": "var(--paper)", "strokeWidth": 5}


def row_axis(count: int) -> Callable[..., Spec]:
    """Encoding of a vertical position among some rows, from the top."""
    return partial(number, title=None, axis=None, scale={"domain": [0, count], "reverse": True})


def value_axis(format: str = ",~f", domain: Sequence[float] | None = None, **axis: Any) -> Callable[..., Spec]:
    """Encoding of a number along an axis, which ends at its `domain` or with a round number."""
    scale = {"zero": True} if domain is None else {"domain": list(domain)}
    return partial(number, title=None, scale=scale, axis={"format": format, "tickCount": 5, **axis})


@dataclass(frozen=True)
class ChartData:
    """The numbers of a chart, which a page shows under the pointer and saves as a table."""

    head: tuple[str, ...]  #: names of the columns; the first one is that of dates, or of rows
    rows: Sequence[Sequence[object]]  #: a date or a name, and numbers
    unit: str = ""
    over_time: bool = True  #: whether the rows are days along the horizontal axis, the first and the last at its ends

    def attribute(self, left: float, right: float) -> str:
        """Attribute of an SVG element whose axis goes from `left` to `right`."""
        data = {"head": self.head, "rows": self.rows, "unit": self.unit.strip()}
        place = {"axis": [left, right]} if self.over_time else {}
        return f' data-chart="{escaped(json.dumps(data | place, ensure_ascii=False, separators=(",", ":")))}"'


def chart(
    layers: Sequence[Spec],
    rows: Rows,
    label: str,
    name: str,
    width: float,
    height: float,
    data: ChartData | None = None,
    *,
    left: float = LEFT,
    right: float = RIGHT,
    top: float = TOP,
    bottom: float = BOTTOM,
) -> str:
    """Draw a scalable SVG element with a label and unique ids; sizes include the margins."""
    margins = {"left": left, "right": right, "top": top, "bottom": bottom}
    body = inside(layers, rows, width - left - right, height - top - bottom, margins)
    own = re.sub(r"[^A-Za-z0-9]+", "-", name)
    body = re.sub(r'(id="|url\(#)', rf"\g<1>{own}-", body)
    longest = max((len(result) for result in re.findall(r'<text text-anchor="end"[^>]*>([^<]*)', body)), default=0)
    more = max(0, round(longest * LETTER + TICK - left))  # labels that the margin does not hold
    box = f"{-more} 0 {width + more:g} {height:g}"
    numbers = data.attribute(left, width - right) if data else ""
    return f'<svg role="img" aria-label="{escaped(label)}" viewBox="{box}" font-size="{SIZE}"{numbers}>{body}'


def inside(layers: Sequence[Spec], rows: Rows, width: float, height: float, margins: Spec | int = 0) -> str:
    """Draw the content of an SVG element, with its end tag."""
    spec = {
        "layer": layers,
        "width": width,
        "height": height,
        "padding": margins,
        "autosize": "none",
        "background": "transparent",
        "config": CONFIG,
        "datasets": dict.fromkeys(rows, ()),
    }
    compiled = _compiled(json.dumps(spec))
    data = [{**part, "values": rows[part["name"]]} if part["name"] in rows else part for part in compiled["data"]]
    _, _, body = str(vl_convert.vega_to_svg(json.dumps({**compiled, "data": data}))).partition(">")
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    body = body.replace(f' font-family="{SIZE}px" font-size="0px"', "")
    body = re.sub(r' font-family="([\d.]+)px" font-size="0px"', r' font-size="\1"', body)
    body = DECIMALS.sub(lambda found: found[1] or found[2], body)  # a tenth of a pixel is enough
    return NO_XML.sub("\ufffd", body)


@lru_cache(maxsize=256)
def _compiled(spec: str) -> Spec:
    """The Vega of a Vega-Lite specification without rows."""
    return vl_convert.vegalite_to_vega(spec)


def file_name(text: str) -> str:
    """Name of a picture as that of a file."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-").lower()


def view_box(svg: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of an SVG element."""
    left, top, width, height = (float(number) for number in BOX.findall(svg)[0])
    return left, top, width, height


def standalone(svg: str, dark: bool = False, least: float = 0.0) -> str:
    """An SVG element of the page as a file, with size, font and colours; a file as it is.

    Its colours may follow a `dark` screen; a picture less than `least` pixels wide is enlarged.
    """
    if " xmlns=" in svg.partition(">")[0]:
        return svg
    light, other = assets.themes()
    left, top, width, height = view_box(svg)
    width += ROOM
    head, _, body = LINK.sub(r"<\1g>", DATA.sub("", svg)).partition(">")
    head = re.sub(r' (?:font-size|width|height|viewBox)="[^"]*"', "", head).removeprefix("<svg")
    paper = f'x="{left - 1:g}" y="{top - 1:g}" width="{width + 2:g}" height="{height + 2:g}"'  # pixels at the rim too
    body = f'<rect {paper} fill="var(--paper)"/>{body}'
    used = sorted(set(VARIABLE.findall(body)) & set(light))
    rules = (f'[{what}="{light[name]}"]{{{what}:{other[name]}}}' for name in used for what in ("fill", "stroke"))
    style = f"<style>@media (prefers-color-scheme:dark){{{''.join(rules)}}}</style>" if dark else ""
    body = VARIABLE.sub(lambda found: light.get(found[1], found[0]), body)  # texts stay as they are
    scale = max(1.0, least / width)
    size = f'width="{width * scale:g}" height="{height * scale:g}" viewBox="{left:g} {top:g} {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg"{head} {FONT} {size}>{style}{body}'


def escaped(words: str) -> str:
    """Escape text for an SVG element or attribute; invalid characters are replaced."""
    return html.escape(NO_XML.sub("\ufffd", words), quote=False).replace('"', "&quot;")
