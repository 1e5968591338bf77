from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console, RenderableType

from standoff.analysis.answer import answer
from standoff.analysis.explain import stock_drivers
from standoff.analysis.stored_bands import MISSING
from standoff.report import answer_text, formatting, terminal
from standoff.report.text_bars import Bar, SignedBar
from standoff.report.text_wrap import WrappedText

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def printed(what: RenderableType, width: int) -> str:
    """What a file would hold that the output is piped to."""
    out = io.StringIO()
    Console(file=out, width=width).print(what)
    return out.getvalue()


def joined(text: str) -> str:
    """The text without line ends, so that wrapping between words does not matter."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", [80, 100])
def test_no_number_is_cut_and_no_line_too_long(found: Verdict, width: int) -> None:
    text = printed(terminal.verdict_page(found), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    assert "\x1b" not in text, "no colour codes in a file"
    lines = text.splitlines()
    for choice in found.choices:
        decimals, tail = answer_text.reason_decimals(choice), answer_text.tail_decimals(choice)
        for reason in choice.reasons:
            ends = " to ".join(formatting.signed(end, tail) for end in reason.interval)
            row = next(line for line in lines if ends in line and "of futures" not in line)
            assert formatting.signed(reason.log_odds, decimals) in row
            assert formatting.percent(reason.share) in row
            assert formatting.odds_factor(reason.log_odds, reason.mc_error) in row
        for option, probability in zip(choice.options, answer_text.chosen(choice), strict=True):
            assert any(probability in line and formatting.percents(option.interval) in line for line in lines)
    for item in found.answers:
        said_so = answer_text.answer(item, found.origin.as_of)
        assert said_so.with_band in joined(text) and said_so.futures in joined(text)


def test_the_page_says_everything_it_has_to(found: Verdict) -> None:
    text = joined(printed(terminal.verdict_page(found), 100))
    for part in (
        "as of 2024-03",
        "300 draws",
        "seed 1",
        "variant base",
        "Will A go?",
        "lines 3, 4",
        "no-change baseline: no",
        "base rate: 20 %",
        "aaa-men-2024-01-staff, aaa-men-2024-02-staff, aaa-men-2024-03-enemy",
        "Why go rather than stay",
        "sum of reasons",
        "log odds of go",
        "What comes first?",
        "none by then",
        "on assumption",
        "choices.AAA.rationality",
    ):
        assert part in text, part
    total = formatting.signed(found.choices[0].log_odds, answer_text.reason_decimals(found.choices[0]))
    assert f"sum of reasons {total}" in text
    assert f"log odds of go {total}" in text


def test_nobody_takes_the_monte_carlo_error_for_what_the_model_does_not_know(found: Verdict) -> None:
    text = joined(printed(terminal.verdict_page(found), 200))
    for item in found.answers:
        told = answer_text.answer(item, found.origin.as_of)
        if told.error:
            assert f"Monte Carlo error {told.error}" in text
        assert (item.kind == "event") != told.futures.startswith("90 % of futures: ") or not told.futures
    assert MISSING in text
    assert "uncertainty of the model" in text


def test_what_numbers_rest_on_is_kept_apart_from_what_is_cited(found: Verdict) -> None:
    page = printed(terminal.explanation(found.choices[0]), 160)
    head = next(line for line in page.splitlines() if "parameters cite" in line)
    row = next(line for line in page.splitlines() if "aaa-vows-2024-01-king" in line and "norm" in line)
    assert row[head.index("parameters cite") :].split()[0] == "assumption"
    assert row[head.index("reason cites") :].strip() == "aaa-vows-2024-01-king"
    text = joined(printed(terminal.verdict_page(found), 160))
    assert "reasons cite: aaa-vows-2024-01-king" in text and "parameters cite: aaa-vows" not in text


def test_other_findings_are_shown_too(run: Run, found: Verdict) -> None:
    explained = joined(printed(terminal.explanation(found.choices[0]), 80))
    assert "aaa-vows-2024-01-king" in explained
    assert "1 to 2" in explained
    moved = joined(printed(terminal.drivers(stock_drivers(run, "fear")), 80))
    assert "drift" in moved
    assert "mean of futures" in moved
    asked = joined(printed(terminal.answers(answer(run, ("first", "why"))), 80))
    assert "What comes first?" in asked
    assert "log odds" in asked


def test_bars_have_the_length_of_what_they_show() -> None:
    assert Bar(0.5, 10).text().count("█") == 5
    assert Bar(0.5, 10).text(ascii_only=True) == "#####....."
    assert Bar(1.4, 10).text() == "█" * 10
    assert Bar(0.0, 4).text() == "····"
    assert SignedBar(-1.0, 2.0, 9).text() == "  ██│    "
    assert SignedBar(2.0, 2.0, 9).text(ascii_only=True) == "    |####"
    assert SignedBar(0.0, 0.0, 5).text() == "  │  "


def test_a_long_name_folds_between_its_parts() -> None:
    console = Console(width=24, file=io.StringIO(), color_system=None)
    name = "chn-no-direct-aid-2024-03-article-author"
    lines = [str(line).rstrip() for line in WrappedText(name).wrap(console, 16)]
    assert lines == ["chn-no-direct-", "aid-2024-03-", "article-author"]
    assert [str(line).rstrip() for line in WrappedText("a short text, 2.5 of it").wrap(console, 12)] == [
        "a short",
        "text, 2.5 of",
        "it",
    ]
    assert len(WrappedText("x" * 30).wrap(console, 16)) == 2, "what has no parts is folded all the same"
