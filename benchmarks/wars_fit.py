"""Hazard of ending by kind and months so far, ways to end, relapse: fits to the panel of wars.

    S(m) = (1 + theta H(m))^(-1/theta),  H(m) = sum of exp(c + c_kind + (b + s_kind) log(month + 1/2)) over months before m

with theta 0 but for wars between states. A spell whose end is known to lie from month `low` to month `high` adds
S(low) - S(high + 1), one that was seen for m months S(m). Priors are normal: c about -2 (3), c_kind 0 (0.7), b 0 (0.5), s_kind
0 (0.06), log theta about log 0.3 (1). Sizes are assumptions, looked at out of sample: docs/wars.md. Given an end, its way is a
multinomial logit on log months, 1,000 dead, an end after 1989 (sd 3 each) and the kind (sd 0.7).

Sources: vaupel1979 (the gamma factor), kaplan1958 (relapse; error by greenwood1926).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from standoff.addons.history.wars import WarPanel, WarSpell
from standoff.history import wars as history
from standoff.history.wars import AGES, KINDS, MONTH, WAYS
from standoff.inference.mode import Point, find_mode, inverse_root
from standoff.record import record
from standoff.statistics import Z90
from standoff.types import Floats, Ints

COUNT = len(KINDS)
SLOPES = 2 + COUNT  #: place of the first s_kind
WIDE, SLOPE_SD, KIND_SD, PACE_SD = 3.0, 0.5, 0.7, 1.0
DEVIATION = 0.06  #: sd of s_kind
CENTRE, PACE_CENTRE = -2.0, np.log(0.3)
NO_PACE = 1e-12  #: theta that is 0 in double precision
STEP = 1e-4  #: of the numerical Hessian, in prior deviations; its error is of the order of the square
SHAPES = [(deviation, theta) for deviation in (0.01, 0.06, 0.2) for theta in (0.0, 0.25, 0.5, 1.0)]
RECENT = 1990  #: first year that counts as after 1989
AFTER = {
    "deal": ("agreement", "cease_fire"),
    "agreement": ("agreement",),
    "cease_fire": ("cease_fire",),
    "victory": ("victory",),
    "dying_down": ("low_activity",),
    "actor_gone": ("actor_gone",),
}  #: ends after which relapse is counted
READING = {
    "ways": {"deal": (0.55, 0.68, 0.80), "victory": (0.05, 0.15, 0.30), "dying_down": (0.10, 0.18, 0.30)},
    "relapse": {"deal": (0.08, 0.15, 0.25), "dying_down": (0.41, 0.45, 0.51)},
}
"""Low, middle and high: shares of ways of long wars between states, read from two sources that contradict each other, and
chances of relapse within 60 months, read from all dyads, wars and states alone (1 of 28 after a deal). Assumptions."""
WAY = dict.fromkeys(("agreement", "cease_fire"), WAYS[0]) | {"victory": WAYS[1]}  #: any other outcome: dying down


class Months(NamedTuple):
    """Months of spells, one spell after another."""

    log: Floats  #: (month,) of months so far + 1/2
    kind: Ints  #: (month,)
    spell: Ints  #: (month,)
    before: Floats  #: (month,) 1 before the first month in which the spell can have ended
    ended: np.ndarray  #: (spell,)
    paced: np.ndarray  #: (spell,) whether its pace varies


@record
class HazardFit:
    """Mode and covariance of c, b, c_kind, s_kind and log theta, and the energy at the mode."""

    mode: Floats
    covariance: Floats
    energy: float

    def of_kind(self, kind: str) -> dict[str, Any]:
        """Mean and covariance of level, slope and log pace of a kind."""
        k, take = KINDS.index(kind), np.zeros((3, len(self.mode)))
        take[0, [0, 2 + k]] = take[1, [1, SLOPES + k]] = 1.0
        take[2, -1] = kind == KINDS[0]
        centre = take @ self.mode + [0, 0, 0 if take[2, -1] else np.log(NO_PACE)]
        return _plain(centre, take @ self.covariance @ take.T)


def coefficients(panel: WarPanel) -> dict[str, Any]:
    """What `standoff.history.wars` reads, but for scores."""
    data = months(panel.pooled)
    hazard = _by_kind(fit(data))
    ended = [each for each in panel.episodes if each.ended and each.outcome]
    return {
        "made": date.today().isoformat(),
        "data": {file.path.name: file.sha256 for file in panel.files.values()},
        "panel": panel.counts | {"months": len(data.log)},
        "numbers": {kind: _three(each) for kind, each in hazard.items()},
        "hazard": hazard,
        "shapes": [_by_kind(fit(data, *shape)) for shape in SHAPES],
        "lengths": _lengths(panel),
        "ways": fit_ways(ended),
        "counted_ways": _counted_ways(ended),
        "won": _won(panel.wars),
        "relapse": [relapse(panel.episodes, after, within) for after in AFTER for within in (24, 60)],
        "reading": READING,
    }


def months(spells: Sequence[WarSpell], until: date = date.max) -> Months:
    """Months of spells as seen before a day: those begun later are not there, those ended later have not ended."""
    seen = [spell for spell in spells if spell.first < until]
    ranges = [_range(spell, until) for spell in seen]
    counts = [high + 1 for _, high in ranges]
    age = np.concatenate([np.arange(count) for count in counts])
    before = np.concatenate([np.arange(high + 1) < low for low, high in ranges])
    kind = np.concatenate([kinds(spell, count) for spell, count in zip(seen, counts, strict=True)])
    return Months(
        log=np.log(age + 0.5),
        kind=kind,
        spell=np.repeat(np.arange(len(seen)), counts),
        before=before.astype(float),
        ended=np.array([spell.ended and spell.last < until for spell in seen]),
        paced=np.array([KINDS[0] in spell.kinds.values() for spell in seen]),
    )


def _range(spell: WarSpell, until: date) -> tuple[int, int]:
    """First and last month in which a spell can have ended, as seen before a day."""
    low, high = (max(int((day - spell.first).days / MONTH), 0) for day in (spell.earliest, spell.last))
    if spell.last < until:
        return low, high
    seen = min(low, int((until - spell.first).days / MONTH))
    return seen, seen


def kinds(spell: WarSpell, count: int) -> Ints:
    """Place in `KINDS` in each of its first months, by calendar year."""
    years = spell.first.year + (spell.first.month - 1 + np.arange(count)) // 12
    known = np.array(sorted(spell.kinds))
    places = np.searchsorted(known, years, side="right") - 1
    return np.array([KINDS.index(spell.kinds[year]) for year in known.tolist()])[np.maximum(places, 0)]


def fit(data: Months, deviation: float = DEVIATION, theta: float | None = None) -> HazardFit:
    """Fit the hazard; `deviation` is the prior's sd of s_kind, `theta` fixes the variance of the pace."""
    sd = np.array([WIDE, SLOPE_SD, *[KIND_SD] * COUNT, *[deviation] * COUNT, PACE_SD])
    centre = np.array([CENTRE, *[0.0] * (1 + 2 * COUNT), PACE_CENTRE])
    if theta is not None:
        sd[-1], centre[-1] = 0.0, np.log(max(theta, NO_PACE))

    def energy(u: Floats) -> tuple[float, Floats]:
        value = centre + sd * u
        loss, slope = negative_log_likelihood(value[:-1], value[-1], data)
        return loss + 0.5 * float(u @ u), slope * sd + u

    u, covariance = _mode(energy, len(sd))
    return HazardFit(mode=centre + sd * u, covariance=covariance * np.outer(sd, sd), energy=energy(u)[0])


