"""Compare decision theories on one case: answers, and the reasons for differences.

Futures are paired: a draw has the same parameters and the same random numbers under every theory. Single decisions are
compared in the same situations under all theories, those of the run under the first theory.

The differences between theories are reported beside the uncertainty due to parameters. The chance of an answer is a
mean over parameters; let P(parameters) be the chance if they were known. For any estimate f(parameters) made from other
draws,

    cov(outcome, f) = cov(P, f) <= sd(P) sd(f),

so that cov(outcome, f) / sd(f) is a lower bound on the standard deviation of P (Cauchy and Schwarz). f is linear in the
probabilities at which parameters were drawn, and leaves out parameters that do not stand out from noise.

Sources: donoho_johnstone1994 (how far noise alone reaches).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from standoff.analysis.answer import Answer, answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired_samples import QuestionRef, outcome_values, parameter_uniforms, question_ref
from standoff.engine import decision_record
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate_each
from standoff.errors import ModelError, Problem, did_you_mean, join_limited
from standoff.job_folder import JobExecutor
from standoff.plan import PlannedQuestion, labels
from standoff.progress import SILENT, Progress
from standoff.statistics import error_floor, mean_and_error, screening_threshold
from standoff.theories import DecisionSample, TheoryTerm
from standoff.theories import names as all_theories
from standoff.theories import theory as theory_of

DRAWS = 2000  # assumption: a probability is then right to about one percentage point
FOLDS = 5  # assumption: each draw is guessed from the other four fifths


@dataclass(frozen=True)
class TheoryAnswer:
    """A question under one theory."""

    theory: str
    answer: Answer
    mean: float  #: see `Question.of`
    mc_error: float
    parameters: float  #: lower bound of the standard deviation over parameters
    parameters_error: float


@dataclass(frozen=True, kw_only=True)
class TheoryQuestion(QuestionRef):
    """A question under every theory, with the spread."""

    under: tuple[TheoryAnswer, ...]
    lowest: str  #: by theory
    highest: str
    spread: float  #: the highest minus the lowest
    spread_error: float  #: of the difference, futures paired
    deviation: float  #: standard deviation over theories with equal weights
    deviation_error: float


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
    """A case under rival theories."""

    names: tuple[str, ...] = ()
    own: Mapping[str, str] | None = None  #: choice -> theory in the scenario
    compared: tuple[TheoryQuestion, ...] = ()
    disagreement: Disagreement | None = None


def theories(
    model: Model,
    names: Iterable[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> TheoryComparison:
    """Compare the answers of a model under several theories (default: all), one for all actors.

    An `executor` (`standoff.distributed`) simulates all theories at once; with a `folder` what is done stays there.
    """

    names = check_theories(all_theories() if names is None else names)
    main = model.plan.main_question
    question = [item for item in model.plan.questions if item.id == main or item.form.COMPARED_BY == "probability"]
    question.sort(key=lambda item: item.id != main)
    levels: dict[str, list[np.ndarray]] = {item.id: [] for item in question}
    result: dict[str, list[TheoryAnswer]] = {item.id: [] for item in question}
    label: dict[str, str] = {}
    samples = parameter_uniforms(model, draws, seed)
    origin, disagreement = None, None
    under = {name: with_theory(model, name) for name in names}
    runs = simulate_each(under, draws=draws, seed=seed, progress=progress, executor=executor, folder=folder)
    with progress.task("theories", len(names)) as task:
        for name, run in runs:
            if origin is None:
                origin, disagreement = Provenance.of(run), _disagreement(run, names)
            for item in question:
                message = answer(run, (item.id,))[item.id]
                values = outcome_values(run, item, label.setdefault(item.id, str(message.answer)))
                good = np.isfinite(values)
                mean, error = mean_and_error(values[good])
                spread = parameter_sd_bound(values[good], samples[good])
                levels[item.id].append(values)
                result[item.id].append(TheoryAnswer(name, message, mean, error, *spread))
            task.update()
            del run  # before the next one needs as much memory
    assert origin is not None
    own = {choice.name: choice.theory for choice in model.plan.choices}
    compared = tuple(_compared(item, result[item.id], np.stack(levels[item.id])) for item in question)
    return TheoryComparison(replace(origin, model=model.hash), names, own, compared, disagreement)


def check_theories(names: Iterable[str]) -> tuple[str, ...]:
    """Names of theories, each once; raises `ModelError` for an unknown one or an empty list."""
    names = tuple(dict.fromkeys(names))
    known = all_theories()
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        raise ModelError(
            [
                Problem(f"there is no theory `{name}`", allowed=join_limited(known), fix=did_you_mean(name, known))
                for name in wrong
            ]
            or Problem("no theory given", allowed=join_limited(known))
        )
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
    choice = run.model.plan.choices[index]
    reasons = run.model.scenario.choices[choice.name].reasons
    rationality, weights = _own_parameters(run, index, step)
    sample = DecisionSample(
        parts=decision_record.reasons(run, index, step),
        texts={reason.name: reasons[reason.name].text or reason.name for reason in choice.reasons},
        status_quo=choice.status_quo,
        option=option,
        probabilities=probabilities,
        rationality=rationality,
        weights=weights,
        available=decision_record.available(run, index, step),
    )
    return theory_of(theory).explain(sample)


def _own_parameters(run: Run, index: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """(M,) rationality and (M, R) weights of a choice as perceived by its actor."""
    plan = run.model.plan
    choice, view = plan.choices[index], plan.view(plan.choices[index].actor, plan.choices[index].actor)
    values = run.parameter_values[run.valid_paths][decision_record.has_occasion(run, index, step)].astype(float)

    def value(i: int) -> np.ndarray:
        return values[:, i] * (values[:, view.parameter_index[i]] if i in view.parameter_index else 1.0)

    return value(choice.rationality), np.stack([value(reason.weight) for reason in choice.reasons], axis=1)


def _term(name: str, text: str, values: np.ndarray) -> TheoryTerm:
    mean, error = mean_and_error(values)
    return TheoryTerm(name=name, text=text, value=mean, mc_error=error)


def parameter_sd_bound(values: np.ndarray, samples: np.ndarray) -> tuple[float, float]:
    """Lower bound of the standard deviation of E[values] (N,) over parameters, and its error.

    drawn: (N, P) uniform numbers behind the parameters
    """
    count, some = len(values), samples.shape[1]
    z = (samples - 0.5) * math.sqrt(12.0)
    noise = screening_threshold(some)
    guess, fold = np.zeros(count), np.arange(count) % FOLDS
    for k in range(FOLDS if some else 0):
        known = values[fold != k]
        slope = z[fold != k].T @ (known - known.mean()) / len(known)
        observed = np.abs(slope) > noise * known.std() / math.sqrt(len(known))
        guess[fold == k] = z[fold == k][:, observed] @ slope[observed]
    off = guess - guess.mean()
    if not off.std():
        return 0.0, float(values.std()) / math.sqrt(count)
    each = (values - values.mean()) * off / off.std()
    return max(float(each.mean()), 0.0), float(each.std()) / math.sqrt(count)


def _compared(question: PlannedQuestion, answers: list[TheoryAnswer], values: np.ndarray) -> TheoryQuestion:
    """Differences between theories, from values (theory, N) of paired futures."""
    both = values[:, np.isfinite(values).all(axis=0)]
    means, root = both.mean(axis=1), math.sqrt(both.shape[1])
    low, high = int(means.argmin()), int(means.argmax())
    least = error_floor(both, both.shape[1])
    off = means - means.mean()
    deviation = math.sqrt(float((off**2).mean()))
    each = (off / (len(off) * deviation)) @ both if deviation else both[0] - both[-1]
    return TheoryQuestion(
        **question_ref(question),
        under=tuple(answers),
        lowest=answers[low].theory,
        highest=answers[high].theory,
        spread=float(means[high] - means[low]),
        spread_error=max(float((both[high] - both[low]).std()) / root, least),
        deviation=deviation,
        deviation_error=max(float(each.std()) / root, least),
    )


def _occasions(run: Run, index: int) -> Iterator[int]:
    return (
        k
        for k, due in enumerate(run.model.plan.choices[index].is_free)
        if due and decision_record.has_occasion(run, index, k).any()
    )


def _disagreement(run: Run, names: tuple[str, ...]) -> Disagreement | None:
    """The first decision of the main choice under each theory, in the situations of `run`."""
    index = run.model.plan.main_choice
    step = None if index is None else next(_occasions(run, index), None)
    if index is None or step is None:
        return None
    choice, scenario = run.model.plan.choices[index], run.model.scenario.choices[run.model.plan.choices[index].name]
    solved = {
        name: decision_record.probabilities(replace(run, model=with_theory(run.model, name)), index, step)
        for name in names
    }
    shares = np.stack([p.mean(axis=0) for p in solved.values()])
    others = [o for o in range(len(choice.options)) if o != choice.status_quo]
    widest = max(others, key=lambda o: float(np.ptp(shares[:, o])))
    plan = run.model.plan
    about = plan.options_of(plan.question(plan.main_question)) if plan.questions else {}
    named = [choice.options.index(option) for option in about.get(choice.name, ())]
    at_issue = dict.fromkeys([*(o for o in named if o != choice.status_quo), widest])
    parts = decision_record.reasons(run, index, step)
    texts = {reason.name: scenario.reasons[reason.name].text or reason.name for reason in choice.reasons}
    issues = tuple(
        DisputedOption(
            choice.options[o],
            tuple(_term(name, text, parts[:, r, o]) for r, (name, text) in enumerate(texts.items())),
            {name: theory_terms(run, index, step, o, name, p) for name, p in solved.items()},
        )
        for o in at_issue
    )
    deciding = tuple(
        TheoryDecision(
            name,
            {word: float(p[:, o].mean()) for o, word in enumerate(choice.options)},
            {word: mean_and_error(p[:, o])[1] for o, word in enumerate(choice.options)},
            {word: _central(p[:, o]) for o, word in enumerate(choice.options)},
        )
        for name, p in solved.items()
    )
    return Disagreement(
        choice.name,
        labels.actor(plan, choice.actor),
        scenario.text,
        run.model.scenario.calendar.label(step + 1),
        {option: labels.option(plan, choice.name, option) for option in choice.options},
        choice.options[choice.status_quo],
        deciding,
        issues,
        float(decision_record.has_occasion(run, index, step).mean()),
    )


def _central(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)
