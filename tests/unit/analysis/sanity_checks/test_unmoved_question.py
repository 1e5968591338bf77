"""Questions to which none of the levers leads."""

from __future__ import annotations

from typing import Any

from standoff.analysis.sanity_checks import unmoved_question
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import load
from standoff.scenario.document import Document
from tests.unit.engine.test_anticipation import scenario


def unmoved(*targets: str) -> set[str]:
    """Questions of a case that are found, with levers on these parameters."""

    def question(event: str) -> dict[str, Any]:
        return {"text": "?", "event": event, "by": "2025-06", "resolution": "x"}

    drift = {"use": "mean_reversion", "stock": "level", "mean": 1, "speed": "0.1 1/month", "volatility": 0}
    won = {"effects": {"choices.ATT.reasons.worth.weight": "x 2"}}
    case = scenario(
        {
            "ATT": {"options": ["stay", "attack"], "value": {"attack": "1"}},
            "DEF": {"options": ["look_on", "fight"], "value": {"fight": "did(ATT in [attack])"}},
        },
        mechanisms={"drift": {**drift, "sources": "assumption"}},
        occasions={"vote": {"date": "2024-06", "chance": {"won": 0.5}, "outcomes": {"won": won, "lost": {}}}},
        questions={
            "attacks": question("ATT in [attack]"),
            "fights": question("DEF in [fight]"),
            "rises": question("level > 2"),
        },
        levers={f"lever{i}": {"target": target, "low": 0, "high": 1} for i, target in enumerate(targets)},
    )
    case["occasions"]["vote"]["sources"] = "assumption"
    planned = plan(load.load_document(Document(case, {}, "game.yaml"), None), Ledger())
    return {subject.removeprefix("questions.") for subject, *_ in unmoved_question.of_plan(planned)}


def test_a_lever_moves_what_is_downstream_of_it() -> None:
    assert unmoved("choices.ATT.reasons.worth.weight") == {"rises"}
    assert unmoved("choices.DEF.reasons.worth.weight") == {"attacks", "rises"}
    assert unmoved("drift.mean") == {"attacks", "fights"}
    assert unmoved("occasions.vote.chance.won") == {"rises"}
    assert not unmoved("choices.ATT.reasons.worth.weight", "drift.mean")


def test_a_case_without_levers_has_no_such_question() -> None:
    assert not unmoved()
