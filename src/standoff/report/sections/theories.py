"""Comparison of decision theories: answers under each, one decision, and reasons for the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import answer_text, formatting
from standoff.report.terminal import ERROR
from standoff.report.text_table import grid, heading
from standoff.theories import DEFAULT, Explanation, theory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from standoff.analysis.theory_comparison import Disagreement, DisputedOption, TheoryComparison, TheoryQuestion
    from standoff.theories import TheoryTerm

MOST = 3  # assumption: decimals of a percentage point beyond which nobody reads
EXPLAINED = ("Each theory is applied to every actor. Futures are paired: a draw has the same parameters and random numbers under "
             "all theories. Spread: highest less lowest answer. Also shown: the standard deviation over theories, and a lower "
             "bound of the standard deviation from parameters.")  # fmt: skip


def page(found: TheoryComparison) -> RenderableType:
    """Render the finding for the terminal."""
    parts: list[RenderableType] = [
        Text(found.origin.title, "bold"), Text(" · ".join(answer_text.origin(found.origin)), "dim"), Text(),
        Text(EXPLAINED, "dim"), Text(ERROR, "dim"), heading("Answers under each theory"),
    ]  # fmt: skip
    own = {name: word for name, word in (found.own or {}).items() if word != DEFAULT}
    if own:
        named = ", ".join(f"{name} {formatting.humanise(word)}" for name, word in own.items())
        parts.insert(
            4, Text(f"The case itself sets theories other than {formatting.humanise(DEFAULT)}: {named}.", "dim")
        )
    head, rows = answers(found)
    shown = grid(*(word.replace(" ", "\n", 1) + ":" if n else word for n, word in enumerate(head)))
    for row in rows:
        shown.add_row(*row)
    parts += [shown, Text()]
    parts += [Text(f"{item.text} {apart(item)}") for item in found.compared]
    if found.disagreement is not None:
        parts += _decision(found.disagreement)
    return Group(*parts, Text(), Text(answer_text.versions_line(found.origin), "dim"))


def answers(found: TheoryComparison) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: every question under every theory, spread, and effect of parameters."""
    head = ("question", *map(formatting.humanise, found.names), "spread", "s.d. over theories", "s.d. from parameters")
    rows = []
    for item in found.compared:
        cells = [_number(item, under.mean, under.mc_error) for under in item.under]
        first = item.under[0]
        rows.append((f"{item.text} ({item.date})", *cells, _points(item, item.spread, item.spread_error),
                     _points(item, item.deviation, item.deviation_error),
                     _points(item, first.parameters, first.parameters_error)))  # fmt: skip
    return head, rows


def apart(item: TheoryQuestion) -> str:
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


def options(found: Disagreement) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: probability of each option under each theory, and its spread across draws."""
    first = found.deciding[0]
    head = ("option", *(formatting.humanise(item.theory) for item in found.deciding),
            f"90 % across draws, {formatting.humanise(first.theory)}")  # fmt: skip
    rows = [
        (option + (" (status quo)" if option == found.against else ""),
         *(share(item.options[option], item.mc_errors[option]) for item in found.deciding),
         formatting.percents(first.intervals[option]))
        for option in first.options
    ]  # fmt: skip
    return head, rows


def reasons(issue: DisputedOption) -> list[tuple[str, str]]:
    """Each reason with its part of the log odds, the same under every theory; the heaviest first."""
    return [(item.text, log_odds(item)) for item in sorted(issue.reasons, key=lambda item: -abs(item.value))]


def why(found: Disagreement, issue: DisputedOption) -> list[str]:
    """A sentence for each theory: probability of the disputed option, and its reasons."""
    return [f"{formatting.capital(formatting.humanise(item.theory))}: {issue.option} in "
            f"{share(item.options[issue.option], item.mc_errors[issue.option])}{_because(found, issue, item.theory)}"
            for item in found.deciding]  # fmt: skip


def share(value: float, error: float) -> str:
    """A probability and its Monte Carlo error in percentage points."""
    return f"{formatting.percent(value, error)} {formatting.points(error).partition(' point')[0]}"


def log_odds(item: TheoryTerm) -> str:
    """A part of the log odds with its error."""
    decimals = formatting.common_decimals([item.mc_error])
    return f"{formatting.signed(item.value, decimals)} ± {formatting.plain(item.mc_error, decimals)}"


def _decision(found: Disagreement) -> list[RenderableType]:
    head, rows = options(found)
    shown = grid(*(word.replace(" ", "\n", 1) + ":" if n else word for n, word in enumerate(head)))
    for row in rows:
        shown.add_row(*row)
    out: list[RenderableType] = [
        heading("Why they disagree"), Text(f"{found.actor} decides in {found.decided}  {found.text}", "bold"), Text(), shown,
    ]  # fmt: skip
    if found.occasion < 1:
        out.append(Text(f"The decision arises in {formatting.percent(found.occasion)} of futures; only these count."))
    for issue in found.issues:
        parts = grid("reason", "log odds:")
        for text, value in reasons(issue):
            parts.add_row(text, value)
        title = f"Reasons under every theory: {issue.option} rather than {found.against}"
        out += [Text(), Text(title, "bold"), parts, Text(), *map(Text, why(found, issue))]
    return out


def _because(found: Disagreement, issue: DisputedOption, name: str) -> str:
    terms = Explanation(
        status_quo=found.against, terms=issue.why[name], reasons=frozenset(reason.name for reason in issue.reasons)
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
        """A change of a probability."""
        return _change(term)

    def quoted(self, terms: Iterable[TheoryTerm], number: Callable[[TheoryTerm], str]) -> str:
        """Texts of terms, each with its number."""
        return ", ".join(f"“{term.text}” ({number(term)})" for term in terms)

    def exceeds(self, term: TheoryTerm, other: TheoryTerm) -> bool:
        """Whether the difference is beyond the Monte Carlo error."""
        return term.value - other.value > formatting.SURE * term.mc_error


def _change(item: TheoryTerm) -> str:
    """A change of a probability in percentage points."""
    size, error = 100 * item.value, 100 * item.mc_error
    decimals = min(max(formatting.decimal_places(error), 0), MOST) if error > 0 else 1
    return f"{formatting.signed(size, decimals)} ± {formatting.plain(error, decimals)} points"


def _number(item: TheoryQuestion, value: float, error: float) -> str:
    if item.of != "mean":
        return share(value, error)
    form = formatting.number_format([value], error, item.unit)
    return f"{form.full(value)} {form.error(error)}"


def _points(item: TheoryQuestion, value: float, error: float) -> str:
    if item.of != "mean":
        decimals = min(max(formatting.decimal_places(100 * error), 0), MOST) if error > 0 else 1
        return f"{100 * value:.{decimals}f} ± {100 * error:.{decimals}f} points"
    return _number(item, value, error)
