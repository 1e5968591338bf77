"""Options that cannot be chosen: a condition, a ladder, a time in force, an absorbing option, a person who holds one."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.games.equilibrium_audit import OFF_BRANCH, UNIQUE, UNKNOWN, UNSOLVED, audit
from standoff.addons.games.game import finding_of_game
from standoff.addons.games.perceived import perceived_game
from standoff.analysis.explain import explained
from standoff.analysis.finding import Provenance
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load_text

DRAWS = 400
FIRST = 1  # the first step after as_of
TEXT = """
title: options that cannot be chosen
as_of: 2024-02
start: 2024-01
end: 2025-02
step: month
actors: {AAA: {name: A}, BBB: {name: B}, CCC: {name: C}}
stocks: {fear: {unit: share, initial: 0.5, cap: 1, sources: assumption}}
mechanisms:
  drift: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.3 1/month, volatility: 0.1, sources: assumption}
choices:
  war: {actor: AAA, options: {peace: , war: {irreversible: true}}, status_quo: peace, every: 1 month, rationality: 1,
        half_life: 0, history: [{since: 2024-01, option: peace}], sources: assumption,
        reasons: {norm: {use: stated_norm, weight: 2, breach: {peace: 0, war: 1}, commitment: 1}}}
  aid: {actor: AAA, options: {none: , trade: , arms: , troops: }, ladder: [none, trade, arms, troops], status_quo: none,
        every: 1 month, rationality: 1, half_life: 0, sources: assumption,
        history: [{since: 2024-01, option: none}, {since: 2024-02, option: trade}],
        reasons: {norm: {use: stated_norm, weight: 1, breach: {none: 1, trade: 0.7, arms: 0.3, troops: 0}, commitment: 1}}}
  call: {actor: AAA, options: {mute: , loud: {lasts: 4 months}}, status_quo: mute, every: 1 month, rationality: 1,
         half_life: 0, history: [{since: 2024-01, option: loud}], sources: assumption,
         reasons: {norm: {use: stated_norm, weight: 1, breach: {mute: 0, loud: 1}, commitment: 1}}}
  raid: {actor: BBB, options: {wait: , raid: {when: fear > 0.5}, storm: {when: date >= 2024-06}}, status_quo: wait,
         every: 1 month, rationality: 1, half_life: 0, sources: assumption, history: [{since: 2024-01, option: raid}],
         reasons: {norm: {use: stated_norm, weight: 1, breach: {wait: 0.5, raid: 0, storm: 1}, commitment: 1}}}
  guard: {actor: CCC, options: {sleep: , watch: }, status_quo: sleep, every: 1 month, rationality: 1, half_life: 0,
          sources: assumption,
          reasons: {prey: {use: expression, weight: 3, value: {sleep: "0", watch: "raid in [raid]"}},
                    cry: {use: expression, weight: 3, value: {sleep: "0", watch: "call in [loud]"}}}}
  king: {actor: CCC, options: {rest: , ride: }, status_quo: rest, every: 1 month, rationality: 1, half_life: 0,
         held: {2024-05: ride, 2024-08: rest, 2024-10: free}, sources: assumption,
         reasons: {norm: {use: stated_norm, weight: 1, breach: {rest: 0, ride: 1}, commitment: 1}}}
  page: {actor: BBB, options: {rest: , ride: }, status_quo: rest, every: 1 month, rationality: 1, half_life: 0,
         sources: assumption, reasons: {king: {use: expression, weight: 2, value: {rest: "0", ride: "king in [ride]"}}}}
  dog: {actor: BBB, options: {rest: , run: }, status_quo: rest, every: 1 month, rationality: 1, half_life: 0,
        after: [king], sources: assumption,
        reasons: {king: {use: expression, weight: 2, value: {rest: "0", run: "king in [ride]"}}}}
  left: {actor: AAA, options: {a: , b: , c: {when: fear > 0.5}}, status_quo: a, every: 1 month, rationality: 2,
         half_life: 0, sources: assumption,
         reasons: {meet: {use: expression, weight: 3, value: {a: "right in [a]", b: "right in [b]", c: "right in [c]"}},
                   norm: {use: stated_norm, weight: 1, breach: {a: 0.2, b: 0.3, c: 0}, commitment: 1}}}
  right: {actor: BBB, options: {a: {lasts: 3 months}, b: , c: }, status_quo: b, every: 1 month, rationality: 2,
          half_life: 0, sources: assumption,
          reasons: {meet: {use: expression, weight: 3, value: {a: "left in [a]", b: "left in [b]", c: "left in [c]"}},
                    norm: {use: stated_norm, weight: 1, breach: {a: 0, b: 0.1, c: 0.3}, commitment: 1}}}
  climb: {actor: AAA, options: {low: , middle: , high: , top: , aside: }, status_quo: low, every: 1 month, rationality: 1,
          ladder: {options: [low, middle, high, top], down: 1}, half_life: 0, sources: assumption,
          history: [{since: 2024-01, option: middle}],
          reasons: {norm: {use: stated_norm, weight: 1, breach: {low: 0, middle: 0.8, high: 0.4, top: 0.2, aside: 1},
                           commitment: 1}}}
  look: {actor: BBB, options: {rest: , flee: }, status_quo: rest, every: 1 month, rationality: 1, half_life: 0,
         sources: assumption, reasons: {fear: {use: expression, weight: 3, value: {rest: "0", flee: "climb in [low, top]"}}}}
  push: {actor: AAA, options: {low: , high: , top: }, status_quo: low, every: 1 month, rationality: 1, half_life: 0,
         ladder: {options: [low, high, top], up: 2, down: 0}, held: {2024-07: top, 2024-09: low, 2024-10: free},
         sources: assumption,
         reasons: {norm: {use: stated_norm, weight: 1, breach: {low: 0, high: 0.3, top: 0.5}, commitment: 1}}}
  dare: {actor: AAA, options: {low: , high: , top: }, status_quo: low, every: 1 month, rationality: 1, half_life: 0,
         ladder: {options: [low, high, top], down: 1}, when: fear > 0.5, sources: assumption,
         reasons: {norm: {use: stated_norm, weight: 3, breach: {low: 1, high: 0.5, top: 0}, commitment: 1}}}
