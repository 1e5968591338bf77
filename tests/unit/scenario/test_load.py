"""Reading scenarios: round trip, variants, files beside files, and every mistake at once with its line."""

from __future__ import annotations

import pytest

from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import dump, load_scenario, load_text
from standoff.scenario.load import load_document, read_scenario


def test_load_dump_load_is_the_same_scenario(full):
    scenario = load_text(full).scenario
    again = load_text(dump(scenario)).scenario
    assert again == scenario
    assert dump(again) == dump(scenario)
    assert scenario.stocks["money"].floor is None and scenario.stocks["fear"].floor == 0.0
    assert scenario.cells().keys() == {"fear", "money.AAA", "money.BBB"}
    assert scenario.mechanisms["drift"].params.keys() == {"stock", "mean", "speed", "volatility"}


def test_a_scenario_cannot_be_changed_once_read(full):
    with pytest.raises(ValueError, match="frozen"):
        load_text(full).scenario.title = "another"


MISTAKES = {  # what is written, what stands there instead: (path, words of the message)
    "name: B}": ("name: B, kind: blob}", "actors.BBB.kind", "`blob` is not allowed"),
    "cap: 1}": ("cap: 1, flor: 0}", "stocks.fear.flor", "did you mean `floor`"),
    "sources: [smith2001]}": ("sources: [smith2001], p96: 1}", "mechanisms.drift.volatility", "p96"),
    "every: 3 months": ("every: 3 moons", "choices.AAA.every", "`3 moons` is not a duration"),
    "value: 0.4,": ("value: 1.4,", "correlations[0].value", "below 1"),
    "actors:": ("colour: red\nactors:", "colour", "unknown key `colour`"),
    "quantity: fear,": ("quantity: fear +,", "questions.f.quantity", "ends too early"),
    "since: 1999-12-31": ("since: 1999-13-31", "relations[0].since", "is not a date"),
    "since: 2024-02,": ("since: 2024,", "choices.AAA.history[1].since", "write the month, as in `2024-01`"),
    "name: A,": ("name: 12,", "actors.AAA.name", "`12` is not a text"),
    "resolution: x, lines": ("lines", "questions.q.resolution", "`resolution` is missing"),
}


def test_all_mistakes_are_reported_at_once_with_their_lines(full):
    text = full
    for right, (wrong, *_) in MISTAKES.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "case.yaml")
    found = {problem.path: problem for problem in caught.value.problems}
    lines = text.splitlines()
    for right, (wrong, path, words) in MISTAKES.items():
        if path == "mechanisms.drift.volatility":  # parameters of parts are read when the scenario is planned
            assert path not in found
            continue
        assert words in str(found[path]), right
        number = int(found[path].where.removeprefix("case.yaml:"))
        anchor = wrong.split("\n")[0] if path != "questions.q.resolution" else "q: {text"
        assert anchor in lines[number - 1], (path, number)
    assert len(found) == len(MISTAKES) - 1


def test_cross_checks_are_made_on_what_can_be_read(full):
    text = full.replace("cap: 1}", "cap: 1, flor: 0}").replace("by: 2025-06", "by: 2055-06")
    text = text.replace("status_quo: stay", "status_quo: sty").replace("of: a,", "of: c,")
    with pytest.raises(ScenarioError) as caught:
        load_text(text)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["stocks.fear.flor", "choices.AAA.status_quo", "questions.q.by", "questions.r.of"]
    assert not any("fear`" in problem.what for problem in caught.value.problems)  # no follow-up of what was left out


def test_one_question_is_the_main_one(full):
    text = full.replace("  q: {", "  q: {main: true, ").replace("  r: {", "  r: {main: true, ")
    assert text.count("main: true") == 2
    with pytest.raises(ScenarioError) as caught:
        load_text(text)
    assert [problem.path for problem in caught.value.problems] == ["questions.r.main"]


def test_what_can_be_read_is_planned_and_what_follows_from_the_rest_is_not_reported(tmp_path, full):
    """A stock that cannot be read takes mechanism, effects and views along; a number without a source is still found."""
    text = full.replace("cap: 1}", "cap: 1, flor: 0}").replace("rationality: 1 to 4 @assumption", "rationality: 1 to 4")
    (tmp_path / "scenario.yaml").write_text(text)
    reading = read_scenario(tmp_path)
    assert [problem.path for problem in reading.problems] == ["stocks.fear.flor"]
    assert reading.valid_part.scenario.stocks.keys() == {"money"}
    with pytest.raises(ModelError) as caught:
        plan(reading.valid_part, Ledger())
    assert len(caught.value.problems) > 3
    assert [problem.path for problem in reading.beyond(caught.value.problems)] == ["choices.AAA.rationality"]


