"""`standoff draft`: the first version of a case, from an article."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import standoff
from standoff.addons.reading.cli._model import LanguageModel
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli.new import templates


def draft(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Article as .txt, .md, .html or .pdf; `-` for standard input.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Folder to create.")],
    *,
    published: options.Published = "",
    template: Annotated[
        str,
        typer.Option(metavar="NAME", help="Template of the case; by default the nearest.", autocompletion=templates),
    ] = "",
    language_model: LanguageModel,
) -> None:
    """Draft a case from an article, with proposed claims; nothing runs before a review."""
    from standoff.addons.reading import text_files

    text = text_files.load(file, published)
    made = standoff.draft(text.text, text.published, text.title, template, language_model.ask)
    made.save(output)
    options.display(
        f"drafted {output}: {', '.join(sorted(made.files))}; by the template `{made.template}` (--template NAME for another)",
        f"{made.claims} claims, {len(made.placed)} parts placed, {len(made.reasons)} reasons listed",
        f"next: standoff review {output / 'proposed.jsonl'} --ledger {output / 'claims.jsonl'}; standoff validate {output}",
    )


COMMAND = Command(HelpGroup.text, draft)