"""
WAR, AID, CALL, RAID, GUARD, KING, PAGE, DOG, LEFT, RIGHT, CLIMB, LOOK, PUSH, DARE = range(14)


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(load_text(TEXT), Ledger()), draws=DRAWS, seed=3, paths="all", precision="double")


def logit(*payoffs: float) -> np.ndarray:
    out: np.ndarray = np.exp(payoffs) / np.exp(payoffs).sum()
    return out


def close(share: float, p: float, n: int = DRAWS) -> bool:
    """Whether a share of n lies within four standard errors of p."""
    return abs(share - p) <= 4 * np.sqrt(p * (1 - p) / n)


def decisions(run: Run, c: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Options before and after (draw, decision) the decisions after as_of, and their probabilities (draw, decision, option)."""
    chosen, p = run.path_chosen[:, :, c], run.path_p[:, FIRST:, c, : len(run.model.plan.choices[c].options)]
    return chosen[:, FIRST - 1 : -1], chosen[:, FIRST:], p


def test_an_irreversible_option_is_never_left(run: Run) -> None:
    before, after, p = decisions(run, WAR)
    assert (after[before == 1] == 1).all()
    assert (p[before == 1] == [0.0, 1.0]).all()
    q = logit(0, -2)
    np.testing.assert_allclose(p[before == 0], np.broadcast_to(q, p[before == 0].shape), rtol=1e-12)
    for n in (1, 4, 12):  # absorbed after n decisions: 1 - (1 - q)^n
        assert close((after[:, n - 1] == 1).mean(), 1 - (1 - q[1]) ** n)


def test_a_ladder_is_climbed_one_rung_at_a_time_and_left_at_once(run: Run) -> None:
    before, after, p = decisions(run, AID)
    assert before[:, 0].tolist() == [1] * DRAWS  # observed
    assert (after <= before + 1).all() and (after - before == -3).any() and (after == 3).any()
    payoffs = -np.array([1, 0.7, 0.3, 0])
    for rung in range(4):
        top = min(rung + 2, 4)
        wanted = np.concatenate([logit(*payoffs[:top]), np.zeros(4 - top)])
        got = p[before == rung]
        assert (got[:, top:] == 0).all()
        np.testing.assert_allclose(got, np.broadcast_to(wanted, got.shape), rtol=1e-12)
        assert all(close((after[before == rung] == o).mean(), wanted[o], len(got)) for o in range(4))


