"""The overview: everything of the scenario once, by name and claim, and every number the same wherever it stands."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import pytest

from standoff import catalog
from standoff.analysis.brief import brief
from standoff.analysis.movements import levers
from standoff.analysis.track_record import track_record
from standoff.analysis.verdict import Verdict
from standoff.engine.build import planned
from standoff.engine.run import Run
from standoff.errors import ModelError
from standoff.plan import Plan
from standoff.questions import EpistemicBand
from standoff.report import answer_text, formatting, overview_text
from standoff.report.actor_colours import GREY, actor_colours, side_colours
from standoff.report.document import plain
from standoff.report.overview import CITATION, Overview, overview, read, remember, remembered, standing
from standoff.report.sections import overview as section
from standoff.serialise import to_plain

CASES = sorted(path.parent.name for path in catalog.HOME.glob("*/scenario.yaml"))


@pytest.fixture(scope="module", params=CASES)
def plan(request: pytest.FixtureRequest) -> Plan:
    return planned(catalog.load(request.param)).plan


@pytest.fixture(scope="module")
def story(plan: Plan) -> Overview:
    return standing(plan)


def test_every_relation_and_decision_stands_once_with_claims_that_exist(plan: Plan, story: Overview) -> None:
    scenario = plan.scenario
    assert [(tie.kind, tie.between) for tie in story.ties] == [(item.kind, item.between) for item in scenario.relations]
    decided = Counter((name, item.since) for name, choice in scenario.choices.items() for item in choice.history)
    decided = Counter(pair for pair in decided if pair[1] <= str(scenario.as_of_day))  # later ones are not known yet
    assert set(decided.values()) <= {1}
    assert sum(item.kind == "decision" for item in story.past) == sum(decided.values())
    assert all(name in plan.ledger for name in story.claims)
    works = {formatting.shortened(text, CITATION) for text in scenario.sources.values()}
    for item in (*story.ties, *story.past):  # whatever looks like a claim is one
        others = {name for name in item.sources if name not in story.claims}
        assert others <= {*works, "assumption", "history"}, item
    cited = [name for item in story.past if item.kind == "claim" for name in item.sources]
    assert len(cited) == len(set(cited)) and all(item.sources for item in story.past if item.kind == "claim")
    assert all(item.date <= str(scenario.as_of_day) for item in story.past)


def test_nobody_is_without_a_name_a_colour_and_a_place(plan: Plan, story: Overview) -> None:
    assert [*sorted(actor.code for actor in story.actors)] == sorted(plan.scenario.actors)
    assert all(actor.name and 0 <= actor.colour < 8 for actor in story.actors)
    main = [actor for actor in story.actors if actor.is_main]
    assert {choice.actor for choice in story.choices} <= {actor.code for actor in main}
    assert len({(actor.x, actor.y) for actor in main}) == len(main)
    parties = [actor.colour for actor in main if actor.colour != GREY]
    assert len(set(parties)) == len(parties) or any(plan.scenario.actors[actor.code].of for actor in main)
    assert all(text for choice in story.choices for text in (choice.text, *choice.options))
    colours = actor_colours(plan)
    for name, place in side_colours(plan).items():
        side = plan.scenario.vocabulary.sides.get(name)
        assert all(colours[code] == place for code in (side.speaks_for[:1] if side else ()) if code in colours)


def test_each_lever_is_that_of_an_actor_or_of_nobody(plan: Plan) -> None:
    assert {item.actor for item in levers(plan)} <= {"", *plan.scenario.actors}


@pytest.mark.parametrize("case", CASES)
def test_nothing_stored_is_said_twice_with_different_numbers(case: str) -> None:
    data = json.loads((catalog.HOME / case / "explorer.json").read_text(encoding="utf-8"))
    if not data.get("overview"):
        pytest.skip("the stored file is of an earlier version: `standoff open CASE --keep` makes it")
    story, move = read(data["overview"]), data["move"]
    now = {item["question"]: item["now"] for item in move["answers"]}
    assert story.futures == move["draws"] and story.seed == move["seed"]
    assert now[story.question] == story.answer
    for item in story.endings:
        number = item.answer.rpartition(": ")[2].partition(" (")[0]
        assert number in now[item.question], item
    agrees(story)
    last = {item.choice: item for item in story.choices}
    for held in move["choices"]:
        outlook = last[held["choice"]]
        if outlook.dates and outlook.dates[-1] == story.until:
            assert outlook.shares[-1] == pytest.approx(held["before"], abs=0.0015)


@pytest.mark.parametrize("case", CASES)
def test_stored_front_screens_have_the_scores_of_today(case: str) -> None:
    """A score that is made anew is told everywhere: a stored screen must not go on with the one before."""
    for file in sorted((catalog.HOME / case).glob("explorer*.json")):
        story = read(json.loads(file.read_text(encoding="utf-8"))["overview"])
        assert {*overview_text.scores(track_record(file.parent))} <= {*story.before}, file


def agrees(story: Overview) -> None:
    """Sentence, dots, reasons, levers and the document say the same of the answer."""
    if story.share is None:
        return
    count = dict(story.hundred)
    assert sum(count.values()) == 100
    said = overview_text.of_hundred(count.get("yes", round(100 * story.share)) / 100)
    assert f"in {said} of 100 futures" in story.sentence
    assert story.band in story.sentence and formatting.capital(story.word) in story.sentence
    for reason in story.why:
        if reason.without:
            assert percent(reason.without) == pytest.approx(100 * (story.share - reason.size), abs=1), reason
    for change in story.changes:
        for (_, answer, _), size in zip(change.ends, change.sizes, strict=True):
            expected = 100 * min(max(story.share + size, 0.0), 1.0)
            assert percent(answer) == pytest.approx(expected, abs=1.01), change
    text = " ".join(plain(part) for part in (*section.why(story), *section.changes(story), *section.endings(story)))
    for reason in story.why:
        assert reason.effect in text and reason.without in text


def percent(text: str) -> float:
    return float(text.removesuffix(" %").lstrip("<> "))


def test_an_overview_of_a_run_has_its_numbers(run: Run, found: Verdict) -> None:
    moved = brief(run, found).levers
    story = overview(run, found, moved)
    agrees(story)
    main = next(item for item in found.answers if item.id == run.model.plan.main_question)
    text = answer_text.answer(main, found.origin.as_of)
    assert (story.answer, story.band) == (text.main, text.band)
    assert {item.question for item in story.endings} <= {item.id for item in found.answers} - {main.id}
    assert len(story.changes) >= len(moved)
    for choice in story.choices:
        assert all(sum(shares) == pytest.approx(1, abs=0.01) for shares in choice.shares)
        assert [*choice.dates] == sorted(set(choice.dates))
    again: Any = to_plain(asdict(story))
    assert read(again) == read(to_plain(asdict(read(again))))
    first = next(iter(section.blocks(story)))
    assert getattr(first, "kind", "") == "story"


def test_a_run_is_remembered_for_the_page(run: Run, found: Verdict, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert remembered(run.model) is None
    remember(run.model, story := overview(run, found))
    kept = remembered(run.model)
    assert kept is not None and kept.sentence == story.sentence
    next((tmp_path / "standoff" / "overviews").iterdir()).write_text("{}")
    assert remembered(run.model) is None


def test_a_case_without_questions_has_no_overview(run: Run, found: Verdict) -> None:
    with pytest.raises(ModelError, match="no question"):
        overview(run, replace(found, answers=()))


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "fewer than 1"), (0.004, "fewer than 1"), (0.02, "2"), (1.0, "more than 99")]
)
def test_a_share_is_counted_out_of_a_hundred(share: float, text: str) -> None:
    assert overview_text.of_hundred(share) == text


def test_what_an_actor_has_in_force_is_one_option_or_all() -> None:
    options = ("wait", "act")
    assert "“wait” in 83 of 100" in overview_text.instead("Aland", options, 0, (0.83, 0.17), "2025-12")
    assert "“wait” in 40; “act” in 60" in overview_text.instead("Aland", options, 0, (0.4, 0.6), "2025-12")


def test_one_rule_gives_the_words_of_a_probability(run: Run, found: Verdict) -> None:
    """Both ends of a band, whatever the form of the question; a point without a band has one term."""
    main = next(item for item in found.answers if item.id == run.model.plan.main_question)
    for low, high, words in ((0.001, 0.999, "almost no chance to almost certain"), (0.01, 0.02, "almost no chance")):
        band = EpistemicBand(
            low=low, high=high, mean=0.02, shares={}, parameters=1, variants=1, theories=1, draws=10, replicates=1
        )
        assert overview_text.word(replace(main, band=band)) == words
        assert answer_text.answer(replace(main, band=band), "2024-01").word in (words, "")
