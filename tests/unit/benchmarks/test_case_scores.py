"""Scores of the crises: worked out again from the paths, baselines, skill with its interval, the verdict."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from benchmarks.case_scores import (
    Scored,
    brier,
    calibration,
    logarithmic,
    ratio_interval,
    settled,
    skills,
    verdict,
)
from scipy.special import stdtrit

from standoff.engine.simulate import simulate
from standoff.evaluation import scoring_rules

N = 2000
QUESTIONS = {
    "cool": {
        "text": "?",
        "event": "calm > 0.55 and fear > 0.5",
        "by": "2024-12",
        "resolution": "x",
        "compare_with": {"value": "20 to 40 % @assumption", "text": "x"},
        "outcome": "yes @seen",
    },
    "sure": {"text": "?", "event": "fear < -9", "by": "2024-12", "resolution": "x", "outcome": "yes @seen"},
    "level": {
        "text": "?",
        "quantity": "fear",
        "unit": "%",
        "at": "2024-12",
        "resolution": "x",
        "outcome": "0.6 @seen",
        "compare_with": {"value": "uniform(0, 100) @assumption", "text": "x"},
    },
    "between": {"text": "?", "quantity": "fear", "at": "2024-12", "resolution": "x", "outcome": "30 to 70 % @seen"},
    "when": {
        "text": "?",
        "until": "fear > 0.6",
        "by": "2024-12",
        "resolution": "x",
        "unit": "month",
        "outcome": "8 month @seen",
        "compare_with": {"value": "0.5 year @assumption", "text": "x"},
    },
    "ever": {"text": "?", "until": "fear > 0.6", "by": "2024-12", "resolution": "x", "outcome": "never @seen"},
    "race": {
        "text": "?",
        "first_of": {"fear": "fear > 0.6", "calm": "calm > 0.59"},
        "by": "2024-12",
        "resolution": "x",
        "outcome": "calm @seen",
    },
    "neither": {
        "text": "?",
        "first_of": {"fear": "fear > 0.6", "calm": "calm > 0.59"},
        "by": "2024-12",
        "resolution": "x",
        "outcome": "never @seen",
    },
    "place": {
        "text": "?",
        "rank": {"fear": "fear", "calm": "calm", "hope": "hope"},
        "of": "fear",
        "at": "2024-12",
        "resolution": "x",
        "outcome": "2 @seen",
    },
    "past": {"text": "?", "quantity": "fear", "at": "2024-01", "resolution": "x", "outcome": "0.5 @seen"},
    "open": {"text": "?", "event": "fear > 0.7", "by": "2024-12", "resolution": "x"},
}
QUESTIONS["level"]["outcome"] = "60 % @seen"


@pytest.fixture(scope="module")
def told(calm, said):
    return simulate(
        calm({"questions": QUESTIONS}, (said("seen", "2024-12", "2025-01", 1),)), draws=N, seed=1, paths="all"
    )


@pytest.fixture(scope="module")
def rows(told):
    return {row.id: row for row in settled(told, "moods")}


def after(run, cell):
    return run.path(cell)[:, 1:]


def test_what_is_open_or_past_is_not_scored(rows):
    assert list(rows) == [name for name in QUESTIONS if name not in {"past", "open"}]


def test_an_event_is_scored_by_the_share_of_futures_and_half_a_hit(told, rows):
    hits = ((after(told, "calm") > 0.55) & (after(told, "fear") > 0.5)).any(axis=1).sum()
    p, row = (hits + 0.5) / (N + 1), rows["cool"]
    assert row.forecast == hits / N and row.smoothed == pytest.approx(p) and row.happened == 1
    assert row.scores["model"] == {"brier": pytest.approx((1 - p) ** 2), "log": pytest.approx(-math.log(p))}
    assert row.scores["even"] == {"brier": 0.25, "log": pytest.approx(math.log(2))}
    base = math.sqrt(0.2 * 0.4)  # median of a range above zero
    assert row.base_rate == pytest.approx(base)
    assert row.scores["base_rate"] == {"brier": pytest.approx((1 - base) ** 2), "log": pytest.approx(-math.log(base))}
    assert row.scores["persistence"] == {"brier": 1.0, "log": math.inf}
    assert row.claims == ("seen",) and row.mc_error > 0


def test_what_no_future_shows_has_a_finite_log_score(rows):
    assert rows["sure"].forecast == 0
    assert rows["sure"].scores["model"]["log"] == pytest.approx(math.log(2 * (N + 1)))


def test_a_quantity_is_scored_in_its_unit_beside_base_rate_and_today(told, rows):
    values, row = 100 * told.path("fear")[:, -1], rows["level"]
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert row.scores["model"]["crps"] == pytest.approx(np.abs(values - 60).mean() - pairs / 2, rel=1e-5)
    now = 100 * np.median(told.path("fear")[:, 0])
    assert row.scores["persistence"]["crps"] == pytest.approx(60 - now, abs=1e-4)
    y = 0.6  # of a uniform over 0 to 100: y^2 - y + 1/3, times 100, right to a thousandth
    assert row.scores["base_rate"]["crps"] == pytest.approx(100 * (y * y - y + 1 / 3), abs=0.1)
    low, high = np.quantile(values, (0.05, 0.95))
    assert row.inside["0.9"] == float(low <= 60 <= high) and row.happened == 60
    assert row.below == pytest.approx(np.mean(values < 60))


def test_a_range_counts_as_far_as_it_lies_inside(told, rows):
    values, row = told.path("fear")[:, -1], rows["between"]
    low, high = np.quantile(values, (0.25, 0.75), method="inverted_cdf")
    assert row.inside["0.5"] == pytest.approx((min(high, 0.7) - max(low, 0.3)) / 0.4, abs=1e-4)
    assert 0 < row.inside["0.5"] < row.inside["0.9"] < 1
    assert row.scores["model"]["crps"] == pytest.approx(scoring_rules.crps(values, 0.3, 0.7), rel=1e-5)


@pytest.mark.parametrize(("name", "happened"), [("when", 8.0), ("ever", math.inf)])
def test_a_time_is_cut_at_its_horizon(told, rows, name, happened):
    """Integral over the eleven months of (share of futures by then - whether it had happened)^2."""
    past = np.maximum.accumulate(after(told, "fear") > 0.6, axis=1).mean(axis=0)  # by the end of month 1, 2, ...
    by = [0.0, *past[:-1]]  # in the month before each of them
    expected = sum((share - (month >= happened)) ** 2 for month, share in enumerate(by))
    assert rows[name].scores["model"]["crps"] == pytest.approx(expected, abs=1e-9)
    assert rows[name].unit == "month"


def test_a_time_has_a_base_rate_in_months_and_never_lies_inside_where_many_futures_say_so(told, rows):
    assert rows["when"].base_rate == pytest.approx(6) and rows["when"].scores["base_rate"]["crps"] == pytest.approx(2)
    assert "base_rate" not in rows["ever"].scores and rows["ever"].happened == math.inf
    never = 1 - (after(told, "fear") > 0.6).any(axis=1).mean()
    assert rows["ever"].inside["0.9"] == float(never > 0.05)


@pytest.mark.parametrize(("name", "place"), [("race", 1), ("neither", 2)])
def test_a_race_is_scored_over_all_its_ends(told, rows, name, place):
    first = np.stack(
        [
            np.where((after(told, cell) > level).any(axis=1), (after(told, cell) > level).argmax(axis=1), 99)
            for cell, level in (("fear", 0.6), ("calm", 0.59))
        ]
    )
    fear, calm = (first[0] < first[1]), (first[1] < first[0])
    tied = (first[0] == first[1]) & (first[0] < 99)
    k = np.array([fear.sum() + tied.sum() / 2, calm.sum() + tied.sum() / 2, (first == 99).all(axis=0).sum()])
    p = (k + 0.5) / (N + 1.5)
    y = np.eye(3)[place]
    assert rows[name].smoothed == pytest.approx(p[place])
    assert rows[name].scores["model"]["brier"] == pytest.approx(((p - y) ** 2).sum() / 2)
    assert rows[name].scores["model"]["log"] == pytest.approx(-math.log(p[place]))
    assert rows[name].scores["even"] == {"brier": pytest.approx(1 / 3), "log": pytest.approx(math.log(3))}


def test_a_rank_is_scored_against_equal_chances(told, rows):
    last = np.stack([told.path(cell)[:, -1] for cell in ("fear", "calm", "hope")])
    ranks = 1 + (last > last[0]).sum(axis=0)
    share = [np.mean(ranks <= place) for place in (1, 2)]
    assert rows["place"].scores["model"]["crps"] == pytest.approx(share[0] ** 2 + (1 - share[1]) ** 2)
    assert rows["place"].scores["even"]["crps"] == pytest.approx(2 / 9)  # (1/3)^2 + (1/3)^2


# ---- many questions -----------------------------------------------------------------------------------------------


def row(case: str, p: float, y: float, base: float) -> Scored:
    """An event with its forecast, what happened and its base rate."""
    scores = {
        who: {"brier": (q - y) ** 2, "log": -math.log(q if y else 1 - q)}
        for who, q in (("model", p), ("base_rate", base), ("even", 0.5))
    }
    return Scored(
        case=case,
        variant="",
        as_of="2024-01",
        id="q",
        kind="event",
        text="?",
        date="2024-12",
        unit="",
        outcome="yes" if y else "no",
        claims=("seen",),
        forecast=p,
        smoothed=p,
        base_rate=base,
        happened=y,
        interval=None,
        below=None,
        inside={},
        scores=scores,
        mc_error=0.0,
    )


def number(mine: float, theirs: float, inside: float) -> Scored:
    scores = {"model": {"crps": mine}, "persistence": {"crps": theirs}}
    return Scored(
        case="a",
        variant="",
        as_of="2024-01",
        id="q",
        kind="quantity",
        text="?",
        date="2024-12",
        unit="",
        outcome="5",
        claims=("seen",),
        forecast=5.0,
        smoothed=None,
        base_rate=None,
        happened=5.0,
        interval=(1.0, 9.0),
        below=0.5,
        inside={"0.9": inside},
        scores=scores,
        mc_error=0.0,
    )


def test_skill_has_its_closed_form():
    many = [row("a", 0.8, 1, 0.5), row("b", 0.3, 0, 0.4), row("c", 0.6, 0, 0.4)]
    brier, even, log, *_ = skills(many, 1)
    assert (brier.score, brier.against, even.against, log.score) == ("brier", "base_rate", "even", "log")
    assert (brier.questions, brier.cases, brier.better, brier.interval) == (3, 3, 2, None)
    assert brier.skill == pytest.approx(1 - (0.04 + 0.09 + 0.36) / (0.25 + 0.16 + 0.16))
    assert log.skill == pytest.approx((math.log(0.8 / 0.5) + math.log(0.7 / 0.6) + math.log(0.4 / 0.6)) / 3)
    (crps,) = skills([number(1, 2, 1), number(30, 15, 0), number(4, 8, 0.5)], 1)
    assert crps.skill == pytest.approx(1 - 0.5 ** (1 / 3)) and crps.model is None


@pytest.mark.parametrize(
    ("p", "word"), [(0.9, "Skill over the base rate on 12"), (0.1, "Worse than the base rate on 12")]
)
def test_a_forecaster_who_is_right_or_wrong_is_called_so(p, word):
    found = skills([row(f"case {k}", p, 1, 0.4 + 0.02 * k) for k in range(12)], 1)
    assert verdict(found).startswith(word) and found[0].resampled == "cases"
    assert found[0].interval[0] <= found[0].skill <= found[0].interval[1]


@pytest.mark.slow
def test_a_forecaster_with_the_skill_of_a_coin_is_not_called_skilled():
    """300 catalogues of a forecaster whose probabilities are noise around the base rate: 1 in 20 may look skilled."""
    random, called = np.random.default_rng(2), 0
    for _ in range(300):
        noise = np.clip(0.4 + random.normal(0, 0.15, 20), 0.02, 0.98)
        many = [row(f"case {k}", p, float(random.random() < 0.4), 0.4) for k, p in enumerate(noise)]
        called += verdict(skills(many, 1)[:1]).startswith("Skill")
    assert called <= 15 + 3 * math.sqrt(300 * 0.05 * 0.95)


def test_a_base_rate_worse_than_a_coin_is_no_hard_rival_and_that_is_said():
    hard, easy = ([row(f"case {k}", 0.7, 1, base) for k in range(6)] for base in (0.6, 0.4))
    assert "worse than equal chances" not in verdict(skills(hard, 1)) and "worse than equal chances" in verdict(
        skills(easy, 1)
    )


def test_few_questions_and_questions_of_one_case_are_said_to_be_so():
    few = skills([row("a", 0.8, 1, 0.5)], 1)
    assert verdict(few).startswith("No skill") and "1 question of 1 case" in verdict(few)
    many = [row("a", 0.5 + 0.02 * k, k % 2, 0.5) for k in range(8)]
    found = skills(many, 1)
    assert found[0].resampled == "questions" and verdict(found).startswith("No skill")


def test_copies_of_the_questions_of_each_case_do_not_make_it_surer():
    """Cases are drawn, not questions: ten copies of each give the same interval."""
    cases = [row(f"case {k}", 0.3 + 0.05 * k, float(k % 2), 0.5) for k in range(8)]
    once, often = skills(cases, 1)[0], skills([each for each in cases for _ in range(10)], 1)[0]
    assert often.skill == pytest.approx(once.skill) and often.interval == pytest.approx(once.interval)


def test_calibration_counts():
    many = [row("a", p, y, 0.5) for p, y in ((0.1, 0), (0.2, 1), (0.25, 0), (1.0, 1), (0.9, 0))]
    found = calibration(many)
    assert [(item.low, item.questions, item.happened) for item in found] == [
        (0.0, 1, 0.0),
        (0.2, 2, 0.5),
        (0.8, 2, 0.5),
    ]
    assert found[1].forecast == pytest.approx(0.225) and found[1].interval[0] < 0.5 < found[1].interval[1]


# ---- rules


def test_brier_and_log_have_their_closed_forms():
    assert brier((0.7, 0.3), 1) == pytest.approx(0.49)
    assert brier((0.2, 0.3, 0.5), 0) == pytest.approx((0.64 + 0.09 + 0.25) / 2)
    assert brier((0, 1, 0), 2) == 1 and brier((0, 1, 0), 1) == 0
    assert logarithmic((0.2, 0.3, 0.5), 2) == pytest.approx(math.log(2))
    assert logarithmic((0.0, 1.0), 0) == math.inf


@pytest.mark.parametrize("rule", [brier, logarithmic])
def test_nobody_gains_by_saying_other_than_they_believe(rule):
    """The expected score under q over all p of a grid of three labels is lowest at p = q."""
    grid = [(i / 20, j / 20, (20 - i - j) / 20) for i in range(1, 19) for j in range(1, 20 - i)]
    for q in grid[::7]:
        expected = {p: sum(w * rule(p, place) for place, w in enumerate(q)) for p in grid}
        assert min(expected, key=expected.__getitem__) == q


def mean_of(x, seed=1):
    return ratio_interval(x, np.ones(len(x)), lambda ratio: ratio, seed)


def test_the_interval_of_a_mean_is_that_of_student():
    """For symmetric values. A percentile of B resamples has an error of sqrt(p q / B) / density, 0.021 standard errors."""
    x = np.array([NormalDist().inv_cdf((i + 0.5) / 40) for i in range(40)])
    low, high = mean_of(x)
    half = stdtrit(39, 0.95) * x.std(ddof=1) / math.sqrt(40)
    assert low == pytest.approx(-half, abs=5 * 0.021 * half / 1.645)
    assert high == pytest.approx(half, abs=5 * 0.021 * half / 1.645)


def test_the_ends_are_resamples_as_far_out_as_student_asks_and_one_seed_gives_one_interval():
    """Of twelve units the tail is Phi(-sqrt(12 / 11) t), with t = 1.795885 for 11 degrees of freedom (hesterberg2015)."""
    x, ratios = np.sqrt(np.arange(2.0, 14)), []
    low, high = ratio_interval(x, np.ones(12), lambda ratio: ratios.append(ratio) or ratio, 3)
    tail = NormalDist().cdf(-math.sqrt(12 / 11) * 1.795885)
    for end, share in ((low, tail), (high, 1 - tail)):
        assert np.mean(ratios[0] < end) < share <= np.mean(ratios[0] <= end) and end in ratios[0]
    assert mean_of(x, 3) == (low, high) != mean_of(x, 4)


def test_resamples_without_a_baseline_are_infinite_and_those_without_anything_are_left_out():
    """A unit is missing from 0.8^5 = 33 % of the resamples of five, and from 0.7 % of them it comes four times or more."""
    one = np.array([1.0, 0, 0, 0, 0])
    assert ratio_interval(np.ones(5), one, lambda ratio: ratio, 1) == (pytest.approx(5 / 3), math.inf)
    assert ratio_interval(one, one, lambda ratio: ratio, 1) == (1.0, 1.0)
    assert ratio_interval(0 * one, 0 * one, lambda ratio: ratio, 1) is None


def test_of_fewer_than_five_or_of_infinite_scores_no_interval_is_given():
    assert mean_of(np.arange(4.0)) is None
    assert mean_of(np.array([1.0, 2, 3, 4, math.inf])) is None
    assert mean_of(np.arange(5.0)) is not None


@pytest.mark.slow
def test_the_interval_of_eight_holds_the_truth_nearly_as_often_as_it_says():
    """Plain percentiles of eight normal values hold it 82 times in 100; 600 trials give a standard error of 0.013."""
    draws = np.random.default_rng(5).normal(size=(600, 8))
    held = [low <= 0 <= high for low, high in (mean_of(x, seed) for seed, x in enumerate(draws))]
    assert np.mean(held) == pytest.approx(0.9, abs=3 * 0.013)
