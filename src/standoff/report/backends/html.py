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
                out.append(_nav(item for item in blocks if isinstance(item, Fold) and item.name))
            out.append(self.block(block))
        return Markup("\n").join(out)

    def block(self, block: Block) -> Markup:
        """One block."""
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return self._paragraph(block)
            case Notice():
                return Markup('<p class="moved" role="note"><b>{}</b></p>').format(self.text(block.text))
            case BulletList():
                points = (Markup("<li>{}</li>").format(self.text(point)) for point in block.points)
                return Markup("<ul>{}</ul>").format(Markup("\n").join(points))
            case Facts():
                return self._facts(block)
            case TableBlock():
                return self._table(block)
            case Picture():
                return self._picture(block)
            case Group():
                return self._group(block)
            case Fold():
                return self._fold(block)
            case OnPage():
                return self.blocks(block.blocks)
            case Html():
                return Markup(block.markup)

    def opened(self) -> Markup:
        """The panels that the numbers written so far open."""
        out = []
        for key in self.used:
            panel = self.panels[key]
            out.append(
                Markup(
                    '<div popover id="behind-{0}" role="dialog" aria-label="Evidence: {1}">\n{2}\n'
                    '<button type="button" popovertarget="behind-{0}" popovertargetaction="hide">Close</button>\n</div>'
                ).format(key, panel.name, self.blocks(panel.blocks))
            )
        return Markup("\n").join(out)

    def text(self, content: Content) -> Markup:
        """A text with its nodes."""
        return Markup("").join(map(self._node, inlines(content)))

    def _node(self, node: Inline) -> Markup:
        if isinstance(node, str):
            return escape(node)
        if isinstance(node, ShownNumber):
            return self._number(node)
        if isinstance(node, Link):
            target = node.target if node.target.startswith("#") else web(node.target)
            rel = "" if target.startswith("#") else Markup(' rel="noreferrer"')
            return Markup('<a href="{}"{}>{}</a>').format(target, rel, node.text) if target else escape(node.text)
        if isinstance(node, Bar):
            return Markup('<span class="bar" aria-hidden="true"><span style="width:{:.1f}%"></span></span>').format(
                100 * node.share
            )
        if isinstance(node, SignedBar):
            return Markup("")
        element = {Code: "<code>{}</code>", Strong: "<b>{}</b>", Note: ' <small class="path">{}</small>'}[type(node)]
        return Markup(element).format(node.text)

    def _number(self, node: ShownNumber) -> Markup:
        if node.evidence not in self.panels:
            return escape(node.text)
        self.used[node.evidence] = None
        return Markup('<button type="button" class="num" popovertarget="behind-{}">{}</button>').format(
            node.evidence, node.text
        )

    def _heading(self, block: Heading) -> Markup:
        self.level, self.heading = min(block.level, self.level + 1), plain(block.text)
        return Markup("<h{0}>{1}</h{0}>").format(self.level, self.text(block.text))

    def _paragraph(self, block: Paragraph) -> Markup:
        text = self.text(block.text)
        if block.strong and not block.kind:
            text = Markup("<b>{}</b>").format(text)
        return Markup("<p{}>{}</p>").format(_class(block.kind or ("soft" if block.soft else "")), text)

    def _facts(self, block: Facts) -> Markup:
        rows = (
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(label, self.text(fact)) for label, fact in block.facts
        )
        return Markup("<dl>{}</dl>").format(Markup("").join(rows))

    def _table(self, block: TableBlock) -> Markup:
        block = without_bars(block, (SignedBar,))  # a page has a chart of them
        wide = has_bars(block) or [False] * len(block.columns)
        heads = [
            Markup('<th scope="col"{}>{}</th>').format(_cell_class(is_number, is_wide), name)
            if name
            else Markup("<td{}></td>").format(_cell_class(is_number, is_wide))
            for name, is_number, is_wide in zip(block.heads, block.numbers, wide, strict=True)
        ]
        rows = []
        for row in block.rows:
            cells = [
                Markup("<td{}>{}</td>").format(_cell_class(is_number, is_wide), self.text(cell))
                for cell, is_number, is_wide in zip(row[1:], block.numbers[1:], wide[1:], strict=True)
            ]
            first = Markup('<th scope="row">{}</th>').format(self.text(row[0]))
            rows.append(Markup("<tr>{}</tr>").format(Markup("").join([first, *cells])))
        body, totals = rows[: len(rows) - block.totals], rows[len(rows) - block.totals :]
        caption = Markup("<caption{}>{}</caption>").format(
            _class("" if block.caption else "hidden"), block.caption or self.heading
        )
        foot = Markup("\n<tfoot>{}</tfoot>").format(Markup("\n").join(totals)) if totals else ""
        label = f"Table: {block.caption or self.heading}"
        return _scroll(
            label,
            Markup("<table{}>{}\n<thead><tr>{}</tr></thead>\n<tbody>{}</tbody>{}</table>").format(
                _class(block.kind), caption, Markup("").join(heads), Markup("\n").join(body), foot
            ),
        )

    def _picture(self, block: Picture) -> Markup:
        drawn = Markup(block.svg)
        if block.narrow:
            drawn = Markup('<div class="broad">{}</div>\n<div class="slim">{}</div>').format(
                drawn, Markup(block.narrow)
            )
        if "xmlns=" in block.svg:  # a file, with a size of its own
            drawn = _scroll(f"Picture: {block.title}", drawn)
        more = [" ", self._number(ShownNumber("Evidence", block.evidence))] if block.evidence in self.panels else []
        return Markup("<figure{}>\n<h{}>{}</h{}>\n{}\n<figcaption>{}{}</figcaption>\n</figure>").format(
            _class(block.kind),
            level := min(self.level + 1, 6),
            block.title,
            level,
            drawn,
            block.finding,
            Markup("").join(more),
        )

    def _group(self, block: Group) -> Markup:
        level = self.level
        inside = self.blocks(block.blocks)
        if block.kind == "card":
            self.level = level
        name = Markup(' id="{}"').format(block.name) if block.name else ""
        return Markup('<div class="{}"{}>\n{}\n</div>').format(block.kind, name, inside)

    def _fold(self, block: Fold) -> Markup:
        if not block.level:
            return Markup('<details class="extra"><summary>{}</summary>\n{}\n</details>').format(
                block.title, self.blocks(block.blocks)
            )
        finding = Markup(' <span class="finding">{}</span>').format(self.text(block.finding)) if block.finding else ""
        self.level, self.heading = block.level, block.title
        kind = ("part" if block.level == 2 else "group") + (" printed" if block.is_printed else "")
        out = Markup('<details class="{}"{}{}>\n<summary><h{}>{}</h{}>{}</summary>\n{}\n</details>').format(
            kind,
            Markup(' id="{}"').format(block.name) if block.name else "",
            Markup(" open") if block.is_open else "",
            block.level,
            block.title,
            block.level,
            finding,
            self.blocks(block.blocks),
        )
        self.level = block.level
        return out


def _class(kind: str) -> Markup:
    return Markup(' class="{}"').format(kind) if kind else Markup("")


def _cell_class(is_number: bool, is_wide: bool) -> Markup:
    return _class(" ".join(word for word, is_so in (("n", is_number), ("wide", is_wide)) if is_so))


def _scroll(label: str, inside: Markup) -> Markup:
    return Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>').format(label, inside)


def _nav(folds: Iterable[Fold]) -> Markup:
    links = (Markup('<li><a href="#{}">{}</a></li>').format(fold.name, fold.title) for fold in folds)
    return Markup('<nav aria-label="Parts of this page"><h2>Details</h2><ul>\n{}\n</ul></nav>').format(
        Markup("\n").join(links)
    )
