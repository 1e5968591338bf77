from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pydantic
import pytest

from standoff.errors import LedgerError
from standoff.ledger import Claim
from standoff.ledger.claim import is_share, make_id

Make = Callable[..., Claim]
Data = Callable[..., dict[str, Any]]


def test_keys_are_saved_in_the_order_of_the_fields_and_empty_ones_left_out(data: Data) -> None:
    everything = data(
        quote={"text": "413760", "start": 10, "end": 16},
        origin="staff",
        conflict="losses",
        lines=[1, 5],
        note="said so",
    )
    everything["source"] |= {"publisher": "Facebook", "date": "2024-03", "url": "https://example.org"}
    shuffled = dict(sorted(everything.items()))
    line = Claim.parse(shuffled).line()
    assert list(json.loads(line)) == [
        "id",
        "subject",
        "quantity",
        "value",
        "unit",
        "comparator",
        "as_of",
        "published",
        "speaker",
        "side",
        "source",
        "quote",
        "origin",
        "conflict",
        "basis",
        "status",
        "lines",
        "note",
    ]
    assert json.loads(line) == everything


def test_whole_numbers_stay_whole_and_dates_keep_their_precision(claim: Make) -> None:
    assert claim(value=3).to_data()["value"] == 3
    assert isinstance(claim(value=3).to_data()["value"], int)
    assert isinstance(claim(value=3.0).to_data()["value"], float)
    assert claim(as_of="2024-02").to_data()["as_of"] == "2024-02"


def test_cannot_be_edited(claim: Make) -> None:
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        setattr(claim(), "value", 4)  # noqa: B010  (mypy knows that it cannot be set)


@pytest.mark.parametrize(
    ("comparator", "key"), [("at_least", "low"), ("over", "low"), ("at_most", "high"), ("nearly", "high")]
)
def test_a_bound_may_stand_for_the_value(claim: Make, comparator: str, key: str) -> None:
    assert claim(comparator=comparator, value=None, **{key: 5}) == claim(comparator=comparator, value=5)


NO_NUMBER: dict[str, Any] = {"value": None, "unit": None, "comparator": None}


