from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import Any

import pytest

import standoff.ledger.conflicts as rules
from standoff.dates import PartialDate
from standoff.ledger import Claim, Conflict, Ledger, Source
from standoff.ledger.conflicts import implied_interval

Make = Callable[..., Claim]
NO_NUMBER: dict[str, Any] = {"value": None, "unit": None, "comparator": None}


def conflicts(*claims: Claim) -> list[tuple[str, tuple[str, ...]]]:
    return [(conflict.kind, conflict.claims) for conflict in Ledger(claims).conflicts()]


@pytest.mark.parametrize(
    ("value", "comparator", "expected"),
    [
        (315000, "exact", (314500, 315500)),
        (413760, "exact", (413755, 413765)),
        (3.5, "exact", (3.45, 3.55)),
        (7, "exact", (6.5, 7.5)),
        (0, "exact", (-0.5, 0.5)),
        (-20, "exact", (-25, -15)),
        (50, "about", (45, 55)),
        (50, "over", (50, math.inf)),
        (50, "at_least", (50, math.inf)),
        (50, "nearly", (45, 50)),
        (50, "at_most", (-math.inf, 50)),
        (-50, "about", (-55, -45)),
        (-50, "over", (-math.inf, -50)),
        (-50, "nearly", (-50, -45)),
        (-50, "at_most", (-50, math.inf)),
    ],
)
def test_intervals_that_the_words_imply(
    claim: Make, value: float, comparator: str, expected: tuple[float, float]
) -> None:
    assert implied_interval(claim(value=value, comparator=comparator)) == pytest.approx(expected, rel=1e-15)


def test_the_interval_of_a_range_and_of_no_number(claim: Make) -> None:
    assert implied_interval(claim(value=None, low=-3, high=4, comparator="range")) == (-3, 4)
    with pytest.raises(ValueError, match="has no number"):
        implied_interval(claim(**NO_NUMBER, proposition="so"))


@pytest.mark.parametrize(
    ("a", "b", "disagree"),
    [
        (("exact", 5), ("exact", 6), True),  # 5.5 belongs to neither
        (("exact", 5), ("exact", 5), False),
        (("exact", 300000), ("exact", 315000), False),  # 300000 allows 250000 to 350000
        (("exact", 310000), ("exact", 316000), True),
        (("about", 50), ("about", 60), False),
        (("about", 50), ("about", 62), True),
        (("over", 100), ("at_most", 100), False),
        (("over", 101), ("at_most", 100), True),
        (("nearly", 100), ("about", 80), True),
        (("nearly", 100), ("about", 82), False),
        (("over", 100), ("over", 9000), False),
        (("exact", 0.1), ("about", 0.3), True),
    ],
)
def test_two_numbers_disagree_where_their_intervals_do_not_meet(
    claim: Make, a: tuple[str, float], b: tuple[str, float], disagree: bool
) -> None:
    one = claim(id="a", comparator=a[0], value=a[1])
    two = claim(id="b", comparator=b[0], value=b[1])
    assert conflicts(one, two) == ([("numbers", ("a", "b"))] if disagree else [])


def test_units_of_one_kind_are_compared_and_others_are_not(claim: Make) -> None:
    people = claim(id="a", value=315000)
    assert conflicts(people, claim(id="b", value=315, unit="thousand person")) == []
    assert conflicts(people, claim(id="b", value=3.15, unit="hundred thousand person")) == []
    assert conflicts(people, claim(id="b", value=3150, unit="thousand person")) == [("numbers", ("a", "b"))]
    assert conflicts(people, claim(id="b", value=7, unit="person/day")) == []
    (found,) = Ledger((people, claim(id="b", value=630, unit="thousand person"))).conflicts()
    assert found.spread == pytest.approx(2.0, rel=1e-15)


@pytest.mark.parametrize(
    ("changes", "disagree"),
    [
        ({"as_of": "2024-01-29"}, True),  # 31 days before
        ({"as_of": "2024-01-28"}, False),
        ({"as_of": "2024-02"}, True),
        ({"as_of": "2024", "published": "2025"}, False),  # counts at its last day
        ({"subject": "UKR"}, False),
        ({"quantity": "personnel_killed"}, False),
        ({"speaker": "General Staff of Ukraine", "as_of": "2024-02-28"}, False),  # a series of one speaker
        ({"speaker": "General Staff of Ukraine"}, True),  # the same speaker, the same day
        ({"speaker": "General Staff of Ukraine", "as_of": "2024-02"}, True),  # a month counts at its last day
        ({"origin": "staff", "as_of": "2024-02-28"}, False),  # a series of one origin, through two carriers
        ({"origin": "staff"}, True),
        ({"status": "proposed"}, True),
        ({"status": "retracted"}, False),
    ],
)
def test_what_answers_the_same_question(claim: Make, changes: dict[str, Any], disagree: bool) -> None:
    other = claim(**{"id": "b", "value": 900000, "speaker": "Meduza", **changes})
    assert bool(conflicts(claim(id="a", origin="staff"), other)) is disagree


