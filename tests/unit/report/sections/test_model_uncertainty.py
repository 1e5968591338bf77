"""Answers under rival models as a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from standoff.analysis.epistemic_band import PARTS
from standoff.analysis.model_uncertainty import ModelUncertainty, VarianceDecomposition
from standoff.questions import EpistemicBand
from standoff.report.sections import model_uncertainty
from tests.unit.report.plain import ORIGIN, row, written

SHARES = dict(zip(PARTS, (0.1, 0.2, 0.05, 0.4, 0.25), strict=True))
BAND = EpistemicBand(
    low=0.1, high=0.7, mean=0.375, shares=SHARES, parameters=3, variants=2, theories=2, draws=1000, replicates=8
)


def decomposition(name: str, **changes: Any) -> VarianceDecomposition:
    fields: dict[str, Any] = {
        "kind": "event",
        "text": f"Will {name}?",
        "date": "2024-12",
        "unit": "",
        "of": "probability",
        "label": "",
        "means": ((0.2, 0.3), (0.4, 0.6)),
        "mc_errors": ((0.001, 0.001), (0.001, 0.001)),
        "variance": 0.1,
        "shares": SHARES,
        "share_errors": dict.fromkeys(PARTS, 0.001),
        "models": 0.1,
        "parameters": 0.2,
        "draws": 1000,
        "band": BAND,
    }
    return VarianceDecomposition(id=name, **fields | changes)


def finding(*questions: VarianceDecomposition) -> ModelUncertainty:
    return ModelUncertainty(
        origin=ORIGIN,
        variants=("base", "calm"),
        theories=("quantal_response", "satisficing"),
        weights=(0.7, 0.3),
        texts={"calm": "A calm sea"},
        questions=questions,
    )


def test_the_sentence_has_the_range_and_adds_up_the_models() -> None:
    text = model_uncertainty.sentence(finding(decomposition("war")))
    assert "10 to 70 %" in text and "20.0 to 60.0 %" in text
    assert "models 35 %, parameters 40 %, chance 25 %" in text


def test_each_model_has_its_answer() -> None:
    text = written(model_uncertainty.blocks(finding(decomposition("war"))))
    assert [cell.split()[0].split(".")[0] for cell in row(text, "calm")[1:]] == ["40", "60"] and "A calm sea" in text


def test_questions_that_are_not_shown_are_counted() -> None:
    many = finding(*(decomposition(f"q{n}") for n in range(model_uncertainty.GRIDS + 2)))
    assert "2 questions more" in written(model_uncertainty.blocks(many))
    assert "more:" not in written(model_uncertainty.blocks(many, grids=None))


def test_models_that_agree_have_one_answer() -> None:
    same = decomposition(
        "men",
        kind="quantity",
        unit="person",
        of="mean",
        means=((100.0, 100.0), (100.0, 100.0)),
        mc_errors=((1.0, 1.0), (1.0, 1.0)),
        band=replace(BAND, low=None, high=None),
    )
    assert model_uncertainty.sentence(finding(same)).startswith("100 people over 4")
