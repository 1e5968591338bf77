"""Time to exhaustion of each side as a document."""

from __future__ import annotations

from collections.abc import Iterable

from standoff.analysis.exhaustion import Exhaustion, HazardDriver, TimeToExhaustion, split_label
from standoff.questions import NONE
from standoff.report import belief_text, formatting, title
from standoff.report.document import Block, Content, Heading, Paragraph, ShownNumber, TableBlock, given, remark, table
from standoff.statistics import Z90

HAZARD = (
    "Hazard ratio: factor on the monthly hazard for a parameter one standard deviation higher, with its 90 % interval."
)
ESTIMATES = (
    "First: share of futures in which it {} first. By: share in which it has {} by the date, regardless of the others{}. "
    "Both by the Aalen-Johansen estimator; futures are censored at the date."
)
WAR = "the war ends"  #: label of the competing event without which a war lasts
CLAIMS = 3  # claim ids shown; the rest are counted


def blocks(exhaustion: Exhaustion) -> list[Block]:
    """Document of the finding."""
    return [*title.blocks(exhaustion.origin), Heading(f"{exhaustion.text} By {exhaustion.date}"), *body(exhaustion)]


def body(exhaustion: Exhaustion) -> list[Block]:
    """The same without its headings, for a section of the report."""
    runs_out = _runs_out(exhaustion)
    counts = "What counts as exhaustion" if runs_out else "What counts"
    events = [*(exhaustion.indicators or {}).items()]
    rows = [_row(exhaustion, item) for item in exhaustion.constraints]
    heads = ("parameter", "prior", "hazard ratio:", "median in its lowest fifth:", "median in its highest fifth:")
    most = f"Parameters with most influence on the {'first exhaustion' if runs_out else 'date'} of"
    return [
        Paragraph(sentence(exhaustion)),
        *given(events, table("constraint", "observable event", rows=events, caption=counts)),
        sides(exhaustion),
        *given(exhaustion.follows, table("side, constraint", "what follows", rows=[*exhaustion.follows.items()])),
        *given(runs_out, table("side, constraint", *_heads(exhaustion), rows=rows)),
        *(
            table(*heads, rows=[_mover(exhaustion, item) for item in items], caption=f"{most} {side}")
            for side, items in (exhaustion.movers or {}).items()
            if items
        ),
        *map(remark, notes(exhaustion)),
    ]


def is_about_constraints(labels: Iterable[str]) -> bool:
    """Whether labels name what runs out (`Russia, shells`); others may be any event."""
    return any(split_label(label)[1] for label in labels)


def _runs_out(exhaustion: Exhaustion) -> bool:
    return is_about_constraints(item.label for item in exhaustion.constraints)


def sides(exhaustion: Exhaustion) -> TableBlock:
    """Each side as a whole, the first of its constraints; else each event."""
    if not _runs_out(exhaustion):
        events = [_row(exhaustion, side) for side in exhaustion.sides]
        return table("what", *_heads(exhaustion), rows=events, caption="Each by itself, and the first of all")
    heads = ("side", "most frequent first constraint", *_heads(exhaustion))
    rows = [(side.label, _most(exhaustion, side), *_row(exhaustion, side)[1:]) for side in exhaustion.sides]
    return table(*heads, rows=rows, caption="The first exhaustion of each side")


def sentence(exhaustion: Exhaustion) -> str:
    """The finding in a few sentences, with the competing events that cut it short."""
    item = exhaustion.constraints[0]
    parts = (
        f"{side.label} {'' if n else 'is first '}in {_first(exhaustion, side.label, side.first, side.first_error)}"
        f"{'' if n else ' of futures'}, median {_date(exhaustion, side.months['p50'])}"
        for n, side in enumerate(exhaustion.sides)
    )
    most = (
        f" Most often it is {item.label} ({_first(exhaustion, item.label, item.first, item.first_error)})."
        if item.constraint
        else ""
    )
    nothing = "nothing has run out" if _runs_out(exhaustion) else "none of these has come"
    none = _first(exhaustion, NONE, exhaustion.none, exhaustion.none_error)
    before = "".join(
        f" In {_first(exhaustion, label, share, exhaustion.none_error)} {label} before anything has run out."
        for label, share in exhaustion.ended.items()
    )
    lasts, still = (f"{formatting.capital(_lasts(exhaustion))}: ", ", nor has that come") if before else ("", "")
    return f"{lasts}{'; '.join(parts)}.{most}{before} In {none} of futures {nothing}{still} by {exhaustion.date}."


