"""Figures and tables of `benchmarks/crises.py` on scores that are made up, against closed forms, and the page that it wrote."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from benchmarks import crises, crisis_figures, crisis_runs, crisis_says, crisis_tables
from benchmarks.case_scores import Scored
from pydantic import TypeAdapter
from scipy.optimize import minimize

from standoff import catalog
from standoff.evaluation.scoring_rules import brier, logarithmic
from standoff.theories import names as theory_names


def chance(p: float, came: int) -> dict[str, float]:
    return {"brier": brier((1 - p, p), came), "log": logarithmic((1 - p, p), came)}


def scored(case: str, name: str, p: float, came: int, base: float | None = None) -> Scored:
    """A question as `score` would give it, with a chance, what happened, and perhaps a base rate."""
    scores = {"model": chance(p, came), "even": chance(0.5, came)}
    scores |= {} if base is None else {"base_rate": chance(base, came)}
    return Scored(
        case=case,
        variant="",
        as_of="1950-01",
        id=name,
        kind="event",
        text=f"Will {name} of {case}?",
        date="1950-12",
        unit="",
        outcome="yes" if came else "no",
        claims=("a-claim",),
        forecast=p,
        smoothed=p,
        base_rate=base,
        happened=float(came),
        interval=None,
        below=None,
        inside={},
        scores=scores,
        mc_error=0.01,
    )


def told(
    case: str, rows: list[Scored], *, variant: bool = True, decisions: tuple[crisis_runs.Decision, ...] = ()
) -> crisis_runs.Said:
    """What a case said: the same under every theory, and ten points less, one after another."""
    said = {"": tuple(rows)} | {theory: tuple(rows) for theory in theory_names()[1:]}
    for name in (crisis_runs.SEQUENCE, crisis_runs.ASSUMED) if variant else ():
        said[name] = tuple(
            scored(row.case, row.id, row.smoothed - 0.1, int(row.happened or 0), row.base_rate)
            for row in rows
            if row.smoothed
        )
    return crisis_runs.Said(case, ("made", "up"), said, decisions)


def decision(case: str, actor: str, did: bool, **kinds: float) -> crisis_runs.Decision:
    return crisis_runs.Decision(
        case, "q", actor, "troops", "words", did, sum(kinds.values()), kinds, dict.fromkeys(kinds, 0.01)
    )


CASES = {name: list(asked) for name, asked in crisis_runs.FORCES.items()}


def made_up(place: int, case: str) -> crisis_runs.Said:
    """Every second question comes true, in every second case the first; the first two cases have no variant."""
    did = [(k + place) % 2 == 0 for k in range(len(CASES[case]))]
    rows = [
        scored(case, asked, 0.7 if k == 0 else 0.2, int(did[k]), 0.4 if k < 2 else None)
        for k, asked in enumerate(CASES[case])
    ]
    decisions = [decision(case, f"A{k}", came, ally_need=1.0 + place, wedge=-0.5 * k) for k, came in enumerate(did)]
    return told(case, rows, variant=place > 1, decisions=tuple(decisions))


MADE_UP = [made_up(place, case) for place, case in enumerate(CASES)]


def test_an_interval_of_a_mean_is_that_of_its_cases() -> None:
    """Rows of one case move together: the mean over 8 cases of 3 equal rows each has the error of 8 values, not of 24."""
    values = np.repeat(np.arange(8.0), 3)
    found = crisis_figures.interval([f"c{int(value)}" for value in values], lambda w: w @ values / w.sum(axis=1), 1)
    assert found is not None
    half = 1.8946 * np.arange(8.0).std(ddof=1) / math.sqrt(8)  # Student's t, 7 degrees of freedom, 90 %
    # the spread of a 7 % quantile of 10,000 draws is 2 % of the length; the bootstrap is discrete and not quite normal
    assert math.isclose(found[1] - found[0], 2 * half, rel_tol=0.06) and found[0] < 3.5 < found[1]
    assert crisis_figures.interval(["a", "b", "c", "d"] * 3, lambda w: w.sum(axis=1), 1) is None


def test_shift_and_factor_are_the_maximum_of_the_likelihood() -> None:
    """Against a general optimiser; the ridge towards (0, 1) moves them by less than a thousandth with 300 questions."""
    rng = np.random.default_rng(3)
    p = rng.uniform(0.1, 0.9, 300)
    odds = np.log(p / (1 - p))
    y = (rng.uniform(size=300) < 1 / (1 + np.exp(-2 * odds - 0.5))).astype(float)  # too timid, and moved
    weights = np.stack([np.ones(300), rng.integers(0, 3, 300)]).astype(float)
    for row, found in zip(weights, crisis_figures.line(p, y, weights), strict=True):

        def loss(x: np.ndarray, row: np.ndarray = row) -> float:
            at = x[0] + x[1] * odds
            return float(np.sum(row * (np.log1p(np.exp(at)) - at * y)))

        best = minimize(loss, [0.0, 1.0], method="BFGS", options={"gtol": 1e-8}).x
        np.testing.assert_allclose(found, best, atol=1e-3)
    calibrated = np.repeat([0.25, 0.75], 4), np.array([1.0, 0, 0, 0, 1, 1, 1, 0]), np.ones((1, 8))
    np.testing.assert_allclose(crisis_figures.line(*calibrated)[0], [0, 1], atol=1e-9)


def test_shift_and_factor_end_where_a_threshold_parts_all() -> None:
    p, y = np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0, 1, 1])
    found = crisis_figures.line(p, y, np.ones((1, 4)))[0]
    assert np.isfinite(found).all() and found[1] > 2 and abs(found[0]) < 1e-6


def test_chances_of_another_share_are_moved_by_its_odds() -> None:
    """A chance that is the share itself becomes the other share, and equal steps of log odds stay equal."""
    here, there = 0.4, 0.02
    p = np.array([0.4, 0.9])
    moved = crisis_figures.common(p, here, there)
    assert math.isclose(moved[0], there)
    odds = [np.log(x / (1 - x)) for x in (p, moved)]
    assert math.isclose(np.diff(odds[0])[0], np.diff(odds[1])[0])


def test_pairs_in_order_count_ties_by_half_and_copies_as_often_as_drawn() -> None:
    p, y = np.array([0.9, 0.4, 0.4, 0.1]), np.array([1.0, 1, 0, 0])
    assert crisis_figures.ranked(p, y, np.ones((1, 4)))[0] == 3.5 / 4
    assert crisis_figures.ranked(p, y, np.array([[0.0, 2, 1, 1]]))[0] == (2 * 0.5 + 2 * 1) / 4


def test_groups_are_apart_by_the_difference_of_their_weighted_means() -> None:
    values, did = np.array([1.0, 3, 5]), np.array([True, True, False])
    assert crisis_figures.apart(values, did, np.array([[1.0, 1, 1], [3, 1, 2]])).tolist() == [2 - 5, 1.5 - 5]


def test_another_forecast_takes_the_place_of_the_base_rate() -> None:
    rows = [scored("a", "q", 0.8, 1, 0.3), scored("b", "q", 0.8, 1)]
    (found,) = crisis_figures.beside(rows, {("a", "q"): 0.6})
    assert math.isclose(found.scores["base_rate"]["brier"], 0.16) and found.scores["model"] == rows[0].scores["model"]
    assert rows[0].scores["base_rate"]["brier"] != 0.16


def test_a_score_where_senders_are_rare_weighs_the_two_groups() -> None:
    rows = [scored("a", "x", 0.5, 1), scored("a", "y", 0.1, 0), scored("a", "z", 0.3, 0)]
    assert math.isclose(crisis_figures.as_common(rows, 0.02, "model"), 0.02 * 0.25 + 0.98 * (0.01 + 0.09) / 2)


def test_losses_are_worst_first_and_ask_for_a_base_rate() -> None:
    rows = [
        scored("a", "x", 0.5, 0, 0.4),
        scored("a", "y", 0.9, 0, 0.1),
        scored("a", "z", 0.9, 1, 0.1),
        scored("b", "x", 0.9, 0),
    ]
    found = crisis_figures.losses(rows)
    assert [row.id for _, row in found] == ["y", "x"]
    assert math.isclose(found[0][0], 0.81 - 0.01)


def test_contrasts_are_within_a_case_where_asked_and_a_missing_kind_is_nothing() -> None:
    made = [
        decision("a", "X", True, need=2.0),
        decision("a", "Y", False, need=0.5, fear=-1.0),
        decision("b", "Z", False, need=0.0),
    ]
    assert crisis_figures.split(made) == ["a"]
    assert crisis_figures.contrast(made, "need", "a") == 1.5 and crisis_figures.contrast(made, "need") == 1.75
    assert crisis_figures.contrast(made, "fear") == 0.5 and crisis_figures.contrast(made, None, "a") == 2.5
    assert crisis_figures.kinds_of(made) == ["need", "fear"] and crisis_figures.split_by_sign(made) == (1.75, 0.5)


def test_an_interval_allows_one_of_three_sayings() -> None:
    told = [
        crisis_says.sure(ends, 0, "above", "below", "neither") for ends in ((0.1, 1.0), (-1.0, -0.1), (-1.0, 1.0), None)
    ]
    assert told == ["above", "below", "neither", "neither"]


def test_what_is_said_of_made_up_scores_can_be_worked_out_by_hand() -> None:
    """Every theory says the same, so that none is told apart; one after another all chances are ten points lower."""
    text = "\n".join(
        crisis_says.of_first_run(crisis_figures.pooled(MADE_UP, ""), 1) + crisis_says.of_other_runs(MADE_UP, 1)
    )
    assert "differ by 0 percentage points" in text
    assert f"not significantly different: {', '.join(theory_names()[1:])}." in text
    assert "by 10.0 percentage points" in text
    rows = crisis_figures.pooled(MADE_UP, "")
    lost = [
        row
        for row in rows
        if row.base_rate is not None and abs(row.smoothed - row.happened) > abs(row.base_rate - row.happened)
    ]
    both = [row for row in rows if row.base_rate is not None]
    assert f"on {len(lost)} of {len(both)} questions, in {sum(row.happened == 1 for row in lost)} of which" in text


def test_theories_that_agree_are_not_apart_and_the_variant_is_where_it_was_run() -> None:
    assert max(gap for gap, _ in crisis_figures.spread(MADE_UP)) == 0
    rows, gain, moved = crisis_figures.sequence(MADE_UP, 1)
    assert {row.case for row in rows} == set(list(CASES)[2:]) and gain is not None
    assert all(math.isclose(by, -0.1) for by, _ in moved)


def test_a_case_skill_does_not_hang_on_itself() -> None:
    found = crisis_figures.one_less(crisis_figures.pooled(MADE_UP, ""), 1)
    assert {case for _, case in found} == set(CASES) and found == sorted(found)


def test_every_question_stands_under_its_case_with_what_was_said_and_what_happened() -> None:
    """Columns are found by their heads; the chance on an earlier page has one where it is known."""
    first = MADE_UP[0].scored[""][0]
    for before in ({}, {first.case: {first.id: "61 %"}}):
        text = crisis_tables.questions(MADE_UP, before).splitlines()
        head = text[0].strip("| ").split(" | ")
        assert ("27 November" in head) == bool(before)
        rows = [dict(zip(head, line.removeprefix("| ").split(" | "), strict=True)) for line in text[2:]]
        for each in MADE_UP:
            place = next(k for k, row in enumerate(rows) if row["question"].startswith(f"**[{each.case}]"))
            for asked, row in zip(each.scored[""], rows[place + 1 :], strict=False):
                assert row["question"] == asked.text and row["happened"] == asked.outcome
                assert row["model"] == f"{100 * (asked.forecast or 0):.0f} % ± 1.0"
                assert row.get("27 November", "") == ("61 %" if before and asked == first else "")


def test_the_page_of_made_up_scores_has_every_question_theory_and_kind_in_its_tables() -> None:
    text = crises.page(MADE_UP, 100, 1)
    assert "nan" not in text and "None" not in text
    lines = text.splitlines()
    for each in MADE_UP:
        assert any(line.startswith(f"| **[{each.case}]") for line in lines)
        assert all(any(line.startswith(f"| {row.text} |") for line in lines) for row in each.scored[""])
    assert all(any(line.startswith(f"| {theory} |") for line in lines) for theory in theory_names())
    assert all(any(line.startswith(f"| `{kind}` |") for line in lines) for kind in ("ally_need", "wedge"))
    for line, after in pairwise(lines):
        assert not (line.startswith("|") and after.startswith("|")) or line.count("|") == after.count("|")


def test_what_a_case_said_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = replace(MADE_UP[0], scored={"": (replace(MADE_UP[0].scored[""][0], interval=(None, 2.0)),)})
    file = tmp_path / "x.json"
    file.write_text(json.dumps(asdict(made)), encoding="utf-8")
    assert TypeAdapter(crisis_runs.Said).validate_python(json.loads(file.read_text(encoding="utf-8"))) == made


@pytest.mark.parametrize("case", sorted(crisis_runs.FORCES))
def test_questions_about_forces_ask_what_is_explained(case: str) -> None:
    """Each is settled, and its event names the choice and the option whose reasons are compared."""
    scenario = catalog.load(case)[0].scenario
    for name, (choice, option) in crisis_runs.FORCES[case].items():
        asked = scenario.questions[name]
        named = next(words for words in str(asked.event).split(" and ") if words.startswith(f"{choice} in ["))
        assert asked.outcome and option in named and option in scenario.choices[choice].options
        assert option != scenario.choices[choice].status_quo


def test_the_page_has_every_settled_question_of_every_crisis() -> None:
    page = crises.PAGE.read_text(encoding="utf-8")
    assert len(page.splitlines()) < 250
    for case in crisis_runs.crises():
        assert f"**[{case}](" in page
        for asked in catalog.load(case)[0].scenario.questions.values():
            assert not asked.outcome or f"| {asked.text} |" in page
