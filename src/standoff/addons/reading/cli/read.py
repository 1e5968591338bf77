"""`standoff read`: the statements of a text, as rows or as proposed claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import standoff
from standoff.addons.reading.cli._model import LanguageModel
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import FAILED, put_error, put_json
from standoff.cli._progress import progress_bars
from standoff.errors import ReadingError

if TYPE_CHECKING:
    from standoff.addons.reading.statement import Statement
    from standoff.addons.reading.text_files import Reader
    from standoff.progress import Progress


def read(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Text as .txt, .md, .html or .pdf; `-` for standard input; or a folder of texts.",
        ),
    ],
    *,
    published: options.Published = "",
    output: Annotated[
        Path | None,
        options.output_file("Write proposed claims as .jsonl; for a folder, statements."),
    ] = None,
    against: Annotated[
        str,
        typer.Option(metavar="CASE", help="Name quantities as the ledger does.", autocompletion=options.cases),
    ] = "",
    language_model: LanguageModel,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Print how much a reading by a language model takes, and read nothing.")
    ] = False,
    price: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="IN OUT", help="For --estimate: dollars for a million tokens to and from it, as 3 15."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Read a text: speaker, subject, number, date and reason of each statement."""
    from standoff.addons.reading import text_files
    from standoff.addons.reading.audit.link import Linker
    from standoff.addons.reading.draft_claims import propose
    from standoff.addons.reading.sections.statements import blocks
    from standoff.report.formatting import shortened

    if estimate:
        paths = text_files.files(file)[0] if file.is_dir() else [file]
        language_model.show_estimate((text_files.load(path, published).text for path in paths), published, price)
        return
    linker = Linker.of_case(against) if against else None
    with progress_bars(quiet=language_model.ask is None and not file.is_dir()) as progress:

        def reader(text: str, published: str) -> list[Statement]:
            result = language_model.read(text, published, linker, progress)
            rows = sorted([*result.rows, *result.doubtful], key=lambda row: (row.start, row.end))
            return rows if linker is None else [*map(linker.named, rows)]

        if file.is_dir():
            _folder(file, published, output, reader, progress)
            return
        text = text_files.load(file, published)
        statements = reader(text.text, text.published)
    if output is not None:
        if not text.published:
            raise ReadingError("a claim needs its day of publication", "--published", fix="add --published 2024-03-31")
        claims, left_out = propose(statements, text.title, text.published)
        standoff.Ledger(claims).save(output)
        lines = (f"  {reason}: {shortened(quote, 90)}" for quote, reason in left_out)
        options.display(f"{len(claims)} proposed claims: {output}", f"{len(left_out)} statements left out", *lines)
    elif as_json:
        put_json([statement.to_data() for statement in statements])
    else:
        options.display(blocks(statements, text.title))


def _folder(folder: Path, published: str, output: Path | None, reader: Reader, progress: Progress) -> None:
    """Read every text below a folder, one line each."""
    from standoff.addons.reading.text_files import files, publication_day, read_all

    publication_day(published)
    if output is None or output.suffix != ".jsonl":
        fix = "write such as -o rows.jsonl"
        raise ReadingError("a folder is read into a file", "--output", allowed=".jsonl", fix=fix)
    paths, left_out = files(folder)
    for path in left_out:
        put_error(f"left out, since it leads out of the folder or is no regular file: {path}")
    failed = read_all(paths, output, reader, published, progress)
    options.display(f"{len(paths) - failed} texts read, {failed} failed: {output}")
    if failed:
        raise typer.Exit(FAILED)


COMMAND = Command(HelpGroup.text, read)
