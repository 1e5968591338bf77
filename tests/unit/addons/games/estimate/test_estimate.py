"""Estimates against the R package `games`: its printed examples, and its own results on made-up data.

The printed examples are of Kenkel and Signorino 2014 (section 3.3), on data that are not part of the product. `r_games.json`
has what games 1.1-2 gave under R 4.5.0 (`reltol = 1e-15`) on `tests.oracles.strategic_choice.table`.
"""

from __future__ import annotations

import io
import json
import math
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest, norm

import standoff
from standoff.addons.games.estimate.estimate import StrategicEstimate, clarke, compare, estimate, vuong
from standoff.errors import StandoffError
from tests.oracles import strategic_choice
from tests.oracles.strategic_choice import table

# ---- Estimates against the R package `games`: its printed examples, and its own results on made-up data.

THEIRS = json.loads(Path(strategic_choice.__file__).with_name("r_games.json").read_text())
FORMULAS = {
    "egame12": "y ~ x1 | 0 | x2 - 1 | x3",
    "egame122": "y ~ x1 | x2 - 1 | 0 | x3 | x4 | x5",
    "egame123": "y ~ x1 | 0 | x2 - 1 | x3 | 0 | x4 - 1 | x5 | x6",
}
SCALES = {
    "egame12 probit agent scale": "x4 - 1",
    "egame12 probit private scales": "x4 - 1 | x5 - 1",
    "egame122 probit private scale": "x6 - 1",
    "egame123 probit private scales": "x7 - 1 | x8 - 1 | x7 - 1",
}
FOLDERS = (folder / "shared" / "data" / "replication" for folder in Path(__file__).parents)
FOLDER = next((folder for folder in FOLDERS if folder.exists()), None)
replication = pytest.mark.skipif(FOLDER is None, reason="the data of the published examples are not here")
LEBLANG = (
    "outcome ~ capcont + lreserves + overval + creditgrow + USinterest + service + contagion + prioratt - 1 | 1 | 1 | "
    "unifgov + lexports + preelec + postelec + rightgov + realinterest + capcont + lreserves"
)
#: printed by `summary(leb1)`; its standard errors are of a bootstrap
PRINTED = [
    -0.4525,
    0.2292,
    -0.4413,
    -0.0648,
    -0.0505,
    -0.0288,
    -0.1159,
    -0.1218,
    -3.6648,
    -3.1385,
    0.4269,
    -0.3568,
    -0.1997,
    1.6632,
    1.0623,
    -0.9358,
    1.7955,
    0.0656,
    0.3099,
]
#: printed by `summary(leb3)`, with standard errors of a numerical Hessian
PRINTED_SCALE = [0.2264, -0.4381, -3.0137, -2.8410, -0.0190, 1.3690, 1.4943, 0.0427]
PRINTED_ERRORS = [0.0464, 0.0836, 0.2471, 0.2275, 0.1985, 0.6406, 0.5649, 0.0186]


def leblang(**options: Any) -> StrategicEstimate:
    assert FOLDER is not None
    formula = options.pop("formula", LEBLANG)
    outcomes = ("no attack", "devaluation", "defense")
    return estimate(FOLDER / "leblang2003.parquet", formula, outcomes=outcomes, **{"error": "private", **options})


@pytest.mark.parametrize("name", [name for name in THEIRS if "fixed" not in name])
def test_made_up_data_as_the_r_package_estimates_them(name: str) -> None:
    game, link, error = name.split()[:3]
    data = strategic_choice.table(game)
    ours = estimate(data, FORMULAS[game], game, link=link, error=error, scale=SCALES.get(name))  # type: ignore[arg-type]
    assert ours.coefficients == pytest.approx(THEIRS[name]["estimate"], abs=2e-6)
    loose = 6e-2 if name in SCALES else 2e-4  # theirs are of differences, without a gradient where there are scales
    assert ours.standard_errors == pytest.approx(THEIRS[name]["standard_error"], rel=loose)
    assert ours.log_likelihood == pytest.approx(THEIRS[name]["log_likelihood"], abs=1e-7)
    assert ours.converged
    assert ours.warnings == ()