def test_a_conflict_group_reaches_over_names_dates_and_speakers(claim: Make) -> None:
    a = claim(id="a", conflict="k", as_of="2022", published="2022")
    b = claim(id="b", conflict="k", quantity="losses_total", subject="WORLD", value=900000)
    assert conflicts(a, b) == [("numbers", ("a", "b"))]
    assert conflicts(a, claim(id="b", conflict="other", quantity="losses_total", value=900000)) == []


def test_a_chain_of_months_is_not_one_conflict(claim: Make) -> None:
    months = [
        claim(id=f"m{i}", value=100 * 4**i, as_of=f"2023-{i + 1:02}-01", published="2024", speaker=f"s{i}")
        for i in range(4)
    ]
    found = conflicts(*months)
    assert found == [("numbers", ("m0", "m1")), ("numbers", ("m1", "m2")), ("numbers", ("m2", "m3"))]


def test_claims_of_one_month_make_one_conflict_without_those_that_agree(claim: Make) -> None:
    a, b, c = (claim(id=name, value=value) for name, value in (("a", 100), ("b", 500), ("c", 9000)))
    vague = claim(id="v", value=1, comparator="over")
    (found,) = Ledger((vague, c, b, a)).conflicts()
    assert found.claims == ("a", "b", "c")
    assert found.spread == 90.0
    assert found.text == (
        "RUS personnel_losses: numbers differ, factor 90: General Staff of Ukraine (2024-02-29): 100 person; "
        "General Staff of Ukraine (2024-02-29): 500 person; General Staff of Ukraine (2024-02-29): 9000 person"
    )


def test_relays_of_one_origin_conflict_only_where_a_carrier_changed_the_number(claim: Make) -> None:
    said = claim(id="a", origin="staff", value=50, comparator="about")
    assert conflicts(said, claim(id="b", origin="staff", value=50, comparator="over", speaker="TASS")) == []
    assert conflicts(said, claim(id="b", origin="staff", value=0.05, unit="thousand person", speaker="TASS")) == []
    changed = claim(id="b", origin="staff", value=52, speaker="TASS")
    assert conflicts(said, changed) == [("carrier", ("a", "b"))]
    assert conflicts(said, claim(id="b", origin="other", value=52, speaker="TASS")) == []
    (found,) = Ledger((said, changed)).conflicts()
    assert "relays" in found.text


@pytest.mark.parametrize(
    ("comparator", "value", "changed"),
    [
        ("nearly", 6000, False),
        ("over", 5900, False),
        ("at_most", 6000, False),
        ("about", 6000, True),
        ("over", 6000, True),
    ],
)
def test_a_relay_may_bound_the_number_in_other_words(claim: Make, comparator: str, value: float, changed: bool) -> None:
    relay = claim(id="b", origin="staff", value=value, comparator=comparator, speaker="TASS")
    assert bool(conflicts(claim(id="a", origin="staff", value=5962), relay)) is changed


def test_propositions_disagree_only_within_a_conflict_group(claim: Make) -> None:
    says = claim(**NO_NUMBER, id="a", conflict="k", proposition="it will")
    denies = claim(**NO_NUMBER, id="b", conflict="k", proposition="it will not", speaker="Meduza")
    assert Ledger((says, denies)).conflicts() == (
        Conflict(
            "RUS",
            "personnel_losses",
            ("a", "b"),
            "propositions",
            None,
            "RUS personnel_losses: statements differ: General Staff of Ukraine (2024-02-29): it will; "
            "Meduza (2024-02-29): it will not",
        ),
    )
    alone = {**NO_NUMBER, "id": "b", "speaker": "Meduza"}
    assert conflicts(says, claim(**alone, proposition="it will not")) == []
    assert conflicts(says, claim(**alone, proposition="it will", conflict="k")) == []
    relays = (
        claim(**NO_NUMBER, id=name, origin="o", conflict="k", proposition=name, speaker=name) for name in ("a", "b")
    )
    assert conflicts(*relays) == []


