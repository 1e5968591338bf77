"""Types of actors: what others believe of them, what options and signals teach, and signalling games."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.optimize import root
from scipy.special import expit

from standoff.analysis.explain import explained
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.report.sections import explanation as sections
from standoff.scenario import load
from standoff.scenario.document import Document
from tests.oracles import games
from tests.oracles.learning import Observer
from tests.unit.engine.test_anticipation import SAME, scenario

STAY = {"options": ["stay", "attack"], "value": {"attack": "1.5 - 6 * (DEF in [resist])"}}
RESIST = {"options": ["yield", "resist"], "value": {"resist": "2 * did(ATT in [attack]) - 1"}}
FIRM = {"high": {"choices.DEF.reasons.worth.weight": "x 2"}}
PAST = {"start": "2022-01"}  # two years before as_of


def resolve(prior: Any = 0.3, effects: Mapping[str, Any] = FIRM, **more: Any) -> dict[str, Any]:
    entry = {"actor": "DEN", "as_written": "low", "prior": {"high": prior}, "effects": dict(effects)}
    return {"resolve": {**entry, "sources": "assumption", **more}}


def played(choices: Mapping[str, Mapping[str, Any]], types: Mapping[str, Any], draws: int = 2, **changes: Any) -> Run:
    """A run in which choices with a name that begins with DEF are those of one actor, the others of another."""
    entries = scenario(choices, types=types, **changes)
    entries["actors"]["DEN"] = {"name": "Defender"}
    for name in choices:
        entries["choices"][name]["actor"] = "DEN" if name.startswith("DEF") else "ANY"
    model = build(load.load_document(Document(entries, {}, "game.yaml"), None), Ledger())
    return simulate(model, draws=draws, seed=1, paths="all", precision="double")


@pytest.fixture(scope="module")
def duel() -> Run:
    """An attacker who does not know whether the defender has twice its stakes; unknown reasons last."""
    return played(
        {"ATT": {**STAY, "half_life": "6 months"}, "DEF": {**RESIST, "half_life": "9 months"}}, resolve(), 200
    )


def test_each_type_decides_by_its_own_reasons_and_is_expected_by_its_prior(duel: Run) -> None:
    attack, resist = (decision_record.probabilities(duel, c, 0)[:, 1] for c in (0, 1))
    kept, now = 2 ** (-12 / 9.0), (expit(-1.0), expit(-2.0))
    after = [
        games.lasting([1 - p, p], [1 - q, q], [1.0, 0.0], kept, np)[1]
        for p, q in zip((expit(1.0), expit(2.0)), now, strict=True)
    ]
    np.testing.assert_allclose(attack, expit(1.5 - 6 * (0.7 * after[0] + 0.3 * after[1])), atol=SAME)
    actual = duel.path("resolve.actual")
    assert (actual == actual[:, :1]).all()
    np.testing.assert_allclose(resist, np.where(actual[:, 0] == 1, now[1], now[0]), atol=SAME)
    share = actual[:, 0].mean()
    assert abs(share - 0.3) < 3 * (0.3 * 0.7 / len(actual)) ** 0.5


def test_what_is_seen_moves_the_belief_by_bayes_rule(duel: Run) -> None:
    """In every future, by the chance under each type of the change since the month before; a person holds nothing."""
    belief, kept = duel.path("resolve.high"), 2 ** (-1 / 9.0)
    for future in range(40):
        observer, attacked = Observer([0.7, 0.3], 0), 0
        for k, (attacks, answer) in enumerate(duel.path_chosen[future]):
            p = [expit(weight * (2 * attacked - 1)) for weight in (1, 2)]
            expected = observer.see(int(answer), [[1 - q, q] for q in p], kept)
            assert belief[future, k + 1] == pytest.approx(expected[1], abs=SAME)
            attacked = int(attacks)
    assert np.ptp(belief) > 0.1


def test_the_belief_is_right_on_average(duel: Run) -> None:
    """Among futures with one belief the share of the type is that belief: a martingale, checked at the end."""
    belief, actual = duel.path("resolve.high")[:, -1], duel.path("resolve.actual")[:, -1]
    assert abs((actual - belief).mean()) < 3 * (belief * (1 - belief)).mean() ** 0.5 / len(belief) ** 0.5


def test_a_decision_of_types_solved_again_has_the_recorded_probabilities(duel: Run) -> None:
    for step in duel.model.program.decision_steps[:6]:
        again, recorded = decision_record.at_step(duel, step).p, duel.path_p[duel.valid_paths, step]
        np.testing.assert_allclose(again, recorded, rtol=0, atol=1e-9)


def test_types_that_act_alike_teach_nothing_and_change_nothing() -> None:
    choices = {"ATT": STAY, "DEF": {**RESIST, "half_life": "9 months"}}
    alike = played(choices, resolve(effects={"high": {"choices.DEF.reasons.worth.weight": "x 1"}}), 20)
    np.testing.assert_allclose(alike.path("resolve.high"), 0.3, atol=1e-12)
    plain = played(choices, {}, 20)
    np.testing.assert_array_equal(alike.path_chosen, plain.path_chosen)
    np.testing.assert_allclose(alike.path_p, plain.path_p, atol=1e-12)


def test_what_is_expected_of_types_is_what_they_do() -> None:
    draws, half_life = 3_000, 9.0
    answer = {**RESIST, "half_life": f"{half_life} months"}
    run = played({"ATT": {**STAY, "held": {"2024-02": "attack"}}, "DEF": answer}, resolve(), draws)
    begun = int(np.argmax(run.path_chosen[0, :, 0] == 1))
    counted = (run.path_chosen[:, begun + 12, 1] == 1).mean()
    kept, chances = 2 ** (-12 / half_life), [(expit(w), expit(-w)) for w in (1.0, 2.0)]
    after = [games.lasting([1 - p, p], [1 - q, q], [1.0, 0.0], kept, np)[1] for p, q in chances]
    expected = 0.7 * after[0] + 0.3 * after[1]
    assert abs(counted - expected) < 3 * (expected * (1 - expected) / draws) ** 0.5


@pytest.mark.parametrize(("half_life", "decisions"), [(0, 24), (1e9, 1)])
def test_history_teaches_what_it_teaches(half_life: float, decisions: int) -> None:
    """Two years without resistance: as many decisions where reasons are drawn anew, one where they last."""
    calm = {**RESIST, "half_life": f"{half_life:g} months", "history": [{"since": "2022-01", "option": "yield"}]}
    run = played({"ATT": STAY, "DEF": calm}, resolve(0.5), **PAST)
    first = run.model.plan.first_future_step
    months = first - 1 - run.model.program.conditioning_steps[0]
    seen = 1 + months if decisions > 1 else 1
    chance = np.array([0.5 * expit(1.0) ** seen, 0.5 * expit(2.0) ** seen])
    np.testing.assert_allclose(run.path("resolve.high")[:, first], (chance / chance.sum())[1], atol=1e-6)


def test_a_signal_counts_by_its_likelihood_from_its_date_on() -> None:
    order = {"date": "2023-06", "likelihood": {"low": 0.2, "high": 0.6}}
    run = played({"ATT": STAY, "DEF": RESIST}, resolve(signals={"order": order}), **PAST)
    belief = run.path("resolve.high")[0, : run.model.plan.first_future_step + 1]
    after = 0.3 * 0.6 / (0.3 * 0.6 + 0.7 * 0.2)
    at = run.model.scenario.calendar.index(run.model.scenario.as_of_day) - 7  # seven months before
    np.testing.assert_allclose(belief[at - 1 : at + 2], [0.3, after, after], atol=1e-12)


def test_a_higher_prior_keeps_the_futures_of_those_who_were_of_the_type() -> None:
    less, more = (
        played({"ATT": STAY, "DEF": RESIST}, resolve(prior), 50).path("resolve.actual") for prior in (0.3, 0.6)
    )
    assert (more >= less).all() and more.sum() > less.sum()


def test_a_prior_can_be_set_from_as_of_on() -> None:
    changed = {"types.resolve.prior.high": {"value": "0.6 @assumption", "since": "as_of"}}
    run = played({"ATT": STAY, "DEF": RESIST}, resolve(), 40, start="2023-10", interventions=changed)
    first, belief = run.model.plan.first_future_step, run.path("resolve.high")
    seen = (expit(2.0) / expit(1.0)) ** 3  # three months in which nobody resisted, before the first decision
    after = 0.6 * seen / (0.6 * seen + 0.4)
    np.testing.assert_allclose(belief[0, first - 1 : first + 1], [0.3, after], atol=1e-6)
    assert run.path("resolve.actual")[:, -1].mean() == pytest.approx(after, abs=0.25)


def test_a_threat_is_as_credible_as_the_type_that_keeps_its_word() -> None:
    threat = {"trigger": {"ATT": ["attack"]}, "since": "2023-12", "breach": 0.5, "weight": 4}
    fight = {"options": ["look_on", "fight"], "value": {"fight": "-1"}, "of_options": {"fight": {"threat": threat}}}
    attack = {"options": ["stay", "attack"], "value": {"attack": "1 - 3 * (DEF in [fight])"}}
    types = resolve(0.4, {"high": {"choices.DEF.reasons.word_fight.weight": "x 2"}})
    run = played({"ATT": attack, "DEF": fight}, types)
    answers = 0.6 * expit(-1 + 2) + 0.4 * expit(-1 + 4)
    assert decision_record.probabilities(run, 0, 0)[0, 1] == pytest.approx(expit(1 - 3 * answers), abs=SAME)


def beer_or_quiche(rationality: float, strong: float) -> np.ndarray:
    """P(beer | strong), P(beer | weak), P(fight | beer), P(fight | quiche) as solved, of Cho and Kreps (1987).

    Who is weak likes quiche and runs from a duel, who is strong likes beer and stands; both would rather have no duel.
    """

    def reason(weight: float, **value: str) -> dict[str, Any]:
        return {"use": "expression", "weight": weight, "value": value}

    duel = "-2 * (DUEL in [fight])"
    entries = {
        "DEF": (
            ["quiche", "beer"],
            {
                "duel": reason(1, quiche=duel, beer=duel),
                "likes_quiche": reason(1, quiche="1"),
                "likes_beer": reason(0, beer="1"),
            },
        ),
        "DUEL": (["pass", "fight"], {"worth": reason(1, fight="1 - 2 * (DEF_LATER in [stand])")}),
        "DEF_LATER": (["run", "stand"], {"fear": reason(1, stand="-30"), "pride": reason(0, stand="30")}),
    }
    choices = {
        name: {
            "options": options,
            "value": {},
            "reason": {},
            "reasons": reasons,
            "rationality": 1 if "_" in name else rationality,
        }
        for name, (options, reasons) in entries.items()
    }
    own = {
        "DEF.reasons.likes_quiche": 0,
        "DEF.reasons.likes_beer": 1,
        "DEF_LATER.reasons.fear": 0,
        "DEF_LATER.reasons.pride": 1,
    }
    nerve = {
        "actor": "DEN",
        "as_written": "weak",
        "prior": {"strong": strong},
        "sources": "assumption",
        "effects": {"strong": {f"choices.{path}.weight": value for path, value in own.items()}},
    }
    run = played(choices, {"nerve": nerve}, 60)
    actual, beer = run.path("nerve.actual")[:, 0], decision_record.probabilities(run, 0, 0)[:, 1]
    fights = decision_record.at_step(run, 0).reactions[0, 1, 12.0][0, :, 1]
    return np.array([beer[actual == 1][0], beer[actual == 0][0], fights[1], fights[0]])


def by_hand(rationality: float, strong: float) -> np.ndarray:
    """The same from its equations, along the principal branch."""

    def fights(beer: np.ndarray, rate: float) -> list[float]:
        odds = [np.array([strong, 1 - strong]) * chances for chances in (beer, 1 - beer)]
        return [expit(rate * (1 - 2 * w[0] / w.sum())) for w in odds]

    def gap(x: np.ndarray, rate: float) -> np.ndarray:
        after = fights(expit(x), rate)
        return np.array([rate * (likes + 2 * (after[1] - after[0])) for likes in (1, -1)]) - x

    x = np.zeros(2)
    for rate in np.linspace(0.02, rationality, 100):
        x = root(gap, x, args=(rate,), tol=1e-12).x
    assert np.abs(gap(x, rationality)).max() < 1e-10
    return np.array([*expit(x), *fights(expit(x), rationality)])


def test_a_signalling_game_has_its_agent_quantal_response_and_its_sequential_equilibrium() -> None:
    """The weak drink beer too, since whoever eats quiche is taken for weak: the equilibrium of Cho and Kreps."""
    np.testing.assert_allclose(beer_or_quiche(1.5, 0.6), by_hand(1.5, 0.6), atol=1e-7)
    strong, weak, after_beer, after_quiche = beer_or_quiche(9.0, 0.9)
    assert min(strong, weak, after_quiche) > 0.99 and after_beer < 0.01


@pytest.mark.parametrize(
    ("types", "match"),
    [
        (resolve(actor="XXX"), "XXX"),
        (resolve(0.7) | {"other": resolve(0.7)["resolve"]}, "resolve|DEF"),
        (resolve(effects={"steel": {}}), "steel"),
        (resolve(effects={"high": {"choices.ATT.reasons.worth.weight": "x 2"}}), "ATT"),
        (resolve(effects={"high": {"choices.DEF.half_life": "x 2"}}), "half_life"),
        (resolve(signals={"order": {"date": "2024-06", "likelihood": {"low": 1, "high": 1}}}), "2024-06"),
        (resolve(signals={"order": {"date": "2023-06", "likelihood": {"high": 1}}}), "low"),
        (resolve(as_written="high"), "high"),
    ],
)
def test_errors_of_types(types: dict[str, Any], match: str) -> None:
    with pytest.raises(StandoffError, match=match):
        played({"ATT": STAY, "DEF": RESIST}, types)


def test_the_page_says_what_is_believed_of_an_actor(duel: Run) -> None:
    told = explained(duel, 1, duel.model.program.decision_steps[4])
    belief = duel.path("resolve.high")[:, [0, 0, 4]].mean(axis=0)
    assert told.types["Resolve: high"] == pytest.approx(tuple(belief))
    assert told.types["Resolve: low"] == pytest.approx(tuple(1 - belief))
    assert any("Resolve: high" in text for text in sections.beliefs(told))


def test_a_condition_may_read_the_belief() -> None:
    wary = {**STAY, "when": "resolve.high < 0.5"}
    model = played({"ATT": wary, "DEF": RESIST}, resolve()).model
    assert not any("ATT" in text for text in model.plan.warnings)


def test_priors_above_one_are_refused() -> None:
    entry = resolve(0.7)
    entry["resolve"]["prior"]["higher"] = 0.6
    with pytest.raises(StandoffError, match="prior"):
        played({"ATT": STAY, "DEF": RESIST}, entry)
