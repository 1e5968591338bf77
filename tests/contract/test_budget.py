"""The budget of the code's size: no figure is above `budget.json`, and the counter counts what one counts by hand."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest
from tests.contract import house

TOOLS = (folder / "shared" / "tools" / "house.py" for folder in Path(__file__).parents)
TOOL = next((file for file in TOOLS if file.exists()), None)
REMEDY = (
    "Shorten the code until the figure is within its budget. Where growth was agreed on, `python -m tests.contract.house "
    "--write` makes today's figures the budget; commit tests/contract/budget.json with the change, and say why it grew."
)
#: source text -> tokens
TOKENS = {
    "x = 1  # a comment": 3,
    '"""Doc."""\n\nx = 1': 3,
    'x = 1\n"no docstring"': 4,
    'b"no docstring"': 1,
    '"a docstring" "and more of it"': 1,
    '("in parentheses, which count as its text does",)': 4,
    'class A:\n    "Doc."\n    x = 1': 6,
    'async def f():\n    """Doc.\n\n    More."""\n    return (1,\n            2)': 12,
}
#: body of a function -> its complexity
COMPLEXITY = {
    "return x": 1,
    "with x: y": 1,
    "if x: y": 2,
    "if x: y\nelif z: y\nelse: z": 3,
    "while x: y": 2,
    "for a in x: y": 2,
    "async for a in x: y": 2,
    "assert x": 2,
    "return x and y and z": 3,
    "return x and y or z": 3,
    "return [a for a in x if a if y]": 4,
    "return {a for a in x for b in a}": 3,
    "try: x\nexcept A: y\nexcept B: z\nfinally: z": 3,
    "match x:\n    case 1: y\n    case _: z": 3,
    "return lambda: x if y else z": 2,
    "def g():\n    if x: y": 1,
    "class A:\n    if x: y": 1,
}
#: file -> its text, and the figures that it adds
PLANTED = {
    "src/standoff/a.py": ("x = 1\n", {"code_tokens": 3, "without_reading_tokens": 3, "lines": 1}),
    "src/standoff/addons/reading/deep/a.py": ("x = 1\n", {"code_tokens": 3, "lines": 1}),
    "src/standoff/plan/deep/a.py": (
        "x = 1\n",
        {"code_tokens": 3, "without_reading_tokens": 3, "kernel_tokens": 3, "lines": 1},
    ),
    "src/standoff/addons/reading/imports.py": (
        "import a\nclass A:\n    def f():\n        import b, c; import d\n        def g():\n            from e import f\n",
        {"code_tokens": 26, "lines": 6, "imports_in_functions": 2},
    ),
    "src/standoff/addons/reading/skips.py": (
        "x  =  1  # fmt: skip\n" * 2,
        {"code_tokens": 6, "lines": 2, "formatter_skips": 2},
    ),
    "src/standoff/addons/reading/twenty.py": ("def f():\n" + "    assert x\n" * 19, {"code_tokens": 43, "lines": 20}),
    "src/standoff/addons/reading/twenty_one.py": (
        "def f():\n" + "    assert x\n" * 20,
        {"code_tokens": 45, "lines": 21, "complexity_over_20": 1},
    ),
    "src/standoff/web/page/a.js": ("x = 'é';", {"other_bytes": 9}),
    "src/standoff/web/page/a.html.j2": ("<p>", {"other_bytes": 3}),
    "src/standoff/web/a.yaml": ("a: 1\n", {"other_bytes": 5}),
    "src/standoff/web/a.csv": ("a,b\n", {}),
    "src/standoff/web/page/a.module.js": ("x = 1;", {}),
    "src/standoff/web/page/preact.js": ("x = 1;", {}),
    "src/standoff/web/vendor/a.css": ("p {}", {}),
    "src/standoff/catalog/a/scenario.yaml": ("a: 1\n", {}),
    "benchmarks/deep/a.py": ("x = 1  # a comment\n", {"benchmark_tokens": 6}),  # the end of a line and of a file count
    "tests/a.py": ("x = 1\n", {}),
}


def plant(root: Path, name: str) -> None:
    """Write a file of `PLANTED` under `root`."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(PLANTED[name][0], encoding="utf-8")


def risen(counted: dict[str, int], budget: dict[str, int]) -> list[str]:
    """A sentence on each figure above its budget."""
    return [
        f"{name} is {counted[name]}, {counted[name] - most} above its budget of {most}."
        for name, most in budget.items()
        if counted[name] > most
    ]


def test_no_figure_is_above_its_budget() -> None:
    counted, budget = house.figures(), json.loads(house.BUDGET.read_text(encoding="utf-8"))
    assert budget.keys() == counted.keys() - house.SHOWN, "each figure but the lines has a budget"
    over = risen(counted, budget)
    assert not over, "\n".join([*over, REMEDY])


@pytest.mark.parametrize(("source", "number"), TOKENS.items())
def test_tokens_are_those_of_the_code(source: str, number: int) -> None:
    assert house.code_tokens(source, [*ast.walk(ast.parse(source))]) == number


@pytest.mark.parametrize(("body", "number"), COMPLEXITY.items())
def test_complexity_counts_the_branches_of_the_function_alone(body: str, number: int) -> None:
    (function,) = ast.parse("async def f():\n" + indent(body, "    ")).body
    assert house.complexity(function) == number


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_file_raises_its_figures_alone(name: str, tmp_path: Path) -> None:
    empty = house.figures(tmp_path)
    assert set(empty.values()) == {0}
    plant(tmp_path, name)
    counted, added = house.figures(tmp_path), PLANTED[name][1]
    assert counted == {**empty, **added}
    told = risen(counted, dict.fromkeys(empty.keys() - house.SHOWN, 0))
    assert {text.split()[0]: int(text.split()[3]) for text in told} == {
        figure: number for figure, number in added.items() if figure not in house.SHOWN
    }


def test_what_is_written_is_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = {"code_tokens": 3, "lines": 1}
    monkeypatch.setattr(house, "BUDGET", tmp_path / "budget.json")
    monkeypatch.setattr(house, "figures", lambda: counted)
    house.main([])
    assert not house.BUDGET.exists()
    monkeypatch.setattr(sys, "version_info", (3, 12))
    house.main(["--write"])
    budget = json.loads(house.BUDGET.read_text(encoding="utf-8"))
    assert budget == {"code_tokens": 3}
    assert risen(counted, budget) == []
    monkeypatch.setattr(sys, "version_info", (3, 11))
    with pytest.raises(SystemExit):
        house.main(["--write"])


@pytest.mark.skipif(TOOL is None, reason="no other counter beside the checkout: ../shared/tools/house.py")
@pytest.mark.parametrize("tree", ["planted", "project"])
def test_another_counter_gives_the_same_figures(tree: str, tmp_path: Path) -> None:
    root = house.ROOT if tree == "project" else tmp_path
    if tree == "planted":
        sources = [*TOKENS, *("async def f():\n" + indent(body, "    ") for body in COMPLEXITY)]
        for name in PLANTED:
            plant(root, name)
        for k, source in enumerate(sources):
            (root / "src" / "standoff" / f"source_{k}.py").write_text(f"{source}\n", encoding="utf-8")
    command = [sys.executable, str(TOOL), "--figures"]
    other = json.loads(subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout)
    counted = house.figures(root)
    assert counted == {name: other[name] for name in counted}
