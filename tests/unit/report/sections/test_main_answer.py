from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from standoff.analysis.answer import Answer
from standoff.analysis.parameter_variants import VariantEffect
from standoff.analysis.sensitivity.quintiles import QuintileMeans
from standoff.analysis.verdict import main_answer as main_of
from standoff.analysis.verdict import verdict
from standoff.questions import EpistemicBand
from standoff.report import answer_text, belief_text, formatting
from standoff.report.document import plain
from standoff.report.sections import main_answer
from tests.unit.report.plain import page

if TYPE_CHECKING:
    from standoff.analysis.explain import Explanation
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def chosen(run: Run, found: Verdict) -> Explanation:
    """The choice that the main question is about."""
    main = main_of(run, found.answers)
    assert main is not None
    choice = main_answer.about(run, found, main)
    assert choice is not None
    return choice


def changes(run: Run, found: Verdict, beside: dict[str, Verdict] | None = None) -> str:
    main = main_of(run, found.answers)
    assert main is not None
    return " ".join(map(plain, main_answer.changes(run, found, main, beside or {})))


def doubts(run: Run, found: Verdict) -> str:
    main = main_of(run, found.answers)
    assert main is not None
    return " ".join(map(plain, main_answer.uncertainty(run, found, main, chosen(run, found))))


def headed(run: Run, name: str) -> Run:
    """The run as if the scenario called `name` its headline."""
    scenario = run.model.scenario
    question = scenario.questions[name].model_copy(update={"main": True})
    changed = scenario.model_copy(update={"questions": {**scenario.questions, name: question}})
    asked = tuple(dataclasses.replace(item, question=changed.questions[item.id]) for item in run.model.plan.questions)
    plan = dataclasses.replace(
        run.model.plan, loaded=dataclasses.replace(run.model.plan.loaded, scenario=changed), questions=asked
    )
    return dataclasses.replace(run, model=dataclasses.replace(run.model, plan=plan))


def test_the_page_leads_with_the_event_about_the_first_choice(run: Run, found: Verdict) -> None:
    main = main_of(run, found.answers)
    assert main is not None and main.id == "goes"
    assert chosen(run, found).choice == "AAA"


def test_a_headline_comes_before_all_others(run: Run, found: Verdict) -> None:
    main = main_of(headed(run, "when"), found.answers)
    assert main is not None
    assert main.id == "when"
    text = page(headed(run, "when"), found)
    assert text.index("When is the fear great?") < text.index("Will A go?")


def test_variants_that_were_not_run_are_named(run: Run, found: Verdict) -> None:
    assert "for this page: “Nobody is afraid” (calm)." in changes(run, found)


def test_variants_that_were_run_answer_beside_it(run: Run, found: Verdict) -> None:
    text = changes(run, found, {"calm": found})
    main = answer_text.answer(found.answers[0], found.origin.as_of).main
    assert f"Nobody is afraid: {main}." in text
    assert "not run" not in text


def test_how_sure_counts_what_is_assumed_and_says_what_no_interval_covers(run: Run, found: Verdict) -> None:
    assert found.source_counts is not None
    text = doubts(run, found)
    assert (
        f"{found.source_counts['assumption']} of {sum(found.source_counts.values())} parameters rest on assumption"
        in text
    )
    assert "errors of the model" in text
    assert re.search(r"(above|below) the base rate of 20 %", text)


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.213, "1 point above the base"),
        (0.187, "1 point below the base"),
        (0.17, "3 points below"),
        (0.203, "less than half"),
    ],
)
def test_one_point_is_one_point(run: Run, found: Verdict, p: float, said: str) -> None:
    answers = tuple(dataclasses.replace(item, answer=p) if item.id == "goes" else item for item in found.answers)
    assert f"That is {said}" in doubts(run, dataclasses.replace(found, answers=answers))


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (0.0, "almost no chance"),
        (0.05, "almost no chance"),
        (0.06, "very unlikely"),
        (0.3, "unlikely"),
        (0.0502, "almost no chance"),
        (0.0549, "very unlikely"),
        (0.5, "roughly even chance"),
        (0.7, "likely"),
        (0.9, "very likely"),
        (1.0, "almost certain"),
    ],
)
def test_probabilities_have_the_words_of_the_directive(p: float, word: str) -> None:
    """The words fit the number as it is printed: what reads 5.0 % is called as 5 % is."""
    assert formatting.likelihood(p, 0.002) == word


def test_the_same_run_gives_the_same_page(run: Run) -> None:
    assert page(run, verdict(run)) == page(run, verdict(run))


