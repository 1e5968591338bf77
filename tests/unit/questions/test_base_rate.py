"""Base rates in one line: the list, all data with its count, or none."""

from __future__ import annotations

from dataclasses import replace

from standoff.questions import BaseRate, Response, count_text
from standoff.questions.event import UNANCHORED, base_rate_text
from standoff.report import formatting

from .samples import form_of, question, statement

LIST = BaseRate(kind="list", rate=0.34, of=41, text="famous cases")
DATA = BaseRate(
    kind="data",
    rate=0.122,
    interval=(0.099, 0.148),
    count=57,
    of=798,
    per="year",
    since=1975,
    until=2017,
    data="UCDP",
    text="counted",
)
NONE = BaseRate(kind="data", rate=None, text="nobody counts it")
ASKED = question(event="a > 1", by="2024-12")


def told(*rates: BaseRate) -> tuple[tuple[str, str], ...]:
    """The line of base rates beside an answer of 5 %."""
    result = replace(statement(Response(value=0.05, monte_carlo=None), ASKED), base_rates=rates)
    return base_rate_text(result, "5 %", formatting)


def test_both_rates_stand_in_one_line() -> None:
    ((name, text),) = told(LIST, DATA)
    listed, counted = text.split("; ", 1)
    rate, interval = formatting.band_percents(0.122, (0.099, 0.148))
    assert name == "base rates"
    assert listed.startswith("34 %") and "n 41" in listed
    assert counted.startswith(rate) and interval in counted and count_text(DATA) in counted


def test_a_count_has_its_cases_time_data_and_years() -> None:
    assert [part in count_text(DATA) for part in ("57 of 798", "a year", "UCDP", "1975 to 2017")] == [True] * 4
    assert "year" not in count_text(replace(DATA, per="case"))


def test_what_is_not_counted_is_said() -> None:
    ((name, text),) = told(LIST, NONE)
    assert name == "base rate" and text.endswith(f"({NONE.text})")
    ((_, text),) = told(replace(LIST, of=None))
    assert "list" not in text
    assert told() == ()


def test_a_rate_too_small_to_show_is_not_shown_twice() -> None:
    ((_, text),) = told(replace(DATA, rate=0.0002, interval=(0.0001, 0.0003)))
    assert text.count("< 0.1 %") == 1


def test_an_event_has_them_in_place_of_the_single_rate() -> None:
    asked = question(event="a > 1", by="2024-12")
    response = Response(value=0.05, monte_carlo=None, baselines={"persistence": 0.0, "base_rate": 0.34})
    result = replace(statement(response, asked), base_rates=(LIST, DATA))
    names = [name for name, _ in form_of(asked).text(result, "2024-03", formatting).baselines]
    assert names == ["no-change baseline", "base rates"]


def test_a_list_without_a_time_says_so_and_a_rate_over_time_its_months() -> None:
    texts = [told(base)[0][1] for base in (LIST, replace(LIST, of=None), replace(LIST, per="year", months=24.0))]
    assert ["no horizon stated" in text for text in texts] == [True, False, False]
    assert "over 24 months" in texts[2] and not LIST.has_horizon and DATA.has_horizon


def test_the_place_of_a_rate_tells_a_list_from_a_guess() -> None:
    listed = BaseRate(kind="list", rate=0.1, of=8, sources=("cases",))
    stated, guessed = (replace(listed, of=None, sources=sources) for sources in (("cases",), ("assumption",)))
    places = [rate.place for rate in (listed, stated, guessed, replace(listed, kind="data"))]
    assert len(set(places)) == 4 and "assumed" in places[2]


def test_classes_say_where_the_answer_starts() -> None:
    own = replace(DATA, members="a great power", months=21.0)
    ((_, text),) = told(replace(own, start=statement(Response(value=0.05, monte_carlo=None), ASKED).id), own)
    assert text.count("over 21 months") == 2 and "starts from 12 %" in text and text.endswith("5 %")
    ((_, other),) = told(replace(own, start="elsewhere"))
    assert "the class of `elsewhere`" in other
    ((_, none),) = told(own)
    assert none.endswith(UNANCHORED)
