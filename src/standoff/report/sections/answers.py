"""Answers to the questions of a case: a table of all, and each in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.answer import Answer, Answers
from standoff.analysis.finding import Provenance
from standoff.analysis.verdict import Verdict
from standoff.questions import form
from standoff.report import answer_text, formatting, title
from standoff.report.document import (
    Bar,
    Block,
    Facts,
    Group,
    Heading,
    Link,
    Note,
    OnPage,
    Paragraph,
    ShownNumber,
    TableBlock,
    joined,
    remark,
    sentence,
    table,
)

GROUNDS = {
    "question": "question cites",
    "fitted": "parameters fitted to (influence in s.d. of the prior)",
    "observed": "history up to {as_of} taken from",
    "parameters": "parameters cite",
    "reasons": "reasons cite",
}
ERROR = (
    "The Monte Carlo error is a standard error that comes from the finite number of draws and shrinks with more of them. "
    "It does not measure the uncertainty of the model."
)
CLAIMS = 3  # claim ids shown beside an answer; the rest are counted


def blocks(result: Answers) -> list[Block]:
    """Every answer, with the tables of those that ask who comes first."""
    out: list[Block] = [*title.blocks(result.origin), *warnings(result)]
    for item in result.answers:
        out.append(card(item, result.origin))
        if form(item.kind).HAS_LABELS:
            out.append(answer_text.first_table(item, result.origin.as_of))
    return [*out, *notes(result)]


def warnings(result: Answers | Verdict) -> list[Block]:
    """What the run warns of."""
    return [Paragraph(f"Warning: {warning}", strong=True, kind="warning") for warning in result.warnings]


def notes(result: Answers | Verdict) -> list[Block]:
    """What the numbers in brackets and the errors mean."""
    return [*map(remark, (*answer_text.bands(result), ERROR))]


def compared(origin: Provenance) -> list[Block]:
    """What differs from the base case, beside an answer."""
    moved = answer_text.moved(origin)
    return [Paragraph(f"with {moved}", kind="beside")] if moved else []


def overview(answers: Sequence[Answer], origin: Provenance) -> TableBlock:
    """All answers: question, answer, and the numbers beside it."""
    shown = 4 if any(item.lines for item in answers) else 3
    rows = []
    for item in answers:
        facts = answer_text.beside(item, origin.as_of, "page").facts
        row = (
            (Link(item.text, f"#question-{item.id}"), Note(answer_text.dated(item))),
            ShownNumber(answer_text.answer(item, origin.as_of).with_band, f"answer-{item.id}"),
            sentence(Facts([fact for fact in facts if fact[0] != "Monte Carlo error"])),
            ", ".join(map(str, item.lines)),
        )
        rows.append(row[:shown])
    heads = ("question", "answer", "beside it", "line:")
    return table(*heads[:shown], rows=rows, caption="Every question and its answer", kind="verdicts")


def card(item: Answer, origin: Provenance) -> Group:
    """An answer in full."""
    text = answer_text.answer(item, origin.as_of)
    lines = f", line{'' if len(item.lines) == 1 else 's'} {', '.join(map(str, item.lines))}" if item.lines else ""
    return Group(
        (
            Heading((item.text, Note(item.id + lines)), 4),
            main_number(item, origin.as_of),
            *compared(origin),
            answer_text.beside(item, origin.as_of, "page"),
            remark(joined(" · ", filter(None, (text.word, text.note)))),
            OnPage((), [*map(remark, _grounds(item, origin))]),
            remark(f"Resolution rule: {item.resolution.rstrip('.')}."),
        ),
        "card",
        f"question-{item.id}",
    )


def main_number(item: Answer, as_of: str, *more: str) -> Paragraph:
    """The answer with its band, and a bar of a probability."""
    text = answer_text.answer(item, as_of)
    bar = () if text.share is None else ("  ", Bar(text.share))
    return Paragraph((ShownNumber(text.with_band, f"answer-{item.id}"), *bar, *more), strong=True, kind="answer")


def _grounds(item: Answer, origin: Provenance) -> Iterator[str]:
    """The claims behind an answer by their role, where no panel shows them."""
    for kind, claims in item.provenance.items():
        if kind == "fitted":
            named = formatting.influences({claim: item.influence[claim] for claim in claims}, CLAIMS)
        else:
            named = formatting.first_few(claims, CLAIMS)
        if kind != "indirect":
            yield f"{GROUNDS[kind].format(as_of=origin.as_of)}: {named}"
    if "indirect" in item.provenance:
        count = len(item.provenance["indirect"])
        verb = "affects" if count == 1 else "affect"
        yield f"{formatting.counted(count, 'more claim')} {verb} this answer through other parts of the model"
