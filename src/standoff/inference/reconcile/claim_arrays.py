"""Claims collected and turned into arrays for the measurement model.

Every claim is a linear functional of the flows of the parts (or of the levels) of a path on a time grid, and its bias
is a linear function of independent standard normal numbers. This module builds both matrices.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from standoff.dates import PartialDate
from standoff.errors import ModelError, UnitError, join_limited, unknown_word
from standoff.inference.reconcile.claim_likelihood import ClaimArrays, ReportCoordinates
from standoff.inference.reconcile.time_grid import YEAR, TimeGrid
from standoff.ledger import Claim, Ledger
from standoff.ledger.claim import WHOLE, is_share
from standoff.ledger.conflicts import implied_interval
from standoff.ledger.quantities import Prior
from standoff.ledger.sources import SERIES, SourcedClaim, exclude, resolve_sources
from standoff.ledger.vocabulary import Family, Interest, QuantityDefinition, Vocabulary
from standoff.record import record
from standoff.statistics import Z90
from standoff.types import Floats

HALF_YEAR = YEAR / 2
LARGEST = 0.995  #: assumption: where claims speak of everything, the prior median of a share is this part of it
LEAST = 0.001  #: assumption: no number about the world is more precise than 0.1 %; keeps the likelihood smooth
FALL = {"over": 10.0, "at_least": 5.0, "at_most": 5.0, "nearly": 28.5}
#: rate of the exponential edge beyond a bound, per unit of the log. over: 1.35 times at 95 %, as ledger beliefs have
#: it (1.3); nearly: 0.9 of it at 95 %; at_least, at_most: 1.8 times, 0.55 of it, an assumption


@dataclass(frozen=True)
class SourceModel:
    """A source in the model."""

    name: str
    side: str
    interest: Interest
    floor: bool
    knots: int  #: number of knots of its drifting bias; 0 for a constant bias


@record
class ClaimData:
    """Claims about one subject and one family of quantities.

    Axes: claim, part, step.
    """

    quantity: str  #: the requested quantity
    subject: str
    family: Family
    unit: str
    parts: tuple[str, ...]  #: parts in use, the root first
    claims: tuple[SourcedClaim, ...]
    left_out: tuple[tuple[str, str], ...]  #: id, reason
    source_models: tuple[SourceModel, ...]
    grid: TimeGrid
    centre: float  #: log of the prior median of the first flow or level; of a share the logit
    whole: float | None  #: the level that is everything, which a share cannot exceed; `None` for what has no such end
    functional: Floats  #: (claim, part, step)
    arrays: ClaimArrays  #: numbers, biases, sources and shared reports
    ratio: Floats  #: (part - 1, 2): mean and deviation of the log ratio to the root
    main: Floats  #: (part,) 1 for the parts of the quantity with the most claims, whose path it is
    prior: Prior
    as_of: dt.date  #: the cut-off date of publication
    unknown: tuple[str, ...] = ()  #: unknown sides of its claims, which count as third parties

    def at(self, quantity: str, days: Sequence[dt.date]) -> Floats:
        """The functionals of a quantity on some days: (day, part, step)."""
        counted = self.family.quantities[quantity]
        return np.array([_functional(counted, self.grid.weights(day, counted.window), self.parts) for day in days])


def collect(
    ledger: Ledger,
    quantity: str,
    subject: str,
    as_of: str | dt.date,
    *,
    at: str | dt.date | None = None,
    prior: Prior | None = None,
    relays: bool = True,
    without: Collection[str] = (),
) -> ClaimData:
    """Claims published by the end of `as_of`; raises `ModelError` if there are none.

    at: the path reaches this day too, if it lies after the last claim.
    relays: whether relays of one origin count as one source; if not, every speaker is independent.
    without: sides, sources, speakers and ids of claims to exclude. A claim is on the side of its source: a relay of a
        number belongs to the side of its origin.
    """
    words, limit = ledger.vocabulary, PartialDate.parse(as_of).first
    family = words.family_of(quantity)
    known = ledger.as_of(limit).not_retracted()
    claims = [claim for claim in known.filter(subject=subject, quantity=list(family.quantities)) if claim.numbers]
    if not any(claim.quantity == quantity for claim in claims):
        _refuse(ledger, quantity, subject, limit)
    sourced = exclude(resolve_sources(claims, known, relays, words), without)
    unit = next(claim.unit for claim in claims if claim.quantity == quantity)
    end = None if at is None else PartialDate.parse(at).last
    return build(
        sourced, quantity, subject, unit, words.belligerents(known), prior or Prior(), limit, words, end, relays
    )


def require_published_by(claims: Iterable[Claim], limit: dt.date) -> None:
    """Raise `ModelError` if a claim was published after `limit`: last check before a fit."""
    late = [claim.id for claim in claims if claim.published.last > limit]
    if late:
        raise ModelError(
            f"{join_limited(late, 3)} was published after {limit}, and would reach the fit",
            allowed=f"claims published by {limit}",
            fix="use Ledger.as_of",
        )


def build(
    sourced: Sequence[SourcedClaim],
    quantity: str,
    subject: str,
    unit: str,
    belligerents: frozenset[str],
    prior: Prior,
    as_of: dt.date,
    words: Vocabulary,
    end: dt.date | None = None,
    relays: bool = True,
) -> ClaimData:
    """Claims as arrays, in the order of their days.

    words: definitions of sides and quantities
    """
    family = words.family_of(quantity)
    require_published_by([item.claim for item in sourced], as_of)
    used, numbers, left_out = _usable(sourced, family, unit)
    if not used:
        raise ModelError(
            f"no claim about {subject} can be used", allowed=join_limited(f"{a}: {b}" for a, b in left_out)
        )
    parts, ratio = _parts(family, {quantity, *(item.claim.quantity for item in used)})
    grid = TimeGrid.over([item.day for item in used], end, family.cumulative)
    counts = [family.quantities[item.claim.quantity] for item in used]
    weights = [grid.weights(item.day, counted.window) for counted, item in zip(counts, used, strict=True)]
    functional = np.array([_functional(*pair, parts) for pair in zip(counts, weights, strict=True)])
    often = Counter(item.claim.quantity for item in used).most_common(1)[0][0]
    main = np.array([float(part in family.quantities[often].parts) for part in parts])
    value, half_width, bound_rate = (np.array(column) for column in zip(*numbers, strict=True))
    scale = np.concatenate([[1.0], np.exp(ratio[:, 0])])
    sizes = np.einsum("cpk,p->c", functional, scale / (main @ scale))
    # prior median of the path: the claims' numbers over the functional of each (a wide prior)
    centre = float(np.median(value - np.log(np.maximum(sizes, 1e-9))))
    whole = _whole(used, family, unit)
    if whole is not None:
        share = min(math.exp(centre) / whole, LARGEST)
        centre = math.log(share / (1 - share))
    models = _source_models(used, subject, belligerents, words)
    model_of = [[model.name for model in models].index(item.source) for item in used]
    bias_mean, bias = _biases(used, models, model_of, prior, grid)
    report = _shared_reports(used) if relays else np.zeros((len(used), 0))
    arrays = ClaimArrays(
        observed_log=value,
        half_width=half_width,
        bound_rate=bound_rate,
        bias_mean=bias_mean,
        bias=bias,
        source=np.eye(len(models))[model_of],
        floor=np.eye(len(models))[model_of][:, [model.floor for model in models]],
        report=report,
        nuisance=np.zeros((len(used), 0)),
        residual_variance=np.zeros(len(used)),
        meant=ReportCoordinates.plain(report.shape[1]),
    )
    return ClaimData(
        quantity=quantity,
        subject=subject,
        family=family,
        unit=unit,
        parts=parts,
        claims=tuple(used),
        left_out=tuple(left_out),
        source_models=models,
        grid=grid,
        centre=centre,
        whole=whole,
        functional=functional,
        arrays=arrays,
        ratio=ratio,
        main=main,
        prior=prior,
        as_of=as_of,
        unknown=tuple(sorted({model.side for model in models} - set(words.sides))),
    )


def _parts(family: Family, quantities: Collection[str]) -> tuple[tuple[str, ...], Floats]:
    """Parts of some quantities, the root first.

    And mean and deviation of the log ratio of each other one to it.
    """
    own = {part for name in quantities for part in family.quantities[name].parts}
    others = {name: part for name, part in family.parts.items() if name in own}
    ends = np.log([(part.low, part.high) for part in others.values()]).reshape(-1, 2)
    ratio = np.column_stack([ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / (2 * Z90)])
    return (family.root, *others), ratio


def _usable(
    sourced: Sequence[SourcedClaim], family: Family, unit: str
) -> tuple[list[SourcedClaim], list[tuple[float, float, float]], list[tuple[str, str]]]:
    """Claims that can be used, by day, with their numbers; and ids of the others, with reasons."""
    used, numbers, left_out = [], [], []
    for item in sorted(sourced, key=lambda item: (item.day, item.claim.id)):
        why = item.exclusion_reason or ("computed from other claims" if item.claim.basis == "computed" else "")
        number = why or _number(item, family, unit)
        if isinstance(number, str):
            left_out.append((item.claim.id, number))
        else:
            used.append(item)
            numbers.append(number)
    return used, numbers, left_out


def _shared_reports(used: Sequence[SourcedClaim]) -> Floats:
    """(claim, report) 1 for the claims of each report that several claims pass on."""
    counts = Counter(item.shared_report for item in used)
    shared = [name for name, count in counts.items() if count > 1]
    return np.array([[float(item.shared_report == name) for name in shared] for item in used])


def _number(item: SourcedClaim, family: Family, unit: str) -> tuple[float, float, float] | str:
    """Log, half width and soft edge of a claim's number in `unit`, or the reason for exclusion."""
    claim = item.claim
    day = family.quantities[claim.quantity].window == "day"
    try:
        wanted, stated = claim.unit_of(unit), claim.unit_of()
        rate = claim.unit_of(f"{unit}/day") if day else wanted
    except UnitError as error:
        return error.problems[0].what
    if not stated.same_kind(rate):
        return f"its unit, {claim.unit}, is not of the kind of {unit}"
    factor = stated.factor / rate.factor
    if min(claim.numbers) < 0 or max(claim.numbers) <= 0:
        return "not above zero: the path is a logarithm"
    exact = claim.model_copy(update={"comparator": "exact"})
    if claim.comparator in FALL and not item.floor:
        below = claim.comparator in {"at_most", "nearly"}
        return math.log(factor * claim.numbers[0]), 0.0, -FALL[claim.comparator] if below else FALL[claim.comparator]
    low, high = implied_interval(exact if item.floor else claim)
    if claim.comparator == "about" and not item.floor:
        # a whole unit of the last digit either way, and never more than the ledger allows
        size = claim.numbers[0]
        digit = size - implied_interval(exact)[0]
        low, high = max(low, size - 2 * digit), min(high, size + 2 * digit)
    if low <= 0:
        return math.log(factor * high), 0.0, -FALL["at_most"]
    middle, width = (math.log(low) + math.log(high)) / 2, math.log(high) - math.log(low)
    return math.log(factor) + middle, max(width / 2, LEAST), 0.0


