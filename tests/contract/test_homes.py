"""One home for each job: constants and library calls that stand in one module of the package and nowhere else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.contract.syntax import tree

import standoff

HOME = Path(standoff.__file__).parent
NORMAL_QUANTILES = (1.6448536269514722, 1.645, 1.64, 1.959963984540054, 1.96)


def written_quantiles(source: str) -> list[int]:
    """Lines of a source text on which a quantile of the normal distribution is typed out."""
    return [
        node.lineno
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value in NORMAL_QUANTILES
    ]


def test_normal_quantiles_are_imported_from_statistics() -> None:
    assert written_quantiles("a = 2\nz = -1.96 * a") == [2]
    lines = {str(file.relative_to(HOME)): written_quantiles(file.read_text()) for file in HOME.rglob("*.py")}
    assert not {file: numbers for file, numbers in lines.items() if numbers}


def test_only_dates_asks_the_calendar_for_the_length_of_a_month() -> None:
    assert [str(file.relative_to(HOME)) for file in HOME.rglob("*.py") if "monthrange" in file.read_text()] == [
        "dates.py"
    ]


def test_array_types_are_imported() -> None:
    defined = re.compile(r"^(Array|Floats)(: TypeAlias)? = ", re.MULTILINE)
    assert [str(file.relative_to(HOME)) for file in HOME.rglob("*.py") if defined.search(file.read_text())] == [
        "types.py"
    ]


LIKE_LINES = 16  #: assumption; the formatter gives each argument of a long signature a line


def repeated_runs(sources: dict[str, str], length: int = LIKE_LINES) -> set[tuple[str, str]]:
    """Pairs of places, `file:line`, from which so many lines of code are the same; imports and blank lines are skipped."""
    first: dict[tuple[str, ...], str] = {}
    out = set()
    for name, source in sources.items():
        imports = {
            n
            for node in ast.walk(tree(source))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for n in range(node.lineno, (node.end_lineno or 0) + 1)
        }
        lines = [(n, " ".join(line.split())) for n, line in enumerate(source.splitlines(), start=1)]
        code = [(n, line) for n, line in lines if line and n not in imports]
        for k in range(len(code) - length + 1):
            run, place = tuple(line for _, line in code[k : k + length]), f"{name}:{code[k][0]}"
            if (other := first.setdefault(run, place)) != place:
                out.add((other, place))
    return out


def test_no_run_of_like_lines_stands_twice() -> None:
    block = "\n".join(f"x{n} = {n}" for n in range(LIKE_LINES))
    assert repeated_runs({"a": f"import os\n{block}", "b": f"y = 1\n\n{block}"}) == {("a:2", "b:3")}
    assert (
        repeated_runs({str(file.relative_to(HOME)): file.read_text() for file in sorted(HOME.rglob("*.py"))}) == set()
    )
