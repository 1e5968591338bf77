"""HTML of records in notebooks, in the colours of the report page."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import Any

from standoff import labels
from standoff.analysis.answer import Answers, answer
from standoff.analysis.consistency import ConsistencyReport
from standoff.analysis.explain import Explanation, StockDrivers
from standoff.analysis.finding import Finding
from standoff.analysis.sanity import Sanity
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.inference.reconcile.records import ReconciledQuantity
from standoff.ledger import Ledger
from standoff.report import answer_text, assets, formatting, title
from standoff.report.backends.html import Writer
from standoff.report.charts import choices as choice_charts
from standoff.report.charts import claim_path
from standoff.report.document import Block, BulletList, Heading, Paragraph, Picture, table
from standoff.report.sections import answers, explanation, figures, main_answer, reconcile, sanity
from standoff.scenario import LoadedScenario, Scenario
from standoff.scenario.case import Case

ROWS = 20  # assumption: a notebook shows no more rows of a table; the rest are counted
RULES = (
    ".standoff{color:var(--ink);background:var(--paper);padding:.5rem;font:14px/1.45 system-ui,sans-serif}"
    ".standoff table{border-collapse:collapse}.standoff th,.standoff td{text-align:left;vertical-align:top;"
    "padding:.2rem .7rem .2rem 0;border-bottom:1px solid var(--line)}.standoff p{margin:.3rem 0;color:var(--soft)}"
    ".standoff svg{display:block;width:100%;max-width:34rem;height:auto}.standoff figure{margin:0}"
    ".standoff .bar{display:block;height:.5rem;min-width:5rem}"
    ".standoff .bar rect{fill:var(--band)}"
)


def html(record: Any) -> str:
    """Render a record as a self-contained HTML element."""
    css = assets.read("shared.css")
    colours = re.sub(r"\s+", " ", css.partition("* {")[0].replace(":root", ".standoff"))
    body = Writer(has_places=False).blocks(blocks(record))
    return f'<div class="standoff"><style>{colours}{RULES}</style>{body}</div>'


@singledispatch
def blocks(record: Any) -> list[Block]:
    """What a notebook says of a record, by its type."""
    raise TypeError(f"a notebook shows no {type(record).__name__}")


@blocks.register
def _(record: LoadedScenario) -> list[Block]:
    return blocks(record.scenario)


@blocks.register
def _(record: Case) -> list[Block]:
    return [*blocks(record.scenario.scenario), Paragraph(formatting.counted(len(record.ledger), "claim"))]


@blocks.register
def _(record: Scenario) -> list[Block]:
    out: list[Block] = [
        Heading(record.title, 3),
        BulletList(
            (
                f"{record.start} to {record.end} by {record.step}, history up to {record.as_of}",
                f"actors: {', '.join(f'{actor.name} ({code})' for code, actor in record.actors.items())}",
                f"stocks: {', '.join(map(formatting.humanise, record.stocks))}",
                f"mechanisms: {', '.join(map(formatting.humanise, record.mechanisms))}",
                f"variants: {', '.join(record.variants) or 'none'}",
            )
        ),
    ]
    choices = [
        (name, record.actors[choice.actor].name, ", ".join(map(formatting.humanise, choice.options)), choice.every)
        for name, choice in record.choices.items()
    ]
    out += [table("choice", "of", "options", "every", rows=choices)] if choices else []
    questions = [(name, query.text, str(query.by or query.at or "")) for name, query in record.questions.items()]
    return out + ([table("question", "text", "date", rows=questions)] if questions else [])


@blocks.register
def _(record: Ledger) -> list[Block]:
    rows = [
        (
            claim.id,
            formatting.grouped(claim.statement) if claim.numbers else claim.statement,
            str(claim.as_of),
            f"{claim.speaker} ({claim.side})",
            claim.source.title,
        )
        for claim in record.claims[:ROWS]
    ]
    rest = len(record) - ROWS
    return [
        Heading(formatting.counted(len(record), "claim"), 3),
        table("claim", "says", "about", "speaker", "source", rows=rows),
        *([Paragraph(f"and {rest:,} more", soft=True)] if rest > 0 else []),
    ]


@blocks.register
def _(record: Run) -> list[Block]:
    out = blocks(answer(record))
    plan = record.model.plan
    index = next((index for index, choice in enumerate(plan.choices) if any(choice.is_free)), None)
    if index is not None:
        choice = plan.choices[index]
        text = record.model.scenario.choices[choice.name].text or choice.name
        heading = f"{text}: share of futures in which each option is in force"
        out.append(Picture(choice.name, heading, choice_charts.active_share(record, index, heading), ""))
    return out


@blocks.register
def _(record: Answers) -> list[Block]:
    return [*title.blocks(record.origin), answers.overview(record.answers, record.origin)]


@blocks.register
def _(record: Explanation) -> list[Block]:
    return [*title.blocks(record.origin), *explanation.body(record), figures.of_reasons(record)]


@blocks.register
def _(record: StockDrivers) -> list[Block]:
    return explanation.drivers(record)


@blocks.register
def _(record: Verdict) -> list[Block]:
    out: list[Block] = [*title.blocks(record.origin), answers.overview(record.answers, record.origin)]
    for choice in record.choices:
        ordered = sorted(choice.reasons, key=lambda item: (labels.is_constant(item.text), -abs(item.log_odds)))[
            : main_answer.CHANGES
        ]
        lead = f"{answer_text.reason_title(choice)} ({choice.actor}), largest reasons: "
        out.append(Paragraph((lead, *main_answer.listed(choice, ordered))))
    return out


@blocks.register
def _(record: Sanity) -> list[Block]:
    return [*title.blocks(record.origin), *sanity.blocks(record.findings)]


@blocks.register
def _(record: ReconciledQuantity) -> list[Block]:
    return [Picture("path", reconcile.answer(record), claim_path.figure(record), ""), *reconcile.blocks(record)]


@blocks.register
def _(record: ConsistencyReport) -> list[Block]:
    return reconcile.balance_blocks(record)


@blocks.register
def _(record: Finding) -> list[Block]:
    """Fallback for findings: fields and values, one per row."""
    rows = [
        (key, str(value) if isinstance(value, str | int | float) else formatting.counted(len(value), "entry"))
        for key, value in record.to_data().items()
        if key != "origin" and value not in (None, "", [], {})
    ]
    return [*title.blocks(record.origin), table(type(record).__name__, "", rows=rows)]
