"""The finding: what it answers, what moves it, and that it is what the claims say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest

from standoff import notebook
from standoff.errors import ModelError
from standoff.inference.reconcile import reconcile as reconciliation
from standoff.inference.reconcile.reconcile import reconcile
from standoff.ledger import Ledger
from standoff.report import render
from standoff.report.charts import claim_path
from standoff.report.sections import reconcile as reconciled

if TYPE_CHECKING:
    from standoff.inference.reconcile.records import ReconciledQuantity

ASKED = ("personnel_losses", "RUS")


@pytest.fixture(scope="module")
def found(war: Ledger) -> ReconciledQuantity:
    return reconcile(war, *ASKED, as_of="2022-09-30", at="2022-08-28", refits=0, draws=500, title="a war")


def test_the_answer_lies_between_the_admission_and_the_enemys_count(found: ReconciledQuantity) -> None:
    assert found.checks.passed and not found.warnings
    assert 16_000 < found.at.low < found.at.median < found.at.high < 200_000
    assert found.at.day == "2022-08-28" and 0 < found.mc_error < 0.1 * found.at.median


def test_the_path_never_falls_and_ends_where_knowledge_does(found: ReconciledQuantity) -> None:
    for name in ("low", "quarter", "median", "three_quarters", "high"):
        assert (np.diff([getattr(point, name) for point in found.path]) >= 0).all()
    assert found.path[-1].day <= "2022-09-30"


def test_sources_are_off_in_the_direction_that_the_claims_show(found: ReconciledQuantity) -> None:
    sources = {item.source: item for item in found.sources}
    assert sources["Ministry of Russia"].bias < 0.8 < 1 < sources["General Staff of Ukraine"].bias
    assert sources["Counters, by name"].by_name and sources["Counters, by name"].bias < 1
    assert sum(item.claims for item in found.sources) == len(found.claims)


def test_influences_begin_with_the_largest(found: ReconciledQuantity) -> None:
    changes = [abs(item.change) for item in found.influences]
    assert changes and changes == sorted(changes, reverse=True)


@pytest.mark.slow
def test_weights_agree_with_a_fit_without_the_claim(war: Ledger) -> None:
    found = reconcile(war, *ASKED, as_of="2022-09-30", at="2022-08-28", refits=1, draws=500)
    (first,) = (item for item in found.influences if item.refitted is not None)
    assert first.refitted is not None and first.refitted_interval is not None
    width = first.refitted_interval[1] - first.refitted_interval[0]
    if first.is_reliable:
        assert abs(first.refitted - first.median) < 0.15 * width  # about four errors of two medians from 400 draws


def test_a_claim_published_later_changes_nothing(war: Ledger, say, found: ReconciledQuantity) -> None:  # type: ignore[no-untyped-def]
    late = war.add([say("Office", 500_000, "2022-08-28", published="2022-10-01")])
    again = reconcile(late, *ASKED, as_of="2022-09-30", at="2022-08-28", refits=0, draws=500)
    assert again.at == found.at and again.sources == found.sources


@pytest.mark.slow
def test_a_count_that_leaves_its_own_line_is_told(war: Ledger, found: ReconciledQuantity) -> None:
    last = next(claim for claim in war if claim.id == "rus-personnel-losses-2022-08-28-general-staff-of-ukraine-78000")
    odd = Ledger(tuple(claim.model_copy(update={"value": 190_000}) if claim is last else claim for claim in war))
    seen = reconcile(odd, *ASKED, as_of="2022-09-30", at="2022-08-28", refits=0, draws=500)
    before, after = (next(claim for claim in one.claims if claim.id == last.id) for one in (found, seen))
    assert not before.surprising and after.surprising and after.residual > before.residual


def test_it_shows_itself(found: ReconciledQuantity, capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    Console(width=120).print(render.terminal(reconciled.blocks(found)))
    page = capsys.readouterr().out
    for word in ("90 %:", "Sources", "counts by name", "without it", "draws, R-hat"):
        assert word in page
    data = json.loads(json.dumps(found.to_data(), allow_nan=False))
    assert data["at"]["median"] == found.at.median and data["made"]["prior"]["trend"] == 0.15
    picture = ElementTree.fromstring(claim_path.picture(found))
    assert "var(--" not in claim_path.picture(found) and picture.tag.endswith("svg")
    assert "<svg" in notebook.html(found)


def test_what_is_to_come_is_not_reconciled(war: Ledger) -> None:
    with pytest.raises(ModelError, match="lies after 2022-09-30, the last day with claims"):
        reconcile(war, *ASKED, as_of="2022-09-30", at="2023-01-01")


def test_weighted_quantiles_are_those_of_repeated_draws() -> None:
    rng = np.random.default_rng(1)
    values, times = rng.normal(size=2_000), rng.integers(1, 5, 2_000)
    mine = reconciliation.weighted(values, times.astype(float), (0.05, 0.5, 0.95))
    np.testing.assert_allclose(mine, np.quantile(np.repeat(values, times), (0.05, 0.5, 0.95)), atol=0.01)
