"""Times to exhaustion as a document."""

from __future__ import annotations

from typing import Any

from standoff.analysis.exhaustion import Exhaustion, HazardDriver, TimeToExhaustion
from standoff.report.sections import exhaustion
from tests.unit.report.plain import finding_with, row, written

NEVER = dict.fromkeys(("p5", "p25", "p50", "p75", "p95"))


def spell(label: str, by: float, first: float, constraint: str = "", **months: float | None) -> TimeToExhaustion:
    return TimeToExhaustion(
        label=label,
        side=label.partition(",")[0],
        constraint=constraint,
        by=by,
        by_error=0.001,
        first=first,
        first_error=0.001,
        months={**NEVER, **months},
        shares=(),
    )


def finding(**changes: Any) -> Exhaustion:
    fields: dict[str, Any] = {
        "question": "starved",
        "text": "Who starves?",
        "date": "2024-12",
        "sides": (spell("Aland", 0.8, 0.6, p5=1.0, p50=3.0), spell("Borduria", 0.4, 0.25, p5=2.0)),
        "constraints": (spell("Aland, bread", 0.5, 0.4, "bread", p50=4.0), spell("Aland, coal", 0.3, 0.2, "coal")),
        "ended": {},
        "follows": {},
        "none": 0.15,
        "none_error": 0.001,
        "bands": {},
    }
    return finding_with(Exhaustion, **fields | changes)


def test_a_side_has_its_first_constraint_and_its_dates() -> None:
    found = row(written(exhaustion.blocks(finding())), "Aland")
    assert found[1] == "bread, 67 %", "of the futures in which the side is first"
    assert found[2].startswith("60") and found[3].startswith("80")
    assert found[4] == "2024-06" and found[5] == "2024-04 to after 2024-12"


def test_a_median_past_the_date_is_so_called() -> None:
    assert row(written(exhaustion.blocks(finding())), "Borduria")[4] == "after 2024-12"


def test_the_sentence_names_sides_constraint_and_the_rest() -> None:
    text = exhaustion.sentence(finding())
    assert text.startswith("Aland is first in 60") and "Aland, bread" in text and "15" in text.rpartition(" In ")[2]


def test_the_likeliest_constraint_is_nowhere_without_its_band() -> None:
    found = finding(bands={"Aland, bread": (0.05, 0.99)})
    cells = row(written(exhaustion.blocks(found)), "Aland, bread")
    assert "5 to 99 %" in exhaustion.sentence(found) and any("40" in cell and "5 to 99 %" in cell for cell in cells)
    assert "5 to 99 %" not in " ".join(row(written(exhaustion.blocks(found)), "Aland, coal"))


def test_drivers_have_ratio_and_medians_of_the_fifths() -> None:
    drivers = (
        HazardDriver("mechanisms.bread.rate", "rate (bread)", "1 to 2 @assumption", 0.5, 1.5, (1.2, 1.9), 2.0, None),
        HazardDriver("coal", "coal", "1", 0.1, None, None, 3.0, 3.0),
    )
    text = written(exhaustion.blocks(finding(movers={"Aland": drivers, "Borduria": ()})))
    assert row(text, "Rate (bread) (`mechanisms.bread.rate`)")[1:] == [
        "1 to 2",
        "1.5 (1.2 to 1.9)",
        "2024-05",
        "after 2024-12",
    ]
    assert row(text, "Coal (`coal`)")[2] == "no estimate"


def test_notes_count_failed_futures_and_leave_out_indirect_evidence() -> None:
    notes = " ".join(exhaustion.notes(finding(censored=3, provenance={"question": ("a",), "indirect": ("b",)})))
    assert "3 futures" in notes and "Evidence: a." in notes


def test_what_comes_after_the_end_of_the_war_does_not_count() -> None:
    found = finding(ended={"the war ends": 0.35}, none=0.05)
    text = exhaustion.sentence(found)
    assert text.startswith("While the war lasts: ") and "35" in text and "the war ends" in text
    assert "while the war lasts" in exhaustion.notes(found)[0]
    likeliest = finding(ended={"the war ends": 0.45}, bands={"the war ends": (0.05, 0.99)})
    assert "45 %, band 5 to 99 %" in exhaustion.sentence(likeliest)
    other = finding(ended={"a treaty": 0.35})
    assert "before a treaty" in exhaustion.notes(other)[0] and "while" not in exhaustion.sentence(other)


def test_each_constraint_has_its_observable_event_in_words() -> None:
    assert "observable event" not in written(exhaustion.blocks(finding()))
    text = written(exhaustion.blocks(finding(indicators={"bread": "bakeries close for a week"})))
    assert row(text, "bread") == ["bread", "bakeries close for a week"]


def test_what_follows_stands_beside_the_shares() -> None:
    assert "what follows" not in written(exhaustion.blocks(finding()))
    text = written(exhaustion.blocks(finding(follows={"Aland, bread": "queues, then strikes"})))
    assert row(text[text.index("what follows") :], "Aland, bread") == ["Aland, bread", "queues, then strikes"]


def test_events_that_name_no_constraint_are_not_said_to_run_out() -> None:
    events = (spell("a clash", 0.5, 0.4, p50=4.0), spell("a treaty", 0.3, 0.2))
    driver = HazardDriver("coal", "coal", "1", 0.1, None, None, 3.0, 3.0)
    changes = {"sides": events, "constraints": events, "movers": {"a clash": (driver,)}}
    of_events, of_stores = (written(exhaustion.blocks(finding(**fields))) for fields in (changes, {}))
    assert not {"run", "runs", "exhaustion", "constraint"} & set(of_events.replace(":", " ").split())
    assert {"run", "runs", "exhaustion", "constraint"} <= set(of_stores.replace(":", " ").split())
    assert len(row(of_events, "a clash")) == len(row(of_stores, "Aland")) - 1, "no column of constraints"
    assert exhaustion.is_about_constraints(["Aland, bread", "a treaty"])
    assert not exhaustion.is_about_constraints(["a clash", "a treaty"])
