"""Threshold, sensitivity and value-of-information findings as documents."""

from __future__ import annotations

import math
from collections.abc import Iterator

from standoff.analysis.quantity_of_interest import QoiFinding
from standoff.analysis.sensitivity.sensitivity import Sensitivity
from standoff.analysis.threshold import ThresholdAnalysis
from standoff.analysis.value_of_information import ValueOfInformation
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.report import answer_text, belief_text, formatting, title
from standoff.report.charts import tornado
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Fold,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    ShownNumber,
    joined,
    noted,
    table,
)

EXPLAINED = (
    "Variance explained: expected share of the variance of the answer that knowing it would remove. Leading answer "
    "would change: probability that another becomes the likeliest. S.d. of the update: standard deviation of the "
    "answer after learning it."
)
COMMON = "Region where they are most common (PRIM)"
STEP = "A step is one standard deviation of the prior, or a tenth of a fixed parameter"
TOGETHER = {
    "flips": "A fitted parameter varies alone over the central 98 % of its posterior; the others keep their posterior draws, "
    "even where they are correlated with it.",
    "sensitivity": "Fitted parameters are correlated: a slope shifts one in every posterior draw and leaves the others, Sobol "
    "indices treat all of them as one group, and a parameter may separate futures through a correlated one.",
    "value": "Learning a fitted parameter also informs the parameters that are correlated with it in the posterior.",
}  #: notes on findings under a posterior
THREE = 3  # changes on the first page
FEW, MORE = 12, 8  # assumption: rows that a reader takes in


def flips(analysis: ThresholdAnalysis) -> list[Block]:
    """Document of a threshold analysis."""
    return [
        *_head(analysis, verdict(analysis)),
        *switches(analysis),
        Paragraph(answer_text.versions_line(analysis.origin), soft=True),
    ]


def switches(analysis: ThresholdAnalysis) -> list[Block]:
    """The same without its head and its versions."""
    return [
        *_alone(analysis),
        *_others(analysis),
        *_picture_blocks(analysis),
        *_sets(analysis),
        *_claim_removal_blocks(analysis),
        *(Paragraph(f"Not tested: {text}.", soft=True) for text in analysis.not_tested),
        *_together(analysis, "flips"),
    ]


def thresholds(run: Run, analysis: ThresholdAnalysis, value: ValueOfInformation) -> Fold:
    """What would change the main choice, and which claims to check, as a part of a report."""
    (leading, now), (rival, other) = _options(run, analysis)
    return Fold(
        f"What would change {_actor(run, analysis)}’s choice {formatting.time_of(analysis.date)}, and which claims to check",
        (*switches(analysis), *checks(value)),
        f"{leading} {now}, {rival} {other}",
        "turning",
        is_printed=False,
    )


def lead(run: Run, report: Verdict) -> Iterator[Content]:
    """Sentences of the first page: three changes that switch the choice; claims to check first."""
    analysis, value = report.flips, report.value
    if analysis is not None:
        alone: list[Content] = [
            (
                f"{item.label} of ",
                ShownNumber(belief_text.switching(item), f"flip-{item.path}"),
                f" instead of {belief_text.value(item, item.middle)}",
            )
            for item in analysis.flips
            if item.flips
        ]
        sets = [
            " and ".join(
                f"{part.label} of {belief_text.shifted(part)} instead of {formatting.number(part.middle, None, part.unit)}"
                for part in item.parts
            )
            for item in analysis.together
            if item.flips
        ]
        if changes := [*alone, *sets][:THREE]:
            (leading, now), (rival, other) = _options(run, analysis)
            yield (
                f"Each of these would make {_actor(run, analysis)} choose “{leading}” rather than “{rival}” "
                f"{formatting.time_of(analysis.date)} ({now} against {other} now): ",
                *joined("; ", changes),
                ".",
            )
    if value is not None and value.claims:
        named = (
            (*_claims(item.claims), f" ({belief_text.part(item.share, item.error)} of the variance)")
            for item in value.claims[:THREE]
        )
        yield ("Claims to check first: ", *joined("; ", named), ".")


