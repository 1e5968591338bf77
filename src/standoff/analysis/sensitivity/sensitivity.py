"""Sensitivity of an answer: variance shares, distances of distributions.

The parts answer different questions. An index is the share of the uncertainty that a parameter or a group
causes; a distance shows which parameters differ between futures with and without the outcome. What a change of a
parameter does is in `analysis.movements`.
"""

from __future__ import annotations

from standoff.analysis import quantity_of_interest
from standoff.analysis.quantity_of_interest import Experiment, QoiFinding
from standoff.analysis.sensitivity import regional
from standoff.analysis.sensitivity.regional import KsDistance
from standoff.analysis.sensitivity.screening import by_correlation
from standoff.analysis.sensitivity.sobol import Index, by_mechanism, by_parameter, by_side, sobol_of_each
from standoff.engine.model import Model
from standoff.errors import ModelError, RunError
from standoff.job_folder import JobExecutor
from standoff.progress import SILENT, Progress
from standoff.record import record

DRAWS = 4096  # assumption: distances of 0.1 then stand out, where one future in ten is inside
INPUTS = 30  # assumption: numbers that get an index of their own
PAIRS = 1024  # assumption: an index is then known to about 0.05
GROUPS = ("parameter", "mechanism", "side")


@record
class Sensitivity(QoiFinding):
    """Sensitivity of one answer."""

    FRAME = "distances"

    indices: tuple[Index, ...] = ()  #: empty unless requested
    index_draws: int = 0
    group: str = ""  #: parameter, mechanism or side
    inside: str = ""  #: parameter ranges of the futures inside
    share_inside: float = 0.0
    distances: tuple[KsDistance, ...] = ()


def sensitivity(
    model: Model,
    *,
    choice: str = "",
    at: str = "",
    question: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    indices: bool = False,
    group: str = "parameter",
    inputs: int = INPUTS,
    pairs: int = PAIRS,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> Sensitivity:
    """Measure the sensitivity of an answer, or of the probability of an option, to parameters.

    indices: compute Sobol indices, of the `inputs` most influential parameters, or by `group` (parameter, mechanism, side)
    executor: simulates the groups of the indices elsewhere (`standoff.distributed`)
    """

    if group not in GROUPS:
        raise ModelError(f"unknown group `{group}`", "--by", allowed=", ".join(GROUPS))
    about = quantity_of_interest.resolve(model, choice, at, question)
    experiment = Experiment.of(model, about, draws, seed, progress)
    values, good = experiment.values[about.index], experiment.base.run.valid
    inside, what = regional.split(about, values)
    apart = regional.distances(model, inside, good, seed)
    shares: tuple[Index, ...] = ()
    if indices:
        if group == "parameter":  # those of a posterior are one group
            groups = by_parameter(
                model, [i for i in by_correlation(model, values, seed) if i not in model.layout.column][:inputs]
            )
        else:
            groups = by_mechanism(model) if group == "mechanism" else by_side(model)
        (shares,) = sobol_of_each(
            experiment.program, [about], groups, draws=pairs, seed=seed, progress=progress, executor=executor
        )
        if not shares:
            what = f"`{about.name}` is the same in all {pairs} futures, so it has no variance to decompose"
            raise RunError(what, fix="choose another question, or run more draws")
    return Sensitivity(
        **experiment.header(),
        indices=shares,
        index_draws=pairs if shares else 0,
        group=group if shares else "",
        inside=what,
        share_inside=float(inside[good].mean()),
        distances=apart,
    )
