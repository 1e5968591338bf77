"""A decision in words and tables: its options, its reasons and their evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from standoff import labels
from standoff.analysis.explain import stock_drivers
from standoff.plan.from_history import SIGNS
from standoff.report import answer_text, formatting
from standoff.report.document import ShownNumber, plain
from standoff.report.sections import explanation
from tests.unit.report.plain import joined, shown

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def test_every_option_and_reason_has_its_numbers_and_they_add_up(found: Verdict) -> None:
    choice = found.choices[0]
    decimals, tail = answer_text.reason_decimals(choice), answer_text.tail_decimals(choice)
    options, reasons = explanation.options(choice), explanation.reasons(choice)
    for item, chosen, row in zip(choice.options, answer_text.chosen(choice), options.rows, strict=True):
        assert row[3] == ShownNumber(chosen, "choice-AAA") and plain(row[4]) == formatting.percents(item.interval)
    rows = {row[1].evidence: row for row in reasons.rows if isinstance(row[1], ShownNumber)}
    for reason in choice.reasons:
        row = rows[f"reason-AAA-{reason.reason}"]
        assert plain(row[1]) == formatting.signed(reason.log_odds, decimals)
        assert plain(row[2]) == formatting.odds_factor(reason.log_odds, reason.mc_error)
        assert plain(row[3]) == " to ".join(formatting.signed(end, tail) for end in reason.interval)
        assert plain(row[4]) == formatting.percent(reason.share)
    assert reasons.totals == 2
    assert [plain(row[1]) for row in reasons.rows[-2:]] == [formatting.signed(choice.log_odds, decimals)] * 2


def test_a_sign_that_history_is_not_sure_of_stands_beside_the_effect(found: Verdict) -> None:
    choice = found.choices[0]
    plainly = joined(shown([explanation.reasons(choice)]))
    assert not any(sign in plainly for sign in SIGNS.values() if sign)
    for sign in (SIGNS[0], SIGNS[-1]):
        weighed = replace(choice.reasons[0], weight=f"history(rivalry), {sign}: -0.4 to 1.2")
        text = joined(shown([explanation.reasons(replace(choice, reasons=(weighed, *choice.reasons[1:])))]))
        assert text.count(sign) == 1


def test_what_numbers_rest_on_is_kept_apart_from_what_is_cited(found: Verdict) -> None:
    text = shown(explanation.blocks(found.choices[0]))
    head = next(line for line in text.splitlines() if "parameters cite" in line)
    row = next(line for line in text.splitlines() if "aaa-vows-2024-01-king" in line and "norm" in line)
    assert row[head.index("parameters cite") :].split()[0] == "assumption"
    assert row[head.index("reason cites") :].strip() == "aaa-vows-2024-01-king"


def test_the_processes_of_a_stock_have_their_change(run: Run) -> None:
    moved = joined(shown(explanation.drivers(stock_drivers(run, "fear")), 80))
    assert "Drift" in moved or "drift" in moved
    assert "mean of futures" in moved


def test_what_nobody_has_stated_is_the_last_before_the_sums(found: Verdict) -> None:
    choice = found.choices[0]
    largest = max(choice.reasons, key=lambda item: abs(item.log_odds))
    others = tuple(item for item in choice.reasons if item is not largest)
    table = explanation.reasons(
        replace(choice, reasons=(replace(largest, text=labels.reason(largest) + labels.CONSTANT), *others))
    )
    assert table.totals == 3 and joined(plain(table.rows[-3][0])).startswith(joined(labels.reason(largest)))