def _whole(used: Sequence[SourcedClaim], family: Family, unit: str) -> float | None:
    """What a share is a share of, in `unit`; `None` unless all claims are shares."""
    shares = not family.cumulative and all(is_share(item.claim) for item in used)
    if not shares or any(max(item.claim.numbers) > WHOLE[item.claim.unit] for item in used):
        return None
    return WHOLE.get(unit)


def _functional(counted: QuantityDefinition, weights: Floats, parts: Sequence[str]) -> Floats:
    """Weights of a path in a quantity: (part, step)."""
    return np.array([[float(part in counted.parts)] for part in parts]) * weights


def _source_models(
    used: Sequence[SourcedClaim], subject: str, belligerents: frozenset[str], words: Vocabulary
) -> tuple[SourceModel, ...]:
    by_source: dict[str, list[SourcedClaim]] = defaultdict(list)
    for item in used:
        by_source[item.source].append(item)
    out = []
    for name, items in by_source.items():
        days, side = {item.day for item in items}, items[0].side
        span = (max(days) - min(days)).days
        knots = math.ceil(span / HALF_YEAR) + 1 if len(days) >= SERIES and span >= YEAR else 0
        out.append(SourceModel(name, side, words.interest(side, subject, belligerents), items[-1].floor, knots))
    return tuple(out)


