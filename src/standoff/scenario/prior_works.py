"""Works behind the priors that a scenario names, as entries of its `sources`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from standoff.scenario.document import Document

NAME = re.compile(r"\bprior\s*\(\s*([^()\s]+)\s*\)")  #: `prior(name)`, with or without a factor


def with_prior_works(doc: Document) -> Document:
    """The document with the works of its priors under `sources`.

    It is the same document if nothing is missing. An unknown name is reported where the number is read, and a key that the
    scenario declares itself stays.
    """
    names = sorted(set(_names(doc.data)))
    if not names:
        return doc
    from standoff import priors

    shelf, sources = priors.list_priors(), doc.data.get("sources") or {}
    works = {key: text for name in names if name in shelf for key, text in shelf[name].works.items()}
    if not isinstance(sources, dict) or works.keys() <= sources.keys():
        return doc
    return Document({**doc.data, "sources": {**works, **sources}}, doc.lines, doc.name, doc.written)


def _names(raw: Any) -> Iterator[str]:
    """Names of priors in all texts of plain data."""
    if isinstance(raw, str):
        if "prior" in raw:
            yield from NAME.findall(raw)
    elif isinstance(raw, dict | list):
        for value in raw.values() if isinstance(raw, dict) else raw:
            yield from _names(value)
