"""`standoff read`: the statements of a text, as rows or as proposed claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import FAILED, put_error, put_json
from standoff.cli._progress import progress_bars
from standoff.errors import ReadingError
from standoff.files import write_text

if TYPE_CHECKING:
    from standoff.addons.reading.llm_client import LlmClient
    from standoff.addons.reading.source_text import SourceText
    from standoff.addons.reading.spacy_parser import Parser
    from standoff.addons.reading.statement import Statement


def read(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Text as .txt, .md, .html or .pdf; `-` for standard input; or a folder of texts.",
        ),
    ],
    published: options.Published = "",
    output: Annotated[
        Path | None,
        options.output_file("Write proposed claims as .jsonl; for a folder, statements."),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="With a folder: number of processes.")] = 1,
    nlp: Annotated[
        bool, typer.Option("--nlp", help="Also parse sentences, for speakers and causes that the rules miss.")
    ] = False,
    model: Annotated[
        str,
        typer.Option(
            "--model", metavar="NAME", help="Also use this language model; its statements are verified by rules."
        ),
    ] = "",
    endpoint: Annotated[
        str,
        typer.Option("--endpoint", metavar="URL", help="URL of the model, such as http://localhost:11434/v1."),
    ] = "",
    key: Annotated[
        str, typer.Option("--key", envvar="STANDOFF_MODEL_KEY", help="API key of the endpoint, if it needs one.")
    ] = "",
    unverified: Annotated[
        Path | None,
        typer.Option(
            "--unverified",
            metavar="FILE",
            callback=options.writable,
            help="Write statements of the model that the text does not support.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Read a text: speaker, number, date and reason of each statement, with its position."""
    if bool(model) != bool(endpoint):
        raise ReadingError(
            "a model needs an endpoint, and an endpoint a model", "--model, --endpoint", fix="give both or neither"
        )
    from standoff.addons.reading.cli._text import load_text, publication_day

    if file.is_dir():
        if model:
            raise ReadingError("folders are read by rules alone", "--model", fix="leave it out, or name a file")
        _folder(file, publication_day(published), output, workers)
        return
    text = load_text(file, published)
    if model:
        from standoff.addons.reading.llm_client import LlmClient

        statements = _by_model(text, LlmClient(endpoint, model, key), unverified)
    else:
        statements = standoff.read(text.text, text.published, _parser() if nlp else None)
    if output is not None:
        _propose(statements, text, output)
    elif as_json:
        put_json([statement.to_data() for statement in statements])
    else:
        from standoff.addons.reading.sections.statements import page

        options.display(page(statements, text.name))


def _parser() -> Parser:
    from standoff.addons.reading.spacy_parser import load

    return load()


def _by_model(text: SourceText, client: LlmClient, unverified: Path | None) -> list[Statement]:
    """Extract statements by rules and a language model; count the unverified ones."""
    from standoff.addons.reading.language_model import read as read_text

    result = read_text(text.text, client.ask, text.published)
    if unverified is not None:
        rows = (json.dumps({"reason": item.reason, **item.statement}, ensure_ascii=False) for item in result.doubts)
        write_text(unverified, "".join(f"{row}\n" for row in rows), ReadingError)
    for problem in result.problems:
        put_error(f"by rules alone, {problem}")
    if result.doubts:
        where = f"in {unverified}" if unverified is not None else "shown by --unverified FILE"
        put_error(f"{len(result.doubts)} statements of the model are not supported by the text, {where}")
    return list(result.rows)


def _folder(folder: Path, published: str, output: Path | None, workers: int) -> None:
    """Read every text below a folder, one line each; an interrupted command resumes."""
    from standoff.addons.reading.batch import read_all
    from standoff.addons.reading.text_files import files

    if output is None or output.suffix != ".jsonl":
        raise ReadingError(
            "a folder is read into a file", "--output", allowed=".jsonl", fix="write such as -o rows.jsonl"
        )
    outcome, left_out = files(folder)
    paths = [path for path in outcome if path.resolve() != output.resolve()]
    for path in left_out:
        put_error(f"left out, since it leads out of the folder or is no regular file: {path}")
    with progress_bars(quiet=False) as progress:
        read_, skipped, failed = read_all(paths, output, published, workers, progress)
    options.display(f"{read_} texts read, {skipped} read before, {failed} failed: {output}")
    if failed:
        raise typer.Exit(FAILED)


def _propose(statements: list[Statement], text: SourceText, output: Path) -> None:
    """Write proposed claims, and print the statements left out, with reasons."""
    from standoff.addons.reading.draft_claims import propose
    from standoff.report.formatting import shortened

    if not text.published:
        raise ReadingError("a claim needs its day of publication", "--published", fix="add --published 2024-03-31")
    draft = propose(statements, text.title or Path(text.name).name, text.published)
    standoff.Ledger(draft.claims).save(output)
    options.display(f"{len(draft.claims)} proposed claims: {output}", f"{len(draft.left_out)} statements left out")
    for quote, reason in draft.left_out:
        options.display(f"  {reason}: {shortened(quote, 90)}")


COMMAND = Command(HelpGroup.text, read)
