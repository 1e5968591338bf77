"""The part of the page on what would turn a choice and what to check next: rows for its tables, and its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from standoff.report import belief_text, formatting, labels
from standoff.report.charts import tornado
from standoff.report.evidence_panels import panel_button

if TYPE_CHECKING:
    from standoff.analysis import Verdict
    from standoff.analysis.joint_threshold import JointSwitch
    from standoff.analysis.threshold import SwitchingValue, ThresholdAnalysis
    from standoff.analysis.value_of_information import ValueOfInformation
    from standoff.engine.run import Run

THREE = 3  # changes on the first page
MOST = 8  # assumption: rows that a reader takes in


@dataclass(frozen=True)
class ThresholdSection:
    """What the part shows."""

    title: str
    finding: str
    chart: Markup
    alone: tuple[tuple[Markup, ...], ...]  #: number, instead of, turns at, 90 %, as believed
    far: tuple[tuple[Markup, ...], ...]  #: number, from, to, answer
    sets: tuple[tuple[Markup, ...], ...]  #: changes, answer
    falls: tuple[tuple[Markup, ...], ...]  #: claims, bears on, withdrawn, false
    worth: tuple[tuple[Markup, ...], ...]  #: claims, bears on, takes off, turns it
    asked: str  #: of what the value is
    left: tuple[str, ...]


def turning(run: Run, found: Verdict) -> ThresholdSection | None:
    """The part, or nothing where these findings were not asked for."""
    flips, value = found.flips, found.value
    if flips is None or value is None:
        return None
    now = belief_text.level(flips, flips.answer, flips.answer_error)
    rival = belief_text.level(flips, flips.rival_answer, flips.answer_error)
    finding = f"{_said(run, flips, flips.asked.partition('=')[2])} {now}, {_said(run, flips, flips.rival)} {rival}"
    alone = [item for item in flips.flips if item.flips][:MOST]
    far = [item for item in flips.flips if not item.flips][:MOST]
    return ThresholdSection(
        f"What would turn {_actor(run, flips)}’s choice in {flips.date}, and what to check",
        finding,
        Markup(
            tornado.threshold_chart(
                flips, {item.path: formatting.capital(labels.number(run, item.path)) for item in flips.flips}
            )
        ),
        tuple(
            (
                _name(run, item),
                _text(belief_text.value(item, item.middle)),
                _opens(item, item.value),
                _text(belief_text.between(item)),
                _text(belief_text.likely(item)),
            )
            for item in alone
        ),
        tuple(
            (
                _name(run, item),
                _text(belief_text.value(item, item.middle)),
                _opens(item, item.value),
                _text(belief_text.level(flips, item.answer, item.answer_error)),
            )
            for item in far
        ),
        tuple(
            (
                _set(run, item, "; "),
                _text(belief_text.level(flips, item.answer, item.answer_error) + ("" if item.flips else " (does not)")),
            )
            for item in flips.together
        ),
        tuple(
            (
                _claims(item.claims),
                _text(
                    "; ".join(
                        [
                            *(labels.number(run, path) for path in item.numbers),
                            *(_reason(run, name) for name in item.reasons),
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
        _worth(run, value),
        value.text,
        flips.not_tested,
    )


def sentence(run: Run, found: Verdict) -> tuple[Markup, ...]:
    """Three changes that turn the choice, for the first page, and the claims most worth checking."""
    flips, value, out = found.flips, found.value, []
    if flips is not None:
        alone = [
            Markup("{} {} instead of {}").format(labels.number(run, item.path), _opens(item, item.value),
                                                 belief_text.value(item, item.middle))
            for item in flips.flips if item.flips
        ]  # fmt: skip
        sets = [_set(run, item, " and ") for item in flips.together if item.flips]
        if changes := [*alone, *sets][:THREE]:
            out.append(
                Markup("Each of these would make {} choose “{}” rather than “{}” in {} ({} against {} now): {}.").format(
                    _actor(run, flips), _said(run, flips, flips.asked.partition("=")[2]), _said(run, flips, flips.rival),
                    flips.date, belief_text.level(flips, flips.answer, flips.answer_error),
                    belief_text.level(flips, flips.rival_answer, flips.answer_error), Markup("; ").join(changes))
            )  # fmt: skip
    if value is not None and value.claims:
        told = [Markup("{} ({} of its variance)").format(_claims(item.claims), belief_text.part(item.share, item.error))
                for item in value.claims[:THREE]]  # fmt: skip
        out.append(Markup("Most worth checking for this answer: {}.").format(Markup("; ").join(told)))
    return tuple(out)


def _set(run: Run, item: JointSwitch, between: str) -> Markup:
    """The changes of a set."""
    return Markup(between).join(
        Markup("{} {} instead of {}").format(labels.number(run, part.path), formatting.number(part.value, None, part.unit),
                                             formatting.number(part.middle, None, part.unit)) for part in item.parts
    )  # fmt: skip


def _worth(run: Run, value: ValueOfInformation) -> tuple[tuple[Markup, ...], ...]:
    return tuple(
        (_claims(item.claims), _text("; ".join(f"{labels.number(run, path)}: {belief.partition(' @')[0]}" for path, belief in
                                               zip(item.numbers, item.beliefs, strict=True))),
         _text(belief_text.part(item.share, item.error)), _text(f"± {belief_text.size(value, item.spread)}"))
        for item in value.claims
    )  # fmt: skip


def _actor(run: Run, flips: ThresholdAnalysis) -> str:
    return labels.actor(run, run.model.scenario.choices[flips.asked.partition("=")[0]].actor)


def _said(run: Run, flips: ThresholdAnalysis, option: str) -> str:
    """An option as the scenario puts it."""
    return run.model.scenario.choices[flips.asked.partition("=")[0]].options[option].text or formatting.humanise(option)


def _reason(run: Run, name: str) -> str:
    choice, _, reason = name.rpartition(".")
    return f"“{run.model.scenario.choices[choice].because[reason].text or formatting.humanise(reason)}”"


def _name(run: Run, item: SwitchingValue) -> Markup:
    return _text(formatting.capital(labels.number(run, item.path)))


def _opens(item: SwitchingValue, value: float) -> Markup:
    return panel_button(belief_text.value(item, value), f"flip-{item.path}")


def _claims(ids: tuple[str, ...]) -> Markup:
    more = len(ids) - 1
    one = Markup('<a href="#claim-{0}">{0}</a>').format(ids[0])
    return one + (Markup(" or {}").format(formatting.counted(more, "other")) if more else Markup(""))


def _text(text: str) -> Markup:
    return Markup("{}").format(text)