def test_the_first_page_says_what_the_answer_leans_on_and_what_variants_of_numbers_give(run: Run) -> None:
    """Numbers and variants are those of the findings, each opens its panel, and what was run is not said to be waiting."""
    one = QuintileMeans("choices.AAA.rationality", "rationality of Aland", "1 to 4 @assumption", 0.31, 0.12, 0.02, 0.02)
    found = dataclasses.replace(verdict(run, changes=True), quintiles=(one,))
    marked = changes(run, found)
    mine = {item.variant: item for item in found.variant_effects if item.question == "goes"}
    assert found.main == "goes"
    assert mine.keys() == {"calm"}
    ((item, shown_answer, change),) = main_answer.variant_rows(found)
    assert item == mine["calm"]
    assert "not run for" not in marked
    assert "of Aland (31 % to 12 %)" in marked
    text = page(run, found)
    assert f'id="behind-parameter-{one.path}"' in text and f'popovertarget="behind-parameter-{one.path}"' in text
    assert 'id="behind-variant-calm"' in text
    row = text[text.index('class="otherwise"') :]
    row = row[: row.index("</table>")]
    assert [word in row for word in ("Nobody is afraid", shown_answer, change)] == [True] * 3


def effect(name: str, before: float, after: float, error: float = 0.01, **changes: Any) -> VariantEffect:
    fields = {"text": name, "question": "war", "kind": "event", "unit": "", "draws": 2000} | changes
    return VariantEffect(
        variant=name,
        before=before,
        after=after,
        change=after - before,
        mc_error=error,
        **fields,
    )


def answer_of(mean: float) -> Answer:
    """An event with 20 % in the futures of the run, and another mean over models."""
    shares = dict.fromkeys(("variants", "theories", "both", "parameters", "chance"), 0.2)
    band = EpistemicBand(
        low=0.0, high=0.9, mean=mean, shares=shares, parameters=1, theories=5, draws=800, replicates=16
    )
    return Answer(
        id="war",
        kind="event",
        lines=(),
        text="War?",
        date="2024-12",
        unit="",
        answer=0.2,
        futures=None,
        monte_carlo=None,
        baselines={},
        claims=(),
        resolution="papers",
        band=band,
    )


@pytest.mark.parametrize(
    ("item", "start"),
    [
        (effect("a", 0.2, 0.35), "+15"),
        (effect("a", 0.35, 0.2), "−15"),
        (effect("a", 0.2, 0.21, 0.02), "no clear change"),
        (effect("a", 1000.0, 1500.0, 10.0, kind="quantity", unit="person"), "+500 people"),
        (effect("a", 0.5, 0.25, 0.01, kind="quantity", unit="share"), "−25 ± 1 point"),
        (effect("a", 50.0, 25.0, 1.0, kind="quantity", unit="%"), "−25 ± 1 point"),
    ],
)
def test_a_change_has_its_sign_and_unit(item: VariantEffect, start: str) -> None:
    assert belief_text.clear_change(item, item.change, item.mc_error).startswith(start)


def test_rows_are_those_of_the_main_question_the_largest_change_first() -> None:
    effects = (effect("small", 0.2, 0.25), effect("large", 0.2, 0.05), effect("other", 0.2, 0.9, question="peace"))
    verdict: Any = SimpleNamespace(variant_effects=effects, main="war", answers=(answer_of(0.3),))
    assert [(item.variant, level[:2]) for item, level, _ in main_answer.variant_rows(verdict)] == [
        ("large", "15"),
        ("small", "35"),
    ], "changes are added to the answer of the page"


def test_a_change_beyond_certainty_stops_there() -> None:
    effects = (effect("none", 0.5, 0.1),)
    verdict: Any = SimpleNamespace(variant_effects=effects, main="war", answers=(answer_of(0.3),))
    ((_, level, _),) = main_answer.variant_rows(verdict)
    assert level == "< 1 %"


def test_the_answer_in_the_fifths_of_a_parameter_is_around_that_of_the_page() -> None:
    means: Any = SimpleNamespace(low=0.1, high=0.4, low_error=0.01, high_error=0.01)
    assert main_answer.fifths(means, answer_of(0.3)) == ("20 %", "50 %")


def test_the_caption_of_the_changes_names_no_other_answer() -> None:
    verdict: Any = SimpleNamespace(variant_effects=(effect("a", 0.2, 0.3),), main="war")
    text = main_answer.as_it_is(verdict)
    assert "2,000 futures" in text and "%" not in text
