"""`standoff compare`: variants of one case, and changed levers, side by side."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument, Option

import standoff
from standoff.cli._options import (
    FEW,
    Case,
    Changed,
    Changes,
    Command,
    HelpGroup,
    OfPosterior,
    OnPosterior,
    Sampled,
    Written,
)
from standoff.errors import ModelError, join_limited
from standoff.report import sections

BASE, CHANGED = "base", "changed"


def compare(
    case: Case,
    variants: Annotated[
        list[str] | None,
        Argument(
            metavar="VARIANT...",
            help="Variants to compare with `base`, the case itself; where `base` is listed, with the first of the list.",
        ),
    ] = None,
    stocks: Annotated[
        list[str] | None,
        Option("--stock", metavar="NAME", help="Explain this stock; by default those that differ most."),
    ] = None,
    changes: Changes = None,
    *,
    sampled: Annotated[Sampled, {"draws": FEW}],
    posterior: OnPosterior,
    written: Written,
) -> None:
    """Compare variants or levers in the same futures: answers, processes, reasons."""

    variants = variants or []
    if not (variants or changes):
        known = join_limited(Changed().load(case).scenario.variants) or "none: the case has no variants"
        raise ModelError("no variant to compare", "VARIANT...", known)
    names = dict.fromkeys(variants if BASE in variants else [BASE, *variants])
    how: dict[str, dict[str, Any]] = {name: {"variant": "" if name == BASE else name} for name in names}
    how |= {CHANGED: {"changes": changes}} if changes else {}
    models = {name: OfPosterior(**vars(posterior), **own).model(case) for name, own in how.items()}
    finding = sampled.find(standoff.compare, models, written.as_json, stocks=stocks or ())
    written.emit(finding, sections.compare.blocks(finding))


COMMAND = Command(HelpGroup.analyse, compare)
