"""Why decision theories disagree about one decision, as a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from standoff import labels
from standoff.analysis.theory_comparison import Disagreement, DisputedOption, TheoryComparison
from standoff.report import answer_text, formatting, title
from standoff.report.document import Block, Heading, Paragraph, TableBlock, given, remark, table
from standoff.theories import DEFAULT, TheoryExplanation, TheoryTerm, theory

MOST = 3  # assumption: decimals of a percentage point
EXPLAINED = "Each theory is applied to every actor, in the same situations, with the same reasons."
NOBODY = "No actor decides after as_of."


def blocks(comparison: TheoryComparison) -> list[Block]:
    """Document of a comparison."""
    own = {name: word for name, word in (comparison.own or {}).items() if word != DEFAULT}
    named = ", ".join(f"{name} {formatting.humanise(word)}" for name, word in own.items())
    sets = f"The case itself sets theories other than {formatting.humanise(DEFAULT)}: {named}."
    return [
        *title.blocks(comparison.origin),
        remark(EXPLAINED),
        *given(own, remark(sets)),
        *(_decision(comparison.disagreement) if comparison.disagreement is not None else [Paragraph(NOBODY)]),
        remark(answer_text.versions_line(comparison.origin)),
    ]


def _numbers(head: Sequence[str], rows: Sequence[Sequence[str]]) -> TableBlock:
    """A table whose columns after the first are numbers, with folded names."""
    return table(*(word.replace(" ", "\n", 1) + ":" if n else word for n, word in enumerate(head)), rows=rows)


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
