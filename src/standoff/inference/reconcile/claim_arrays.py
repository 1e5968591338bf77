"""Claims as arrays for the measurement model. Nothing here imports JAX.

Every claim is a linear functional of the flows of the parts (or of the levels) of a path on a time grid, and its bias
is a linear function of independent standard normal numbers. This module builds both matrices.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.dates import PartialDate
from standoff.errors import ModelError, Problem, UnitError, did_you_mean, join_limited
from standoff.inference.reconcile.time_grid import YEAR, TimeGrid
from standoff.ledger.claim import WHOLE, is_share
from standoff.ledger.conflicts import implied_interval
from standoff.ledger.quantities import Prior
from standoff.ledger.sources import SERIES, SourcedClaim, exclude, resolve_sources
from standoff.ledger.vocabulary import package
from standoff.statistics import Z90
from standoff.types import Floats

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from standoff.ledger import Claim, Ledger
    from standoff.ledger.vocabulary import Family, Interest, QuantityDefinition, Vocabulary

Ints = NDArray[np.int64]
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


@dataclass(frozen=True, kw_only=True)
class ClaimData:
    """Claims about one subject and one family of quantities.

    Axes: claim, part, step, normal (of the biases).
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
    value: Floats  #: (claim,) log of the number, or of the midpoint of its range
    half_width: Floats  #: (claim,) half width of its range; 0 for a bound
    bound_rate: (
        Floats  #: (claim,) rate of the soft edge: > 0 above a lower bound, < 0 below an upper one, 0 for neither
    )
    bias_mean: Floats  #: (claim,)
    bias: Floats  #: (claim, normal)
    source_model: Ints  #: (claim,)
    floor: Ints  #: (claim,) index of its name-count share, or -1
    report: Ints  #: (claim,) index of a report shared with other claims, or -1
    ratio: Floats  #: (part - 1, 2): mean and deviation of the log ratio to the root
    main: Floats  #: (part,) 1 for the parts of the quantity with the most claims, whose path it is
    prior: Prior
    as_of: dt.date  #: the cut-off date of publication
    unknown: tuple[str, ...] = ()  #: unknown sides of its claims, which count as third parties

    def at(self, quantity: str, days: Sequence[dt.date]) -> Floats:
        """The functionals of a quantity on some days: (day, part, step)."""
        counted = self.family.quantities[quantity]
        return np.array([_functional(counted, self.parts, self.grid.weights(day, counted.window)) for day in days])


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
    selected = [claim for claim in known.filter(subject=subject, quantity=list(family.quantities)) if claim.numbers]
    if not any(claim.quantity == quantity for claim in selected):
        _refuse(ledger, quantity, subject, limit)
    sourced = exclude(resolve_sources(selected, known, relays, words), without)
    unit = next(claim.unit for claim in selected if claim.quantity == quantity)
    end = None if at is None else PartialDate.parse(at).last
    return build(
        sourced, family, quantity, subject, unit, words.belligerents(known), prior or Prior(), limit, end, relays, words
    )


def require_published_by(claims: Iterable[Claim], limit: dt.date) -> None:
    """Raise `ModelError` if a claim was published after `limit`: last check before a fit."""
    late = [claim.id for claim in claims if claim.published.last > limit]
    if late:
        raise ModelError(
            Problem(
                f"{join_limited(late, 3)} was published after {limit}, and would reach the fit",
                allowed=f"claims published by {limit}",
                fix="use Ledger.as_of",
            )
        )


