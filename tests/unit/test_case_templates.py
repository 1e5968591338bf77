"""Templates: asked in order, valid with and without each of their parts, and quick to run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import standoff
from standoff import case_templates, yaml_reader
from standoff.analysis.answer import answer, base_rates
from standoff.analysis.epistemic_band import parameter_bands
from standoff.analysis.provenance import source_counts
from standoff.case_templates import SECTIONS, CaseTemplate, codes, each, fill_template, find_template, list_templates
from standoff.catalog import load
from standoff.engine.anticipation import ChoiceDependence
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import ScenarioError
from standoff.plan import Plan, plan

FUTURES = 20_000  # an error of a share of 3 % of 0.12 points
TODAY = dt.date(2030, 5, 20)
QUICK = ("blockade", "arms-race")  #: the two that are run in every test run; the others are slow
RUNS = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in list_templates()]


#: those with an event that a choice makes; the one of a war of attrition is its end, which starts from history's rate
STARTED = [each for each, name in zip(RUNS, list_templates(), strict=True) if name != "war-of-attrition"]


def planned(name: str, folder: Path, answers: dict[str, object] | None = None) -> Plan:
    folder.mkdir(exist_ok=True)
    for file, text in fill_template(name, answers, TODAY).items():
        (folder / file).write_text(text, encoding="utf-8")
    return plan(*load(str(folder)))


@pytest.mark.parametrize("name", list_templates())
def test_what_a_template_writes_is_read_by_a_reader_in_python(name: str):
    for file, text in fill_template(name, None, TODAY).items():
        if file.endswith(".yaml"):
            assert yaml.load(text, Loader=yaml.SafeLoader) == yaml_reader.read(text, file).data


def parts(template: CaseTemplate) -> Iterator[tuple[str, list[str]]]:
    """Answers that leave one option, reason or question out, and one that leaves out all that may be."""
    for ask in template.asks:
        free = [word for word in ask.of if word not in ask.needed]
        for left_out in free:
            yield ask.key, [word for word in ask.of if word != left_out]
        if len(free) > 1:
            yield ask.key, list(ask.needed)


def test_the_templates_are_there():
    names = {"blockade", "intervention", "war-of-attrition", "sanctions", "arms-race", "alliance", "seizure", "crisis"}
    assert names <= set(list_templates())


@pytest.mark.parametrize(
    ("trigger", "class_", "began"),
    [
        ("dispute", "other", "threat"),
        ("dispute, show", "show of force", "show"),
        ("dispute, indirect", "indirect violence", "limited"),
        ("dispute, show, violence", "violence", "limited"),
    ],
)
def test_a_crisis_starts_from_the_shipped_rates_of_its_trigger(trigger: str, class_: str, began: str, tmp_path: Path):
    """The counts that the template names are those of the table of crises."""
    made = planned("crisis", tmp_path, {"trigger": trigger})
    row = next(row for row in standoff.crises()["rates"] if row["by"] == "trigger" and row["class"] == class_)
    force, war = (made.scenario.questions[name] for name in ("force", "war"))
    answers = row["answers"] * (row["limited_force"][0] + row["full_force"][0])
    assert (force.classes[0].count, force.classes[0].of) == (round(answers), row["answers"])
    assert f"{round(row['crises'] * row['full_scale_war'][0])} of {row['crises']}" in war.compare_with.text
    assert made.scenario.choices["NOR"].history[0].option == began


@pytest.mark.parametrize("name", list_templates())
def test_a_template_asks_for_actors_options_reasons_horizon_and_questions_in_this_order(name: str):
    template = find_template(name)
    order = [SECTIONS.index(ask.section) for ask in template.asks]
    assert order == sorted(order) and set(order) == set(range(len(SECTIONS)))
    assert {"as_of", "horizon"} <= {ask.key for ask in template.asks}
    for ask in template.asks:
        assert ask.kind in case_templates.ask.READERS and ask.text.endswith(("?", "decision"))
        assert ask.read(template.default(ask, TODAY)) is not None


@pytest.mark.parametrize("name", list_templates())
def test_the_defaults_make_a_case_without_a_warning(name: str, tmp_path: Path):
    made = planned(name, tmp_path)
    assert made.warnings == () and not made.ledger
    assert made.scenario.as_of == "2030-04"
    assert source_counts(made)["history"] > 5, "weights are learned from history"
    events = [question for question in made.scenario.questions.values() if question.event or question.ends]
    rated = [
        question.base_rate or question.compare_with or question.data_rate
        for question in events
        if "troops." not in (question.event or "")
    ]
    assert events and all(rated)
    assert sum(question.main for question in made.scenario.questions.values()) == 1
    if name != "war-of-attrition":  # its one event is the end of a war, which starts from history's rate of such ends
        assert any(question.base_rate for question in events)
    text = fill_template(name, None, TODAY)["scenario.yaml"]
    assert "\nlanguage: 1\n" in text
    assert text.count("prior(") >= 10 and text.count("\n# ") + text.count("  # ") >= 8, (
        "numbers from the library, and comments"
    )
    assert max(map(len, text.splitlines())) < 400


@pytest.mark.parametrize("name", list_templates())
def test_every_part_can_be_left_out(name: str, tmp_path: Path):
    template = find_template(name)
    smallest = {ask.key: list(ask.needed) for ask in template.asks if ask.needed}
    for number, answers in enumerate([*({key: words} for key, words in parts(template)), smallest]):
        made = planned(name, tmp_path / str(number), answers)
        assert made.warnings == (), answers


@pytest.mark.parametrize("name", list_templates())
def test_actors_and_horizon_are_those_of_the_answers(name: str, tmp_path: Path):
    template = find_template(name)
    actors = [ask.key for ask in template.asks if ask.kind == "actor"]
    names = {key: f"A{n} Côte d'Étape ({n})" for n, key in enumerate(actors)}
    made = planned(name, tmp_path, {**names, "as_of": "2031-11", "horizon": 14})
    assert {code: actor.name for code, actor in made.scenario.actors.items() if not actor.of} == {
        text.split(" ", 1)[0]: text.split(" ", 1)[1] for text in names.values()
    }
    assert (made.scenario.as_of, made.scenario.start, made.scenario.end) == ("2031-11", "2031-10", "2033-01")
    assert "Northland" not in (tmp_path / "scenario.yaml").read_text(encoding="utf-8")


def test_a_yearly_base_rate_follows_the_horizon(tmp_path: Path):
    (twice,), (once,) = (
        base_rates(plan, plan.question("clash"))
        for plan in (planned("arms-race", tmp_path / str(months), {"horizon": months}) for months in (24, 12))
    )
    assert 1 - twice.rate == pytest.approx((1 - once.rate) ** 2, rel=1e-3) and round(twice.months) == 24


@pytest.mark.parametrize("name", RUNS)
def test_the_defaults_run(name: str, tmp_path: Path):
    planned(name, tmp_path / "case")
    result = answer(simulate(build(*load(str(tmp_path / "case"))), draws=512, seed=1))
    assert len(result.answers) >= 3
    assert any(0 < item.answer < 1 for item in result.answers if item.kind in {"event", "ends"})


def without_reasons(folder: Path) -> dict[str, Any]:
    """The case of a folder whose named reasons weigh nothing where a choice starts from a base rate, and every such rate 2 %.

    Of several such questions of one choice the first stays; the others would name options inside its own.
    """
    path = folder / "scenario.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    asked = dict[str, str]()
    for question, fields in data["questions"].items():
        if "base_rate" in fields:
            choice = str(fields["event"]).split(" in ")[0]
            if choice in asked.values():
                del fields["base_rate"]
                continue
            asked[question] = choice
            fields["base_rate"] = {"value": "2 % @assumption", "of": 200, "text": "an own rate"}
            fields.pop("classes", None)
            for key, reason in data["choices"][choice]["reasons"].items():
                if reason.get("use", key) not in ("alternative_constant", "switching_cost"):
                    reason["weight"] = "0 @assumption"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return asked


@pytest.mark.parametrize("name", STARTED)
def test_an_own_case_without_reasons_says_its_base_rate(name: str, tmp_path: Path):
    """To Monte Carlo error of the run and of the futures in which constants are solved; its band is as wide as the rate's."""
    planned(name, tmp_path / "case")
    asked = without_reasons(tmp_path / "case")
    draws, solved = 4096, 4000
    run = simulate(build(*load(str(tmp_path / "case"))), draws=draws, seed=1)
    answers = answer(run, tuple(asked), bands=parameter_bands(run))
    for item in answers.answers:
        error = (0.02 * 0.98 * (1 / draws + 1 / solved)) ** 0.5
        assert abs(item.answer - 0.02) < 4 * error, item.id
        (rate, *_), (low, high) = item.base_rates, item.band_ends
        assert low < rate.interval[0] + 4 * error and high > rate.interval[1] - 4 * error, item.id