def _options(run: Run, analysis: ThresholdAnalysis) -> list[tuple[str, str]]:
    """The leading option and its rival in words, each with its probability."""
    choice, _, option = analysis.quantity_of_interest.partition("=")
    plan = run.model.plan
    return [
        (labels.option(plan, choice, name), belief_text.level(analysis, p, analysis.answer_error))
        for name, p in ((option, analysis.answer), (analysis.rival, analysis.rival_answer))
    ]


def _actor(run: Run, analysis: ThresholdAnalysis) -> str:
    name = analysis.quantity_of_interest.partition("=")[0]
    return labels.actor(run.model.plan, run.model.scenario.choices[name].actor)


def _claims(ids: tuple[str, ...]) -> tuple[Inline, ...]:
    """A group of claims: two with their links, and the count of the others."""
    links = joined(", ", (Link(name, f"#claim-{name}") for name in ids[:2]))
    return (*links, *([f" or {formatting.counted(len(ids) - 2, 'other')}"] if len(ids) > 2 else []))


def _alone(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.parameter(item),
            belief_text.value(item, item.middle),
            ShownNumber(belief_text.switching(item), f"flip-{item.path}"),
            belief_text.between(item),
            belief_text.likely(item),
        )
        for item in analysis.flips
        if item.flips
    ]
    if not rows:
        return []
    heads = ("parameter", "central value:", "switching value:", "90 %:", "prior tail probability:")
    note = "90 %: Monte Carlo interval. Prior tail probability: of a value at least as far from the centre."
    return [
        Heading("Single parameters that change the answer", 3),
        table(*heads, rows=rows[:FEW]),
        Paragraph(note, soft=True),
    ]


def _others(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.parameter(item),
            belief_text.value(item, item.middle),
            ShownNumber(belief_text.value(item, item.value), f"flip-{item.path}"),
            belief_text.level(analysis, item.answer, item.answer_error),
        )
        for item in analysis.flips
        if not item.flips
    ]
    if not rows:
        return []
    shown = table("parameter", "central value:", "plausible end:", "answer there:", rows=rows[:MORE])
    more = len(rows) - MORE
    note = (
        [Paragraph(f"And {formatting.counted(more, 'parameter')} with smaller effects.", soft=True)] if more > 0 else []
    )
    return [Heading("Single parameters that do not change the answer", 3), shown, *note]


def _picture_blocks(analysis: ThresholdAnalysis) -> list[Block]:
    if not analysis.flips:
        return []
    message = "Green: up to the switching value; blue: up to the plausible end, without a switch."
    return [
        Picture(
            "flips",
            "The answer as one parameter varies",
            tornado.threshold_chart(analysis),
            message,
        )
    ]


def _sets(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            belief_text.together(group),
            "yes" if group.flips else "no",
            belief_text.level(analysis, group.answer, group.answer_error),
        )
        for group in analysis.together
    ]
    if not rows:
        return []
    shown = table("joint change of two or three parameters", "switches:", "answer:", rows=rows)
    return [
        Heading("Joint changes", 3),
        shown,
        Paragraph("Directions follow the gradient; answers come from new runs.", soft=True),
    ]


def _claim_removal_blocks(analysis: ThresholdAnalysis) -> list[Block]:
    rows = [
        (
            _claims(removal.claims),
            belief_text.bears(removal),
            belief_text.fallen(analysis, removal.answer, removal.answer_error, removal.flips),
            belief_text.untrue(analysis, removal),
        )
        for removal in analysis.claims
    ]
    if not rows:
        return []
    return [
        Heading("Without a claim", 3),
        table("claim", "cited by", "withdrawn:", "assumed false:", rows=rows[:FEW]),
    ]


