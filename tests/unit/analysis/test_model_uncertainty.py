"""What makes answers vary: shares of the variance that are known on paper."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from standoff import catalog
from standoff.analysis.epistemic_band import PARTS
from standoff.analysis.model_uncertainty import ModelUncertainty, models_of, store, uncertainty
from standoff.analysis.stored_bands import NAME, stored_bands
from standoff.analysis.structure import STRUCTURE, stored_structure
from standoff.cli import app
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.errors import ModelError, RunError
from standoff.report.backends import markdown
from standoff.report.sections import model_uncertainty as told
from standoff.theories import weights
from tests import closed_form

DRAWS = 4000
VARIANTS = ("base", "word-is-talk")


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    made = {name: build(*catalog.load("closed-form", "" if name == "base" else name)) for name in VARIANTS}
    return {name: without_folder(model) for name, model in made.items()}


def without_folder(model: Model) -> Model:
    """The same model, beside which nothing is stored."""
    return replace(model, plan=replace(model.plan, loaded=replace(model.plan.loaded, folder=None)))


@pytest.fixture(scope="module")
def found(models: dict[str, Model]) -> ModelUncertainty:
    return uncertainty(models, ("quantal_response", "best_response"), draws=DRAWS, seed=4, replicates=2)


def above_zero(mean: float, sd: float) -> float:
    """Probability of a normal number above zero: who takes the best option acts then."""
    return float(norm.cdf(mean / sd))


def test_means_are_the_closed_form_under_each_model(found: ModelUncertainty) -> None:
    (acts,) = (item for item in found.questions if item.id == "acts")
    for row, word in enumerate((1.0, 0.0)):
        known = (closed_form.acts(word=word), above_zero(*closed_form.log_odds(word=word)))
        for column, value in enumerate(known):
            assert (
                abs(acts.means[row][column] - value) < 4 * acts.mc_errors[row][column] + 2e-3
            )  # a step in the integral


def test_shares_are_those_of_the_law_of_total_variance(found: ModelUncertainty) -> None:
    (acts,) = (item for item in found.questions if item.id == "acts")
    p, by_numbers = np.zeros((2, 2)), np.zeros((2, 2))
    for row, word in enumerate((1.0, 0.0)):
        odds = closed_form.log_odds(word=word)
        p[row] = closed_form.acts(word=word), above_zero(*odds)
        second = closed_form.expected(lambda x: closed_form.logistic(x) ** 2, *odds)
        by_numbers[row] = (
            second - p[row, 0] ** 2,
            p[row, 1] * (1 - p[row, 1]),
        )  # who picks the best leaves nothing to chance
    w = np.broadcast_to(np.array(weights(found.theories)) / 2, (2, 2))
    off = p - (p * w).sum()
    variant, theory = 2 * (off * w).sum(axis=1, keepdims=True), off.mean(axis=0, keepdims=True)
    parts = [float((w * part**2).sum()) for part in (variant, theory, off - variant - theory)]
    known = np.array([*parts, (w * by_numbers).sum(), (w * (p * (1 - p) - by_numbers)).sum()])
    known /= known.sum()
    for part, share in zip(PARTS, known, strict=True):
        assert abs(acts.shares[part] - share) < 4 * acts.share_errors[part], part
    assert sum(acts.shares.values()) == pytest.approx(1)
    assert acts.band.mean == pytest.approx((np.array(acts.means) * w).sum())


def test_a_walk_and_an_uncertain_mean_are_told_apart(found: ModelUncertainty) -> None:
    """`sum` is a stock that starts at and relaxes to uncertain numbers, and a random walk: no model moves it."""
    (item,) = (item for item in found.questions if item.id == "sum")
    assert item.shares["variants"] == item.shares["theories"] == item.shares["both"] == 0
    assert abs(item.shares["chance"] - closed_form.sobol_sum()["chance"]) < 4 * item.share_errors["chance"]


def test_the_page_names_every_part_and_gives_each_model(found: ModelUncertainty) -> None:
    text = markdown.render(told.blocks(found, None)).decode()
    assert "word-is-talk" in text and "best response" in text
    assert all(f"| {part}" in text for part in PARTS)
    assert text.count("| base |") == len(found.questions)


def test_each_label_of_a_race_has_a_mean_over_models_and_its_band(found: ModelUncertainty) -> None:
    (race,) = (item for item in found.questions if item.id == "exhausted_first")
    parts = race.band.parts
    assert sum(mean for mean, _ in parts.values()) == pytest.approx(1) and len(parts) > 2
    assert parts[race.label] == (race.band.mean, (race.band.low, race.band.high))
    assert all(low <= high for _, (low, high) in parts.values())
    assert not next(item for item in found.questions if item.id == "acts").band.parts


def test_one_model_has_no_rival(models: dict[str, Model]) -> None:
    with pytest.raises(ModelError, match="no rival to compare"):
        uncertainty({"base": models["base"]}, ("quantal_response",))
    with pytest.raises(ModelError, match="no theory `qre`"):
        uncertainty(models, ("qre",))


def test_models_of_a_case_are_its_marked_variants_or_those_named(models: dict[str, Model]) -> None:
    found = models_of(models["base"], VARIANTS)
    assert {name: model.hash for name, model in found.items()} == {name: model.hash for name, model in models.items()}
    marked = [name for name, variant in models["base"].scenario.variants.items() if variant.rival_model]
    assert list(models_of(models["base"])) == ["base", *marked]
    with pytest.raises(ModelError, match=r"rival models of the variant `word-is-talk`"):
        models_of(models["word-is-talk"])
    with pytest.raises(ModelError, match=r"a posterior, which belongs to one model alone"):
        models_of(replace(models["base"], posterior="a digest"))


def test_the_command_gives_data_and_keeps_the_bands_of_the_case(tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(catalog.HOME / "closed-form", case, ignore=shutil.ignore_patterns(NAME, STRUCTURE))
    words = [
        "uncertainty",
        str(case),
        "--theories",
        "quantal_response",
        "--draws",
        "200",
        "--keep",
        "--json",
        "--structure",
    ]
    done = CliRunner().invoke(app, [*words, "base", "word-is-talk"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["variants"] == ["base", "word-is-talk"] and data["questions"][0]["id"] == "acts"
    assert data["questions"][0]["shares"]["theories"] == 0
    kept = stored_bands(build(*catalog.load(case)))
    assert kept.of.keys() == {item["id"] for item in data["questions"]} and not kept.note
    assert kept.of["acts"].variants == 2 and kept.of["acts"].low == pytest.approx(
        data["questions"][0]["band"]["low"], rel=1e-3
    )
    structure = stored_structure(build(*catalog.load(case)))
    assert structure is not None and len(structure.variations) == len(data["structure"]["variations"]) == 7
    assert kept.of["acts"].structure == structure.decisions == 3 and structure.draws == 400


def test_bands_of_other_models_are_not_those_of_the_case(models: dict[str, Model], found: ModelUncertainty) -> None:
    for model, finding in (
        (models["word-is-talk"], found),
        (models["base"], replace(found, variants=("word-is-talk",))),
    ):
        with pytest.raises(RunError, match="not those of the case"):
            store(model, finding)
