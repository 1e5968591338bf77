"""A structural second opinion in a document: what the author decided, taken another way."""

from __future__ import annotations

from standoff.analysis.model_uncertainty import VarianceDecomposition
from standoff.analysis.structure import StructuralOpinion
from standoff.report import formatting
from standoff.report.belief_text import change, level
from standoff.report.document import Block, Heading, Paragraph, ShownNumber, given, remark, table

SHOWN = 4  # variations of an answer, assumption: a reader keeps no more in mind
MISSING = (
    "The structure of the case was not varied, so that every band is of the case as its author wrote it: `standoff uncertainty "
    "CASE --structure` does it."
)
NOTE = (
    "Each decision of the author is taken another way, in the same futures, with everything else as it is. A rival author "
    "takes each as the author did with probability 1/2, and else one of the other ways, each as likely (assumption). A change "
    "counts if it exceeds what chance alone reaches over all ways."
)


def blocks(opinion: StructuralOpinion | None, questions: tuple[VarianceDecomposition, ...]) -> list[Block]:
    """What moves each answer most."""
    if opinion is None:
        return [remark(MISSING)]
    rows = [
        (
            item.text,
            varied.decision,
            varied.way,
            ShownNumber(level(item, opinion.answers[item.id] + size, error), f"answer-{item.id}"),
            change(item, size, error),
        )
        for item in questions
        for size, error, varied in opinion.clear(item.id)[:SHOWN]
    ]
    text = (
        f"{formatting.counted(opinion.decisions, 'decision')} of the author, taken another way in "
        f"{formatting.counted(len(opinion.variations), 'way')}, each in {opinion.draws:,} futures ({opinion.seconds:,.0f} s of "
        f"processor): {len(opinion.clear(questions[0].id))} move the main answer."
    )
    heads = ("question", "decision", "another way", "answer:", "change:")
    return [
        Heading("What the author decided", 3),
        Paragraph(text),
        remark(NOTE),
        *given(rows, table(*heads, rows=rows)),
    ]
