"""Library of priors as a table, and a prior on a page."""

from __future__ import annotations

from typing import Any

from standoff import beliefs, priors
from standoff.history import coefficients
from standoff.priors import LibraryPrior
from standoff.report.document import Block, Paragraph, table
from standoff.report.formatting import capital


def rows() -> list[dict[str, Any]]:
    """A row for each prior: name, kind, middle 90 %, sources and meaning."""
    return [
        {
            "name": prior.name,
            "kind": prior.kind,
            "range": range_text(prior),
            "sources": ", ".join(prior.sources),
            "about": prior.text,
        }
        for prior in priors.list_priors().values()
    ]


def range_text(prior: LibraryPrior) -> str:
    """The central 90 % with its unit; of a number from history, that for a case of today."""
    belief = beliefs.parse(prior.notation)
    unit = "" if prior.unit == "1" else f" {prior.unit}"
    if belief.shape != "history":
        return f"{' to '.join(f'{belief.quantile(p):.2g}' for p in (0.05, 0.95))}{unit}"
    rung = coefficients.load().rungs[-1]
    if prior.kind == "half_life":
        low, _, high = rung.half_life
        return f"{low:.2g} to {high:.2g} month"
    if prior.kind == "rationality":
        return "1"
    low, _, high = rung.weight(belief.origin.removeprefix("history").strip("()"))
    return f"{low:.2g} to {high:.2g}"


def blocks(prior: LibraryPrior) -> list[Block]:
    """A prior with its range, its sources and where it is from."""
    works = [f"{key}: {text}" for key, text in prior.works.items()]
    facts = {
        "range (5 to 95 %)": range_text(prior),
        "kind": prior.kind.replace("_", " "),
        "from": prior.origin,
        "by the rule": prior.rule,
        "in a scenario": f"prior({prior.name}), 2 * prior({prior.name})",
        "sources": "; ".join([*works, *(word for word in prior.sources if word not in prior.works)]),
    }
    return [Paragraph(f"{prior.name}: {capital(prior.text)}"), table("", "", rows=facts.items())]