def test_mistakes_in_parts_are_reported_at_once_with_their_lines(full):
    text = full.replace("mean: 0.5 @assumption", "maen: 0.5 @assumption").replace("drift.push", "drift.pull")
    text = text.replace("use: stated_norm", "use: stated_nrm").replace("target: drift.mean", "target: drift.men")
    text = text.replace("AAA in [go]", "AAA in [gone]").replace("rank: {a: money.AAA", "rank: {a: money.CCC")
    text = text.replace("half_life: 6.6 month", "half_life: -1 month").replace(
        "fear: 1 to 1.2 @assumption", "fear: 1 to 1.2"
    )
    with pytest.raises(ModelError) as caught:
        plan(load_text(text, "case.yaml"), Ledger())
    found = {problem.path: str(problem) for problem in caught.value.problems}
    expected = {
        "mechanisms.drift.maen": "did you mean `mean`",
        "choices.AAA.reasons.norm.use": "did you mean `stated_norm`",
        "choices.AAA.half_life": "out of range",
        "beliefs.AAA.fear": "this number has no source",
        "questions.q.event": "unknown option `gone`",
        "questions.r.rank.a": "unknown stock `money.CCC`",
        "levers.push.target": "did you mean `drift.mean`",
        "observations.fear.claims": "no claim",
    }
    for path, words in expected.items():
        assert words in found[path], path
    assert "mechanisms.drift" not in found  # `mean` is not missing: it is `maen`
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "maen" in row)
    assert found["mechanisms.drift.maen"].startswith(f"case.yaml:{line}  ")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("as_of: 2024-03", "as_of: 2026-03", "as_of 2026-03 lies outside"),
        ("end: 2025-12", "end: 2023-12", "end 2023-12 is not after start"),
        ("of: AAA}", "of: ZZZ}", "unknown actor `ZZZ`"),
        ("between: [AAA, BBB]", "between: [AAA, ABB]", "unknown actor `ABB`"),
        ("{mark: 0.5 EUR}", "{mark: EUR}", "`EUR` is not a number and a unit"),
        ("unit: share", "unit: shard", "unknown unit `shard`"),
        ("cap: 1}", "cap: 0}", "the cap 0.0 is not above the floor"),
        ("cap: 1}", "cap: .nan}", "`.nan` is not a finite number"),
        ("every: 3 months", "every: 2 weeks", "not a multiple of the step"),
        ("option: go}", "option: gone}", "unknown option `gone`"),
        ("since: 2024-02", "since: 2023-02", "in the order of its dates"),
        ("{AAA: {fear", "{AAA: {faer", "unknown stock `faer`"),
        ("observations: {fear", "observations: {fearr", "unknown stock `fearr`"),
        ("quantity: fear, at: 2025-06", "quantity: fear", "needs `at`"),
        ("quantity: fear, at", "quantity: fear, until: fear > 1, at", "2 forms of question"),
        ("by: 2025-06", "by: 2026-06", "2026-06 lies outside"),
        ("reason: [AAA, norm]", "reason: [AAA, nrm]", "unknown reason `nrm`"),
        ("change: {mechanisms", "change: {mechanism", "unknown section `mechanism`"),
        ("rank: {a: money.AAA, b: money.BBB}", "rank: {a: money.AAA}", "1 entry where at least 2 are needed"),
        ("stay: }", "stay: 0}", "options.stay"),
        ('{AAA: "normal(5, 1) bn mark @smith2001", BBB: 3 bn mark @assumption}', "{}", "no holder"),
    ],
)
def test_each_cross_check_says_what_is_wrong(full, right, wrong, said):
    assert full.count(right) == 1
    with pytest.raises(ScenarioError, match=r"case\.yaml:") as caught:
        load_text(full.replace(right, wrong), "case.yaml")
    assert said in str(caught.value)


def test_a_variant_lies_over_the_base(tmp_path, full):
    (tmp_path / "scenario.yaml").write_text(full)
    base, calm = load_scenario(tmp_path), load_scenario(tmp_path, "calm")
    assert calm.scenario.mechanisms["drift"].params["mean"] == "0.1 @assumption"
    assert base.scenario.mechanisms["drift"].params["mean"] == "0.5 @assumption"
    assert "q" in base.scenario.questions and "q" not in calm.scenario.questions
    assert calm.document.where(("mechanisms", "drift", "mean")).endswith(":42")  # the line of the variant
    with pytest.raises(ScenarioError, match="did you mean `calm`"):
        load_scenario(tmp_path, "clam")


