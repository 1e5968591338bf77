"""No-break spaces before a percent sign and after a plus-minus sign."""

from __future__ import annotations

from standoff.report import no_break


def test_a_number_and_its_sign_stay_together_and_other_spaces_remain() -> None:
    assert (
        no_break.text("8.1 % of 3 cases, ± 0.4 or ± < 0.1") == "8.1\u00a0% of 3 cases, ±\u00a00.4 or ±\u00a0<\u00a00.1"
    )


def test_a_sign_of_order_stays_with_its_number_but_not_at_the_beginning_of_a_line() -> None:
    assert no_break.text("it: > 99.9 % (< 1)\n> 5 lines") == "it: >\u00a099.9\u00a0% (<\u00a01)\n> 5 lines"
    assert no_break.html("<p>&gt; 99 <b>a</b> 5</p>") == "<p>&gt;\u00a099 <b>a</b> 5</p>"


def test_scripts_and_style_sheets_of_a_page_are_as_they_were() -> None:
    page = "<style>a { width: 5 % }</style><p>5 %</p><script>let a = 5 % 2;</script><p>6 %</p>"
    assert no_break.html(page) == page.replace("<p>5 %", "<p>5\u00a0%").replace("<p>6 %", "<p>6\u00a0%")
