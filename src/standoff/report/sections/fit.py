"""Fit for the terminal: parameters, evidence, source bias, predictive check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from standoff.errors import join_limited
from standoff.inference.fit.records import LIKELIHOOD
from standoff.report import belief_text, formatting, terminal
from standoff.report.text_table import grid, heading
from standoff.report.text_wrap import WrappedText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.inference.fit.records import FitDiagnostics, FitResult, ParameterUpdate, Triple

MOST = 25  #: parameters in the table; the rest are counted
EXCLUDED = 4  #: named for a reason of exclusion; the rest are counted, and --json has all
CLAIMS = 3  #: named for a parameter; the rest are counted


def page(result: FitResult) -> RenderableType:
    """Render the finding for the terminal."""
    trust = result.diagnostics
    head = [
        Text(result.title, "bold"),
        Text(
            f"fit of {formatting.counted(sum(len(item.claims) for item in result.compared), 'claim')} and "
            f"{formatting.counted(len(result.choices), 'choice')} · published by {result.as_of} · free simulation from "
            f"{result.since} · variant {result.variant or 'base'} · seed {result.seed}",
            "dim",
        ),
        *terminal.notice(result),
        Text(),
        Text(
            f"convergence checks {'passed' if trust.passed else 'failed'}: {checks(trust)}",
            "" if trust.passed else "bold",
        ),
    ]
    parts: list[RenderableType] = [*head, *(Text(f"warning: {text}", "yellow") for text in result.warnings)]
    identified = [item for item in result.parameters if item.identified]
    parts += [heading("Updated"), _parameters(identified[:MOST])]
    parts += [heading("Evidence by parameter"), *_informed(result, identified[:MOST])]
    if len(identified) > MOST:
        parts.append(Text(f"and {len(identified) - MOST} more, see --json", "dim"))
    parts += [heading("Not identified by the evidence"), Text(unidentified(result))]
    parts += [heading("Source bias"), _voices(result)]
    if result.choices:
        parts += [heading("Observed choices"), _choices(result)]
    parts += [heading("Predictive check against the claims"), _compared(result)]
    if result.left_out:
        parts += [heading("Excluded claims"), *_excluded(result.left_out)]
    return Group(*parts, heading("Likelihood"), Padding(Text(LIKELIHOOD), (0, 0, 1, 0)))


def _excluded(left_out: Sequence[tuple[str, str]]) -> list[Text]:
    """Claims and choices by the reason for which they are excluded."""
    by_reason: dict[str, list[str]] = {}
    for name, why in left_out:
        by_reason.setdefault(why, []).append(name)
    return [Text(f"{join_limited(names, EXCLUDED)}: {why}", "dim") for why, names in by_reason.items()]


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


def _parameters(items: list[ParameterUpdate]) -> RenderableType:
    table = grid("parameter", "prior:", "posterior:", "posterior contraction:", "shift:")
    for item in items:
        name = WrappedText.noted(belief_text.parameter(item))
        name.append(f", {item.unit}" if item.unit != "1" else "")
        table.add_row(
            name,
            _three(item.before),
            _three(item.after),
            formatting.percent(item.contraction),
            f"{formatting.signed(item.shift, 1)} s.d.",
        )
    return table


def _informed(result: FitResult, items: list[ParameterUpdate]) -> list[RenderableType]:
    """Evidence by parameter."""
    table = grid("parameter", "groups of claims", "most influential claims")
    for item in items:
        fit = result.fits.get(item.path)
        if fit and fit.evidence:
            on = formatting.first_few([f"{part.entry} ({part.influence:.2g})" for part in fit.evidence], CLAIMS)
            table.add_row(
                WrappedText.noted(belief_text.parameter(item)),
                on,
                WrappedText(formatting.influences(fit.claims, CLAIMS)),
            )
    text = (
        "Influence: shift of the posterior mean without these claims, in standard deviations of the prior. Claims with the "
        "same content can replace one another, which lowers the influence of each."
    )
    return [table, Text(text, "dim")]


def _three(values: Triple) -> str:
    low, middle, high = (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}" for value in values)
    return f"{middle} ({low} to {high})"


def _voices(result: FitResult) -> RenderableType:
    table = grid("about", "source", "interest", "claims:", "reported / estimated:")
    for item in sorted(result.sources, key=lambda item: (item.subject, item.family, -item.claims, item.name)):
        table.add_row(
            f"{item.subject} {formatting.humanise(item.family)}",
            item.name,
            item.interest,
            str(item.claims),
            _three(item.reported_over_estimated),
        )
    return table


def _choices(result: FitResult) -> RenderableType:
    table = grid("choice", "observed", "prior probability:", "posterior:")
    for item in result.choices:
        table.add_row(item.text, item.picked, f"{item.before:.2g}", f"{item.after:.2g}")
    return table


def _compared(result: FitResult) -> RenderableType:
    table = grid("quantity", "unit", "claims:", "at", "prior:", "posterior:")
    for item in result.compared:
        table.add_row(
            formatting.humanise(item.name),
            item.unit,
            str(len(item.claims)),
            item.times[-1],
            _three(item.before[-1]),
            _three(item.after[-1]),
        )
    return table
