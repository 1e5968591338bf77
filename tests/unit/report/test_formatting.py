from __future__ import annotations

import math

import pytest

from standoff.report import formatting


@pytest.mark.parametrize(
    ("value", "error", "unit", "text"),
    [
        (1_234_567, 8_000, "person", "1.235 million people"),
        (1_234_567, 80_000, "person", "1.23 million people"),
        (1_234_567, 300_000, "person", "1.2 million people"),
        (1_234_567, None, "person", "1.23 million people"),
        (31_415, 700, "shell", "31,400 shells"),
        (31_415, None, "shell/day", "31,415 shell/day"),
        (12, 0.3, "month", "12.0 months"),
        (1, None, "month", "1.00 months"),
        (3.14159, 0.02, "bn USD/month", "3.14 bn USD/month"),
        (1590.2, 20, "thousand person", "1.59 million people"),
        (2500, 100, "bn USD", "2.5 trn USD"),
        (0.5432, 0.004, "share", "54.3 %"),
        (0.5432, 0.04, "share", "54 %"),
        (54.32, 2, "%", "54 %"),
        (-2.5, 0.1, "1", "−2.5"),
        (-0.0001, 0.1, "", "0"),
        (0.0, None, "item", "0 items"),
        (0.0, 1e-3, "trn USD", "0 trn USD"),
        (5000.0, None, "km^2", "5,000 km²"),
        (14_999, 3_000, "item", "15,000 items"),
        (5e9, 1e8, "USD", "5.0 billion USD"),
        (1e13, None, "RUB", "10.0 trillion RUB"),
    ],
)
def test_numbers_have_no_more_digits_than_their_error_supports(
    value: float, error: float | None, unit: str, text: str
) -> None:
    assert formatting.number(value, error, unit) == text


@pytest.mark.parametrize(
    ("p", "error", "text"),
    [
        (0.6234, 0.005, "62.3 %"),
        (0.6234, 0.02, "62 %"),
        (0.6234, None, "62 %"),
        (0.0, 0.0004, "< 0.1 %"),
        (0.0, 0.02, "< 1 %"),
        (1.0, 0.0004, "> 99.9 %"),
        (0.9999, 0.02, "> 99 %"),
        (0.0, None, "0 %"),
        (1.0, None, "100 %"),
        (0.002, None, "< 1 %"),
    ],
)
def test_probabilities_are_percent_and_never_counted_as_certain(p: float, error: float | None, text: str) -> None:
    assert formatting.percent(p, error) == text


@pytest.mark.parametrize(
    ("error", "decimals"), [(1.0, 0), (0.99, 1), (0.1, 1), (0.01, 2), (0.001, 3), (9.9, 0), (10, -1), (4000, -3)]
)
def test_the_last_digit_shown_is_the_first_digit_of_the_error(error: float, decimals: int) -> None:
    assert formatting.decimal_places(error) == decimals


def test_the_two_ends_of_an_interval_share_scale_and_digits() -> None:
    form = formatting.number_format([1.2e6, 0.91e6, 1.63e6], 2e4, "person")
    assert form.between(0.91e6, 1.63e6) == "0.91 to 1.63 million people"
    assert form.between(0.91e6, None, "later") == "0.91 million people to later"
    assert form.between(None, None, "later") == "later"
    assert form.error(2e4) == "± 0.02 million people"


def test_whole_numbers_of_months_have_no_decimals() -> None:
    values = [14.0, 3.0, None]
    assert formatting.without_decimals(formatting.number_format(values, 0.4, "month"), values).full(14.0) == "14 months"
    assert (
        formatting.without_decimals(formatting.number_format([14.5], 0.4, "month"), [14.5]).full(14.5) == "14.5 months"
    )


@pytest.mark.parametrize(
    ("as_of", "months", "text"),
    [("2024-03-31", 0, "2024-03"), ("2024-03", 10, "2025-01"), ("2024-03", 9.2, "2025-01"), ("2024-12", 1, "2025-01")],
)
def test_months_are_counted_from_as_of(as_of: str, months: float, text: str) -> None:
    assert formatting.month_after(as_of, months) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1", "1 point"),
        ("+1", "+1 point"),
        ("−1", "−1 point"),
        ("1.0", "1.0 points"),
        ("0", "0 points"),
        ("11", "11 points"),
    ],
)
def test_one_point_has_no_plural(text: str, said: str) -> None:
    assert formatting.in_points(text) == said


def test_one_parameter_has_its_verb_in_the_singular() -> None:
    one = formatting.cited({"claims": 1, "fitted": 1}).split(", ")
    several = formatting.cited({"claims": 2, "fitted": 3}).split(", ")
    assert [text.split()[1] for text in one[1:3]] == ["is", "rests"]
    assert [text.split()[1] for text in several[1:3]] == ["are", "rest"]


