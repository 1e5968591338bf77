"""History in words: what moves help, and what it says about one decision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from standoff.addons.history.ask import HistoryAnswer
from standoff.addons.history.show import HistorySummary, PosteriorNumber
from standoff.addons.history.summary import PanelSummary
from standoff.history.words import COVARIATE, KIND
from standoff.report import formatting
from standoff.report.document import Block, Heading, Notice, Paragraph, table
from standoff.report.formatting import small_percent

OPTIONS = {"nothing": "no help", "support": "help short of troops", "troops": "troops"}
ARENAS = {"government": "a government in internal war", "rebels": "rebels", "interstate": "a war between states"}
PANEL_ARENAS = {"government": "government", "rebels": "rebels", "interstate": "state against state"}
NOTE = (
    "A year each, without side-years in which a mission or coalition helps. A government is one side in all its internal "
    "wars. Decisions are those of states that did not help in the side's last year; end, %: of those that did. Likely helpers "
    "are great powers, neighbours and states within 950 km, allies and rivals of a party, and those that helped either side in "
    "its last year."
)
SHOWN = 0.02  #: share of all reasons below which a kind is left out of the table; assumption


def answer_blocks(answer: HistoryAnswer) -> list[Block]:
    """Document of an answer: rates and reasons."""
    title = f"Does {answer.actor} begin to help {answer.side} against {answer.against} in {answer.year}?"
    chance = {rate.option: rate for rate in answer.rates}
    any_help = 1 - chance["nothing"].mean
    arms, helpers = answer.arms_helpers
    rates = [
        (
            OPTIONS[rate.option],
            small_percent(rate.mean),
            small_percent(rate.p50),
            f"{small_percent(rate.p5)} to {small_percent(rate.p95)}",
        )
        for rate in answer.rates
    ]
    lead = (
        f"From history alone the chance is {small_percent(any_help)} in the year; arms or troops "
        f"{small_percent(answer.arms_or_troops.mean)}, since {formatting.percent(answer.arms_share)} of the helpers in wars "
        f"between states gave arms ({arms} of {helpers} supporters counted by UCDP). Of all likely helpers in such wars "
        f"{small_percent(answer.base_rate)} began in a year."
    )
    kinds = [
        (
            KIND[each.kind],
            formatting.signed(each.log_odds, 1),
            f"{each.p5:.1f} to {each.p95:.1f}".replace("-", formatting.MINUS),
            formatting.percent(each.share),
        )
        for each in answer.kinds
        if each.share >= SHOWN
    ]
    out: list[Block] = [
        Heading(title, 1),
        Paragraph(lead),
        table("what it does", "mean:", "median:", "90 %:", rows=rates, caption="Chance in the year"),
        table(
            "kind of reason",
            "log odds:",
            "90 %:",
            "share:",
            rows=kinds,
            caption="What sets it apart from the mean likely helper",
        ),
        Paragraph(
            f"The fit rests on decisions from 1976 to {answer.until}; wars between states with helpers are few "
            "in it, so that much of this rests on internal wars."
        ),
    ]
    if answer.carried:
        out.append(Paragraph(f"Carried forward from their last year: {', '.join(answer.carried)}.", soft=True))
    return out


def summary_blocks(summary: HistorySummary) -> list[Block]:
    """Document of the posterior: kinds, weights, slopes, reconsidering."""
    kinds = [
        (
            KIND[kind.kind],
            kind.kind if kind.weight else "-",
            _three(kind.weight) if kind.weight else "-",
            "yes" if kind.sure else "no",
        )
        for kind in summary.kinds
    ]
    slopes = [
        (KIND[kind.kind] if i == 0 else "", COVARIATE[number.name], _estimate(number))
        for kind in summary.kinds
        for i, number in enumerate(kind.slopes)
    ]
    chains = f"R-hat {summary.rhat:.3f}, {summary.ess:,.0f} effective draws at least"
    out: list[Block] = [
        Heading("What has moved states to help in the wars of others", 1),
        Paragraph(
            f"{summary.decisions:,} decisions of states from 1976 to {summary.until} about helping a side of a war, by "
            f"{summary.draws:,} draws of the posterior ({chains if summary.passed else 'a normal approximation, no chains'}). "
            "Log odds are of help against none whenever a state reconsiders; an increase of 0.7 doubles the odds."
        ),
        table(
            "kind of reason",
            "consideration",
            "weight (5, 50, 95 %)",
            "a sign is sure",
            rows=kinds,
            caption="Kinds of reasons, and the weight that a scenario takes from them",
        ),
        table("kind", "covariate", "log odds (90 %)", rows=slopes, caption="Slopes"),
        table(
            "where",
            "chance (90 %)",
            rows=[(ARENAS[number.name], _chances(number)) for number in summary.reconsidering],
            caption="Reconsidering in a year, at the beginning",
        ),
        table(
            "number",
            "value (90 %)",
            rows=[(number.name, _estimate(number)) for number in summary.numbers],
            caption="Other numbers",
        ),
    ]
    if summary.half_life:
        low, middle, high = summary.half_life
        out.append(
            Paragraph(
                f"Half-life of reasons that a scenario takes: {middle:.0f} months ({low:.0f} to {high:.0f}). "
                f"Made {summary.made} from the panel {summary.panel[:12]}.",
                soft=True,
            )
        )
    return out


def fit_blocks(summary: HistorySummary, path: Path) -> list[Block]:
    """Document of a new fit: its checks, and the posterior in words."""
    word = "passed its checks" if summary.passed else "failed its checks: R-hat below 1.01, 400 effective draws"
    return [*summary_blocks(summary), Paragraph(f"The fit {word}. Posterior: {path}")]


def _three(ends: tuple[float, float, float]) -> str:
    return " · ".join(f"{value:.2g}" for value in ends)


def _estimate(number: PosteriorNumber) -> str:
    return f"{formatting.signed(number.p50, 2)} ({number.p5:.2f} to {number.p95:.2f})".replace("-", formatting.MINUS)


def _chances(number: PosteriorNumber) -> str:
    return f"{formatting.percent(number.p50)} ({formatting.percents((number.p5, number.p95))})"


# ---- the panel ----------------------------------------------------------------------------------------------------


def panel_blocks(summary: PanelSummary) -> list[Block]:
    """Document of a panel."""
    others = [use for use in summary.tables if not use.verified]
    out: list[Block] = [
        Heading(f"Decisions about the wars of others, {summary.first_year} to {summary.last_year}", 1),
        Paragraph(
            f"{summary.decisions:,} decisions: each of {summary.states} states, in each year, about each side of a war of "
            f"others ({summary.side_years:,} side-years). {summary.helps:,} times a state helped, and "
            f"{summary.beginnings:,} times it began to. In {summary.mission_side_years:,} side-years a mission or coalition "
            f"helped, with {summary.mission_beginnings:,} of the beginnings."
        ),
    ]
    if others:
        names = ", ".join(use.file for use in others)
        out.append(
            Notice(f"Another edition than that of the shipped coefficients: {names}. Counts may differ a little.")
        )
    return [
        *out,
        Heading("Decisions of single states"),
        table(
            "side",
            "years",
            "side-years:",
            "decisions:",
            "begin:",
            "begin, %:",
            "likely, %:",
            "end, %:",
            rows=list(_counts(summary)),
        ),
        Paragraph(NOTE, soft=True),
        Heading("Tables"),
        table(
            "table",
            "publisher",
            "licence",
            "edition",
            "rows:",
            "until:",
            "carried:",
            rows=[
                (
                    use.title,
                    use.publisher,
                    use.licence,
                    "verified" if use.verified else "other",
                    f"{use.rows:,}",
                    str(use.last_year),
                    f"{use.carried:,}" if use.carried else "",
                )
                for use in summary.tables
            ],
        ),
        Paragraph("carried: decisions for which the last year of the table stands in for a later one", soft=True),
        Heading("What was lost"),
        table("of", "lost", "count:", rows=list(_losses(summary))),
    ]


def _counts(summary: PanelSummary) -> Iterator[tuple[str, ...]]:
    before = ""
    for count in summary.counts:
        if not count.side_years:
            continue
        name = PANEL_ARENAS[count.arena]
        yield (
            "" if name == before else name,
            f"{count.first_year}–{count.last_year}",
            f"{count.side_years:,}",
            f"{count.decisions:,}",
            f"{count.beginnings:,}",
            _percent(count.begins, 2),
            _percent(count.likely_begins, 2),
            _percent(count.ends, 0),
        )
        before = name


def _losses(summary: PanelSummary) -> Iterator[tuple[str, str, str]]:
    for step in summary.account:
        yield step.title, "", f"{step.total:,}"
        for reason, count in step.lost.items():
            if count:
                yield "", reason, f"{formatting.MINUS}{count:,}"
        yield "", f"= {step.outcome}", f"{step.remaining:,}"


def _percent(share: float | None, decimals: int) -> str:
    return "" if share is None else f"{100 * share:.{decimals}f}"
