"""Why decision theories disagree about one decision of a case, from the same reasons.

The decision is solved under every theory in the same situations, those of a run under the first of them. What the answers are
under each theory is in `analysis.model_uncertainty`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from standoff import labels
from standoff.analysis.finding import Finding, Provenance
from standoff.engine import decision_record
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, join_limited, unknown_word
from standoff.plan import Plan, PlannedChoice
from standoff.progress import SILENT, Progress
from standoff.statistics import central_90, mean_and_error
from standoff.theories import DecisionSample, TheoryTerm
from standoff.theories import names as all_theories
from standoff.theories import theory as theory_of

DRAWS = 2000  # assumption: a probability is then right to about one percentage point


@dataclass(frozen=True)
class TheoryDecision:
    """Choice probabilities of one theory in a situation."""

    theory: str
    options: Mapping[str, float]
    mc_errors: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]  #: central 90 % of the draws


@dataclass(frozen=True)
class DisputedOption:
    """An option with different probabilities under the theories."""

    option: str
    reasons: tuple[TheoryTerm, ...]  #: contributions to its log odds against the status quo, equal for every theory
    why: Mapping[str, tuple[TheoryTerm, ...]]  #: theory -> terms of the probability of the option


@dataclass(frozen=True)
class Disagreement:
    """One decision under every theory, in the same situations."""

    choice: str
    actor: str
    text: str
    decided: str  #: month
    texts: Mapping[str, str]  #: option -> its text
    against: str  #: the status quo
    deciding: tuple[TheoryDecision, ...]
    issues: tuple[DisputedOption, ...]  #: options of the main question, and the one with the largest difference
    occasion: float  #: share of futures with the decision


@dataclass(frozen=True)
class TheoryComparison(Finding):
    """The first decision of the main choice under rival theories, if anybody decides."""

    names: tuple[str, ...]
    own: Mapping[str, str]  #: choice -> theory in the scenario
    disagreement: Disagreement | None


def theories(
    model: Model,
    names: Iterable[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> TheoryComparison:
    """Say why theories (default: all) disagree about the first decision of the main choice.

    draws: futures under the first theory, which every actor follows; raises `ModelError` for an unknown theory
    """

    names = check_theories(all_theories() if names is None else names)
    run = simulate(with_theory(model, names[0]), draws=draws, seed=seed, paths="all", progress=progress)
    own = {choice.name: choice.theory for choice in model.plan.choices}
    return TheoryComparison(replace(Provenance.of(run), model=model.hash), names, own, _disagreement(run, names))


def check_theories(names: Iterable[str]) -> tuple[str, ...]:
    """Names of theories, each once; raises `ModelError` for an unknown one or an empty list."""
    names, known = tuple(dict.fromkeys(names)), all_theories()
    if not names:
        raise ModelError("no theory given", allowed=join_limited(known))
    if wrong := [unknown_word(f"there is no theory `{name}`", name, known) for name in names if name not in known]:
        raise ModelError(wrong)
    return names


def with_theory(model: Model, theory: str) -> Model:
    """The model with one theory for every actor, as the top-level `theory:` would set it."""
    plan = model.plan
    loaded = plan.loaded.over({"theory": theory, "choices": {name: {"theory": None} for name in plan.scenario.choices}})
    planned = tuple(replace(choice, theory=theory) for choice in plan.choices)
    return replace(model, plan=replace(plan, loaded=loaded, choices=planned))


def theory_terms(
    run: Run, index: int, step: int, option: int, theory: str, probabilities: np.ndarray
) -> tuple[TheoryTerm, ...]:
    """Terms of the probability (M, O) of an option under a theory in the decision of a step."""
    plan, choice = run.model.plan, run.model.plan.choices[index]
    view = plan.view(choice.actor, choice.actor)
    values = run.parameter_values[run.valid_paths][decision_record.has_occasion(run, index, step)].astype(float)

    def value(i: int) -> np.ndarray:
        """(M,) a parameter as the actor perceives it."""
        return values[:, i] * (values[:, view.parameter_index[i]] if i in view.parameter_index else 1.0)

    sample = DecisionSample(
        parts=decision_record.reasons(run, index, step),
        texts=_reason_texts(run, choice),
        status_quo=choice.status_quo,
        option=option,
        probabilities=probabilities,
        rationality=value(choice.rationality),
        weights=np.stack([value(reason.weight) for reason in choice.reasons], axis=1),
        available=decision_record.available(run, index, step),
    )
    return theory_of(theory).explain(sample)


def _disagreement(run: Run, names: tuple[str, ...]) -> Disagreement | None:
    """The first decision of the main choice under each theory, in the situations of `run`."""
    plan, index = run.model.plan, run.model.plan.main_choice
    if index is None:
        return None
    choice = plan.choices[index]
    dates = (k for k, due in enumerate(choice.is_free) if due)
    step = next((k for k in dates if decision_record.has_occasion(run, index, k).any()), None)
    if step is None:
        return None
    spec = plan.scenario.choices[choice.name]
    solved = {
        name: decision_record.probabilities(replace(run, model=with_theory(run.model, name)), index, step)
        for name in names
    }
    return Disagreement(
        choice.name,
        labels.actor(plan, choice.actor),
        spec.text,
        plan.scenario.calendar.label(step + 1),
        {option: labels.option(plan, choice.name, option) for option in choice.options},
        choice.options[choice.status_quo],
        tuple(_theory_decision(name, choice, p) for name, p in solved.items()),
        tuple(_disputed_option(run, index, step, o, solved) for o in _at_issue(plan, choice, solved)),
        float(decision_record.has_occasion(run, index, step).mean()),
    )


def _at_issue(plan: Plan, choice: PlannedChoice, solved: Mapping[str, np.ndarray]) -> tuple[int, ...]:
    """Options of the main question, and the one that differs most between theories."""
    shares = np.stack([p.mean(axis=0) for p in solved.values()])
    others = [o for o in range(len(choice.options)) if o != choice.status_quo]
    about = plan.question(plan.main_question).options if plan.questions else {}
    named = [choice.options.index(option) for option in about.get(choice.name, ())]
    widest = max(others, key=lambda o: float(np.ptp(shares[:, o])))
    return tuple(dict.fromkeys([*(o for o in named if o != choice.status_quo), widest]))


def _theory_decision(theory: str, choice: PlannedChoice, p: np.ndarray) -> TheoryDecision:
    """Probabilities (M, O) of the options under a theory."""
    columns = dict(zip(choice.options, p.T, strict=True))
    known = {option: mean_and_error(column) for option, column in columns.items()}
    return TheoryDecision(
        theory,
        {option: mean for option, (mean, _) in known.items()},
        {option: error for option, (_, error) in known.items()},
        {option: central_90(column) for option, column in columns.items()},
    )


def _disputed_option(run: Run, index: int, step: int, option: int, solved: Mapping[str, np.ndarray]) -> DisputedOption:
    """The reasons for an option, and what each theory makes of them."""
    choice, parts = run.model.plan.choices[index], decision_record.reasons(run, index, step)
    terms = []
    for r, (name, text) in enumerate(_reason_texts(run, choice).items()):
        mean, error = mean_and_error(parts[:, r, option])
        terms.append(TheoryTerm(name=name, text=text, value=mean, mc_error=error))
    why = {name: theory_terms(run, index, step, option, name, p) for name, p in solved.items()}
    return DisputedOption(choice.options[option], tuple(terms), why)


def _reason_texts(run: Run, choice: PlannedChoice) -> dict[str, str]:
    return {item.name: labels.reason_of(run.model.plan, choice.name, item.name) for item in choice.reasons}
