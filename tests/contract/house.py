"""Figures of the code's size, which `budget.json` bounds: `python -m tests.contract.house` prints them, `--write` stores them.

An f-string is one token for Python 3.11 and several from 3.12 on: the budget is written by 3.12 or later, and 3.11 stays
below it.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUDGET = Path(__file__).with_name("budget.json")
SHOWN = {"lines"}  #: printed, not bounded
KERNEL = ("engine", "plan", "scenario", "ledger", "expression", "theories", "questions")
COMPLEX = 20  #: complexity above which a function counts
ASSETS = (".js", ".css", ".html", ".j2", ".yaml", ".yml", ".json", ".toml")
#: parts of folder names, and of file names, that are content or other people's code
CONTENT, LIBRARIES = ("catalog", "priors", "case_templates", "starter", "vendor"), (".module.", "preact")
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def tokens(source: str) -> Iterable[tokenize.TokenInfo]:
    """Every token of a source text, those of its layout and its comments among them."""
    return tokenize.generate_tokens(io.StringIO(source).readline)


def code_tokens(source: str, nodes: Sequence[ast.AST]) -> int:
    """Number of tokens without layout, comments and docstrings; `nodes` are all of the text's syntax tree."""
    documented = (node for node in nodes if isinstance(node, ast.Module | ast.ClassDef | FUNCTION))
    docstrings = {
        (node.body[0].lineno, node.body[0].col_offset)
        for node in documented
        if ast.get_docstring(node, clean=False) is not None
    }
    return sum(
        token.type not in LAYOUT and (token.type != tokenize.STRING or token.start not in docstrings)
        for token in tokens(source)
    )


def own_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Nodes of a function's body, without functions and classes defined in it; a lambda belongs to the function."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        if not isinstance(node := waiting.pop(), FUNCTION | ast.ClassDef):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def branches(node: ast.AST) -> int:
    """Ways that one node adds to those through its function."""
    match node:
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.If() | ast.IfExp() | ast.For() | ast.AsyncFor() | ast.While() | ast.Assert():
            return 1
        case ast.ExceptHandler() | ast.match_case():
            return 1
    return 0


def complexity(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """McCabe's cyclomatic complexity ("A complexity measure", 1976), with the operands of `and` and `or` counted."""
    return 1 + sum(map(branches, own_nodes(function)))


def figures(root: Path = ROOT) -> dict[str, int]:
    """Figures of the checkout at `root`: name -> number of tokens, bytes, lines or places."""
    home = root / "src" / "standoff"
    rooms: Counter[str] = Counter()
    imports = skips = complicated = lines = 0
    for file in home.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        nodes = [*ast.walk(ast.parse(source))]
        functions = [node for node in nodes if isinstance(node, FUNCTION)]
        inner = (node for function in functions for node in ast.walk(function))
        imports += len({node.lineno for node in inner if isinstance(node, ast.Import | ast.ImportFrom)})
        complicated += sum(complexity(function) > COMPLEX for function in functions)
        parts = file.relative_to(home).parts
        rooms[parts[1] if parts[0] == "addons" else parts[0]] += code_tokens(source, nodes)
        skips += source.count("# fmt: skip")
        lines += source.count("\n")
    assets = (
        file
        for file in home.rglob("*")
        if file.name.endswith(ASSETS)
        and not any(part in str(file.parent.relative_to(root)) for part in CONTENT)
        and not any(part in file.name for part in LIBRARIES)
    )
    benchmarks = (file.read_text(encoding="utf-8") for file in (root / "benchmarks").rglob("*.py"))
    return {
        "code_tokens": rooms.total(),
        "without_reading_tokens": rooms.total() - rooms["reading"],
        "kernel_tokens": sum(rooms[room] for room in KERNEL),
        "other_bytes": sum(file.stat().st_size for file in assets),
        "benchmark_tokens": sum(len([*tokens(source)]) for source in benchmarks),
        "imports_in_functions": imports,
        "formatter_skips": skips,
        "complexity_over_20": complicated,
        "lines": lines,
    }


def main(arguments: Sequence[str]) -> None:
    """Print the figures, and make them the budget where asked to."""
    parser = argparse.ArgumentParser(description="Figures of the code's size.")
    parser.add_argument("--write", action="store_true", help="store the figures as the budget")
    write = parser.parse_args(arguments).write
    counted = figures()
    print(json.dumps(counted, indent=1))
    if write:
        if sys.version_info < (3, 12):
            raise SystemExit("Python 3.11 counts an f-string as one token: write the budget with Python 3.12 or later.")
        bounded = {name: number for name, number in counted.items() if name not in SHOWN}
        BUDGET.write_text(json.dumps(bounded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