def _biases(
    used: Sequence[SourcedClaim], models: Sequence[SourceModel], model_of: Sequence[int], prior: Prior, grid: TimeGrid
) -> tuple[Floats, Floats]:
    """Mean log bias of every claim (claim,), and loadings on standard normals (claim, normal).

    Columns: interests, sources, sources by quantity (where they give several), drifts.
    """
    columns: list[Floats] = []
    source_of = [models[i] for i in model_of]
    mean = np.array([0.0 if model.floor else prior.interest_bias[model.interest][0] for model in source_of])
    for kind in dict.fromkeys(model.interest for model in source_of if not model.floor):
        shares = [model.interest == kind and not model.floor for model in source_of]
        columns.append(prior.interest_bias[kind][1] * np.array(shares))
    quantity = np.array([item.claim.quantity for item in used])
    for i, model in enumerate(models):
        own = np.array(model_of) == i
        if not model.floor:
            columns.append(prior.source_bias_sd[model.interest] * own)
        names = dict.fromkeys(quantity[own].tolist())
        if len(names) > 1:
            columns += [prior.definition * (own & (quantity == name)) for name in names]
        if model.knots:
            columns += list(_drift(used, own, model.knots, prior.drift, grid).T)
    return mean, np.array(columns, float).T.reshape(len(used), -1)


