"""HTML: one file that loads nothing, with the style sheet of the report page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from standoff.report import assets, no_break
from standoff.report.content_policy import policy
from standoff.report.document import CODE, Heading, NotedText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

    from standoff.report.document import Block

SUFFIX = ".html"


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as an HTML file in UTF-8; its title is the first heading."""
    title = next((block.text for block in blocks if isinstance(block, Heading)), "")
    whole = _template().render(blocks=blocks, title=title, policy=policy(), css=Markup(assets.read("page.css")))
    return no_break.html(whole).encode()


def coded(text: str | Markup) -> Markup:
    """Escape a text, unless it is markup, and set the words between its backticks as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def noted(text: str) -> Markup:
    """A text, its note small behind it."""
    if not isinstance(text, NotedText) or not text.note:
        return coded(text)
    return Markup('{} <small class="path">{}</small>').format(coded(text.text), text.note)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("standoff.report", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = lambda picture: Markup(picture.svg)
    environment.filters["noted"] = noted
    environment.filters["coded"] = coded
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment.get_template("document.html.j2")
