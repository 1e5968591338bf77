"""Evidence of the observed choices for decision theories, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import formatting, terminal
from standoff.report.text_table import grid, heading

if TYPE_CHECKING:
    from standoff.inference.fit.theory_evidence import TheoryEvidence, TheoryLikelihood

BARE, STRONG = 1.0, 3.0  #: log Bayes factors "not worth more than a bare mention", and from which on "strong"; kass1995
EXPLAINED = (
    "The claims are fitted first, without choices; the observed choices are then added under each theory. The marginal "
    "likelihood averages over the prior and penalises flexible theories. Posterior probabilities assume equal priors "
    "and that one of the theories is true."
)


def page(evidence: TheoryEvidence) -> RenderableType:
    """Render the finding for the terminal."""
    shares, first = evidence.shares(), evidence.theories[0]
    table = grid("theory", "log marginal likelihood:", "posterior probability:", "difference to the first:")
    for item in evidence.theories:
        behind = "" if item is first else f"{item.log_probability - first.log_probability:.2f}"
        table.add_row(
            formatting.humanise(item.name),
            f"{item.log_probability:.2f} ± {item.error:.2f}",
            formatting.percent(shares[item.name]),
            behind,
        )
    wrong = [
        Text(f"warning: {formatting.humanise(item.name)} fails its convergence checks: {item.why}", "bold")
        for item in evidence.theories
        if not item.passed
    ]
    head = (
        f"{formatting.counted(len(first.choices), 'choice')} against {formatting.counted(len(evidence.theories), 'theory')} · "
        f"after {formatting.counted(evidence.claims, 'claim')} · published by {evidence.as_of} · from {evidence.since} on · "
        f"variant {evidence.variant or 'base'} · seed {evidence.seed}"
    )
    return Group(
        Text(evidence.title, "bold"),
        Text(head, "dim"),
        *terminal.notice(evidence),
        Text(),
        Text(verdict(evidence), "bold"),
        Text(EXPLAINED, "dim"),
        *wrong,
        heading("Theories"),
        table,
        heading("By choice"),
        _by_choice(evidence.theories),
    )


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


def _by_choice(theories: tuple[TheoryLikelihood, ...]) -> RenderableType:
    """Mean probability of each choice, given all but the choices."""
    table = grid(
        "choice", "observed", *(formatting.humanise(item.name).replace(" ", "\n", 1) + ":" for item in theories)
    )
    for n, item in enumerate(theories[0].choices):
        table.add_row(item.text, item.picked, *(f"{theory.choices[n].before:.2g}" for theory in theories))
    return table