def verdict(analysis: ThresholdAnalysis) -> str:
    """Sentence on an answer, its threshold, and the parameters that would change it."""
    goal = "the most likely" if analysis.to is None else belief_text.level(analysis, analysis.to, 0.0)
    now = belief_text.level(analysis, analysis.answer, analysis.answer_error)
    if analysis.to is None:
        beside = f"{analysis.rival} ({belief_text.level(analysis, analysis.rival_answer, analysis.answer_error)})"
        state = (
            f"It is the most likely option, ahead of {beside}"
            if analysis.already_above
            else f"It is less likely than {beside}"
        )
    else:
        state = f"It is {'above' if analysis.already_above else 'below'} {goal}"
    count = sum(item.flips for item in analysis.flips)
    sets = sum(item.flips for item in analysis.together)
    turn = (
        f"{formatting.counted(count, 'parameter')} of {len(analysis.flips)} tested would change that alone"
        if count
        else (f"none of {len(analysis.flips)} parameters tested would change that alone within its plausible range")
    )
    joint = f"{formatting.counted(sets, 'set')} of two or three would" if sets else "nor would a set of two or three"
    more = f", {joint}" if analysis.together and not count else ""
    return f"{now}. {state}; {turn}{more}."


def sensitivity(result: Sensitivity) -> list[Block]:
    """Document of a sensitivity analysis: gradient, Sobol indices, regions, PRIM box."""
    now = belief_text.with_error(result, result.answer, result.answer_error)
    return [
        *_head(result, now),
        *_slopes(result),
        *_shares(result),
        *_distance_blocks(result),
        *_box(result),
        *_together(result, "sensitivity"),
        Paragraph(answer_text.versions_line(result.origin), soft=True),
    ]


def _slopes(result: Sensitivity) -> list[Block]:
    rows = [
        (
            belief_text.parameter(item),
            formatting.number(item.step, None, item.unit),
            belief_text.change(result, item.slope, item.mc_error),
            belief_text.change(result, item.through_choices, item.mc_error),
        )
        for item in result.steepest
    ]
    named = "; ".join(result.without_slope)
    jumps = f"An answer jumps where a stock passes a number of a condition, which has no slope: {named}."
    apart: list[Block] = [Paragraph(jumps, soft=True)] if named else []
    if not rows:
        none = Paragraph("No slope is distinguishable from Monte Carlo error.")
        return [Heading("Gradient"), none, *apart] if result.slopes else []
    lost = len(result.slopes) - len(rows)
    within = f" Slopes of {formatting.counted(lost, 'other parameter')} are within Monte Carlo error." if lost else ""
    picture = tornado.alone([tornado.tornado(result)], result.text)
    heads = ("parameter", "step:", "change of the answer:", "through earlier choices:")
    return [
        Heading("Gradient"),
        table(*heads, rows=rows[:FEW]),
        Picture("tornado", "The answer a step below and a step above", picture, f"{STEP}."),
        Paragraph(f"{STEP}; {result.slope_draws:,} futures.{within}", soft=True),
        *apart,
    ]


def _shares(result: Sensitivity) -> list[Block]:
    rows = [
        (
            noted(formatting.capital(index.label), "" if index.label == index.name else index.name),
            belief_text.part(index.first, index.first_error),
            belief_text.part(index.total, index.total_error),
        )
        for index in result.indices
        if index.total
    ]
    if not rows:
        return []
    note = (
        f"Sobol indices with 90 % bootstrap intervals; {result.index_draws:,} futures in each of "
        f"{len(result.indices) + 2} runs."
    )
    picture = tornado.alone([tornado.shares(result)], result.text)
    return [
        Heading("Variance decomposition"),
        table(f"by {result.group}", "first-order Sobol index:", "total Sobol index:", rows=rows[:FEW]),
        Picture("shares", "Shares of the variance", picture, note),
        Paragraph(note, soft=True),
    ]


