"""What the author of a case decided, taken another way: a complete list, effects known on paper, one that goes on."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from standoff import catalog
from standoff.analysis import model_uncertainty
from standoff.analysis.epistemic_band import epistemic_band
from standoff.analysis.model_uncertainty import second_opinion
from standoff.analysis.structure import STRUCTURE, StructuralOpinion, Variation, stored_structure, variations, varied
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.progress import SILENT
from standoff.scenario import load
from standoff.scenario.document import Document
from tests import closed_form

DRAWS = 2000


def choice(**more: Any) -> dict[str, Any]:
    return {
        "actor": "ANY",
        "status_quo": "stay",
        "every": "2 months",
        "rationality": 1,
        "half_life": "6 months",
        "sources": "assumption",
        "options": {"stay": {}, "go": {}, "far": {}},
        "reasons": {"worth": {"use": "expression", "text": "what it brings", "weight": 1, "value": {"go": "level"}}},
        **more,
    }


CONSTANTS = {"stay": 0, "go": "-1 to 1", "far": "-1 to 1"}
FEATURES = {
    "ONE": choice(
        when="level > 0",
        ladder=["stay", "go", "far"],
        options={"stay": {}, "go": {"lasts": "4 months"}, "far": {"when": "level > limit"}},
        numbers={"limit": "0.5 @assumption"},
        reasons={
            "fear": {"use": "expression", "text": "what follows", "weight": 1, "value": {"go": "-(TWO in [go])"}},
            "unstated": {"use": "alternative_constant", "weight": 1, "inclination": CONSTANTS},
        },
    ),
    "TWO": choice(every="1 month", responds_to={"ONE": {"go": ["go"]}}),
    "SEES": choice(after=["ONE"]),
}


def planned(choices: dict[str, Any], **more: Any) -> Any:
    data = {
        "title": "every feature",
        "as_of": "2024-01",
        "start": "2024-01",
        "end": "2025-06",
        "step": "month",
        "actors": {"ANY": {"name": "Anybody"}},
        "stocks": {"level": {"unit": "1", "initial": 1, "constant": True, "sources": "assumption"}},
        "choices": choices,
        "questions": {"goes": {"text": "Will it go?", "event": "ONE in [go]", "by": "2024-12", "resolution": "none"}},
        **more,
    }
    return plan(load.load_document(Document(data, {}, "case.yaml"), None), Ledger())


def changes(of: Any, word: str) -> list[Any]:
    """Changes of the variations of a decision, by the end of its name; of numbers their factors."""
    found = [item for item in variations(of) if item.decision.endswith(word)]
    return [[dict(one) for one in item.changes] or dict(item.factors) for item in found]


def test_every_decision_of_an_author_is_taken_another_way() -> None:
    of = planned(FEATURES)

    def one(**change: Any) -> list[Any]:
        return [{"choices": {"ONE": change}}]

    names = {item.decision.rpartition(": ")[2] for item in variations(of)}
    assert names == {
        *("every", "options go lasts", "ladder", "when", "options far when", "responds_to", "after"),
        *("reasons", "constants", "half_life", "expects"),
    }
    of_one = planned({"ONE": FEATURES["ONE"], "TWO": choice(every="1 month")})
    lasts, whens = changes(of_one, ": options go lasts"), changes(of_one, ": options far when")
    assert lasts == [one(options={"go": {"lasts": f"{n} months"}}) for n in (2, 8)]
    assert whens == [one(options={"far": {"when": "(level > limit) or 1 > 0 "}})]
    assert changes(of_one, ": ladder") == [one(ladder=None)]
    assert changes(of_one, ": when") == [one(when="(level > 0) or 1 > 0 ")]
    assert changes(of_one, ": after") == [one(after=["TWO"])]
    assert changes(of_one, ": expects") == [[{"expects": "simultaneous"}]]
    every = [change[0]["choices"] for change in changes(of_one, ": every")]
    assert every == [{"ONE": {"every": "1 months"}}, {"ONE": {"every": "4 months"}}, {"TWO": {"every": "2 months"}}]
    path = "choices.ONE.reasons.unstated.inclination."
    spread = [dict.fromkeys((path + name for name in CONSTANTS), factor) for factor in (0.5, 2.0)]
    assert changes(of_one, ": constants") == spread
    assert changes(of_one, ": reasons")[0] == {"choices.ONE.reasons.fear.weight": 0.0}
    assert {"choices.TWO.half_life": 2.0} in changes(of_one, ": half_life")
    assert changes(of, ": responds_to") == [[{"choices": {"TWO": {"responds_to": None}}}]]
    assert [{"choices": {"SEES": {"after": None}}}] in changes(of, ": after")


def test_each_of_them_is_a_model_unless_the_case_does_not_allow_it() -> None:
    of = planned(FEATURES)
    made = {item.decision + item.way: model for item, model in varied(build(of.loaded, Ledger()))}
    names = [item.decision + item.way for item in variations(of)]
    missing = [name for name in names if name not in made]
    assert all(": after" in name for name in missing), "only moves in a circle are not possible"
    assert len({model.hash for model in made.values()}) > len(names) / 2


def test_in_a_large_case_restrictions_of_other_choices_are_varied_together() -> None:
    of = planned({"ONE": FEATURES["ONE"], "TWO": choice(), **{f"C{n}": choice() for n in range(6)}})
    assert len(changes(of, ": every")) == 4
    assert [len(change) for change in changes(of, "all other choices: every")] == [7, 7]
    assert len([item for item in variations(of) if item.decision.endswith(": reasons")]) == 8


# ---- effects ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> Model:
    return build(*catalog.load("closed-form"))


def opinion_of(model: Model, folder: Path, draws: int = DRAWS) -> StructuralOpinion:
    questions = [model.plan.question(name) for name in ("acts", "acts_ever")]
    return second_opinion(model, questions, "quantal_response", folder, draws, 1, SILENT, None)


def test_effects_are_those_of_the_closed_form_and_go_on_after_a_kill(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*given: Any) -> Any:
        if killed_after and not killed_after.pop():
            raise KeyboardInterrupt
        done.append(1)
        return simulate(*given)

    simulate, done, killed_after = model_uncertainty._simulate_group, list[int](), [False, True]
    monkeypatch.setattr(model_uncertainty, "_simulate_group", killed)
    with pytest.raises(KeyboardInterrupt):
        opinion_of(model, tmp_path)
    assert len(done) == 1
    found = opinion_of(model, tmp_path)
    programs = len(done)
    again = opinion_of(model, tmp_path)
    assert programs == 3 == len(done), "numbers in one program, each interval of decisions in one of its own"
    assert replace(again, seconds=0.0) == replace(found, seconds=0.0)
    known = {
        "what it would bring": ("acts", closed_form.acts(gain=(0.0, 0.0)) - closed_form.acts()),
        "what it would cost": ("acts", closed_form.acts(cost=(0.0, 0.0)) - closed_form.acts()),
        "that it would not": ("acts", closed_form.acts(word=0.0) - closed_form.acts()),
        "half as long": ("acts_ever", closed_form.acts_ever(20) - closed_form.acts_ever(10)),
        "twice as long": ("acts_ever", closed_form.acts_ever(5) - closed_form.acts_ever(10)),
    }
    for word, (question, expected) in known.items():
        (item,) = (item for item in found.variations if word in item.way and question in item.effects)
        change, error = item.effects[question]
        assert abs(change - expected) < 3 * error, word
    assert {item.decision.rpartition(": ")[2] for _, _, item in found.clear("acts_ever")} == {"every", "reasons"}


def test_the_structure_of_another_model_is_not_varied(model: Model) -> None:
    other = {"word-is-talk": build(*catalog.load("closed-form", "word-is-talk"))}
    with pytest.raises(ModelError, match="structure"):
        model_uncertainty.uncertainty(other, ("quantal_response",), structure=True)


# ---- in the band -----------------------------------------------------------------------------------------------------


def opinion(**effects: tuple[float, float]) -> StructuralOpinion:
    made = tuple(Variation(decision=name, way="another", effects={"acts": effect}) for name, effect in effects.items())
    return StructuralOpinion(answers={"acts": 0.2}, variations=made, draws=DRAWS, seconds=1.0)


def test_rival_authors_take_each_decision_by_chance_and_shifts_add_up() -> None:
    one, two = logit(0.5) - logit(0.2), logit(0.3) - logit(0.2)
    shifts = np.array(opinion(a=(0.3, 0.001), b=(0.1, 0.001), c=(0.01, 0.02)).shifts("acts"))
    values, counts = np.unique(shifts.round(6), return_counts=True)
    assert values == pytest.approx([0.0, two, one, one + two], abs=1e-5)
    assert counts / counts.sum() == pytest.approx(np.full(4, 0.25), abs=0.06)
    assert set(opinion(c=(0.01, 0.02)).shifts("acts")) == {0.0}, "no more than chance"


def test_a_band_with_structure_contains_the_one_without(model: Model) -> None:
    rng = np.random.default_rng(3)
    p = np.clip(rng.beta(4, 16, 800), 0.001, 0.999)
    values = (rng.random((1, 1, 16, 800)) < p).astype(float)
    query = model.plan.question("acts")
    without = epistemic_band(query, "", values, 1)
    still = epistemic_band(query, "", values, 1, opinion=opinion(a=(0.0, 0.01)))
    low, high = (epistemic_band(query, "", values, 1, opinion=opinion(a=(by, 0.001))) for by in (-0.15, 0.3))
    assert (still.low, still.high) == pytest.approx((without.low, without.high)) and still.structure == 1
    assert without.structure == 0 and not without.is_over_models and still.is_over_models
    assert low.low < without.low and high.high > without.high > 0.25 > low.mean < without.mean < high.mean
    assert high.mean == pytest.approx(without.mean + 0.5 * (0.5 - 0.2), abs=0.02)


def test_it_is_stored_beside_the_case(tmp_path: Path) -> None:
    shutil.copytree(catalog.HOME / "closed-form", tmp_path / "case", ignore=shutil.ignore_patterns("*.json"))
    model, made = build(*catalog.load(tmp_path / "case")), opinion(a=(0.25, 0.5))
    assert stored_structure(model) is None
    model_uncertainty.store_beside(model, STRUCTURE, model_uncertainty.asdict(made))
    assert stored_structure(model) == made
    assert stored_structure(build(*catalog.load(tmp_path / "case", "word-is-talk"))) is None
    (tmp_path / "case" / STRUCTURE).write_text('{"variations": 1}')
    assert stored_structure(model) is None