def _lasts(exhaustion: Exhaustion) -> str:
    """Until which competing events exhaustion counts."""
    return "while the war lasts" if WAR in exhaustion.ended else f"before {' or '.join(exhaustion.ended)}"


def _first(exhaustion: Exhaustion, label: str, share: float, error: float) -> str:
    """The probability that a label or side is the first, with its band where it has one."""
    if label in exhaustion.bands:
        return ", band ".join(formatting.band_percents(share, exhaustion.bands[label]))
    return formatting.percent(share, None if exhaustion.bands else error)


def notes(exhaustion: Exhaustion) -> list[str]:
    """Notes on the tables, and their evidence."""
    words = ("runs out", "run out") if _runs_out(exhaustion) else ("comes", "come")
    lasts = f", {_lasts(exhaustion)}" if exhaustion.ended else ""
    alone = (
        " The chance of being first is a mean over rival models; all else is of this case alone."
        if exhaustion.bands
        else ""
    )
    out = [f"{ESTIMATES.format(*words, lasts)}{alone} {HAZARD}"]
    if exhaustion.censored:
        out.append(f"{formatting.counted(exhaustion.censored, 'future')} failed and are censored at the failure.")
    direct = [claim for kind, claims in (exhaustion.provenance or {}).items() if kind != "indirect" for claim in claims]
    if direct:
        out.append(f"Evidence: {formatting.first_few(direct, CLAIMS)}.")
    return out


def _heads(exhaustion: Exhaustion) -> tuple[str, ...]:
    """Heads of the columns of `_row`, after that of the label."""
    return ("first:", f"by {exhaustion.date}:", "median date:", "90 % of futures:")


def _row(exhaustion: Exhaustion, spell: TimeToExhaustion) -> tuple[Content, ...]:
    ends = (_date(exhaustion, spell.months[name]) for name in ("p5", "p95"))
    return (
        spell.label,
        ShownNumber(_first(exhaustion, spell.label, spell.first, spell.first_error), f"answer-{exhaustion.question}"),
        formatting.percent(spell.by, spell.by_error),
        _date(exhaustion, spell.months["p50"]),
        " to ".join(dict.fromkeys(ends)),
    )


def _most(exhaustion: Exhaustion, side: TimeToExhaustion) -> str:
    """Most frequent first constraint of a side, as a share of those in which it is first."""
    of = {item.constraint: item.first for item in exhaustion.constraints if item.side == side.label}
    best = max(of, key=lambda name: of[name], default="")
    return f"{best}, {formatting.percent(of[best] / side.first)}" if side.first and len(of) > 1 else ""


def _mover(exhaustion: Exhaustion, mover: HazardDriver) -> tuple[Content, ...]:
    ratio = "no estimate" if mover.hazard is None else formatting.number(mover.hazard)
    if mover.hazard is not None and mover.hazard_interval is not None:
        low, high = mover.hazard_interval
        form = formatting.number_format([mover.hazard, low, high], (high - low) / (2 * Z90))
        ratio = f"{form.full(mover.hazard)} ({form.between(low, high)})"
    return (
        belief_text.parameter(mover),
        ShownNumber(mover.belief.partition(" @")[0], f"parameter-{mover.path}"),
        ratio,
        _date(exhaustion, mover.low),
        _date(exhaustion, mover.high),
    )


def _date(exhaustion: Exhaustion, months: float | None) -> str:
    """The month that lies so long after as_of; None lies beyond the date of the question."""
    if months is None:
        return f"after {exhaustion.date}"
    return formatting.month_after(exhaustion.origin.as_of, months)
