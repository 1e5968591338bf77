"""Reconciled quantities and consistency checks for the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import formatting
from standoff.report.text_table import grid, heading

if TYPE_CHECKING:
    from rich.table import Table

    from standoff.inference.reconcile.records import Interval, ReconciledQuantity, SourceEstimate
    from standoff.ledger.consistency import ConsistencyReport

DAYS, MOVED, SHOWN = (
    8,
    6,
    12,
)  # rows of the tables of the path, of claims that move the answer, of claims that do not fit
INTERESTS = {
    "own": "about itself", "enemy": "about its enemy", "third": "a third party", "independent": "independent",
    "relay": "repeats",
}  # fmt: skip
FACTORS = (
    "Factor: reported over true value; 1.2 is a fifth too high. Noise: scatter of the claims of a source around it. Prior: "
    "central 90 % of the factor before the claims."
)

WEIGHTS = (
    "Without it: by importance weights; ? where these are unreliable. --refits N refits without the first N claims."
)


def page(found: ReconciledQuantity) -> RenderableType:
    """Render the finding for the terminal."""
    form = formatting.number_format([found.at.median, found.at.high], found.mc_error, found.unit)
    parts: list[RenderableType] = [Text(found.title, "bold"), Text(" · ".join(head(found)), "dim"), Text()]
    parts += [Text(f"warning: {warning}", "yellow") for warning in found.warnings]
    parts += [Text.assemble(answer(found), "\n"), _path(found, form)]
    parts += [heading("Sources"), _sources(found.sources), Text(), Text(FACTORS, "dim")]
    parts += [heading("Most influential claims"), _moved(found, form), Text(), Text(WEIGHTS, "dim")]
    parts += [heading("Outlying claims"), *_odd(found)]
    parts += [Text(), *(Text(text, "dim") for text in foot(found))]
    return Group(*parts)


def head(found: ReconciledQuantity) -> list[str]:
    """Quantity, date, sources and options of the estimate in short phrases."""
    asked = [
        f"{found.quantity} of {found.subject}",
        f"as of {found.made.as_of}",
        f"{formatting.counted(len(found.claims), 'claim')} of {formatting.counted(len(found.sources), 'source')}",
    ]
    asked += [f"without {', '.join(found.made.without)}"] if found.made.without else []
    asked += ["relays counted as independent"] if found.made.independent_relays else []
    return [*asked, f"seed {found.made.seed}"]


def answer(found: ReconciledQuantity) -> str:
    """The answer in one sentence."""
    form = formatting.number_format([found.at.median, found.at.high], found.mc_error, found.unit)
    ends = form.between(found.at.low, found.at.high)
    error = formatting.number_format([found.at.median], None, found.unit).error(found.mc_error)
    return f"{form.full(found.at.median)} on {found.at.day}; 90 %: {ends} (Monte Carlo error of the median {error})"


def foot(found: ReconciledQuantity) -> list[str]:
    """Definitions, excluded claims and convergence diagnostics."""
    out = [f"{name}: {_factors(ends)}" for name, ends in found.definitions.items()]
    out += [
        f"{formatting.counted(count, 'claim')} left out: {why}"
        for why, count in Counter(why for _, why in found.left_out).items()
    ]
    checks = found.checks
    out.append(
        f"{checks.draws:,} draws, R-hat {checks.rhat:.3f}, least effective draws {checks.ess:,.0f}, "
        f"{checks.divergences} divergent, {checks.steps:.0f} steps a draw; "
        + ", ".join(f"{name} {version}" for name, version in found.made.versions.items())
    )
    return out


def _path(found: ReconciledQuantity, form: formatting.NumberFormat) -> Table:
    table = grid("end of", "median:", "90 %:")
    step = max(-(-len(found.path) // DAYS), 1)
    for point in found.path[::-1][::step][::-1]:
        table.add_row(point.day, form.bare(point.median), form.between(point.low, point.high))
    return table


def _sources(sources: tuple[SourceEstimate, ...]) -> Table:
    table = grid("source (side)", "position", "claims:", "factor:", "90 %:", "prior:", "noise:")
    for item in sources:
        how = "counts by name" if item.by_name else INTERESTS[item.interest]
        table.add_row(f"{item.voice} ({item.side})", how, str(item.claims), f"{item.bias:.2f}", _factors(item.bias_interval),
                      _factors(item.bias_before), formatting.percent(item.noise))  # fmt: skip
    return table


def _factors(ends: Interval) -> str:
    return f"{ends[0]:.2f} to {ends[1]:.2f}"


def _moved(found: ReconciledQuantity, form: formatting.NumberFormat) -> Table:
    said = {claim.id: claim.said for claim in found.claims}
    table = grid("claim", "statement", "without it:", "refitted:", "change:")
    for item in found.influences[:MOVED]:
        anew = "" if item.refitted is None else form.bare(item.refitted)
        doubt = " ?" if item.pareto_k > 0.7 and item.refitted is None else ""  # as in calibrate.influence
        table.add_row(item.id, Text(formatting.grouped(said[item.id])), form.bare(item.median), anew,
                      formatting.signed(100 * item.change, 1) + " %" + doubt)  # fmt: skip
    return table


def _odd(found: ReconciledQuantity) -> list[RenderableType]:
    odd = sorted((claim for claim in found.claims if claim.surprising), key=lambda claim: claim.tail)
    parts: list[RenderableType] = []
    if odd:
        table = grid("claim", "statement", "reported / estimated:", "reported / expected of the source:")
        for claim in odd[:SHOWN]:
            table.add_row(
                claim.id, Text(formatting.grouped(claim.said)), f"{claim.factor:.2f}", f"{claim.residual:.2f}"
            )
        parts.append(table)
    else:
        parts.append(Text("none: every claim is within the bias and noise of its source"))
    conflicts = formatting.counted(len(found.conflicts), "contradiction")
    parts.append(Text(f"{conflicts} among the claims: `standoff claims CASE --conflicts`", "dim"))
    return parts


def balance_page(found: ConsistencyReport) -> RenderableType:
    """Table of inconsistent claims by rule."""
    parts: list[RenderableType] = [Text(found.title, "bold"), Text(f"as of {found.as_of}", "dim"), Text()]
    if not found.breaks:
        return Group(*parts, Text(f"all {found.looked_at:,} sets of claims are consistent"))
    parts.append(Text(f"{len(found.breaks)} of {found.looked_at:,} sets of claims break a rule."))
    for rule in dict.fromkeys(item.rule for item in found.breaks):
        mine = [item for item in found.breaks if item.rule == rule]
        parts.append(heading(rule))
        table = grid("actor", "discrepancy:", "share of the total:", "days apart:", "inconsistent claims")
        for item in mine[:SHOWN]:
            told = Text.assemble(
                formatting.thousands(item.text), (" (one speaker)", "bold") if item.one_speaker else ""
            )
            table.add_row(
                item.subject,
                formatting.number(item.by, None, item.unit),
                formatting.percent(item.share),
                str(item.days),
                told,
            )
        parts.append(table)
        if len(mine) > SHOWN:
            parts.append(Text(f"and {len(mine) - SHOWN} more", "dim"))
        for doubt in (item for item in found.doubts if item.rule == rule):
            parts.append(
                Text(
                    f"without {doubt.claim}: {doubt.breaks} of {doubt.of} breaks about {doubt.subject} are gone", "dim"
                )
            )
    return Group(*parts)
