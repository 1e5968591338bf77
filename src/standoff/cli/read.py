"""The command `read`: what a text states, as rows, or as proposed claims of a ledger. No JAX here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

import typer

from standoff.cli.options import Json, display, print_json, writable
from standoff.cli.output import put_error
from standoff.errors import Problem, ReadingError
from standoff.files import write_text

if TYPE_CHECKING:
    from standoff.reading import Statement
    from standoff.reading.source_text import SourceText

Published: TypeAlias = Annotated[
    str, typer.Option("--published", metavar="DATE", help="Day that the text was printed; relative dates need it.")
]


def read(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A text: .txt, .md, .html, .pdf; `-` for standard input; or a folder of texts."
        ),
    ],
    published: Published = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            callback=writable,
            help="Write proposed claims into this file, .jsonl; of a folder, rows.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes for a folder.")] = 1,
    nlp: Annotated[
        bool, typer.Option("--nlp", help="Parse sentences too, for speakers and causes that rules miss.")
    ] = False,
    model: Annotated[
        str,
        typer.Option("--model", metavar="NAME", help="Ask this language model too; what it says is checked by rules."),
    ] = "",
    endpoint: Annotated[
        str,
        typer.Option("--endpoint", metavar="URL", help="Where the model is asked, such as http://localhost:11434/v1."),
    ] = "",
    key: Annotated[
        str, typer.Option("--key", envvar="STANDOFF_MODEL_KEY", help="Key of the endpoint, if it wants one.")
    ] = "",
    doubts: Annotated[
        Path | None,
        typer.Option(
            "--doubts",
            metavar="FILE",
            callback=writable,
            help="Write what the model says and the text does not bear out.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a text: who says what about which number, when and why, with the place of every word."""
    if bool(model) != bool(endpoint):
        raise ReadingError(
            Problem("a model is asked at an endpoint", "--model, --endpoint", fix="give both or neither")
        )
    if file.is_dir():
        if model:
            raise ReadingError(
                Problem("folders are read by rules alone", "--model", fix="leave it out, or name a file")
            )
        _folder(file, _day(published), out, workers)
        return
    found = opened(file, published)
    from standoff.reading import read as rows_of

    parser = None
    if nlp:
        from standoff.reading.spacy_parser import load

        parser = load()
    rows = (
        _asked(found, Chosen(model, endpoint, key), doubts) if model else rows_of(found.text, found.published, parser)
    )
    if out is not None:
        _propose(rows, found, out)
    elif as_json:
        print_json([row.to_data() for row in rows])
    else:
        from standoff.report.sections.statements import page

        display(page(rows, found.name))


class Chosen(NamedTuple):
    """A model and where it is asked."""

    model: str
    endpoint: str
    key: str


def _asked(found: SourceText, chosen: Chosen, doubts: Path | None) -> list[Statement]:
    """Rows by rules and model; what needs a review is counted, and written where that is asked for."""
    import json

    from standoff.connectors._llm_client import LlmClient
    from standoff.reading.language_model import read as rows_of

    both = rows_of(found.text, LlmClient(chosen.endpoint, chosen.model, chosen.key).ask, found.published)
    if doubts is not None:
        lines = (json.dumps({"reason": one.reason, **one.statement}, ensure_ascii=False) for one in both.doubts)
        write_text(doubts, "".join(f"{line}\n" for line in lines), ReadingError)
    for problem in both.problems:
        put_error(f"by rules alone, {problem}")
    if both.doubts:
        where = f"in {doubts}" if doubts is not None else "shown by --doubts FILE"
        put_error(f"{len(both.doubts)} statements of the model are not borne out by the text, {where}")
    return list(both.rows)


def _folder(folder: Path, published: str, out: Path | None, workers: int) -> None:
    """Rows of every text below a folder, one line a document; goes on where it stopped."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from standoff.cli.terminal import Terminal
    from standoff.reading.batch import read_all
    from standoff.reading.text_files import files

    if out is None or out.suffix != ".jsonl":
        raise ReadingError(
            Problem("a folder is read into a file", "--out", allowed=".jsonl", fix="write such as -o rows.jsonl")
        )
    found, left_out = files(folder)
    paths = [path for path in found if path.resolve() != out.resolve()]
    for path in left_out:
        put_error(f"left out, since it leads out of the folder or is no regular file: {path}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=len(paths))
        read_, skipped, failed = read_all(paths, out, published, workers, seen=lambda _: bar.advance(task))
    display(f"{read_} texts read, {skipped} read before, {failed} failed: {out}")
    if failed:
        raise typer.Exit(1)


def _day(published: str) -> str:
    """A day as an option gives it, checked."""
    from standoff.dates import ALLOWED, PartialDate

    if not published:
        return ""
    try:
        return str(PartialDate.parse(published))
    except ValueError as error:
        raise ReadingError(Problem(str(error), "--published", allowed=ALLOWED)) from None


def opened(file: Path, published: str) -> SourceText:
    """The text of a file, with its day of publication checked."""
    from dataclasses import replace

    from standoff.reading import text_files

    day = _day(published)
    found = text_files.load(file)
    return replace(found, published=day or found.published)


def _propose(rows: list[Statement], found: SourceText, out: Path) -> None:
    from standoff.ledger import Ledger
    from standoff.reading.draft_claims import propose

    if not found.published:
        problem = Problem("a claim needs the day on which it was said", "--published", fix="add --published 2024-03-31")
        raise ReadingError(problem)
    made = propose(rows, found.title or Path(found.name).name, found.published)
    Ledger(made.claims).save(out)
    from standoff.report.formatting import shortened

    display(f"{len(made.claims)} proposed claims: {out}", f"{len(made.left_out)} statements left out")
    for quote, why in made.left_out:
        display(f"  {why}: {shortened(quote, 90)}")
