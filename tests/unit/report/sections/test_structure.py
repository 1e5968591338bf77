"""A structural second opinion in a document: what moves each answer most, or that nothing was varied."""

from __future__ import annotations

from standoff.analysis.model_uncertainty import VarianceDecomposition
from standoff.analysis.structure import StructuralOpinion, Variation
from standoff.questions import EpistemicBand
from standoff.report.document import Paragraph, ShownNumber, TableBlock, flat, plain
from standoff.report.sections import structure

BAND = EpistemicBand(low=0.1, high=0.3, mean=0.2, shares={}, parameters=1, draws=800, replicates=2)
QUESTION = VarianceDecomposition(
    id="acts",
    kind="event",
    text="Will it act?",
    date="2030-12",
    unit="share",
    of="probability",
    label="",
    means=((0.2,),),
    mc_errors=((0.01,),),
    variance=0.1,
    shares={},
    share_errors={},
    models=0.0,
    parameters=0.0,
    draws=800,
    band=BAND,
)


def test_it_names_what_moves_an_answer_and_leaves_chance_out() -> None:
    effects = {"first": 0.1, "second": -0.15, "third": 0.001}
    made = tuple(
        Variation(decision=f"Blue: {name}", way="twice", effects={"acts": (size, 0.01)})
        for name, size in effects.items()
    )
    opinion = StructuralOpinion(answers={"acts": 0.2}, variations=made, draws=1600, seconds=12.0)
    blocks = structure.blocks(opinion, (QUESTION,))
    (table,) = (block for block in flat(blocks) if isinstance(block, TableBlock))
    assert [plain(row[1]) for row in table.rows] == ["Blue: second", "Blue: first"]
    assert plain(table.rows[0][3]).startswith("5 %") and plain(table.rows[1][3]).startswith("30 %")
    assert all(isinstance(row[3], ShownNumber) and row[3].evidence == "answer-acts" for row in table.rows)


def test_without_it_the_command_is_named() -> None:
    (only,) = structure.blocks(None, (QUESTION,))
    assert isinstance(only, Paragraph) and "--structure" in plain(only.text)
