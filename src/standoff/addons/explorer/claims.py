"""Claims of a case: a search, one claim with its rivals, and claims as points of a chart.

The ledger is never changed. What setting a claim aside does is stated by `standoff.analysis.claim_removal`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from standoff import units
from standoff.addons.explorer.charts import ChartScale
from standoff.addons.explorer.reasons import reason_numbers
from standoff.addons.explorer.responses import beside
from standoff.analysis.claim_removal import claim_effects
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem, did_you_mean, join_limited
from standoff.ledger import Claim
from standoff.ledger.conflicts import implied_interval
from standoff.plan import Plan, labels
from standoff.report import claim_labels, formatting
from standoff.report.backends.html import web
from standoff.report.charts import stocks

PAGE = 40  #: claims of a page of a search
STATEMENT = 160  #: characters of a statement in a list
WITHDRAWN, FALSE = ("aside", "doubt"), ("false_low", "false_high")  #: what a reader may suppose about a claim


@dataclass(frozen=True, kw_only=True)
class ClaimSummary:
    """A claim in a list."""

    id: str
    speaker: str
    side: str  #: in words
    published: str
    as_of: str
    about: str  #: its number in words beside a quote, or what a claim without a number is about; else empty
    statement: str


@dataclass(frozen=True, kw_only=True)
class NamedCode:
    """A side or a quantity of a ledger: how a search writes it, and how a reader does."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ClaimPage:
    """A page of a search."""

    total: int
    pages: int
    sides: tuple[NamedCode, ...]  #: of the whole ledger
    quantities: tuple[NamedCode, ...]
    claims: tuple[ClaimSummary, ...]


@dataclass(frozen=True, kw_only=True)
class RivalClaim:
    """Who claims what number; a rival of a claim is in the unit of that claim."""

    id: str
    speaker: str
    side: str  #: code
    side_text: str
    as_of: str
    value: float | None  #: the number, or the middle of a range
    low: float | None  #: ends of the range that it allows; None for an open end
    high: float | None
    unit: str  #: in words; empty for a number without one


@dataclass(frozen=True, kw_only=True)
class CitingNumber:
    """A number of the model that cites a claim, or was fitted to it."""

    path: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CitingReason:
    """A reason that cites a claim, or one of whose numbers does."""

    choice: str
    actor: str
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ClaimView(RivalClaim):
    """A claim in the words of its speaker, what rests on it, and its rivals."""

    statement: str  #: its quote, else its proposition; empty for a number without a quote
    number: str  #: as stated, with its unit in words; may be empty
    published: str
    title: str
    publisher: str
    url: str  #: only of the web
    quantity: str  #: in words, as is the subject
    subject: str
    note: str  #: of the analyst
    objection: str  #: why it cannot be used, such as a retraction; empty where it can
    numbers: tuple[CitingNumber, ...]
    reasons: tuple[CitingReason, ...]
    stocks: tuple[str, ...]  #: whose path up to as_of it fixes
    can: tuple[str, ...]  #: suppositions that have an effect
    why_not: str
    rivals: tuple[RivalClaim, ...]  #: the nearest in time first


@dataclass(frozen=True, kw_only=True)
class ClaimMarker:
    """A claim as a point of a chart, in its unit."""

    claim: str
    speaker: str
    side: str
    time: str
    value: float
    low: float
    high: float
    used: bool  #: whether the path up to as_of goes through it
    later: bool  #: published after as_of, so that nothing rests on it


