"""Commands that simulate: `run`, `answer`, `explain`."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli.options import (
    AS_OF,
    Case,
    Changes,
    Draws,
    Fitted,
    Json,
    Posterior,
    Seed,
    Since,
    Variant,
    build_model,
    display,
    print_json,
    progress_bar,
)
from standoff.cli.output import put_error
from standoff.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.engine.build import Model
    from standoff.engine.run import Run

DRAWS = 10_000
FEW = 2_000  # for one answer or explanation: Monte Carlo errors of about one percentage point


class Precision(StrEnum):
    """Length of the numbers inside the engine."""

    single = "single"
    double = "double"


def run(
    case: Case,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Where the run is kept.")] = None,
    html: Annotated[bool, typer.Option("--html/--no-html", help="Write the page report.html.")] = True,
    precision: Annotated[
        Precision, typer.Option("--precision", help="Single for ensembles, double for audits.")
    ] = Precision.single,
    paths: Annotated[
        str,
        typer.Option("--paths", metavar="N|all", help="How many futures keep their whole path; else 200 MB of them."),
    ] = "",
    posterior: Posterior = None,
    fitted: Fitted = False,
    turns: Annotated[
        bool,
        typer.Option(
            "--findings", help="Also what would turn the main choice, and which claims to check; takes longer."
        ),
    ] = False,
    rivals: Annotated[
        bool,
        typer.Option("--rivals", help="Also every answer under rival models, and what makes it vary; takes minutes."),
    ] = False,
    theory: Annotated[
        str,
        typer.Option(
            "--theories",
            metavar="all|NAME,...",
            help="Run the case once under each of these theories of how actors decide, and compare what they answer; "
            "keeps no run, and theories.json in --out.",
        ),
    ] = "",
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write the report as Markdown (.md), PDF (.pdf) or page (.html) too."
        ),
    ] = None,
    drawn: Annotated[
        Path | None,
        typer.Option("--pictures", metavar="FOLDER", help="Write each picture as SVG and as PNG into a folder."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Simulate a case and print its verdict page; keep the run and a web page in a folder.

    A run that was cut off goes on when the same command is given again.
    """
    from standoff.cli import export

    export.known(output or (), drawn, out)
    if theory:
        from standoff.cli import theories

        model = build_model(case, variant, changes, since, posterior, fitted)
        theories.compare(model, theory, draws, seed, out, as_json)
        return
    from standoff.analysis import verdict
    from standoff.analysis.model_uncertainty import models_of
    from standoff.engine.run_folder import RunFolder
    from standoff.engine.simulate import simulate

    kept: int | str | None = paths if paths == "all" else _count(paths) if paths else None
    model = build_model(case, variant, changes, since, posterior, fitted)
    if rivals:
        models_of(model)  # its mistakes before anything is simulated
    folder = RunFolder(out or Path("runs") / _name(case, model, draws, seed, precision.value, paths))
    with _cut_off(folder.path), progress_bar("draws", quiet=as_json) as tick:
        done = simulate(
            model, draws=draws, seed=seed, precision=precision.value, paths=kept, folder=folder, progress=tick
        )  # fmt: skip
    with progress_bar("findings", quiet=as_json or not (turns or rivals)) as tick:
        found = verdict(done, changes=True, threshold=turns, rivals=rivals, progress=tick)
    data = found.to_data()
    folder.write_json("verdict.json", data)
    folder.write_json("summary.json", summary(done))
    page = folder.path / "report.html"
    if html:
        from standoff.report import report

        report(done, page, found=found)
    written = export.write(done, found, output or (), drawn)
    if as_json:
        print_json(data)
        return
    from standoff.report import terminal

    display(terminal.verdict_page(found))
    if found.flips and found.value:
        from standoff.report import render
        from standoff.report.sections import findings

        display(*(render.terminal(each) for each in (findings.flips(found.flips), findings.values(found.value))))
    if found.rivals:
        from standoff.report import render
        from standoff.report.sections import model_uncertainty

        display(render.terminal(model_uncertainty.blocks(found.rivals)))
    if html:
        display(f"page: {page.resolve()}")
    for line in written:
        display(line)
    display(f"run:  {folder.path.resolve()} (verdict.json, summary.json, scenario.yaml, claims.jsonl)")


def answer(
    case: Case,
    questions: Annotated[
        list[str] | None, typer.Argument(metavar="[QUESTION]...", help="Questions by id; all if none.")
    ] = None,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    as_json: Json = False,
) -> None:
    """Answer the questions of a case, each beside what one would say without a model."""
    from standoff.analysis import answer as answered
    from standoff.report import terminal

    model = build_model(case, variant, changes, since, posterior, fitted)
    _known(questions or [], [asked.id for asked in model.plan.questions], "question")
    found = answered(_simulated(model, draws, seed, as_json), tuple(questions or ()))
    if as_json:
        print_json(found.to_data())
    else:
        display(terminal.answers(found))


