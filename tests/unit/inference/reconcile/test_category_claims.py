"""Claims in categories: the published table as a ledger, relays, groups, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff.errors import ModelError
from standoff.inference.reconcile.categories import error_rates
from standoff.inference.reconcile.category_claims import reconcile_categories
from standoff.ledger import Claim, Ledger
from tests.unit.inference.reconcile.test_categories import TABLE, counts

BARE = {
    "side": "press",
    "source": {"title": "a page"},
    "basis": "found",
    "status": "accepted",
    "quantity": "bridge_is_down",
    "subject": "AAA",
}


def says(name: str, day: str, speaker: str, category: str, **more: Any) -> Claim:
    """A claim that answers in a category."""
    dates = {"as_of": day, "published": day}
    told = {"id": name, "speaker": speaker, "proposition": category}
    return Claim.parse({**BARE, **dates, **told, **more})


def ledger(told: str, speakers: str = "Ann Bob Cid", **more: Any) -> Ledger:
    """Days of January, one a word of marks y and n, one a speaker; a dash is silence."""
    return Ledger(
        tuple(
            says(f"d{day}-{speaker.lower()}", f"2030-01-{day:02d}", speaker, {"y": "yes", "n": "no"}[mark], **more)
            for day, marks in enumerate(told.split(), start=1)
            for speaker, mark in zip(speakers.split(), marks, strict=False)
            if mark != "-"
        )
    )


def test_the_anaesthetists_as_a_ledger_have_the_rates_of_their_table() -> None:
    claims = [
        says(
            f"p{patient}-o{observer}-{k}",
            "1970-01-01",
            f"Observer {observer + 1}",
            mark,
            quantity="fitness",
            conflict=f"patient-{patient:02d}",
        )
        for patient, row in enumerate("".join(TABLE.split("\n")).split("/"))
        for observer, marks in enumerate(row.split())
        for k, mark in enumerate(marks)
    ]
    assert len(claims) == 315
    out = reconcile_categories(Ledger(tuple(claims)), "fitness", as_of="2030-01-01")
    assert out.categories == ("1", "2", "3", "4") and len(out.items) == 45
    table = error_rates(counts())
    assert out.shares == pytest.approx(table.shares, abs=0.01)
    assert [source.rates for source in out.sources] == pytest.approx(table.rates, abs=0.02)
    assert out.items[0].likeliest == "1" and not out.warnings


def test_who_agrees_with_the_others_is_trusted_more() -> None:
    out = reconcile_categories(ledger("yyn nny yyn nnn yyy yny"), "bridge_is_down", as_of="2030-02-01", title="a case")
    assert [item.likeliest for item in out.items[:5]] == ["yes", "no", "yes", "no", "yes"]
    rates = {source.source: np.array(source.rates) for source in out.sources}
    assert np.diag(rates["Ann"]).min() > np.diag(rates["Cid"]).max()
    assert out.items[0].without_one is not None
    assert out.items[0].without_one[0] < max(out.items[0].chances) <= out.items[0].without_one[1]
    assert out.items[0].speakers == {"no": ("Cid",), "yes": ("Ann", "Bob")}


def test_one_item_is_what_the_assumption_says() -> None:
    """Two of three sources, each right in three of four before: the odds are 3 to 1."""
    out = reconcile_categories(ledger("yyn"), "bridge_is_down", as_of="2030-02-01")
    assert out.items[0].chances[1] == pytest.approx(0.75, abs=0.01)
    assert "3 sources on 1 items" in out.warnings[0]


def test_a_relay_counts_as_its_origin_once() -> None:
    told = ledger("yyn nny yyn")
    relay = says("relayed", "2030-01-03", "The Daily", "yes", origin="ann")
    first = next(claim for claim in told if claim.id == "d3-ann").model_copy(update={"origin": "ann"})
    joined = Ledger((*(claim for claim in told if claim.id != "d3-ann"), first, relay))
    plain, relayed, apart = (
        reconcile_categories(one, "bridge_is_down", as_of="2030-02-01", independent_relays=loose)
        for one, loose in ((told, False), (joined, False), (joined, True))
    )
    assert [item.chances for item in plain.items] == [item.chances for item in relayed.items]
    assert {source.source for source in apart.sources} == {"Ann", "Bob", "Cid", "The Daily"}


def test_later_retracted_and_excluded_claims_do_not_count() -> None:
    told = ledger("yyn nny yyn nnn")
    early = reconcile_categories(told, "bridge_is_down", as_of="2030-01-02")
    assert [item.day for item in early.items] == ["2030-01-01", "2030-01-02"]
    out = reconcile_categories(told, "bridge_is_down", as_of="2030-02-01", without=["Cid"])
    assert {source.source for source in out.sources} == {"Ann", "Bob"} and len(out.left_out) == 4


@pytest.mark.parametrize(
    ("of", "what"),
    [
        ({"quantity": "bridge_down"}, "did you mean `bridge_is_down`"),
        ({"subject": "BBB"}, "of `BBB`"),
        ({"as_of": "2029-01-01"}, "was published by 2029-01-01"),
        ({"without": ["Ann", "Bob", "Cid"]}, "every claim is left out"),
        ({"without": ["nobody"]}, "no claim is by `nobody`"),
    ],
)
def test_what_cannot_be_reconciled_is_refused(of: dict[str, Any], what: str) -> None:
    ask = {"quantity": "bridge_is_down", "as_of": "2030-02-01", **of}
    with pytest.raises(ModelError, match=what):
        reconcile_categories(ledger("yyn nny"), **ask)


def test_one_category_is_refused_unless_it_is_yes_or_no() -> None:
    one = Ledger(tuple(says(f"c{k}", "2030-01-01", f"S{k}", "retreat") for k in range(3)))
    with pytest.raises(ModelError, match="says `retreat`"):
        reconcile_categories(one, "bridge_is_down", as_of="2030-02-01")
    assert reconcile_categories(ledger("yyy"), "bridge_is_down", as_of="2030-02-01").items[0].likeliest == "yes"
