"""Verdict: all findings of the first page, with answers, reasons, exhaustion, assumptions.

What the stated reasons add to the prior probabilities of a scenario, or take away.

Simulate a case into a folder, with its verdict and a summary of its paths.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff import labels
from standoff.analysis import reason_attribution
from standoff.analysis.answer import Answer, Answers, answer, cautions
from standoff.analysis.earlier_answers import EarlierAnswer, earlier_answers
from standoff.analysis.epistemic_band import DRAWS, bands
from standoff.analysis.exhaustion import Exhaustion, exhaustion_for_report
from standoff.analysis.explain import Explanation, explained, first_decision
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.model_uncertainty import ModelUncertainty, models_of
from standoff.analysis.model_uncertainty import uncertainty as under_rivals
from standoff.analysis.parameter_variants import VariantEffect, variant_effects
from standoff.analysis.provenance import AssumedNumber, FittedNumber, assumed, fitted, source_counts
from standoff.analysis.reason_attribution import ReasonAttribution
from standoff.analysis.sanity import SanityFinding
from standoff.analysis.sanity import of_run as sanity_findings
from standoff.analysis.sensitivity.quintiles import QuintileMeans, quintile_means
from standoff.analysis.stored_bands import Bands
from standoff.analysis.threshold import ThresholdAnalysis, flip
from standoff.analysis.track_record import TrackRecord, track_record
from standoff.analysis.value_of_information import ValueOfInformation, voi
from standoff.engine import anchors
from standoff.engine.decisions import SOLVER_FLAGS
from standoff.engine.model import Model
from standoff.engine.run import FAN, Run
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.history.recorded import RecordedAnswer, recorded
from standoff.job_folder import JobExecutor
from standoff.plan.leak_check import require_timely_reasons
from standoff.progress import SILENT, Progress
from standoff.questions import form
from standoff.record import record
from standoff.serialise import to_plain

if TYPE_CHECKING:
    import pandas


@record
class AnchorEffect:
    """A prior probability, and the probability in a run.

    The prior is that before the named reasons of the choice count. `monte_carlo` is the standard error of the
    difference, from the draws in which the constants were solved and those of the run.
    """

    choice: str
    options: tuple[str, ...]
    question: str  #: id of the anchored question; empty if the choice has the anchor
    date: str
    prior: float
    posterior: float
    change: float  #: what the reasons add
    shift: float  #: of the constants, log odds at the middle of rationality and weight
    monte_carlo: float
    sources: tuple[str, ...]  #: of the prior
    text: str = ""  #: who decides, and the options, in the words of the scenario


def anchor_effects(run: Run) -> tuple[AnchorEffect, ...]:
    """Prior and posterior of every anchor of the model of a run."""

    plan, out = run.model.plan, []
    for item in plan.anchors:
        prior, happens = anchors.prior(plan, item), np.isfinite(run.answer(item.tracker))
        variances = [prior * (1 - prior) / anchors.futures(plan), float(happens.var()) / max(happens.size, 1)]
        shift = plan.parameters[item.constants[0]].shift
        posterior, choice = float(happens.mean()), plan.choices[item.choice]
        options = " or ".join(f"“{labels.option(plan, choice.name, option)}”" for option in item.options)
        out.append(
            AnchorEffect(
                choice=choice.name,
                options=item.options,
                question=item.question,
                date=plan.scenario.calendar.label(item.state),
                prior=prior,
                posterior=posterior,
                change=posterior - prior,
                shift=shift * anchors.log_odds_per_unit(plan, item),
                monte_carlo=math.sqrt(sum(variances)),
                sources=plan.parameters[item.prior].belief.sources,
                text=f"{labels.actor(plan, choice.actor)}: {options}",
            )
        )
    return tuple(out)


#: of an explanation in the JSON of a verdict, which has options by name and claims too
OF_CHOICE = (
    "choice",
    "actor",
    "at",
    "option",
    "reference",
    "status_quo",
    "log_odds",
    "unsolved",
    "decision_frequency",
    "sample_size",
    "candidates",
    "reversal",
)


@record
class Verdict(Finding):
    """The findings of a run that belong on its first page."""

    answers: tuple[Answer, ...]
    band_note: str  #: what the bands of the answers lack, or why they are missing
    anchors: tuple[AnchorEffect, ...]  #: prior probabilities, and what the reasons add to them
    choices: tuple[Explanation, ...]
    assumptions: tuple[AssumedNumber, ...]  #: uncertain parameters on assumption alone, widest first
    source_counts: Mapping[str, int]  #: parameters by kind of source: fitted, claims, works, history, assumption
    fitted: tuple[FittedNumber, ...]  #: fitted parameters, with the claims that informed them
    warnings: tuple[str, ...]
    sanity: tuple[SanityFinding, ...]  #: what to look at before believing an answer, see `standoff.analysis.sanity`
    games: Mapping[str, int] | None  #: number of draws with an unsolved, unproven or branch-leaving game
    main: str  #: id of the main question
    quintiles: tuple[QuintileMeans, ...]  #: the most influential parameters of the main answer
    variant_effects: tuple[VariantEffect, ...]  #: every answer under variants that change only parameters
    attribution: ReasonAttribution | None  #: the reasons behind the main answer, if it is a probability
    flips: ThresholdAnalysis | None  #: threshold analysis of the main choice
    value: ValueOfInformation | None  #: value of information for the main answer
    model_uncertainty: ModelUncertainty | None  #: every answer under rival models
    exhaustion: Exhaustion | None  #: times to exhaustion, if the case has them and the library is installed
    history: tuple[RecordedAnswer, ...]  #: what history alone says about questions of the case
    track_record: TrackRecord | None  #: scores of earlier answers of the catalogue and of the case
    earlier: tuple[EarlierAnswer, ...]  #: the main answer as of earlier days, and what came

    def to_frame(self, of: str = "answers") -> pandas.DataFrame:
        """One row for each answer, as of `answer(run)`, or for each record of another field."""
        return Answers(self.origin, answers=self.answers).to_frame() if of == "answers" else super().to_frame(of)

    def to_data(self) -> dict[str, Any]:
        """The JSON of `standoff run --json`: `questions` and `choices`, with claims."""
        base = super().to_data()
        choices = [
            {name: row[name] for name in OF_CHOICE}
            | {"options": {item["option"]: item for item in row["options"]}}
            | {"reasons": row["reasons"], "claims": list(choice.claims)}
            for row, choice in zip(base["choices"], self.choices, strict=True)
        ]
        data = base | {"choices": choices}
        return {"questions" if name == "answers" else name: value for name, value in data.items()}


def main_answer(run: Run, answers: Sequence[Answer]) -> Answer | None:
    """The answer to the main question."""
    main = run.model.plan.main_question
    return next((item for item in answers if item.id == main), None)


def verdict(
    run: Run,
    changes: bool = False,
    threshold: bool = False,
    uncertainty: bool = False,
    progress: Progress = SILENT,
    bands: Bands | None = None,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> Verdict:
    """Collect the answers, reasons, provenance and cautions of a run for its first page.

    `changes` adds the reasons behind the main answer, its most influential parameters, and the answer under variants that
    change only parameters; these simulate further futures with the same program. `threshold` adds the changes that
    switch the main choice and the claims to check first, which takes three times as long as a run of 10,000 draws.
    `uncertainty` adds every answer under rival models and decision theories; each needs a program of its own, minutes for
    a large case. An `executor` (`standoff.distributed`) simulates these elsewhere; a `folder` keeps them.
    `bands` are the epistemic bands of the answers, by default those stored with the case.
    """

    plan = run.model.plan
    answered = answer(run, bands=bands)
    choices = tuple(
        explained(run, index, step)
        for index in range(len(plan.choices))
        if (step := first_decision(run, index)) is not None
    )
    main = main_answer(run, answered.answers) if changes or threshold else None
    flips, worth = _turns(run, choices, main, progress) if threshold and main else (None, None)
    settings, rivals = run.settings, None
    if uncertainty:
        draws = min(DRAWS, settings.draws)  # the first futures of the run
        rivals = under_rivals(
            models_of(run.model), draws=draws, seed=settings.seed, progress=progress, executor=executor, folder=folder
        )
    return Verdict(
        origin=Provenance.of(run),
        answers=answered.answers,
        band_note=answered.band_note,
        anchors=anchor_effects(run),
        choices=choices,
        assumptions=assumed(plan),
        source_counts=source_counts(plan),
        warnings=cautions(run),
        sanity=sanity_findings(run, answered.answers),
        games={name: run.n_flagged(name) for name in SOLVER_FLAGS} if run.model.program.decision_steps else None,
        main=main.id if main else "",
        quintiles=quintile_means(run, main) if main else (),
        variant_effects=variant_effects(run) if main and changes else (),
        attribution=reason_attribution.for_page(run, main, progress) if main and changes else None,
        flips=flips,
        value=worth,
        model_uncertainty=rivals,
        exhaustion=exhaustion_for_report(run, bands) if changes else None,
        fitted=fitted(plan),
        history=recorded(plan.loaded.folder),
        track_record=track_record(plan.loaded.folder),
        earlier=tuple(earlier_answers(plan)),
    )


def _turns(
    run: Run, choices: Sequence[Explanation], main: Answer, progress: Progress
) -> tuple[ThresholdAnalysis | None, ValueOfInformation | None]:
    """Threshold analysis of the main choice, and value of information."""
    model, seed, index = run.model, run.settings.seed, run.model.plan.main_choice
    name = "" if index is None else model.plan.choices[index].name
    flips = None
    if choices:
        about = next((choice for choice in choices if choice.choice == name), choices[0])
        second = sorted(about.options, key=lambda item: -item.probability)[1].option
        flips = flip(model, choice=f"{about.choice}={second}", at=about.decided, seed=seed, progress=progress)
    label = f"={main.answer}" if form(main.kind).HAS_LABELS else ""
    return flips, voi(model, question=f"{main.id}{label}", seed=seed, progress=progress)


RIVALS = "rivals"  #: name of the folder of rival models that are simulated elsewhere


def run(
    model: Model,
    folder: Path | str,
    *,
    draws: int = 10_000,
    seed: int = 1,
    precision: str = "single",
    paths: int | str | None = None,
    findings: bool = False,
    uncertainty: bool = False,
    band: bool = True,
    allow_late_reasons: bool = False,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
) -> tuple[Run, Verdict]:
    """Simulate a model into a folder, with `verdict.json` and `summary.json`.

    Returns run and verdict; an interrupted run resumes. precision: `single` or `double`; paths: number of draws that keep
    whole paths, `all`, or None for 200 MB of them. findings: also switching values and the value of information of the
    main answer; uncertainty: also every answer under rival models, which takes minutes; band: the epistemic band of
    each answer over the parameters, where none is stored with the case. An `executor` (`standoff.distributed`) simulates
    batches of draws and rival models elsewhere; jobs of the latter stay in the folder `rivals` of the run. What else follows
    from the run is found by its program in this process.

    Raises `RunError` where the folder belongs to another run, and `ModelError` where all claims of a reason were published
    after as_of and `allow_late_reasons` is not set: whoever wrote it may have known more than was known then.
    """
    if not allow_late_reasons:
        require_timely_reasons(model.plan)
    if uncertainty:
        models_of(model)  # its mistakes before anything is simulated
    stored = RunFolder(Path(folder))
    result = simulate(
        model,
        draws=draws,
        seed=seed,
        precision=precision,
        paths=paths,
        folder=stored,
        progress=progress,
        executor=executor,
    )
    known = bands(result, quick=band, progress=progress)
    rivals = stored.path / RIVALS
    outcome = verdict(
        result,
        changes=True,
        threshold=findings,
        uncertainty=uncertainty,
        progress=progress,
        bands=known,
        executor=executor,
        folder=rivals if executor is not None or rivals.exists() else None,
    )
    stored.write_json("verdict.json", outcome.to_data())
    stored.write_json("summary.json", summary(result))
    return result, outcome


def summary(run: Run) -> dict[str, Any]:
    """Quantiles of every stock and shares of every option over time, as plain data."""
    plan = run.model.plan
    stocks = {
        cell: {
            "unit": run.display_unit(cell)[1],
            "quantiles": dict(zip(map(str, FAN), run.quantile_fan(cell), strict=True)),
        }
        for cell in plan.cells
    }
    choices = {
        choice.name: {option: run.active_share[:, index, o] for o, option in enumerate(choice.options)}
        for index, choice in enumerate(plan.choices)
    }
    interventions = [asdict(item) for item in run.interventions]
    return to_plain({"interventions": interventions, "times": run.times, "stocks": stocks, "active_share": choices})
