"""Texts of answers and choices, shared by the terminal, the page and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

from standoff import questions
from standoff.analysis.answer import Answer, Answers
from standoff.analysis.exhaustion import side_shares
from standoff.analysis.explain import Explanation
from standoff.analysis.finding import Provenance
from standoff.analysis.verdict import Verdict
from standoff.inference.fit.records import FitProvenance
from standoff.questions import AnswerText, BaseRate, EpistemicBand
from standoff.record import record
from standoff.report import formatting
from standoff.report.document import Bar, Content, Facts, Note, ShownNumber, TableBlock, given, table

LOG_ODDS = (
    "Log odds: +0.7 doubles the odds of an option, −0.7 halves them; parts add up, and their factors (× 1.3) multiply. A "
    "share of effects is the size of a part relative to all parts, for and against."
)
EPISTEMIC = {
    "variants": "rival models",
    "theories": "decision theories",
    "both": "models and theories together",
    "parameters": "parameters",
}
MEAN = "theories weigh by their scores on past crises, and the answer is the mean over the same"
LEAST = 0.01  # assumption: a smaller share of the variance is not worth its words
ROUNDING = 1e-3  # log odds; assumption: single precision loses less in a sum of a hundred reasons
ERRS = 0.05  # assumption: smaller differences between expected and actual probability do not matter


Length: TypeAlias = Literal["screen", "full", "page", "brief"]
"""How much is described: what fits a screen, all that a terminal shows, a page with what stands behind it, two pages."""

ALL: tuple[Length, ...] = ("full", "page")
PAGES: tuple[Length, ...] = (*ALL, "brief")


@record
class AnswerNumber:
    """A number that stands beside an answer wherever it is shown."""

    label: str
    text: str  #: with its unit
    claims: tuple[str, ...] = ()  #: claims that it rests on, besides those of the answer
    lengths: tuple[Length, ...] = ("screen", "full", "page", "brief")


def standard(result: Answer, text: AnswerText) -> Iterator[AnswerNumber]:
    """The central 90 % of futures, no change, base rates, and the Monte Carlo error."""
    if text.futures:
        label, _, ends = text.futures.partition(": ")
        yield AnswerNumber(label=label, text=ends, lengths=PAGES)
    for name, value in text.baselines:  # no change, unless nothing has happened so far, and all base rates in one line
        is_empty = questions.form(result.kind).is_share and value == "no"
        yield AnswerNumber(label=name, text=value, lengths=ALL if is_empty else PAGES)
    for base in result.base_rates:  # on a screen those over the time of the question, without their counts
        if base.rate is not None and base.has_horizon:
            is_prior = base is result.base_rates[0] and base.start == result.id
            label, moved = (
                ("starts", f" → {text.main} by what sets its reasons apart") if is_prior else ("base rate", "")
            )
            yield AnswerNumber(label=f"{label} {base.place}", text=rate(base) + moved, lengths=("screen",))
    if text.error:
        yield AnswerNumber(label="Monte Carlo error", text=text.error, lengths=ALL)


#: what stands beside an answer, in this order: one more number is a function here, of a field of `Answer`
BESIDE: tuple[Callable[[Answer, AnswerText], Iterable[AnswerNumber]], ...] = (standard,)


def rate(base: BaseRate) -> str:
    """A base rate with the digits that its count supports; without a count as it is."""
    value = base.rate or 0.0
    return formatting.band_percents(value, base.interval or (value, value))[0]


def beside(item: Answer, as_of: str, length: Length) -> Facts:
    """The numbers beside an answer, each with its evidence and the claims of its own."""
    facts: list[tuple[str, Content]] = []
    for number in (each for source in BESIDE for each in source(item, answer(item, as_of))):
        if length in number.lengths:
            text, bracket, rest = number.text.partition(" (")
            shown = ShownNumber(text, f"answer-{item.id}")
            more = (*given(bracket, bracket + rest), *given(number.claims, Note(formatting.first_few(number.claims))))
            facts.append((number.label, (shown, *more) if more else shown))
    return Facts(facts)


def dated(result: Answer) -> str:
    """Date of an answer with its preposition: `by` for events, `at` for values."""
    return f"{questions.form(result.kind).preposition} {result.date}"


def origin(provenance: Provenance) -> list[str]:
    """Provenance of a finding in short phrases: date, variant, posterior, draws, seed."""
    failed = f" ({provenance.failed:,} failed, {provenance.failure})" if provenance.failed else ""
    return [
        f"as of {provenance.as_of}",
        f"variant {provenance.variant or 'base'}",
        *map(str, provenance.interventions),
        *given(provenance.posterior, provenance.posterior),
        f"{formatting.counted(provenance.draws, 'draw')}{failed}",
        f"seed {provenance.seed}",
    ]


def moved(provenance: Provenance | FitProvenance) -> str:
    """What differs from the base case: its variant and the levers that were set; may be empty."""
    variant = f"variant {provenance.variant}" if provenance.variant else ""
    return "; ".join(filter(None, [variant, *map(str, provenance.interventions)]))


def notice(provenance: Provenance | FitProvenance) -> str:
    """The line that says so on top of every report; empty for the base case."""
    return f"Not the base case: {moved(provenance)}" if moved(provenance) else ""


def versions_line(provenance: Provenance) -> str:
    """Model digest, precision and versions of a finding."""
    versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
    return f"model {provenance.model[:12]}, {provenance.precision} precision, {versions}"


def games(verdict: Verdict) -> str:
    """Uniqueness and convergence of the games of a run; empty without choices."""
    counts, draws = verdict.games, verdict.origin.draws
    if not counts:
        return ""
    if not any(counts.values()):
        return f"Every game in all {draws:,} futures is proved to have a unique equilibrium."
    proven = formatting.percent(1 - counts["uniqueness_unproven"] / draws)
    parts = [f"In {proven} of {draws:,} futures every game is proved to have a unique equilibrium"]
    if counts["left_branch"]:
        parts.append(f"in {counts['left_branch']:,} a game left its principal branch")
    parts.append(f"in {counts['unsolved']:,} a game did not converge" if counts["unsolved"] else "all converged")
    return "; ".join(parts) + ". `standoff check-equilibria` checks the others."


def answer(result: Answer, as_of: str) -> AnswerText:
    """Format an answer; `as_of` converts answers in months to dates."""
    return questions.form(result.kind).text(result, as_of, formatting)


def band_contents(band: EpistemicBand, *others: EpistemicBand) -> str:
    """What a band is over, in words, and whether it or others go beyond their central 90 %."""
    parts = [formatting.counted(band.parameters, "uncertain parameter")]
    parts += [formatting.counted(band.variants - 1, "rival model")] if band.variants > 1 else []
    parts += [formatting.counted(band.theories, "decision theory")] if band.theories > 1 else []
    parts += [formatting.counted(band.structure, "decision") + " of its author"] if band.structure else []
    contents = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
    contents += "" if band.structure else " (structure not varied; `uncertainty --structure` does)"
    is_wider = any(item.mean in (item.low, item.high) for item in (band, *others))
    return contents + ", and on to the mean where that lies outside" * is_wider


def band_sources(band: EpistemicBand) -> str:
    """Shares of the epistemic variance by source, the largest first; empty without any."""
    total = sum(band.shares[part] for part in EPISTEMIC)
    parts = sorted((part for part in EPISTEMIC if band.shares[part]), key=lambda part: -band.shares[part])
    sizes = {EPISTEMIC[part]: band.shares[part] / total for part in parts}
    return ", ".join(f"{name} {formatting.percent(size)}" for name, size in sizes.items() if size >= LEAST)


def bands(result: Answers | Verdict) -> list[str]:
    """Sentences on the bands of the answers: what they are over, and what is missing."""
    known = [item.band for item in result.answers if item.band is not None]
    out = [result.band_note] if result.band_note else []
    if not known:
        return out
    over = any(band.is_over_models for band in known)
    races = over and any(questions.form(item.kind).HAS_LABELS for item in result.answers)
    own = " In a table of who comes first, shares without a band are those of the futures of this run." if races else ""
    return [
        f"In brackets after a probability: its epistemic band, the central 90 % over {band_contents(*known)}"
        f"{f'; {MEAN}' if over else ''}. "
        f"It has no simulation noise in it, and no errors that all models share.{own}",
        *out,
    ]


def band_of_main(main: Answer) -> str:
    """A sentence on the band of the main answer: what it is over, and what makes it."""
    if main.band is None or main.band_ends is None:
        return ""
    made = band_sources(main.band)
    contents = f"Epistemic band: central 90 % over {band_contents(main.band)}"
    parts = (contents, MEAN * main.band.is_over_models, f"its variance is made by {made}" if made else "")
    return f"{'; '.join(filter(None, parts))}."


def first_table(result: Answer, as_of: str) -> TableBlock:
    """Conditions of a `first_of` answer, the most frequent first."""
    detail: dict[str, Any] = dict(result.detail)
    rows, alone = [], ", in this case alone" * result.is_over_models
    for label, (share, band) in sorted(result.printed.items(), key=lambda pair: -pair[1][0]):
        by, months = detail["happens_by"].get(label), detail["median_months"].get(label)
        when = f"after {result.date}" if months is None else formatting.month_after(as_of, months)
        happens = "" if by is None else formatting.percent(by, result.mc_error)
        first = "{} ({})".format(*formatting.band_percents(share, band)) if band else _own(result, share)
        rows.append((label, Bar(share), ShownNumber(first, f"answer-{result.id}"), happens, "" if by is None else when))
    return table("condition", "", "first:", f"by {result.date}{alone}:", f"median date{alone}:", rows=rows)


def _own(result: Answer, share: float) -> str:
    """A share that has no band: with the decimals of the answer's own error."""
    return formatting.percent(share, result.point_error)


