"""The main answer of a case as of earlier days, as stored with its variants, and what came.

A variant as of an earlier day has its bands beside those of the case (`standoff uncertainty CASE --variant NAME --keep`);
nothing is simulated here.
"""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.stored_bands import NAME, path_beside, stored_bands
from standoff.engine.build import planned
from standoff.plan import Plan
from standoff.questions import EpistemicBand
from standoff.record import record
from standoff.scenario.calendar import last_day
from standoff.scenario.outcome import Outcome


@record
class EarlierAnswer:
    """The main answer as of an earlier day, over parameters and rival models."""

    variant: str
    as_of: str
    date: str  #: of the question then
    band: EpistemicBand
    outcome: Outcome | None  #: what came, where the variant says so


def earlier_answers(plan: Plan) -> Iterator[EarlierAnswer]:
    """Of variants as of earlier days, by day; none under a variant, a lever or a held option."""
    if plan.variant or plan.interventions or plan.has_held_options or not plan.questions:
        return
    days = {name: str(item.change.get("as_of", "")) for name, item in plan.scenario.variants.items()}
    for name, day in sorted(days.items(), key=lambda item: item[1]):
        path = path_beside(plan, NAME, name)
        if not day or last_day(day) >= plan.scenario.as_of_day or path is None or not path.is_file():
            continue
        model = planned(plan.loaded.with_variant(name), plan.ledger)
        band, query = stored_bands(model).of.get(plan.main_question), model.plan.question(plan.main_question)
        if band is not None and band.low is not None:
            yield EarlierAnswer(variant=name, as_of=day, date=query.date, band=band, outcome=query.question.outcome)