def search_claims(plan: Plan, search: str = "", side: str = "", quantity: str = "", page: int = 0) -> ClaimPage:
    """Claims that match a text, a side and a quantity, newest first; raises `ModelError`."""
    ledger = plan.ledger
    sides = tuple(sorted({claim.side for claim in ledger}))
    quantities = tuple(sorted({claim.quantity for claim in ledger if claim.quantity}))
    for name, word, known in (("side", side, sides), ("quantity", quantity, quantities)):
        if word and word not in known:
            fix = did_you_mean(word, known)
            raise ModelError(Problem(f"no claim has the {name} `{word}`", name, "", join_limited(known), fix))
    result = ledger.filter(text=search or None, side=side or None, quantity=quantity or None)
    pages = -(-len(result) // PAGE)
    if page and not 0 <= page < pages:
        raise ModelError(Problem(f"there is no page {page}", "page", "", f"0 to {max(pages - 1, 0)}"))
    ordered = sorted(result, key=lambda claim: claim.as_of.last, reverse=True)
    return ClaimPage(
        total=len(result),
        pages=pages,
        claims=tuple(_summary(plan, claim) for claim in ordered[page * PAGE : (page + 1) * PAGE]),
        sides=tuple(NamedCode(id=each, text=claim_labels.side(plan, each)) for each in sides),
        quantities=tuple(NamedCode(id=each, text=claim_labels.quantity(plan, each)) for each in quantities),
    )


def _summary(plan: Plan, claim: Claim) -> ClaimSummary:
    about = ""
    if claim.numbers and claim.quote is not None:
        about = claim_labels.sentence(plan, claim)
    elif not claim.numbers and claim.quantity:
        parts = (claim_labels.subject(plan, claim.subject), claim_labels.quantity(plan, claim.quantity))
        about = formatting.capital(", ".join(filter(None, parts)))
    return ClaimSummary(
        id=claim.id,
        speaker=claim.speaker,
        side=claim_labels.side(plan, claim.side),
        published=str(claim.published),
        as_of=str(claim.as_of),
        about=about,
        statement=formatting.shortened(statement(plan, claim), STATEMENT),
    )


def statement(plan: Plan, claim: Claim) -> str:
    """The words of a claim: its quote, else its proposition, else its number as a sentence."""
    if claim.quote is not None:
        return claim.quote.text
    return claim_labels.sentence(plan, claim) if claim.numbers else claim.statement


def claim_view(model: Model, name: str) -> ClaimView:
    """A claim with everything that rests on it; raises `LedgerError` for an unknown id."""
    plan, claim = model.plan, model.ledger[name]
    can, why_not = _suppositions(model, name)
    return beside(
        ClaimView,
        _rival(plan, claim, claim.unit),
        statement="" if claim.numbers and claim.quote is None else statement(plan, claim),
        number=claim_labels.value(claim),
        published=str(claim.published),
        title=claim.source.title,
        publisher=claim.source.publisher,
        url=web(claim.source.url),
        quantity=claim_labels.quantity(plan, claim.quantity),
        subject=claim_labels.subject(plan, claim.subject),
        note=claim.note,
        objection=model.ledger.objection(name),
        numbers=tuple(
            CitingNumber(path=plan.parameters[i].path, text=labels.parameter(plan, plan.parameters[i].path))
            for i in _citing(plan, name)
        ),
        reasons=tuple(_reasons(plan, name)),
        stocks=tuple(item.cell for item in plan.observations if name in item.claims),
        can=can,
        why_not=why_not,
        rivals=rivals(model, name),
    )


def _rival(plan: Plan, claim: Claim, unit: str, factor: float = 1.0) -> RivalClaim:
    """Who claims what number, times `factor`, in a unit."""
    value, low, high = _numbers(claim, factor)
    return RivalClaim(
        id=claim.id,
        speaker=claim.speaker,
        side=claim.side,
        side_text=claim_labels.side(plan, claim.side),
        as_of=str(claim.as_of),
        value=value,
        low=low,
        high=high,
        unit=formatting.unit_words(unit).strip(),
    )


def _numbers(claim: Claim, factor: float) -> tuple[float | None, float | None, float | None]:
    """Number, low and high end of a claim, times a factor; None where there is none."""
    if not claim.numbers:
        return None, None, None
    middle = sum(claim.numbers) / len(claim.numbers)
    low, high = (end * factor if math.isfinite(end) else None for end in implied_interval(claim))
    return middle * factor, low, high


def rivals(model: Model, name: str) -> tuple[RivalClaim, ...]:
    """Other usable numbers for the same quantity and subject, the nearest in time first."""
    claim, declared = model.ledger[name], model.scenario.units
    if not claim.numbers:
        return ()
    own = units.parse(claim.unit, declared)
    out = []
    for other in model.ledger.not_retracted().filter(quantity=claim.quantity, subject=claim.subject):
        unit = units.parse(other.unit, declared) if other.numbers and other.id != name else None
        if unit is not None and unit.same_kind(own):
            apart = abs((other.as_of.last - claim.as_of.last).days)
            out.append((apart, _rival(model.plan, other, claim.unit, unit.factor / own.factor)))
    return tuple(rival for _, rival in sorted(out, key=lambda pair: pair[0]))


def _citing(plan: Plan, name: str) -> list[int]:
    """Parameters that cite a claim, or were fitted to it; base rates of questions among them."""
    return [i for i, item in enumerate(plan.parameters) if name in item.belief.sources or name in item.belief.fitted_to]


def _reasons(plan: Plan, name: str) -> Iterable[CitingReason]:
    citing = set(_citing(plan, name))
    for choice in plan.choices:
        for reason in choice.reasons:
            if name in reason.claims or citing & set(reason_numbers(reason)):
                text = plan.scenario.choices[choice.name].reasons[reason.name].text or formatting.humanise(reason.name)
                yield CitingReason(
                    choice=choice.name, actor=labels.actor(plan, choice.actor), reason=reason.name, text=text
                )


def _suppositions(model: Model, name: str) -> tuple[tuple[str, ...], str]:
    """Suppositions about a claim that have an effect, and why others have none."""
    plan, effect = model.plan, claim_effects(model).get(name)
    uncertain = effect is not None and any(i in model.layout.row_of for i, _ in effect.numbers)
    withdrawn = WITHDRAWN if effect is not None and (effect.weights or uncertain) else ()
    false = FALSE if effect is not None and effect.numbers else ()
    if withdrawn and false:
        return (*withdrawn, *false), ""
    if withdrawn:
        return (
            withdrawn,
            "No number of the model cites it, so that there is no value that could be too low or too high.",
        )
    if false:
        return false, "The numbers that cite it are fixed: without it they stay as they are."
    if any(name in item.claims for item in plan.observations):
        return (), (
            f"It comes in only through the path that a stock follows up to {plan.scenario.as_of}: without it "
            "the case would have to be built and simulated anew."
        )
    if any(name in plan.parameters[i].belief.fitted_to or i in model.layout.column for i in _citing(plan, name)):
        return (), "A number was fitted to it: without it the fit would have to be done anew."
    if objection := model.ledger.objection(name):
        return (), f"It is not used: it {objection}."
    if any(name in query.question.claims for query in plan.questions):
        return (), "Only a question cites it: no future depends on it."
    return (), "No reason and no number of the model cites it: no future depends on it."


def claim_points(model: Model, cell: str, shown: ChartScale) -> tuple[ClaimMarker, ...]:
    """Claims about a stock as points of its chart; none for a stock that follows no claims.

    `shown` is the scale of the chart. Raises `ModelError` for an unknown stock.
    """
    plan = model.plan
    if cell not in plan.cells:
        fix = did_you_mean(cell, plan.cells)
        raise ModelError(Problem(f"there is no stock `{cell}`", allowed=join_limited(plan.cells), fix=fix))
    calendar = plan.scenario.calendar
    return tuple(
        ClaimMarker(
            claim=point.claim.id,
            speaker=point.claim.speaker,
            side=point.claim.side,
            time=calendar.label(max(calendar.index(point.day), 0)),
            value=point.value / shown.scale,
            low=point.low / shown.scale,
            high=point.high / shown.scale,
            used=point.used,
            later=point.claim.published.last > plan.scenario.as_of_day,
        )
        for item in plan.observations
        if item.cell == cell
        for point in stocks.points(plan, item)
    )