def reason_decimals(explanation: Explanation) -> int:
    """Decimals of the reasons of a choice."""
    return formatting.common_decimals([reason.mc_error for reason in explanation.reasons])


def tail_decimals(explanation: Explanation) -> int:
    """Decimals of the ends of the intervals of the reasons of a choice."""
    return formatting.common_decimals([formatting.TAIL * reason.mc_error for reason in explanation.reasons])


def total_error(explanation: Explanation) -> float:
    """An upper bound of the error of a sum of reasons: their errors add up at most."""
    return sum(reason.mc_error for reason in explanation.reasons)


def chosen(explanation: Explanation) -> list[str]:
    """Format the probabilities of a fresh decision with common decimals."""
    error = max((item.mc_error for item in explanation.options), default=0.0)
    return [
        formatting.percent(item.probability, error if item.available_share else None) for item in explanation.options
    ]


def role(explanation: Explanation, option: str) -> str:
    """Role of an option in brackets: in force at as_of, or the reference of the log odds."""
    roles = {explanation.reference: " (reference)", explanation.status_quo: f" (in force {explanation.origin.as_of})"}
    return roles.get(option, "")


def option(explanation: Explanation, name: str) -> str:
    """An option of a choice in words."""
    text = next((item.text for item in explanation.options if item.option == name), "")
    return text or formatting.humanise(name)