def test_a_date_is_the_first_variant_as_of_that_day(tmp_path, full):
    later = "variants:\n  later: {text: later, change: {as_of: 2024-04}}\n  same: {text: the same day, change: {as_of: 2024-04-30}}\n"
    (tmp_path / "scenario.yaml").write_text(full.replace("variants:\n", later, 1))
    base = load_scenario(tmp_path)
    assert load_scenario(tmp_path, str(base.scenario.as_of)).variant == ""
    assert load_scenario(tmp_path, "2024-04-30").variant == load_scenario(tmp_path, "2024-04").variant == "later"
    with pytest.raises(ScenarioError, match="no variant is as of 2019") as caught:
        load_scenario(tmp_path, "2019")
    assert "2024-04" in str(caught.value) and str(base.scenario.as_of) in str(caught.value)


def test_changes_are_set_by_path_and_by_lever(tmp_path, full):
    (tmp_path / "scenario.yaml").write_text(full)

    def mean(**changes):
        return load_scenario(tmp_path, "", changes, "start").scenario.mechanisms["drift"].params["mean"]

    assert mean(**{"drift.mean": "0.2 @assumption"}) == "0.2 @assumption"
    assert mean(**{"mechanisms.drift.mean": 0.3}) == "0.3 @assumption"
    assert mean(push=0.4) == "0.4 @assumption"  # whoever moves a lever supposes the number
    with pytest.raises(
        ScenarioError, match=r"`drfit.mean` is unknown: `drfit` is not in mechanisms[^?]*did you mean `drift.mean`"
    ):
        mean(**{"drfit.mean": 1})
    with pytest.raises(ScenarioError, match=r"`pus` is unknown\s+allowed: push, drift[^?]*did you mean `push`"):
        mean(pus=1)
    looped = full.replace("target: drift.mean", "target: push")
    (tmp_path / "scenario.yaml").write_text(looped)
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path, "", {"push": 1}, "start")


def test_a_key_that_holds_a_dot_can_be_set(tmp_path, full):
    """The choice `USA.aid` is one key, not two."""
    text = full.replace("choices:\n  AAA:", "choices:\n  AAA.war:")
    assert text != full
    (tmp_path / "scenario.yaml").write_text(text.replace("AAA in [", "AAA.war in [").replace("  w: ", "  #"))
    choices = load_scenario(tmp_path, "", {"choices.AAA.war.rationality": "3 @assumption"}, "start").scenario.choices
    assert choices["AAA.war"].rationality.numbers == (3.0,)


LEVERS = """\
levers: {push: {target: drift.mean, low: 0, high: 1}, AAA.purse: {target: stocks.money.initial.AAA, low: 0, high: 3 bn mark}}
"""


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AAA.prse", "1 bn mark", "`AAA.prse` is unknown.*did you mean `AAA.purse`"),
        (
            "AAA.purse",
            "-5",
            "-5 bn mark is out of the range.*allowed: 0 to 3 bn mark.*write such as AAA.purse='1.5 bn mark'",
        ),
        ("AAA.purse", 4, "4 bn mark is out of the range of `AAA.purse`"),
        ("AAA.purse", "-5 bn mark", "out of the range of `AAA.purse`.*allowed: 0 to 3 bn mark.*'1.5 bn mark'"),
        ("AAA.purse", "99 bn EUR", "out of the range"),
        ("AAA.purse", "2 month", "`month` is not a unit of the kind of `bn mark`.*allowed: 0 to 3 bn mark"),
        ("AAA.purse", "much", "`much` is not a number.*allowed: 0 to 3 bn mark"),
        ("push", 7, "7 is out of the range of `push`.*allowed: 0 to 1.*push='0.5'"),
    ],
)
def test_a_lever_that_is_set_wrong_says_its_range_and_unit(tmp_path, full, name, value, said):
    (tmp_path / "scenario.yaml").write_text(
        full.replace("levers: {push: {target: drift.mean, low: 0, high: 1}}\n", LEVERS)
    )
    with pytest.raises(ScenarioError, match=f"(?s){said}"):
        load_scenario(tmp_path, "", {name: value}, "start")
    for fine in ("1.5 bn mark", "1500 million mark", "1 bn EUR", "0 bn mark", "1 to 2 bn mark", 2, "2"):
        load_scenario(tmp_path, "", {"AAA.purse": fine}, "start")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("-5", "`-5` has no unit, and `drift.speed` is in `1/month`.*write such as drift.speed='0.1 1/month'"),
        (0.3, "`0.3` has no unit.*drift.speed='0.3 1/month'"),
        ("1 to 2 @assumption", "has no unit.*drift.speed='1 to 2 1/month'"),
    ],
)
def test_a_number_that_is_no_lever_says_the_unit_of_the_case(tmp_path, full, value, said):
    (tmp_path / "scenario.yaml").write_text(full)
    with pytest.raises(ScenarioError, match=f"(?s){said}"):
        load_scenario(tmp_path, "", {"drift.speed": value}, "start")
    for fine in ("0", "0.3 1/month", "5 %/month"):
        load_scenario(tmp_path, "", {"drift.speed": fine}, "start")
    load_scenario(tmp_path, "", {"stocks.money.initial.AAA": "2"}, "start")  # its stock says the unit


