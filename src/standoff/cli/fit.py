"""The command `fit`: what claims and seen choices teach about the numbers of a case."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.options import AS_OF, Case, Changes, Json, Seed, Since, Variant, display, load_case, print_json
from standoff.cli.output import put_error
from standoff.errors import Problem, RunError
from standoff.files import check_writable_folder, write_text

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = 3_000
FAILED = 3  # exit code where the gate is not passed, as of `audit` where something does not hold; 1 is an error


def fit(
    case: Case,
    quick: Annotated[
        bool, typer.Option("--quick", help="The normal distribution at the mode, instead of draws of the posterior.")
    ] = False,
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="DATE", help="Only what was published by then; the scenario's if left out."),
    ] = "",
    draws: Annotated[
        int, typer.Option("--draws", min=100, help="Draws of the posterior; of each chain, without --quick.")
    ] = DRAWS,
    theory: Annotated[
        str,
        typer.Option("--theory", metavar="NAME", help="Everybody decides by this theory: what seen choices say then."),
    ] = "",
    theories: Annotated[
        str,
        typer.Option(
            "--theories",
            metavar="all|NAME,...",
            help="How probable each theory makes the choices that were seen; "
            "keeps no posterior, and theories.json in --out.",
        ),
    ] = "",
    explain: Annotated[
        Path | None,
        typer.Option(
            "--explain",
            metavar="FILE",
            help="Add to a posterior.nc which claims inform its numbers; its draws stay as they are.",
        ),
    ] = None,
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    seed: Seed = 1,
    as_json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="Write fit.json, posterior.nc and pictures there."),
    ] = None,
) -> None:
    """Learn the parameters of a case from claims and seen choices: what they were believed to be, and are now.

    The scenario says under `fit:` which claims are compared with which stocks. Nothing that was published after the date
    reaches the fit. Exit code 3 where the fit does not pass its gate; what it found is written and printed all the same.
    """
    from standoff.analysis.theory_comparison import check_theories, with_theory
    from standoff.engine.build import build
    from standoff.inference import _optional
    from standoff.inference.fit.fit import fit as fitted
    from standoff.report.charts import fit as drawn
    from standoff.report.sections import fit as told

    kinds = (("--theories", theories), ("--explain", explain), ("--quick", quick), ("--theory", theory))
    given = [name for name, said in (*kinds, ("--out", explain and out)) if said]
    if len(given) > 1 and given[0] in {"--theories", "--explain"}:
        raise RunError(Problem(f"{given[0]} and {given[1]} do not go together", fix="leave one of them out"))
    if not quick and explain is None:
        _optional.require()
    if out is not None and out.exists() and not out.is_dir():
        raise RunError(Problem("is a file", str(out), fix="give a folder"))
    if out is not None:
        check_writable_folder(out)
    loaded, ledger = load_case(case, variant, changes, since)
    model = build(loaded.over({"as_of": as_of}) if as_of else loaded, ledger)
    if changes and model.plan.interventions:
        raise RunError(
            Problem("a fit learns from what was before as_of, and --set holds from then on", "--since",
                    fix="give `--since start`")
        )  # fmt: skip
    if theory:
        model = with_theory(model, *check_theories([theory]))
    if theories:
        from standoff.cli.theories import weigh

        if not weigh(model, theories, draws, seed, out, as_json, _teller(as_json)):
            raise typer.Exit(FAILED)
        return
    if explain is not None:
        from standoff.inference.fit.fit import explain as add

        add(model, explain, tell=_teller(as_json))
        if as_json:
            print_json({"posterior": str(explain.resolve())})
        else:
            display(f"posterior: {explain.resolve()}, with the claims that inform its numbers")
        return
    found = fitted(model, quick=quick, draws=draws, seed=seed, tell=_teller(as_json))
    if out is not None:
        from standoff.inference.fit import posterior

        write_text(out / "fit.json", json.dumps(found.to_data(), indent=1, ensure_ascii=False) + "\n")
        posterior.save(found, model, out / "posterior.nc")
        for name, picture in drawn.pictures(found).items():
            write_text(out / f"{name}.svg", picture)
    if as_json:
        print_json(found.to_data())
    else:
        display(told.page(found))
        if out is not None:
            display(f"fit: {out.resolve()} (fit.json, posterior.nc, pictures)")
    if not found.diagnostics.passed:
        raise typer.Exit(FAILED)


def _teller(quiet: bool) -> Callable[[str], None] | None:
    """Tells on standard error how far the fit is; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        return None

    def tell(text: str) -> None:
        put_error(text, over=True)

    return tell
