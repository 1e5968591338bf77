"""What the parameters that move the answers rest on, as a document."""

from __future__ import annotations

from standoff.analysis.sensitivity.influential_sources import AnswerSources, InfluentialSources
from standoff.report import answer_text, belief_text, formatting, title
from standoff.report.document import Block, Heading, Paragraph, table

NAMED = 10  # assumption: parameters of one answer that a reader takes in; the data has all
HEADS = {
    "fitted": "fitted:",
    "claims": "claims:",
    "works": "works:",
    "history": "history:",
    "assumption": "assumption:",
}


def document(result: InfluentialSources) -> list[Block]:
    """Counts by answer, and the most influential parameters of each."""
    kinds = [kind for kind in HEADS if kind != "fitted" or result.counts[kind]]
    rows = [
        (item.text, *(str(item.counts[kind]) for kind in kinds), formatting.percent(item.assumed))
        for item in result.answers
        if item.parameters
    ]
    rows.append(("all", *(str(result.counts[kind]) for kind in kinds), formatting.percent(result.assumed)))
    constant = [item.question for item in result.answers if not item.parameters]
    out: list[Block] = [
        *title.blocks(result.origin),
        Paragraph(f"{formatting.percent(result.assumed)} of the parameters that move the answers rest on assumption."),
        table("answer", *(HEADS[kind] for kind in kinds), "on assumption:", rows=rows),
        Paragraph(
            f"The {result.inputs} parameters with the largest total Sobol index of each answer, by what they rest on; "
            f"{result.pairs:,} futures in each run.",
            soft=True,
        ),
    ]
    if constant:
        out.append(Paragraph(f"The same in every future, so that nothing moves it: {', '.join(constant)}.", soft=True))
    names = {each.path: each.label for item in result.answers for each in item.parameters}
    weights = [names[path] for path in result.assumed_weights]
    what = f"{formatting.counted(len(weights), 'weight')} on assumption among them: {'; '.join(weights)}."
    out.append(Paragraph(what if weights else "No weight of a reason among them rests on assumption."))
    return [
        *out,
        *(block for item in result.answers if item.parameters for block in _answer(item)),
        Paragraph(answer_text.versions_line(result.origin), soft=True),
    ]


def _answer(item: AnswerSources) -> list[Block]:
    rows = [
        (belief_text.parameter(each), each.kind, f"{each.total:.3f} ± {each.total_error:.3f}")
        for each in item.parameters[:NAMED]
    ]
    return [Heading(item.text), table("parameter", "rests on", "total Sobol index:", rows=rows)]
