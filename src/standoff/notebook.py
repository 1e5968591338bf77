"""HTML of records in notebooks: tables and figures in the colours of the report page."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from standoff.analysis.answer import Answers
from standoff.analysis.explain import Explanation, StockDrivers
from standoff.analysis.finding import Finding
from standoff.analysis.sanity import Sanity
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.inference.reconcile.records import ReconciledQuantity
from standoff.ledger import Ledger
from standoff.ledger.consistency import ConsistencyReport
from standoff.plan import labels
from standoff.report import answer_text, assets, formatting
from standoff.report.charts import choices, claim_path
from standoff.report.sections import front_page, reconcile, sanity
from standoff.scenario import LoadedScenario, Scenario
from standoff.scenario.case import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROWS = 20  # assumption: a notebook shows no more rows of a table; the rest are counted
RULES = (
    ".standoff{color:var(--ink);background:var(--paper);padding:.5rem;font:14px/1.45 system-ui,sans-serif}"
    ".standoff table{border-collapse:collapse}.standoff th,.standoff td{text-align:left;vertical-align:top;"
    "padding:.2rem .7rem .2rem 0;border-bottom:1px solid var(--line)}.standoff p{margin:.3rem 0;color:var(--soft)}"
    ".standoff svg{display:block;width:100%;max-width:34rem;height:auto}"
)


def html(record: Any) -> str:
    """Render a record as a self-contained HTML element."""
    return f'<div class="standoff"><style>{_colours()}{RULES}</style>{render(record)}</div>'


def _colours() -> str:
    """Style sheet with the colours of the page, scoped to the element."""
    css = assets.read("page.css")
    return re.sub(r"\s+", " ", css.partition("* {")[0].replace(":root", ".standoff"))


@singledispatch
def render(record: Any) -> Markup:
    """Render the content of the element, by type of the record."""
    raise TypeError(f"a notebook shows no {type(record).__name__}")


@render.register
def _(record: LoadedScenario) -> Markup:
    return render(record.scenario)


@render.register
def _(record: Case) -> Markup:
    return render(record.scenario.scenario) + _note(formatting.counted(len(record.ledger), "claim"))


@render.register
def _(record: Scenario) -> Markup:
    rows = [
        ("time", f"{record.start} to {record.end} by {record.step}, history up to {record.as_of}"),
        ("actors", ", ".join(f"{actor.name} ({code})" for code, actor in record.actors.items())),
        ("stocks", ", ".join(map(formatting.humanise, record.stocks))),
        ("mechanisms", ", ".join(map(formatting.humanise, record.mechanisms))),
        ("variants", ", ".join(record.variants) or "none"),
    ]
    made = [
        (name, record.actors[choice.actor].name, ", ".join(map(formatting.humanise, choice.options)), choice.every)
        for name, choice in record.choices.items()
    ]
    question = [(name, item.text, item.by or item.at or "") for name, item in record.questions.items()]
    parts = [_head(record.title), _table((), rows)]
    parts += [_table(("choice", "of", "options", "every"), made)] if made else []
    parts += [_table(("question", "", "date"), question)] if question else []
    return Markup("").join(parts)


@render.register
def _(record: Ledger) -> Markup:
    rows = [
        (
            claim.id,
            formatting.grouped(claim.statement) if claim.numbers else claim.statement,
            claim.as_of,
            f"{claim.speaker} ({claim.side})",
            claim.source.title,
        )
        for claim in record.claims[:ROWS]
    ]
    head = _head(formatting.counted(len(record), "claim"))
    return head + _table(("claim", "says", "about", "speaker", "source"), rows, len(record))


@render.register
def _(record: Run) -> Markup:
    from standoff.analysis.answer import answer

    result = answer(record)
    parts = [_answers(result)]
    plan = record.model.plan
    made = [index for index, choice in enumerate(plan.choices) if any(choice.is_free)]
    if made:
        choice = plan.choices[made[0]]
        text = record.model.scenario.choices[choice.name].text or choice.name
        title = f"{text}: share of futures in which each option is in force"
        parts += [_note(title), Markup(choices.active_share(record, made[0], title))]
    return Markup("").join(parts)


@render.register
def _(record: Answers) -> Markup:
    return _answers(record)


@render.register
def _(record: Explanation) -> Markup:
    decimals, chosen = answer_text.reason_decimals(record), answer_text.chosen(record)
    rows = [
        (
            formatting.humanise(item.option) + answer_text.role(record, item.option),
            item.text,
            formatting.percent(item.active_share),
            chosen[i],
            formatting.percents(item.interval),
        )
        for i, item in enumerate(record.options)
    ]
    title = formatting.capital(formatting.humanise(answer_text.reason_title(record)))
    finding = f"Together {formatting.signed(record.log_odds, decimals)} log odds."
    return Markup("").join(
        [
            _head(f"{record.actor} decides in {record.decided}: {record.text or record.choice}"),
            _table(("option", "", "share of futures in force", "if it decided afresh", "90 % across draws"), rows),
            _note(f"{title}. {finding}"),
            Markup(choices.waterfall(record, f"{title}. {finding}")),
            _footnote(record),
        ]
    )


@render.register
def _(record: StockDrivers) -> Markup:
    form = formatting.number_format(
        [record.before, record.after, *(item.total for item in record.drivers)], record.mc_error or None, record.unit
    )
    rows = [
        (
            item.part,
            formatting.signed(item.total / form.scale, form.decimals) + form.suffix,
            formatting.percent(item.share),
        )
        for item in record.drivers
    ]
    head = f"{record.stock}: {form.full(record.before)} ({record.since}) to {form.full(record.after)} ({record.until})"
    return _head(head) + _table(("process", "change", "share"), rows) + _footnote(record)


@render.register
def _(record: Verdict) -> Markup:
    parts = [_answers(record)]
    for choice in record.choices:
        ordered = sorted(choice.reasons, key=lambda item: -abs(item.log_odds))[: front_page.AGAINST]
        decimals = answer_text.reason_decimals(choice)
        message = "; ".join(
            f"{labels.reason(item)} ({answer_text.with_odds(item.log_odds, item.mc_error, decimals)})"
            for item in ordered
        )
        title = formatting.capital(formatting.humanise(answer_text.reason_title(choice)))
        parts.append(_note(f"{title} ({choice.actor}), largest reasons: {message}"))
    return Markup("").join(parts)


@render.register
def _(record: Sanity) -> Markup:
    rows = [(sanity.title(item), item.text, item.fix) for item in record.findings]
    head = _head(f"{record.origin.title}: {formatting.counted(len(rows), 'finding')} of the sanity checks")
    return head + _table(("check", "finding", "what to do"), rows, len(rows)) + _footnote(record)


@render.register
def _(record: ReconciledQuantity) -> Markup:
    rows = [
        (
            item.source,
            item.side,
            item.claims,
            f"{item.bias:.2f}",
            f"{item.bias_interval[0]:.2f} to {item.bias_interval[1]:.2f}",
        )
        for item in record.sources
    ]
    parts = [
        _head(
            f"{formatting.capital(formatting.humanise(record.quantity))} of {record.subject}: {reconcile.answer(record)}"
        ),
        Markup(claim_path.figure(record)),
        _table(("source", "side", "claims", "factor", "90 %"), rows[:ROWS], len(rows)),
        _note(" · ".join(reconcile.head(record))),
    ]
    return Markup("").join(parts)


@render.register
def _(record: ConsistencyReport) -> Markup:
    rows = [(item.subject, item.rule, f"{item.by:,.4g} {item.unit}", item.text) for item in record.breaks[:ROWS]]
    head = _head(f"{formatting.counted(len(record.breaks), 'set')} of claims that do not add up")
    return head + _table(("actor", "rule", "discrepancy", "claims"), rows, len(record.breaks))


@render.register
def _(record: Finding) -> Markup:
    """Fallback for findings: fields and values, one per row."""
    rows = [
        (
            key,
            value
            if isinstance(value, str | int | float)
            else formatting.counted(len(value), "entry").replace("entrys", "entries"),
        )
        for key, value in record.to_data().items()
        if key != "origin" and value not in (None, "", [], {})
    ]
    return _head(f"{type(record).__name__}: {record.origin.title}") + _table((), rows) + _footnote(record)


def _answers(result: Answers | Verdict) -> Markup:
    rows = []
    for item in result.answers:
        text = answer_text.answer(item, result.origin.as_of)
        beside = "; ".join(f"{name}: {value}" for name, value in text.baselines)
        rows.append((item.text, text.main, text.band or text.futures, beside, len(item.claims)))
    return (
        _head(result.origin.title)
        + (_note(moved) if (moved := answer_text.notice(result.origin)) else Markup(""))
        + _table(("question", "answer", "band, or 90 % of futures", "baselines", "claims"), rows)
        + _footnote(result)
    )


def _footnote(result: Finding) -> Markup:
    return _note(" · ".join(answer_text.origin(result.origin)))


def _head(text: str) -> Markup:
    return Markup("<div><b>{}</b></div>").format(text)


def _note(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]], count: int = 0) -> Markup:
    rows = list(rows)
    top = Markup("<thead><tr>{}</tr></thead>").format(
        Markup("").join(Markup("<th>{}</th>").format(word) for word in head)
    )
    body = [
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(escape(cell)) for cell in row))
        for row in rows
    ]
    more = _note(f"and {count - len(rows):,} more") if count > len(rows) else Markup("")
    return Markup("<table>{}<tbody>{}</tbody></table>{}").format(
        top if head else Markup(""), Markup("").join(body), more
    )
