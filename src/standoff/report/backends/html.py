"""HTML: one file that loads nothing, with the style sheet of the report page.

A number with evidence opens a panel, which is a popover: it needs no script and works with the keyboard; browsers without
popovers show the panels at the end of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from standoff.report import assets, no_break
from standoff.report.content_policy import policy
from standoff.report.document import (
    Block,
    Content,
    Fold,
    Group,
    Heading,
    Html,
    Inline,
    Link,
    OnPage,
    ShownNumber,
    SignedBar,
    TableBlock,
    has_bars,
    inlines,
    plain,
    without_bars,
)

SUFFIX = ".html"


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as an HTML file in UTF-8; its title is the first heading."""
    return page(blocks).encode()


def page(blocks: Sequence[Block], panels: Mapping[str, Group] | None = None, script: str = "") -> str:
    """A whole page; `panels` are the evidence by key, written where a number opens it."""
    title = next((plain(block.text) for block in blocks if isinstance(block, Heading)), "")
    writer = Writer(panels)
    body = writer.blocks(blocks)
    whole = template("document.html.j2").render(
        title=title,
        policy=policy(script),
        css=Markup(assets.style()),
        body=body,
        panels=writer.opened(),
        script=Markup(script),
    )
    return no_break.html(whole)


def inline(content: Content) -> Markup:
    """A text without evidence, escaped."""
    return Writer().text(content)


def web(url: str) -> str:
    """Return a link to the web, or nothing (links in claims are not trusted)."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


@cache
def template(name: str) -> Template:
    """A template of the folder of assets, which escapes what it is given."""
    environment = Environment(
        loader=PackageLoader("standoff.report", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


class Writer:
    """Blocks as HTML; remembers which evidence is opened, and the level of the last heading."""

    def __init__(self, panels: Mapping[str, Group] | None = None, *, has_places: bool = True) -> None:
        self.panels = panels or {}
        self.has_places = has_places  #: whether the page has the places that links inside it name
        self.used: dict[str, None] = {}
        self.heading = ""  #: the last one, for tables without a caption
        self.level = 0  #: of the last heading; none skips a level
        self.columns: list[str] = []  #: classes of the cells of the table that is being written
        self.has_nav = False
        self._macros: Any = template("blocks.html.j2").module

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """Blocks, one after the other."""
        blocks = [inner for block in blocks for inner in (block.blocks if isinstance(block, OnPage) else (block,))]
        out = []
        for block in blocks:
            if isinstance(block, Fold) and block.name and not self.has_nav:
                self.has_nav = True
                out.append(self._macros.nav([item for item in blocks if isinstance(item, Fold) and item.name]))
            out.append(self.block(block))
        return Markup("\n").join(out)

    def block(self, block: Block) -> Markup:
        """One block."""
        after, heading = None, ""  # level and heading after the block, where they are not those of its last heading
        match block:
            case Html():
                return Markup(block.markup)
            case OnPage():
                return self.blocks(block.blocks)
            case Heading():
                self.level, self.heading = min(block.level, self.level + 1), plain(block.text)
            case Fold() if block.level:
                self.level, self.heading = block.level, block.title
                after = self.level
            case Fold():
                heading, self.heading = self.heading, f"{self.heading}, {block.title}"
            case Group() if block.kind == "card":
                after = self.level
            case TableBlock():
                block = without_bars(block, (SignedBar,))  # a page has a chart of them
                kinds = zip(block.numbers, has_bars(block), strict=True)
                self.columns = [" ".join(["n"] * is_number + ["wide"] * is_wide) for is_number, is_wide in kinds]
        out = self._filled(block)
        self.level, self.heading = self.level if after is None else after, heading or self.heading
        return out

    def opened(self) -> Markup:
        """The panels that the numbers written so far open."""
        return Markup("\n").join(self._macros.panel(key, self.panels[key], self) for key in self.used)

    def text(self, content: Content) -> Markup:
        """A text with its nodes."""
        return Markup("").join(map(self._node, inlines(content)))

    @staticmethod
    def drawing(svg: str) -> Markup:
        """A picture that the program has drawn, as it is."""
        return Markup(svg)

    def evidence(self, key: str) -> Markup:
        """What opens the evidence behind a picture."""
        return self._node(ShownNumber("Evidence", key))

    def _node(self, node: Inline) -> Markup:
        match node:
            case str():
                return escape(node)
            case ShownNumber() if node.evidence in self.panels:
                self.used[node.evidence] = None
            case ShownNumber():
                return escape(node.text)
            case Link() if not ((self.has_places and node.target.startswith("#")) or web(node.target)):
                return escape(node.text)
        return self._filled(node)

    def _filled(self, part: Block | Inline) -> Markup:
        """A block or a node by the macro of its name."""
        return Markup(getattr(self._macros, type(part).__name__)(part, self))
