"""`standoff exhaustion`, `compare`, `changed`, levers of `--set`, and reports in other forms, in one process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Command

FEW = ("--draws", "300")


def test_exhaustion_prints_and_writes_what_it_found(standoff: Command) -> None:
    data = json.loads(standoff("exhaustion", "closed-form", *FEW, "--json", "-o", "out/found.json").stdout)
    assert data == json.loads(Path("out/found.json").read_text(encoding="utf-8"))
    assert {item["label"] for item in data["sides"]} == {"Blue", "Red"} and data["question"] == "exhausted_first"
    page = standoff("exhaustion", "closed-form", "exhausted_first", *FEW, "-o", "found.md").stdout
    assert "first exhaustion" in page and "wrote found.md" in page
    assert Path("found.md").read_text(encoding="utf-8").startswith("# A model")
    assert "exhaustion" in standoff("exhaustion", "suez-1956", code=1).stderr
    assert "did you mean `exhausted_first`?" in standoff("exhaustion", "closed-form", "exhausted", code=1).stderr


def test_compare_takes_the_base_unless_it_is_named(standoff: Command) -> None:
    words = ("compare", "closed-form", "word-is-talk", *FEW)
    data = json.loads(standoff(*words, "--json").stdout)
    assert (data["base"], data["variants"]) == ("base", ["word-is-talk"])
    turned = json.loads(standoff("compare", "closed-form", "word-is-talk", "base", *FEW, "--json").stdout)
    assert (turned["base"], turned["variants"]) == ("word-is-talk", ["base"])
    there, back = (
        next(item for item in found["questions"] if item["id"] == "acts")["changes"][0]["change"]
        for found in (data, turned)
    )
    assert there == -back != 0
    assert "variant `word`" in standoff("compare", "closed-form", "word", code=1).stderr


def test_compare_takes_changed_levers_beside_variants(standoff: Command) -> None:
    data = json.loads(standoff("compare", "closed-form", *FEW, "--set", "restraint=0", "--json").stdout)
    assert data["variants"] == ["changed"] and "restraint = 0" in data["texts"]["changed"]
    changes = {item["id"]: item["changes"][0]["change"] for item in data["questions"]}
    assert changes["acts"] > 0.02, "Blue's word no longer binds it"
    assert "VARIANT" in standoff("compare", "closed-form", code=1).stderr


def test_two_runs_of_which_one_has_a_lever_moved(standoff: Command) -> None:
    run = ("run", "closed-form", *FEW, "--no-html", "--folder")
    standoff(*run, "one")
    standoff(*run, "two", "--set", "restraint=0", "--since", "start")
    data = json.loads(standoff("diff", "one", "two", *FEW, "--json").stdout)
    assert [group["entries"][0]["after"] for group in data["groups"]] == ["0 @assumption"]
    acts = next(move for move in data["moves"] if move["id"] == "acts")
    assert acts["change"] > 0.05 and acts["stored"] == [
        acts["before"],
        acts["after"],
    ]  # what the folders say themselves
    assert "choices.BLU.reasons.word.weight" in standoff("diff", "one", "two", *FEW).stdout
    assert "run folder" in standoff("diff", "one", ".", code=1).stderr


def test_show_lists_levers_with_range_unit_and_what_is_believed_now(standoff: Command) -> None:
    lever = json.loads(standoff("show", "china-russia", "--json").stdout)["levers"][0]
    assert lever["lever"] == "aid.USA.money" and lever["target"] == "aid.money.USA"
    assert (lever["low"], lever["high"], lever["unit"]) == (0, 3, "bn USD/month")
    assert lever["range"].startswith("0 to 3 ") and lever["now"].endswith("bn USD/month")
    page = standoff("show", "closed-form", "--set", "restraint=2").stdout
    assert ["restraint", "0", "to", "3", "2"] in [line.split()[:5] for line in page.splitlines()]
    assert "restraint = 2 from 2030-02 on" in page.splitlines()[0]


def test_a_lever_keeps_to_its_range(standoff: Command) -> None:
    found = standoff("answer", "closed-form", "acts", *FEW, "--set", "restraint=4", code=1).stderr
    assert "`restraint`" in found and "allowed: 0 to 3" in found


def test_a_run_writes_its_report_in_every_form(standoff: Command) -> None:
    words = ("run", "closed-form", *FEW, "--folder", "kept", "--no-html")
    page = standoff(*words, "-o", "report.md", "-o", "report.pdf", "-o", "report.html", "--pictures", "pictures").stdout
    assert "wrote" in page and "PNG" in page
    assert Path("report.pdf").read_bytes().startswith(b"%PDF-")
    text = Path("report.md").read_text(encoding="utf-8")
    assert "## Who comes first" in text and "first exhaustion" in text
    assert "<title>A model" in Path("report.html").read_text(encoding="utf-8")
    names = {file.suffix: len([*Path("pictures").glob(f"*{file.suffix}")]) for file in Path("pictures").iterdir()}
    assert names[".svg"] == names[".png"] > 5
    data = json.loads(Path("kept/verdict.json").read_text(encoding="utf-8"))
    assert data["exhaustion"]["question"] == "exhausted_first"
    assert "known format" in standoff(*words, "-o", "report.odt", code=1).stderr


def test_what_was_set_stands_wherever_the_answer_does(standoff: Command) -> None:
    """In the title line of every form, in the data of every finding, and in what the run folder keeps."""
    words, record = ("--set", "restraint=0", *FEW), [{"path": "restraint", "value": "0", "since": "2030-02"}]
    page = standoff("run", "closed-form", *words, "--folder", "kept", "-o", "report.md", "-o", "report.pdf").stdout
    moved = "restraint = 0 from 2030-02 on"
    title = f"variant base · {moved} · 300 draws"
    forms = {
        page: 2,
        Path("report.md").read_text(encoding="utf-8"): 4,
        Path("kept/report.html").read_text(encoding="utf-8"): 4,
    }
    for text, times in forms.items():  # on top and beside the answers, of which a terminal shows the main one
        assert title in " ".join(text.split()) and text.count(moved) >= times
    for file, of in (("verdict.json", "origin"), ("run.json", ""), ("summary.json", "")):
        data = json.loads(Path("kept", file).read_text(encoding="utf-8"))
        assert (data[of] if of else data)["interventions"] == record, file
    assert "interventions" in Path("kept/scenario.yaml").read_text(encoding="utf-8")
    for command in (
        ("answer", "closed-form", "acts"),
        ("explain", "choice", "closed-form", "BLU", "--at", "2030-12"),
        ("flip", "closed-form", "--question", "acts"),
    ):
        assert json.loads(standoff(*command, *words, "--json").stdout)["origin"]["interventions"] == record
        assert "restraint = 0 from 2030-02 on" in " ".join(standoff(*command, *words).stdout.split())