def build(
    sourced: Sequence[SourcedClaim],
    family: Family,
    quantity: str,
    subject: str,
    unit: str,
    belligerents: frozenset[str],
    prior: Prior,
    as_of: dt.date,
    end: dt.date | None = None,
    relays: bool = True,
    words: Vocabulary | None = None,
) -> ClaimData:
    """Claims as arrays, in the order of their days.

    words: definitions of sides and quantities; by default those of the package
    """
    words = words or package()
    require_published_by([item.claim for item in sourced], as_of)
    stored, left_out, numbers = [], [], []
    for item in sorted(sourced, key=lambda item: (item.day, item.claim.id)):
        why = item.exclusion_reason or ("computed from other claims" if item.claim.basis == "computed" else "")
        result = None if why else _number(item, family, unit)
        if isinstance(result, tuple):
            stored.append(item)
            numbers.append(result)
        else:
            left_out.append((item.claim.id, why or str(result)))
    if not stored:
        raise ModelError(
            Problem(f"no claim about {subject} can be used", allowed=join_limited(f"{a}: {b}" for a, b in left_out))
        )
    used = {
        part for name in (quantity, *(item.claim.quantity for item in stored)) for part in family.quantities[name].parts
    }
    parts = (family.root, *(part.name for part in family.parts if part.name in used))
    spreads = [(part.low, part.high) for part in family.parts if part.name in used]
    ratio = np.array([((math.log(a) + math.log(b)) / 2, (math.log(b) - math.log(a)) / (2 * Z90)) for a, b in spreads])
    grid = TimeGrid.over([item.day for item in stored], end, family.cumulative)
    counts = [family.quantities[item.claim.quantity] for item in stored]
    functional = np.array(
        [
            _functional(counted, parts, grid.weights(item.day, counted.window))
            for counted, item in zip(counts, stored, strict=True)
        ]
    )
    value, half, fall = (np.array(column) for column in zip(*numbers, strict=True))
    # prior median of the path: the claims' numbers over the functional of each (a wide prior)
    often = Counter(item.claim.quantity for item in stored).most_common(1)[0][0]
    main = np.array([float(part in family.quantities[often].parts) for part in parts])
    scale = np.concatenate([[1.0], np.exp(ratio[:, 0]) if len(spreads) else []])
    scale /= main @ scale
    centre = float(np.median(value - np.log(np.maximum(np.einsum("cpk,p->c", functional, scale), 1e-9))))
    whole = _whole(stored, family, unit)
    if whole is not None:
        share = min(math.exp(centre) / whole, LARGEST)
        centre = math.log(share / (1 - share))
    sources = _voices(stored, subject, belligerents, words)
    names = [source.name for source in sources]
    source = np.array([names.index(item.source) for item in stored])
    mean, bias = _biases(stored, sources, source, prior, grid)
    floors = [i for i, each in enumerate(sources) if each.floor]
    floor = np.array([floors.index(i) if i in floors else -1 for i in source])
    shared = [
        name
        for name in dict.fromkeys(item.shared_report for item in stored)
        if sum(item.shared_report == name for item in stored) > 1
    ]
    report = np.array(
        [shared.index(item.shared_report) if relays and item.shared_report in shared else -1 for item in stored]
    )
    return ClaimData(
        quantity=quantity,
        subject=subject,
        family=family,
        unit=unit,
        parts=parts,
        claims=tuple(stored),
        left_out=tuple(left_out),
        source_models=sources,
        grid=grid,
        centre=centre,
        whole=whole,
        functional=functional,
        value=value,
        half_width=half,
        bound_rate=fall,
        bias_mean=mean,
        bias=bias,
        source_model=source,
        floor=floor,
        report=report,
        ratio=ratio.reshape(-1, 2),
        main=main,
        prior=prior,
        as_of=as_of,
        unknown=tuple(sorted({v.side for v in sources} - set(words.sides))),
    )


def _number(item: SourcedClaim, family: Family, unit: str) -> tuple[float, float, float] | str:
    """Log, half width and soft edge of a claim's number in `unit`, or the reason for exclusion."""
    claim = item.claim
    try:
        wanted, selected = claim.unit_of(unit), claim.unit_of()
    except UnitError as error:
        return error.problems[0].what
    day = family.quantities[claim.quantity].window == "day"
    if not selected.same_kind(claim.unit_of(f"{unit}/day") if day else wanted):
        return f"its unit, {claim.unit}, is not of the kind of {unit}"
    factor = selected.factor / (claim.unit_of(f"{unit}/day").factor if day else wanted.factor)
    if min(claim.numbers) < 0 or max(claim.numbers) <= 0:
        return "not above zero: the path is a logarithm"
    if item.floor:
        low, high = implied_interval(claim.model_copy(update={"comparator": "exact"}))
    elif claim.comparator in FALL:
        return (
            math.log(factor * claim.numbers[0]),
            0.0,
            FALL[claim.comparator] * (-1) ** (claim.comparator in {"at_most", "nearly"}),
        )
    else:
        low, high = implied_interval(claim)
        if (
            claim.comparator == "about"
        ):  # a whole unit of the last digit either way, and never more than the ledger allows
            size = claim.numbers[0]
            digit = size - implied_interval(claim.model_copy(update={"comparator": "exact"}))[0]
            low, high = max(low, size - 2 * digit), min(high, size + 2 * digit)
    if low <= 0:
        return math.log(factor * high), 0.0, -FALL["at_most"]
    return (
        math.log(factor) + (math.log(low) + math.log(high)) / 2,
        max((math.log(high) - math.log(low)) / 2, LEAST),
        0.0,
    )