@pytest.mark.parametrize(
    "changes",
    [
        {**NO_NUMBER, "proposition": "there is no front line"},
        {**NO_NUMBER, "proposition": "there is no front line", "quantity": None},
        {**NO_NUMBER, "status": "retracted", "retracts": "other"},
        {"value": None, "low": -1, "high": 0.5, "comparator": "range"},
        {"value": 0},
        {"unit": "bn USD/month"},
        {"subject": "RUS.public"},
        {"as_of": "2030", "quantity": "personnel_losses_forecast"},
        {**NO_NUMBER, "as_of": "2030", "proposition": "the war will be over"},
        {"as_of": "2024", "published": "2024-02-29"},
        {"as_of": "2024-02-29", "published": "2024"},
        {"lines": [22]},
    ],
)
def test_accepts(claim: Make, changes: dict[str, Any]) -> None:
    assert Claim.parse(claim(**changes).to_data()) == claim(**changes)


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"value": None}, "value", ["neither a number nor a proposition"]),
        ({"proposition": "it is so"}, "proposition", ["both a proposition and a number"]),
        ({"unit": None}, "unit", ["number without a unit", "bn USD"]),
        ({"unit": "persn"}, "unit", ["unknown unit `persn`", "did you mean `person`?"]),
        ({"unit": "trn trn trn"}, "unit", ["is out of range"]),
        ({"quantity": None}, "quantity", ["number without a quantity"]),
        ({"quantity": "Personnel losses"}, "quantity", ["`Personnel losses`", "personnel_losses"]),
        ({"comparator": None}, "comparator", ["number without a comparator", "at_least"]),
        ({"comparator": "at_lest"}, "comparator", ["`at_lest`", "did you mean `at_least`?"]),
        ({"comparator": ["exact"]}, "comparator", ["['exact']", "about"]),
        ({"comparator": "range"}, "comparator", ["`range` with value", "low and high"]),
        ({"comparator": "range", "value": None, "low": 5}, "comparator", ["`range` with low"]),
        ({"comparator": "range", "value": None, "low": 5, "high": 5}, "low", ["impossible range: 5 to 5"]),
        ({"comparator": "range", "value": None, "low": 9, "high": 5}, "low", ["impossible range: 9 to 5"]),
        ({"comparator": "about", "value": None, "low": 5}, "comparator", ["`about` with low"]),
        ({"comparator": "at_least", "value": None, "high": 5}, "comparator", ["`at_least` with high", "only low"]),
        ({"comparator": "over", "low": 5}, "comparator", ["`over` with value, low"]),
        ({"value": "413760"}, "value", ["`413760` is not a number", "without quotes"]),
        ({"value": True}, "value", ["`True` is not a number"]),
        ({"value": float("nan")}, "value", ["`nan` is out of range"]),
        ({"value": float("inf")}, "value", ["`inf` is out of range"]),
        ({"value": 10**400}, "value", ["a huge number is out of range"]),
        ({"value": 1e-300}, "value", ["out of range"]),
        ({**NO_NUMBER, "proposition": "so", "unit": "person"}, "unit", ["`person` without a number", "leave it out"]),
        ({**NO_NUMBER, "proposition": "so", "comparator": "over"}, "comparator", ["`over` without a number"]),
        ({**NO_NUMBER, "proposition": "  "}, "value", ["neither a number nor a proposition"]),
        ({"as_of": "2024-02-30"}, "as_of", ["'2024-02-30' is not a day", "YYYY-MM"]),
        ({"as_of": "2024-03"}, "as_of", ["dates out of order: about 2024-03, said 2024-02-29", "_forecast"]),
        ({"source": {"title": "x", "date": "2024-02-28"}}, "published", ["said 2024-02-29, printed 2024-02-28"]),
        ({"retracts": "other"}, "status", ["has status `accepted`"]),
        ({"retracts": "rus-personnel-losses-2024-02-29-general-staff", "status": "retracted"}, "retracts", ["itself"]),
        ({"id": "Not an id"}, "id", ["`Not an id`", "lower case"]),
        ({"id": "-x"}, "id", ["`-x`"]),
        ({"id": "x\n"}, "id", ["not allowed here"]),
        ({"origin": "A B"}, "origin", ["`A B`"]),
        ({"subject": "Russia"}, "subject", ["`Russia`", "RUS, NATO"]),
        ({"side": "Ukraine"}, "side", ["`Ukraine`"]),
        ({"speaker": " "}, "speaker", ["not blank"]),
        ({"speaker": None}, "speaker", ["`speaker` is missing"]),
        ({"status": "acepted"}, "status", ["did you mean `accepted`?", "proposed"]),
        ({"basis": "guessed"}, "basis", ["found, recalled, computed"]),
        ({"speeker": "x"}, "speeker", ["unknown key `speeker`", "did you mean `speaker`?"]),
        ({"source": {"title": "x", "link": "y"}}, "source.link", ["unknown key `link`", "publisher"]),
        ({"source": {"title": "x", "url": "www.example.org"}}, "source.url", ["https://"]),
        ({"source": "Facebook"}, "source", ["`Facebook`"]),
        ({"source": {}}, "source.title", ["missing"]),
        ({"quote": {"text": "413760", "start": 10, "end": 15}}, "quote", ["10 to 15", "end = start + 6"]),
        ({"quote": {"text": "413760", "start": -1, "end": 5}}, "quote.start", ["-1"]),
        ({"lines": [5, 1]}, "lines", ["are not in rising order"]),
        ({"lines": [1, 1]}, "lines", ["are not in rising order"]),
        ({"lines": [0]}, "lines.0", ["0"]),
        ({"lines": [True]}, "lines.0", ["True"]),
    ],
)
def test_refuses_and_says_where_what_and_what_is_allowed(
    data: Data, changes: dict[str, Any], path: str, words: list[str]
) -> None:
    raw = data(**changes)
    with pytest.raises(LedgerError) as caught:
        Claim.parse(raw, "claims.jsonl:7")
    (problem,) = caught.value.problems
    name = raw["id"] if raw["id"].isprintable() else "?"
    assert (problem.where, problem.path) == ("claims.jsonl:7", f"claims[{name}].{path}")
    for word in words:
        assert word in str(problem)