def _distance_blocks(result: Sensitivity) -> list[Block]:
    rows = [
        (
            belief_text.parameter(distance),
            "higher" if distance.higher else "lower",
            formatting.plain(distance.distance, formatting.common_decimals([distance.mc_error])),
        )
        for distance in result.distances
    ]
    what = Heading(f"Futures in which {result.inside} ({formatting.percent(result.share_inside)})")
    if not rows:
        return [what, Paragraph("No parameter separates them from the other futures beyond noise.")]
    noise = f"Kolmogorov-Smirnov distance between these and the other futures; noise reaches {result.distances[0].noise:.1g}."
    return [
        what,
        table("parameter", "in these futures", "distance:", rows=rows[:FEW]),
        Paragraph(noise, soft=True),
    ]


def _box(result: Sensitivity) -> list[Block]:
    box = result.box
    if box is None:
        return []
    ranges = tuple(
        noted(f"{formatting.capital(item.label)} {belief_text.limits(item.low, item.high, item.unit)}", item.path)
        for item in box.ranges
    )
    note = (
        f"Contains {formatting.percent(box.coverage)} of them; {formatting.percent(box.density)} of the futures inside "
        f"qualify, against {formatting.percent(box.base)} of all; measured on {box.futures:,} held-out futures."
    )
    inside = box.mass * box.futures  # held-out futures in the region
    chance = math.sqrt(box.base * (1 - box.base) / inside) if inside else math.inf
    if box.density - box.base <= formatting.SURE * chance:
        return [
            Heading(COMMON),
            Paragraph(f"No region was found in which they are clearly more common. {note}", soft=True),
        ]
    picture = Picture(
        "box", "Region where they are most common", tornado.alone([tornado.prim_chart(result)], result.text), note
    )
    return [
        Heading(COMMON),
        BulletList(ranges),
        picture,
        Paragraph(note, soft=True),
    ]


def values(value: ValueOfInformation) -> list[Block]:
    """Document of a value-of-information analysis."""
    return [
        *_head(value, belief_text.with_error(value, value.answer, value.answer_error)),
        *checks(value),
        Paragraph(answer_text.versions_line(value.origin), soft=True),
    ]


def checks(value: ValueOfInformation) -> list[Block]:
    """The claims to check and the parameters to measure, without head and versions."""
    out: list[Block] = []
    heads = ("variance\nexplained:", "leading answer\nwould change:", "s.d. of\nthe update:")
    for name, items in (("Claims to check next", value.claims), ("Parameters to measure better", value.numbers)):
        rows = [
            (
                _claims(item.claims) if item.claims else noted(formatting.capital(item.labels[0]), item.numbers[0]),
                belief_text.width(item) if item.claims else item.beliefs[0].partition(" @")[0],
                belief_text.part(item.share, item.error),
                "" if item.switch_probability is None else formatting.percent(item.switch_probability),
                f"± {belief_text.size(value, item.spread)}",
            )
            for item in items
        ]
        what = "claim" if items is value.claims else "parameter"
        out.append(Heading(name, 3))
        out.append(
            table(what, "belief", *heads, rows=rows)
            if rows
            else Paragraph("None is distinguishable from Monte Carlo error.")
        )
    out.append(Paragraph(EXPLAINED, soft=True))
    if value.uninformative:
        count = formatting.counted(value.uninformative, "other claim")
        out.append(Paragraph(f"The effect of {count} is within Monte Carlo error.", soft=True))
    return [*out, *_together(value, "value")]


def _together(result: QoiFinding, finding: str) -> list[Block]:
    return [Paragraph(TOGETHER[finding], soft=True)] if result.origin.posterior else []


def _head(result: QoiFinding, sentence: str) -> list[Block]:
    afresh = ", if it decided afresh" if result.kind == "option" else ""
    return [
        *title.blocks(result.origin),
        Heading(f"{result.text}{afresh}  [{result.quantity_of_interest}, {result.date}]"),
        Paragraph(sentence),
    ]
