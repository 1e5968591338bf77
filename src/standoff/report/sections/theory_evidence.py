"""Theories of deciding beside the choices that were seen, for the terminal. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import formatting
from standoff.report.text_table import grid, heading

if TYPE_CHECKING:
    from standoff.inference.fit.theory_evidence import TheoryEvidence, TheoryLikelihood

BARE, STRONG = 1.0, 3.0  #: log Bayes factors "not worth more than a bare mention", and from which on "strong"; kass1995
EXPLAINED = ("The claims were fitted first, without any choice; then the choices that were seen were heard under each theory. "
             "Their probability is a mean over all that was open before: a theory that could have been right whatever was done "
             "gains nothing by it. Shares are those of theories equally likely before, if no other is right.")  # fmt: skip


def page(found: TheoryEvidence) -> RenderableType:
    """Everything for the terminal."""
    shares, first = found.shares(), found.theories[0]
    table = grid("theory", "log probability of what was seen:", "share:", "against the first:")
    for item in found.theories:
        behind = "" if item is first else f"{item.log_probability - first.log_probability:.2f}"
        table.add_row(formatting.humanise(item.name), f"{item.log_probability:.2f} ± {item.error:.2f}",
                      formatting.percent(shares[item.name]), behind)  # fmt: skip
    wrong = [Text(f"warning: {formatting.humanise(item.name)} does not pass its gate: {item.why}", "bold")
             for item in found.theories if not item.passed]  # fmt: skip
    head = (
        f"{formatting.counted(len(first.choices), 'choice')} against {formatting.counted(len(found.theories), 'theory')} · after "
        f"{formatting.counted(found.claims, 'claim')} · published by {found.as_of} · from {found.since} on · variant "
        f"{found.variant or 'base'} · seed {found.seed}"
    )
    return Group(
        Text(found.title, "bold"), Text(head, "dim"), Text(), Text(verdict(found), "bold"), Text(EXPLAINED, "dim"), *wrong,
        heading("Theories"), table, heading("Choice by choice"), _by_choice(found.theories),
    )  # fmt: skip


def verdict(found: TheoryEvidence) -> str:
    """What the seen choices speak for, in one sentence."""
    if len(found.theories) == 1:
        only = found.theories[0]
        return (
            f"Under {formatting.humanise(only.name)} what was seen has the log probability {only.log_probability:.2f}."
        )
    first, second = found.theories[:2]
    factor = first.log_probability - second.log_probability
    names = formatting.humanise(first.name), formatting.humanise(second.name)
    error = (first.error**2 + second.error**2) ** 0.5
    if factor < max(BARE, 2 * error):
        return (
            f"What was seen does not tell {names[0]} from {names[1]}: a log Bayes factor of {factor:.1f} ± {error:.1f}."
        )
    strength = "speaks strongly" if factor >= STRONG else "speaks"
    return (
        f"What was seen {strength} for {names[0]}, before {names[1]}: a log Bayes factor of {factor:.1f} ± {error:.1f}."
    )


def _by_choice(theories: tuple[TheoryLikelihood, ...]) -> RenderableType:
    """Mean probability of each choice, given all but the choices."""
    table = grid("choice", "seen", *(formatting.humanise(item.name).replace(" ", "\n", 1) + ":" for item in theories))
    for n, item in enumerate(theories[0].choices):
        table.add_row(item.choice, item.picked, *(f"{theory.choices[n].before:.2g}" for theory in theories))
    return table
