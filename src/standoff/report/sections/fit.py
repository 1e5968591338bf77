"""Fit as a document: parameters, evidence, source bias, predictive check."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.errors import join_limited
from standoff.inference.fit.records import LIKELIHOOD, FitDiagnostics, FitResult, ParameterUpdate, Triple
from standoff.report import answer_text, belief_text, formatting
from standoff.report.document import Block, Heading, Notice, Paragraph, joined, table

MOST = 25  #: parameters in the table; the rest are counted
EXCLUDED = 4  #: named for a reason of exclusion; the rest are counted, and --json has all
CLAIMS = 3  #: named for a parameter; the rest are counted


def blocks(result: FitResult) -> list[Block]:
    """Document of a fit."""
    trust = result.diagnostics
    identified = [item for item in result.parameters if item.identified]
    claims, choices = sum(len(item.claims) for item in result.compared), len(result.choices)
    made = (
        f"fit of {formatting.counted(claims, 'claim')} and {formatting.counted(choices, 'choice')} · published by "
        f"{result.as_of} · free simulation from {result.since} · variant {result.variant or 'base'} · seed {result.seed}"
    )
    convergence = f"convergence checks {'passed' if trust.passed else 'failed'}: {checks(trust)}"
    moved = answer_text.notice(result)
    excluded: dict[str, list[str]] = {}
    for name, why in result.left_out:
        excluded.setdefault(why, []).append(name)
    out: list[Block] = [Heading(result.title, 1), Paragraph(made, soft=True), *([Notice(moved)] if moved else [])]
    out += [Paragraph(convergence, strong=not trust.passed)]
    out += [Notice(f"warning: {text}") for text in result.warnings]
    out += [Heading("Updated"), _parameters(identified[:MOST])]
    out += [Heading("Evidence by parameter"), *_informed(result, identified[:MOST])]
    if len(identified) > MOST:
        out.append(Paragraph(f"and {len(identified) - MOST} more, see --json", soft=True))
    out += [Heading("Not identified by the evidence"), Paragraph(unidentified(result))]
    out += [Heading("Source bias"), _sources(result)]
    if result.choices:
        rows = [(item.text, item.picked, f"{item.before:.2g}", f"{item.after:.2g}") for item in result.choices]
        out += [Heading("Observed choices"), table("choice", "observed", "prior probability:", "posterior:", rows=rows)]
    out += [Heading("Predictive check against the claims"), _compared(result)]
    if excluded:
        out.append(Heading("Excluded claims"))
        out += [Paragraph(f"{join_limited(names, EXCLUDED)}: {why}", soft=True) for why, names in excluded.items()]
    return [*out, Heading("Likelihood"), Paragraph(LIKELIHOOD)]


def checks(trust: FitDiagnostics) -> str:
    """Convergence diagnostics in one sentence."""
    if trust.method == "laplace":
        return f"{trust.why} ({trust.steps} steps to the mode)"
    if trust.log_evidence:
        log, error = trust.log_evidence
        why = (
            f"{trust.why}; log probability of the choices under other theories {log:.2f} +- {error:.2f}, given the rest"
        )
        return f"R-hat {trust.rhat:.4f}, at least {trust.ess:,.0f} effective draws; {why}"
    return f"R-hat {trust.rhat:.4f}, at least {trust.ess:,.0f} effective draws, {trust.divergences} divergences; {trust.why}"


def unidentified(result: FitResult) -> str:
    """Sentence on the parameters that the evidence does not identify."""
    little = [item.label for item in result.parameters if not item.identified]
    text = (
        f"Of {len(result.parameters) + result.unidentified + len(result.without_slope):,} uncertain parameters, "
        f"{result.unidentified:,} keep their priors: no evidence depends on them."
    )
    if result.without_slope:
        text += (
            f" Numbers of conditions keep them too, whatever the evidence says, since what is fitted has no slope by them; the "
            f"fit holds them at the middle of their beliefs: {'; '.join(result.without_slope)}."
        )
    if little:
        names = formatting.first_few(little, 12)
        text += f" Another {len(little):,} shift by less than a tenth of a prior standard deviation: {names}."
    return text


def _parameters(items: Sequence[ParameterUpdate]) -> Block:
    rows = [
        (
            joined("", [belief_text.parameter(item), f", {item.unit}" if item.unit != "1" else ""]),
            _three(item.before),
            _three(item.after),
            formatting.percent(item.contraction),
            f"{formatting.signed(item.shift, 1)} s.d.",
        )
        for item in items
    ]
    return table("parameter", "prior:", "posterior:", "posterior contraction:", "shift:", rows=rows)


def _informed(result: FitResult, items: Sequence[ParameterUpdate]) -> list[Block]:
    """Evidence by parameter."""
    rows = []
    for item in items:
        fit = result.fits.get(item.path)
        if fit and fit.evidence:
            groups = formatting.first_few([f"{part.entry} ({part.influence:.2g})" for part in fit.evidence], CLAIMS)
            rows.append((belief_text.parameter(item), groups, formatting.influences(fit.claims, CLAIMS)))
    text = (
        "Influence: shift of the posterior mean without these claims, in standard deviations of the prior. Claims with the "
        "same content can replace one another, which lowers the influence of each."
    )
    return [
        table("parameter", "groups of claims", "most influential claims", rows=rows),
        Paragraph(text, soft=True),
    ]


def _three(values: Triple) -> str:
    low, middle, high = (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}" for value in values)
    return f"{middle} ({low} to {high})"


def _sources(result: FitResult) -> Block:
    rows = [
        (
            f"{item.subject} {formatting.humanise(item.family)}",
            item.name,
            item.interest,
            str(item.claims),
            _three(item.reported_over_estimated),
        )
        for item in sorted(result.sources, key=lambda item: (item.subject, item.family, -item.claims, item.name))
    ]
    return table("about", "source", "interest", "claims:", "reported / estimated:", rows=rows)


def _compared(result: FitResult) -> Block:
    rows = [
        (
            formatting.humanise(item.name),
            item.unit,
            str(len(item.claims)),
            item.times[-1],
            _three(item.before[-1]),
            _three(item.after[-1]),
        )
        for item in result.compared
    ]
    return table("quantity", "unit", "claims:", "at", "prior:", "posterior:", rows=rows)
