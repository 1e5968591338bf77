"""Threshold, sensitivity and value-of-information findings as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from standoff import labels
from standoff.analysis.quantity_of_interest import QoiFinding
from standoff.analysis.sensitivity.influential_sources import InfluentialParameter, InfluentialSources
from standoff.analysis.sensitivity.sensitivity import Sensitivity
from standoff.analysis.threshold import JointShift, SwitchingValue, ThresholdAnalysis
from standoff.analysis.value_of_information import InformationValue, ValueOfInformation
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.report import answer_text, formatting, title
from standoff.report.belief_text import is_share, level, parameter, part
from standoff.report.charts import tornado
from standoff.report.document import (
    Block,
    Content,
    Fold,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    ShownNumber,
    given,
    joined,
    noted,
    remark,
    table,
    table_part,
)
from standoff.report.formatting import capital, counted, number, number_format, percent
from standoff.statistics import Z90

EXPLAINED = (
    "Variance explained: expected share of the variance of the answer that knowing it would remove. Leading answer "
    "would change: probability that another becomes the likeliest. S.d. of the update: standard deviation of the "
    "answer after learning it."
)
TOGETHER = {
    "flips": "A fitted parameter varies alone over the central 98 % of its posterior; the others keep their posterior draws, "
    "even where they are correlated with it.",
    "sensitivity": "Fitted parameters are correlated: Sobol indices "
    "treat all of them as one group, and a parameter may separate futures through a correlated one.",
    "value": "Learning a fitted parameter also informs the parameters that are correlated with it in the posterior.",
}  #: notes on findings under a posterior
THREE = 3  # changes on the first page
FEW, MORE = 12, 8  # assumption: rows that a reader takes in
NAMED = 10  # assumption: parameters of one answer that a reader takes in; the data has all
KINDS = ("fitted", "claims", "works", "history", "assumption")


def flips(analysis: ThresholdAnalysis) -> list[Block]:
    """Document of a threshold analysis."""
    return _document(analysis, verdict(analysis), switches(analysis))


def _document(result: QoiFinding, sentence: str, inside: Iterable[Block]) -> list[Block]:
    """A finding with its title before it, and the versions after it."""
    afresh = ", if it decided afresh" if result.kind == "option" else ""
    return [
        *title.blocks(result.origin),
        Heading(f"{result.text}{afresh}  [{result.quantity_of_interest}, {result.date}]"),
        Paragraph(sentence),
        *inside,
        remark(answer_text.versions_line(result.origin)),
    ]


def switches(analysis: ThresholdAnalysis) -> list[Block]:
    """The same without its title and its versions."""
    alone = [
        (
            parameter(item),
            number(item.middle, None, item.unit),
            ShownNumber(_switching(item), f"parameter-{item.path}"),
            ""
            if item.interval is None
            else number_format(item.interval, _error(item), item.unit).between(*item.interval),
            "" if item.tail_probability is None else percent(item.tail_probability),
        )
        for item in analysis.flips
        if item.flips
    ]
    others = [
        (
            parameter(item),
            number(item.middle, None, item.unit),
            ShownNumber(number(item.value, None, item.unit), f"parameter-{item.path}"),
            level(analysis, item.answer, item.answer_error),
        )
        for item in analysis.flips
        if not item.flips
    ]
    more = f"And {counted(len(others) - MORE, 'parameter')} with smaller effects."
    together = [
        (
            "\n".join(
                f"{part.label} {number(part.middle, None, part.unit)} → {_shifted(part)}" for part in group.parts
            ),
            "yes" if group.flips else "no",
            level(analysis, group.answer, group.answer_error),
        )
        for group in analysis.together
    ]
    without = [
        (
            _claims(item.claims),
            "\n".join([*item.labels, *(f"“{text}”" for text in item.reason_labels)]),
            level(analysis, item.answer, item.answer_error) + " (switches)" * item.flips,
            ""
            if item.false_answer is None
            else level(analysis, item.false_answer, item.answer_error) + " (switches)" * item.false_flips,
        )
        for item in analysis.claims
    ]
    shown = "Green: up to the switching value; blue: up to the plausible end, without a switch."
    return [
        *table_part(
            "Single parameters that change the answer",
            ("parameter", "central value:", "switching value:", "90 %:", "prior tail probability:"),
            alone[:FEW],
            "90 %: Monte Carlo interval. Prior tail probability: of a value at least as far from the centre.",
            level=3,
        ),
        *table_part(
            "Single parameters that do not change the answer",
            ("parameter", "central value:", "plausible end:", "answer there:"),
            others[:MORE],
            *given(len(others) > MORE, more),
            level=3,
        ),
        *(
            [Picture("flips", "The answer as one parameter varies", tornado.threshold_chart(analysis), shown)]
            if analysis.flips
            else []
        ),
        *table_part(
            "Joint changes",
            ("joint change of two or three parameters", "switches:", "answer:"),
            together,
            "Directions follow the gradient; answers come from new runs.",
            level=3,
        ),
        *table_part("Without a claim", ("claim", "cited by", "withdrawn:", "assumed false:"), without[:FEW], level=3),
        *(remark(f"Not tested: {text}.") for text in analysis.not_tested),
        *_together(analysis, "flips"),
    ]


def _error(item: SwitchingValue) -> float:
    """Standard error of a switching value by its Monte Carlo interval."""
    low, high = item.interval or (0.0, 0.0)
    return (high - low) / (2 * Z90)


def _switching(item: SwitchingValue) -> str:
    """A switching value with the digits that its Monte Carlo interval supports."""
    return number(item.value, _error(item), item.unit)


def _shifted(part: JointShift) -> str:
    """The new value in a joint change with the digits that its error supports."""
    return number(part.value, part.mc_error, part.unit)


def thresholds(run: Run, analysis: ThresholdAnalysis, value: ValueOfInformation) -> Fold:
    """What would change the main choice, and which claims to check, as a part of a report."""
    actor, leading, now, rival, other = _options(run, analysis)
    return Fold(
        f"What would change {actor}’s choice {formatting.time_of(analysis.date)}, and which claims to check",
        (*switches(analysis), *checks(value)),
        f"{leading} {now}, {rival} {other}",
        "turning",
        is_printed=False,
    )


def lead(run: Run, report: Verdict) -> Iterator[Content]:
    """Sentences of the first page: three changes that switch the choice; claims to check first."""
    analysis, value = report.flips, report.value
    if analysis is not None:
        changes: list[Content] = [
            (
                f"{item.label} of ",
                ShownNumber(_switching(item), f"parameter-{item.path}"),
                f" instead of {number(item.middle, None, item.unit)}",
            )
            for item in analysis.flips
            if item.flips
        ]
        changes += [
            " and ".join(
                f"{part.label} of {_shifted(part)} instead of {number(part.middle, None, part.unit)}"
                for part in item.parts
            )
            for item in analysis.together
            if item.flips
        ]
        if changes:
            actor, leading, now, rival, other = _options(run, analysis)
            yield (
                f"Each of these would make {actor} choose “{leading}” rather than “{rival}” "
                f"{formatting.time_of(analysis.date)} ({now} against {other} now): ",
                *joined("; ", changes[:THREE]),
                ".",
            )
    if value is not None and value.claims:
        named = (
            (*_claims(item.claims), f" ({part(item.share, item.error)} of the variance)")
            for item in value.claims[:THREE]
        )
        yield ("Claims to check first: ", *joined("; ", named), ".")


def _options(run: Run, analysis: ThresholdAnalysis) -> tuple[str, ...]:
    """Who chooses; the leading option and its rival in words, each with its probability."""
    choice, _, option = analysis.quantity_of_interest.partition("=")
    plan = run.model.plan
    return (
        labels.actor(plan, plan.scenario.choices[choice].actor),
        labels.option(plan, choice, option),
        level(analysis, analysis.answer, analysis.answer_error),
        labels.option(plan, choice, analysis.rival),
        level(analysis, analysis.rival_answer, analysis.answer_error),
    )


def _claims(ids: tuple[str, ...]) -> tuple[Inline, ...]:
    """A group of claims: two with their links, and the count of the others."""
    links = joined(", ", (Link(name, f"#claim-{name}") for name in ids[:2]))
    return (*links, *given(len(ids) > 2, f" or {counted(len(ids) - 2, 'other')}"))


def verdict(analysis: ThresholdAnalysis) -> str:
    """Sentence on an answer, its threshold, and the parameters that would change it."""
    if analysis.to is None:
        state = "It is the most likely option, ahead of" if analysis.already_above else "It is less likely than"
        state += f" {analysis.rival} ({level(analysis, analysis.rival_answer, analysis.answer_error)})"
    else:
        state = f"It is {'above' if analysis.already_above else 'below'} {level(analysis, analysis.to, 0.0)}"
    count, sets = (sum(item.flips for item in items) for items in (analysis.flips, analysis.together))
    if count:
        turn = f"{counted(count, 'parameter')} of {len(analysis.flips)} tested would change that alone"
    else:
        turn = f"none of {len(analysis.flips)} parameters tested would change that alone within its plausible range"
        if analysis.together:
            joint = f"{counted(sets, 'set')} of two or three would" if sets else "nor would a set of two or three"
            turn += f", {joint}"
    return f"{level(analysis, analysis.answer, analysis.answer_error)} in the case as written. {state}; {turn}."


def sensitivity(result: Sensitivity) -> list[Block]:
    """Document of a sensitivity analysis: Sobol indices, regions."""
    inside = (*_shares(result), *_distance_blocks(result))
    return _document(result, _with_error(result), (*inside, *_together(result, "sensitivity")))


def _with_error(result: QoiFinding) -> str:
    """The answer with its Monte Carlo error; a number is a mean over futures."""
    mean = "" if is_share(result) else ", mean over futures"
    return f"{level(result, result.answer, result.answer_error)} ± {_size(result, result.answer_error)}{mean}, of the case as written"


def _size(result: QoiFinding, value: float) -> str:
    """An error or a standard deviation."""
    return formatting.points(value).removeprefix("± ") if is_share(result) else number(value, value, result.unit)


def _shares(result: Sensitivity) -> list[Block]:
    rows = [
        (
            noted(capital(index.label), "" if index.label == index.name else index.name),
            part(index.first, index.first_error),
            part(index.total, index.total_error),
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
    return [
        Heading("Variance decomposition"),
        table(f"by {result.group}", "first-order Sobol index:", "total Sobol index:", rows=rows[:FEW]),
        Picture("shares", "Shares of the variance", tornado.alone([tornado.shares(result)], result.text), note),
        remark(note),
    ]


def _distance_blocks(result: Sensitivity) -> list[Block]:
    rows = [
        (
            parameter(distance),
            "higher" if distance.higher else "lower",
            formatting.plain(distance.distance, formatting.common_decimals([distance.mc_error])),
        )
        for distance in result.distances
    ]
    futures = f"Futures in which {result.inside} ({percent(result.share_inside)})"
    if not rows:
        return [Heading(futures), Paragraph("No parameter separates them from the other futures beyond noise.")]
    noise = result.distances[0].noise
    note = f"Kolmogorov-Smirnov distance between these and the other futures; noise reaches {noise:.1g}."
    return table_part(futures, ("parameter", "in these futures", "distance:"), rows[:FEW], note)


def values(value: ValueOfInformation) -> list[Block]:
    """Document of a value-of-information analysis."""
    return _document(value, _with_error(value), checks(value))


def checks(value: ValueOfInformation) -> list[Block]:
    """The claims to check and the parameters to measure, without title and versions."""
    out: list[Block] = []
    for what, name, items in (
        ("claim", "Claims to check next", value.claims),
        ("parameter", "Parameters to measure better", value.numbers),
    ):
        rows = [
            (
                _claims(item.claims) if item.claims else noted(capital(item.labels[0]), item.numbers[0]),
                _beliefs(item) if item.claims else item.beliefs[0].partition(" @")[0],
                part(item.share, item.error),
                "" if item.switch_probability is None else percent(item.switch_probability),
                f"± {_size(value, item.spread)}",
            )
            for item in items
        ]
        heads = (what, "belief", "variance\nexplained:", "leading answer\nwould change:", "s.d. of\nthe update:")
        none: list[Block] = [Heading(name, 3), Paragraph("None is distinguishable from Monte Carlo error.")]
        out += table_part(name, heads, rows, level=3) or none
    out.append(remark(EXPLAINED))
    if value.uninformative:
        count = counted(value.uninformative, "other claim")
        out.append(remark(f"The effect of {count} is within Monte Carlo error."))
    return [*out, *_together(value, "value")]


def _beliefs(item: InformationValue) -> str:
    """The parameters that cite a claim with their beliefs, at most three."""
    rows = [f"{label}: {belief.partition(' @')[0]}" for label, belief in zip(item.labels, item.beliefs, strict=True)]
    return "\n".join(rows[:THREE]) + (f"\nand {len(rows) - THREE} more" if len(rows) > THREE else "")


def _together(result: QoiFinding, finding: str) -> list[Block]:
    return [remark(TOGETHER[finding])] if result.origin.posterior else []


def sources(result: InfluentialSources) -> list[Block]:
    """What the parameters that move the answers rest on: counts, then those of each answer."""
    kinds = [kind for kind in KINDS if kind != "fitted" or result.counts[kind]]
    moved = [item for item in result.answers if item.parameters]
    rows = [(item.text, *(item.counts[kind] for kind in kinds), percent(item.assumed)) for item in moved]
    rows.append(("all", *(result.counts[kind] for kind in kinds), percent(result.assumed)))
    constant = [item.question for item in result.answers if not item.parameters]
    names = {each.path: each.label for item in moved for each in item.parameters}
    weights = [names[path] for path in result.assumed_weights]
    what = f"{counted(len(weights), 'weight')} on assumption among them: {'; '.join(weights)}."
    heads = ("parameter", "rests on", "total Sobol index:")
    return [
        *title.blocks(result.origin),
        Paragraph(f"{percent(result.assumed)} of the parameters that move the answers rest on assumption."),
        table("answer", *(f"{kind}:" for kind in kinds), "on assumption:", rows=rows),
        remark(
            f"The {result.inputs} parameters with the largest total Sobol index of each answer, by what they rest on; "
            f"{result.pairs:,} futures in each run."
        ),
        *given(constant, remark(f"The same in every future, so that nothing moves it: {', '.join(constant)}.")),
        Paragraph(what if weights else "No weight of a reason among them rests on assumption."),
        *(block for item in moved for block in table_part(item.text, heads, [*map(_index, item.parameters[:NAMED])])),
        remark(answer_text.versions_line(result.origin)),
    ]


def _index(each: InfluentialParameter) -> tuple[Content, ...]:
    """Row of a parameter with its index."""
    return parameter(each), each.kind, f"{each.total:.3f} ± {each.total_error:.3f}"
