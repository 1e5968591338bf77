"""`standoff fit`: estimate the parameters of a case from claims and observed choices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Exit, Option

import standoff
from standoff.cli._options import (
    AS_OF,
    AsOf,
    Bundle,
    Case,
    Changed,
    Changes,
    Command,
    HelpGroup,
    Printed,
    Seed,
    Since,
    Variant,
)
from standoff.errors import RunError
from standoff.files import check_writable_folder, write_json, write_text
from standoff.record import record
from standoff.report import sections

if TYPE_CHECKING:
    from standoff.engine.model import Model

DRAWS = 3_000  # `inference.fit.DRAWS`, which imports JAX
CHAINS = "chains"  # folder of the parts of the draws, in that of the fit
NOT_CONVERGED = 3  # exit code, as of `audit` where a statement fails; 1 is an error


@record
class Fitted(Bundle):
    """What is fitted: a case, with what was known on a day."""

    as_of: AsOf = ""
    variant: Variant = ""
    changes: Changes = None
    since: Since = AS_OF

    def model(self, case: str) -> Model:
        """The model of a case; refuses changes that apply after the time that a fit uses."""

        loaded, ledger = Changed(variant=self.variant, changes=self.changes, since=self.since).load(case)
        model = standoff.build(loaded.over({"as_of": self.as_of}) if self.as_of else loaded, ledger)
        if self.changes and model.plan.interventions:
            why = "a fit uses the time before as_of, and --set applies after it"
            raise RunError(why, "--since", fix="give `--since start`")
        return model


def fit(
    case: Case,
    quick: Annotated[
        bool, Option("--quick", help="Use the normal approximation at the mode instead of sampling.")
    ] = False,
    draws: Annotated[int, Option(min=100, help="Draws of the posterior; without --quick, of each chain.")] = DRAWS,
    theory: Annotated[str, Option(metavar="NAME", help="Let every actor decide by this theory.")] = "",
    *,
    fitted: Fitted,
    seed: Seed = 1,
    folder: Annotated[
        Path | None, Option(metavar="DIR", help="Write fit.json, posterior.nc and charts into this folder.")
    ] = None,
    printed: Printed,
) -> None:
    """Estimate the parameters of a case from claims and observed choices.

    The scenario lists under `fit:` the claims that each stock is compared with. Claims published after the date are not
    used. Exit code 3: the convergence checks failed; the results are written and printed all the same.
    """
    from standoff.analysis.theory_comparison import check_theories, with_theory
    from standoff.inference import _optional, checkpoint
    from standoff.inference.fit import posterior
    from standoff.report.charts.fit import pictures

    if not quick:
        _optional.require()
    _check_folder(folder)
    model = fitted.model(case)
    model = with_theory(model, *check_theories([theory])) if theory else model
    chains = None if folder is None else folder / CHAINS
    with printed.progress() as progress:
        result = standoff.fit(model, quick=quick, draws=draws, seed=seed, progress=progress, checkpoint=chains)
    files = []
    if folder is not None and chains is not None:
        write_json(folder / "fit.json", result.to_data())
        posterior.save(result, model, folder / "posterior.nc")
        for name, picture in pictures(result).items():
            write_text(folder / f"{name}.svg", picture)
        files.append(f"fit: {folder.resolve()} (fit.json, posterior.nc, charts)")
        if result.diagnostics.passed:
            checkpoint.remove(chains)
        if chains.is_dir():
            files.append(f"draws: {chains.resolve()}; the same command with more --draws goes on from them")
    printed.show(result, sections.fit.blocks(result), *files)
    if not result.diagnostics.passed:
        raise Exit(NOT_CONVERGED)


def fit_theories(
    case: Case,
    theories: Annotated[
        list[str] | None, Argument(metavar="[THEORY]...", help="Theories of decision; by default all.")
    ] = None,
    draws: Annotated[int, Option(min=100, help="Draws of the posterior of each chain.")] = DRAWS,
    *,
    fitted: Fitted,
    seed: Seed = 1,
    folder: Annotated[Path | None, Option(metavar="DIR", help="Write theories.json into this folder.")] = None,
    printed: Printed,
) -> None:
    """Compare theories of decision by the probability of the observed choices.

    Exit code 3: the convergence checks failed.
    """
    from standoff.analysis.theory_comparison import check_theories, with_theory
    from standoff.inference import _optional
    from standoff.theories import names

    _optional.require()
    _check_folder(folder)
    model = fitted.model(case)
    models = {name: with_theory(model, name) for name in check_theories(theories or names())}
    with printed.progress() as progress:
        evidence = standoff.theory_evidence(models, draws=draws, seed=seed, progress=progress)
    if folder is not None:
        write_json(folder / "theories.json", evidence.to_data())
    printed.show(evidence, sections.fit.theory_blocks(evidence))
    if not evidence.passed:
        raise Exit(NOT_CONVERGED)


def fit_explain(
    case: Case,
    posterior: Annotated[Path, Argument(metavar="FILE", help="A posterior.nc that a fit of this case wrote.")],
    *,
    fitted: Fitted,
    printed: Printed,
) -> None:
    """Add to a posterior the claims that inform each of its parameters; its draws do not change."""

    with printed.progress() as progress:
        standoff.fit_explain(fitted.model(case), posterior, progress=progress)
    file = str(posterior.resolve())
    printed.show({"posterior": file}, f"posterior: {file}, with the claims that inform its parameters")


def _check_folder(folder: Path | None) -> None:
    """Refuse a folder that cannot be written, before anything is fitted."""
    if folder is not None and folder.exists() and not folder.is_dir():
        raise RunError("is a file", str(folder), fix="give a folder")
    if folder is not None:
        check_writable_folder(folder)


COMMAND = Command(HelpGroup.evidence, fit, {"theories": fit_theories, "explain": fit_explain})
