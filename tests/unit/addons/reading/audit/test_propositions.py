"""Sentences against claims in words: by who, what, when and count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.addons.reading.audit import TextAudit, audit
from standoff.catalog import find, load_claims
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from standoff.ledger import Claim

STAFF = "Iraqi general staff"


def said(name: str, subject: str, quantity: str, text: str, day: str, speaker: str = STAFF, **more: str) -> Claim:
    return claim(name, subject, quantity, text, day, speaker, "iraq", **more)


def own_words(ledger: Ledger) -> TextAudit:
    """The audit of the ledger's propositions as dated sentences."""
    claims = [c for c in ledger if c.proposition and c.status == "accepted"]
    dated = (
        f"{'On ' + str(c.as_of.day) if c.as_of.day else 'In'} {c.as_of.first:%B} {c.as_of.year}, {c.proposition}"
        for c in claims
        if c.as_of.month
    )
    return audit("\n\n".join(dated), ledger, as_of="2100-01-01")


LEDGER = Ledger(
    (
        said("crossing", "IRN", "crosses_shatt", "Iranian brigades cross the Shatt into Basra.", "1986-02-10"),
        said("no-arms", "TUR", "did_not_arm_iraq", "Turkey did not send weapons to Iraq during the war.", "1988-08-20"),
        said("missiles", "IRQ", "missiles_hit_iran", "Iraqi missiles hit Tehran and wound Iran.", "1988-03-01"),
        said("nations", "KWT", "convoy", "Tankers of 11 nations sail in the convoy of Kuwait.", "1987-07-22"),
        said("pledge", "SYR", "pledge", "Syria will keep the pipeline closed.", "1982-04-10", "President Assad"),
        said("beaten", "SYR", "victory_at_sanaa", "A Yemeni brigade has been beaten at Sanaa.", "1984-05-01"),
        said("pact", "YEM", "pact_ends", "Yemen can no longer hold itself bound by the pact of Aden.", "1984-06-01"),
        said("rule", "YEM", "one_rule_ends", "The rule of the tribes ends in Yemen.", "1984-07-01"),
        said("envoys", "OMN", "no_envoys", "Oman sends no envoys.", "1984-08-10"),
        claim("calm", "JOR", "troops_in_iraq_at_war", 0, "1988-08-20", STAFF, "iraq", "1"),
    )
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Iranian brigades crossed the Shatt on 10 February 1986.", "consistent"),
        ("Iranian brigades crossed the Shatt on 10 March 1986.", "misdated"),
        ("Iranian brigades did not cross the Shatt on 10 February 1986.", "contradicted"),
        ("Jordanian brigades crossed the Shatt on 10 February 1986.", ""),
        ("Iranian poets crossed the Shatt on 10 February 1986.", ""),
        ("Turkey sent weapons to Iraq in June 1988.", "disputed"),
        ("Turkey sent weapons to Iraq in June 1970.", ""),
        ("Turkey never sent munitions to Iraq.", "consistent"),
        ("Iranian missiles hit Iraq on 1 March 1988.", ""),
        ("Tankers of 11 nations sailed in Kuwait's convoy on 22 July 1987.", "consistent"),
        ("Tankers of 30 nations sailed in Kuwait's convoy on 22 July 1987.", "contradicted"),
        ("A Syrian brigade was beaten at Sanaa on 1 May 1984.", ""),
        ("A Yemeni brigade was beaten at Sanaa on 1 May 1984.", "consistent"),
        ("On 1 June 1984 Yemen was bound by the pact of Aden.", "contradicted"),
        ("The tribes went on to rule in Yemen on 1 July 1984.", "contradicted"),
        ("Oman sent two envoys to Yemen in August 1984.", "contradicted"),
        ("Did Iranian brigades cross the Shatt on 10 February 1986?", ""),
        ("Iranian brigades might have crossed the Shatt on 10 March 1986.", ""),
    ],
)
def test_a_sentence_against_claims_in_words(text: str, kind: str) -> None:
    kinds = {verdict.kind for verdict in audit(text, LEDGER, as_of="2000").verdicts} - {"not matched"}
    assert kinds == ({kind} if kind else set())


def test_another_date_is_named_with_its_claim() -> None:
    (verdict,) = audit("Iranian brigades crossed the Shatt on 10 March 1986.", LEDGER).verdicts
    assert verdict.right_on == "1986-02-10" and [one.id for one in verdict.claims] == ["crossing"]


def test_an_event_that_the_ledger_has_twice_is_not_misdated() -> None:
    again = said("again", "IRN", "crosses_shatt", "Iranian brigades cross the Shatt into Basra.", "1987-01-09")
    found = audit("Iranian brigades crossed the Shatt on 10 March 1985.", Ledger((*LEDGER, again)))
    assert found.wrong == ()


def test_a_speaker_is_compared_with_what_he_says_himself() -> None:
    other = said("other", "SYR", "pledge", "Syria will not keep the pipeline closed.", "1982-04-10", "King Hussein")
    rows = Ledger((*LEDGER, other))
    text = "President Assad said on 10 April 1982 that Syria would keep the pipeline closed."
    assert {verdict.kind for verdict in audit(text, rows).verdicts} == {"consistent"}


