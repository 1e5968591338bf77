"""`standoff history fit`: the model of help, fitted to decisions up to a year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli.fit import NOT_CONVERGED


def fit(
    data: Annotated[Path, Option(metavar="FOLDER", help="Folder with the publishers' files.")],
    output: Annotated[
        Path,
        Option("--output", "-o", metavar="FILE", callback=options.writable, help="Write the posterior as .npz."),
    ],
    until: Annotated[int, Option(metavar="YEAR", help="Last year of the decisions.")] = 2017,
    draws: Annotated[int, Option(min=100, help="Draws of each of the four chains.")] = 700,
    seed: options.Seed = 1,
    *,
    printed: options.Printed,
) -> None:
    """Fit the model of help to the panel of decisions; about a quarter of an hour.

    Exit code 3: the convergence checks failed; the posterior is written all the same.
    """
    from standoff.addons.history.fit import save
    from standoff.addons.history.sections.history import fit_blocks
    from standoff.addons.history.show import summarise
    from standoff.inference import _optional

    _optional.require()
    fitted = standoff.history_fit(standoff.history_build(data).rows, until=until, draws=draws, seed=seed)
    save(fitted, output, len(fitted.draws))
    summary = summarise(fitted)
    printed.show(summary, [*fit_blocks(summary, output)])
    if not fitted.passed:
        raise typer.Exit(NOT_CONVERGED)


COMMAND = Command(HelpGroup.evidence, fit)
