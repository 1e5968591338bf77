"""Description of a case for the page: what it asks, who chooses, what may be moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from standoff import labels
from standoff.addons.explorer.charts import first_charts
from standoff.addons.explorer.controls import belief_controls, lever_controls
from standoff.addons.explorer.explorer import DRAWS, MOST, QUICK, Explorer, date_asked
from standoff.addons.explorer.responses import View
from standoff.addons.explorer.shipped import SEED, shipped
from standoff.addons.explorer.variants import variant_texts
from standoff.analysis.explain import option_at_as_of, option_limit
from standoff.analysis.stored_bands import stored_bands
from standoff.engine.model import Model
from standoff.errors import Problem
from standoff.evaluation import forecast_record
from standoff.plan import Plan, PlannedChoice, PlannedQuestion
from standoff.questions import EpistemicBand
from standoff.report import answer_text, formatting
from standoff.report.actor_colours import actor_colours, side_colours
from standoff.report.charts.overview import short
from standoff.scenario.option_checks import FREE


def case_description(
    case: str,
    model: Model | None,
    explorer: Explorer | None = None,
    stage: str = "",
    faults: Iterable[Problem] = (),
    holds: Sequence[str] = (),
) -> View:
    """Everything that the page needs before anything is moved.

    Of a case that cannot be read only its faults. `holds` are options that a person sets beside those of the file, as
    `--hold` has them. Until there is an explorer, a move that comes with the case takes the place of its futures.
    """
    out = {
        "case": case,
        "model": "",
        "draws": {"quick": QUICK, "full": DRAWS, "most": MOST},
        "ready": explorer is not None,
        "stage": stage,
        "problems": [asdict(problem) for problem in faults],
    }
    if model is None:
        return out
    plan, scenario = model.plan, model.scenario
    bands, note = case_bands(case, model)
    return out | {
        "title": scenario.title,
        "as_of": str(scenario.as_of),
        "asked": date_asked(plan),  # when options in force are told
        "variant": plan.variant,
        "holds": holds,
        "variants": [{"name": name, "text": text} for name, text in variant_texts(model).items()],
        "model": model.hash,
        "first": scenario.calendar.label(plan.first_future_step + 1),  # the first month in which anybody decides
        "main": plan.main_question,
        "seed": SEED,
        "questions": sorted(
            (_question(plan, item, bands.get(item.id)) for item in plan.questions),
            key=lambda item: item["id"] != plan.main_question,
        ),
        "band_over": answer_text.band_contents(*bands.values()) if bands else "",
        "band_note": note,
        "choices": [_choice(plan, item) for item in plan.choices if any(item.is_free) or item.held],
        "stocks": [
            {
                "stock": cell,
                "name": labels.stock(plan, cell),
                "text": item.text,
                "unit": "" if item.unit == "1" else item.unit,
            }
            for cell, item in scenario.cells().items()
        ],
        "shown": first_charts(plan),
        "side_colours": side_colours(plan),
        "actors": {
            code: {"name": short(labels.actor(plan, code)), "colour": colour}
            for code, colour in actor_colours(plan).items()
        },
        "has_record": forecast_record.beside(model.plan.loaded.folder) is not None,
        "levers": lever_controls(model),
        "beliefs": belief_controls(model, order=explorer.order)
        if explorer
        else (),  # that go with the main answer most
        "shipped": None if explorer else shipped(model),
    }


def case_bands(case: str, model: Model) -> tuple[Mapping[str, EpistemicBand], str]:
    """The stored bands of the questions of a model, and why they are missing or what they lack.

    They are those beside the scenario file (`analysis.stored_bands`), which belong to the case without a variant, a lever or
    an option of a person. `case` is its name on the command line.
    """
    plan, bands = model.plan, stored_bands(model)
    if bands.of or not (plan.variant or plan.has_held_options or plan.interventions):
        return bands.of, bands.note
    what, variant = ("this variant", f" --variant {plan.variant}") if plan.variant else ("these options", "")
    return {}, (
        f"No epistemic band: the stored one is of the case itself. `standoff run {case}{variant}` computes one of {what}, "
        "over its parameters."
    )


def _question(plan: Plan, question: PlannedQuestion, band: EpistemicBand | None) -> View:
    """A question, the choice that it names, and the epistemic band of its probability."""
    ends = None if band is None or band.low is None or band.high is None else (band.low, band.high)
    return {
        "id": question.id,
        "text": question.question.text,
        "date": question.date,
        "kind": question.question.kind,
        "is_share": question.form.is_share,
        "unit": question.form.unit(question),
        "resolution": question.question.resolution,
        "choice": next((choice.name for choice in plan.choices_of(question)), ""),
        "band": formatting.band_percents(0.0, ends)[1] if ends else "",
        "band_label": band.label if band and ends else "",  # of a `first_of` question
    }


def _choice(plan: Plan, choice: PlannedChoice) -> View:
    """A choice that is made after as_of, or that a person makes in place of the actor."""
    calendar, spec = plan.scenario.calendar, plan.scenario.choices[choice.name]
    return {
        "choice": choice.name,
        "actor": choice.actor,
        "actor_name": labels.actor(plan, choice.actor),
        "text": spec.text or formatting.humanise(choice.name),
        "options": [
            {
                "id": option,
                "text": labels.option(plan, choice.name, option),
                "limit": option_limit(plan, choice.name, option),  # when it can be chosen or left; empty for always
            }
            for option in choice.options
        ],
        "held": [
            {
                "at": plan.scenario.label_since(month),
                "text": "its own decision again" if option == FREE else labels.option(plan, choice.name, option),
            }
            for month, option in spec.held.items()
        ],
        "status_quo": choice.options[option_at_as_of(plan, choice)],
        "dates": [calendar.label(k + 1) for k, is_free in enumerate(choice.is_free) if is_free],
    }