def test_a_ladder_with_a_bound_down_is_left_one_rung_at_a_time(run: Run) -> None:
    before, after, p = decisions(run, CLIMB)
    payoffs = -np.array([0, 0.8, 0.4, 0.2, 1])
    for option in range(5):
        near = [1.0, 0, 0, 0, 1.0] if option == 4 else [float(abs(option - rung) <= 1) for rung in range(4)] + [1.0]
        odds = np.exp(payoffs) * near
        got = p[before == option]
        assert ((got == 0) == (odds == 0)).all()
        np.testing.assert_allclose(got, np.broadcast_to(odds / odds.sum(), got.shape), rtol=1e-12)
    rungs = (before < 4) & (after < 4)
    assert (abs(after - before)[rungs] <= 1).all() and (after[rungs] < before[rungs]).any()
    top = run.path_chosen[:, FIRST:, CLIMB]
    down = [
        [np.flatnonzero(path[k:] == 0)[:1] for k in np.flatnonzero(path == 3)[:1]]
        for path in top
        if not (path == 4).any()
    ]
    steps = [int(at[0]) for each in down for at in each if len(at)]
    assert steps and min(steps) == 3  # from the top to the bottom in three decisions


def test_others_expect_no_rung_that_the_bound_rules_out(run: Run) -> None:
    before, _, p = decisions(run, CLIMB)
    _, _, q = decisions(run, LOOK)
    flees = 1 / (1 + np.exp(-3 * (p[..., 0] + p[..., 3])))
    np.testing.assert_allclose(q[..., 1], flees, rtol=1e-7)
    assert (p[before == 3][:, 0] == 0).all()


def test_without_its_occasion_the_actor_is_back_at_its_status_quo_from_any_rung(run: Run) -> None:
    before, after, _ = decisions(run, DARE)
    calm = run.stock_paths[:, FIRST:-1, 0] <= 0.5
    assert (after[calm] == 0).all() and (before[calm] == 2).any()
    assert (after >= before - 1)[~calm].all()


def test_a_person_may_skip_rungs_and_a_way_of_no_return_holds_afterwards(run: Run) -> None:
    before, after, p = decisions(run, PUSH)
    chosen, dates = run.path_chosen[:, :, PUSH], run.times[1:]
    assert (chosen[:, dates.index("2024-07")] == 2).all() and (chosen[:, dates.index("2024-09")] == 0).all()
    free = np.array([date not in ("2024-07", "2024-08", "2024-09") for date in dates[FIRST:]])
    assert (after[:, free] >= before[:, free]).all() and ((before == 0) & (after == 2))[:, free].any()
    assert (p[:, free][before[:, free] == 2] == [0.0, 0.0, 1.0]).all()


def test_an_option_lasts_its_time_and_may_then_be_left(run: Run) -> None:
    before, after, p = decisions(run, CALL)
    path = run.path_chosen[:, :, CALL]
    taken = np.where((path[:, 1:] == 1) & (path[:, :-1] == 0))
    for draw, k in zip(*taken, strict=True):  # taken at step k + 1
        assert (path[draw, k + 1 : k + 5] == 1).all()
    q = logit(0, -1)
    assert (path[:, :3] == 1).all()  # in force since January 2024, the month before the first step, to April
    np.testing.assert_array_equal(p[:, :2] - [0.0, 1.0], 0.0)
    np.testing.assert_allclose(p[:, 2], np.broadcast_to(q, p[:, 2].shape), rtol=1e-12)
    assert close((path[:, 3] == 1).mean(), q[1])
    free = (p > 0).all(axis=2)
    np.testing.assert_allclose(p[free], np.broadcast_to(q, p[free].shape), rtol=1e-12)
    assert (after[~free] == before[~free]).all() and (before[~free] == 1).all()


def test_a_condition_closes_an_option_for_its_actor_and_in_what_others_expect(run: Run) -> None:
    before, after, p = decisions(run, RAID)
    fear = run.stock_paths[:, FIRST:-1, 0]
    open_ = fear > 0.5
    assert 0.2 < open_.mean() < 0.8
    assert (p[~open_][:, 1] == 0).all() and not (after[~open_] == 1).any()
    assert ((before == 1) & ~open_).any()  # one in force is left
    june = np.arange(p.shape[1]) >= 3  # decisions of March, April and May come before it
    for there, wanted in (
        (open_ & june, logit(-0.5, 0, -1)),
        (~open_ & june, np.insert(logit(-0.5, -1), 1, 0)),
        (open_ & ~june, np.append(logit(-0.5, 0), 0)),
        (~open_ & ~june, np.array([1.0, 0, 0])),
    ):
        np.testing.assert_allclose(p[there], np.broadcast_to(wanted, p[there].shape), rtol=1e-12)
        assert close((after[there] == 2).mean(), wanted[2], int(there.sum()))
    call = decisions(run, CALL)[2]
    expected = 1 / (1 + np.exp(-3 * (p[..., 1] + call[..., 1])))
    np.testing.assert_allclose(decisions(run, GUARD)[2][..., 1], expected, rtol=1e-12)