def explain(
    case: Case,
    choice: Annotated[str, typer.Option("--choice", metavar="NAME", help="A choice, or the actor who makes it.")] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="MONTH", help="Explain the decision in force then, such as 2024-06.")
    ] = "",
    option: Annotated[str, typer.Option("--option", help="The option to explain; the likeliest if left out.")] = "",
    against: Annotated[
        str, typer.Option("--against", help="The option it is compared with; the status quo if left out.")
    ] = "",
    stock: Annotated[str, typer.Option("--stock", metavar="NAME", help="A stock instead, such as troops.RUS.")] = "",
    first: Annotated[
        str, typer.Option("--from", metavar="MONTH", help="Of --stock: from when; as_of if left out.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="MONTH", help="Of --stock: to when; the end if left out.")
    ] = "",
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = FEW,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    as_json: Json = False,
) -> None:
    """Explain a choice by its reasons, which add up to the log odds, or a stock by what moved it."""
    from standoff.report import terminal

    if bool(choice) == bool(stock):
        raise typer.BadParameter(
            "name either a choice or a stock: `--choice CHN --at 2024-06`, or `--stock troops.RUS`"
        )
    if choice and not at:
        raise typer.BadParameter("`--choice` needs the month of the decision: `--at 2024-06`")
    model = build_model(case, variant, changes, since, posterior, fitted)
    if choice:
        from standoff.analysis import explain as explained

        reasons = explained(model, choice=choice, at=at, option=option, against=against, draws=draws, seed=seed)
        data, page = reasons.to_data(), terminal.explanation(reasons)
    else:
        from standoff.analysis import stock_drivers

        _known([stock], list(model.plan.cells), "stock")
        moved = stock_drivers(_simulated(model, draws, seed, as_json), stock, first, until)
        data, page = moved.to_data(), terminal.drivers(moved)
    if as_json:
        print_json(data)
    else:
        display(page)


def summary(run: Run) -> dict[str, Any]:
    """Quantiles of every stock and shares of every option over time, as plain data."""
    from standoff.engine.run import FAN
    from standoff.serialise import to_plain

    plan = run.model.plan
    stocks = {
        cell: {
            "unit": run.display_unit(cell)[1],
            "quantiles": dict(zip(map(str, FAN), run.quantile_fan(cell), strict=True)),
        }
        for cell in plan.cells
    }
    choices = {
        choice.name: {option: run.active_share[:, place, o] for o, option in enumerate(choice.options)}
        for place, choice in enumerate(plan.choices)
    }
    interventions = [asdict(item) for item in run.interventions]
    out: dict[str, Any] = to_plain(
        {"interventions": interventions, "times": run.times, "stocks": stocks, "held": choices}
    )
    return out


def _simulated(model: Model, draws: int, seed: int, quiet: bool) -> Run:
    from standoff.engine.simulate import simulate

    with progress_bar("draws", quiet=quiet) as tick:
        return simulate(model, draws=draws, seed=seed, progress=tick)


def _known(words: list[str], known: list[str], what: str) -> None:
    """Refuse unknown words before anything is simulated."""
    from standoff.errors import ModelError, did_you_mean, join_limited

    wrong = [word for word in words if word not in known]
    if wrong:
        raise ModelError([Problem(f"there is no {what} `{word}`", allowed=join_limited(known), fix=did_you_mean(word, known))
                          for word in wrong])  # fmt: skip


def _count(text: str) -> int:
    if not text.isdecimal():
        raise typer.BadParameter(f"`{text}` is neither a number of draws nor `all`", param_hint="--paths")
    return int(text)


def _name(case: str, model: Model, draws: int, seed: int, precision: str, paths: str) -> str:
    from standoff import catalog

    file = catalog.find(case)
    slug = file.resolve().parent.name if file.name == "scenario.yaml" else file.stem
    parts = [slug, model.plan.variant, model.hash[:8], f"s{seed}", f"d{draws}"]
    parts += [precision] if precision != "single" else []
    parts += [f"p{paths}"] if paths else []
    return "-".join(part for part in parts if part)


@contextmanager
def _cut_off(folder: Path) -> Iterator[None]:
    """Say how to go on when a run is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        put_error(f"\ncut off; what is done stays in {folder}: give the same command again to go on")
        raise typer.Exit(130) from None
