"""Model uncertainty as a document: variance by source, and each answer under every model."""

from __future__ import annotations

from standoff.analysis.epistemic_band import PARTS
from standoff.analysis.model_uncertainty import ModelUncertainty, VarianceDecomposition
from standoff.questions import form
from standoff.report import formatting, title
from standoff.report.belief_text import level
from standoff.report.document import (
    Block,
    BulletList,
    Fold,
    Heading,
    Paragraph,
    ShownNumber,
    Strong,
    TableBlock,
    given,
    remark,
    table,
)
from standoff.report.sections import structure

GRIDS = 3  # questions shown under every model on the terminal, assumption; all of them in Markdown, PDF and data
NOTE = (
    "Variants have equal weights, which is an assumption; theories weigh by their log scores on past crises. Each runs the "
    "same futures several times, with the same parameters and independent random numbers, so that parameter variance can be "
    "separated from chance. The epistemic band is the central 90 % of the probability over parameters, models and rival authors. Shares of "
    "the variance add up to 100 %; “both” is the interaction of variant and theory."
)


def blocks(uncertainty: ModelUncertainty, grids: int | None = GRIDS) -> list[Block]:
    """Document of the finding; the first `grids` questions under every model, all if None."""
    return [
        *title.blocks(
            uncertainty.origin,
            f"{formatting.counted(len(uncertainty.variants), 'variant')} x "
            f"{formatting.counted(len(uncertainty.theories), 'theory')}",
        ),
        Heading("Rival models"),
        Paragraph(f"{sentence(uncertainty)}."),
        *body(uncertainty, grids),
    ]


def part(uncertainty: ModelUncertainty) -> Fold:
    """The finding as a part of a report."""
    return Fold("Rival models", body(uncertainty, None), sentence(uncertainty), "model-uncertainty", is_printed=False)


def body(uncertainty: ModelUncertainty, grids: int | None) -> list[Block]:
    """The models, the shares of the variance, and the answers under every model."""
    texts = uncertainty.texts or {}
    rest = 0 if grids is None else len(uncertainty.questions) - grids
    more = f"{formatting.counted(rest, 'question')} more: `standoff uncertainty CASE -o FILE`."
    return [
        remark(NOTE),
        BulletList([(Strong(name), f": {texts.get(name, '')}") for name in uncertainty.variants]),
        shares(uncertainty),
        Heading("Each answer under every model", 3),
        *(grid(uncertainty, item) for item in uncertainty.questions[:grids]),
        *given(rest > 0, remark(more)),
        *structure.blocks(uncertainty.structure, uncertainty.questions[:grids]),
    ]


def sentence(uncertainty: ModelUncertainty) -> str:
    """Range of the main answer over all models, and its variance by source."""
    item, count = uncertainty.questions[0], len(uncertainty.variants) * len(uncertainty.theories)
    models = sum(item.shares[part] for part in PARTS[:3])
    made = {"models": models, "parameters": item.shares["parameters"], "chance": item.shares["chance"]}
    parts = [f"{word} {formatting.percent(share)}" for word, share in made.items()]
    band = f"epistemic band {text}; " if (text := _band(item)) else ""
    return f"{band}{_range(item)} over {count} models; shares of the variance: {', '.join(parts)}"


def shares(uncertainty: ModelUncertainty) -> TableBlock:
    """Range of every answer, and the parts of its variance."""
    rows = [
        (
            _question_text(item),
            ShownNumber(_range(item), f"answer-{item.id}"),
            _band(item),
            *(formatting.percent(item.shares[part], item.share_errors[part]) for part in PARTS),
        )
        for item in uncertainty.questions
    ]
    count = len(uncertainty.variants) * len(uncertainty.theories)
    caption = f"Answers over {count} models and shares of the variance"
    heads = ("question", "answers:", "epistemic band:", *(f"{part}:" for part in PARTS))
    return table(*heads, rows=rows, caption=caption)


def _band(item: VarianceDecomposition) -> str:
    """The epistemic band of a probability; empty for a number."""
    low, high = item.band.low, item.band.high
    return "" if low is None or high is None else formatting.band_percents(item.band.mean, (low, high))[1]


def _range(item: VarianceDecomposition) -> str:
    values = [value for row in item.means for value in row]
    error = max(value for row in item.mc_errors for value in row)
    low, high = min(values), max(values)
    one = level(item, low, error)
    if one == level(item, high, error):
        return one
    if item.of != "mean":
        return formatting.percents((low, high), error)
    return formatting.number_format([low, high], error, item.unit).between(low, high)


def grid(uncertainty: ModelUncertainty, item: VarianceDecomposition) -> TableBlock:
    """One answer under every model."""
    rows = [
        [name, *(ShownNumber(level(item, *cell), f"answer-{item.id}") for cell in zip(values, errors, strict=True))]
        for name, values, errors in zip(uncertainty.variants, item.means, item.mc_errors, strict=True)
    ]
    heads = (
        f"{formatting.humanise(theory)}\n{formatting.percent(weight)}:"
        for theory, weight in zip(uncertainty.theories, uncertainty.weights, strict=True)
    )
    return table("variant", *heads, rows=rows, caption=_question_text(item))


def _question_text(item: VarianceDecomposition) -> str:
    label = f" {item.label}" if item.label else form(item.kind).COMPARED_TEXT
    label += "" if form(item.kind).is_share else " Mean over futures"
    return f"{item.text}{label} ({item.date})"