def negative_log_likelihood(b: Floats, log_theta: float, data: Months) -> tuple[float, Floats]:
    """The value, and its slope along `b` (c, b, c_kind, s_kind) and `log_theta`."""
    level, slope = b[0] + b[2:SLOPES], b[1] + b[SLOPES:]
    each = np.exp(level[data.kind] + slope[data.kind] * data.log)
    total = np.stack([np.bincount(data.spell, each * weight) for weight in (data.before, np.ones(len(each)))])
    theta = np.where(data.paced, np.exp(log_theta), NO_PACE)
    log, scaled = np.log1p(theta * total) / theta, 1 / (1 + theta * total)
    alive = np.exp(-log) * np.stack([np.ones(len(theta)), -data.ended.astype(float)])
    share = alive / alive.sum(0)
    weights = (share * scaled)[:, data.spell]
    by_month = each * (weights[0] * data.before + weights[1])
    by_kind = [np.bincount(data.kind, by_month * x, COUNT) for x in (1.0, data.log)]
    by_theta = -((share * (log - total * scaled)).sum(0) @ data.paced)
    value = -float(np.log(alive.sum(0)).sum())
    return value, np.r_[by_kind[0].sum(), by_kind[1].sum(), *by_kind, by_theta]


def fit_ways(ended: Sequence[WarSpell]) -> dict[str, Any]:
    """Mean and covariance of the logits of victory and of dying down against a deal."""
    length = np.array([each.length for each in ended])
    kind = np.eye(COUNT)[[KINDS.index(each.kinds[max(each.kinds)]) for each in ended]][:, 1:]
    marks = [(each.severe, each.last.year >= RECENT) for each in ended]
    x = np.column_stack([np.ones(len(ended)), np.log(length + 0.5), np.array(marks, float), kind])
    y = np.eye(len(WAYS))[[WAYS.index(_way(each)) for each in ended]]
    sd = np.tile(np.r_[[WIDE] * 4, [KIND_SD] * (COUNT - 1)], 2)

    def energy(u: Floats) -> tuple[float, Floats]:
        odds = np.pad(x @ (sd * u).reshape(2, -1).T, ((0, 0), (1, 0)))
        log_share = odds - np.logaddexp.reduce(odds, axis=1, keepdims=True)
        slope = (np.exp(log_share) - y)[:, 1:].T @ x
        return 0.5 * float(u @ u) - float((y * log_share).sum()), slope.ravel() * sd + u

    u, covariance = _mode(energy, len(sd))
    return _plain(sd * u, covariance * np.outer(sd, sd))


