"""Fits as documents: parameters, evidence, source bias, predictive check, decision theories."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.errors import join_limited
from standoff.inference.fit.fit import TheoryEvidence
from standoff.inference.fit.records import LIKELIHOOD, FitDiagnostics, FitResult, ParameterUpdate, Triple
from standoff.report import answer_text, belief_text, formatting
from standoff.report.document import Block, Heading, Notice, Paragraph, given, joined, remark, table, table_part

MOST = 25  #: parameters in the table; the rest are counted
EXCLUDED = 4  #: named for a reason of exclusion; the rest are counted, and --json has all
CLAIMS = 3  #: named for a parameter; the rest are counted
INFLUENCE = (
    "Influence: shift of the posterior mean without these claims, in standard deviations of the prior. Claims with the "
    "same content can replace one another, which lowers the influence of each."
)
BARE, STRONG = 1.0, 3.0  #: log Bayes factors "not worth more than a bare mention", and from which on "strong"; kass1995
EXPLAINED = (
    "The claims are fitted first, without choices; the observed choices are then added under each theory. The marginal "
    "likelihood averages over the prior and penalises flexible theories. Posterior probabilities assume equal priors "
    "and that one of the theories is true."
)


def blocks(result: FitResult) -> list[Block]:
    """Document of a fit."""
    trust = result.diagnostics
    identified = [item for item in result.parameters if item.identified]
    claims, choices = sum(len(item.claims) for item in result.compared), len(result.choices)
    made = (
        f"fit of {formatting.counted(claims, 'claim')} and {formatting.counted(choices, 'choice')} · published by "
        f"{result.as_of} · free simulation from {result.since}"
    )
    convergence = f"convergence checks {'passed' if trust.passed else 'failed'}: {checks(trust)}"
    excluded: dict[str, list[str]] = {}
    for name, why in result.left_out:
        excluded.setdefault(why, []).append(name)
    more = remark(f"and {len(identified) - MOST} more, see --json")
    rows = [(item.text, item.picked, f"{item.before:.2g}", f"{item.after:.2g}") for item in result.choices]
    return [
        *_title(result, made),
        Paragraph(convergence, strong=not trust.passed),
        *(Notice(f"warning: {text}") for text in result.warnings),
        Heading("Updated"),
        _parameters(identified[:MOST]),
        Heading("Evidence by parameter"),
        _informed(result, identified[:MOST]),
        remark(INFLUENCE),
        *given(len(identified) > MOST, more),
        Heading("Not identified by the evidence"),
        Paragraph(unidentified(result)),
        Heading("Source bias"),
        _sources(result),
        *table_part("Observed choices", ("choice", "observed", "prior probability:", "posterior:"), rows),
        Heading("Predictive check against the claims"),
        _compared(result),
        *given(excluded, Heading("Excluded claims")),
        *(remark(f"{join_limited(names, EXCLUDED)}: {why}") for why, names in excluded.items()),
        Heading("Likelihood"),
        Paragraph(LIKELIHOOD),
    ]


def _title(result: FitResult | TheoryEvidence, made: str) -> list[Block]:
    """The case, how its fit was made, and what differs from the base case."""
    moved = answer_text.notice(result)
    return [
        Heading(result.title, 1),
        remark(f"{made} · variant {result.variant or 'base'} · seed {result.seed}"),
        *given(moved, Notice(moved)),
    ]


def checks(trust: FitDiagnostics) -> str:
    """Convergence diagnostics in one sentence."""
    if trust.method == "laplace":
        return f"{trust.why} ({trust.steps} steps to the mode)"
    convergence = f"R-hat {trust.rhat:.4f}, at least {trust.ess:,.0f} effective draws"
    if trust.log_evidence:
        log, error = trust.log_evidence
        under = f"log probability of the choices under other theories {log:.2f} +- {error:.2f}, given the rest"
        return f"{convergence}; {trust.why}; {under}"
    return f"{convergence}, {trust.divergences} divergences; {trust.why}"


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


def _informed(result: FitResult, items: Sequence[ParameterUpdate]) -> Block:
    """Evidence by parameter."""
    rows = []
    for item in items:
        fit = result.fits.get(item.path)
        if fit and fit.evidence:
            groups = formatting.first_few([f"{part.entry} ({part.influence:.2g})" for part in fit.evidence], CLAIMS)
            rows.append((belief_text.parameter(item), groups, formatting.influences(fit.claims, CLAIMS)))
    return table("parameter", "groups of claims", "most influential claims", rows=rows)


def _three(values: Triple) -> str:
    low, middle, high = (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}" for value in values)
    return f"{middle} ({low} to {high})"


def _sources(result: FitResult) -> Block:
    rows = [
        (
            f"{item.subject} {formatting.humanise(item.family)}",
            item.name,
            item.interest,
            item.claims,
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
            len(item.claims),
            item.times[-1],
            _three(item.before[-1]),
            _three(item.after[-1]),
        )
        for item in result.compared
    ]
    return table("quantity", "unit", "claims:", "at", "prior:", "posterior:", rows=rows)


def theory_blocks(evidence: TheoryEvidence) -> list[Block]:
    """Document of the evidence of the observed choices for decision theories."""
    shares, first = evidence.shares(), evidence.theories[0]
    rows = [
        (
            formatting.humanise(item.name),
            f"{item.log_probability:.2f} ± {item.error:.2f}",
            formatting.percent(shares[item.name]),
            "" if item is first else f"{item.log_probability - first.log_probability:.2f}",
        )
        for item in evidence.theories
    ]
    made = (
        f"{formatting.counted(len(first.choices), 'choice')} against {formatting.counted(len(evidence.theories), 'theory')} · "
        f"after {formatting.counted(evidence.claims, 'claim')} · published by {evidence.as_of} · from {evidence.since} on"
    )
    heads = ("theory", "log marginal likelihood:", "posterior probability:", "difference to the first:")
    names = (formatting.humanise(item.name).replace(" ", "\n", 1) + ":" for item in evidence.theories)
    chosen = [  # mean probability of each choice, given all but the choices
        (item.text, item.picked, *(f"{theory.choices[n].before:.2g}" for theory in evidence.theories))
        for n, item in enumerate(first.choices)
    ]
    return [
        *_title(evidence, made),
        Paragraph(theory_verdict(evidence), strong=True),
        remark(EXPLAINED),
        *(
            Notice(f"warning: {formatting.humanise(item.name)} fails its convergence checks: {item.why}")
            for item in evidence.theories
            if not item.passed
        ),
        Heading("Theories"),
        table(*heads, rows=rows),
        Heading("By choice"),
        table("choice", "observed", *names, rows=chosen),
    ]


def theory_verdict(evidence: TheoryEvidence) -> str:
    """The theory that the observed choices favour, in one sentence."""
    if len(evidence.theories) == 1:
        only = evidence.theories[0]
        return f"Under {formatting.humanise(only.name)} the observed choices have log probability {only.log_probability:.2f}."
    first, second = evidence.theories[:2]
    factor, error = evidence.log_bayes_factor()
    names = formatting.humanise(first.name), formatting.humanise(second.name)
    if factor < max(BARE, 2 * error):
        return f"The observed choices do not separate {names[0]} from {names[1]}: log Bayes factor {factor:.1f} ± {error:.1f}."
    strength = "strongly favour" if factor >= STRONG else "favour"
    return f"The observed choices {strength} {names[0]} over {names[1]}: log Bayes factor {factor:.1f} ± {error:.1f}."
