"""Who runs out first, in a state beside the case: the numbers of `standoff exhaustion`."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.addons.explorer.responses import View
from standoff.analysis.answer import Answers
from standoff.analysis.exhaustion import Exhaustion, TimeToExhaustion, as_printed, exhaustion_times
from standoff.engine.run import Outcomes
from standoff.report import formatting, overview_text
from standoff.report.actor_colours import actor_colours
from standoff.report.sections.exhaustion import is_about_constraints

DOTS = 50  #: of a quantile dotplot, as many as are read best (Fernandes and others 2018)


def exhaustion_race(now: Outcomes, before: Outcomes, best: Answers | None = None) -> View:
    """Times to exhaustion in a state and in the case (`before`).

    Raises `ModelError` where the case asks for none.
    With the answers of the case (`best`), chances of being first are theirs, moved as the futures move.
    `dates` are dates of a side, `indicator` is the event by which an exhaustion is seen.
    """
    exhaustion = exhaustion_times(now)
    base = exhaustion if before is now else exhaustion_times(before)
    if best is not None:
        exhaustion, base = (as_printed(each, best[each.question], base) for each in (exhaustion, base))
    plan, indicators = now.model.plan, exhaustion.indicators or {}
    colours, printed = actor_colours(plan), best[exhaustion.question].printed if best is not None else {}

    def race(item: TimeToExhaustion, base: TimeToExhaustion) -> View:
        return vars(item) | {
            "label": overview_text.label(plan, item.label),
            "colour": next((colours[part] for part in item.label.split(", ") if part in colours), None),
            "printed": _printed(printed.get(item.label)),
            "shares": _short(item.shares),
            "before": _short(base.shares),
            "first_before": base.first,
            "by_before": base.by,
            "indicator": indicators.get(item.label, indicators.get(item.constraint, "")),
            "median": _label(exhaustion, item.months["p50"]),
            "dates": (),
            "before_dates": (),
        }

    sides, stores = ({item.label: item for item in each} for each in (base.sides, base.constraints))
    return vars(exhaustion) | {
        "runs_out": is_about_constraints(item.label for item in exhaustion.constraints),  # else events of any kind
        "none_before": base.none,
        "ended_before": base.ended,
        "times": [_label(exhaustion, month) for month in exhaustion.at],  # of the curves
        "sides": [
            race(item, first) | {"dates": _dates(exhaustion, item), "before_dates": _dates(exhaustion, first)}
            for item in exhaustion.sides
            for first in [sides[item.label]]
        ],
        "constraints": [race(item, stores[item.label]) for item in exhaustion.constraints],
    }


def _printed(known: tuple[float, tuple[float, float] | None] | None) -> str:
    """The chance of being first with its band, as the answer prints it; empty without one."""
    return "{} ({})".format(*formatting.band_percents(known[0], known[1])) if known and known[1] else ""


def _dates(exhaustion: Exhaustion, time: TimeToExhaustion) -> list[str | None]:
    """Fifty equally likely dates, None for none by then: quantiles of the curve."""
    curve = list(zip(exhaustion.at, time.shares, strict=True))
    return [
        _label(exhaustion, next((month for month, share in curve if share >= (dot + 0.5) / DOTS - 1e-12), None))
        for dot in range(DOTS)
    ]


def _label(exhaustion: Exhaustion, months: float | None) -> str | None:
    """The month that lies some months after as_of."""
    return None if months is None else formatting.month_after(exhaustion.origin.as_of, months)


def _short(shares: Sequence[float]) -> list[float]:
    return [round(share, 4) for share in shares]
