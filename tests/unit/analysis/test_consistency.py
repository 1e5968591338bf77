"""Claims that do not add up, and those that only seem not to."""

from __future__ import annotations

import pytest

from standoff import catalog
from standoff.analysis.consistency import FALLS, check_consistency
from standoff.errors import ModelError
from standoff.ledger import Ledger
from tests.unit.inference.conftest import say, war

__all__ = ["say", "war"]  # fixtures


def fighters(say, **numbers):  # type: ignore[no-untyped-def]
    return [
        say("Ministry", value, "2024-03-14", quantity=f"fighters_{name}", subject="UKR", side="russia")
        for name, value in numbers.items()
    ]


def test_a_sum_that_holds_breaks_nothing_and_one_that_misses_says_by_how_much(say) -> None:  # type: ignore[no-untyped-def]
    good = fighters(say, arrived=13_387, killed=5_962, left=5_601, remaining=1_824)
    assert not check_consistency(Ledger(tuple(good)), as_of="2024-12-31").breaks
    bad = fighters(say, arrived=13_387, killed=5_962, left=5_601, remaining=7_003)
    (found,) = check_consistency(Ledger(tuple(bad)), as_of="2024-12-31").breaks
    assert found.by == pytest.approx(5_962 + 5_601 + 7_003 - 13_387 - 2)  # half a person of each, to either side
    assert found.one_speaker and found.claims == tuple(claim.id for claim in bad)


def test_a_bound_is_no_number(say) -> None:  # type: ignore[no-untyped-def]
    open_ended = fighters(say, killed=5_962, left=5_601, remaining=7_003)
    whole = say("Ministry", 13_500, "2024-03-14", quantity="fighters_arrived", subject="UKR", comparator="over")
    assert not check_consistency(Ledger((whole, *open_ended)), as_of="2024-12-31").breaks


def test_an_old_count_bounds_from_below_and_a_later_one_does_not(say) -> None:  # type: ignore[no-untyped-def]
    killed = say("A", 30_100, "2022-06-01", quantity="personnel_killed")
    early, late = say("B", 20_100, "2022-04-01"), say("B", 20_100, "2022-08-01")
    assert not check_consistency(Ledger((killed, early)), as_of="2022-12-31").breaks
    (found,) = check_consistency(Ledger((killed, late)), as_of="2022-12-31").breaks
    assert found.rule == "losses >= killed" and found.days == 61


def test_a_running_count_that_falls(say) -> None:  # type: ignore[no-untyped-def]
    claims = (
        say("A", 13_500, "2024-01-04", comparator="over"),
        say("A", 13_387, "2024-03-14"),
        say("B", 9_000, "2024-04-01"),
    )
    (found,) = check_consistency(Ledger(claims), as_of="2024-12-31").breaks
    assert (found.rule, found.by) == (FALLS, pytest.approx(112.5))
    assert found.text.endswith("a fall of 112.5")
    (found,) = check_consistency(
        Ledger((say("A", 38_500, "2024-01-04"), say("A", 13_400, "2024-03-14"))), as_of="2024-12-31"
    ).breaks
    assert found.text.endswith("a fall of 25,000")


def test_nothing_published_later_breaks_anything(say) -> None:  # type: ignore[no-untyped-def]
    claims = (say("A", 13_500, "2024-01-04"), say("A", 13_387, "2024-03-14", published="2024-05-01"))
    assert not check_consistency(Ledger(claims), as_of="2024-04-30").breaks
    assert check_consistency(Ledger(claims), as_of="2024-05-01").breaks


def test_the_foreign_fighters_of_the_article_do_not_add_up() -> None:
    _, ledger = catalog.load("china-russia")
    found = [
        item
        for item in check_consistency(ledger, as_of="2024-04-30", subject="UKR").breaks
        if item.rule.startswith("arrived")
    ]
    first = found[0]
    assert first.claims == (
        "ukr-fighters-arrived-2024-03-14-russian-mod",
        "ukr-fighters-killed-2024-03-14-russian-mod",
        "ukr-fighters-left-2024-01-04-russian-mod",
        "ukr-fighters-remaining-2024-03-31-article-author",
    )
    assert first.by == pytest.approx(5_962 + 5_600 + 7_000 - 13_387, abs=1.5)
    own = next(item for item in found if item.one_speaker)
    assert "ukr-fighters-remaining-2024-01-04-russian-mod" in own.claims and own.by < 20  # the ministry's own nearly do


def test_an_unknown_actor_is_refused(say) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError, match=r"no claim gives a number of `RU`"):
        check_consistency(Ledger((say("A", 1, "2024-01-01"),)), as_of="2024-12-31", subject="RU")
