"""Epistemic bands of the answers of a case as it stands, in words; or why they are missing.

They are those that are stored beside the scenario file (`analysis.stored_bands`), which belong to the case without a
variant, a lever or an option of a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from standoff.analysis.stored_bands import stored_bands
from standoff.report import answer_text, formatting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standoff.engine.model import Model


@dataclass(frozen=True, kw_only=True)
class BandText:
    """The epistemic band of a probability."""

    ends: str  #: `< 1 to 17 %`
    label: str  #: the label of a `first_of` question that it is about; else empty


@dataclass(frozen=True, kw_only=True)
class BandTexts:
    """The bands of a case."""

    of: Mapping[str, BandText] = field(default_factory=dict)  #: question -> its band
    over: str = ""  #: what they are over, in words; empty without any
    note: str = ""  #: why they are missing, or what they lack


def band_texts(case: str, model: Model) -> BandTexts:
    """The stored bands of a model; `case` is its name on the command line."""
    bands = stored_bands(model)
    if not bands.of:
        return BandTexts(note=_missing(case, model) or bands.note)
    of = {
        name: BandText(ends=formatting.band_percents(0.0, (band.low, band.high))[1], label=band.label)
        for name, band in bands.of.items()
        if band.low is not None and band.high is not None
    }
    return BandTexts(of=of, over=answer_text.band_contents(next(iter(bands.of.values()))), note=bands.note)


def _missing(case: str, model: Model) -> str:
    """Why a model that is not its case as it stands has no band; empty for a case as it stands."""
    plan = model.plan
    if not (plan.variant or plan.has_held_options or plan.interventions):
        return ""
    what, variant = ("this variant", f" --variant {plan.variant}") if plan.variant else ("these options", "")
    return (
        f"No epistemic band: the stored one is of the case itself. `standoff run {case}{variant}` computes one of {what}, "
        "over its parameters."
    )
