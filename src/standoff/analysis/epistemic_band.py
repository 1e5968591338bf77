"""Epistemic band: the range of a probability over parameters, rival models and theories.

The design is nested: draws of the parameters, each with several replicates of chance, under every model. The
probability that belongs to one value of the parameters is not seen, only its hits, so that its distribution under each
variant of the case is estimated without their noise (`standoff.analysis.mixing_distribution`). Another decision theory shifts
that distribution, in log odds, until its mean is the answer under that theory: theories without chance in a decision
turn every doubt about a parameter into certainty about the event, so that their own distributions would say nothing.
Models have equal weights, which is an assumption, and the mean over all of them is the answer that is printed. A
replicate is the table of a run with another stream of chance: nothing is compiled for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.experiment import other_chance
from standoff.analysis.mixing_distribution import MixingDistribution, mixing_distribution, quantiles
from standoff.analysis.paired import outcome_values
from standoff.analysis.stored_bands import MISSING, Bands, stored_bands
from standoff.analysis.variance_shares import PARTS, shares, variances
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.questions import EpistemicBand

DRAWS = 800  # assumption: one round of two cores; an end of a band is then right to about a tenth of its width
REPLICATES = 32  # of a band over parameters alone; assumption: their noise then adds little to an end
FEWEST = 100  # draws of the parameters, and
FEW = 8  # replicates; assumption: with fewer a band means nothing
ENDS = (0.05, 0.95)  #: quantiles of a band
CERTAIN = "There is no epistemic band: the case has no uncertain parameter."
ALONE = (
    "The epistemic band is over parameters alone; `standoff uncertainty CASE --keep` stores one that includes rival models "
    "and decision theories."
)


def epistemic_band(
    query: PlannedQuestion,
    label: str,
    values: np.ndarray,
    parameters: int,
    deep: np.ndarray | None = None,
    own: int = 0,
) -> EpistemicBand:
    """The band of a question from outcomes (variant, theory, replicate, draw).

    values: without failed draws; label: of a `first_of` question; parameters: number of uncertain ones; deep: outcomes
    under the theory of the case (variant, replicate, draw) if it has more replicates than the others; own: index of that
    theory.
    """
    variants, theories, _, draws = values.shape
    deep = values[:, own] if deep is None else deep
    low = high = None
    if query.form.is_share and draws:
        low, high = quantiles(list(_distributions(values, deep, parameters)), ENDS)
    return EpistemicBand(
        low=low,
        high=high,
        mean=float(values.mean()) if draws else math.nan,
        error=float(values.mean(axis=(0, 1, 2)).std()) / math.sqrt(draws) if draws else None,
        label=label if query.form.HAS_LABELS else "",
        shares=dict(zip(PARTS, shares(variances(values)).tolist(), strict=True)),
        parameters=parameters,
        variants=variants,
        theories=theories,
        draws=draws,
        replicates=deep.shape[1],
    )


def _distributions(values: np.ndarray, deep: np.ndarray, parameters: int) -> Iterator[MixingDistribution]:
    """Distributions of the log odds by variant and theory, each with the mean of its outcomes."""
    for variant, means in zip(deep, _inside(values), strict=True):
        hits = variant.sum(axis=0)
        alone = mixing_distribution(hits, len(variant)) if parameters else MixingDistribution.point(0.0)
        yield from (alone.with_mean(float(mean)) for mean in means)


def _inside(values: np.ndarray) -> np.ndarray:
    """Means over replicates and draws; none is within half a hit of 0 or 1."""
    least = 0.5 / (values.shape[-2] * values.shape[-1])
    return np.clip(values.mean(axis=(-2, -1)), least, 1 - least)


def bands(run: Run, *, quick: bool = True, progress: Progress = SILENT) -> Bands:
    """The stored bands of the model of a run; else, if `quick`, bands over its parameters.

    `quick` takes up to 25,600 further futures by the program of the run.
    """
    stored = stored_bands(run.model)
    if stored.of or not quick:
        return stored
    if run.settings.draws < FEWEST:
        return replace(stored, note=f"The epistemic band is missing: it needs {FEWEST} draws or more.")
    computed = parameter_bands(run, progress)
    return computed if stored.note == MISSING else replace(computed, note=f"{stored.note} {ALONE}")


def parameter_bands(run: Run, progress: Progress = SILENT) -> Bands:
    """Bands over the parameters alone, by the program of a run.

    A run of fewer than 1,600 draws has fewer replicates too.
    """
    if not run.model.layout.varying:
        return Bands(note=CERTAIN)
    program, model = Rerunner.from_run(run), run.model
    draws = min(DRAWS, run.settings.draws)
    replicates = min(max(run.settings.draws * REPLICATES // (2 * DRAWS), FEW), REPLICATES)
    labels = {item.id: str(item.answer) for item in answer(run, bands=Bands()).answers}
    columns = []
    for stream in track(progress, "epistemic band", range(replicates)):
        result = other_chance(program, model.table, draws, stream)
        columns.append([outcome_values(result, query, labels[query.id]) for query in model.plan.questions])
    of = {}
    for query, *each in zip(model.plan.questions, *columns, strict=True):
        values = np.array(each)  # (replicate, draw)
        values = values[:, np.isfinite(values).all(axis=0)]
        of[query.id] = epistemic_band(query, labels[query.id], values[None, None], len(model.layout.varying))
    return Bands(of=of, note=ALONE)
