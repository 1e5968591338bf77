"""Comparison of decision theories: answers, one decision, reasons for differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from standoff import labels
from standoff.analysis.theory_comparison import Disagreement, DisputedOption, TheoryComparison, TheoryQuestion
from standoff.report import answer_text, formatting, title
from standoff.report.document import Block, Heading, Paragraph, TableBlock, given, remark, table
from standoff.report.sections.answers import ERROR
from standoff.theories import DEFAULT, TheoryExplanation, TheoryTerm, theory

MOST = 3  # assumption: decimals of a percentage point
EXPLAINED = (
    "Each theory is applied to every actor. Futures are paired: a draw has the same parameters and random numbers under "
    "all theories. Spread: highest less lowest answer. Also shown: the standard deviation over theories, and a lower "
    "bound of the standard deviation from parameters."
)


def blocks(comparison: TheoryComparison) -> list[Block]:
    """Document of a comparison."""
    own = {name: word for name, word in (comparison.own or {}).items() if word != DEFAULT}
    named = ", ".join(f"{name} {formatting.humanise(word)}" for name, word in own.items())
    sets = f"The case itself sets theories other than {formatting.humanise(DEFAULT)}: {named}."
    return [
        *title.blocks(comparison.origin),
        *map(remark, (EXPLAINED, ERROR)),
        Heading("Answers under each theory"),
        *given(own, remark(sets)),
        _numbers(*answers(comparison)),
        *(Paragraph(f"{item.text} {spread_sentence(item)}") for item in comparison.compared),
        *(_decision(comparison.disagreement) if comparison.disagreement is not None else []),
        remark(answer_text.versions_line(comparison.origin)),
    ]


def _numbers(head: Sequence[str], rows: Sequence[Sequence[str]]) -> TableBlock:
    """A table whose columns after the first are numbers, with folded names."""
    return table(*(word.replace(" ", "\n", 1) + ":" if n else word for n, word in enumerate(head)), rows=rows)


def answers(comparison: TheoryComparison) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: every question under every theory, spread, and effect of parameters."""
    spread = ("spread", "s.d. over theories", "s.d. from parameters")
    rows = [
        (
            f"{item.text} ({item.date})",
            *(_number(item, under.mean, under.mc_error) for under in item.under),
            _points(item, item.spread, item.spread_error),
            _points(item, item.deviation, item.deviation_error),
            _points(item, item.under[0].parameters, item.under[0].parameters_error),
        )
        for item in comparison.compared
    ]
    return ("question", *map(formatting.humanise, comparison.names), *spread), rows


def spread_sentence(item: TheoryQuestion) -> str:
    """Spread of the theories on one question, in a sentence."""
    if item.spread <= formatting.SURE * item.spread_error:
        return f"The theories differ by no more than the Monte Carlo error ({_points(item, item.spread, item.spread_error)})."
    ends = {under.theory: _number(item, under.mean, under.mc_error) for under in item.under}
    least = item.under[0]
    return (
        f"From {ends[item.lowest]} ({formatting.humanise(item.lowest)}) "
        f"to {ends[item.highest]} ({formatting.humanise(item.highest)}): "
        f"{_points(item, item.spread, item.spread_error)} apart. Standard deviation from parameters "
        f"at least {_points(item, least.parameters, least.parameters_error)} (under "
        f"{formatting.humanise(least.theory)}), from the choice of theory {_points(item, item.deviation, item.deviation_error)}."
    )