def test_a_person_sets_an_option_that_others_do_not_know_in_advance(run: Run) -> None:
    _, after, p = decisions(run, KING)
    held = slice(2, 5)  # 2024-05 to 2024-07, of decisions from 2024-03 on
    assert (
        (after[:, held] == 1).all()
        and (after[:, 5:7] == 0).all()
        and close((after[:, :2] == 1).mean(), logit(0, -1)[1])
    )
    assert close((after[:, 7:] == 1).mean(), logit(0, -1)[1])  # from 2024-10 on the king decides again
    assert (p[:, held] == [0.0, 1.0]).all()
    page = decisions(run, PAGE)[2]  # decides on the same date, from the reasons of the king alone
    wanted = logit(0, 2 * logit(0, -1)[1])
    np.testing.assert_allclose(page, np.broadcast_to(wanted, page.shape), rtol=1e-12)
    dog = decisions(run, DOG)[2]  # observes the king first
    np.testing.assert_allclose(dog[..., 1], np.where(after == 1, logit(0, 2)[1], 0.5), rtol=1e-12)
    plan = run.model.plan.choices[KING]
    assert [k for k in range(13) if plan.is_free[k]] == [FIRST, FIRST + 1, *range(FIRST + 7, 13)]


def test_a_decision_solved_again_has_the_same_restrictions(run: Run) -> None:
    for step in (FIRST, FIRST + 3, FIRST + 6, 11):
        record = decision_record.at_step(run, step)
        now = run.path_p[:, step - FIRST + 1]
        for c in (WAR, AID, CALL, RAID, GUARD, PAGE, DOG, LEFT, RIGHT):
            made = record.made[:, c]
            np.testing.assert_allclose(record.p[made, c], now[made, c], atol=1e-12)
        assert (record.p[~record.available] == 0).all()
        before = run.path_chosen[:, step - 1]
        np.testing.assert_array_equal(record.made[:, WAR], before[:, WAR] == 0)
    found = explained(run, RAID, FIRST + 5, option="raid")
    there = run.stock_paths[:, FIRST + 5, 0] > 0.5
    raid = next(item for item in found.options if item.option == "raid")
    assert raid.available_share == pytest.approx(there.mean()) and raid.probability < raid.available_share
    assert found.additivity_error < 1e-12


def test_the_game_of_a_date_has_the_available_options_alone(run: Run) -> None:
    plan, step = run.model.plan, FIRST + 5
    faced = perceived_game(run, RAID, step)
    there = run.stock_paths[:, step, 0] > 0.5
    assert faced.options == (((0, 1, 2),) if there.mean() > 0.5 else ((0, 2),))
    assert len(faced.draws) == max(there.sum(), (~there).sum()) and faced.made == DRAWS
    closed = perceived_game(run, RAID, step, int(run.path_ids[~there][0]))
    assert closed.options == ((0, 2),)
    found = finding_of_game(Provenance.of(run), plan, RAID, step, closed)
    assert found.players[0].response == pytest.approx(
        dict(zip(["wait", "storm"], logit(-0.5, -1), strict=True)), abs=1e-9
    )
    assert (
        found.response_error < 1e-9 and '"wait" "storm"' in found.text and found.text.count('"raid"') == 1
    )  # the player
    assert any(note.endswith("date: raid raid") for note in found.notes)


@pytest.mark.slow
def test_the_check_of_equilibria_finds_no_other_branch(run: Run) -> None:
    checked = audit(run, FIRST + 3)
    assert not np.isin(checked.status, (OFF_BRANCH, UNSOLVED, UNKNOWN)).any() and (checked.status != UNIQUE).any()
    assert np.nanmax(checked.branch_distance) < 1e-6


def test_each_answers_what_the_other_does_over_what_both_can_do(run: Run) -> None:
    left, right = (decisions(run, c)[2] for c in (LEFT, RIGHT))
    assert (left[..., 2][run.stock_paths[:, FIRST:-1, 0] <= 0.5] == 0).all() and (left[..., :2] > 0).all()
    assert ((right == 0) | (right == 1)).all(axis=2).any() and (right > 0).all(axis=2).any()
    for one, other in ((left, right), (right, left)):
        norm = np.array([0.2, 0.3, 0]) if one is left else np.array([0, 0.1, 0.3])
        weights = np.where(one > 0, np.exp(2 * (3 * other - norm)), 0)
        made = ~((one == 0) | (one == 1)).all(axis=2)
        np.testing.assert_allclose(one[made], (weights / weights.sum(axis=2, keepdims=True))[made], rtol=1e-8)
