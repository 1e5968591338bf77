"""Names have one meaning each (docs/glossary.md): no class name twice, no word that the glossary replaces."""

from __future__ import annotations

import ast
import functools
from collections import Counter
from pathlib import Path

from tests.contract import syntax

import standoff

HOME = Path(standoff.__file__).parent
GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
#: past participles and other words that say how a thing came to be, not what it is
PARTICIPLES = {"found", "told", "said", "asked", "kept", "mine", "drawn", "looked"}
LONGEST = 90  #: characters of the first line of a docstring


@functools.cache
def trees() -> dict[Path, ast.Module]:
    """Syntax trees of all files, which are read when a test first needs them."""
    return {
        file.relative_to(HOME): syntax.tree(file.read_text(encoding="utf-8")) for file in sorted(HOME.rglob("*.py"))
    }


def replaced() -> set[str]:
    """Words of the last column of the glossary."""
    rows = [
        line.strip("|\n ").split(" | ")
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    return {word.strip() for row in rows[1:] if len(row) == 4 for word in row[3].split(",") if word.strip(" -|")}


def names(tree: ast.AST) -> set[str]:
    """Classes, functions, parameters and fields of a source text; fields of `Params` are words of the scenario language."""
    out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name != "Params":
            out |= {
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            }
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            out.add(node.name)
        if isinstance(node, ast.FunctionDef):
            out |= {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    return out


def first_lines(tree: ast.AST) -> list[str]:
    """First lines of the docstrings of a source text."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, documented)]
    return [text.splitlines()[0] for text in texts if text]


def test_the_first_line_of_a_docstring_is_short() -> None:
    lines = {str(file): first_lines(tree) for file, tree in trees().items()}
    assert sum(map(len, lines.values())) > 1000
    long = {file: over for file, texts in lines.items() if (over := [text for text in texts if len(text) > LONGEST])}
    assert long == {}


def test_no_class_name_means_two_things() -> None:
    classes = Counter(
        node.name for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1 and name != "Params"] == []


def test_no_name_is_a_word_that_the_glossary_replaces() -> None:
    banned = replaced() | PARTICIPLES
    assert len(replaced()) > 10
    wrong = {str(file): sorted(bad) for file, tree in trees().items() if (bad := names(tree) & banned)}
    assert wrong == {}


def test_the_glossary_is_in_order_and_says_each_term_once() -> None:
    terms = [
        line.split("|")[1].strip().lower()
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| term")
    ]
    assert terms == sorted(set(terms))
