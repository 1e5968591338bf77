"""Description of a case for the page: what it asks, who chooses, what may be moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from standoff.addons.explorer.band_texts import BandTexts, band_texts
from standoff.addons.explorer.controls import Control, belief_controls, lever_controls
from standoff.addons.explorer.explorer import DRAWS, FANS, MOST, QUICK
from standoff.addons.explorer.variants import VariantName, variant_names
from standoff.analysis.explain import option_limit
from standoff.engine.model import Model
from standoff.errors import Problem
from standoff.plan import Plan, labels
from standoff.report import formatting
from standoff.report.sections.figures import main_stocks
from standoff.scenario.option_checks import FREE

SEED = 1  #: of every futures of the page


@dataclass(frozen=True, kw_only=True)
class QuestionEntry:
    """A question of the case."""

    id: str
    text: str
    date: str
    kind: str
    is_share: bool
    resolution: str
    choice: str  #: the choice that it names; may be empty
    band: str = ""  #: the epistemic band of a probability as the case stands; empty where none is stored
    band_label: str = ""  #: the label of a `first_of` question that the band is about


@dataclass(frozen=True, kw_only=True)
class OptionEntry:
    """An option of a choice."""

    id: str
    text: str
    limit: str  #: when it can be chosen or left, in words; empty where it always can


@dataclass(frozen=True, kw_only=True)
class HeldOption:
    """An option that a person sets from a date on."""

    at: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ChoiceEntry:
    """A choice that is made after as_of, or that a person makes."""

    choice: str
    actor: str
    actor_name: str
    text: str
    options: tuple[OptionEntry, ...]
    status_quo: str
    dates: tuple[str, ...]  #: of its decisions
    held: tuple[HeldOption, ...]  #: of a person, who then decides in place of the actor


@dataclass(frozen=True, kw_only=True)
class StockEntry:
    """A stock of the case."""

    stock: str
    name: str
    unit: str
    is_flag: bool  #: 0 or 1 in all futures; False until they are there


@dataclass(frozen=True, kw_only=True)
class CaseDescription:
    """Everything that the page needs before anything is moved."""

    case: str
    title: str = ""
    as_of: str = ""
    until: str = ""
    variant: str = ""
    holds: tuple[str, ...] = ()  #: options that a person sets beside those of the file, as `--hold` has them
    variants: tuple[VariantName, ...] = ()
    model: str = ""  #: digest; empty where the case cannot be read
    main: str = ""  #: id of the main question
    seed: int = SEED
    draws: Mapping[str, int] | None = None
    ready: bool = False
    stage: str = ""
    problems: tuple[dict[str, Any], ...] = ()
    questions: tuple[QuestionEntry, ...] = ()  #: the main one first
    band_over: str = ""  #: what the bands of the questions are over, in words
    band_note: str = ""  #: why they are missing
    choices: tuple[ChoiceEntry, ...] = ()
    stocks: tuple[StockEntry, ...] = ()
    shown: tuple[str, ...] = ()  #: stocks that are charted unless others are asked for
    levers: tuple[Control, ...] = ()
    beliefs: tuple[Control, ...] = ()  #: that go with the main answer most
    shipped: Any = None  #: a move that comes with the case


def case_description(
    case: str,
    model: Model | None,
    flags: Collection[str] | None,
    effects: Mapping[str, float],
    stage: str,
    faults: Sequence[Problem],
    shipped: Any = None,
    holds: Sequence[str] = (),
) -> CaseDescription:
    """Describe a case; `flags` are its stocks of 0 or 1, None until its futures are there."""
    problems = tuple(asdict(problem) for problem in faults)
    draws = {"quick": QUICK, "full": DRAWS, "most": MOST}
    if model is None:
        return CaseDescription(case=case, problems=problems, draws=draws)
    plan, scenario, bands = model.plan, model.scenario, band_texts(case, model)
    return CaseDescription(
        case=case,
        title=scenario.title,
        as_of=str(scenario.as_of),
        until=scenario.calendar.label(scenario.calendar.steps),
        variant=plan.variant,
        holds=tuple(holds),
        variants=variant_names(model),
        model=model.hash,
        main=plan.main_question,
        draws=draws,
        ready=flags is not None,
        stage=stage,
        problems=problems,
        questions=_questions(plan, bands),
        band_over=bands.over,
        band_note=bands.note,
        choices=_choices(plan),
        stocks=tuple(
            StockEntry(stock=cell, name=labels.stock(plan, cell), unit=_unit(item.unit), is_flag=cell in (flags or ()))
            for cell, item in scenario.cells().items()
        ),
        shown=tuple(main_stocks(plan)[:FANS]),
        levers=lever_controls(model, effects),
        beliefs=belief_controls(model, effects) if flags is not None else (),
        shipped=shipped,
    )


def _unit(text: str) -> str:
    return "" if text == "1" else text


def _questions(plan: Plan, bands: BandTexts) -> tuple[QuestionEntry, ...]:
    ordered = sorted(plan.questions, key=lambda item: item.id != plan.main_question)
    return tuple(
        QuestionEntry(
            id=item.id,
            text=item.question.text,
            date=item.date,
            kind=item.question.kind,
            is_share=item.form.is_share,
            resolution=item.question.resolution,
            choice=next((choice.name for choice in plan.choices_of(item)), ""),
            band=bands.of[item.id].ends if item.id in bands.of else "",
            band_label=bands.of[item.id].label if item.id in bands.of else "",
        )
        for item in ordered
    )


def _choices(plan: Plan) -> tuple[ChoiceEntry, ...]:
    calendar = plan.scenario.calendar
    return tuple(
        ChoiceEntry(
            choice=item.name,
            actor=item.actor,
            actor_name=labels.actor(plan, item.actor),
            text=plan.scenario.choices[item.name].text or formatting.humanise(item.name),
            options=tuple(
                OptionEntry(
                    id=option,
                    text=labels.option(plan, item.name, option),
                    limit=option_limit(plan, item.name, option),
                )
                for option in item.options
            ),
            held=_held(plan, item.name),
            status_quo=item.options[item.status_quo],
            dates=tuple(calendar.label(k + 1) for k, is_free in enumerate(item.is_free) if is_free),
        )
        for item in plan.choices
        if any(item.is_free) or item.held
    )


def _held(plan: Plan, choice: str) -> tuple[HeldOption, ...]:
    return tuple(
        HeldOption(
            at=plan.scenario.label_since(month),
            text="its own decision again" if option == FREE else labels.option(plan, choice, option),
        )
        for month, option in plan.scenario.choices[choice].held.items()
    )
