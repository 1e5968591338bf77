"""The tools of an agent give what the functions of the package give, with what they rest on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import standoff
from standoff.addons.agents import tools
from standoff.addons.agents.limits import Limits
from standoff.analysis.stored_bands import stored_bands
from standoff.errors import LedgerError, ModelError, StandoffError
from standoff.ledger import Ledger

CASE = "closed-form"
FEW = tools.SimulatedFutures(draws=256)
CLAIM: dict[str, Any] = {
    "subject": "BLU",
    "quantity": "gain",
    "value": 1.2,
    "unit": "1",
    "comparator": "exact",
    "as_of": "2030-01-15",
    "published": "2030-01-20",
    "speaker": "Red staff",
    "side": "red",
    "source": {"title": "Red daily", "date": "2030-01-20"},
}


def test_every_answer_names_its_case_and_claims() -> None:
    ledger = standoff.load(CASE).ledger
    found = [
        tools.show(Limits(), CASE),
        tools.validate(Limits(), CASE),
        tools.claims(Limits(), CASE),
        tools.run(Limits(), CASE, ["acts"], FEW),
        tools.explain(Limits(), CASE, futures=FEW),
        tools.flip(Limits(), CASE, futures=FEW),
    ]
    assert {item["case"]["claims"] for item in found} == {ledger.hash}
    assert len({item["case"]["digest"] for item in found}) == 1
    assert [row["case"] for row in tools.list_cases(Limits())["result"]] == list(standoff.catalog.slugs())


def test_a_run_is_that_of_the_package_and_has_its_band_and_claims() -> None:
    model = standoff.build(standoff.load(CASE))
    told = tools.run(Limits(), CASE, ["acts"], FEW)["result"]
    own = standoff.answer(standoff.simulate(model, draws=256, seed=1), ("acts",)).to_data()
    (answer,), (same,) = told["answers"], own["answers"]
    assert told["origin"]["model"] == model.hash
    assert (answer["answer"], answer["claims"]) == (same["answer"], same["claims"]) and answer["claims"]
    assert answer["band"]["low"] == stored_bands(model).of["acts"].low


def test_reasons_and_flips_carry_the_band_of_their_answer() -> None:
    band = stored_bands(standoff.build(standoff.load(CASE))).of["acts"]
    for told in (tools.explain(Limits(), CASE, "acts", FEW), tools.flip(Limits(), CASE, "acts", futures=FEW)):
        assert (told["band"]["low"], told["band"]["high"]) == (band.low, band.high)
    changed = tools.SimulatedFutures(draws=256, changes={"act_gain": 0.0})
    with pytest.raises(StandoffError):
        tools.explain(Limits(), CASE, "acts", changed)


def test_changes_and_holds_make_another_case() -> None:
    lever = next(iter(standoff.load(CASE).scenario.scenario.levers))
    as_it_is = tools.run(Limits(), CASE, ["acts"], FEW)
    held = tools.run(Limits(), CASE, ["acts"], tools.SimulatedFutures(draws=256, held={"BLU": {"2030-06": "act"}}))
    moved = tools.run(Limits(), CASE, ["acts"], tools.SimulatedFutures(draws=256, changes={lever: 0.0}))
    assert len({item["case"]["digest"] for item in (as_it_is, held, moved)}) == 3
    assert held["result"]["answers"][0]["answer"] == 1


def test_parts_and_claims_are_given_by_the_page() -> None:
    outline = tools.show(Limits(), CASE)["result"]
    stocks = tools.show(Limits(), CASE, "stocks", first=2, most=3)
    assert stocks["entries"] == outline["stocks"] and len(stocks["result"]) == 3
    rest = tools.show(Limits(), CASE, "stocks", most=500)["result"]
    assert rest[2:5] == stocks["result"]
    claims = tools.claims(Limits(), "korea-1950", speaker="Stalin to Zhou Enlai")
    assert claims["entries"] == len(claims["result"]) > 0
    assert {row["speaker"] for row in claims["result"]} == {"Stalin to Zhou Enlai"}
    assert tools.claims(Limits(), "china-russia", conflicts=True, most=1)["entries"] > 1


def test_what_is_misspelt_is_refused_with_what_is_allowed() -> None:
    calls: list[Callable[[], Any]] = [
        lambda: tools.show(Limits(), CASE, "stock"),
        lambda: tools.run(Limits(), CASE, ["act"]),
        lambda: tools.explain(Limits(), CASE, "act"),
    ]
    for call in calls:
        with pytest.raises(ModelError) as error:
            call()
        assert error.value.problems[0].allowed


def test_proposed_claims_wait_for_a_person(tmp_path: Path) -> None:
    limits = Limits(write=tmp_path)
    told = tools.propose_claims(limits, CASE, [CLAIM, CLAIM | {"value": 1.4, "status": "accepted", "id": "mine"}])
    ledger = Ledger.load(told["result"]["file"])
    assert [claim.id for claim in ledger] == told["result"]["claims"] and len(set(told["result"]["claims"])) == 2
    assert {claim.status for claim in ledger} == {"proposed"} and not list(ledger._active)
    again = tools.propose_claims(limits, CASE, [CLAIM, CLAIM | {"value": 1.4}])
    assert again["result"] == told["result"] and len(list(tmp_path.iterdir())) == 1


def test_one_invalid_claim_keeps_all_from_being_written(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as error:
        tools.propose_claims(Limits(write=tmp_path), CASE, [CLAIM, {**CLAIM, "as_of": "soon"}])
    assert "as_of" in error.value.problems[0].path and not list(tmp_path.iterdir())


ARTICLE = """China has not supplied Russia with weapons for two reasons.
Firstly, China fears sanctions of the United States on its banks.
Secondly, China sells goods to Europe and earns much by this trade.
Russia lost over 300,000 soldiers by the end of 2023, Ukraine said."""


def test_an_article_becomes_a_draft_and_is_kept_only_where_one_may_write(tmp_path: Path) -> None:
    told = tools.draft(Limits(), ARTICLE, "2024-04-02")["result"]
    own = standoff.draft(ARTICLE, "2024-04-02")
    assert told["files"] == dict(own.files) and told["claims"] == own.claims > 0 and "folder" not in told
    kept = tools.draft(Limits(write=tmp_path), ARTICLE, "2024-04-02")["result"]
    again = tools.draft(Limits(write=tmp_path), ARTICLE, "2024-04-02")["result"]
    (folder,) = tmp_path.iterdir()
    assert kept == again and kept["folder"] == str(folder)
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == told["files"]
    with pytest.raises(StandoffError):
        tools.draft(Limits(), "Nothing happened.", "2024-04-02")
