"""HTML: one file that loads nothing, with the style sheet of the report page.

A number with evidence opens a panel, which is a popover: it needs no script and works with the keyboard; browsers without
popovers show the panels at the end of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from standoff.report import assets, no_break
from standoff.report.content_policy import policy
from standoff.report.document import (
    Bar,
    Block,
    BulletList,
    Code,
    Content,
    Facts,
    Fold,
    Group,
    Heading,
    Html,
    Inline,
    Link,
    Note,
    Notice,
    OnPage,
    Paragraph,
    Picture,
    ShownNumber,
    SignedBar,
    Strong,
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
        css=Markup(assets.read("page.css")),
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

    def __init__(self, panels: Mapping[str, Group] | None = None) -> None:
        self.panels = panels or {}
        self.used: dict[str, None] = {}
        self.heading = ""  #: the last one, for tables without a caption
        self.level = 0  #: of the last heading; none skips a level
        self.has_nav = False

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """Blocks, one after the other."""
        blocks = [inner for block in blocks for inner in (block.blocks if isinstance(block, OnPage) else (block,))]
        out = []
        for block in blocks:
            if isinstance(block, Fold) and block.name and not self.has_nav:
                self.has_nav = True
                parts = [item for item in blocks if isinstance(item, Fold) and item.name]
                links = _lines(fill('<li><a href="#{}">{}</a></li>', part.name, part.title) for part in parts)
                out.append(fill('<nav aria-label="Parts of this page"><h2>Details</h2><ul>\n{}\n</ul></nav>', links))
            out.append(self.block(block))
        return _lines(out)

    def block(self, block: Block) -> Markup:
        """One block."""
        match block:
            case Heading():
                self.level, self.heading = min(block.level, self.level + 1), plain(block.text)
                return fill("<h{0}>{1}</h{0}>", self.level, self.text(block.text))
            case Paragraph():
                bold = "<p{}><b>{}</b></p>" if block.strong and not block.kind else "<p{}>{}</p>"
                return fill(bold, _class(block.kind or "soft" * block.soft), self.text(block.text))
            case Notice():
                return fill('<p class="moved" role="note"><b>{}</b></p>', self.text(block.text))
            case BulletList(points):
                return fill("<ul>{}</ul>", _lines(fill("<li>{}</li>", self.text(point)) for point in points))
            case Facts(facts):
                rows = (fill("<div><dt>{}</dt><dd>{}</dd></div>", label, self.text(fact)) for label, fact in facts)
                return fill("<dl>{}</dl>", Markup("").join(rows))
            case TableBlock():
                return self._table(without_bars(block, (SignedBar,)))  # a page has a chart of them
            case Picture():
                return self._picture(block)
            case Group(inner, kind, name):
                level = self.level
                inside = self.blocks(inner)
                if kind == "card":
                    self.level = level
                return fill('<div class="{}"{}>\n{}\n</div>', kind, _id(name), inside)
            case Fold():
                return self._fold(block)
            case OnPage():
                return self.blocks(block.blocks)
            case Html():
                return Markup(block.markup)

    def opened(self) -> Markup:
        """The panels that the numbers written so far open."""
        panel = (
            '<div popover id="behind-{0}" role="dialog" aria-label="Evidence: {1}">\n{2}\n'
            '<button type="button" popovertarget="behind-{0}" popovertargetaction="hide">Close</button>\n</div>'
        )
        return _lines(
            fill(panel, key, self.panels[key].name, self.blocks(self.panels[key].blocks)) for key in self.used
        )

    def text(self, content: Content) -> Markup:
        """A text with its nodes."""
        return Markup("").join(map(self._node, inlines(content)))

    def _node(self, node: Inline) -> Markup:
        match node:
            case ShownNumber(words, evidence) if evidence in self.panels:
                self.used[evidence] = None
                return fill('<button type="button" class="num" popovertarget="behind-{}">{}</button>', evidence, words)
            case Link(words, target) if target.startswith("#"):
                return fill('<a href="{}">{}</a>', target, words)
            case Link(words, target) if web(target):
                return fill('<a href="{}" rel="noreferrer">{}</a>', target, words)
            case Bar(share):
                width = f"{100 * share:.1f}"
                return fill('<span class="bar" aria-hidden="true"><span style="width:{}%"></span></span>', width)
            case SignedBar():
                return Markup("")
            case Code(words):
                return fill("<code>{}</code>", words)
            case Strong(words):
                return fill("<b>{}</b>", words)
            case Note(words):
                return fill(' <small class="path">{}</small>', words)
        return escape(node if isinstance(node, str) else node.text)

    def _table(self, block: TableBlock) -> Markup:
        kinds = [
            _class(" ".join(["n"] * is_number + ["wide"] * is_wide))
            for is_number, is_wide in zip(block.numbers, has_bars(block), strict=True)
        ]
        heads = (
            fill('<th scope="col"{}>{}</th>' if name else "<td{}></td>", kind, name)
            for name, kind in zip(block.heads, kinds, strict=True)
        )
        rows = []
        for first, *rest in block.rows:
            cells = (fill("<td{}>{}</td>", *cell) for cell in zip(kinds[1:], map(self.text, rest), strict=True))
            rows.append(fill('<tr><th scope="row">{}</th>{}</tr>', self.text(first), Markup("").join(cells)))
        body, totals = rows[: len(rows) - block.totals], rows[len(rows) - block.totals :]
        label = block.caption or self.heading
        inside = fill(
            "<table{}><caption{}>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>{}</tbody>{}</table>",
            _class(block.kind),
            _class("" if block.caption else "hidden"),
            label,
            Markup("").join(heads),
            _lines(body),
            fill("\n<tfoot>{}</tfoot>", _lines(totals)) if totals else "",
        )
        return _scroll(f"Table: {label}", inside)

    def _picture(self, block: Picture) -> Markup:
        drawn = Markup(block.svg)
        if block.narrow:
            drawn = fill('<div class="broad">{}</div>\n<div class="slim">{}</div>', drawn, Markup(block.narrow))
        if "xmlns=" in block.svg:  # a file, with a size of its own
            drawn = _scroll(f"Picture: {block.title}", drawn)
        return fill(
            "<figure{0}>\n<h{1}>{2}</h{1}>\n{3}\n<figcaption>{4}{5}</figcaption>\n</figure>",
            _class(block.kind),
            min(self.level + 1, 6),
            block.title,
            drawn,
            block.finding,
            self.text((" ", ShownNumber("Evidence", block.evidence))) if block.evidence in self.panels else "",
        )

    def _fold(self, block: Fold) -> Markup:
        if not block.level:
            summary = '<details class="extra"><summary>{}</summary>\n{}\n</details>'
            return fill(summary, block.title, self.blocks(block.blocks))
        finding = fill(' <span class="finding">{}</span>', self.text(block.finding)) if block.finding else ""
        self.level, self.heading = block.level, block.title
        out = fill(
            '<details class="{0}"{1}{2}>\n<summary><h{3}>{4}</h{3}>{5}</summary>\n{6}\n</details>',
            ("part" if block.level == 2 else "group") + " printed" * block.is_printed,
            _id(block.name),
            " open" * block.is_open,
            block.level,
            block.title,
            finding,
            self.blocks(block.blocks),
        )
        self.level = block.level
        return out


def fill(markup: str, *values: object) -> Markup:
    """Markup with values in its places, which are escaped unless they are markup."""
    return Markup(markup).format(*values)


def _lines(parts: Iterable[Markup]) -> Markup:
    return Markup("\n").join(parts)


def _class(kind: str) -> Markup:
    return fill(' class="{}"', kind) if kind else Markup("")


def _id(name: str) -> Markup:
    return fill(' id="{}"', name) if name else Markup("")


def _scroll(label: str, inside: Markup) -> Markup:
    return fill('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>', label, inside)
