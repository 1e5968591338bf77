"""What each verdict needs, on small ledgers."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.reading.audit import Estimate, TextAudit, audit
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from collections.abc import Callable

STAFF = "Iraqi general staff"


def kinds(found: TextAudit) -> list[str]:
    return [verdict.kind for verdict in found.verdicts]


def ledger(
    *rows: tuple[float, str], side: str = "iraq", quantity: str = "tanks_lost", unit: str = "item", **more: Any
) -> Ledger:
    return Ledger(
        tuple(
            claim(f"c{i}", "IRN", quantity, number, day, STAFF, side, unit, **more)
            for i, (number, day) in enumerate(rows)
        )
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("By 1 May 2020, Iran had lost 400 tanks.", "consistent"),
        ("By 1 May 2020, Iran had lost over 310 tanks.", "consistent"),
        ("By 1 May 2020, Iran had lost over 200 tanks.", "stale"),
        ("By 1 May 2020, Iran had lost 100 tanks.", "low"),
        ("By 1 May 2020, Iran had lost 900 tanks.", "high"),
        ("By 1 May 2020, Iran had lost 900 drones.", "not matched"),
        ("By 1 May 2020, Iraq had lost 900 tanks.", "not matched"),
        ("By 1 May 2010, Iran had lost 900 tanks.", "not matched"),  # the claims are of later publication
        ("By 1 May 2024, Iran had lost 100 tanks.", "low"),
        ("According to Iraqi officials, by 1 May 2020, Iran had lost 400 tanks.", "consistent"),
        ("According to Iranian officials, by 1 May 2020, Iran had lost 400 tanks.", "misattributed"),
    ],
)
def test_a_number_against_claims(text: str, kind: str) -> None:
    found = audit(text, ledger((210, "2019-05-01"), (395, "2020-04-28")))
    assert kind in kinds(found), found.verdicts
    assert found.wrong == () or kind in {verdict.kind for verdict in found.wrong}


def test_how_far_off_and_when_it_was_right() -> None:
    found = audit("By 1 May 2020, Iran had lost 200 tanks.", ledger((200, "2019-05-01"), (401, "2020-04-28"))).verdicts[
        0
    ]
    assert (found.kind, found.right_on, found.at) == ("stale", "2019-05-01", "2020-05-01")
    assert found.factor == pytest.approx(200 / 400.5) and (found.low, found.high) == (400.5, 401.5)
    assert [one.role for one in found.claims] == ["then", "differs"]


def test_a_reconciled_interval_takes_the_place_of_claims() -> None:
    asked: list[tuple[str, str, dt.date]] = []

    def estimate(used: Ledger, quantity: str, subject: str, day: dt.date) -> Estimate:
        asked.append((quantity, subject, day))
        return Estimate(0.5, 0.6, 0.7, "thousand item", ("c1",))

    found = audit("By 1 May 2020, Iran had lost 400 tanks.", ledger((400, "2020-04-28")), estimate=estimate).verdicts[0]
    assert asked == [("tanks_lost", "IRN", dt.date(2020, 5, 1))]
    assert (found.kind, found.low, found.high) == ("low", 500, 700) and found.factor == pytest.approx(400 / 500)


def test_others_near_the_date_dispute_it_and_the_same_speaker_does_not() -> None:
    rival = claim("r", "IRN", "tanks_lost", 90, "2020-04-30", "Iranian staff", "iran", "item")
    text = "By 1 May 2020, Iran had lost 400 tanks."
    assert kinds(audit(text, Ledger((*ledger((400, "2020-04-28")), rival)))) == ["disputed"]
    assert kinds(audit(text, ledger((400, "2020-04-28"), (340, "2020-04-10")))) == ["consistent"]


def test_currencies_need_a_rate_or_hold_at_any() -> None:
    aid = ledger((101e9, "2020-04-28"), quantity="aid_total", unit="EUR")
    text = "By May 2020, Iran had received 118 billion dollars in aid."
    assert kinds(audit(text, aid)) == ["consistent"]
    assert kinds(audit(text, aid, rates={"EUR": "1.0 USD"})) == ["high"]
    assert kinds(audit("By May 2020, Iran had received 200 billion dollars in aid.", aid)) == ["high"]


def test_a_count_before_the_first_claim_is_bounded_by_it() -> None:
    rows = ledger((210, "2019-05-01"), (395, "2020-04-28"))
    assert kinds(audit("By 1 May 2010, Iran had lost 900 tanks.", rows, published="2020-05-02")) == ["high"]


def test_what_was_published_later_can_be_left_out() -> None:
    found = audit("By 1 May 2020, Iran had lost 400 tanks.", ledger((395, "2020-04-28")), as_of="2020-01-01")
    assert kinds(found) == ["not matched"] and found.as_of == "2020-01-01"


def test_undated_statements_stand_at_the_date_of_the_text() -> None:
    rows = ledger((210, "2019-05-01"), (400, "2020-04-28"))
    text = "Iran has lost 400 tanks."
    assert kinds(audit(text, rows, published="2020-05-02")) == ["consistent"]
    assert audit(text, rows, published="2019-05-02").verdicts[0].kind == "high"
    named = audit("Iran has lost 400 tanks. By 1 May 2020, it waited for rain in Iraq.", rows)
    assert "2020-05-01" in named.text_date


def test_what_is_wished_or_denied_is_no_number_of_the_text(audited: Callable[..., TextAudit]) -> None:
    assert audited("Iran did not lose 900 tanks in April 2020.", ledger((400, "2020-04-28"))).wrong == ()
    assert audited("Has Iran lost 900 tanks?", ledger((400, "2020-04-28"))).verdicts == ()


def test_an_empty_text_and_an_empty_ledger(audited: Callable[..., TextAudit]) -> None:
    assert audited("", ledger((400, "2020-04-28"))).verdicts == ()
    assert kinds(audited("Iran lost 40 tanks in May 2020.", Ledger())) == ["not matched"]


def test_zero_is_a_number_like_others(audited: Callable[..., TextAudit]) -> None:
    none = ledger((0, "2020-04-28"), side="iraq")
    over = Ledger((claim("o", "IRN", "tanks_lost", 0, "2020-04-28", STAFF, "iraq", "item", comparator="over"),))
    for rows in (none, over):
        found = audited("By 1 May 2020, Iran had lost 900 tanks.", rows).verdicts[0]
        assert found.kind == "high"
    assert audited("By 1 May 2020, Iran had lost 900 tanks.", over).verdicts[0].factor is None


STAFF_SAID = "The Iraqi general staff said that Iran had lost {} tanks by 1 May 2020."


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("about 41,400", "consistent"),
        ("about 44,000", "consistent"),
        ("50,000", "high"),
        ("about 51,000", "high"),
        ("about 46,000", "high"),  # near the number of 29 May, but the day has one of its own
        ("30,000", "low"),
        ("between 45,000 and 90,000", "not matched"),
    ],
)
def test_a_speaker_is_compared_with_the_own_number_of_that_day(words: str, kind: str) -> None:
    claims = ledger((39_000, "2020-04-05"), (41_376, "2020-05-01"), (44_217, "2020-05-29"), comparator="about")
    (verdict,) = audit(STAFF_SAID.format(words), claims, published="2020-06-01").verdicts
    assert (verdict.kind, verdict.low, verdict.high) == (kind, pytest.approx(0.9 * 41_376), pytest.approx(1.1 * 41_376))
    assert {one.id for one in verdict.claims} == {"c1"}


def test_the_verdict_names_what_the_speaker_said() -> None:
    claims = ledger((41_376, "2020-05-01"), comparator="about")
    (verdict,) = audit(STAFF_SAID.format("about 44,000"), claims).verdicts
    assert f"{STAFF} has about 41376" in verdict.text.replace(",", "")


def test_between_two_numbers_of_a_speaker_the_speaker_does_not_dispute() -> None:
    (verdict,) = audit(
        STAFF_SAID.format("40,100"), ledger((39_001, "2020-04-25"), (41_376, "2020-05-05")), published="2020-05-20"
    ).verdicts
    assert verdict.kind == "consistent" and verdict.claims == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("over 54,500", {"high"}),
        ("over 55,000", {"high"}),
        ("about 50,000", {"high", "misattributed"}),
        ("over 40,000", {"not matched"}),
    ],
)
def test_only_a_number_that_another_said_is_misattributed(words: str, expected: set[str]) -> None:
    own = claim("own", "IRN", "tanks_lost", 35_000, "2020-05-01", STAFF, "iraq", "item", comparator="over")
    other = claim(
        "other", "IRN", "tanks_lost", 50_000, "2020-05-01", "Turkish staff", "turkey", "item", comparator="about"
    )
    assert set(kinds(audit(STAFF_SAID.format(words), Ledger((own, other))))) == expected


def test_a_named_speaker_is_not_compared_with_a_reconciled_interval() -> None:
    wide = Estimate(30_000, 50_000, 70_000, "item", ("c0",))
    claims = ledger((41_376, "2020-05-01"), comparator="about")
    (verdict,) = audit(STAFF_SAID.format("50,000"), claims, estimate=lambda *_: wide).verdicts
    assert verdict.kind == "high"


def test_a_number_that_may_round_a_claim_is_neither_confirmed_nor_too_high() -> None:
    assert kinds(audit("By 1 May 2020, Iran had lost 200 tanks.", ledger((171, "2020-05-01")))) == ["not matched"]


def test_a_small_factor_is_not_printed_as_one() -> None:
    claims = ledger((41_376, "2020-05-01"), comparator="about")
    assert " 1.01 " in audit(STAFF_SAID.format("about 46,000"), claims).verdicts[0].text


def two_quantities(first: tuple[float, str], second: tuple[float, str]) -> Ledger:
    """One institute's allocations and commitments of aid, in billions of dollars."""
    rows = (("aid_allocations", *first), ("aid_commitments", *second))
    return Ledger(
        tuple(claim(name[4:], "IRN", name, number, day, "Institute", "neutral", "bn USD") for name, number, day in rows)
    )


