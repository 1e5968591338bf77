"""Reconciled quantities and consistency checks as documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from standoff.analysis.consistency import ConsistencyReport
from standoff.inference.reconcile.records import (
    CategoryItem,
    Interval,
    ReconciledCategories,
    ReconciledQuantity,
    SourceEstimate,
)
from standoff.report import formatting
from standoff.report.document import Block, Heading, Notice, Paragraph, Strong, given, noted, remark, table, table_part

DAYS, MOVED, SHOWN = 8, 6, 12  # rows of the path, of claims that move the answer, and of those that do not fit
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


def blocks(estimate: ReconciledQuantity) -> list[Block]:
    """Document of a reconciled quantity."""
    form = _form(estimate)
    return [
        Heading(estimate.title, 1),
        remark(" · ".join(head(estimate))),
        *(Notice(f"warning: {warning}") for warning in estimate.warnings),
        Paragraph(answer(estimate)),
        _path(estimate, form),
        Heading("Sources"),
        _sources(estimate.sources),
        remark(FACTORS),
        Heading("Most influential claims"),
        _moved(estimate, form),
        remark(WEIGHTS),
        Heading("Outlying claims"),
        *_odd(estimate),
        *map(remark, foot(estimate)),
    ]


RATES = (
    "How often each source is estimated to report which category, for each that is true. Nobody needs to know the truth: who agrees "
    "with the others is trusted more. Before its first claim a source counts as right in three of four."
)


def category_blocks(estimate: ReconciledCategories) -> list[Block]:
    """Document of reconciled categories."""
    head = (
        f"{formatting.humanise(estimate.quantity)}{' of ' * bool(estimate.subject)}{estimate.subject}",
        f"as of {estimate.as_of}",
        f"{sum(len(item.claims) for item in estimate.items)} claims of "
        f"{formatting.counted(len(estimate.sources), 'source')} on {formatting.counted(len(estimate.items), 'item')}",
    )
    rates = [
        (
            f"{source.source} ({source.side})" if not k else "",
            source.reports if not k else "",
            category,
            *map(formatting.percent, source.rates[k]),
            " to ".join(map(formatting.percent, source.right[k])),
        )
        for source in estimate.sources
        for k, category in enumerate(estimate.categories)
    ]
    items = [
        (item.subject, item.item, item.likeliest, formatting.percent(max(item.chances)), _spread(item), _speakers(item))
        for item in estimate.items
    ]
    return [
        Heading(estimate.title, 1),
        remark(" · ".join(head)),
        *(Notice(f"warning: {warning}") for warning in estimate.warnings),
        table("actor", "item", "likely", "chance:", "without any one source:", "who says what", rows=items),
        Heading("Error rates of sources"),
        table(
            "source (side)",
            "reports:",
            "where true",
            *(f"says {one}:" for one in estimate.categories),
            "right, 90 %:",
            rows=rates,
        ),
        remark(RATES),
        *map(remark, _left_out(estimate.left_out)),
    ]


def _spread(item: CategoryItem) -> str:
    ends = item.without_one
    return "" if ends is None else f"{formatting.percent(ends[0])} to {formatting.percent(ends[1])}"


def _speakers(item: CategoryItem) -> str:
    return "; ".join(f"{category}: {', '.join(names)}" for category, names in item.speakers.items() if names)


def _left_out(items: tuple[tuple[str, str], ...]) -> list[str]:
    return [
        f"{formatting.counted(count, 'claim')} left out: {why}"
        for why, count in Counter(why for _, why in items).items()
    ]


def _form(estimate: ReconciledQuantity) -> formatting.NumberFormat:
    return formatting.number_format([estimate.at.median, estimate.at.high], estimate.mc_error, estimate.unit)


def head(estimate: ReconciledQuantity) -> list[str]:
    """Quantity, date, sources and options of the estimate in short phrases."""
    made = estimate.made
    claims = formatting.counted(len(estimate.claims), "claim")
    return [
        f"{formatting.humanise(estimate.quantity)} of {estimate.subject}",
        f"as of {made.as_of}",
        f"{claims} of {formatting.counted(len(estimate.sources), 'source')}",
        *given(made.without, f"without {', '.join(made.without)}"),
        *given(made.independent_relays, "relays counted as independent"),
        f"seed {made.seed}",
    ]


def answer(estimate: ReconciledQuantity) -> str:
    """The answer in one sentence."""
    form = _form(estimate)
    ends = form.between(estimate.at.low, estimate.at.high)
    error = formatting.number_format([estimate.at.median], None, estimate.unit).error(estimate.mc_error)
    return (
        f"{form.full(estimate.at.median)} on {estimate.at.day}; 90 %: {ends} (Monte Carlo error of the median {error})"
    )


def foot(estimate: ReconciledQuantity) -> list[str]:
    """Definitions, excluded claims and convergence diagnostics."""
    checks = estimate.checks
    versions = ", ".join(f"{name} {version}" for name, version in estimate.made.versions.items())
    return [
        *(f"{name}: {_factors(ends)}" for name, ends in estimate.definitions.items()),
        *_left_out(estimate.left_out),
        f"{checks.draws:,} draws, R-hat {checks.rhat:.3f}, least effective draws {checks.ess:,.0f}, "
        f"{checks.divergences} divergent, {checks.steps:.0f} steps a draw; {versions}",
    ]


def _path(estimate: ReconciledQuantity, form: formatting.NumberFormat) -> Block:
    step = max(-(-len(estimate.path) // DAYS), 1)
    rows = [
        (point.day, form.bare(point.median), form.between(point.low, point.high))
        for point in estimate.path[::-1][::step][::-1]
    ]
    return table("end of", "median:", "90 %:", rows=rows)


def _sources(sources: tuple[SourceEstimate, ...]) -> Block:
    rows = [
        (
            f"{item.source} ({item.side})",
            "counts by name" if item.by_name else INTERESTS[item.interest],
            item.claims,
            f"{item.bias:.2f}",
            _factors(item.bias_interval),
            _factors(item.bias_before),
            formatting.percent(item.noise),
        )
        for item in sources
    ]
    return table("source (side)", "position", "claims:", "factor:", "90 %:", "prior:", "noise:", rows=rows)


def _factors(ends: Interval) -> str:
    return f"{ends[0]:.2f} to {ends[1]:.2f}"


def _moved(estimate: ReconciledQuantity, form: formatting.NumberFormat) -> Block:
    statements = {claim.id: claim.statement for claim in estimate.claims}
    rows = [
        (
            item.id,
            formatting.grouped(statements[item.id]),
            form.bare(item.median),
            "" if item.refitted is None else form.bare(item.refitted),
            formatting.signed(100 * item.change, 1)
            + (" %" if item.is_reliable or item.refitted is not None else " % ?"),
        )
        for item in estimate.influences[:MOVED]
    ]
    return table("claim", "statement", "without it:", "refitted:", "change:", rows=rows)


def _odd(estimate: ReconciledQuantity) -> list[Block]:
    odd = sorted((claim for claim in estimate.claims if claim.surprising), key=lambda claim: claim.tail)
    rows = [
        (claim.id, formatting.grouped(claim.statement), f"{claim.factor:.2f}", f"{claim.residual:.2f}")
        for claim in odd[:SHOWN]
    ]
    heads = ("claim", "statement", "reported / estimated:", "reported / expected of the source:")
    conflicts = formatting.counted(len(estimate.conflicts), "contradiction")
    return [
        table(*heads, rows=rows) if odd else Paragraph("none: every claim is within the bias and noise of its source"),
        remark(f"{conflicts} among the claims: `standoff claims CASE --conflicts`"),
    ]


def balance_blocks(report: ConsistencyReport, names: Mapping[str, str] | None = None) -> list[Block]:
    """Inconsistent claims by rule; `names` are those of actors, by code."""
    known = names or {}
    sets = formatting.counted(report.looked_at, "set")
    if report.breaks:
        verb = "breaks" if len(report.breaks) == 1 else "break"
        state = f"{len(report.breaks)} of {sets} of claims {verb} a rule."
    elif report.looked_at > 1:
        state = f"all {sets} of claims are consistent"
    elif report.looked_at:
        state = "the only set of claims is consistent"
    else:
        state = "no two claims are joined by a rule: there is nothing to check"
    out: list[Block] = [Heading(report.title, 1), remark(f"as of {report.as_of}"), Paragraph(state)]
    for rule in dict.fromkeys(item.rule for item in report.breaks):
        rows = [
            (
                noted(known[item.subject], item.subject) if item.subject in known else item.subject,
                formatting.number(item.by, None, item.unit),
                formatting.percent(item.share),
                item.days,
                (formatting.thousands(item.text), Strong(" (one speaker)" * item.one_speaker)),
            )
            for item in report.breaks
            if item.rule == rule
        ]
        heads = ("actor", "discrepancy:", "share of the total:", "days apart:", "inconsistent claims")
        more = [f"and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
        gone = [
            f"without {doubt.claim}: {doubt.breaks} of {doubt.of} breaks about "
            f"{known.get(doubt.subject, doubt.subject)} are gone"
            for doubt in report.doubts
            if doubt.rule == rule
        ]
        out += table_part(rule, heads, rows[:SHOWN], *more, *gone)
    return out