def test_signs_are_shown_but_not_on_zero() -> None:
    assert [formatting.signed(x, 2) for x in (0.5, -0.5, 0.001, -0.001)] == ["+0.50", "−0.50", "0.00", "0.00"]


def test_long_lists_are_counted() -> None:
    assert formatting.first_few(("a", "b"), 3) == "a, b"
    assert formatting.first_few(("a", "b", "c", "d", "e"), 3) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("China gave help to Ukraine", 26, "China gave help to Ukraine"),
        ("China gave\n help to Ukraine", 21, "China gave help to…"),
        ("was named, the winner", 12, "was named…"),
        ("antidisestablishmentarianism", 10, "antidises…"),
    ],
)
def test_a_text_is_cut_between_words(text: str, most: int, shown: str) -> None:
    assert formatting.shortened(text, most) == shown and len(shown) <= most


@pytest.mark.parametrize(
    ("count", "word", "text"),
    [
        (1, "claim", "1 claim"),
        (1200, "claim", "1,200 claims"),
        (1, "theory", "1 theory"),
        (2, "theory", "2 theories"),
        (3, "survey", "3 surveys"),
    ],
)
def test_words_have_their_plurals(count: int, word: str, text: str) -> None:
    assert formatting.counted(count, word) == text


@pytest.mark.parametrize(
    ("p", "ends", "shown"),
    [
        (0.052, (0.011, 0.131), ("5.2 %", "1 to 13 %")),
        (0.0124, (0.004, 0.021), ("1.2 %", "0.4 to 2.1 %")),
        (0.97, (0.8, 0.9999), ("97 %", "80 to > 99 %")),
        (0.4, (0.4, 0.4), ("40 %", "40 %")),
        (0.0001, (0.00004, 0.00009), ("< 0.1 %", "< 0.1 %")),
        (0.02, (0.00001, 0.2), ("2.0 %", "< 1 to 20 %")),
    ],
)
def test_a_band_sets_the_decimals(p: float, ends: tuple[float, float], shown: tuple[str, str]) -> None:
    assert formatting.band_percents(p, ends) == shown


def test_a_band_is_worded_by_its_ends() -> None:
    low, high = formatting.likelihood(0.1), formatting.likelihood(0.7)
    assert formatting.likelihoods(0.1, 0.7) == f"{low} to {high}" and formatting.likelihoods(0.1, 0.15) == low


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0000042, "< 0.01 %"), (0.00152, "0.15 %"), (0.21, "21 %"), (0.9972, "99.7 %"), (0.99999, "> 99.9 %")],
)
def test_rare_probabilities_have_two_significant_digits(p: float, text: str) -> None:
    assert formatting.small_percent(p) == text


@pytest.mark.parametrize(
    ("log_odds", "error", "text"),
    [
        (math.log(1.3), 0.0, "× 1.3"),
        (math.log(1.3), 0.9, "× 1"),
        (math.log(7.4), 0.01, "× 7.4"),
        (math.log(0.42), 0.0, "× 0.42"),
        (math.log(0.42), 0.3, "× 0.4"),
        (0.0, 0.0, "× 1.0"),
        (-12.0, 0.1, "× < 0.001"),
        (800.0, 0.1, "× > 1,000"),
    ],
)
def test_log_odds_are_told_as_what_they_do_to_the_odds(log_odds: float, error: float, text: str) -> None:
    assert formatting.odds_factor(log_odds, error) == text


@pytest.mark.parametrize(
    ("log_odds", "error", "text"),
    [
        (math.log(2.3), 0.01, "2.3 times more likely"),
        (-math.log(2.3), 0.01, "2.3 times less likely"),
        (0.0, 0.0, "as likely"),
        (math.log(1.3), 0.9, "as likely"),
        (-12.0, 0.1, "> 1,000 times less likely"),
    ],
)
def test_log_odds_are_said_as_how_much_likelier(log_odds: float, error: float, text: str) -> None:
    assert formatting.likelier(log_odds, error) == text


def test_the_ends_of_an_interval_have_the_digits_of_a_quantile() -> None:
    """The 5 % quantile of a normal has 2.11 times the error of the mean: 0.8 makes 1.7."""
    form = formatting.number_format([57.5, 22.5, 142.3], 0.8, "times")
    assert form.full(57.5) == "57.5 times"
    assert form.between(22.5, 142.3) == "22 to 142 times"
    density = math.exp(-(1.6448536269514722**2) / 2) / math.sqrt(2 * math.pi)
    assert pytest.approx(math.sqrt(0.05 * 0.95) / density, abs=0.005) == formatting.TAIL


@pytest.mark.parametrize(
    ("date", "text"), [("2027", "in 2027"), ("2027-12", "in 2027-12"), ("2027-12-27", "on 2027-12-27")]
)
def test_a_day_has_another_preposition_than_a_month(date: str, text: str) -> None:
    assert formatting.time_of(date) == text
