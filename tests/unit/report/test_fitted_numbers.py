"""A number that a fit moved by claims names them wherever it stands: in the terminal, on the page, in verdict.json."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.analysis.verdict import Verdict, verdict
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.inference.fit import posterior
from standoff.inference.fit.records import Evidence
from standoff.ledger import Ledger
from standoff.report.backends import markdown
from standoff.report.sections.verdict import blocks
from standoff.scenario import load_text
from tests.unit.report.conftest import CLAIMS, SCENARIO
from tests.unit.report.plain import joined, page, shown

if TYPE_CHECKING:
    from standoff.engine.run import Run

MOVED, LEFT = "choices.AAA.reasons.pride.weight", "choices.AAA.rationality"
VOW, MEN = "aaa-vows-2024-01-king", "aaa-men-2024-02-staff"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on a posterior that has one number from a vow and a count of men, and one from nothing."""
    model = build(load_text(SCENARIO), Ledger(tuple(CLAIMS)))
    rng, file = np.random.default_rng(1), tmp_path_factory.mktemp("fit") / "posterior.nc"
    belief = model.plan.parameter(LEFT)
    left = [belief.quantile(p) for p in (rng.permutation(400) + 0.5) / 400]
    draws = np.column_stack([1.1 * np.exp(0.1 * rng.standard_normal(400)), left])
    informs = Evidence(
        entries=("men", "choices.AAA"),
        claims=(MEN, VOW),
        entry=(0, 1),
        shift=np.array([[0.1, 0.5], [0.0, 0.01]]),
        narrowing=np.array([[0.0, 0.4], [0.0, 0.0]]),
        influence=np.array([[0.1, 0.64], [0.0, 0.01]]),
    )
    made = SimpleNamespace(
        draws=draws[None],
        names=(MOVED, LEFT),
        title="",
        as_of="2024-03",
        seed=1,
        model="",
        versions={},
        evidence=informs,
        diagnostics=SimpleNamespace(method="by hand", passed=True, why=""),
    )
    posterior.save(made, model, file)  # type: ignore[arg-type]
    return simulate(posterior.load(model, file), draws=300, seed=1)


@pytest.fixture(scope="module")
def found(run: Run) -> Verdict:
    return verdict(run)


def test_it_counts_as_fitted_and_not_as_assumed(run: Run, found: Verdict) -> None:
    before = {item.path for item in run.model.plan.parameters if item.belief.sources == ("assumption",)}
    assert found.source_counts is not None and MOVED in before
    assert found.source_counts["fitted"] == 1 and sum(found.source_counts.values()) == len(run.model.plan.parameters)
    assumed = {item.path: item.belief for item in found.assumptions}
    assert MOVED not in assumed
    assert "not identified" in assumed[LEFT]


def test_verdict_and_answer_name_the_claims_with_their_influence(run: Run, found: Verdict) -> None:
    data = json.loads(json.dumps(found.to_data()))
    numbers = {item["path"]: item["fit"] for item in data["fitted"]}
    assert [part["entry"] for part in numbers[MOVED]["evidence"]] == ["choices.AAA", "men"]
    assert numbers[MOVED]["evidence"][0]["claims"] == [[VOW, pytest.approx(0.64)]]
    assert numbers[MOVED]["evidence"][0]["influence"] == pytest.approx(np.hypot(0.5, 0.4), abs=1e-4)
    assert numbers[LEFT]["evidence"] == [] and abs(numbers[LEFT]["shift"]) < 0.1
    goes = json.loads(json.dumps(answer(run, ("goes",)).to_data()))["answers"][0]
    assert goes["provenance"]["fitted"] == [VOW, MEN] and VOW in goes["claims"]
    assert goes["influence"] == {VOW: pytest.approx(0.64), MEN: pytest.approx(0.1)}


def test_the_terminal_names_them(run: Run, found: Verdict) -> None:
    text = joined(shown(blocks(run, found, "full")))
    assert f": {VOW} (0.64), {MEN} (0.1)" in text
    assert "1 is fitted" in text and f"({MOVED})" in text.partition("most influential claims")[2]
    assert "1 other parameter" in text


def test_the_page_names_them(run: Run, found: Verdict) -> None:
    text = page(run, found)
    panel = text.partition(f'id="behind-parameter-{MOVED}"')[2].partition("</div>")[0]
    assert f'<a href="#claim-{VOW}">{VOW}</a> (0.64)' in panel and "Fitted: shifted by" in panel
    assert "AAA (influence 0.64)" in panel
    reason = text.partition('id="behind-reason-AAA-pride"')[2].partition("</div>")[0]
    assert VOW in reason and MEN in reason and "Fitted: shifted by" in reason
    choice = text.partition('id="behind-choice-AAA"')[2].partition("</div>")[0]
    assert "Not identified" in choice
    assert "Fitted to claims" in text


def test_paper_names_them(run: Run, found: Verdict) -> None:
    rows = markdown.render(blocks(run, found)).decode().splitlines()
    assert any(MOVED in row and f"{VOW} (0.64)" in row for row in rows)
