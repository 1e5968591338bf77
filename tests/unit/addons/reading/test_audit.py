"""What each verdict needs, on small ledgers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.reading.audit import TextAudit, audit
from standoff.addons.reading.audit.judge import content
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from collections.abc import Callable

STAFF = "Iraqi general staff"


def kinds(found: TextAudit) -> list[str]:
    return [f"{verdict.kind} {verdict.slot}".strip() for verdict in found.verdicts]


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
        ("By 1 May 2020, Iran had lost 401 tanks.", "consistent"),
        ("By 1 May 2020, Iran had lost about 400 tanks.", "consistent"),
        ("By 1 May 2020, Iran had lost over 400 tanks.", "consistent"),
        ("By 1 May 2020, Iran had lost over 300 tanks.", "contradicted number"),
        ("By 1 May 2020, Iran had lost 300 tanks.", "contradicted number"),  # between two claims, and no claim has it
        ("By 1 May 2020, Iran had lost 210 tanks.", "contradicted date"),
        ("By 1 May 2020, Iran had lost 409 tanks.", "near number"),
        ("By 1 May 2020, Iran had lost 900 drones.", "not matched"),
        ("By 1 May 2020, Iraq had lost 900 tanks.", "not matched"),
        ("By 1 May 2010, Iran had lost 900 tanks.", "not matched"),  # the claims are of later publication
        ("By 1 May 2020, Iran was losing 401 tanks a month.", "near period"),
        ("By 1 May 2020, the Iraqi general staff said, Iran was losing 401 tanks a month.", "contradicted period"),
        ("According to Iraqi officials, by 1 May 2020, Iran had lost 401 tanks.", "consistent"),
        ("According to Oryx, by 1 May 2020, Iran had lost 401 tanks.", "near speaker"),
        ("According to Iraq, by 1 May 2020, Iran had lost 401 tanks.", "consistent"),
        ("According to the Iraqi general staff, by 1 May 2020, Iran had lost 900 tanks.", "contradicted number"),
        ("According to Iranian officials, by 1 May 2020, Iran had lost 401 tanks.", "contradicted speaker"),
        ("By 1 May 2020, 401 tanks had been lost.", "consistent"),  # no other actor has this number
        ("By 1 May 2020, 900 soldiers had been lost.", "not matched"),
        ("By 1 May 2020, Iran will have lost 401 tanks.", ""),
    ],
)
def test_a_number_against_one_claim(text: str, kind: str) -> None:
    found = audit(text, ledger((210, "2019-05-01"), (401, "2020-05-01")))
    assert kinds(found) == ([kind] if kind else []), found.verdicts


def test_a_verdict_names_the_claim_and_the_date_at_which_it_is_right() -> None:
    found = audit("By 1 May 2020, Iran had lost 210 tanks.", ledger((210, "2019-05-01"), (401, "2020-05-01")))
    (verdict,) = found.verdicts
    assert (verdict.claims[0].as_of, verdict.claims[0].id) == ("2019-05-01", "c0") and STAFF in verdict.text


def test_what_is_not_linked_has_the_nearest_quantities() -> None:
    sold = claim("s", "IRN", "tanks_sold", 30, "2020-05-01", STAFF, "iraq", "item")
    found = audit("By 1 May 2020, Iran had painted 900 tanks.", Ledger((*ledger((401, "2020-05-01")), sold)))
    assert kinds(found) == ["not matched"] and set(found.verdicts[0].nearest) == {"IRN tanks_lost", "IRN tanks_sold"}


@pytest.mark.parametrize(
    ("number", "kind"), [(60, "not matched"), (40, "not matched")], ids=["between two quantities", "of one of two"]
)
def test_a_number_that_may_be_of_two_quantities_is_not_compared(number: float, kind: str) -> None:
    rows = [("aid_allocations", 40, "2020-04-20"), ("aid_commitments", 80, "2020-05-01")]
    claims = [claim(name[4:], "IRN", name, n, day, "Institute", "neutral", "bn USD") for name, n, day in rows]
    found = audit(f"By 1 May 2020, Iran had given {number} billion dollars in aid.", Ledger(tuple(claims)))
    assert kinds(found) == [kind] and len(found.verdicts[0].nearest) == 2


def test_currencies_need_a_rate() -> None:
    aid = ledger((100e9, "2020-04-28"), quantity="aid_total", unit="EUR")
    text = "On 28 April 2020, aid to Iran was 100 billion dollars in total."
    assert kinds(audit(text, aid, rates={"EUR": "1.0 USD"})) == ["consistent"]
    assert kinds(audit(text, aid)) == ["not matched"]


def test_the_number_of_another_actor_is_told() -> None:
    other = claim("o", "TUR", "tanks_lost", 770, "2020-05-01", STAFF, "iraq", "item")
    rows = Ledger((*ledger((401, "2020-05-01")), other))
    found = audit("The Iraqi general staff said that Iran had lost 770 tanks by 1 May 2020.", rows)
    assert kinds(found) == ["contradicted subject"] and found.verdicts[0].claims[0].id == "o"


def test_what_was_published_later_can_be_left_out() -> None:
    found = audit("By 1 May 2020, Iran had lost 401 tanks.", ledger((401, "2020-04-28")), as_of="2020-01-01")
    assert kinds(found) == ["not matched"] and found.as_of == "2020-01-01"


def test_undated_statements_stand_at_the_date_of_the_text() -> None:
    rows = ledger((210, "2019-05-01"), (401, "2020-05-01"))
    text = "Iran has lost 401 tanks."
    assert kinds(audit(text, rows, published="2020-05-02")) == ["consistent"]
    named = audit("Iran has lost 401 tanks. By 1 May 2020, it waited for rain in Iraq.", rows)
    assert "2020-05-01" in named.text_date


def test_what_is_wished_or_denied_is_no_number_of_the_text(audited: Callable[..., TextAudit]) -> None:
    assert audited("Iran did not lose 900 tanks in April 2020.", ledger((400, "2020-04-28"))).wrong == ()
    assert audited("Has Iran lost 900 tanks?", ledger((400, "2020-04-28"))).verdicts == ()


def test_an_empty_text_and_an_empty_ledger(audited: Callable[..., TextAudit]) -> None:
    assert audited("", ledger((400, "2020-04-28"))).verdicts == ()
    assert kinds(audited("Iran lost 40 tanks in May 2020.", Ledger())) == ["not matched"]


HISTORY = "In 1980 the war began. {}"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("By 1 May Iran had lost 900 tanks.", "near date"),  # of 1980, not of 2020
        ("Iran had lost 100 tanks.", "near date"),  # likewise
        ("By 05/06/2020 Iran had lost 900 tanks.", "not matched"),  # of May or of June
        ("By 28 April 2020 Iran had lost 900 tanks.", "contradicted number"),
    ],
)
def test_a_number_of_a_year_named_before_is_not_of_the_year_of_publication(words: str, kind: str) -> None:
    found = audit(HISTORY.format(words), ledger((400, "2020-04-28")), published="2020-05-02")
    assert kinds(found)[-1:] == [kind]


ATTACK = Ledger((claim("p", "IRN", "attack", "Iran attacked Iraq with many tanks.", "2020-04-28", STAFF, "iraq"),))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("On 28 April 2020 Iran attacked Iraq with many tanks.", "consistent"),
        ("On 28 May 2020 Iran attacked Iraq with many tanks.", "contradicted date"),
        ("On 28 April 2020 Iran never attacked Iraq with many tanks.", "contradicted polarity"),
        ("On 28 April 2020 Iran attacked Iraq with no tanks.", "contradicted polarity"),
        ("Since 28 April 2020 Iran attacked Iraq with many tanks.", "consistent"),
        ("Since 28 April 2019 Iran attacked Iraq with many tanks.", "contradicted date"),
        ("On 28 April 2020 Turkey attacked Iraq with many tanks.", "contradicted actor"),
        ("Iran may attack Iraq with many tanks.", "near modality"),
        ("On 28 April 2020 Iran sang old songs of its rivers.", ""),
    ],
)
def test_words_against_one_claim(text: str, kind: str) -> None:
    assert kinds(audit(text, ATTACK, published="2020-06-01")) == ([kind] if kind else [])


SAYS = Ledger(
    (
        claim("a", "IRN", "annexes_khuzestan", "The province is joined to Iran for ever.", "2020-04-28", STAFF, "iraq"),
        claim(
            "b",
            "IRQ",
            "allies_stand",
            "Forces of 22 other nations stand beside Iraq; they will never leave it before victory.",
            "2020-04-28",
            STAFF,
            "iraq",
        ),
    )
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("On 28 April 2020 Iran annexed Khuzestan.", "consistent"),  # the name of the claim
        ("On 28 April 2019 Iran annexed Khuzestan.", "contradicted date"),
        ("On 28 April 2020 forces of 22 other nations stood beside Iraq.", "consistent"),  # one of two things said
        ("On 28 April 2020 forces of 60 other nations stood beside Iraq.", "contradicted number"),
        ("Forces of 60 other nations stood beside Iraq.", "near number"),  # of a day that is not named
    ],
)
def test_a_claim_is_compared_by_what_each_part_says_and_by_its_name(text: str, kind: str) -> None:
    assert kinds(audit(text, SAYS, published="2020-06-01")) == [kind]


SPOKEN = Ledger(
    (
        claim(
            "s", "IRQ", "peace_terms", "Iraq does not leave the river before the prisoners are home.", "2020-04-28",
            "Foreign Minister Tariq", "iraq",
        ),
        claim(
            "t", "IRN", "ultimatum", "The garrison has twelve hours to lay down its arms.", "2020-05-03", "General Staff", "iraq"
        ),
    )
)  # fmt: skip
LONG = "Late in the evening of 28 April 2020 {} told weary reporters that {}."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LONG.format("Tariq", "his country would stay at the river until its prisoners came home"), ""),  # no `not`
        (LONG.format("Tariq", "his country would not leave the river without its prisoners at home"), "consistent"),
        (LONG.format("Tariq", "the river would not be left with so many prisoners far from home"), "consistent"),
        (LONG.format("Foreign Minister Aziz", "the river would not be left with many prisoners far from home"), ""),
        ("It was Foreign Minister Aziz who said on 28 April 2020 that Iraq does not leave the river before the prisoners"
         " are home.", "contradicted speaker"),
        ("On 28 April 2020 Tariq said that Iraq does leave the river before the prisoners are home.", "contradicted polarity"),
        ("On 3 May 2020 the General Staff gave the garrison twelve days to lay down its arms.", "contradicted number"),
        ("On 28 April 2020 it rained. Five days later the General Staff gave the garrison twelve hours to lay down its arms.",
         "consistent"),
    ],
)  # fmt: skip
def test_a_claim_in_words_is_told_by_its_speaker_and_day(text: str, kind: str) -> None:
    told = [one for one in kinds(audit(text, SPOKEN, published="2021-06-01")) if not one.startswith("n")]
    assert told == ([kind] if kind else [])


def numbers(*rows: tuple[str, str, float, str, str, str]) -> Ledger:
    return Ledger(
        tuple(
            claim(f"c{i}", subject, quantity, value, day, speaker, "neutral", unit)
            for i, (subject, quantity, value, day, speaker, unit) in enumerate(rows)
        )
    )


STRAIT = numbers(
    ("REDSEA", "war_risk_premium", 0.7, "2020-04-15", "Lloyd Institute", "%"),
    ("IRN", "tankers_lost_forecast", 50, "2020-04-15", "Lloyd Institute", "item"),
    ("PRK", "troops", 98000, "2020-04-28", "Appleman", "person"),
    ("PRK", "troops_back_north", 30000, "2020-04-28", "Appleman", "person"),
    ("UNC", "landing_force", 70000, "2020-04-28", "Appleman", "person"),
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("In April 2020 the war risk premium in the Red Sea was 0.7 percent.", "consistent"),  # no state
        ("In April 2020 the war risk premium was 0.7 percent.", "consistent"),  # of whom is open
        ("In April 2020, the Lloyd Institute said, the premium was 3 percent.", "contradicted number"),  # by speaker
        ("In April 2020, the Lloyd Institute said, the interest was 3 percent.", "not matched"),
        ("In April 2020 the Lloyd Institute said that Iran could lose 50 tankers.", "consistent"),  # a forecast
        ("In April 2020 Iran lost 50 tankers.", "not matched"),  # not what was forecast
        ("On 28 April 2020 North Korea had 98,000 troops.", "consistent"),  # not those back in the north
        ("North Korea had 98,000 troops at the end of April 2020.", "consistent"),
        ("North Korea had 98,000 troops at the end of May 2020.", "near date"),
        ("On 28 April 2020 the UN Command had a landing force of 70,000.", "consistent"),
        ("On 28 April 2020 the troops of North Korea stood at 12,000.", "contradicted number"),
        ("By 28 April 2020, Appleman writes, 98,000 troops were left.", "consistent"),  # by speaker, date and number
        ("By 28 April 2020, Appleman writes, China had 98,000 troops.", "contradicted subject"),
        ("By 28 April 2020, Roy Bowman writes, 98,000 troops were left.", "near speaker"),
    ],
)
def test_what_links_a_number_with_a_quantity(text: str, kind: str) -> None:
    found = audit(text, STRAIT, published="2020-06-01")
    assert kinds(found) == [kind], found.verdicts


def test_an_undated_number_is_of_the_year_that_the_text_named_before() -> None:
    old = numbers(("IRN", "tanks", 150, "1980-06-25", STAFF, "item"))
    assert kinds(audit("In 1980 the war began. Iran brought 150 tanks.", old, published="2020-05-02"))[-1:] == [
        "consistent"
    ]
    assert kinds(audit("In 1970 the war began. Iran brought 150 tanks.", old, published="2020-05-02"))[-1:] == [
        "near date"
    ]


@pytest.mark.parametrize("text", ["," * 30_000, "Iran lost 40 tanks in May 2020 and " * 400], ids=["commas", "numbers"])
def test_the_time_of_an_audit_does_not_grow_with_the_square_of_a_sentence(
    audited: Callable[..., TextAudit], text: str
) -> None:
    start = time.process_time()
    audited(text, ledger((400, "2020-04-28")))
    assert time.process_time() - start < 6  # of the processor; with the parser, which is linear


def test_a_corrected_unit_is_that_of_the_claims_of_a_card() -> None:
    oil = claim("o", "IRN", "crude_imports", 107, "2019-12-31", "Customs", "neutral", "mn 1/year")
    text = "Iran imported {} million tonnes of crude oil in 2019."
    corrections = {"IRN crude_imports": {"unit": "mn tonne/year"}}
    for number, kind in ((107, "consistent"), (57, "contradicted number")):
        found = audit(text.format(number), Ledger((oil,)), published="2020-05-01", corrections=corrections)
        assert kinds(found) == [kind]
    assert kinds(audit(text.format(107), Ledger((oil,)), published="2020-05-01")) == ["not matched"]


def test_a_claim_without_a_unit_says_what_it_counts() -> None:
    talks = claim("talks", "TUR.public", "talks_with_irq", 7, "2020-05-01", "general record", "neutral", "1")
    assert content(talks) == "7 (talks with Iraq)"