def test_known_utilities_and_an_unknown_scale() -> None:
    ours = estimate(strategic_choice.table("egame12"), "y ~ 1", link="logit", utilities=(0.5, 0, 0.2, 0.3))
    theirs = THEIRS["egame12 fixed"]
    assert ours.terms == ("log(lambda)",)
    assert ours["log(lambda)"] == pytest.approx(theirs["estimate"], abs=1e-6)
    assert ours.standard_errors.item() == pytest.approx(theirs["standard_error"], rel=2e-3)


@replication
def test_the_printed_example_of_leblang() -> None:
    ours = leblang()
    assert ours.converged
    assert len(ours.observed) == 7240
    # R's search ends a little below the maximum; the printed digits of 17 of 19 coefficients are not touched by it
    assert ours.coefficients == pytest.approx(PRINTED, abs=1.5e-4)
    assert sum(round(b, 4) == printed for b, printed in zip(ours.coefficients.tolist(), PRINTED, strict=True)) == 17
    assert round(ours.log_likelihood, 4) == -482.0155
    assert round(ours.aic) == 1002
    assert round(vuong(ours, leblang(error="agent")).statistic, 2) == -0.15


@replication
def test_the_printed_example_with_a_scale() -> None:
    ours = leblang(formula="outcome ~ lreserves + overval - 1 | 1 | 1 | preelec + realinterest", scale="~ prioratt - 1")
    assert ours.coefficients == pytest.approx(PRINTED_SCALE, abs=4e-4)
    assert ours.standard_errors == pytest.approx(PRINTED_ERRORS, rel=0.011)
    assert (round(ours.log_likelihood, 2), round(ours.aic, 1)) == (-495.37, 1006.7)
    assert ours.terms[-1] == "log(sigma):prioratt"


@replication
def test_the_printed_example_with_known_utilities() -> None:
    ours = leblang(formula="outcome ~ .", utilities=(1, -1, 0, 1))
    assert (round(ours["log(sigma)"], 4), round(ours.standard_errors.item(), 4)) == (-1.0513, 0.0199)
    assert (round(ours.log_likelihood, 2), round(ours.aic, 1)) == (-646.54, 1295.1)


@replication
def test_an_example_with_groups_and_missing_values() -> None:
    """The first example of `help(egame12)`: R 4.5.0 gives -286.123754719, and u2(war):regime2dem -1.5436144 (0.4526420)."""
    assert FOLDER is not None
    ours = estimate(
        FOLDER / "war1800.parquet", "esc + war ~ s_wt_re1 + revis1 | 0 | regime1 | balanc + regime2", drop_missing=True
    )
    assert ours.log_likelihood == pytest.approx(-286.123754719, abs=1e-7)
    k = ours.terms.index("u2(esc,war):regime2[dem]")
    assert (ours.coefficients[k], ours.standard_errors[k]) == pytest.approx((-1.5436144, 0.4526420), abs=1e-5)
    assert (len(ours.observed), dict(ours.left_out)) == (282, {"regime1": 12, "regime2": 20})


def test_a_decision_tree_of_the_user() -> None:
    data = strategic_choice.table("egame12")
    words = np.array(["peace", "retreat", "war"])[data["y"] - 1]
    named = estimate({**data, "y": words}, FORMULAS["egame12"], "1(peace, 2(retreat, war))")
    assert named.terms[0] == "u1(peace):(Intercept)"
    assert named.coefficients == pytest.approx(THEIRS["egame12 probit agent"]["estimate"], abs=2e-6)
    single = standoff.estimate({**data, "a": data["y"] > 1}, "a ~ x1", "1(no, yes)")
    assert single.outcomes == ("no", "yes")


