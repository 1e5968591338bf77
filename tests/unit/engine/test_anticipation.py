"""Reactions that actors foresee: closed forms of sequential games, where every node is a choice of its own."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit, softmax

from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import Document
from standoff.theories import cognitive_hierarchy, reference_dependent
from tests.oracles import games, strategic_choice

SAME = 1e-8


def scenario(choices: Mapping[str, Mapping[str, Any]], **changes: Any) -> dict[str, Any]:
    """Choices by name, each with its options (the first in force) and the expressions of its payoffs."""

    def choice(options: list[str], value: Mapping[str, str], **more: Any) -> dict[str, Any]:
        details = more.pop("of_options", {})
        own = {option: details.get(option) for option in options}
        return {
            "actor": "ANY",
            "options": own,
            "status_quo": options[0],
            "every": "1 month",
            "rationality": 1,
            "half_life": 0,
            "sources": "assumption",
            "reasons": {"worth": {"use": "expression", "weight": 1, "value": dict(value)} | more.pop("reason", {})},
            **more,
        }

    return {
        "title": "a game",
        "as_of": "2024-01",
        "start": "2024-01",
        "end": "2025-06",
        "step": "month",
        "actors": {"ANY": {"name": "Anybody"}},
        "stocks": {"level": {"unit": "1", "initial": 1, "sources": "assumption"}},
        "choices": {name: choice(**entry) for name, entry in choices.items()},
        **changes,
    }


def played(choices: Mapping[str, Mapping[str, Any]], draws: int = 2, **changes: Any) -> Run:
    document = Document(scenario(choices, **changes), {}, "game.yaml")
    return simulate(
        build(load.load_document(document, None), Ledger()), draws=draws, seed=1, paths="all", precision="double"
    )


def first(run: Run, choice: int) -> np.ndarray:
    """Probabilities of the options of a choice at the first date; none where it does not arise."""
    rows = decision_record.probabilities(run, choice, 0)
    return rows[0] if len(rows) else np.array([])


def probabilities(choices: Mapping[str, Mapping[str, Any]], **changes: Any) -> list[np.ndarray]:
    run = played(choices, **changes)
    return [first(run, c) for c in range(len(choices))]


def side_by_side(*games: Mapping[str, Mapping[str, Any]]) -> list[list[np.ndarray]]:
    """The probabilities of games that do not touch, compiled as one program."""
    texts = [json.dumps(game) for game in games]
    for n, game in enumerate(games):
        for name in game:
            texts[n] = texts[n].replace(name, f"{name}{n}")
    found = iter(probabilities({name: entry for text in texts for name, entry in json.loads(text).items()}))
    return [[next(found) for _ in game] for game in games]


STAY = {"options": ["stay", "attack"], "value": {"attack": "1.5 - 6 * (DEF in [resist])"}}
RESIST = {"options": ["yield", "resist"], "value": {"resist": "2 * did(ATT in [attack]) - 1"}}


def test_two_stages_are_those_of_agent_quantal_response() -> None:
    attack, resist = probabilities({"ATT": STAY, "DEF": RESIST})
    assert attack[1] == pytest.approx(expit(1.5 - 6 * expit(1.0)), abs=SAME)
    assert resist[1] == pytest.approx(expit(-1.0), abs=SAME)  # nothing is in force yet


def test_what_is_expected_at_one_date_stays_a_rival_rule() -> None:
    attack, resist = probabilities({"ATT": STAY, "DEF": RESIST}, expects="simultaneous")
    p = brentq(lambda p: p - expit(1.5 - 6 * expit(2 * p - 1)), 0, 1, xtol=1e-14)
    assert (attack[1], resist[1]) == pytest.approx((p, expit(2 * p - 1)), abs=SAME)
    (mixed, _) = probabilities({"ATT": {**STAY, "reason": {"expects": "simultaneous"}}, "DEF": RESIST})
    assert mixed[1] == pytest.approx(expit(1.5 - 6 * expit(-1.0)), abs=SAME)  # of one reason: the other's real chance


def test_three_stages_react_to_whatever_comes_between() -> None:
    """Attack, resistance, war: the last answers the second, and its chance after an attack is a product."""
    value = "1 - 2 * (DEF in [resist]) - 3 * (WAR in [war])"
    choices = {
        "ATT": {"options": ["stay", "attack"], "value": {"attack": value}},
        "DEF": {"options": ["yield", "resist"], "value": {"resist": "did(ATT in [attack]) * 1.5 - 2 * (WAR in [war])"}},
        "WAR": {"options": ["peace", "war"], "value": {"war": "-2 + 3 * did(DEF in [resist])"}},
    }
    war, no_war = expit(1.0), expit(-2.0)
    resist = expit(1.5 - 2 * (war - 0.0))
    attack, *_ = probabilities(choices)
    after = resist * war + (1 - resist) * no_war
    assert attack[1] == pytest.approx(expit(1 - 2 * resist - 3 * after), abs=SAME)


def test_one_who_answers_two_of_whom_one_answers_the_other_sees_them_together() -> None:
    """The last reads what the second and the third do: its chance is over both at once, and not over each alone."""
    choices = {
        "ATT": {"options": ["stay", "attack"], "value": {"attack": "1 - 4 * (END in [judge])"}},
        "DEF": {"options": ["yield", "resist"], "value": {"resist": "2 * did(ATT in [attack]) - 1.5"}},
        "WAR": {"options": ["peace", "war"], "value": {"war": "5 * did(DEF in [resist]) - 2.5"}},
        "END": {
            "options": ["pass", "judge"],
            "value": {"judge": "4 * did(DEF in [resist]) + 4 * did(WAR in [war]) - 6"},
        },
    }
    judge = 0.0
    for resist, chance in ((1, expit(0.5)), (0, 1 - expit(0.5))):
        war = expit(5 * resist - 2.5)
        judge += chance * (war * expit(4 * resist - 2) + (1 - war) * expit(4 * resist - 6))
    order = ["END", "WAR", "ATT", "DEF"]
    found = probabilities({name: choices[name] for name in order})[2]
    assert found[1] == pytest.approx(expit(1 - 4 * judge), abs=SAME)


def test_mutual_deterrence_is_one_fixed_point() -> None:
    def side(other: str) -> dict[str, Any]:
        strikes = f"{other} in [strike]"
        return {"options": ["hold", "strike"], "value": {"strike": f"1 + 5 * did({strikes}) - 4 * ({strikes})"}}

    after = brentq(lambda x: x - 6 + 4 * expit(x), -10, 10, xtol=1e-14)
    one, two = probabilities({"ONE": side("TWO"), "TWO": side("ONE")})
    assert (one[1], two[1]) == pytest.approx((expit(after - 5),) * 2, abs=SAME)
    assert (expit(after - 5), expit(after)) == pytest.approx((0.06590784, 0.91282943), abs=SAME)


def test_a_condition_on_a_choice_opens_the_answer_for_those_who_fear_it() -> None:
    attack = {"options": ["stay", "attack"], "value": {"attack": "1 - 3 * (DEF in [fight])"}}
    fight = {"options": ["look_on", "fight"], "value": {"fight": "0.5"}}
    conditions = ({}, {"when": "ATT in [attack]"}, {"of_options": {"fight": {"when": "ATT in [attack]"}}})
    plain, conditional, of_option = (probabilities({"ATT": attack, "DEF": {**fight, **more}}) for more in conditions)
    assert plain[0][1] == pytest.approx(expit(1 - 3 * expit(0.5)), abs=SAME)
    for shares in (conditional, of_option):
        assert shares[0][1] == pytest.approx(expit(1 - 3 * expit(0.5)), abs=SAME)
    assert of_option[1][1] == 0


def test_a_pair_without_dependence_is_expected_as_at_one_date_to_the_bit() -> None:
    choices = {
        "ATT": {"options": ["stay", "attack"], "value": {"attack": "1 - 3 * (DEF in [fight])"}},
        "DEF": {"options": ["look_on", "fight"], "value": {"fight": "0.3 - 0.7 * (ATT in [attack])"}},
    }
    for now, joint in zip(probabilities(choices), probabilities(choices, expects="simultaneous"), strict=True):
        assert np.array_equal(now, joint)


@pytest.mark.parametrize("game", ["egame12", "egame122", "egame123"])
def test_games_of_signorino(game: str) -> None:
    """Logit agents: `strategic_choice` writes their formulas out, with errors of 1 on each difference."""
    u = {f"u{i}{j}": 0.1 * (7 * i + 3 * j) % 1.7 - 0.6 for i in (1, 2, 3) for j in range(1, 7)}
    expected = strategic_choice.probabilities(game, u, "logistic", sd=(0.5**0.5,) * 3)[0]
    if game == "egame12":
        one = f"{u['u13'] - u['u11']} + {u['u14'] - u['u13']} * (TWO in [right])"
        two = f"{u['u24']} * did(ONE in [right])"
        choices = {"ONE": one, "TWO": two}
    elif game == "egame122":
        one = None
        choices = {"ONE": "", "TWO": f"{u['u22']} * did(ONE in [left]) + {u['u24']} * did(ONE in [right])"}
    else:
        one = (
            f"{u['u13'] - u['u11']} + {u['u15'] - u['u13']} * (TWO in [right]) "
            f"+ {u['u16'] - u['u15']} * (THREE in [right])"
        )
        two = f"{u['u25'] - u['u23']} + {u['u26'] - u['u25']} * (THREE in [right])"
        choices = {"ONE": one, "TWO": two, "THREE": f"{u['u36']}"}
    entries = {name: {"options": ["left", "right"], "value": {"right": text}} for name, text in choices.items()}
    if game == "egame122":
        entries["ONE"]["value"] = {
            "left": f"{u['u11']} + {u['u12'] - u['u11']} * (TWO in [right])",
            "right": f"{u['u13']} + {u['u14'] - u['u13']} * (TWO in [right])",
        }
    if game == "egame123":
        entries["TWO"]["when"], entries["THREE"]["when"] = "ONE in [right]", "TWO in [right]"
    found = probabilities(entries)[0][1]
    right = {"egame12": 1 - expected[0], "egame122": expected[2:].sum(), "egame123": 1 - expected[0]}[game]
    assert found == pytest.approx(right, abs=SAME)


def test_chain_store_and_the_game_of_zagare_and_kilgour() -> None:
    """Entry deterrence with one store, and unilateral deterrence with a challenger that may back down (three nodes)."""
    chain = {
        "ATT": {"options": ["out", "enter"], "value": {"enter": "1 * (DEF in [share]) - 1 * (DEF in [fight])"}},
        "DEF": {"options": ["share", "fight"], "value": {"fight": "-2 * did(ATT in [enter])"}},
    }
    zagare = {
        "ATT": {
            "options": ["hold", "defect"],
            "value": {"defect": "1 - 2 * (DEF in [resist]) + 0.5 * (LAST in [press])"},
        },
        "DEF": {
            "options": ["concede", "resist"],
            "when": "ATT in [defect]",
            "value": {"resist": "2 - 3 * (LAST in [press])"},
        },
        "LAST": {"options": ["back_down", "press"], "when": "DEF in [resist]", "value": {"press": "-0.4"}},
    }
    press = expit(-0.4)
    resist = expit(2 - 3 * press)
    (enter, _), (defect, *_) = side_by_side(chain, zagare)
    assert enter[1] == pytest.approx(expit(1 - 2 * expit(-2.0)), abs=SAME)
    assert defect[1] == pytest.approx(expit(1 - 2 * resist + 0.5 * resist * press), abs=SAME)


def test_more_weight_on_the_answer_never_makes_the_act_likelier() -> None:
    answers = (f"{weight} * did(ATT in [attack]) - 1" for weight in (0.0, 0.5, 1.0, 1.5, 3.5))
    games = ({"ATT": STAY, "DEF": {**RESIST, "value": {"resist": answer}}} for answer in answers)
    assert (np.diff([attack[1] for attack, _ in side_by_side(*games)]) <= 0).all()


def test_reasons_add_up_to_the_log_odds() -> None:
    choices = {
        "ATT": {**STAY, "value": {"attack": "1.5 - 6 * (DEF in [resist]) + did(DEF in [resist])"}},
        "DEF": {**RESIST, "half_life": "6 months"},
    }
    run = played(choices)
    for step in (0, 3):
        p = decision_record.probabilities(run, 0, step)
        total = decision_record.reasons(run, 0, step)[:, :, 1].sum(axis=1)
        np.testing.assert_allclose(total, np.log(p[:, 1] / p[:, 0]), atol=1e-9)


@pytest.mark.parametrize(
    ("step", "every"),
    [("month", "1 month"), ("month", "3 months"), ("week", "4 weeks")],
    ids=["months", "quarters", "weeks"],
)
def test_what_is_expected_is_what_is_done(step: str, every: str) -> None:
    """The chance of each reaction within a year, worked out, and counted where a person holds the attacker to its act.

    The calendar changes nothing: neither the length of a step nor how often the other decides.
    """
    draws, half_life = 3_000, 9.0
    past = {"start": "2023-01", "step": step}
    answer = {
        "options": ["yield", "warn", "resist"],
        "value": {"warn": "1.2 * did(ATT in [attack]) - 0.6", "resist": "2.5 * did(ATT in [attack]) - 1"},
        "half_life": f"{half_life} months",
        "every": every,
        "history": [{"since": "2023-01", "option": "yield"}],
    }
    attack = {**STAY, "value": {"attack": "1.5 - 6 * (DEF in [resist]) + 2 * (DEF in [warn])"}, "every": every}
    run = played({"ATT": {**attack, "held": {"2024-02": "attack"}}, "DEF": answer}, draws, **past)
    length = run.model.plan.scenario.calendar.dt
    begun = int(np.argmax(run.path_chosen[0, :, 0] == 1))  # in force from the end of this step on
    chosen = run.path_chosen[:, begun + round(12 / length), 1]
    counted = np.array([float((chosen == o).mean()) for o in range(3)])
    now, fresh = (softmax(np.array([0.0, *more])) for more in ((-0.6, -1.0), (0.6, 1.5)))
    kept = 2 ** (-12 / half_life)
    expected = np.array(games.lasting(list(fresh), list(now), [1.0, 0.0, 0.0], kept, np))
    assert (np.abs(counted - expected) < 3 * (expected * (1 - expected) / draws) ** 0.5).all()
    if every != "3 months":
        first_step = run.model.plan.first_future_step
        p = decision_record.probabilities(played({"ATT": attack, "DEF": answer}, **past), 0, first_step)[0]
        assert p[1] == pytest.approx(expit(1.5 - 6 * expected[2] + 2 * expected[1]), abs=SAME)


def test_a_decision_solved_again_has_the_recorded_probabilities(watchers: Run) -> None:
    """For choices that foresee reactions, look at acts, and are open on conditions, on every date after as_of."""
    plan = watchers.model.plan
    for step in [k for k in watchers.model.program.decision_steps if k >= plan.first_future_step][:4]:
        again, recorded = decision_record.at_step(watchers, step).p, watchers.path_p[watchers.valid_paths, step]
        for c, choice in enumerate(plan.choices):
            if choice.is_date[step]:
                np.testing.assert_allclose(again[:, c], recorded[:, c], rtol=0, atol=1e-6, err_msg=choice.name)


def test_other_theories_of_choice_foresee_too() -> None:
    """Each with the answer of its own rule to the chance of resistance after an attack."""
    theories = ["best_response", "reference_dependent", "satisficing", "cognitive_hierarchy"]
    choices = {f"ATT{n}": {**STAY, "theory": name} for n, name in enumerate(theories)}
    for n, name in enumerate(list(choices)):
        choices[name]["value"] = {"attack": f"1.5 - 6 * (DEF{n} in [resist])"}
        choices[f"DEF{n}"] = {**RESIST, "value": {"resist": f"2 * did({name} in [attack]) - 1"}}
    best, averse, satisfied, levels, *_ = (p[1] for p in probabilities(choices))
    loss = 1.5 - 6 * expit(1.0)
    assert (best, satisfied) == (0.0, 0.0) and loss < 0
    assert averse == pytest.approx(expit(reference_dependent.LOSS_AVERSION * loss), abs=SAME)
    steps = cognitive_hierarchy.STEPS_OF_THOUGHT
    weights = [math.exp(-steps) * steps**k / math.factorial(k) for k in range(cognitive_hierarchy.LEVELS + 1)]
    attack = resist = 0.5  # of level 0; each level answers the mixture of those below it
    for k in range(1, len(weights)):
        share = weights[k] / sum(weights[: k + 1])
        attack, resist = (
            (1 - share) * attack + share * expit(1.5 - 6 * resist),
            (1 - share) * resist + share * expit(1.0),
        )
    assert levels == pytest.approx(attack, abs=SAME)


def test_an_intervention_is_known_and_closes_the_reaction_and_a_hold_is_not() -> None:
    fixed = {**RESIST, "intervention": {"option": "yield"}}
    attack, *_ = probabilities({"ATT": STAY, "DEF": fixed}, draws=2)[:1]
    assert attack[1] == pytest.approx(expit(1.5), abs=SAME)
    attack, *_ = probabilities({"ATT": STAY, "DEF": {**RESIST, "held": {"2024-02": "yield"}}})[:1]
    assert attack[1] == pytest.approx(expit(1.5 - 6 * expit(1.0)), abs=SAME)


def test_did_takes_one_choice() -> None:
    wrong = {"ATT": {**STAY, "value": {"attack": "did(level)"}}, "DEF": RESIST}
    with pytest.raises(StandoffError, match="did"):
        played(wrong)


def test_a_condition_on_an_unknown_option_is_refused() -> None:
    with pytest.raises(StandoffError, match="fly"):
        played({"ATT": STAY, "DEF": {**RESIST, "when": "ATT in [fly]"}})


def test_a_stock_that_the_act_moves_is_simulated_to_the_date_of_the_answer() -> None:
    """A blockade lowers shipping, and the protector acts only where shipping is low, as everybody writes it."""
    choices = {
        "ATT": {"options": ["stay", "close"], "value": {"close": "1 - 3 * (DEF in [convoy])"}},
        "DEF": {"options": ["look_on", "convoy"], "when": "level < 0.5", "value": {"convoy": "0.5"}},
    }
    entries = scenario(choices)
    entries["choices"]["ATT"]["options"]["close"] = {"effects": {"lanes.mean": 0}}
    lanes = {"use": "mean_reversion", "stock": "level", "mean": 1, "speed": "2 1/month", "volatility": 0}
    entries["mechanisms"] = {"lanes": {**lanes, "sources": "assumption"}}
    model = build(load.load_document(Document(entries, {}, "game.yaml"), None), Ledger())
    run = simulate(model, draws=2, seed=1, paths="all", precision="double")
    assert first(run, 0)[1] == pytest.approx(expit(1 - 3 * expit(0.5)), abs=SAME)


LOOKS_ON = {"options": ["look_on", "protest", "fight"], "value": {"protest": "0.2", "fight": "0.5"}}


def test_an_answer_to_an_act_is_the_condition_on_the_choice() -> None:
    attack = {
        "options": ["stay", "raid", "attack"],
        "value": {
            "raid": "1 - 2 * (DEF in [protest]) - 3 * (DEF in [fight])",
            "attack": "2 - 2 * (DEF in [protest]) - 3 * (DEF in [fight])",
        },
    }
    answered = {**LOOKS_ON, "responds_to": {"ATT": {"raid": ["protest"], "attack": ["protest", "fight"]}}}
    conditions = {"protest": {"when": "ATT in [raid, attack]"}, "fight": {"when": "ATT in [attack]"}}
    found, written = (
        probabilities({"ATT": attack, "DEF": entry}) for entry in (answered, {**LOOKS_ON, "of_options": conditions})
    )
    for one, other in zip(found, written, strict=True):
        np.testing.assert_array_equal(one, other)
    protest, weights = expit(0.2), np.exp([0.0, 0.2, 0.5])
    after = weights / weights.sum()
    logits = np.array([0, 1 - 2 * protest, 2 - 2 * after[1] - 3 * after[2]])
    np.testing.assert_allclose(found[0], np.exp(logits) / np.exp(logits).sum(), atol=SAME)
    np.testing.assert_array_equal(found[1], [1, 0, 0])  # nothing is answered yet


def test_one_case_written_in_three_ways_has_one_answer() -> None:
    """A border that a neighbour may cross under the eyes of a guarantor: acts, conditions, or answers to acts."""
    cross = {
        "options": ["stay", "cross"],
        "value": {"cross": "0.5 - 2.5 * (GUA in [sanction]) - 4 * (GUA in [fight])"},
        "half_life": "6 months",
    }
    answer = {
        "options": ["look_on", "sanction", "fight"],
        "value": {"sanction": "1", "fight": "-0.5"},
        "half_life": "12 months",
    }
    unprovoked = {
        option: f"{gain} - 15 * (1 - did(ATT in [cross]))" for option, gain in (("sanction", "1"), ("fight", "-0.5"))
    }
    ways = (
        {**answer, "value": unprovoked},
        {**answer, "when": "ATT in [cross]"},
        {**answer, "responds_to": {"ATT": {"cross": ["sanction", "fight"]}}},
    )
    runs = [played({"ATT": cross, "GUA": way}, draws=4_000) for way in ways]
    shares = np.array([[(run.path_chosen[:, -1, c] == 1).mean() for c in (0, 1)] for run in runs])
    starts = [first(run, 0)[1] for run in runs]
    assert np.ptp(starts) < 1e-3 and 0.02 < starts[0] < 0.3, starts
    assert np.ptp(shares, axis=0).max() < 0.01 and shares.min() > 0.01, shares


def test_a_threat_is_a_reason_of_the_announcers_own_word() -> None:
    threat = {"trigger": {"ATT": ["attack"]}, "since": "2023-12", "breach": 0.5, "weight": 4}
    fight = {"options": ["look_on", "fight"], "value": {"fight": "-1"}, "of_options": {"fight": {"threat": threat}}}
    attack = {"options": ["stay", "attack"], "value": {"attack": "1 - 3 * (DEF in [fight])"}}
    run = played({"ATT": attack, "DEF": fight})
    assert [reason.name for reason in run.model.plan.choices[1].reasons] == ["word_fight", "worth"]
    assert first(run, 0)[1] == pytest.approx(expit(1 - 3 * expit(-1 + 4 * 0.5)), abs=SAME)
    assert first(run, 1)[1] == pytest.approx(expit(-1), abs=SAME)
