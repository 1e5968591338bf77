"""Reconciled quantities and consistency checks for the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import formatting
from standoff.report.text_table import grid, heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from standoff.inference.reconcile.records import Interval, ReconciledQuantity, SourceEstimate
    from standoff.ledger.consistency import ConsistencyReport

DAYS, MOVED, SHOWN = (
    8,
    6,
    12,
)  # rows of the tables of the path, of claims that move the answer, of claims that do not fit
INTERESTS = {
    "own": "about itself",
    "enemy": "about its enemy",
    "third": "a third party",
    "independent": "independent",
    "relay": "repeats",
}
FACTORS = (
    "Factor: reported over true value; 1.2 is a fifth too high. Noise: scatter of the claims of a source around it. Prior: "
    "central 90 % of the factor before the claims."
)

WEIGHTS = (
    "Without it: by importance weights; ? where these are unreliable. --refits N refits without the first N claims."
)


def page(estimate: ReconciledQuantity) -> RenderableType:
    """Render the finding for the terminal."""
    form = formatting.number_format([estimate.at.median, estimate.at.high], estimate.mc_error, estimate.unit)
    parts: list[RenderableType] = [Text(estimate.title, "bold"), Text(" · ".join(head(estimate)), "dim"), Text()]
    parts += [Text(f"warning: {warning}", "yellow") for warning in estimate.warnings]
    parts += [Text.assemble(answer(estimate), "\n"), _path(estimate, form)]
    parts += [heading("Sources"), _sources(estimate.sources), Text(), Text(FACTORS, "dim")]
    parts += [heading("Most influential claims"), _moved(estimate, form), Text(), Text(WEIGHTS, "dim")]
    parts += [heading("Outlying claims"), *_odd(estimate)]
    parts += [Text(), *(Text(text, "dim") for text in foot(estimate))]
    return Group(*parts)


def head(estimate: ReconciledQuantity) -> list[str]:
    """Quantity, date, sources and options of the estimate in short phrases."""
    question = [
        f"{formatting.humanise(estimate.quantity)} of {estimate.subject}",
        f"as of {estimate.made.as_of}",
        f"{formatting.counted(len(estimate.claims), 'claim')} of {formatting.counted(len(estimate.sources), 'source')}",
    ]
    question += [f"without {', '.join(estimate.made.without)}"] if estimate.made.without else []
    question += ["relays counted as independent"] if estimate.made.independent_relays else []
    return [*question, f"seed {estimate.made.seed}"]


def answer(estimate: ReconciledQuantity) -> str:
    """The answer in one sentence."""
    form = formatting.number_format([estimate.at.median, estimate.at.high], estimate.mc_error, estimate.unit)
    ends = form.between(estimate.at.low, estimate.at.high)
    error = formatting.number_format([estimate.at.median], None, estimate.unit).error(estimate.mc_error)
    return (
        f"{form.full(estimate.at.median)} on {estimate.at.day}; 90 %: {ends} (Monte Carlo error of the median {error})"
    )


def foot(estimate: ReconciledQuantity) -> list[str]:
    """Definitions, excluded claims and convergence diagnostics."""
    out = [f"{name}: {_factors(ends)}" for name, ends in estimate.definitions.items()]
    out += [
        f"{formatting.counted(count, 'claim')} left out: {why}"
        for why, count in Counter(why for _, why in estimate.left_out).items()
    ]
    checks = estimate.checks
    out.append(
        f"{checks.draws:,} draws, R-hat {checks.rhat:.3f}, least effective draws {checks.ess:,.0f}, "
        f"{checks.divergences} divergent, {checks.steps:.0f} steps a draw; "
        + ", ".join(f"{name} {version}" for name, version in estimate.made.versions.items())
    )
    return out


def _path(estimate: ReconciledQuantity, form: formatting.NumberFormat) -> Table:
    table = grid("end of", "median:", "90 %:")
    step = max(-(-len(estimate.path) // DAYS), 1)
    for point in estimate.path[::-1][::step][::-1]:
        table.add_row(point.day, form.bare(point.median), form.between(point.low, point.high))
    return table


def _sources(sources: tuple[SourceEstimate, ...]) -> Table:
    table = grid("source (side)", "position", "claims:", "factor:", "90 %:", "prior:", "noise:")
    for item in sources:
        how = "counts by name" if item.by_name else INTERESTS[item.interest]
        table.add_row(
            f"{item.source} ({item.side})",
            how,
            str(item.claims),
            f"{item.bias:.2f}",
            _factors(item.bias_interval),
            _factors(item.bias_before),
            formatting.percent(item.noise),
        )
    return table


def _factors(ends: Interval) -> str:
    return f"{ends[0]:.2f} to {ends[1]:.2f}"


def _moved(estimate: ReconciledQuantity, form: formatting.NumberFormat) -> Table:
    statement = {claim.id: claim.statement for claim in estimate.claims}
    table = grid("claim", "statement", "without it:", "refitted:", "change:")
    for item in estimate.influences[:MOVED]:
        anew = "" if item.refitted is None else form.bare(item.refitted)
        doubt = "" if item.is_reliable or item.refitted is not None else " ?"
        table.add_row(
            item.id,
            Text(formatting.grouped(statement[item.id])),
            form.bare(item.median),
            anew,
            formatting.signed(100 * item.change, 1) + " %" + doubt,
        )
    return table


def _odd(estimate: ReconciledQuantity) -> list[RenderableType]:
    odd = sorted((claim for claim in estimate.claims if claim.surprising), key=lambda claim: claim.tail)
    parts: list[RenderableType] = []
    if odd:
        table = grid("claim", "statement", "reported / estimated:", "reported / expected of the source:")
        for claim in odd[:SHOWN]:
            table.add_row(
                claim.id, Text(formatting.grouped(claim.statement)), f"{claim.factor:.2f}", f"{claim.residual:.2f}"
            )
        parts.append(table)
    else:
        parts.append(Text("none: every claim is within the bias and noise of its source"))
    conflicts = formatting.counted(len(estimate.conflicts), "contradiction")
    parts.append(Text(f"{conflicts} among the claims: `standoff claims CASE --conflicts`", "dim"))
    return parts


def _consistent(sets: int) -> str:
    if sets > 1:
        return f"all {sets:,} sets of claims are consistent"
    return (
        "the only set of claims is consistent"
        if sets
        else "no two claims are joined by a rule: there is nothing to check"
    )


def balance_page(report: ConsistencyReport, names: Mapping[str, str] | None = None) -> RenderableType:
    """Table of inconsistent claims by rule; `names` are those of actors, by code."""
    known = names or {}
    parts: list[RenderableType] = [Text(report.title, "bold"), Text(f"as of {report.as_of}", "dim"), Text()]
    if not report.breaks:
        return Group(*parts, Text(_consistent(report.looked_at)))
    verb = "breaks" if len(report.breaks) == 1 else "break"
    parts.append(
        Text(f"{len(report.breaks)} of {formatting.counted(report.looked_at, 'set')} of claims {verb} a rule.")
    )
    for rule in dict.fromkeys(item.rule for item in report.breaks):
        selected = [item for item in report.breaks if item.rule == rule]
        parts.append(heading(rule))
        table = grid("actor", "discrepancy:", "share of the total:", "days apart:", "inconsistent claims")
        for item in selected[:SHOWN]:
            message = Text.assemble(
                formatting.thousands(item.text), (" (one speaker)", "bold") if item.one_speaker else ""
            )
            name = known.get(item.subject)
            table.add_row(
                Text.assemble(name, (f" {item.subject}", "dim")) if name else item.subject,
                formatting.number(item.by, None, item.unit),
                formatting.percent(item.share),
                str(item.days),
                message,
            )
        parts.append(table)
        if len(selected) > SHOWN:
            parts.append(Text(f"and {len(selected) - SHOWN} more", "dim"))
        for doubt in (item for item in report.doubts if item.rule == rule):
            who = known.get(doubt.subject, doubt.subject)
            parts.append(
                Text(f"without {doubt.claim}: {doubt.breaks} of {doubt.of} breaks about {who} are gone", "dim")
            )
    return Group(*parts)
