"""A fit for the terminal: what was learned, what was not, and how far to trust it. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from standoff.inference.fit.records import LIKELIHOOD
from standoff.report import formatting
from standoff.report.text_table import grid, heading
from standoff.report.text_wrap import WrappedText

if TYPE_CHECKING:
    from standoff.inference.fit.records import Diagnostics, FitResult, ParameterUpdate, Triple

MOST = 25  #: parameters in the table; the rest are counted
CLAIMS = 3  #: named for a parameter; the rest are counted


def page(found: FitResult) -> RenderableType:
    """Everything for the terminal."""
    trust = found.diagnostics
    head = [
        Text(found.title, "bold"),
        Text(f"fit of {formatting.counted(sum(len(item.said) for item in found.compared), 'claim')} and "
             f"{formatting.counted(len(found.choices), 'choice')} · published by {found.as_of} · processes run free from "
             f"{found.since} · variant {found.variant or 'base'} · seed {found.seed}", "dim"),
        Text(),
        Text(f"{'passes' if trust.passed else 'DOES NOT PASS'} its gate: {gate(trust)}", "" if trust.passed else "bold"),
    ]  # fmt: skip
    parts: list[RenderableType] = [*head, *(Text(f"warning: {text}", "yellow") for text in found.warnings)]
    taught = [item for item in found.parameters if item.identified]
    parts += [heading("Learned"), _parameters(taught[:MOST])]
    parts += [heading("From which claims"), *_informed(found, taught[:MOST])]
    if len(taught) > MOST:
        parts.append(Text(f"and {len(taught) - MOST} more, see --json", "dim"))
    parts += [heading("Not learned"), Text(untaught(found))]
    parts += [heading("Who says what"), _voices(found)]
    if found.choices:
        parts += [heading("Choices that were seen"), _choices(found)]
    parts += [heading("Against the claims"), _compared(found)]
    if found.left_out:
        parts += [heading("Left out"), *(Text(f"{what}: {why}", "dim") for what, why in found.left_out)]
    return Group(*parts, heading("Likelihood"), Padding(Text(LIKELIHOOD), (0, 0, 1, 0)))


def gate(trust: Diagnostics) -> str:
    """How far to trust the draws, in one sentence."""
    if trust.method == "laplace":
        return f"{trust.why} ({trust.steps} steps to the mode)"
    if trust.log_evidence:
        log, error = trust.log_evidence
        why = (
            f"{trust.why}; choices of rival theories have the log probability {log:.2f} +- {error:.2f}, given all else"
        )
        return f"R-hat {trust.rhat:.4f}, at least {trust.ess:,.0f} effective draws; {why}"
    return f"R-hat {trust.rhat:.4f}, at least {trust.ess:,.0f} effective draws, {trust.divergences} divergences; {trust.why}"


def untaught(found: FitResult) -> str:
    """What the evidence did not teach."""
    little = [item.path.removeprefix("mechanisms.") for item in found.parameters if not item.identified]
    text = (f"Of {len(found.parameters) + found.unidentified:,} uncertain numbers, {found.unidentified:,} keep their priors: the "
            "evidence says nothing of them.")  # fmt: skip
    if little:
        names = formatting.first_few(little, 12)
        text += f" Another {len(little):,} move by less than a tenth of a deviation of their priors: {names}."
    return text


def _parameters(items: list[ParameterUpdate]) -> RenderableType:
    table = grid("parameter", "before:", "after:", "narrowed by:", "moved by:")
    for item in items:
        name = item.path.removeprefix("mechanisms.") + (f", {item.unit}" if item.unit != "1" else "")
        table.add_row(name, _three(item.before), _three(item.after), formatting.percent(item.contraction),
                      f"{formatting.signed(item.shift, 1)} sd")  # fmt: skip
    return table


def _informed(found: FitResult, items: list[ParameterUpdate]) -> list[RenderableType]:
    """The claims behind each parameter."""
    table = grid("parameter", "claims on", "with most influence by themselves")
    for item in items:
        fit = found.fits.get(item.path)
        if fit and fit.evidence:
            on = formatting.first_few([f"{part.entry} ({part.influence:.2g})" for part in fit.evidence], CLAIMS)
            table.add_row(
                item.path.removeprefix("mechanisms."), on, WrappedText(formatting.influences(fit.claims, CLAIMS))
            )
    text = ("Influence: how far the belief about a parameter would move without these claims, in standard deviations of its "
            "prior. Claims that say the same stand in for one another.")  # fmt: skip
    return [table, Text(text, "dim")]


def _three(values: Triple) -> str:
    low, middle, high = (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}" for value in values)
    return f"{middle} ({low} to {high})"


def _voices(found: FitResult) -> RenderableType:
    table = grid("about", "source", "interest", "claims:", "times the truth:")
    for item in sorted(found.voices, key=lambda item: (item.subject, item.family, -item.claims, item.name)):
        table.add_row(f"{item.subject} {formatting.humanise(item.family)}", item.name, item.interest, str(item.claims),
                      _three(item.reported_over_estimated))  # fmt: skip
    return table


def _choices(found: FitResult) -> RenderableType:
    table = grid("choice", "seen", "probability before:", "after:")
    for item in found.choices:
        table.add_row(item.choice, item.picked, f"{item.before:.2g}", f"{item.after:.2g}")
    return table


def _compared(found: FitResult) -> RenderableType:
    table = grid("quantity", "unit", "claims:", "at", "before:", "after:")
    for item in found.compared:
        table.add_row(formatting.humanise(item.name), item.unit, str(len(item.said)), item.times[-1], _three(item.before[-1]),
                      _three(item.after[-1]))  # fmt: skip
    return table
