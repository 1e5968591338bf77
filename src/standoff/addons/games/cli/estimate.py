"""`standoff estimate`: strategic choice models estimated from observed outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._progress import progress_bars
from standoff.errors import StandoffError


class ErrorLink(StrEnum):
    """Distributions of errors."""

    probit = "probit"
    logit = "logit"


class ErrorSource(StrEnum):
    """Where errors come from."""

    agent = "agent"
    private = "private"


def estimate(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Table of observations, .csv or .parquet.")],
    formula: Annotated[
        list[str],
        typer.Option(
            "--formula",
            metavar="FORMULA",
            help="`outcome ~ part | part | ...` with a part for each utility; or once for each utility.",
        ),
    ],
    model: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="GAME",
            help="egame12, egame122, egame123, or a tree such as `1(peace, 2(retreat, war))`.",
        ),
    ] = "egame12",
    link: Annotated[ErrorLink, typer.Option("--link", help="Distribution of the errors.")] = ErrorLink.probit,
    error: Annotated[
        ErrorSource, typer.Option("--error", help="Mistakes of choice, or private information about one's utilities.")
    ] = ErrorSource.agent,
    scale: Annotated[
        list[str] | None,
        typer.Option(
            "--scale", metavar="FORMULA", help="Regressors of the log scale of errors; `a | b` for each player."
        ),
    ] = None,
    utilities: Annotated[
        str, typer.Option("--utilities", metavar="U,U,...", help="Known utilities; the scale of errors is estimated.")
    ] = "",
    outcomes: Annotated[
        str,
        typer.Option("--outcomes", metavar="A,B,...", help="Names of the outcomes, from left to right in the tree."),
    ] = "",
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster", metavar="COLUMN", help="Standard errors for groups of observations, such as pairs of states."
        ),
    ] = "",
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Leave out rows with missing values, which are an error otherwise.")
    ] = False,
    profile: Annotated[
        bool,
        typer.Option(
            "--profile",
            help="Search for a higher maximum along the profile of each coefficient: ten searches each, of seconds to "
            "minutes in all.",
        ),
    ] = False,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against", metavar="FORMULA", help="Another formula, compared by the tests of Vuong and Clarke."
        ),
    ] = None,
    probabilities: Annotated[
        Path | None,
        typer.Option(
            "--probabilities",
            metavar="FILE",
            callback=options.writable,
            help="Write the fitted probabilities of every observation as .csv.",
        ),
    ] = None,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Estimate the utilities of players in a small sequential game from observed outcomes."""
    from standoff.addons.games.estimate.estimate import ModelTest, compare
    from standoff.addons.games.sections import estimate as section
    from standoff.files import write_text

    names = [name.strip() for name in outcomes.split(",")] if outcomes else None
    settings: dict[str, Any] = {
        "model": model,
        "link": link.value,
        "error": error.value,
        "scale": scale,
        "outcomes": names,
        "utilities": numbers(utilities),
        "drop_missing": drop_missing,
        "profile": profile,
        "cluster": cluster,
    }
    tests: Sequence[ModelTest] = ()
    with progress_bars(quiet=as_json) as progress:
        if against:
            fitted, _, tests = compare(data, formula, against, progress=progress, **settings)
        else:
            fitted = standoff.estimate(data, formula, progress=progress, **settings)
    if probabilities is not None:
        write_text(probabilities, fitted.probability_table().write_csv())
    options.emit(section.data(fitted, tests), section.blocks(fitted, tests), output, as_json)


def numbers(text: str) -> list[float] | None:
    """Parse numbers by comma; raises `StandoffError`."""
    try:
        return [float(word) for word in text.split(",")] if text else None
    except ValueError:
        raise StandoffError(
            f"`{text}` is no list of numbers", "--utilities", fix="write such as --utilities 1,-1,0,1"
        ) from None


COMMAND = Command(HelpGroup.analyse, estimate)
