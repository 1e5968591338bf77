"""The commands `flip`, `sensitivity` and `value`: what would turn an answer, what it rests on, what to check next."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from standoff.cli.options import (
    AS_OF,
    Case,
    Changes,
    Draws,
    Fitted,
    Json,
    Output,
    Posterior,
    Seed,
    Since,
    Variant,
    build_model,
    emit,
    progress_bar,
    writable,
)
from standoff.files import write_text

Choice: TypeAlias = Annotated[
    str, typer.Option("--choice", metavar="NAME=OPTION", help="The chance of an option, such as CHN=arms.")
]
At: TypeAlias = Annotated[
    str,
    typer.Option("--at", metavar="MONTH", help="Of --choice: the decision in force then; the first one if left out."),
]
Question: TypeAlias = Annotated[
    str,
    typer.Option("--question", metavar="ID", help="A question instead, or `ID=label`; the main one if none is named."),
]


class By(StrEnum):
    """What a Sobol index is of."""

    number = "number"
    mechanism = "mechanism"
    side = "side"


def flip(
    case: Case,
    choice: Choice = "",
    at: At = "",
    question: Question = "",
    to: Annotated[
        float | None,
        typer.Option(
            "--to", metavar="VALUE", help="The threshold: a probability, or a value; else being the likeliest."
        ),
    ] = None,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = 2048,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Find the least change of a number, or of two or three together, that turns an answer; and the claims that would."""
    from standoff.analysis.threshold import flip as found_by
    from standoff.report.sections import findings

    model = build_model(case, variant, changes, since, posterior, fitted)
    with progress_bar("trying numbers", quiet=as_json) as tick:
        found = found_by(model, choice=choice, at=at, question=question, to=to, draws=draws, seed=seed, progress=tick)
    emit(found.to_data(), findings.flips(found), out, as_json)


def sensitivity(
    case: Case,
    choice: Choice = "",
    at: At = "",
    question: Question = "",
    sobol: Annotated[
        bool, typer.Option("--sobol", help="Also shares of the variance; needs standoff[analysis].")
    ] = False,
    by: Annotated[By, typer.Option("--by", help="Of --sobol: the 30 most telling numbers, or groups.")] = By.number,
    pairs: Annotated[int, typer.Option("--pairs", min=2, help="Of --sobol: futures in each of its runs.")] = 1024,
    gradient: Annotated[
        bool | None,
        typer.Option("--gradient/--no-gradient", help="Slopes by differentiation; a large case takes minutes, once."),
    ] = None,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = 4096,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            callback=writable,
            help="Write it as Markdown (.md), PDF (.pdf) or data (.json), or draw it (.svg).",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what an answer is sensitive to: slopes, shares of its variance, what tells its futures apart."""
    from standoff.analysis.sensitivity.sensitivity import sensitivity as found_by
    from standoff.report.sections import findings

    model = build_model(case, variant, changes, since, posterior, fitted)
    with progress_bar("futures", quiet=as_json) as tick:
        found = found_by(
            model, choice=choice, at=at, question=question, draws=draws, seed=seed, gradient=gradient, indices=sobol,
            group=by.value, pairs=pairs, progress=None if tick is None else lambda _, done, total: tick(done, total),
        )  # fmt: skip
    if out is not None and out.suffix == ".svg":
        from standoff.report.charts.tornado import picture

        write_text(out, picture(found))
        out = None
    emit(found.to_data(), findings.sensitivity(found), out, as_json)


def value(
    case: Case,
    choice: Choice = "",
    at: At = "",
    question: Question = "",
    best: Annotated[int, typer.Option("--best", min=1, help="How many claims and numbers are named.")] = 5,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = 8192,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Say which claims and numbers are most worth checking: what would make an answer surer, or turn it."""
    from standoff.analysis.value_of_information import value as found_by
    from standoff.report.sections import findings

    model = build_model(case, variant, changes, since, posterior, fitted)
    with progress_bar("futures", quiet=as_json) as tick:
        found = found_by(
            model, choice=choice, at=at, question=question, draws=draws, seed=seed, best=best, progress=tick
        )
    emit(found.to_data(), findings.values(found), out, as_json)
