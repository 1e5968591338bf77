"""`standoff audit`: the statements of a text compared with the ledger of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import standoff
from standoff.addons.reading.cli._model import LanguageModel
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup

CONTRADICTED, UNCHECKED = 3, 4  # exit codes; 1 is an error, 2 a wrong option


def audit(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Text as .txt, .md, .html or .pdf; `-` for standard input.")
    ],
    against: Annotated[
        str,
        typer.Option("--against", metavar="CASE", help="Case whose ledger is used.", autocompletion=options.cases),
    ],
    *,
    published: options.Published = "",
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="DATE", help="Use only claims published by this day; by default the day of the text."
        ),
    ] = "",
    language_model: LanguageModel,
    full: Annotated[
        bool,
        typer.Option("--full", help="Also list each sentence without a verdict, with the reason."),
    ] = False,
    written: options.Written,
) -> None:
    """Audit a text: compare each of its statements with the ledger of a case.

    Exit code 0: something was compared, and nothing is wrong. 3: the ledger contradicts a statement. 4: nothing could be
    compared with the ledger.
    """
    from standoff import catalog
    from standoff.addons.reading import text_files
    from standoff.addons.reading.sections import text_audit
    from standoff.ledger.cards import read_corrections

    loaded, ledger = catalog.load(against)
    text = text_files.load(file, published)
    corrections = read_corrections(catalog.find(against).parent)
    result = standoff.audit(
        text.text,
        ledger,
        name=file.name,
        case=against,
        published=text.published,
        as_of=as_of,
        rates=loaded.scenario.units,
        corrections=corrections,
        rows=language_model.read(text.text, text.published).rows,
        ask=language_model.ask,
    )
    written.emit(result, text_audit.blocks(result, full or written.output is not None))
    if result.wrong:
        raise typer.Exit(CONTRADICTED)
    if not result.checked:
        raise typer.Exit(UNCHECKED)


COMMAND = Command(HelpGroup.text, audit)
