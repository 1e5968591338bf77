"""Calibration of a fit for the terminal: verdict, coverage, unknowns with uneven ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.inference.fit.calibration_records import CENTRAL, FEWEST, LEVEL, RANKED
from standoff.report import formatting, terminal
from standoff.report.text_table import grid, heading
from standoff.report.text_wrap import WrappedText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.inference.fit.calibration_records import Calibration, UnknownCalibration

MOST = 20  #: unknowns in the table; the rest are counted
SHOWN = 3  #: sets that are named; the rest are counted
METHODS = {"hmc": "draws of Hamiltonian Monte Carlo", "laplace": "draws of the normal approximation at the mode"}
EXPLAINED = (
    "All unknowns are drawn from the prior, and the numbers of the claims from the density that a fit takes for them, with the "
    "days, sources and comparators of the case. Each set is fitted without knowledge of the true values, whose ranks among "
    f"{RANKED} draws are uniform if likelihood and sampler are right. Choices are left out: those of history are imposed on "
    "the path."
)


def page(calibration: Calibration) -> RenderableType:
    """Render the finding for the terminal."""
    informed = [item for item in calibration.unknowns if item.informed]
    others = len(calibration.unknowns) - len(informed)
    parts: list[RenderableType] = [
        Text(calibration.title, "bold"),
        Text(
            f"calibration of the fit · {formatting.counted(calibration.sets, 'set')} of "
            f"{formatting.counted(calibration.claims, 'claim')} · published by {calibration.as_of} · "
            f"{METHODS[calibration.method]} · variant {calibration.variant or 'base'} · seed {calibration.seed}",
            "dim",
        ),
        *terminal.notice(calibration),
        Text(),
        Text(verdict(calibration), "bold"),
        Text(convergence(calibration)),
        Text(EXPLAINED, "dim"),
    ]
    if informed:
        parts += [heading("Coverage"), Text(coverage(calibration))]
        parts += [heading("Unknowns that the claims inform, the most uneven ranks first"), _unknowns(informed[:MOST])]
        errors = " and ".join(f"{100 * error:.0f}" for error in calibration.errors)
        parts.append(
            Text(
                f"Standard errors of a coverage: {errors} percentage points. p is that of one unknown: the least of "
                f"{len(calibration.unknowns)} is small by chance.",
                "dim",
            )
        )
    if len(informed) > MOST:
        parts.append(Text(f"and {len(informed) - MOST} more, see --json", "dim"))
    if others:
        uneven = next(item for item in calibration.unknowns if not item.informed)
        least = "" if uneven.p is None else f"; the least p of one is {uneven.p:.2g} ({uneven.label})"
        text = f"{formatting.counted(others, 'unknown')} narrow by less than a tenth{least}."
        parts += [heading("Not informed by the claims"), Text(text)]
    return Group(*parts, Text())


def verdict(calibration: Calibration) -> str:
    """What the ranks say, in one sentence."""
    if not calibration.ranked:
        return "No set could be fitted: nothing can be said."
    if calibration.least_p is None:
        return f"Too few sets for a verdict: {FEWEST} or more are needed, and 100 tell most."
    count = f"{formatting.counted(len(calibration.unknowns), 'unknown')} in {calibration.ranked} sets"
    shares = f"chi squared over {calibration.bins} bins, the least p times the number of unknowns is {calibration.least_p:.2g}"
    if calibration.passed:
        return f"The ranks of {count} may be uniform: {shares}."
    uneven = calibration.unknowns[0]
    return f"The ranks of {count} are not uniform: {shares}, below {LEVEL:g} ({uneven.label})."


def convergence(calibration: Calibration) -> str:
    """How many sets did not converge or could not be fitted."""
    parts = []
    if calibration.failed:
        named = formatting.first_few([f"{item.label}: {item.why}" for item in calibration.failed], SHOWN)
        parts.append(f"{len(calibration.failed)} of {calibration.sets} sets could not be fitted ({named}).")
    count = len(calibration.unconverged)
    if count:
        named = formatting.first_few(calibration.unconverged, SHOWN)
        parts.append(
            f"{count} of {calibration.ranked} sets did not converge ({named}); their ranks count all the same, since "
            "to leave out what is hard would flatter the rest."
        )
    elif calibration.ranked:
        parts.append("All other sets converged." if calibration.failed else "All sets converged.")
    if calibration.resampled:
        sets = formatting.counted(calibration.resampled, "set")
        parts.append(f"Longer chains were drawn once more for {sets}.")
    return " ".join(parts)


def coverage(calibration: Calibration) -> str:
    """How often central intervals hold the true values."""
    items = zip(CENTRAL, calibration.covered, calibration.covered_errors, strict=True)
    return (
        "; ".join(
            f"the central {100 * share:.0f} % of draws hold {100 * covered:.1f} ± {100 * error:.1f} % of true values"
            for share, covered, error in items
        )
        + "."
    )


def _unknowns(items: Sequence[UnknownCalibration]) -> RenderableType:
    inside = [f"in central {100 * share:.0f} %:" for share in CENTRAL]
    table = grid("unknown", "contraction:", "ranks by bin", "p:", *inside)
    for item in items:
        table.add_row(
            WrappedText(item.label),
            formatting.percent(item.contraction),
            " ".join(map(str, item.counts)),
            "" if item.p is None else f"{item.p:.2g}",
            *(formatting.percent(share) for share in item.covered),
        )
    return table