def test_quantal_responses_of_a_tree_as_gambit_estimates_them() -> None:
    """With known utilities the logit link is the agent quantal response equilibrium; rationality is one over the scale."""
    gbt = pytest.importorskip("pygambit")
    counts = {"out": 40, "share": 45, "fight": 15}
    text = (
        'EFG 2 R "entry" { "E" "I" }\np "" 1 1 "enter" { "out" "in" } 0\nt "" 1 "" { 1 5 }\n'
        'p "" 2 1 "respond" { "share" "fight" } 0\nt "" 2 "" { 2 2 }\nt "" 3 "" { 0 0 }'
    )
    profile = gbt.read_efg(io.StringIO(text)).mixed_behavior_profile(rational=False)
    for player, seen in zip(profile.game.players, ({"out": 40, "in": 60}, {"share": 45, "fight": 15}), strict=True):
        (at,) = profile.game.get_infosets(player)
        profile[gbt.H.path(*at.actions)] = seen
    theirs = gbt.qre.logit_estimate(profile)
    words = [name for name, count in counts.items() for _ in range(count)]
    ours = estimate({"y": words}, "y ~ 1", "1(out, 2(share, fight))", link="logit", utilities=(1, 2, 0, -2))
    assert np.exp(-ours["log(lambda)"]) / np.sqrt(2) == pytest.approx(theirs.lam, rel=1e-5)
    assert ours.log_likelihood == pytest.approx(theirs.log_like, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"formula": "y ~ x1 | 0 | x2"}, "formula"),
        ({"formula": "y ~ x1 | 0 | x2 | z"}, "formula"),
        ({"formula": "nothing ~ x1 | 0 | x2 | x3"}, "outcome"),
        ({"formula": "text ~ x1 | 0 | x2 | x3"}, "outcome"),
        ({"formula": "y ~ text | 0 | x2 | x3"}, "formula"),
        ({"formula": "y ~ hole | 0 | x2 | x3"}, "data"),
        ({"formula": "y ~ x1 + x1a | 0 | x2 | x3"}, "decision of player 1"),
        ({"model": "egame122"}, "formula"),
        ({"link": "logit", "error": "private"}, "link"),
        ({"link": "cloglog"}, "link"),
        ({"error": "both"}, "error"),
        ({"scale": "x1 | x2 | x3"}, "scale"),
        ({"scale": "~ 1"}, "scale"),
        ({"scale": "x4 - 1 | x5"}, "scale"),
        ({"scale": "C(group) - 1"}, "scale"),
        ({"formula": "y ~ 1", "utilities": (1, 2, 3, 4), "scale": "x1 + x1a"}, "scale"),
        ({"utilities": (1, 2)}, "utilities"),
        ({"utilities": (1, 2, 3, 4)}, "formula"),
        ({"outcomes": ["a", "b"]}, "outcomes"),
        ({"cluster": "pair"}, "cluster"),
        ({"cluster": "same"}, "cluster"),
        ({"complete": ["void"], "drop_missing": True}, "data"),
    ],
)
def test_problems_say_where(change: dict[str, Any], where: str) -> None:
    data = strategic_choice.table("egame12")
    frame = pl.DataFrame(data).with_columns(
        text=pl.Series(["1", "2", "x", "4"] * 100),
        hole=pl.when(pl.col("x1") > 0).then(1.0),
        x1a=2 * pl.col("x1") - 1,
        group=pl.col("y") > 1,
        same=pl.lit("a"),
        void=pl.lit(None, dtype=pl.Float64),
    )
    with pytest.raises(StandoffError) as error:
        estimate(frame, **{"formula": FORMULAS["egame12"], **change})
    problem = error.value.problems[0]
    assert problem.where.split(" `")[0] == where
    assert problem.allowed or problem.fix


def test_rows_with_missing_values_are_left_out_on_demand() -> None:
    data = strategic_choice.table("egame12")
    whole = estimate({name: values[100:] for name, values in data.items()}, FORMULAS["egame12"])
    hole = {**data, "x1": [None] * 100 + list(data["x1"][100:])}
    part = estimate(hole, FORMULAS["egame12"], drop_missing=True)
    assert part.coefficients == pytest.approx(whole.coefficients, abs=1e-10)
    assert (part.rows[0], dict(part.left_out)) == (100, {"x1": 100})


