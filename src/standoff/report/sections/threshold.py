"""Page section on thresholds of a choice and claims to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from standoff.plan import labels
from standoff.report import belief_text, formatting
from standoff.report.backends.html import inline
from standoff.report.charts import tornado
from standoff.report.evidence_panels import panel_button

if TYPE_CHECKING:
    from standoff.analysis.joint_threshold import JointSwitch
    from standoff.analysis.threshold import SwitchingValue, ThresholdAnalysis
    from standoff.analysis.value_of_information import ValueOfInformation
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run

THREE = 3  # changes on the first page
MOST = 8  # assumption: rows that a reader takes in


@dataclass(frozen=True, kw_only=True)
class ThresholdSection:
    """Texts, chart and tables of the section."""

    title: str
    finding: str
    chart: Markup
    alone: tuple[tuple[Markup, ...], ...]  #: parameter, central value, switching value, 90 %, prior tail probability
    far: tuple[tuple[Markup, ...], ...]  #: parameter, central value, plausible end, answer
    sets: tuple[tuple[Markup, ...], ...]  #: changes, answer
    falls: tuple[tuple[Markup, ...], ...]  #: claims, cited by, withdrawn, assumed false
    value_of_information: tuple[tuple[Markup, ...], ...]  #: claims, beliefs, variance explained, s.d. of the update
    question: str  #: the question that the value refers to
    left: tuple[str, ...]


def turning(run: Run, verdict: Verdict) -> ThresholdSection | None:
    """Build the section; None without these findings."""
    flips, value = verdict.flips, verdict.value
    if flips is None or value is None:
        return None
    now = belief_text.level(flips, flips.answer, flips.answer_error)
    rival = belief_text.level(flips, flips.rival_answer, flips.answer_error)
    leading = _option_text(run, flips, flips.quantity_of_interest.partition("=")[2])
    finding = f"{leading} {now}, {_option_text(run, flips, flips.rival)} {rival}"
    alone = [item for item in flips.flips if item.flips][:MOST]
    far = [item for item in flips.flips if not item.flips][:MOST]
    return ThresholdSection(
        title=f"What would change {_actor(run, flips)}’s choice {formatting.time_of(flips.date)}, and which claims to check",
        finding=finding,
        chart=Markup(tornado.threshold_chart(flips)),
        alone=tuple(
            (
                inline(belief_text.parameter(item)),
                _text(belief_text.value(item, item.middle)),
                _opens(item),
                _text(belief_text.between(item)),
                _text(belief_text.likely(item)),
            )
            for item in alone
        ),
        far=tuple(
            (
                inline(belief_text.parameter(item)),
                _text(belief_text.value(item, item.middle)),
                _opens(item),
                _text(belief_text.level(flips, item.answer, item.answer_error)),
            )
            for item in far
        ),
        sets=tuple(
            (
                _set(item, "; "),
                _text(
                    belief_text.level(flips, item.answer, item.answer_error) + ("" if item.flips else " (no switch)")
                ),
            )
            for item in flips.together
        ),
        falls=tuple(
            (
                _claims(item.claims),
                _text(
                    "; ".join(
                        [
                            *item.labels,
                            *(f"“{text}”" for text in item.reason_labels),
                        ]
                    )
                ),
                _text(belief_text.fallen(flips, item.answer, item.answer_error, item.flips)),
                _text(
                    ""
                    if item.false_answer is None
                    else belief_text.fallen(flips, item.false_answer, item.answer_error, item.false_flips)
                ),
            )
            for item in flips.claims[:MOST]
        ),
        value_of_information=_worth(value),
        question=value.text,
        left=flips.not_tested,
    )


def sentence(run: Run, verdict: Verdict) -> tuple[Markup, ...]:
    """Front-page sentences: three changes that switch the choice; claims to check first."""
    flips, value, out = verdict.flips, verdict.value, []
    if flips is not None:
        alone = [
            Markup("{} of {} instead of {}").format(item.label, _opens(item), belief_text.value(item, item.middle))
            for item in flips.flips
            if item.flips
        ]
        sets = [_set(item, " and ") for item in flips.together if item.flips]
        if changes := [*alone, *sets][:THREE]:
            out.append(
                Markup("Each of these would make {} choose “{}” rather than “{}” {} ({} against {} now): {}.").format(
                    _actor(run, flips),
                    _option_text(run, flips, flips.quantity_of_interest.partition("=")[2]),
                    _option_text(run, flips, flips.rival),
                    formatting.time_of(flips.date),
                    belief_text.level(flips, flips.answer, flips.answer_error),
                    belief_text.level(flips, flips.rival_answer, flips.answer_error),
                    Markup("; ").join(changes),
                )
            )
    if value is not None and value.claims:
        message = [
            Markup("{} ({} of the variance)").format(_claims(item.claims), belief_text.part(item.share, item.error))
            for item in value.claims[:THREE]
        ]
        out.append(Markup("Claims to check first: {}.").format(Markup("; ").join(message)))
    return tuple(out)


def _set(item: JointSwitch, between: str) -> Markup:
    """Format a joint change."""
    return Markup(between).join(
        Markup("{} of {} instead of {}").format(
            part.label,
            belief_text.shifted(part),
            formatting.number(part.middle, None, part.unit),
        )
        for part in item.parts
    )


def _worth(value: ValueOfInformation) -> tuple[tuple[Markup, ...], ...]:
    return tuple(
        (
            _claims(item.claims),
            _text(
                "; ".join(
                    f"{label}: {belief.partition(' @')[0]}"
                    for label, belief in zip(item.labels, item.beliefs, strict=True)
                )
            ),
            _text(belief_text.part(item.share, item.error)),
            _text(f"± {belief_text.size(value, item.spread)}"),
        )
        for item in value.claims
    )


def _actor(run: Run, flips: ThresholdAnalysis) -> str:
    return labels.actor(run.model.plan, run.model.scenario.choices[flips.quantity_of_interest.partition("=")[0]].actor)


def _option_text(run: Run, flips: ThresholdAnalysis, option: str) -> str:
    """Text of an option in the scenario, or its name."""
    return run.model.scenario.choices[flips.quantity_of_interest.partition("=")[0]].options[
        option
    ].text or formatting.humanise(option)


def _opens(item: SwitchingValue) -> Markup:
    return panel_button(belief_text.switching(item), f"flip-{item.path}")


def _claims(ids: tuple[str, ...]) -> Markup:
    more = len(ids) - 1
    one = Markup('<a href="#claim-{0}">{0}</a>').format(ids[0])
    return one + (Markup(" or {}").format(formatting.counted(more, "other")) if more else Markup(""))


def _text(text: str) -> Markup:
    return Markup("{}").format(text)