def share_of_main(folder: Path, variant: str = "") -> float:
    """Share of the futures in which the main question is answered yes."""
    run = simulate(build(*load(str(folder), variant)), draws=FUTURES, seed=1)
    return float(next(item.answer for item in answer(run).answers if item.id == run.model.plan.main_question))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["blockade", "seizure"])
def test_the_answer_rises_where_it_is_known_that_nobody_answers(name: str, tmp_path: Path):
    """By more than three standard errors of the difference, as if the futures were not paired."""
    planned(name, tmp_path / "case")
    alone, feared = (share_of_main(tmp_path / "case", variant) for variant in ("no-help", ""))
    error = ((alone * (1 - alone) + feared * (1 - feared)) / FUTURES) ** 0.5
    assert alone - feared > 3 * error


@pytest.mark.parametrize(
    ("name", "feared", "by"),
    [
        ("blockade", "GRT", "NOR"),
        ("seizure", "GRT", "NOR"),
        ("seizure", "GRT", "SOU"),
        ("sanctions", "GRT", "NOR"),
        ("sanctions", "GRT.secondary", "EST"),
    ],
)
def test_who_answers_is_foreseen(name: str, feared: str, by: str, tmp_path: Path):
    dependence = ChoiceDependence(planned(name, tmp_path))
    c = dependence.names.index(by)
    reads = [read for reason in dependence.choices[c].reasons for read in reason.reads if read.choice == feared]
    assert any(dependence.foreseen(c, read) for read in reads)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"ally": "NOR Northland"}, "`NOR` is the code of `ally` already"),
        ({"ally": "ALB Northland"}, "`Northland` is the name of `ally` already"),
        ({"horison": 12}, "did you mean `horizon`"),
        ({"horizon": "1", "as_of": "x"}, "2 problems"),
    ],
)
def test_answers_that_are_not_allowed_are_refused_together(answers: dict[str, object], message: str):
    with pytest.raises(ScenarioError, match=message):
        fill_template("alliance", answers, TODAY)


