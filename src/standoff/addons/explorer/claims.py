"""Claims of a case: a search, one claim with its rivals, and claims as points of a chart.

The ledger is never changed. What setting a claim aside does is stated by `standoff.analysis.claim_removal`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from standoff import labels, units
from standoff.addons.explorer.charts import ChartScale
from standoff.addons.explorer.reasons import reason_numbers
from standoff.addons.explorer.responses import View
from standoff.analysis.claim_removal import claim_effects
from standoff.engine.model import Model
from standoff.errors import ModelError, require
from standoff.ledger import Claim
from standoff.ledger.conflicts import implied_interval
from standoff.plan import Plan
from standoff.report import claim_labels, formatting
from standoff.report.backends.html import web
from standoff.report.charts import stocks

PAGE = 40  #: claims of a page of a search
STATEMENT = 160  #: characters of a statement in a list
WITHDRAWN, FALSE = ("aside", "doubt"), ("false_low", "false_high")  #: what a reader may suppose about a claim


def search_claims(plan: Plan, search: str = "", side: str = "", quantity: str = "", page: int = 0) -> View:
    """Claims that match a text, a side and a quantity; raises `ModelError`.

    Those that the main answer rests on come first, then others known at as_of, then later ones; the newest first.
    """
    ledger = plan.ledger
    sides = sorted({claim.side for claim in ledger})
    quantities = sorted({claim.quantity for claim in ledger if claim.quantity})
    for name, word, known in (("side", side, sides), ("quantity", quantity, quantities)):
        if word:
            require(word, known, name, name)
    matching = ledger.filter(text=search or None, side=side or None, quantity=quantity or None)
    pages = -(-len(matching) // PAGE)
    if page and not 0 <= page < pages:
        raise ModelError(f"there is no page {page}", "page", "", f"0 to {max(pages - 1, 0)}")
    behind, day = _behind(plan), plan.scenario.as_of_day
    order = sorted(matching, key=lambda claim: claim.as_of.last, reverse=True)
    ordered = sorted(order, key=lambda claim: (claim.id not in behind, claim.published.last > day))
    return {
        "total": len(matching),
        "pages": pages,
        "claims": [
            _summary(plan, claim) | {"behind": claim.id in behind} for claim in ordered[page * PAGE : (page + 1) * PAGE]
        ],
        "sides": [{"id": key, "text": claim_labels.side(plan, key)} for key in sides],  # of the whole ledger
        "quantities": [{"id": key, "text": claim_labels.quantity(plan, key)} for key in quantities],
    }


def _behind(plan: Plan) -> set[str]:
    """Claims that reasons of the choice of the main question cite, or their numbers."""
    choices = plan.choices_of(plan.question(plan.main_question)) if plan.questions else ()
    reasons = [reason for choice in choices for reason in choice.reasons]
    numbers = (plan.parameters[n].belief.sources for reason in reasons for n in reason_numbers(reason))
    return {name for names in (*(reason.claims for reason in reasons), *numbers) for name in names}


def _summary(plan: Plan, claim: Claim) -> View:
    """A claim in a list.

    `about` is its number beside a quote, or what a claim without a number is about; else empty.
    """
    about = ""
    if claim.numbers and claim.quote is not None:
        about = claim_labels.sentence(plan, claim)
    elif not claim.numbers and claim.quantity:
        parts = (claim_labels.subject(plan, claim.subject), claim_labels.quantity(plan, claim.quantity))
        about = formatting.capital(", ".join(filter(None, parts)))
    return {
        "id": claim.id,
        "speaker": claim.speaker,
        "side": claim_labels.side(plan, claim.side),
        "published": str(claim.published),
        "as_of": str(claim.as_of),
        "about": about,
        "statement": formatting.shortened(claim_labels.statement(plan, claim), STATEMENT),
    }


def claim_view(model: Model, name: str) -> View:
    """A claim, what rests on it, and its rivals; raises `LedgerError` for an unknown id."""
    plan, claim = model.plan, model.ledger[name]
    can, why_not = _suppositions(model, name)
    citing = [plan.parameters[i].path for i in _citing(plan, name)]
    return _rival(plan, claim, claim.unit) | {
        "statement": "" if claim.numbers and claim.quote is None else claim_labels.statement(plan, claim),
        "number": claim_labels.value(claim),  # as stated
        "published": str(claim.published),
        "title": claim.source.title,
        "publisher": claim.source.publisher,
        "url": web(claim.source.url),
        "quantity": claim_labels.quantity(plan, claim.quantity),
        "subject": claim_labels.subject(plan, claim.subject),
        "note": claim.note,  # of the analyst
        "objection": model.ledger.objection(name),  # why it cannot be used; empty where it can
        "numbers": [{"path": path, "text": labels.parameter(plan, path)} for path in citing],
        "reasons": list(_reasons(plan, name)),
        "stocks": [item.cell for item in plan.observations if name in item.claims],  # whose path up to as_of it fixes
        "can": can,
        "why_not": why_not,
        "rivals": rivals(model, name),
    }


def _rival(plan: Plan, claim: Claim, unit: str, factor: float = 1.0) -> View:
    """Who claims what number, times `factor`, in a unit; None for no number and for an open end."""
    low, high = implied_interval(claim) if claim.numbers else (math.inf, math.inf)
    return {
        "id": claim.id,
        "speaker": claim.speaker,
        "side": claim.side,
        "side_text": claim_labels.side(plan, claim.side),
        "as_of": str(claim.as_of),
        "value": sum(claim.numbers) / len(claim.numbers) * factor if claim.numbers else None,
        "low": low * factor if math.isfinite(low) else None,
        "high": high * factor if math.isfinite(high) else None,
        "unit": formatting.unit_words(unit).strip(),
    }


def rivals(model: Model, name: str) -> list[View]:
    """Other usable numbers for the same quantity and subject, the nearest in time first."""
    claim, declared = model.ledger[name], model.scenario.units
    if not claim.numbers:
        return []
    claim_unit = units.parse(claim.unit, declared)
    others = sorted(
        model.ledger.not_retracted().filter(quantity=claim.quantity, subject=claim.subject),
        key=lambda other: abs((other.as_of.last - claim.as_of.last).days),
    )
    return [
        _rival(model.plan, other, claim.unit, unit.factor / claim_unit.factor)
        for other in others
        if other.numbers and other.id != name
        for unit in [units.parse(other.unit, declared)]
        if unit.same_kind(claim_unit)
    ]


def _citing(plan: Plan, name: str) -> list[int]:
    """Parameters that cite a claim, or were fitted to it; base rates of questions among them."""
    return [i for i, item in enumerate(plan.parameters) if name in item.belief.sources or name in item.belief.fitted_to]


def _reasons(plan: Plan, name: str) -> Iterator[View]:
    """Reasons that cite a claim, or one of whose numbers does."""
    citing = set(_citing(plan, name))
    for choice in plan.choices:
        for reason in choice.reasons:
            if name in reason.claims or citing & set(reason_numbers(reason)):
                text = labels.reason_of(plan, choice.name, reason.name)
                actor = labels.actor(plan, choice.actor)
                yield {"choice": choice.name, "actor": actor, "reason": reason.name, "text": text}


def _suppositions(model: Model, name: str) -> tuple[tuple[str, ...], str]:
    """Suppositions about a claim that have an effect, and why others have none."""
    plan, effect = model.plan, claim_effects(model).get(name)
    weights, numbers = (effect.weights, effect.numbers) if effect is not None else ((), ())
    can: tuple[str, ...] = WITHDRAWN if weights or any(i in model.layout.row_of for i, _ in numbers) else ()
    can += FALSE if numbers else ()
    objection = model.ledger.objection(name)
    reasons = (
        (can == WITHDRAWN + FALSE, ""),
        (
            can == WITHDRAWN,
            "No number of the model cites it, so that there is no value that could be too low or too high.",
        ),
        (can, "The numbers that cite it are fixed: without it they stay as they are."),
        (
            any(name in observation.claims for observation in plan.observations),
            f"It comes in only through the path that a stock follows up to {plan.scenario.as_of}: without it the case would "
            "have to be built and simulated anew.",
        ),
        (
            any(name in plan.parameters[i].belief.fitted_to or i in model.layout.column for i in _citing(plan, name)),
            "A number was fitted to it: without it the fit would have to be done anew.",
        ),
        (objection, f"It is not used: it {objection}."),
        (
            any(name in query.question.claims for query in plan.questions),
            "Only a question cites it: no future depends on it.",
        ),
        (True, "No reason and no number of the model cites it: no future depends on it."),
    )
    return can, next(text for holds, text in reasons if holds)


def claim_points(model: Model, cell: str, shown: ChartScale) -> list[View]:
    """Claims about a stock as points of its chart, in its unit; none if it follows no claims.

    `used` are those through which the path up to as_of goes; nothing rests on those that were published `later`. `shown` is
    the scale of the chart.
    """
    plan = model.plan
    calendar = plan.scenario.calendar
    return [
        {
            "claim": point.claim.id,
            "speaker": point.claim.speaker,
            "side": point.claim.side,
            "time": calendar.label(max(calendar.index(point.day), 0)),
            "value": point.value / shown.scale,
            "low": point.low / shown.scale,
            "high": point.high / shown.scale,
            "used": point.used,
            "later": point.claim.published.last > plan.scenario.as_of_day,
        }
        for observation in plan.observations
        if observation.cell == cell
        for point in stocks.points(plan, observation)
    ]