# ---- Tests of rival models.

GOOD, BAD = "y ~ x1 | 0 | x2 - 1 | x3", "y ~ x1 + x6 | 0 | x5 - 1 | x4 + x7"


def test_the_true_model_is_preferred() -> None:
    first, second, tests = compare(table("egame12"), GOOD, BAD)
    assert [test.preferred for test in tests] == [1, 1]
    assert max(test.p_value for test in tests) < 1e-4
    back = vuong(second, first)
    assert (back.statistic, back.preferred) == (pytest.approx(-tests[0].statistic), 2)


def test_statistics_by_definition() -> None:
    first, second, _ = compare(table("egame12"), GOOD, BAD)
    each = first.log_likelihoods - second.log_likelihoods + 2 * np.log(400) / 2 / 400  # two coefficients fewer
    z = each.sum() / np.sqrt(400 * each.var())
    assert vuong(first, second).statistic == pytest.approx(z)
    assert vuong(first, second).p_value == pytest.approx(2 * norm.sf(abs(z)))
    sign = clarke(first, second)
    assert sign.statistic == (each > 0).sum()
    assert sign.p_value == pytest.approx(binomtest(int(sign.statistic), 400).pvalue)


def test_both_use_the_rows_that_are_complete_for_both() -> None:
    data = table("egame12")
    hole = {**data, "x7": [None] * 20 + list(data["x7"][20:])}
    first, second, _ = compare(hole, GOOD, BAD, drop_missing=True)
    assert len(first.rows) == len(second.rows) == 380
    with pytest.raises(StandoffError):
        vuong(first, replace(second, rows=second.rows + 1))


def test_a_model_against_itself() -> None:
    first, _, _ = compare(table("egame12"), GOOD, BAD)
    with pytest.raises(StandoffError):
        vuong(first, first)


# ---- What is derived from an estimate.


@pytest.fixture(scope="module")
def result() -> StrategicEstimate:
    return estimate(table("egame12"), "y ~ x1 | 0 | x2 - 1 | x3")


def test_criteria_and_tests(result: StrategicEstimate) -> None:
    assert result.aic == pytest.approx(10 - 2 * result.log_likelihood)
    assert result.bic == pytest.approx(5 * math.log(400) - 2 * result.log_likelihood)
    z = result.coefficients / result.standard_errors
    assert result.p_values == pytest.approx(2 * norm.sf(np.abs(z)))
    assert result.intervals(0.9)[:, 1] == pytest.approx(result.coefficients + norm.ppf(0.95) * result.standard_errors)
    assert np.sqrt(np.diag(result.covariance)) == pytest.approx(result.standard_errors)


def test_shares_alone_are_a_model_with_constants_only(result: StrategicEstimate) -> None:
    constants = estimate(table("egame12"), "y ~ 1 | 0 | 0 | 1")
    assert result.baseline == pytest.approx(constants.log_likelihood, abs=1e-9)
    assert constants.baseline == result.baseline


def test_probabilities_of_every_observation(result: StrategicEstimate) -> None:
    frame = result.probability_table()
    assert frame.columns == ["row", "observed", "Pr(1)", "Pr(2)", "Pr(3)"]
    assert frame["row"].to_list() == list(range(1, 401))
    each = result.probabilities[np.arange(400), result.observed]
    assert np.log(each) == pytest.approx(result.log_likelihoods)


def test_it_is_frozen_and_names_its_terms(result: StrategicEstimate) -> None:
    assert result["u1(3):x2"] == result.coefficients[2]
    with pytest.raises(StandoffError) as error:
        result["u1(3):x"]
    assert "u1(3):x2" in error.value.problems[0].allowed
    with pytest.raises(FrozenInstanceError):
        result.converged = False  # type: ignore[misc]
