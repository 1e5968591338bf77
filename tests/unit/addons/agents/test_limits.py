"""What an agent may read and write."""

from pathlib import Path

import pytest

from standoff.addons.agents.limits import Limits
from standoff.errors import ScenarioError


def test_cases_of_the_catalogue_and_of_served_folders_are_read(tmp_path: Path) -> None:
    mine = tmp_path / "cases" / "mine"
    mine.mkdir(parents=True)
    (mine / "scenario.yaml").write_text("title: x\n", encoding="utf-8")
    limits = Limits(folders=(tmp_path / "cases",))
    assert limits.case("closed-form") == "closed-form"
    assert limits.case("mine") == mine and limits.case("mine/scenario.yaml") == mine / "scenario.yaml"


@pytest.mark.parametrize("name", ["../outside", "/etc", "link", "--help", "closed-from", ""])
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    served, outside = tmp_path / "cases", tmp_path / "outside"
    for folder in (served, outside):
        folder.mkdir()
    (outside / "scenario.yaml").write_text("title: x\n", encoding="utf-8")
    (served / "link").symlink_to(outside)
    with pytest.raises(ScenarioError) as error:
        Limits(folders=(served,)).case(name)
    (problem,) = error.value.problems
    assert "closed-form" in problem.allowed and str(served) in problem.allowed and problem.fix