AID = "By 1 May 2020, Iran had given {} billion dollars in aid."


@pytest.mark.parametrize(
    ("number", "kind", "cited"),
    [
        (60, "not matched", {"allocations", "commitments"}),  # above one quantity, below the other
        (40, "consistent", {"allocations"}),
        (80, "consistent", {"commitments"}),
        (200, "high", {"commitments"}),
        (10, "low", {"allocations"}),
    ],
)
def test_numbers_of_two_quantities_are_not_pooled(number: float, kind: str, cited: set[str]) -> None:
    (verdict,) = audit(
        AID.format(number), two_quantities((40, "2020-04-20"), (80, "2020-05-10")), published="2020-05-20"
    ).verdicts
    assert (verdict.kind, {one.id for one in verdict.claims}) == (kind, cited)


def test_a_quantity_without_a_claim_near_the_date_has_no_say() -> None:
    rows = two_quantities((40, "2020-04-20"), (60, "2019-05-10"))
    assert kinds(audit(AID.format(90), rows)) == ["high"]


HISTORY = "In 1980 the war began. {}"
LATE = ledger((400, "2020-04-28"))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("By 1 May Iran had lost 900 tanks.", "not matched"),  # of 1980, not of 2020
        ("In April Iran had 900 tanks lost.", "not matched"),
        ("By Friday Iran had lost 900 tanks.", "not matched"),
        ("Iran had lost 100 tanks.", "not matched"),
        ("By 05/06/2020 Iran had lost 900 tanks.", "not matched"),  # of May or of June
        ("Iran has lost 900 tanks.", "high"),
        ("By 1 May 2020 Iran had lost 900 tanks.", "high"),
        ("By today Iran had lost 900 tanks.", "high"),
        ("It was over by 2020. By 1 May Iran had lost 900 tanks.", "high"),
    ],
)
def test_a_number_of_a_year_named_before_is_not_of_the_year_of_publication(words: str, kind: str) -> None:
    found = audit(HISTORY.format(words), LATE, published="2020-05-02")
    assert kinds(found)[-1:] == [kind]