def other_date(result: Explanation) -> str:
    """That the decision shown is of another date than the one asked for; empty where it is not."""
    if result.decided.startswith(result.at):
        return ""
    return f"By {result.at} it last decided by itself {formatting.time_of(result.decided)}; all numbers below are of that date."


def restrictions(explanation: Explanation) -> list[str]:
    """Sentences: when each restricted option can be chosen, and in which share of futures."""
    return [
        f"{formatting.capital(item.text or formatting.humanise(item.option))}: {item.restriction}"
        + f"; it could be chosen in {formatting.percent(item.available_share)} of these futures"
        * (item.available_share < 1)
        for item in explanation.options
        if item.restriction
    ]


def reason_title(explanation: Explanation) -> str:
    """Title of the reasons of a decision."""
    return f"Why {option(explanation, explanation.option)} rather than {option(explanation, explanation.reference)}"


def additivity(explanation: Explanation) -> str:
    """Result of the check that the reasons add up to the log odds in every draw."""
    error = explanation.additivity_error
    if error <= ROUNDING:
        return "check: reasons add up (rounding only)"
    return f"check: the sum of the reasons differs from the log odds by up to {error:.2g}"


def conditioning(explanation: Explanation) -> str:
    """Sentence on what was learned from observed options, empty where nothing was."""
    if not explanation.candidates:
        return ""
    return (
        "The constants and the cost of changing course are conditioned on the options observed up to as_of: "
        f"{explanation.candidates} candidates in each future, {explanation.sample_size:.1f} of them effective"
    )


def expectation_errors(explanation: Explanation) -> list[str]:
    """Sentences on expectations that are wrong by more than five percentage points."""
    return [
        f"{explanation.actor_text} expects {item.actor} to choose “{item.text}” with probability "
        f"{formatting.percent(item.expected)}; the actual probability is {formatting.percent(item.does)}, "
        f"{abs(100 * (item.does - item.expected)):.0f} points "
        f"{'higher' if item.does > item.expected else 'lower'}"
        for item in explanation.forecasts
        if abs(item.does - item.expected) > ERRS
    ]


def responses(explanation: Explanation) -> list[str]:
    """Sentences on what others would have in force after the option, and have as things are."""
    return [
        f"had {explanation.actor_text} taken “{item.act}” from {item.since} on: {item.actor}, “{item.text}” in force in "
        f"{item.date} in {formatting.percent(item.share, item.mc_error)} of futures (by chance alone "
        f"{formatting.percents(item.interval)}); as things are, in {formatting.percent(item.as_is, item.mc_error)}"
        for item in explanation.responses
    ]


def comes_first(result: Answer, as_of: str) -> str:
    """Sentences on who comes first: share of futures by side, and the most frequent label."""
    likeliest = f"{answer(result, as_of).with_band}."
    shares = ", ".join(f"{side} {_own(result, share)}" for side, share in side_shares(result).items())
    if not shares:
        return likeliest
    return f"Share of futures in which each side comes first: {shares}. Most frequent single answer: {likeliest}"