def options(disagreement: Disagreement) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: probability of each option by theory, and its spread."""
    first = disagreement.deciding[0]
    head = (
        "option",
        *(formatting.humanise(item.theory) for item in disagreement.deciding),
        f"90 % across draws, {formatting.humanise(first.theory)}",
    )
    rows = [
        (
            disagreement.texts[option] + (" (reference)" if option == disagreement.against else ""),
            *(share(item.options[option], item.mc_errors[option]) for item in disagreement.deciding),
            formatting.percents(first.intervals[option]),
        )
        for option in first.options
    ]
    return head, rows


def reasons(issue: DisputedOption) -> list[tuple[str, str, str]]:
    """Reasons with their parts of the log odds, equal under all theories, largest first."""
    ordered = sorted(issue.reasons, key=lambda item: (labels.is_constant(item.text), -abs(item.value)))
    return [(item.text, log_odds(item), formatting.odds_factor(item.value, item.mc_error)) for item in ordered]


def why(disagreement: Disagreement, issue: DisputedOption) -> list[str]:
    """A sentence for each theory: probability of the disputed option, and its reasons."""
    return [
        f"{formatting.capital(formatting.humanise(item.theory))}: “{disagreement.texts[issue.option]}” in "
        f"{share(item.options[issue.option], item.mc_errors[issue.option])}{_because(disagreement, issue, item.theory)}"
        for item in disagreement.deciding
    ]


def share(value: float, error: float) -> str:
    """A probability and its Monte Carlo error in percentage points."""
    return f"{formatting.percent(value, error)} {formatting.points(error).partition(' point')[0]}"


def log_odds(item: TheoryTerm) -> str:
    """A part of the log odds with its error."""
    decimals = formatting.common_decimals([item.mc_error])
    return f"{formatting.signed(item.value, decimals)} ± {formatting.plain(item.mc_error, decimals)}"


def _decision(disagreement: Disagreement) -> list[Block]:
    decides = f"{disagreement.actor} decides {formatting.time_of(disagreement.decided)}  {disagreement.text}"
    arises = f"The decision arises in {formatting.percent(disagreement.occasion)} of futures; only these count."
    return [
        Heading("Why they disagree"),
        Paragraph(decides, strong=True),
        remark("Probability of each option if it decided afresh, by theory"),
        _numbers(*options(disagreement)),
        *given(disagreement.occasion < 1, Paragraph(arises)),
        *(block for issue in disagreement.issues for block in _issue(disagreement, issue)),
    ]


def _issue(disagreement: Disagreement, issue: DisputedOption) -> list[Block]:
    heading = (
        f"Reasons under every theory: “{disagreement.texts[issue.option]}” "
        f"rather than “{disagreement.texts[disagreement.against]}”"
    )
    reason_rows = table("reason", "log odds:", "odds:", rows=reasons(issue), caption=heading)
    return [reason_rows, *map(Paragraph, why(disagreement, issue))]


def _because(disagreement: Disagreement, issue: DisputedOption, name: str) -> str:
    terms = TheoryExplanation(
        status_quo=f"“{disagreement.texts[disagreement.against]}”",
        terms=issue.why[name],
        reasons=frozenset(reason.name for reason in issue.reasons),
    )
    return theory(name).describe(terms, TermWriter())


class TermWriter:
    """Numbers of a theory's terms with their Monte Carlo errors (`theories.Writer`)."""

    def share(self, term: TheoryTerm) -> str:
        """A probability."""
        return share(term.value, term.mc_error)

    def log_odds(self, term: TheoryTerm) -> str:
        """A part of the log odds."""
        return log_odds(term)

    def points(self, term: TheoryTerm) -> str:
        """A change of a probability in percentage points."""
        decimals = _decimals(term.mc_error)
        return f"{formatting.signed(100 * term.value, decimals)} ± {formatting.plain(100 * term.mc_error, decimals)} points"

    def quoted(self, terms: Iterable[TheoryTerm], number: Callable[[TheoryTerm], str]) -> str:
        """Texts of terms, each with its number."""
        return ", ".join(f"“{term.text}” ({number(term)})" for term in terms)

    def exceeds(self, term: TheoryTerm, other: TheoryTerm) -> bool:
        """Whether the difference is beyond the Monte Carlo error."""
        return term.value - other.value > formatting.SURE * term.mc_error


def _decimals(error: float) -> int:
    """Decimals of a number of percentage points with the error of a probability."""
    return min(max(formatting.decimal_places(100 * error), 0), MOST) if error > 0 else 1


def _number(item: TheoryQuestion, value: float, error: float) -> str:
    if item.of != "mean":
        return share(value, error)
    form = formatting.number_format([value], error, item.unit)
    return f"{form.full(value)} {form.error(error)}"


def _points(item: TheoryQuestion, value: float, error: float) -> str:
    if item.of == "mean":
        return _number(item, value, error)
    decimals = _decimals(error)
    return f"{100 * value:.{decimals}f} ± {100 * error:.{decimals}f} points"
