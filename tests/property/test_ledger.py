"""What holds for every ledger: no text breaks it but with a `LedgerError`, and nothing is lost out and in."""

from __future__ import annotations

import contextlib
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.dates import PartialDate
from standoff.errors import LedgerError
from standoff.ledger import Claim, Ledger
from standoff.ledger.claim import LARGEST, SMALLEST, make_id

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

WORDS = st.text(max_size=20)
WRITTEN = st.text(min_size=1, max_size=20).filter(str.strip)
SLUGS = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,6}[a-z0-9])?", fullmatch=True)
SIZES = st.floats(SMALLEST, LARGEST) | st.integers(1, 10**30)
NUMBERS = st.builds(lambda size, sign: sign * size, SIZES, st.sampled_from([1, -1, 0]))
UNITS = st.sampled_from(["person", "thousand person", "bn USD", "%", "shell/day"])
DAYS = st.dates(date(2022, 1, 1), date(2025, 12, 31))


def partial(day: date, precision: int) -> str:
    return day.isoformat()[: (4, 7, 10)[precision]]


@st.composite
def claim_data(draw: st.DrawFn, name: str) -> dict[str, Any]:
    said = draw(DAYS)
    about = said - timedelta(days=draw(st.integers(0, 60)))
    printed = said + timedelta(days=draw(st.integers(0, 60)))
    data: dict[str, Any] = {
        "id": name,
        "subject": draw(st.sampled_from(["RUS", "UKR", "CHN.public"])),
        "quantity": draw(st.sampled_from(["losses", "aid_pledged"])),
        "as_of": partial(about, draw(st.integers(0, 2))),
        "published": partial(said, draw(st.integers(0, 2))),
        "speaker": draw(st.sampled_from(["Meduza", "Генштаб"]) | WRITTEN),
        "side": draw(st.sampled_from(["russia", "ukraine", "neutral"])),
        "source": {"title": draw(WRITTEN), "publisher": draw(WORDS), "date": partial(printed, draw(st.integers(0, 2)))},
        "origin": draw(st.just("") | st.sampled_from(["staff", "relay"])),
        "conflict": draw(st.just("") | st.sampled_from(["k", "l"])),
        "basis": draw(st.sampled_from(["found", "recalled", "computed"])),
        "status": draw(st.sampled_from(["proposed", "accepted", "disputed", "retracted"])),
        "lines": sorted(draw(st.sets(st.integers(1, 22), max_size=3))),
        "note": draw(WORDS),
    }
    if draw(st.booleans()):
        text, start = draw(WRITTEN), draw(st.integers(0, 10**6))
        data["quote"] = {"text": text, "start": start, "end": start + len(text)}
    if draw(st.booleans()):
        return data | {"proposition": draw(WRITTEN)}
    low, high = draw(NUMBERS), draw(NUMBERS)
    if low < high and draw(st.booleans()):
        return data | {"low": low, "high": high, "comparator": "range", "unit": draw(UNITS)}
    words = ["exact", "about", "over", "nearly", "at_least", "at_most"]
    return data | {"value": low, "comparator": draw(st.sampled_from(words)), "unit": draw(UNITS)}


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Up to seven claims, and up to three retractions, some of which withdraw another one."""
    names = draw(st.lists(SLUGS, max_size=7, unique=True))
    ledger = Ledger(tuple(Claim.parse(draw(claim_data(name))) for name in names))
    for _ in range(draw(st.integers(0, 3)) if names else 0):
        target = draw(st.sampled_from(ledger.claims))
        published = target.published.last + timedelta(days=draw(st.integers(0, 60)))
        ledger = ledger.retract(
            target.id, "Meduza", published, target.source.model_copy(update={"date": None}), side="west"
        )
    return Ledger(tuple(draw(st.permutations(ledger.claims))))


def read_or_refused(read: Callable[[], Ledger]) -> None:
    try:
        found = read()
    except LedgerError as error:
        assert error.problems
        str(error).encode()
    else:
        assert isinstance(found, Ledger)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(text=st.text(), suffix=st.sampled_from([".jsonl", ".json", ".yaml"]))
def test_any_text_gives_a_ledger_or_a_ledger_error(text: str, suffix: str) -> None:
    read_or_refused(lambda: Ledger.parse(text, f"x{suffix}"))


@given(text=st.text(alphabet="-?:,[]{}#&*!|>'\"%@` \n\tay1.<=~0", max_size=60))
@settings(max_examples=300)
def test_any_yaml_gives_a_ledger_or_a_ledger_error(text: str) -> None:
    read_or_refused(lambda: Ledger.parse(text, "x.yaml"))


@given(text=st.text(alphabet="-:,[]{}# \n'\"aby1.~", max_size=40))
@settings(max_examples=300)
def test_yaml_is_read_as_safe_load_reads_it(text: str) -> None:
    """Where both accept a text, the data is the same; this alphabet has no dates and no numbers of other bases."""
    from standoff.ledger import formats

    found = formats.read_yaml(text, "x.yaml")
    if not found.problems:
        assert repr([raw for _, raw in found.claims]) == repr(yaml.safe_load(text) or [])


@given(name=SLUGS, at=st.data())
def test_a_claim_with_one_field_replaced_by_anything_gives_a_ledger_or_a_ledger_error(
    name: str, at: st.DataObject
) -> None:
    data = at.draw(claim_data(name))
    data[at.draw(st.sampled_from(sorted(Claim.model_fields)) | st.text())] = at.draw(JSON)
    read_or_refused(lambda: Ledger.parse(json.dumps(data)))
    read_or_refused(lambda: Ledger.parse(json.dumps([data]), "x.json"))
    read_or_refused(lambda: Ledger.parse(json.dumps([data], ensure_ascii=False), "x.yaml"))


@given(ledger=ledgers())
def test_save_load_save_is_byte_identical(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("ledger") / "claims.jsonl"
    ledger.save(path)
    raw = path.read_bytes()
    again = Ledger.load(path)
    assert again == ledger
    again.save(path)
    assert path.read_bytes() == raw
    assert again.hash == ledger.hash


@given(ledger=ledgers(), first=DAYS, second=DAYS)
def test_a_later_date_knows_all_that_an_earlier_one_knew(ledger: Ledger, first: date, second: date) -> None:
    """Published claims only grow; what is active may shrink, but only by what a retraction known later withdraws."""
    early, late = sorted((first, second))
    before, after = ledger.as_of(early), ledger.as_of(late)
    assert set(before.claims) <= set(after.claims)
    lost = {claim.id for claim in before.not_retracted()} - {claim.id for claim in after.not_retracted()}
    assert lost <= {claim.retracts for claim in set(after.claims) - set(before.claims)}
    assert all(claim.published.last <= late for claim in after)
    assert ledger.as_of(date.max) == ledger


@given(ledger=ledgers(), order=st.randoms(use_true_random=False))
def test_conflicts_do_not_depend_on_the_order_of_claims(ledger: Ledger, order: Any) -> None:
    claims = list(ledger.claims)
    order.shuffle(claims)
    assert Ledger(tuple(claims)).conflicts() == ledger.conflicts()
    for conflict in ledger.conflicts():
        assert len(set(conflict.claims)) == len(conflict.claims) >= 2
        assert conflict.spread is None or conflict.spread >= 1


@given(ledger=ledgers(), side=st.sampled_from(["russia", "ukraine", "west"]), text=st.sampled_from(["a", "Meduza"]))
def test_every_part_of_a_ledger_is_a_ledger_that_can_be_saved(ledger: Ledger, side: str, text: str) -> None:
    for part in (
        ledger.filter(side=side),
        ledger.filter(text=text),
        ledger.not_retracted(),
        ledger.as_of("2024-06-01"),
    ):
        assert Ledger.parse(part.text) == part
        standing = {claim.id for claim in ledger.not_retracted()}
        if part != ledger.as_of("2024-06-01"):
            assert {claim.id for claim in part.not_retracted()} <= standing


@given(texts=st.lists(st.text(max_size=8), min_size=4, max_size=4), taken=st.integers(0, 3))
def test_made_ids_are_allowed_and_free(texts: list[str], taken: int) -> None:
    names: list[str] = []
    for _ in range(taken + 1):
        names.append(make_id(texts[0], texts[1], texts[2], texts[3], names))
    assert len(set(names)) == len(names)
    for name in names:
        assert Claim.parse({**MINIMAL, "id": name}).id == name


MINIMAL = {
    "id": "x",
    "subject": "RUS",
    "proposition": "so",
    "as_of": "2024",
    "published": "2024",
    "speaker": "x",
    "side": "x",
    "source": {"title": "x"},
    "basis": "found",
    "status": "accepted",
}


@given(day=st.dates(date(1, 1, 1)), precision=st.integers(0, 2))
def test_a_partial_date_spans_the_day_it_was_cut_from(day: date, precision: int) -> None:
    text = partial(day, precision)
    found = PartialDate.parse(text)
    assert str(found) == text
    assert found.first <= day <= found.last
    assert all(partial(other, precision) == text for other in (found.first, found.last))
    for other, step in ((found.first, -1), (found.last, 1)):
        with contextlib.suppress(OverflowError):
            assert partial(other + timedelta(days=step), precision) != text
