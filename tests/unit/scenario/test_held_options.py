"""Options held by `--hold` and `load(held=...)`."""

from pathlib import Path

import pytest

from standoff import load
from standoff.cli._options import parse_holds
from standoff.errors import ScenarioError
from tests.unit.scenario.test_option_checks import text


def test_what_is_held_is_merged_into_the_choice(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(text("    held: {2024-07: arms}\n").replace("\n  AAA:", "\n  choice:"))
    held = parse_holds(["AAA=trade@2024-09", "choice = none @ 2024-11", "AAA=trade@2024-09"])
    assert held == {"AAA": {"2024-09": "trade"}, "choice": {"2024-11": "none"}}
    loaded, _ = load(file, held={"AAA": {"2024-09": "trade"}})
    assert loaded.scenario.choices["choice"].held == {"2024-07": "arms", "2024-09": "trade"}
    with pytest.raises(ScenarioError, match="there is no choice `BBB`"):
        load(file, held={"BBB": {"2024-09": "trade"}})
    with pytest.raises(ScenarioError) as caught:
        load(file, held={"choice": {"2024-03": "trade"}})
    assert [(item.where, item.path) for item in caught.value.problems] == [("--hold", "choices.choice.held.2024-03")]


@pytest.mark.parametrize("wrong", [["CHN"], ["CHN=arms"], ["=arms@2024-06"], ["CHN=@2024-06"]])
def test_a_text_without_choice_option_and_month_is_refused(wrong: list[str]) -> None:
    with pytest.raises(ScenarioError, match="CHOICE=OPTION@MONTH"):
        parse_holds(wrong)


def test_an_actor_has_one_option_a_month() -> None:
    with pytest.raises(ScenarioError, match="two options from 2024-06 on"):
        parse_holds(["CHN=arms@2024-06", "CHN=none@2024-06"])


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("{2024-07: free}", ["nothing is held before 2024-07"]),
        ("{2024-07: arms, 2024-09: fre}", ["unknown option `fre`"]),
    ],
)
def test_free_ends_what_is_held_before(tmp_path: Path, held: str, words: list[str]) -> None:
    (tmp_path / "case.yaml").write_text(text(f"    held: {held}\n"))
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "case.yaml")
    assert [word in item.what for item, word in zip(caught.value.problems, words, strict=True)] == [True]


def test_an_option_called_free_cannot_be_held(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(text("    held: {2024-07: free}\n").replace("arms", "free"))
    with pytest.raises(ScenarioError, match="decides again"):
        load(tmp_path / "case.yaml")