@pytest.mark.parametrize("name", list_templates())
def test_the_claim_in_the_comments_is_one_of_the_case(name: str, tmp_path: Path):
    made = fill_template(name, None, TODAY)
    lines = [line.removeprefix("# ") for line in made["claims.yaml"].splitlines()[3:-1]]
    for file, text in {**made, "claims.yaml": "\n".join(lines) + "\n"}.items():
        (tmp_path / file).write_text(text)
    loaded, ledger = load(str(tmp_path))
    (claim,) = ledger.as_of(loaded.scenario.as_of_day)
    assert claim.subject in loaded.scenario.actors and plan(loaded, ledger).warnings == ()


def test_an_unknown_template_says_which_there_are():
    with pytest.raises(ScenarioError, match=r"alliance, arms-race(?s:.*)did you mean `blockade`"):
        find_template("blocade")


def test_codes_are_full_for_the_last_option_or_those_named():
    options = ("none", "arms", "troops")
    full, partial, zero = "prior(a.b.full)", "prior(a.b.partial)", "0 @assumption"
    assert yaml.safe_load(codes("a.b", options)) == {"none": zero, "arms": partial, "troops": full}
    assert yaml.safe_load(codes("a.b", options, "arms", "troops", "other")) == {
        "none": zero,
        "arms": full,
        "troops": full,
    }
    assert yaml.safe_load(each("1 to 2", "ONE", "TWO.public")) == {"ONE": "1 to 2", "TWO.public": "1 to 2"}
