"""`standoff new`: the files of a new scenario, from the starter, a case or a template."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

import standoff
from standoff.cli._options import Command, HelpGroup, cases, display, pairs
from standoff.errors import Problem, ScenarioError
from standoff.files import write_errors

if TYPE_CHECKING:
    from standoff.case_templates import Ask, CaseTemplate


def templates() -> list[str]:
    """Names of templates, for completion."""
    from standoff import case_templates

    return list(case_templates.list_templates())


def new(
    name: Annotated[str, Argument(metavar="NAME", help="Folder to create.")],
    origin: Annotated[
        str,
        Option(
            "--from",
            metavar="CASE",
            help="Copy this case of the catalogue instead of the small starter.",
            autocompletion=cases,
        ),
    ] = "",
    template: Annotated[
        str,
        Option(
            metavar="NAME",
            help="Ask for actors, options, reasons, horizon and questions, and write a case of this kind: "
            "`standoff list templates`.",
            autocompletion=templates,
        ),
    ] = "",
    answers: Annotated[
        Path | None,
        Option(metavar="FILE", help="With --template: a YAML file of answers by key.", dir_okay=False),
    ] = None,
    answer: Annotated[
        list[str] | None,
        Option(metavar="KEY=VALUE", help="With --template: one answer; repeatable, before those of a file."),
    ] = None,
    yes: Annotated[
        bool, Option("--yes", help="With --template: ask nothing, and take the defaults of what is not answered.")
    ] = False,
) -> None:
    """Create a folder with a commented scenario and its claims, ready to run."""
    from standoff import case_templates

    if not template and (answers or answer or yes):
        raise ScenarioError("--answers, --answer and --yes go with --template", fix="add `--template NAME`")
    if template and origin:
        raise ScenarioError("--from and --template exclude each other", fix="leave one of them out")
    with write_errors(Path(name), ScenarioError):
        exists = Path(name).exists()  # it will be refused: ask nothing
    given: dict[str, Any] = {}
    if template:
        form = case_templates.find_template(template)
        given = {**_answers(form, answers), **pairs(answer, "--answer", "an answer", "KEY=VALUE")}
        for key, raw in given.items():
            form.ask(key).read(raw, "--answer")  # refuse before the first question
        if not yes and not exists:
            _prompt(form, given)
    folder = standoff.new(name, origin, template, given)
    path = shlex.quote(str(folder))
    display(
        f"created {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}",
        f"next: standoff validate {path}; standoff run {path}",
    )


def _answers(template: CaseTemplate, file: Path | None) -> dict[str, Any]:
    """The answers of a file, each checked at its line."""
    from standoff.scenario import document

    if file is None:
        return {}
    read = document.read_file(file)
    if not isinstance(read.data, dict):
        allowed = "sender: NOR Northland"
        raise ScenarioError("a file of answers maps keys to answers", file.name, allowed=allowed)
    problems: list[Problem] = []
    for key, raw in read.data.items():
        try:
            template.ask(str(key)).read(raw, read.where((key,)))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return read.data


def _prompt(template: CaseTemplate, given: dict[str, Any]) -> None:
    """Ask for what is not in `given`, section by section, and add it."""
    missing = [ask for ask in template.asks if ask.key not in given]
    if missing:
        display(f"{template.text}. Enter takes what stands in brackets.")
    section = ""
    values = {key: template.ask(key).read(raw) for key, raw in given.items()}
    for ask in missing:
        if ask.section != section:
            section = ask.section
            display("", section.capitalize())
        given[ask.key] = _answer(template, ask, values)


def _answer(template: CaseTemplate, ask: Ask, values: dict[str, Any]) -> str:
    """Ask until an answer is allowed beside the earlier ones, and add it to them."""
    if ask.of:
        display(*(f"    {key}: {text}" for key, text in ask.of.items()))
    while True:
        try:
            unit = f" In {ask.unit}" if ask.kind == "number" and ask.unit != "1" else ""
            text: str = typer.prompt(f"  {ask.text}{unit}", default=template.default(ask))
        except (typer.Abort, RuntimeError):  # the latter where standard input is closed
            fix = "answer with --answer KEY=VALUE or --answers FILE, or take defaults with --yes"
            problem = Problem("there is no further answer", path=ask.key, allowed=ask.allowed, fix=fix)
            raise ScenarioError(problem) from None
        try:
            value = ask.read(text)
            if problems := [each for each in template.clashes({**values, ask.key: value}) if each.path == ask.key]:
                raise ScenarioError(problems)
        except ScenarioError as error:
            display(str(error))
        else:
            values[ask.key] = value
            return text


COMMAND = Command(HelpGroup.inspect, new)
