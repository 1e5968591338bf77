"""The notebooks of the documentation are what they print: executed anew, cells and numbers are those stored."""

from __future__ import annotations

import math
import re
from itertools import zip_longest

import pytest
from docs.notebooks import execute
from docs.site import notebooks
from docs.site.placement import placed, rewritten

NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")
SHARE = 0.02  #: futures in which another processor or compiler may decide otherwise, assumption; draws are the same
QUICK = "teacher"


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Numbers and words of two texts that differ by more than rounding: a unit of the last digit, or `SHARE`."""
    one, two = ([*zip_longest(NUMBER.split(text), NUMBER.findall(text), fillvalue="")] for text in (before, after))
    out = []
    for (words, number), (others, other) in zip_longest(one, two, fillvalue=("", "")):
        if " ".join(words.split()) != " ".join(others.split()) or bool(number) != bool(other):
            out.append((words + number, others + other))
        elif number:
            a, b = (float(text.replace(",", "")) for text in (number, other))
            last = 10.0 ** -len(number.partition("e")[0].partition(".")[2])
            if not math.isclose(a, b, rel_tol=SHARE, abs_tol=1.001 * last):
                out.append((number, other))
    return out


def test_a_difference_of_words_or_numbers_is_seen() -> None:
    assert not differences("a 0.25 of 1,000", "a  0.26 of 1,000")
    assert differences("a 0.25", "a 0.27") == [("0.25", "0.27")] and differences("a 25", "b 25") == [("a 25", "b 25")]
    assert differences("a 1 2", "a 1") and differences("a", "a 1")


@pytest.mark.parametrize("name", execute.files())
def test_stored_notebooks_ran_to_their_end_and_are_small(name: str) -> None:
    file = execute.files()[name]
    notebook = execute.read(file)
    assert file.stat().st_size <= execute.LARGEST and notebook.cells[0].source.startswith("# ")
    cells = execute.code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)) and any(execute.printed(notebook))
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]


@pytest.mark.parametrize("name", execute.files())
def test_a_notebook_is_a_page_with_its_outputs(name: str) -> None:
    file = execute.files()[name]
    source = f"docs/notebooks/{file.name}"
    text = rewritten(notebooks.page(file), source, placed()[source], placed())
    for cell in execute.code_cells(execute.read(file)):
        assert cell.source in text
        assert all(output.get("text", "").rstrip() in text for output in cell.outputs)


def test_fences_of_a_page_are_longer_than_those_of_its_text() -> None:
    assert notebooks._fenced("text", "a\n```\nb") == "````text\na\n```\nb\n````"


@pytest.mark.parametrize(
    "name", [name if name == QUICK else pytest.param(name, marks=pytest.mark.slow) for name in execute.files()]
)
def test_notebooks_print_what_is_stored(name: str) -> None:
    stored = execute.read(execute.files()[name])
    for before, after in zip(execute.printed(stored), execute.printed(execute.executed(stored)), strict=True):
        assert not differences(before, after)
