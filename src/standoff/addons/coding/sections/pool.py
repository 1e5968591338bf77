"""Pooled codes as a document."""

from __future__ import annotations

import math
from collections.abc import Iterable

from standoff.addons.coding.pool import CodeDisagreement, PooledCodes
from standoff.analysis.paired import Difference
from standoff.report import answer_text, formatting, title
from standoff.report.document import Block, Heading, Paragraph, remark, table

SHOWN = 15  # disagreements; assumption: coders talk about no more
RULE = (
    "A coder's codes stand as points in place of the numbers of the case, in the same futures. Krippendorff's alpha for intervals: 1 is "
    "perfect agreement, 0 that of chance; from 0.8 on codes are usually relied on, from 0.667 with care."
)


def blocks(pooled: PooledCodes) -> list[Block]:
    """Document of what coders make of an answer."""
    agreed = "" if math.isnan(pooled.alpha) else f" Krippendorff's alpha {pooled.alpha:.2f}."
    out = [
        *title.blocks(pooled.origin),
        Paragraph(
            f"{pooled.text} {formatting.counted(len(pooled.coders) or 1, 'coder')}; {pooled.shared} of {pooled.cells} codes by two or "
            f"more.{agreed}"
        ),
        Heading("The answer under each"),
        table(
            "codes of",
            "cells:",
            "answer:",
            "change:",
            rows=[(item.coder, f"{item.cells}", *_moved(item)) for item in pooled.answers],
        ),
    ]
    if pooled.coders:
        rows = [
            (item.coder, f"{item.cells}", f"{formatting.signed(item.bias, 2)} ± {item.error:.2f}", f"{item.spread:.2f}")
            for item in pooled.coders
        ]
        out += [
            Heading("Each coder against the mean of the others"),
            table("coder", "shared cells:", "bias:", "spread:", rows=rows),
        ]
    if pooled.errors:
        kinds = ("none", "some", "full")
        errors = [
            (
                coder.coder if kind == kinds[0] else "",
                kind,
                *map(formatting.percent, rates),
            )
            for coder in pooled.errors
            for kind, rates in zip(kinds, coder.rates, strict=True)
        ]
        out += [
            Heading("Error rates, from the coders alone"),
            table("coder", "likely true", *(f"says {kind}:" for kind in kinds), rows=errors),
        ]
    if pooled.disagreements:
        out += [Heading("Disagreements that move the answer first"), _disagreements(pooled.disagreements)]
    return [*out, remark(RULE), Paragraph(answer_text.versions_line(pooled.origin), soft=True)]


def _disagreements(items: Iterable[CodeDisagreement]) -> Block:
    rows = [
        (
            item.choice,
            item.row,
            item.option,
            f"{item.low:g} ({item.lowest})",
            f"{item.high:g} ({item.highest})",
            _change(item),
        )
        for item in list(items)[:SHOWN]
    ]
    return table("choice", "row", "option", "lowest", "highest", "answer from low to high:", rows=rows)


def _moved(item: Difference) -> tuple[str, str]:
    return formatting.percent(item.after, item.mc_error), _change(item)


def _change(item: Difference) -> str:
    return f"{formatting.signed(100 * item.change, 1)} ± {100 * item.mc_error:.1f} points"