def test_what_one_speaker_says_at_one_date_is_held_together(claim: Make) -> None:
    """Several reasons for one thing are no disagreement; another speaker, or another date, makes one."""
    reasons = [claim(**NO_NUMBER, id=name, conflict="k", proposition=name) for name in ("a", "b")]
    assert conflicts(*reasons) == []
    later = claim(**NO_NUMBER, id="c", conflict="k", proposition="c", published="2024-03-01")
    assert conflicts(*reasons, later) == [("propositions", ("a", "b", "c"))]
    other = claim(**NO_NUMBER, id="c", conflict="k", proposition="c", speaker="Meduza")
    (found,) = Ledger((*reasons, other)).conflicts()
    assert found.text.endswith("General Staff of Ukraine (2024-02-29): a, and b; Meduza (2024-02-29): c")
    agrees = claim(**NO_NUMBER, id="c", conflict="k", proposition="b", speaker="Meduza")
    assert conflicts(*reasons, agrees) == []  # who says a part of it contradicts nothing


def test_words_and_a_number_of_one_group_disagree_unless_one_speaker_says_both(claim: Make) -> None:
    count = claim(id="n", conflict="k", value=155, comparator="at_least")
    denied = {**NO_NUMBER, "id": "w", "conflict": "k", "proposition": "baseless"}
    assert conflicts(count, claim(**denied, speaker="Meduza")) == [("propositions", ("n", "w"))]
    assert conflicts(count, claim(**denied)) == []


def test_a_conflict_of_several_quantities_is_named_after_its_group(claim: Make) -> None:
    a, b = (claim(id=name, conflict="why-so", quantity=name, value=value) for name, value in (("a", 100), ("b", 900)))
    (found,) = Ledger((a, b)).conflicts()
    assert found.quantity == "why_so"
    assert found.text.startswith("RUS why_so: numbers differ")


def test_a_claim_contradicts_a_series_once_and_at_the_nearest_date(claim: Make) -> None:
    series = [
        claim(id=f"s{day}", value=value, as_of=f"2024-02-{day}") for day, value in ((10, 100), (20, 200), (29, 900))
    ]
    near = claim(id="x", value=500, as_of="2024-02-21", speaker="Meduza")
    assert conflicts(*series, near) == [("numbers", ("s20", "x"))]
    fits = claim(id="x", value=200, as_of="2024-02-21", speaker="Meduza")
    assert conflicts(*series, fits) == []  # that the series moves on is no contradiction
    grouped = [
        claim(id="k", conflict="k", value=300, as_of="2023-06-01"),
        claim(id="x", conflict="k", value=500, as_of="2024-02-21", speaker="Meduza"),
    ]
    assert conflicts(*series, *grouped) == [("numbers", ("k", "x"))]  # the group has said that these two differ


@pytest.mark.parametrize(("a", "b", "spread"), [(-10, -40, 4.0), (-10, 10, None), (0, 10, None)])
def test_spread_of_negative_mixed_and_zero_numbers(claim: Make, a: float, b: float, spread: float | None) -> None:
    (found,) = Ledger((claim(id="a", value=a, comparator="nearly"), claim(id="b", value=b))).conflicts()
    assert found.spread == spread


def test_a_retracted_claim_conflicts_with_nothing(claim: Make) -> None:
    ledger = Ledger((claim(id="a"), claim(id="b", value=900000)))
    assert len(ledger.conflicts()) == 1
    source = Source(title="Correction")
    assert ledger.retract("b", "General Staff of Ukraine", "2024-03-05", source).conflicts() == ()


