"""Sensitivity of an answer: slopes, variance shares, distances of distributions.

The parts answer different questions. A slope is the effect of a small change of a parameter; an index is the share of
the uncertainty that a parameter or a group causes; a distance shows which parameters differ between futures with and
without the outcome.
"""

from __future__ import annotations

from standoff import labels
from standoff.analysis import quantity_of_interest
from standoff.analysis.quantity_of_interest import Experiment, QoiFinding
from standoff.analysis.sensitivity import regional
from standoff.analysis.sensitivity.gradient import AnswerGradient, slopes, without_slope
from standoff.analysis.sensitivity.regional import KsDistance
from standoff.analysis.sensitivity.screening import by_correlation, choice_parameters
from standoff.analysis.sensitivity.sobol import Index, by_mechanism, by_parameter, by_side, sobol_of_each
from standoff.engine.model import Model
from standoff.errors import ModelError, RunError
from standoff.job_folder import JobExecutor
from standoff.progress import SILENT, Progress
from standoff.record import record

SMALL = 60  # stocks and options; assumption: the slopes of a program of so many are compiled within seconds
DRAWS = 4096  # assumption: distances of 0.1 then stand out, where one future in ten is inside
INPUTS = 30  # assumption: numbers that get an index of their own
PAIRS = 1024  # assumption: an index is then known to about 0.05
SLOPED = 1024  # assumption: a slope of a rare event's chance is then significant if it changes the chance by a tenth
STEEP = 48  # assumption: numbers that get a slope
GROUPS = ("parameter", "mechanism", "side")


@record
class Sensitivity(QoiFinding):
    """Sensitivity of one answer."""

    FRAME = "distances"

    slopes: tuple[AnswerGradient, ...] = ()  #: empty unless requested
    slope_draws: int = 0
    without_slope: tuple[str, ...] = ()  #: numbers of conditions, in words: an answer jumps where a stock passes one
    indices: tuple[Index, ...] = ()  #: empty unless requested
    index_draws: int = 0
    group: str = ""  #: parameter, mechanism or side
    inside: str = ""  #: parameter ranges of the futures inside
    share_inside: float = 0.0
    distances: tuple[KsDistance, ...] = ()

    @property
    def steepest(self) -> tuple[AnswerGradient, ...]:
        """Significant slopes, the steepest first."""
        return tuple(item for item in self.slopes if item.is_significant)


def sensitivity(
    model: Model,
    *,
    choice: str = "",
    at: str = "",
    question: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    gradient: bool | None = None,
    indices: bool = False,
    group: str = "parameter",
    inputs: int = INPUTS,
    pairs: int = PAIRS,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> Sensitivity:
    """Measure the sensitivity of an answer, or of the probability of an option, to parameters.

    gradient: compute slopes; None: only for a small model, since a large one takes minutes to differentiate, once
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
    influential = by_correlation(model, values, seed)
    jumps = without_slope(model.plan)
    steep: tuple[AnswerGradient, ...] = ()
    if len(model.plan.cells) + len(model.program.option_rows) <= SMALL if gradient is None else gradient:
        wanted = list(dict.fromkeys([*influential[: STEEP // 2], *choice_parameters(model, about)]))[:STEEP]
        steep = slopes(model, about, [i for i in wanted if i not in jumps], draws=SLOPED, seed=seed, progress=progress)
    shares: tuple[Index, ...] = ()
    if indices:
        if group == "parameter":  # those of a posterior are one group
            groups = by_parameter(model, [i for i in influential if i not in model.layout.column][:inputs])
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
        slopes=steep,
        slope_draws=SLOPED if steep else 0,
        without_slope=tuple(labels.parameter(model.plan, model.plan.parameters[i].path) for i in sorted(jumps)),
        indices=shares,
        index_draws=pairs if shares else 0,
        group=group if shares else "",
        inside=what,
        share_inside=float(inside[good].mean()),
        distances=apart,
    )
