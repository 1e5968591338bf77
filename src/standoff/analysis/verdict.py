"""Verdict: all findings of the first page, with answers, reasons, exhaustion, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.analysis import reason_attribution
from standoff.analysis.anchor_effects import AnchorEffect, anchor_effects
from standoff.analysis.answer import Answer, Answers, answer, cautions
from standoff.analysis.epistemic_band import DRAWS
from standoff.analysis.exhaustion import Exhaustion, exhaustion_for_report
from standoff.analysis.explain import Explanation, explained, first_decision
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.model_uncertainty import ModelUncertainty, models_of, uncertainty
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
from standoff.engine.decisions import SOLVER_FLAGS
from standoff.engine.run import Run
from standoff.history.recorded import RecordedAnswer, recorded
from standoff.job_folder import JobExecutor
from standoff.progress import SILENT, Progress
from standoff.questions import form
from standoff.serialise import to_plain

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, kw_only=True)
class Verdict(Finding):
    """The findings of a run that belong on its first page."""

    answers: tuple[Answer, ...] = ()
    band_note: str = ""  #: what the bands of the answers lack, or why they are missing
    anchors: tuple[AnchorEffect, ...] = ()  #: prior probabilities, and what the reasons add to them
    choices: tuple[Explanation, ...] = ()
    assumptions: tuple[AssumedNumber, ...] = ()  #: uncertain parameters on assumption alone, widest first
    source_counts: Mapping[str, int] | None = (
        None  #: parameters by kind of source: fitted, claims, works, history, assumption
    )
    warnings: tuple[str, ...] = ()
    sanity: tuple[
        SanityFinding, ...
    ] = ()  #: what to look at before believing an answer, see `standoff.analysis.sanity`
    attribution: ReasonAttribution | None = None  #: the reasons behind the main answer, if it is a probability
    games: Mapping[str, int] | None = None  #: number of draws with an unsolved, unproven or branch-leaving game
    main: str = ""  #: id of the main question
    quintiles: tuple[QuintileMeans, ...] = ()  #: the most influential parameters of the main answer
    variant_effects: tuple[VariantEffect, ...] = ()  #: every answer under variants that change only parameters
    flips: ThresholdAnalysis | None = None  #: threshold analysis of the main choice
    value: ValueOfInformation | None = None  #: value of information for the main answer
    model_uncertainty: ModelUncertainty | None = None  #: every answer under rival models
    exhaustion: Exhaustion | None = None  #: times to exhaustion, if the case has them and the library is installed
    fitted: tuple[FittedNumber, ...] = ()  #: fitted parameters, with the claims that informed them
    history: tuple[RecordedAnswer, ...] = ()  #: what history alone says about questions of the case
    track_record: TrackRecord | None = None  #: scores of earlier answers of the catalogue and of the case

    def to_frame(self, of: str = "answers") -> pandas.DataFrame:
        """One row for each answer, as of `answer(run)`, or for each record of another field."""
        return Answers(self.origin, answers=self.answers).to_frame() if of == "answers" else super().to_frame(of)

    def to_data(self) -> dict[str, Any]:
        """The JSON of `standoff run --json`: `questions` and `choices`, with claims."""
        base = super().to_data()
        choices = [
            {
                "choice": result.choice,
                "actor": result.actor,
                "at": result.at,
                "option": result.option,
                "reference": result.reference,
                "status_quo": result.status_quo,
                "log_odds": result.log_odds,
                "unsolved": result.unsolved,
                "decision_frequency": result.decision_frequency,
                "sample_size": result.sample_size,
                "candidates": result.candidates,
                "reversal": None if result.reversal is None else to_plain(result.reversal.__dict__),
                "options": {item.option: to_plain(item.__dict__) for item in result.options},
                "reasons": [to_plain(item.__dict__) for item in result.reasons],
                "claims": list(result.claims),
            }
            for result in self.choices
        ]
        return {
            "origin": base["origin"],
            "questions": base["answers"],
            "band_note": base["band_note"],
            "anchors": base["anchors"],
            "choices": to_plain(choices),
            "assumptions": base["assumptions"],
            "source_counts": base["source_counts"],
            "fitted": base["fitted"],
            "warnings": base["warnings"],
            "sanity": base["sanity"],
            "games": base["games"],
            "main": base["main"],
            "quintiles": base["quintiles"],
            "variant_effects": base["variant_effects"],
            "attribution": base["attribution"],
            "flips": base["flips"],
            "value": base["value"],
            "model_uncertainty": base["model_uncertainty"],
            "exhaustion": base["exhaustion"],
            "history": base["history"],
            "track_record": base["track_record"],
        }


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
        model_uncertainty=_model_uncertainty(run, progress, executor, folder) if uncertainty else None,
        exhaustion=exhaustion_for_report(run, bands) if changes else None,
        fitted=fitted(plan),
        history=recorded(plan.loaded.folder),
        track_record=track_record(plan.loaded.folder),
    )


def _model_uncertainty(
    run: Run, progress: Progress, executor: JobExecutor | None, folder: Path | None
) -> ModelUncertainty:
    """Every answer under rival models, in the first futures of the run."""

    draws = min(DRAWS, run.settings.draws)
    return uncertainty(
        models_of(run.model), draws=draws, seed=run.settings.seed, progress=progress, executor=executor, folder=folder
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