def test_the_version_of_the_language_is_one_that_is_known(tmp_path, full):
    plain = load_text(full)
    stated = load_text(f"language: 1\n{full}")
    assert plain.language == stated.language == 1 and dump(plain.scenario) == dump(stated.scenario)
    for other in ("2", "0", "one", "1.5", "null"):
        with pytest.raises(ScenarioError, match=r"(?s)case.yaml:1  language\n.*`.+`.*allowed: 1.*update standoff"):
            load_text(f"language: {other}\n{full}", "case.yaml")
    (tmp_path / "base.yaml").write_text(f"language: 2\n{full}")
    (tmp_path / "scenario.yaml").write_text("extends: base.yaml\nlanguage: 1\n")
    with pytest.raises(ScenarioError, match=r"base\.yaml:1  language"):
        load_scenario(tmp_path)


def test_files_beside_the_scenario_are_laid_under_it(tmp_path, full):
    (tmp_path / "base.yaml").write_text(full)
    (tmp_path / "more.yaml").write_text("actors: {CCC: {name: C}}\n")
    (tmp_path / "scenario.yaml").write_text(
        "extends: base.yaml\ninclude: [more.yaml]\ntitle: mine\nlevers: {push: null}\n"
    )
    loaded = load_scenario(tmp_path)
    assert (loaded.scenario.title, loaded.scenario.levers) == ("mine", {})
    assert {"AAA", "CCC"} <= set(loaded.scenario.actors)
    assert loaded.document.where(("actors", "CCC")) == "more.yaml:1"
    assert loaded.document.where(("stocks", "fear")) == "base.yaml:16"


@pytest.mark.parametrize(
    "name", ["../secret.yaml", "/etc/passwd", "a/../../secret.yaml", "link.yaml", ".hidden", "", "a//b"]
)
def test_no_path_leads_out_of_the_folder(tmp_path, full, name):
    (tmp_path / "secret.yaml").write_text("title: secret\n")
    home = tmp_path / "case"
    home.mkdir()
    (home / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    for key in ("extends", "include"):
        (home / "scenario.yaml").write_text(
            f"{key}: [{name!r}]\n{full}" if key == "include" else f"{key}: {name!r}\n{full}"
        )
        with pytest.raises(ScenarioError, match="not a file inside the scenario's folder"):
            load_scenario(home)


def test_files_that_are_missing_broken_or_go_in_a_circle(tmp_path, full):
    file = tmp_path / "scenario.yaml"
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path)
    file.write_text(f"extends: none.yaml\n{full}")
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path)
    file.write_text(f"extends: scenario.yaml\n{full}")
    with pytest.raises(ScenarioError, match="circle"):
        load_scenario(tmp_path)
    (tmp_path / "list.yaml").write_text("[1, 2]")
    file.write_text(f"include: list.yaml\n{full}")
    with pytest.raises(ScenarioError, match="mapping of sections"):
        load_scenario(tmp_path)
    with pytest.raises(ScenarioError, match="cannot name other files"):
        load_text(f"include: list.yaml\n{full}")


def test_sections_of_the_wrong_kind_are_refused_under_variants_and_changes(full):
    from standoff.scenario.document import read_text

    for text in ("variants: [calm]", "variants: calm", "levers: [push]", "levers: {push: [1]}"):
        doc = read_text(f"title: x\n{text}\n", "x.yaml")
        with pytest.raises(ScenarioError):
            load_document(doc, None, "calm")
        with pytest.raises(ScenarioError):
            load_document(doc, None, "", {"push": 1})
