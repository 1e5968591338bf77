"""`standoff reconcile` and `standoff check-consistency`: doors, and errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_balance_prints_the_breaks(standoff: Any) -> None:
    page = standoff("check-consistency", "china-russia", "--subject", "UKR", "--as-of", "2024-04-30").stdout
    assert "arrived = killed" in page and "5,174 people" in page
    data = json.loads(
        standoff("check-consistency", "china-russia", "--subject", "UKR", "--as-of", "2024-04-30", "--json").stdout
    )
    assert data["breaks"][0]["rule"] and data["as_of"] == "2024-04-30"


def test_without_a_quantity_those_of_the_most_speakers_are_named(standoff: Any) -> None:
    told = standoff("reconcile", "china-russia", code=1).stderr
    assert "no quantity" in told and "--quantity personnel_" in told


def test_without_a_subject_the_actors_are_named(standoff: Any) -> None:
    told = standoff("reconcile", "china-russia", "--quantity", "personnel_losses", code=1).stderr
    assert "`personnel_losses` has claims about" in told and "write such as --subject" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--quantity", "personnel_loses", "--subject", "RUS"), "did you mean `personnel_losses`"),
        (("--quantity", "personnel_losses", "--subject", "RUS", "--as-of", "soon"), "'soon' is not a date"),
        (("--quantity", "personnel_losses", "--subject", "RUS", "-o", "x.png"), "does not end in .svg"),
        (("--quantity", "personnel_losses", "--subject", "RUS", "--without", "russland"), "no claim is by `russland`"),
    ],
)
def test_bad_options_say_what_is_allowed(standoff: Any, words: tuple[str, ...], message: str) -> None:
    assert message in standoff("reconcile", "china-russia", *words, code=1).stderr


def test_missing_packages_are_named_with_what_to_do(standoff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from standoff.inference import _optional

    monkeypatch.setattr(_optional, "NEEDED", ("no_such_package",))
    told = standoff("reconcile", "china-russia", "--quantity", "personnel_losses", "--subject", "RUS", code=1).stderr
    assert "fitting needs no_such_package" in told and 'pip install "arviz-stats>=' in told


def test_claims_in_categories_are_reconciled_by_the_same_command(standoff: Any, tmp_path: Path) -> None:
    case = tmp_path / "case"
    standoff("new", str(case), "--from", "korea-1950")
    rows = [
        {
            "id": f"{day}-{speaker.lower()}",
            "subject": "CHN",
            "quantity": "troops_across_the_river",
            "proposition": f"{says.title()}.",
            "as_of": f"1950-09-{day}",
            "published": f"1950-09-{day}",
            "speaker": speaker,
            "side": "press",
            "source": {"title": "a wire"},
            "basis": "recalled",
            "status": "accepted",
        }
        for day, told in (("10", "yes yes no"), ("11", "no no no"), ("12", "yes yes yes"), ("13", "yes yes no"))
        for speaker, says in zip(("Ann", "Bob", "Cid"), told.split(), strict=True)
    ]
    with (case / "claims.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    ask = ("reconcile", str(case), "--quantity", "troops_across_the_river")
    data = json.loads(standoff(*ask, "--json").stdout)
    assert [item["likeliest"] for item in data["items"]] == ["yes", "no", "yes", "yes"]
    rates = {source["source"]: source["rates"] for source in data["sources"]}
    assert rates["Cid"][1][0] > 0.3 > rates["Ann"][1][0]  # says no where yes is true
    page = standoff(*ask).stdout
    assert "who says what" in page and "no: Cid" in page
    told = standoff("reconcile", "china-russia", "--quantity", "alignment_demand", code=1).stderr
    assert "say 3 different things" in told and "--categories" in told
    assert "have no path" in standoff(*ask, "--at", "1950-09-12", code=1).stderr


def test_propositions_are_coded_in_a_table(standoff: Any, tmp_path: Path) -> None:
    """What officials and papers say of Chinese arms for Russia, coded by hand in one item a year."""
    from standoff import catalog

    group = [claim for claim in catalog.claims("china-russia") if claim.conflict == "chinese-lethal-aid"]
    file = tmp_path / "codes.csv"
    rows = [f"{claim.id},{'no' if 'no_' in claim.quantity else 'yes'},{claim.as_of.first.year}" for claim in group]
    file.write_text("\n".join(["id,category,item", *rows]))
    data = json.loads(standoff("reconcile", "china-russia", "--categories", str(file), "--json").stdout)
    assert {item["item"] for item in data["items"]} == {str(claim.as_of.first.year) for claim in group}
    assert sum(len(item["claims"]) for item in data["items"]) == len(group) == len(rows)
    for text, message in (
        ("id,kind\n", "the column `category` is missing"),
        ("id,category\nnobody,yes\n", "`nobody` is no claim of the ledger"),
        (f"id,category\n{group[0].id},\n", "has no category"),
        (f"id,category\n{group[0].id},yes\n{group[0].id},no\n", "is coded twice"),
    ):
        file.write_text(text)
        assert message in standoff("reconcile", "china-russia", "--categories", str(file), code=1).stderr
