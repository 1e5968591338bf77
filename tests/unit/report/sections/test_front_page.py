from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from standoff.analysis.sensitivity.quintiles import QuintileMeans
from standoff.analysis.verdict import verdict
from standoff.report import answer_text, formatting, page
from standoff.report.sections import front_page, variants

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


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
    main = front_page.main(run, found)
    assert main is not None
    assert main.id == "goes"
    choice = front_page.about(run, found, main)
    assert choice is not None
    assert choice.choice == "AAA"


def test_a_headline_comes_before_all_others(run: Run, found: Verdict) -> None:
    main = front_page.main(headed(run, "when"), found)
    assert main is not None
    assert main.id == "when"
    text = page.html(headed(run, "when"), found)
    assert text.index("When is the fear great?") < text.index("Will A go?")


def test_why_names_every_side_with_its_numbers(run: Run, found: Verdict) -> None:
    shown = front_page.lead(run, found, {})
    assert shown is not None
    choice = shown.choice
    assert choice is not None
    text = plain(" ".join(shown.why))
    decimals = answer_text.reason_decimals(choice)
    against = [item for item in choice.reasons if item.log_odds < 0]
    assert f"Of Aland’s 2 reasons, {len(against)} weigh" in text
    for item in choice.reasons:
        assert formatting.signed(item.log_odds, decimals) in text
    assert answer_text.chosen(choice)[0] in text


def test_what_would_change_it_is_arithmetic_on_the_reasons(run: Run, found: Verdict) -> None:
    shown = front_page.lead(run, found, {})
    assert shown is not None
    choice = shown.choice
    assert choice is not None
    ordered = sorted(choice.reasons, key=lambda item: abs(item.log_odds), reverse=True)
    carrying = [item for item in ordered if (item.log_odds > 0) == (choice.log_odds > 0)]
    rest = formatting.signed(choice.log_odds - carrying[0].log_odds, answer_text.reason_decimals(choice))
    text = plain(" ".join(shown.change))
    assert f"would be {rest} instead of" in text
    left = choice.log_odds - carrying[0].log_odds
    assert ("without the largest." in text) == ((left > 0) != (choice.log_odds > 0))
    assert "for this page: “Nobody is afraid” (calm)." in text


def test_variants_that_were_run_answer_beside_it(run: Run, found: Verdict) -> None:
    shown = front_page.lead(run, found, {"calm": found})
    assert shown is not None
    text = plain(" ".join(shown.change))
    assert f"Nobody is afraid: {shown.text.main}." in text
    assert "not run" not in text


def test_how_sure_counts_what_is_assumed_and_says_what_no_interval_covers(run: Run, found: Verdict) -> None:
    shown = front_page.lead(run, found, {})
    assert shown is not None
    assert found.source_counts is not None
    text = plain(" ".join(shown.sure))
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
    shown = front_page.lead(run, dataclasses.replace(found, answers=answers), {})
    assert shown is not None
    assert f"That is {said}" in plain(" ".join(shown.sure))


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
    assert page.html(run, verdict(run)) == page.html(run, verdict(run))


def test_the_first_page_says_what_the_answer_leans_on_and_what_variants_of_numbers_give(run: Run) -> None:
    """Numbers and variants are those of the findings, each opens its panel, and what was run is not said to be waiting."""
    one = QuintileMeans("choices.AAA.rationality", "rationality of Aland", "1 to 4 @assumption", 0.31, 0.12, 0.02, 0.02)
    found = dataclasses.replace(verdict(run, changes=True), quintiles=(one,))
    shown = front_page.lead(run, found, {})
    assert shown is not None
    marked = " ".join(shown.change)
    mine = {item.variant: item for item in found.variant_effects if item.question == "goes"}
    assert found.main == "goes"
    assert mine.keys() == {"calm"}
    ((item, shown_answer, change),) = variants.variant_rows(found)
    assert item == mine["calm"]
    assert "not run for" not in marked
    assert f'popovertarget="behind-lean-{one.path}"' in marked
    assert "of Aland (31 % to 12 %)" in plain(marked)
    text = page.html(run, found)
    assert f'id="behind-lean-{one.path}"' in text
    assert 'id="behind-variant-calm"' in text
    row = text[text.index('class="otherwise"') :]
    row = row[: row.index("</table>")]
    assert [word in row for word in ("Nobody is afraid", shown_answer, change)] == [True] * 3
