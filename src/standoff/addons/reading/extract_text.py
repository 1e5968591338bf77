"""Extract text from HTML (trafilatura) and PDF (pypdf), with limits on size and nesting."""

from __future__ import annotations

import io
import re
from typing import Any

from standoff.addons.reading.source_text import LARGEST, SourceText, decode, need
from standoff.errors import ReadingError

DEEPEST = 250  # assumption: pages nest some 30 elements; parsers recurse, and a thousand levels are an attack
MOST_PAGES = 5000  # assumption: no report has more


def html(raw: bytes, where: str) -> SourceText:
    """The main text of a page, its title and its date; raises `ReadingError`."""
    source = decode(raw, where)
    trafilatura: Any = need("trafilatura", "reading", "reading HTML")
    tree = trafilatura.load_html(source)
    if tree is not None and tree.xpath("/*" * DEEPEST):  # libxml2 leaves out what is below 256 levels
        raise ReadingError(f"elements nested more than {DEEPEST} deep", where, fix="save the page as text")
    result = trafilatura.bare_extraction(source, include_comments=False, with_metadata=True)
    if result is None:
        return SourceText("")
    return SourceText(result.text or "", str(result.title or ""), str(result.date or ""))


def pdf(raw: bytes, where: str) -> SourceText:
    """The text of all pages; raises `ReadingError`."""
    pypdf: Any = need("pypdf", "reading", "reading PDF")
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if (count := len(reader.pages)) > MOST_PAGES:
            raise ReadingError(f"{count:,} pages", where, allowed=f"up to {MOST_PAGES:,}", fix="split the file")
        text = ""
        for page in reader.pages:  # pypdf limits each stream
            text += f"{page.extract_text()}\n\n"
            if len(text) > LARGEST:
                raise ReadingError(f"more than {LARGEST:,} characters when unpacked", where, fix="split the file")
        title = str((reader.metadata or {}).get("/Title") or "")
    except ReadingError:
        raise
    except Exception as error:  # the parser of a foreign format raises many kinds on broken files
        what = f"the PDF cannot be read: {type(error).__name__}: {str(error)[:100]}"
        raise ReadingError(what, where, fix="save it again without a password, or as text") from None
    return SourceText(re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f]", " ", text), title)
