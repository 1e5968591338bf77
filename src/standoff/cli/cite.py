"""`standoff cite`: how to cite the package, and the case of an answer."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

import standoff
from standoff.cli._options import Command, DatedVariant, HelpGroup, OfPosterior, OnPosterior, cases, display

if TYPE_CHECKING:
    from standoff.engine.model import Model

#: formats of `analysis.citation`, which is not imported before a command runs
Style = StrEnum("Style", "plain bibtex apa cff")


def cite(
    case: Annotated[
        str,
        Argument(
            metavar="[CASE]",
            help="Case of the catalogue, scenario file, or its folder; by default, cite the package alone.",
            autocompletion=cases,
        ),
    ] = "",
    style: Annotated[Style, Option("--format", help="Format of the citation.")] = Style.plain,
    author: Annotated[
        list[str] | None,
        Option("--author", metavar="NAME", help="Author of a case of your own; may be repeated."),
    ] = None,
    variant: DatedVariant = "",
    *,
    posterior: OnPosterior,
) -> None:
    """Print how to cite the package, and with CASE the case of an answer with its digest."""

    if not case and (variant or posterior != OnPosterior() or author):
        raise BadParameter("the other options apply to a case: name one", param_hint="CASE")
    model = _model(OfPosterior(**vars(posterior), variant=variant), case) if case else None
    display(standoff.cite(model, authors=author or ()).text(style.value))


def _model(of: OfPosterior, case: str) -> Model:
    """The model of a case without what is worked out in futures, as far as its digest goes."""
    if of.posterior is not None:
        return of.model(case)
    from standoff.engine.build import planned

    return planned(*of.load(case))


COMMAND = Command(HelpGroup.evaluate, cite)