def test_names_every_mistake_of_a_claim(data: Data) -> None:
    with pytest.raises(LedgerError) as caught:
        Claim.parse(data(as_of="2025", unit=None, comparator="range"))
    assert [problem.path.rpartition(".")[2] for problem in caught.value.problems] == ["unit", "comparator", "as_of"]


@pytest.mark.parametrize("raw", [None, 3, "claim", ["claim"], {1: 2}, {"id": "\ud800"}, {"id": [[[[[[[[]]]]]]]]}])
def test_refuses_what_is_not_a_claim_at_all(raw: object) -> None:
    with pytest.raises(LedgerError):
        Claim.parse(raw)


def test_a_long_or_unprintable_value_is_shown_short(data: Data) -> None:
    with pytest.raises(LedgerError) as caught:
        Claim.parse(data(side="\ud800", status="x" * 10_000))
    assert len(str(caught.value).encode()) < 1000


def test_ids_are_readable_stable_and_unique() -> None:
    name = make_id("RUS", "personnel_losses", "2024-02-29", "General Staff")
    assert name == "rus-personnel-losses-2024-02-29-general-staff"
    assert make_id("RUS", "personnel_losses", "2024-02-29", "General Staff", {name}) == f"{name}-2"
    assert make_id("RUS", "personnel_losses", "2024-02-29", "General Staff", {name, f"{name}-2"}) == f"{name}-3"
    assert make_id("CHN.public", "x", "2024", "Élysée, l'") == "chn.public-x-2024-elysee-l"


def test_speakers_in_other_scripts_get_different_ids() -> None:
    first, second = (make_id("RUS", "x", "2024", speaker) for speaker in ("Генштаб", "外交部"))
    assert first != second
    assert first == make_id("RUS", "x", "2024", "Генштаб")


def test_says_its_content_in_a_few_words(claim: Make) -> None:
    assert claim().statement == "413760 person"
    assert claim(comparator="at_least").statement == "at least 413760 person"
    assert claim(value=None, low=1, high=2.5, comparator="range").statement == "1 to 2.5 person"
    assert claim(**NO_NUMBER, proposition="it is so").statement == "it is so"
    assert claim(**NO_NUMBER, retracts="other", status="retracted").statement == "retracts other"


def test_the_schema_for_editors_names_every_field() -> None:
    schema = Claim.model_json_schema()
    assert list(schema["properties"]) == list(Claim.model_fields)
    assert all("description" in field for field in schema["properties"].values())
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("field", ["speaker", "note", "proposition", "side"])
def test_half_of_a_character_is_refused(data: Data, field: str) -> None:
    """JSON may hold it (`\\ud800`), and no file and no terminal takes it."""
    with pytest.raises(LedgerError, match=rf"claims\[.*\]\.{field}[\s\S]*incomplete character"):
        Claim.parse(data(**{field: "so \ud800 it is"}))


@pytest.mark.parametrize(
    ("quantity", "unit", "share"),
    [
        ("settlement_share_rouble_yuan", "%", True),
        ("public_for_mediation", "%", True),
        ("share_of_aid", "1", True),
        ("public_for_mediation", "1", False),  # a number of people or of polls
        ("exports_growth", "%", False),
        ("share_change", "%", False),
        ("losses_share_of_prewar_force", "%", False),
        ("share_ratio", "1", False),
        ("share_of_aid", "item", False),
    ],
)
def test_parts_of_a_whole_are_told_by_quantity_and_unit(
    claim: Callable[..., Claim], quantity: str, unit: str, share: bool
) -> None:
    assert is_share(claim(quantity=quantity, unit=unit)) is share