def relapse(episodes: Sequence[WarSpell], after: str, within: int) -> dict[str, Any]:
    """Chance that a dyad fights again within some months of an end, by Kaplan and Meier, and its standard error."""
    following = zip(episodes, (*episodes[1:], None), strict=True)
    pairs = [
        (each, later if later and later.dyad == each.dyad else None)
        for each, later in following
        if each.ended and each.outcome in AFTER[after]
    ]
    close = max(each.last for each in episodes)
    gap = np.array([((later.first if later else close) - each.last).days / MONTH for each, later in pairs])
    again = np.array([later is not None for _, later in pairs])
    times, failed = np.unique(gap[again & (gap <= within)], return_counts=True)
    at_risk = (gap >= times[:, None]).sum(1)
    kept = float(np.prod(1 - failed / at_risk))
    error = kept * float(np.sqrt((failed / at_risk / (at_risk - failed)).sum()))
    return {"after": after, "within": within, "of": len(pairs), "chance": _round(1 - kept), "error": _round(error)}


def _mode(energy: Callable[[Floats], tuple[float, Floats]], size: int) -> tuple[Floats, Floats]:
    """Mode of an energy in units of prior deviations, and the inverse of its curvature there."""

    def at(u: Floats) -> Point:
        bend = np.array([energy(u + e)[1] - energy(u - e)[1] for e in STEP * np.eye(size)]) / (2 * STEP)
        return Point(*energy(u), (bend + bend.T) / 2)

    found = find_mode(at, np.zeros(size))
    root = inverse_root(found.point.curvature)
    return found.x, root @ root.T


def _by_kind(fitted: HazardFit) -> dict[str, Any]:
    return {kind: fitted.of_kind(kind) for kind in KINDS}


def _three(of: Mapping[str, Any]) -> dict[str, Any]:
    """Middle and ends of 90 % of level, slope and pace, and the correlation of the first two."""
    middle, covariance = np.array(of["mean"]), np.array(of["covariance"])
    sd = np.sqrt(np.diag(covariance))
    ends = middle + Z90 * sd * np.array([[0], [-1], [1]])
    ends[:, 2] = np.round(np.exp(ends[:, 2]), 3)
    names = zip(("level", "slope", "pace"), ends.T, strict=True)
    out: dict[str, Any] = {name: [_round(end) for end in three] for name, three in names}
    return out | {"correlation": _round(covariance[0, 1] / (sd[0] * sd[1]))}


def _plain(centre: Floats, covariance: Floats) -> dict[str, Any]:
    return {"mean": [_round(x) for x in centre], "covariance": [[_round(x) for x in row] for row in covariance]}


def _round(value: float) -> float:
    return float(f"{value:.5g}")


def _way(spell: WarSpell) -> str:
    return WAY.get(spell.outcome, WAYS[2])


def _lengths(panel: WarPanel) -> dict[str, dict[str, list[float]]]:
    out: dict[str, dict[str, list[float]]] = {kind: {"ended": [], "open": []} for kind in KINDS}
    for spell in panel.pooled:
        out[spell.kind]["ended" if spell.ended else "open"].append(round(spell.length, 1))
    return {kind: {word: sorted(values) for word, values in both.items()} for kind, both in out.items()}


def _counted_ways(ended: Sequence[WarSpell]) -> dict[str, dict[str, list[int]]]:
    """Endings by kind of the last year, band of ages and way."""
    found = Counter((each.kinds[max(each.kinds)], history.band_of(each.length), _way(each)) for each in ended)
    out = {kind: {str(age): [found[kind, str(age), way] for way in WAYS] for age in AGES} for kind in KINDS[1:]}
    return {KINDS[0]: out[KINDS[1]], **out}  # UCDP does not tell wars from other fighting between states


def _won(table: Sequence[WarSpell]) -> dict[str, list[int]]:
    """Wars with a victor by the Correlates of War, and all, by band of ages."""
    found = Counter((history.band_of(war.length), war.outcome) for war in table)
    return {str(age): [found[str(age), "victory"], found[str(age), "victory"] + found[str(age), ""]] for age in AGES}
