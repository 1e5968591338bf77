"""Claims as arrays, and that nothing published later gets in."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from standoff.errors import ModelError
from standoff.inference.reconcile import claim_arrays, measurement_model
from standoff.ledger import Ledger, Source

ASKED = ("personnel_losses", "RUS")


def test_what_words_allow(say) -> None:  # type: ignore[no-untyped-def]
    claims = [
        say("A", 40_000, "2022-07-01", comparator="over"),
        say("B", 40_000, "2022-07-02", comparator="nearly"),
        say("C", 41_000, "2022-07-03"),
        say("D", 41.2, "2022-07-04", unit="thousand person", comparator="about"),
    ]
    ranged = say("E", 1, "2022-07-05").to_data() | {"comparator": "range", "low": 30_000, "high": 50_000}
    del ranged["value"]
    claims.append(type(claims[0]).parse(ranged))
    facts = claim_arrays.collect(Ledger(tuple(claims)), *ASKED, "2022-12-31")
    assert facts.arrays.bound_rate.tolist() == [10.0, -28.5, 0.0, 0.0, 0.0]
    assert facts.arrays.half_width[:2].tolist() == [0.0, 0.0]
    assert facts.arrays.half_width[2] == pytest.approx((math.log(41_500) - math.log(40_500)) / 2)
    assert math.exp(facts.arrays.observed_log[3]) == pytest.approx(
        math.sqrt(41_100 * 41_300), rel=1e-9
    )  # in the unit of the first claim
    assert (
        math.exp(facts.arrays.observed_log[4] - facts.arrays.half_width[4]),
        math.exp(facts.arrays.observed_log[4] + facts.arrays.half_width[4]),
    ) == pytest.approx((30_000, 50_000))


def test_units_of_another_kind_zeros_and_sums_are_left_out_by_name(say, war: Ledger) -> None:  # type: ignore[no-untyped-def]
    ledger = war.add(
        [
            say("Bank", 3, "2022-07-01", unit="bn USD"),
            say("Nobody", 0, "2022-07-02"),
            say("standoff", 5_000, "2022-07-03", basis="computed"),
        ]
    )
    why = dict(claim_arrays.collect(ledger, *ASKED, "2022-12-31").left_out)
    (bank,) = (reason for name, reason in why.items() if "bank" in name)
    (nobody,) = (reason for name, reason in why.items() if "nobody" in name)
    assert "bn USD" in bank and "person" in bank and nobody.startswith("not above zero")
    assert [reason for name, reason in why.items() if "standoff" in name] == ["computed from other claims"]


def test_nothing_published_later_is_heard(war: Ledger) -> None:
    facts = claim_arrays.collect(war, *ASKED, "2022-09-01")
    assert all(item.claim.published.last <= facts.as_of for item in facts.claims)
    assert len(facts.claims) + 1 == len(claim_arrays.collect(war, *ASKED, "2022-09-30").claims)


def test_a_planted_leak_is_caught_at_either_gate(war: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    late = claim_arrays.collect(war, *ASKED, "2022-09-30")
    with pytest.raises(ModelError, match="was published after 2022-09-01, and would reach the fit"):
        measurement_model.data(dataclasses.replace(late, as_of=claim_arrays.PartialDate.parse("2022-09-01").last))
    monkeypatch.setattr(Ledger, "as_of", lambda self, day: self)  # a ledger that forgets to look at dates
    with pytest.raises(ModelError, match="was published after 2022-09-01, and would reach the fit"):
        claim_arrays.collect(war, *ASKED, "2022-09-01")


def test_a_retraction_takes_its_claim_away_from_its_own_date(war: Ledger) -> None:
    name = next(claim.id for claim in war if claim.speaker == "Office")
    ledger = war.retract(name, "Office", "2022-10-15", Source(title="correction"))
    before, after = (claim_arrays.collect(ledger, *ASKED, day) for day in ("2022-10-14", "2022-10-16"))
    assert name in [item.claim.id for item in before.claims]
    assert name not in [item.claim.id for item in after.claims]


@pytest.mark.parametrize(
    ("quantity", "subject", "day", "message"),
    [
        ("personnel_loss", "RUS", "2022-12-31", "did you mean `personnel_losses`"),
        ("personnel_losses", "UKR", "2022-12-31", "no claim gives `personnel_losses` of `UKR`"),
        ("personnel_losses", "RUS", "2021-12-31", "was published by 2021-12-31"),
    ],
)
def test_bad_questions_say_what_is_there(war: Ledger, quantity: str, subject: str, day: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        claim_arrays.collect(war, quantity, subject, day)


def test_related_quantities_see_parts_of_one_path(war: Ledger) -> None:
    facts = claim_arrays.collect(war, *ASKED, "2022-12-31")
    assert facts.parts == ("killed", "wounded")
    day = facts.grid.dates()[-1]
    losses, killed = (facts.at(name, [day])[0] for name in ("personnel_losses", "personnel_killed"))
    np.testing.assert_array_equal(losses[0], killed[0])
    assert losses[1].sum() > 0 and killed[1].sum() == 0