def _whole(stored: Sequence[SourcedClaim], family: Family, unit: str) -> float | None:
    """What a share is a share of, in `unit`; `None` unless all claims are shares."""
    shares = not family.cumulative and all(is_share(item.claim) for item in stored)
    if not shares or any(max(item.claim.numbers) > WHOLE[item.claim.unit] for item in stored):
        return None
    return WHOLE.get(unit)


def _functional(counted: QuantityDefinition, parts: Sequence[str], weights: Floats) -> Floats:
    """Weights of a path in a quantity: (part, step)."""
    return np.array([[float(part in counted.parts)] for part in parts]) * weights


def _voices(
    stored: Sequence[SourcedClaim], subject: str, belligerents: frozenset[str], words: Vocabulary
) -> tuple[SourceModel, ...]:
    days: dict[str, list[dt.date]] = defaultdict(list)
    side: dict[str, str] = {}
    floor: dict[str, bool] = {}
    for item in stored:
        days[item.source].append(item.day)
        side.setdefault(item.source, item.side)
        floor[item.source] = item.floor
    out = []
    for name, when in days.items():
        span = (max(when) - min(when)).days
        drifts = len(set(when)) >= SERIES and span >= YEAR
        knots = math.ceil(span / HALF_YEAR) + 1 if drifts else 0
        out.append(SourceModel(name, side[name], words.interest(side[name], subject, belligerents), floor[name], knots))
    return tuple(out)


def _biases(
    stored: Sequence[SourcedClaim], models: Sequence[SourceModel], ints: Ints, prior: Prior, grid: TimeGrid
) -> tuple[Floats, Floats]:
    """Mean log bias of every claim (claim,), and loadings on standard normals (claim, normal).

    Columns: interests, sources, sources by quantity (where they give several), drifts.
    """
    columns: list[Floats] = []
    statement = [models[i] for i in ints]
    mean = np.array([0.0 if v.floor else prior.interest_bias[v.interest][0] for v in statement])
    for kind in dict.fromkeys(v.interest for v in statement if not v.floor):
        columns.append(
            np.array([prior.interest_bias[kind][1] * (v.interest == kind and not v.floor) for v in statement])
        )
    for i, v in enumerate(models):
        selected = (ints == i).astype(float)
        if not v.floor:
            columns.append(prior.source_bias_sd[v.interest] * selected)
        quantities = dict.fromkeys(item.claim.quantity for item, at in zip(stored, ints, strict=True) if at == i)
        if len(quantities) > 1:
            columns += [
                prior.definition * selected * [item.claim.quantity == name for item in stored] for name in quantities
            ]
        if v.knots:
            columns += list(_drift(stored, selected, v.knots, prior.drift, grid).T)
    return mean, np.array(columns).T.reshape(len(stored), -1)


def _drift(stored: Sequence[SourcedClaim], selected: Floats, knots: int, size: float, grid: TimeGrid) -> Floats:
    """Centred random walk between knots half a year apart: (claim, knots - 1)."""
    days = np.array([grid.day(item.day) for item in stored])
    first, last = days[selected > 0].min(), days[selected > 0].max()
    walk = size * np.tril(np.ones((knots, knots)), -1)[:, :-1]
    walk -= walk.mean(axis=0)
    places = np.linspace(first, last, knots)
    return np.array([np.interp(days, places, column) for column in walk.T]).T * selected[:, None]


def _refuse(ledger: Ledger, quantity: str, subject: str, limit: dt.date) -> Any:
    speakers: dict[str, set[str]] = defaultdict(set)
    for claim in ledger:
        if claim.numbers:
            speakers[claim.quantity].add(claim.speaker)
    known = sorted(speakers)
    if not quantity and known:
        rival = sorted(known, key=lambda name: -len(speakers[name]))
        raise ModelError(
            Problem(
                "no quantity is named",
                "--quantity",
                allowed=join_limited(rival, 8),
                fix=f"write such as --quantity {rival[0]}",
            )
        )
    if quantity not in known:
        raise ModelError(
            Problem(
                f"no claim gives a number of `{quantity}`",
                allowed=join_limited(known, 8),
                fix=did_you_mean(quantity, known),
            )
        )
    subjects = sorted({claim.subject for claim in ledger if claim.quantity == quantity and claim.numbers})
    if subject not in subjects:
        raise ModelError(
            Problem(
                f"no claim gives `{quantity}` of `{subject}`",
                allowed=join_limited(subjects),
                fix=did_you_mean(subject, subjects),
            )
        )
    raise ModelError(
        Problem(f"no claim about `{quantity}` of {subject} was published by {limit}", fix="a later --as-of")
    )