def test_the_words_of_a_claim_are_never_against_it() -> None:
    found = own_words(LEDGER)
    assert found.wrong == () and found.checked >= found.sentences - 1


def test_an_actor_votes_as_the_ledger_has_it() -> None:
    vote = said(
        "vote", "IND", "un_vote", "UNGA 77: 90 for, 9 against, 40 abstaining; India's vote: abstain.", "1984-11-05"
    )
    kinds = [
        {v.kind for v in audit(f"India {words} on 5 November 1984.", Ledger((vote,))).verdicts} - {"not matched"}
        for words in ("abstained", "voted for it", "voted against it")
    ]
    assert kinds == [{"consistent"}, {"contradicted"}, {"contradicted"}]


def test_a_vote_of_that_day_is_compared_by_its_count() -> None:
    vote = said("vote", "ISR", "cease_fire", "All cease fire: 64 for, 5 against.", "1956-11-02", "UN General Assembly")
    other = said(
        "other", "ISR", "condemned", "Iran is condemned: 50 for, 9 against.", "1956-11-02", "UN General Assembly"
    )
    text = "The call of the General Assembly of {} was carried by {}."
    for day, count, kinds in (
        ("2 November 1956", "54 votes to 6", {"contradicted"}),
        ("2 November 1956", "64 votes to 5", set()),
        ("3 March 1956", "54 votes to 6", set()),
    ):
        found = audit(text.format(day, count), Ledger((vote,))).verdicts
        assert {one.kind for one in found} - {"not matched"} == kinds
    council = said("council", "ISR", "leave", "All leave: 13 for, 2 against.", "1956-11-02", "UN Security Council")
    found = audit(
        "The call of the Security Council of 2 November 1956 failed by 13 votes to 3.", Ledger((council,))
    ).verdicts
    assert {one.kind for one in found} - {"not matched"} == {"contradicted"}
    both = audit(text.format("2 November 1956", "54 votes to 6"), Ledger((vote, other))).verdicts
    assert {one.kind for one in both} <= {"not matched"}


def test_numbers_of_other_things_contradict_and_actors_keep_their_order() -> None:
    rows = Ledger(
        (
            said(
                "boat",
                "OMN",
                "boards",
                "The guard of Oman boarded a tour boat with 23 passengers and 11 crew.",
                "1984-02-19",
            ),
            said("war", "SYR", "declares_war", "Iran declares war on Syria.", "1984-03-01"),
            said("one", "KWT", "united", "Kuwait is united with Iraq for ever.", "1984-04-01"),
        )
    )
    day = {"boat": "19 February 1984", "war": "1 March 1984", "one": "1 April 1984"}
    for text, kinds in (
        (f"On {day['boat']} the guard of Oman boarded a tour boat with 23 passengers and 11 crew.", {"consistent"}),
        (f"On {day['boat']} the guard of Oman boarded a tour boat with 23 crew and 11 passengers.", {"contradicted"}),
        (f"On {day['war']} Iran declared war on Syria.", {"consistent"}),
        (f"On {day['war']} Syria declared war on Iran.", set()),
        (f"On {day['one']} Iraq united with Kuwait for ever.", {"consistent"}),
    ):
        assert {one.kind for one in audit(text, rows).verdicts} - {"not matched"} == kinds, text


def test_what_is_not_understood_is_counted() -> None:
    found = audit("Rain.\n\nIranian brigades crossed the Shatt on 10 February 1986. Poets sang all night long.", LEDGER)
    assert (found.sentences, found.checked) == (3, 1) and found.unread == 2


@pytest.mark.parametrize("case", ["korea-1950", "kuwait-1990", "suez-1956"])
def test_the_claims_of_a_case_are_not_against_its_ledger(case: str) -> None:
    found = own_words(load_claims(find(case)))
    assert found.wrong == () and found.checked > found.sentences / 2


LANDING = Ledger(
    (
        said("landing", "IRN", "no_landing", "Iran takes Bahrain by no force and sends no soldiers.", "1986-02-10"),
        said("refusal", "IRN", "refuses", "Iran sends no soldiers for now.", "1986-02-10"),
        said("storm", "IRN", "storm", "Iranian brigades storm the fort of Basra.", "1986-02-10"),
    )
)


@pytest.mark.parametrize(
    ("text", "published", "names"),
    [
        ("Iran sent soldiers to Bahrain in February 1986.", "", {"landing", "refusal"}),
        ("Iran sent soldiers to Yemen in February 1986.", "", {"refusal"}),
        ("Iran sent soldiers to Yemen.", "1987-01-01", {"refusal"}),
        ("Iran sent soldiers to Yemen.", "2001-01-01", set()),
        ("Iran sent soldiers to Yemen. The war began on 4 March 1985.", "2001-01-01", {"refusal"}),
        ("Iranian brigades never stormed the fort of Basra.", "2001-01-01", {"storm"}),
    ],
)
def test_only_a_claim_of_its_target_and_time_contradicts(text: str, published: str, names: set[str]) -> None:
    result = audit(text, LANDING, published=published)
    against = [verdict for verdict in result.verdicts if verdict.kind in {"contradicted", "disputed"}]
    assert {one.id for verdict in against for one in verdict.claims} == names
