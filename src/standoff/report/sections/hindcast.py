"""Hindcasts as a document: their scores as those of a record, and what each origin knew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from standoff.evaluation.hindcast.run import Hindcast
from standoff.report import formatting
from standoff.report.document import Block, Heading, Picture, given, remark, table
from standoff.report.sections import forecast_record


def blocks(hindcast: Hindcast, pictures: Sequence[Picture] = ()) -> list[Block]:
    """Verdict, scores and pictures, then the origins."""
    rows = [
        (
            str(item["as_of"]),
            *(str(len(item[f"late_{kind}"])) for kind in ("paths", "reasons", "histories")),
            str(item["ledger"])[:12],
        )
        for item in hindcast.made.origins
    ]
    note = "Parameters, reasons and histories that cite only claims published after the origin; digest of the claims known then."
    return [
        *forecast_record.blocks(
            hindcast.scores, f"Hindcasts: {hindcast.made.title}", pictures, cautions(hindcast), with_lines=False
        ),
        *given(
            rows,
            Heading("Origins"),
            remark(note),
            *map(remark, starts(hindcast)),
            table("as of", "late parameters:", "late reasons:", "late histories:", "ledger", rows=rows),
        ),
        remark(provenance_line(hindcast)),
    ]


def starts(hindcast: Hindcast) -> list[str]:
    """Which choices start from the rate of a class, and at how many origins."""
    priors = [pair for item in hindcast.made.origins for pair in item["priors"].items()]
    rates, counts = dict(priors), Counter(question for question, _ in priors)
    parts = [
        f"`{question}` {formatting.percent(rates[question])} ({formatting.counted(count, 'origin')})"
        for question, count in counts.items()
    ]
    told = "Before their reasons count, choices start from the rate of a class over the longest horizon: "
    return [f"{told}{', '.join(parts)}."] if parts else []


def cautions(hindcast: Hindcast) -> list[str]:
    """What the scores do not show, and failed draws."""
    late = max((int(item["late"]) for item in hindcast.made.origins), default=0)
    assumed = max((int(item["assumed"]) for item in hindcast.made.origins), default=0)
    failed = sum(int(item["failed"]) for item in hindcast.made.origins)
    names = "1 parameter of the model cites" if late == 1 else f"up to {late} parameters of the model cite"
    told = (
        f"This does not test foresight: {names} only claims published after the origin. The author of their ranges knew the "
        f"outcomes; the ranges were widened by a factor of {hindcast.made.wider:g} and their medians kept."
    )
    undated = (
        f"Up to {assumed} uncertain numbers are assumptions that nobody declares to have been set by the origin: they count as "
        "late too, and were not widened."
    )
    return [
        text
        for text, holds in ((told, late), (undated, assumed), (f"{failed} draws failed and are left out.", failed))
        if holds
    ]


def provenance_line(hindcast: Hindcast) -> str:
    """Settings and versions of a hindcast in one line."""
    of = f" of the variant `{hindcast.made.variant}`" if hindcast.made.variant else ""
    return (
        f"{formatting.counted(len(hindcast.made.origins), 'origin')}{of}, {hindcast.made.draws:,} draws each, "
        f"seed {hindcast.made.seed}, ranges of late parameters widened by a factor of {hindcast.made.wider:g}"
        f"; " + ", ".join(f"{name} {version}" for name, version in hindcast.made.versions.items())
    )