def test_words_of_a_year_named_before_are_not_of_the_year_of_publication() -> None:
    rows = Ledger((claim("p", "IRN", "attack", "Iran attacked Iraq with tanks.", "2020-04-28", STAFF, "iraq"),))
    assert kinds(audit("On 28 April Iran attacked Iraq with tanks.", rows, published="2020-05-02")) == ["consistent"]
    assert "consistent" not in kinds(
        audit(HISTORY.format("On 28 April Iran attacked Iraq with tanks."), rows, published="2020-05-02")
    )


@pytest.mark.parametrize("published", ["", "2020-05-01"])
def test_a_text_is_not_judged_by_claims_published_after_it(published: str) -> None:
    later = ledger((100, "2020-04-28"), published="2021-03-01")
    assert kinds(audit("By 1 May 2020 Iran had lost 400 tanks.", later, published=published)) == ["not matched"]
    assert kinds(audit("By 1 May 2020 Iran had lost 400 tanks.", later, published="2022-01-01")) == ["high"]


def test_a_text_without_a_date_is_compared_with_the_whole_ledger() -> None:
    assert kinds(audit("Iran has lost 900 tanks.", ledger((400, "2020-04-28")))) == ["high"]


@pytest.mark.parametrize("text", ["," * 30_000, "Iran lost 40 tanks in May 2020 and " * 400], ids=["commas", "numbers"])
def test_the_time_of_an_audit_does_not_grow_with_the_square_of_a_sentence(
    audited: Callable[..., TextAudit], text: str
) -> None:
    start = time.process_time()
    audited(text, ledger((400, "2020-04-28")))
    assert (
        time.process_time() - start < 2
    )  # of the processor: half a second where it is linear, and over two where it is not
