"""Commands that simulate, on the small case of `standoff new`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from standoff.errors import RunError
from standoff.files import check_writable, check_writable_folder
from standoff.job_folder import JobFolder

if TYPE_CHECKING:
    from conftest import Command

FEW = ("--draws", "200")


def test_run_prints_the_verdict_and_keeps_everything(standoff: Command, case: Path) -> None:
    page, full = (standoff("run", str(case), *FEW, *more).stdout for more in ((), ("--full",)))
    assert "Will Northland cross" in page and "report.html" in page and len(page) < len(full)
    for word in (
        "Will Northland cross",
        "Why: Will Northland cross",
        "Shares that add up",
        "Assumptions",
        "report.html",
    ):
        assert word in full
    (folder,) = Path("runs").iterdir()
    assert folder.name.startswith("north-") and folder.name.endswith("-s1-d200")
    kept = {"report.html", "verdict.json", "summary.json", "scenario.yaml", "claims.jsonl", "run.json"}
    assert kept <= {file.name for file in folder.iterdir()}
    before = (folder / "verdict.json").read_text()
    assert standoff("run", str(case), *FEW).stdout == page  # read again from the finished blocks
    assert (folder / "verdict.json").read_text() == before
    summary = json.loads((folder / "summary.json").read_text())
    assert len(summary["times"]) == len(summary["stocks"]["fighting"]["quantiles"]["0.5"]) == 24
    assert sum(shares[-1] for shares in summary["active_share"]["NOR"].values()) == pytest.approx(1)


def test_run_as_json_is_data_and_nothing_else(standoff: Command, case: Path) -> None:
    result = standoff("run", str(case), *FEW, "--json", "--no-html", "--folder", "here", "--variant", "calm")
    data = json.loads(result.stdout)
    assert result.stderr == ""
    assert {"id", "lines", "text", "answer", "futures", "monte_carlo", "band", "baselines", "claims"} <= set(
        data["questions"][0]
    )
    assert {"actor", "at", "options", "reasons", "claims"} <= set(data["choices"][0])
    assert data["origin"]["variant"] == "calm" and data["origin"]["draws"] == 200
    assert data["choices"][0]["claims"] == ["nor-no-first-strike-2030-04-10-president"]
    assert not Path("here/report.html").exists()


def test_a_run_that_was_cut_off_says_how_to_go_on_and_goes_on(
    standoff: Command, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", str(case), "--draws", "6000", "--no-html", "--folder", "here", "--json")
    put = JobFolder.put

    def cut(self: JobFolder, *result: Any) -> None:
        put(self, *result)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(JobFolder, "put", cut)
        assert "the same command again" in standoff(*words, code=130).stderr
    (before,) = [file.stat().st_mtime_ns for file in Path("here/results").glob("*.npz")]
    assert json.loads(Path("here/run.json").read_text())["finished"] is False
    resumed = json.loads(standoff(*words).stdout)
    assert min(file.stat().st_mtime_ns for file in Path("here/results").glob("*.npz")) == before  # not run again
    assert resumed == json.loads(standoff(*words[:-2], "there", "--json").stdout)


def test_a_folder_of_another_run_is_refused(standoff: Command, case: Path) -> None:
    standoff("run", str(case), *FEW, "--no-html", "--folder", "here")
    refused = standoff("run", str(case), *FEW, "--no-html", "--folder", "here", "--seed", "2", code=1)
    assert "settings differ" in refused.stderr


def test_answer_gives_the_named_questions(standoff: Command, case: Path) -> None:
    data = json.loads(standoff("answer", str(case), "strike", *FEW, "--json").stdout)
    assert [item["id"] for item in data["answers"]] == ["strike"]
    assert 0 <= data["answers"][0]["answer"] <= 1
    assert "did you mean `strike`?" in standoff("answer", str(case), "strke", *FEW, code=1).stderr
    assert "Will Northland cross" in standoff("answer", str(case), *FEW).stdout


def test_explain_adds_up(standoff: Command, case: Path) -> None:
    words = ("explain", "choice", str(case), "NOR", "--at", "2030-07", "--option", "strike", *FEW)
    data = json.loads(standoff(*words, "--json").stdout)
    assert data["decided"] == "2030-06" and data["reference"] == "hold"
    assert sum(reason["log_odds"] for reason in data["reasons"]) == pytest.approx(data["log_odds"], abs=1e-9)
    assert data["additivity_error"] < 1e-9
    text = {item["option"]: item["text"] or item["option"] for item in data["options"]}
    assert f"Why {text['strike']} rather than {text['hold']}" in " ".join(standoff(*words).stdout.split())


def test_explain_against_another_option_says_which_is_the_status_quo(standoff: Command, case: Path) -> None:
    words = (
        "explain",
        "choice",
        str(case),
        "NOR",
        "--at",
        "2030-07",
        "--against",
        "withdraw",
        "--option",
        "strike",
        *FEW,
    )
    page = standoff(*words).stdout
    assert "hold (in force" in page and "withdraw (reference)" in page and "withdraw (in force" not in page
    data = json.loads(standoff(*words, "--json").stdout)
    text = {item["option"]: item["text"] or item["option"] for item in data["options"]}
    assert f"log odds of {text['strike']} against {text['withdraw']}" in page
    assert (data["reference"], data["status_quo"]) == ("withdraw", "hold")


def test_explain_without_more_explains_the_main_answer(standoff: Command, case: Path) -> None:
    pages = {
        standoff("explain", *words, *FEW).stdout
        for words in ((str(case),), (str(case), "main"), ("answer", str(case), "strike"))
    }
    assert len(pages) == 1 and "Why: Will Northland cross" in pages.pop()


def test_explain_of_a_stock(standoff: Command, case: Path) -> None:
    data = json.loads(standoff("explain", "stock", str(case), "fighting", "--json", *FEW).stdout)
    assert data["since"] == "2030-04" and data["until"] == "2031-12"
    moved = sum(item["total"] for item in data["drivers"])
    assert moved == pytest.approx(data["after"] - data["before"], abs=1e-5)  # single precision over 20 steps
    assert "incidents" in standoff("explain", "stock", str(case), "fighting", *FEW).stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("choice", "NOR"), 2, "month of a decision, from 2030-06 to 2031-12"),
        (("choice", "SOU"), 1, "there is no choice `SOU`"),
        (("choice", "SOU", "--at", "2030-07"), 1, "there is no choice `SOU`"),
        (("choice", "NOR", "--at", "2030-02"), 1, "no decision in force"),
        (("stock", "figting"), 1, "did you mean `fighting`?"),
    ],
)
def test_explain_says_what_it_needs(
    standoff: Command, case: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    told = standoff("explain", words[0], str(case), *words[1:], code=code).stderr
    assert message in " ".join(told.replace("│", " ").split())


def test_draws_and_paths_are_checked(standoff: Command, case: Path) -> None:
    assert "--draws" in standoff("run", str(case), "--draws", "0", code=2).stderr
    for paths in ("some", "-1", "9" * 5_000):
        assert "number of draws" in standoff("run", str(case), "--paths", paths, code=2).stderr
    assert "--horizons" in standoff("hindcast", str(case), "--horizons", "9" * 5_000, code=1).stderr


def test_findings_print_data_and_leave_files(standoff: Command, case: Path, tmp_path: Path) -> None:
    found = json.loads(standoff("flip", str(case), "--choice", "NOR=strike", "--draws", "512", "--json").stdout)
    assert found["quantity_of_interest"] == "NOR=strike" and found["flips"] and found["tried"] >= 512
    for words in (["strike"], ["--question", "strike"]):
        told = json.loads(standoff("flip", str(case), *words, "--draws", "512", "--json").stdout)
        assert told["quantity_of_interest"] == "strike"
    twice = standoff("flip", str(case), "strike", "--question", "strike", code=2).stderr
    assert "named twice" in twice
    standoff("voi", str(case), "--draws", "512", "-o", str(tmp_path / "value.md"))
    assert "Claims to check next" in (tmp_path / "value.md").read_text()
    standoff("voi", str(case), "--draws", "512", "-o", str(tmp_path / "value.json"))
    assert json.loads((tmp_path / "value.json").read_text())["quantity_of_interest"] == "strike"
    assert "is not an option" in standoff("flip", str(case), "--choice", "NOR=attack", code=1).stderr


@pytest.mark.parametrize("option", ["--folder", "--pictures", "-o"])
@pytest.mark.parametrize("place", ["/proc/x.pdf", "/dev/null/x.pdf", "north/scenario.yaml/x.pdf"])
def test_what_cannot_be_written_is_refused_before_anything_is_simulated(
    standoff: Command, case: Path, option: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standoff.cli._options.Changed.model", None)  # whoever builds the model before comes to grief
    said = standoff("run", str(case), option, place, code=1).stderr
    assert said.startswith(f"{place}\n  cannot be written: ") and "check the path" in said
    assert "standoff" not in said and not Path("runs").exists()


def test_trying_where_to_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("old")
    for path in (tmp_path / "old.md", tmp_path / "new.md", tmp_path / "deep" / "new.md"):
        check_writable(path)
    check_writable_folder(tmp_path / "folder" / "in")
    assert [file.name for file in tmp_path.iterdir()] == ["old.md"] and (tmp_path / "old.md").read_text() == "old"
    for refused, trial in ((tmp_path, check_writable), (tmp_path / "old.md", check_writable_folder)):
        with pytest.raises(RunError, match="cannot be written: "):
            trial(refused)


@pytest.mark.parametrize(
    "words",
    [
        ("game", "north", "--actor", "NOR", "--at", "2030-07", "-o", "/proc/x.nfg"),
        ("hindcast", "north", "-o", "/proc/x.md"),
        ("hindcast", "north", "--record", "/proc/x.jsonl"),
        ("hindcast", "north", "--folder", "/proc/x"),
        ("reconcile", "north", "--quantity", "troops_at_border", "-o", "/proc/x.svg"),
        ("read", "north/scenario.yaml", "-o", "/proc/x.jsonl"),
        ("audit", "north/scenario.yaml", "--against", "north", "-o", "/proc/x.html"),
        ("data", "get", "un-votes", "-o", "/proc/x.jsonl"),
        ("review", "north/claims.jsonl", "--ledger", "/proc/x.jsonl"),
    ],
    ids=" ".join,
)
def test_every_command_tries_its_files_before_the_work(
    standoff: Command, case: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for work in (
        "catalog.load",
        "addons.reading.text_files.load",
        "addons.data.datasets.get",
        "evaluation.hindcast.run.hindcast",
    ):
        monkeypatch.setattr(f"standoff.{work}", None)  # whoever begins before comes to grief
    place = words[-1]
    assert standoff(*words, code=1).stderr.startswith(f"{place}\n  cannot be written: ")


def test_other_commands_say_what_cannot_be_written(standoff: Command, case: Path) -> None:
    assert "/proc/x.json\n  cannot be written" in standoff("flip", str(case), "-o", "/proc/x.json", code=1).stderr
    assert "/proc/north\n  cannot be written" in standoff("new", "/proc/north", code=1).stderr
    assert "cannot be written" in standoff("new", "/dev/null/north", code=1).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "LONG"),
        ("show", "LONG"),
        ("claims", "LONG"),
        ("run", "LONG"),
        ("run", "LONG/scenario.yaml"),
        ("new", "LONG"),
        ("run", "closed-form", "--folder", "LONG"),
        ("run", "closed-form", "--folder", "new/LONG/new"),
        ("diff", "LONG", "LONG"),
        ("run", "closed-form", "-o", "LONG.md"),
        ("fit", "closed-form", "--quick", "--folder", "LONG"),
        ("read", "LONG"),
        ("solve", "LONG"),
        ("run", "closed-form", "--posterior", "LONG"),
        ("hindcast", "closed-form", "--folder", "LONG"),
    ],
)
def test_a_name_of_300_bytes_is_an_error_that_says_so(standoff: Command, words: tuple[str, ...]) -> None:
    error = standoff(*(word.replace("LONG", "n" * 300) for word in words), code=1).stderr
    assert "too long" in error or "there is no case" in error


def test_explain_of_an_answer_has_shares_that_add_up(standoff: Command, case: Path) -> None:
    words = ("explain", "answer", str(case), "main", "--by", "actor", *FEW)
    data = json.loads(standoff(*words, "--json").stdout)
    assert data["question"] == "strike" and data["by"] == "actor"
    assert sum(item["share"] for item in data["shares"]) == pytest.approx(data["total"], abs=1e-9)
    assert data["total"] == pytest.approx(data["answer"] - data["without_all"], abs=1e-9)
    page = standoff(*words).stdout
    assert "left out" in page and "all reasons" in page
    assert "no shares by `mood`" in standoff(*words[:4], "--by", "mood", *FEW, code=1).stderr


@pytest.mark.parametrize(
    "words", [("sensitivity", "closed-form"), ("score", "record.jsonl"), ("run", "closed-form", "--theories", "all")]
)
def test_work_goes_where_it_is_sent_or_the_command_says_why_not(
    standoff: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """What simulates nothing that can be sent refuses to be; jobs without a folder cannot wait."""
    refused = standoff(*words, "--on", "queue", code=1).stderr
    assert "--on" in refused and ("leave it out" in refused or "give --folder" in refused)


@pytest.mark.parametrize(
    ("words", "code", "parts"),
    [
        (("run", "{case}", "--set", "mood.mean=1", "--since", "2031-13"), 2, ("--since", "2031-13", "as_of")),
        (("explain", "choice", "{case}", "NOR"), 2, ("--at", "2030-06", "2031-12")),
        (("compare", "{case}"), 1, ("VARIANT", "calm")),
        (("run", "{empty}"), 1, ("scenario.yaml", "empty")),
    ],
)
def test_a_message_names_the_option_and_what_is_allowed(
    standoff: Command, case: Path, words: tuple[str, ...], code: int, parts: tuple[str, ...]
) -> None:
    empty = case.parent / "empty"
    empty.mkdir()
    result = standoff(*(word.format(case=case, empty=empty) for word in words), code=code)
    said = f"{result.stderr} {result.exception}"
    assert all(part in said for part in parts), said