def _drift(used: Sequence[SourcedClaim], own: np.ndarray, knots: int, size: float, grid: TimeGrid) -> Floats:
    """Centred random walk between knots half a year apart: (claim, knots - 1)."""
    days = np.array([grid.day(item.day) for item in used])
    first, last = days[own].min(), days[own].max()
    walk = size * np.tril(np.ones((knots, knots)), -1)[:, :-1]
    walk -= walk.mean(axis=0)
    places = np.linspace(first, last, knots)
    return np.array([np.interp(days, places, column) for column in walk.T]).T * own[:, None]


def _refuse(ledger: Ledger, quantity: str, subject: str, limit: dt.date) -> NoReturn:
    speakers: dict[str, set[str]] = defaultdict(set)
    for claim in ledger:
        if claim.numbers:
            speakers[claim.quantity].add(claim.speaker)
    known = sorted(speakers)
    if not quantity and known:
        named = sorted(known, key=lambda name: -len(speakers[name]))
        raise ModelError(
            "no quantity is named",
            "--quantity",
            allowed=join_limited(named, 8),
            fix=f"write such as --quantity {named[0]}",
        )
    if quantity not in known:
        raise ModelError(unknown_word(f"no claim gives a number of `{quantity}`", quantity, known))
    subjects = sorted({claim.subject for claim in ledger if claim.quantity == quantity and claim.numbers})
    if subject not in subjects:
        raise ModelError(unknown_word(f"no claim gives `{quantity}` of `{subject}`", subject, subjects))
    raise ModelError(f"no claim about `{quantity}` of {subject} was published by {limit}", fix="a later --as-of")
