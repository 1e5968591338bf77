"""Findings on a posterior: the case on paper, with what Blue gains and pays drawn together from a made one.

Gain and cost rise together, so that a high cost goes with acting though it speaks against it: what moves the one must
leave the other, and what is asked of both must not count twice.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from standoff import build, catalog
from standoff.analysis.compare_variants import compare
from standoff.analysis.sensitivity.sensitivity import sensitivity
from standoff.analysis.sensitivity.sobol import CHANCE, FITTED
from standoff.analysis.threshold import ThresholdAnalysis, flip
from standoff.analysis.value_of_information import voi
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.inference.fit import posterior
from standoff.report import render
from standoff.report.sections import findings
from tests import closed_form as paper

GAIN, COST = "stocks.gain.initial", "stocks.cost.initial"
MEANS, SDS, TIE = (1.1, 1.4), (0.2, 0.15), 0.8
SIGMAS = 4.0


def joint() -> np.ndarray:
    """(1000, 2) draws of gain and cost."""
    z = np.random.default_rng(4).normal(size=(1000, 2))
    return np.array(MEANS) + np.array(SDS) * np.stack([z[:, 0], TIE * z[:, 0] + (1 - TIE**2) ** 0.5 * z[:, 1]], axis=1)


def chance(gain: np.ndarray | float, cost: np.ndarray | float) -> float:
    """Of acting, over what is drawn."""
    return float(np.mean(paper.logistic(np.asarray(2.0 * gain - 1.5 * cost - 0.5))))


def written(model: Model, path: Path) -> Path:
    """The draws as a posterior of the model."""
    judged = SimpleNamespace(method="by hand", passed=True, why="")
    found = SimpleNamespace(
        draws=joint()[None],
        names=(GAIN, COST),
        title="",
        as_of=model.scenario.as_of,
        diagnostics=judged,
        seed=1,
        model="",
        versions={},
        evidence=None,
    )
    posterior.save(found, model, path)  # type: ignore[arg-type]
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(build(*catalog.load("closed-form")), tmp_path_factory.mktemp("fit") / "posterior.nc")


@pytest.fixture(scope="module")
def model(file: Path) -> Model:
    return posterior.load(build(*catalog.load("closed-form")), file)


@pytest.fixture(scope="module")
def turned(model: Model) -> ThresholdAnalysis:
    return flip(model, choice="BLU=act")


def test_a_number_of_the_posterior_is_moved_alone(turned: ThresholdAnalysis) -> None:
    """Each flips it where the mean of the log odds is zero, the cost too, though high costs go with acting."""
    gain, cost = joint().T
    assert abs(turned.answer - chance(gain, cost)) < SIGMAS * turned.answer_error
    found = {item.path: item for item in turned.flips if item.flips}
    wanted = {GAIN: (1.5 * cost.mean() + 0.5) / 2, COST: (2 * gain.mean() - 0.5) / 1.5}
    for path, at in wanted.items():
        assert found[path].interval is not None
        low, high = found[path].interval or (0.0, 0.0)
        assert abs(found[path].value - at) < SIGMAS / 1.645 * (high - low) / 2 and high - low < 0.1
        assert found[path].belief.partition(" @")[0].endswith("(fitted)")
    assert found[GAIN].tail_probability == pytest.approx(float((gain > found[GAIN].value).mean()), abs=0.002)
    assert found[COST].standardised_shift < 0 < found[GAIN].standardised_shift


def test_claims_behind_the_posterior_are_left_to_another_fit(turned: ThresholdAnalysis) -> None:
    """They still carry their part of a reason, but the numbers that cite them stay."""
    falls = {claim: fall for fall in turned.claims for claim in fall.claims}
    cost = falls["blu-cost-2030-01-blue-staff"]
    assert cost.reasons == ("BLU.cost",) and not cost.numbers and cost.false_answer is None
    assert abs(cost.answer - chance(joint()[:, 0], 0.0)) < SIGMAS * cost.answer_error
    assert any("2 claims" in text and "fitted anew" in text for text in turned.not_tested)
    assert not any(
        "fitted anew" in text for text in flip(build(*catalog.load("closed-form")), choice="BLU=act").not_tested
    )


def test_the_posterior_is_one_group_and_its_parameters_keep_their_ties(model: Model) -> None:
    found = sensitivity(model, choice="BLU=act", indices=True, pairs=512)
    index = {item.name: item for item in found.indices}
    assert GAIN not in index and COST not in index and index[FITTED].numbers == 2
    assert abs(index[FITTED].first - 1) < 2 * index[FITTED].first_error + 0.05  # an option has no chance of its own
    assert index[CHANCE].total == 0.0
    apart = {item.path: item for item in found.distances}
    assert apart[COST].higher  # it goes with the gain


@pytest.mark.parametrize("group", ["mechanism", "side"])
def test_other_groups_leave_what_is_fitted_to_the_posterior(model: Model, group: str) -> None:
    found = sensitivity(model, choice="BLU=act", indices=True, group=group, pairs=64)
    assert [item.numbers for item in found.indices if item.name == FITTED] == [2]
    assert sum(item.numbers for item in found.indices) == len(model.layout.varying)


def test_knowing_one_number_tells_of_those_that_go_with_it(model: Model) -> None:
    """Of the gain: what is then expected, with the cost as it goes with that gain."""
    nodes, weights = paper.NODES, paper.WEIGHTS
    ways = {GAIN: 2 * SDS[0] - 1.5 * SDS[1] * TIE, COST: 2 * SDS[0] * TIE - 1.5 * SDS[1]}  # of the log odds by z
    rest = {GAIN: 1.5 * SDS[1], COST: 2 * SDS[0]}
    mean = 2 * MEANS[0] - 1.5 * MEANS[1] - 0.5
    whole = np.hypot(ways[GAIN], rest[GAIN] * (1 - TIE**2) ** 0.5)
    spread = (
        paper.expected(lambda x: paper.logistic(x) ** 2, mean, whole) - paper.expected(paper.logistic, mean, whole) ** 2
    )
    found = {item.numbers[0]: item for item in voi(model, choice="BLU=act").numbers}
    for path in (GAIN, COST):
        known = np.array(
            [paper.expected(paper.logistic, mean + ways[path] * z, rest[path] * (1 - TIE**2) ** 0.5) for z in nodes]
        )
        share = float(weights @ known**2 - (weights @ known) ** 2) / spread
        assert found[path].share == pytest.approx(share, abs=SIGMAS * found[path].error + 0.04)  # of 1,000 draws
        assert "(fitted)" in found[path].beliefs[0]


def test_variants_are_compared_in_the_same_draws_and_keep_what_they_change(file: Path) -> None:
    base = build(*catalog.load("closed-form"))
    dearer = build(*catalog.load("closed-form", "", {COST: "1.9 to 2.1 @assumption"}, "start"))
    with pytest.raises(ModelError, match=r"other priors: stocks\.cost\.initial"):
        posterior.load(dearer, file)
    models = {"base": posterior.load(base, file), "dearer": posterior.load(dearer, file, base=base)}
    assert list(models["dearer"].layout.column) == [base.plan.index[GAIN]]
    assert "new beliefs: 1" in models["dearer"].plan.warnings[-2]
    runs = [simulate(each, draws=256, seed=1) for each in models.values()]
    drawn = [[run.parameter_values[:, run.model.plan.index[name]] for name in (GAIN, COST)] for run in runs]
    assert np.array_equal(drawn[0][0], drawn[1][0]) and np.abs(drawn[1][1] - 2).max() < 0.3
    found = compare(models, draws=512)
    acts = next(item for item in found.questions if item.id == "acts")
    assert "from a posterior" in found.origin.posterior and acts.changes[0].change < 0


def test_an_earlier_variant_is_refused_what_the_posterior_knows(tmp_path: Path) -> None:
    later, base = (build(*catalog.load("closed-form", "", change, "start")) for change in ({"as_of": "2030-06"}, {}))
    written(later, tmp_path / "posterior.nc")
    assert posterior.load(later, tmp_path / "posterior.nc").posterior
    with pytest.raises(ModelError, match=r"after as_of 2030-01"):
        posterior.load(base, tmp_path / "posterior.nc", base=later)


def test_what_is_shown_says_that_it_is_on_a_posterior(turned: ThresholdAnalysis) -> None:
    lines = [getattr(block, "text", "") for block in findings.flips(turned)]
    assert any("2 of " in line and "from a posterior" in line for line in lines)
    assert findings.TOGETHER["flips"] in lines and render.terminal(findings.flips(turned))
