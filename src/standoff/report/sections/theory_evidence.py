"""Evidence of the observed choices for decision theories, as a document."""

from __future__ import annotations

from standoff.inference.fit.fit import TheoryEvidence, TheoryLikelihood
from standoff.report import answer_text, formatting
from standoff.report.document import Block, Heading, Notice, Paragraph, table

BARE, STRONG = 1.0, 3.0  #: log Bayes factors "not worth more than a bare mention", and from which on "strong"; kass1995
EXPLAINED = (
    "The claims are fitted first, without choices; the observed choices are then added under each theory. The marginal "
    "likelihood averages over the prior and penalises flexible theories. Posterior probabilities assume equal priors "
    "and that one of the theories is true."
)


def blocks(evidence: TheoryEvidence) -> list[Block]:
    """Document of the evidence for theories."""
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
        f"after {formatting.counted(evidence.claims, 'claim')} · published by {evidence.as_of} · from {evidence.since} on · "
        f"variant {evidence.variant or 'base'} · seed {evidence.seed}"
    )
    heads = ("theory", "log marginal likelihood:", "posterior probability:", "difference to the first:")
    moved = answer_text.notice(evidence)
    return [
        Heading(evidence.title, 1),
        Paragraph(made, soft=True),
        *([Notice(moved)] if moved else []),
        Paragraph(verdict(evidence), strong=True),
        Paragraph(EXPLAINED, soft=True),
        *(
            Notice(f"warning: {formatting.humanise(item.name)} fails its convergence checks: {item.why}")
            for item in evidence.theories
            if not item.passed
        ),
        Heading("Theories"),
        table(*heads, rows=rows),
        Heading("By choice"),
        _by_choice(evidence.theories),
    ]


def verdict(evidence: TheoryEvidence) -> str:
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


def _by_choice(theories: tuple[TheoryLikelihood, ...]) -> Block:
    """Mean probability of each choice, given all but the choices."""
    names = (formatting.humanise(item.name).replace(" ", "\n", 1) + ":" for item in theories)
    rows = [
        (item.text, item.picked, *(f"{theory.choices[n].before:.2g}" for theory in theories))
        for n, item in enumerate(theories[0].choices)
    ]
    return table("choice", "observed", *names, rows=rows)
