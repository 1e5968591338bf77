"""Documents that must agree with the code."""

from __future__ import annotations

import functools
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

import standoff
from standoff import analysis, evaluation, inference, registry
from standoff.addons import games, history, reading
from standoff.cli import app
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import Scenario, load_text
from standoff.scenario.load import load_document

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
HOME = ROOT / "docs" / "reference"


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def pages() -> dict[str, str]:
    """Reference pages as the generator makes them now."""
    made: dict[str, str] = generator().pages()
    return made


def test_reference_pages_are_fresh() -> None:
    stale = [name for name, text in pages().items() if (HOME / name).read_text() != text]
    assert pages() and stale == [], "run `make docs`"


def test_the_track_record_of_the_readme_is_fresh() -> None:
    assert generator().readme() == README, "stale: run `make docs`"


def test_every_case_states_its_stored_answer() -> None:
    made = generator().case_readmes()
    assert len(made) >= 16
    for path, text in made.items():
        assert "Stored answer: " in text and path.read_text(encoding="utf-8") == text, (
            f"{path} is stale: run `make docs`"
        )


def test_the_citation_file_is_fresh() -> None:
    assert generator().citation() == (ROOT / "CITATION.cff").read_text(), "stale: run `make docs`"


def test_type_stubs_are_fresh() -> None:
    made = generator().stubs()
    assert [path for path, text in made.items() if path.read_text() != text] == [], "stale: run `make docs`"
    assert set(made) == set((ROOT / "src").rglob("*.pyi")) and len(made) == 7


def test_no_reference_page_is_left_over() -> None:
    assert {file.relative_to(HOME).as_posix() for file in HOME.rglob("*.md")} == set(pages())
    names = set(registry.names("standoff.mechanisms"))
    assert {name.partition("/")[2] for name in pages() if "/" in name} == {f"{name}.md" for name in names}
    assert set(re.findall(r"\]\(mechanisms/(\w+)\.md\)", pages()["mechanisms.md"])) == names and len(names) > 20


def test_every_command_and_option_is_documented() -> None:
    root: Any = typer.main.get_command(app)
    page = pages()["cli.md"]
    assert set(re.findall(r"(?m)^## standoff ([\w-]+)$", page)) == set(root.commands)
    inner = {
        f"{name} {part}": it
        for name, group in root.commands.items()
        for part, it in getattr(group, "commands", {}).items()
    }
    assert set(re.findall(r"(?m)^### standoff ([\w-]+ [\w-]+)$", page)) == set(inner)
    for command in (*root.commands.values(), *inner.values()):
        for item in command.params:
            assert item.help or "--help" in item.opts
            assert "[" not in (item.help or ""), "rich reads square brackets as markup"
            assert all(f"`{word}`" in page for word in item.opts if word.startswith("--") and word != "--help")


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"(?m)^## (\S+)", text).group(1) == standoff.__version__  # type: ignore[union-attr]
    assert f'version = "{standoff.__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_the_page_of_commands_shows_every_command_and_no_other() -> None:
    names = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), re.DOTALL)
    assert {line.split()[1] for block in blocks for line in block.splitlines()} == names
    assert set(re.findall(r"standoff ([a-z][a-z-]*)", "".join(blocks))) == names
    assert set(re.findall(r"`standoff ([a-z][a-z-]*)", README)) <= names


def test_every_command_named_in_documents_and_messages_exists() -> None:
    names = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    files = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "SECURITY.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "src").rglob("*.md"),
    ]
    for file in files:
        used = re.findall(r"(?:`|^)standoff ([a-z][a-z-]+)\b", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(used) <= names, f"{file.name}: {set(used) - names}"


def test_the_api_page_lists_every_public_name_with_a_line() -> None:
    rows = dict(re.findall(r"(?m)^\| `([\w.]+)[^|]*\| ([^|]+) \|", pages()["api.md"]))
    packages = (analysis, inference, evaluation, games, history, reading)
    findings = {f"{package.__name__.partition('.')[2]}.{name}" for package in packages for name in package.__all__}
    assert set(rows) == set(standoff.__all__) | findings
    assert all(len(line) > 20 for line in rows.values())


def test_the_readme_shows_real_output() -> None:
    block = README.partition("<!-- output: standoff run china-russia -->")[2].partition("<!-- end of output -->")[0]
    for word in ("Other answers", "without:", "best rival", "--full", "standoff brief china-russia"):
        assert word in block


def test_links_of_hand_written_pages_lead_somewhere() -> None:
    for file in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text()):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/python.md", "docs/play.md"])
def test_examples_in_python_run_from_top_to_bottom(page: str, tmp_path: Path) -> None:
    code = "".join(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=900)
    assert done.returncode == 0, done.stderr
    assert "%" in done.stdout or re.search(r"\d", done.stdout)


def test_the_page_on_the_language_is_one_scenario_that_holds_together() -> None:
    text = (ROOT / "docs" / "language.md").read_text()
    blocks = {kind: "".join(re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)) for kind in ("yaml", "json")}
    loaded, ledger = load_text(blocks["yaml"]), Ledger.parse(blocks["json"])
    for name in ("", *loaded.scenario.variants):
        assert plan(load_document(loaded.document, None, name), ledger).questions
    forms = {question.kind for question in loaded.scenario.questions.values()}
    assert forms == {"event", "quantity", "until", "first_of", "rank", "reason"}
    told = set(re.findall(r"(?m)^(\w+):", blocks["yaml"])) | {"text", "beliefs"}
    assert told == set(Scenario.model_fields), "a section of the language is not on the page"


def test_extras_are_those_of_the_project_wherever_they_are_named() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    table = page.partition("## Extras\n")[2].partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| `(\w+)` \|.*", table)
    assert rows == sorted(extras) and table.count("\n| `") == len(extras)
    called = re.compile(r'(?:install_command\(|require_packages\("[^"]+", )"(\w+)"|need\(\s*"\w+",\s*"(\w+)"')
    for file in (ROOT / "src").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "standoff[" not in re.sub(r"standoff\[\\", "", text), f"{file.name}: no index has the package"
        assert {one or other for one, other in called.findall(text)} <= set(extras), file.name
    for file in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        assert "standoff[" not in file.read_text(encoding="utf-8"), file.name