def every_pair(claims: list[Claim]) -> list[Conflict]:
    """A slow twin of `find` for claims of one series without groups: every pair of every run of days, again and again."""
    members = sorted(claims, key=lambda claim: (claim.as_of.last, claim.id))
    found: list[Conflict] = []
    seen: dict[str, set[str]] = defaultdict(set)

    def nearer(a: Claim, b: Claim) -> bool:
        days = abs((a.as_of.last - b.as_of.last).days)
        return any(
            rules.source_names(other) & rules.source_names(b) and abs((a.as_of.last - other.as_of.last).days) < days
            for other in members
        )

    for first in members:
        window = [claim for claim in members if 0 <= (claim.as_of.last - first.as_of.last).days <= rules.SAME_TIME_DAYS]
        pairs: dict[Any, list[tuple[Claim, Claim]]] = {}
        for a, b in combinations(window, 2):
            told = seen[a.id] & rules.source_names(b) or seen[b.id] & rules.source_names(a)
            series = a.as_of.last != b.as_of.last and rules.source_names(a) & rules.source_names(b)
            kind = rules._disagreement(a, b)
            if kind and not series and not told and not nearer(a, b) and not nearer(b, a):
                pairs.setdefault(kind, []).append((a, b))
        for kind, differing in pairs.items():
            involved = {claim.id for pair in differing for claim in pair}
            rules._note(differing, seen)
            parts = [rules._Part.of(claim, claim.unit_of().factor) for claim in window if claim.id in involved]
            found.append(rules._conflict(kind, parts))
    return sorted(found, key=lambda one: (one.subject, one.quantity, one.claims, one.kind))


def series(count: int, seed: int, speakers: str = "abc") -> list[Claim]:
    rng = Random(seed)
    out = []
    for number in range(count):
        word, value = (
            rng.choice(["exact", "about", "over", "nearly", "at_most", "range"]),
            rng.choice([1, 2, 3, -2, 0, 10, 1000]),
        )
        content = {"low": value, "high": value + rng.choice([1, 5])} if word == "range" else {"value": value}
        month = 1 + rng.randrange(6)
        day = rng.choice([f"2024-{month:02}", f"2024-{month:02}-{1 + rng.randrange(28):02}", "2024"])
        data = {
            "id": f"c{number}",
            "subject": "RUS",
            "quantity": "losses",
            "unit": rng.choice(["person", "thousand person"]),
            **content,
            "comparator": word,
            "as_of": day,
            "published": "2025",
            "speaker": rng.choice(speakers),
            "origin": rng.choice(["", "", "", "staff", "relay"]),
            "side": "x",
            "source": {"title": "t"},
            "basis": "found",
            "status": "accepted",
        }
        out.append(Claim.parse(data))
    return out


@pytest.mark.parametrize("seed", range(40))
def test_conflicts_are_those_of_every_pair(seed: int) -> None:
    claims = series(4 + seed // 2, seed)
    assert list(rules.find_conflicts(claims)) == every_pair(claims)


def in_one_month(count: int, values: tuple[float, ...], speakers: str = "abc") -> list[Claim]:
    """Numbers of January without origins, with the words `about`, each value in turn."""
    return [
        claim.model_copy(
            update={
                "as_of": PartialDate.parse(f"2024-01-{1 + number % 31:02}"),
                "value": values[number % len(values)],
                "origin": "",
                "comparator": "about",
                "low": None,
                "high": None,
                "unit": "person",
            }
        )
        for number, claim in enumerate(series(count, 1, speakers))
    ]


def weighed(claims: list[Claim], monkeypatch: pytest.MonkeyPatch) -> int:
    """Pairs that are left for the exact comparison."""
    calls: list[int] = []
    real = rules._Numbers._disagreeing
    monkeypatch.setattr(
        rules._Numbers,
        "_disagreeing",
        lambda self, pairs, near: (calls.append(pairs.shape[1]), real(self, pairs, near))[1],
    )
    rules.find_conflicts(claims)
    return sum(calls)


@pytest.mark.parametrize("count", [300, 600])
def test_the_claims_of_a_month_are_compared_with_the_nearest_of_each_speaker(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three speakers, not with every other claim of the month, which takes the square of the claims."""
    same_day = count * (count / 31 - 1) / 2
    assert same_day / 2 <= weighed(in_one_month(count, (100, 900, 5000)), monkeypatch) <= same_day + 2 * count


def test_speakers_who_agree_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2,000 speakers in one month, with relays and one who differs, only the pairs with that one are weighed."""
    speakers = "".join(chr(0x4E00 + number) for number in range(2000))
    agreeing = in_one_month(2000, (100, 104), speakers)
    agreeing = [
        claim.model_copy(update={"origin": f"o{n % 7}" if n % 50 == 0 else ""}) for n, claim in enumerate(agreeing)
    ]
    assert weighed(agreeing, monkeypatch) == 0
    monkeypatch.undo()
    differs = agreeing[0].model_copy(update={"id": "x", "value": 5000, "origin": "", "speaker": "X"})
    assert 0 < weighed([*agreeing, differs], monkeypatch) <= 2000
