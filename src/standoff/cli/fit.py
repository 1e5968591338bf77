"""`standoff fit`: estimate the parameters of a case from claims and observed choices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, RunError
from standoff.files import check_writable_folder, write_text

if TYPE_CHECKING:
    from standoff.engine.model import Model

DRAWS = 3_000
CHAINS = "chains"  # folder of the parts of the draws, in that of the fit
NOT_CONVERGED = 3  # exit code, as of `audit` where a statement fails; 1 is an error


def fit(
    case: options.Case,
    quick: Annotated[
        bool, typer.Option("--quick", help="Use the normal approximation at the mode instead of sampling.")
    ] = False,
    as_of: options.AsOf = "",
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            min=100,
            help="Draws of the posterior; without --quick, of each chain.",
        ),
    ] = DRAWS,
    theory: Annotated[
        str, typer.Option("--theory", metavar="NAME", help="Let every actor decide by this theory.")
    ] = "",
    theories: Annotated[
        str,
        typer.Option(
            "--theories",
            metavar="all|NAME,...",
            help="Only compare theories by the probability of the observed choices; --folder then receives theories.json.",
        ),
    ] = "",
    explain: Annotated[
        Path | None,
        typer.Option(
            "--explain",
            metavar="FILE",
            help="Add the claims that inform each parameter to this posterior.nc; its draws do not change.",
        ),
    ] = None,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    seed: options.Seed = 1,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="DIR",
            help="Write fit.json, posterior.nc and charts into this folder.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Estimate the parameters of a case from claims and observed choices.

    The scenario lists under `fit:` the claims that each stock is compared with. Claims published after the date are not
    used. Exit code 3: the convergence checks failed; the results are written and printed all the same.
    """
    from standoff.inference import _optional
    from standoff.inference.fit.fit import fit as estimate

    kinds = (("--theories", theories), ("--explain", explain), ("--quick", quick))
    used = [name for name, value in (*kinds, ("--theory", theory), ("--folder", explain and folder)) if value]
    if len(used) > 1 and used[0] in {"--theories", "--explain"}:
        raise RunError(Problem(f"{used[0]} and {used[-1]} exclude each other", fix="leave one of them out"))
    if not quick and explain is None:
        _optional.require()
    if folder is not None and folder.exists() and not folder.is_dir():
        raise RunError(Problem("is a file", str(folder), fix="give a folder"))
    if folder is not None:
        check_writable_folder(folder)
    model = _model(case, variant, changes, since, as_of, theory)
    if theories:
        _theories(model, theories, draws, seed, folder, as_json)
        return
    if explain is not None:
        from standoff.inference.fit.fit import explain as add_claims

        with progress_bars(quiet=as_json) as progress:
            add_claims(model, explain, progress=progress)
        if as_json:
            options.print_json({"posterior": str(explain.resolve())})
        else:
            options.display(f"posterior: {explain.resolve()}, with the claims that inform its parameters")
        return
    chains = None if folder is None else folder / CHAINS
    with progress_bars(quiet=as_json) as progress:
        result = estimate(model, quick=quick, draws=draws, seed=seed, progress=progress, checkpoint=chains)
    if folder is not None:
        from standoff.inference import checkpoint
        from standoff.inference.fit import posterior
        from standoff.report.charts.fit import pictures

        write_text(folder / "fit.json", json.dumps(result.to_data(), indent=1, ensure_ascii=False) + "\n")
        posterior.save(result, model, folder / "posterior.nc")
        for name, picture in pictures(result).items():
            write_text(folder / f"{name}.svg", picture)
        if result.diagnostics.passed:
            checkpoint.remove(folder / CHAINS)
    if as_json:
        options.print_json(result.to_data())
    else:
        from standoff.report.sections.fit import blocks

        written = [] if folder is None else [f"fit: {folder.resolve()} (fit.json, posterior.nc, charts)"]
        if chains is not None and chains.is_dir():
            written.append(f"draws: {chains.resolve()}; the same command with more --draws goes on from them")
        options.display(blocks(result), *written)
    if not result.diagnostics.passed:
        raise typer.Exit(NOT_CONVERGED)


def _model(case: str, variant: str, changes: list[str] | None, since: str, as_of: str, theory: str) -> Model:
    from standoff.analysis.theory_comparison import check_theories, with_theory
    from standoff.engine.build import build

    loaded, ledger = options.load_case(case, variant, changes, since)
    model = build(loaded.over({"as_of": as_of}) if as_of else loaded, ledger)
    if changes and model.plan.interventions:
        raise RunError(
            Problem(
                "a fit uses the time before as_of, and --set applies after it", "--since", fix="give `--since start`"
            )
        )
    return with_theory(model, *check_theories([theory])) if theory else model


def _theories(model: Model, names: str, draws: int, seed: int, folder: Path | None, as_json: bool) -> None:
    """Compare theories by the probability of the observed choices; exit code 3 as for a fit."""
    from standoff.analysis.theory_comparison import check_theories, with_theory
    from standoff.inference.fit.theory_evidence import compare_theories
    from standoff.report.sections.theory_evidence import blocks

    models = {name: with_theory(model, name) for name in check_theories(options.theory_names(names))}
    with progress_bars(quiet=as_json) as progress:
        evidence = compare_theories(models, draws=draws, seed=seed, progress=progress)
    options.emit_theories(evidence.to_data(), blocks(evidence), folder, as_json)
    if not evidence.passed:
        raise typer.Exit(NOT_CONVERGED)


COMMAND = Command(HelpGroup.evidence, fit)
