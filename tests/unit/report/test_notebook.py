from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from standoff.analysis import answer, stock_drivers
from standoff.report import answer_text, notebook

if TYPE_CHECKING:
    from standoff.analysis import Verdict
    from standoff.engine.run import Run


@pytest.mark.parametrize("what", ["scenario", "ledger", "run", "answers", "explanation", "drivers", "verdict"])
def test_records_show_themselves_without_anything_around_them(run: Run, found: Verdict, what: str) -> None:
    record = {
        "scenario": run.model.scenario, "ledger": run.model.ledger, "run": run, "answers": answer(run),
        "explanation": found.choices[0], "drivers": stock_drivers(run, "fear"), "verdict": found,
    }[what]  # fmt: skip
    text = record._repr_html_()  # type: ignore[attr-defined]
    assert text.startswith('<div class="standoff"><style>')
    assert text.endswith("</div>")
    assert "<script>" not in text
    assert "<b>at odds" not in text
    assert ":root" not in text
    assert text.count("<table") == text.count("</table>") > 0
    assert ('<svg role="img"' in text) == (what in {"run", "explanation"})


def test_answers_are_those_of_the_page(run: Run, found: Verdict) -> None:
    text = run._repr_html_()
    for item in found.answers:
        assert (
            answer_text.answer(item, found.origin.as_of)
            .main.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            in text
        )


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="a notebook shows no int"):
        notebook.html(3)


def test_showing_is_imported_only_when_something_is_shown() -> None:
    code = (
        "import sys, standoff.ledger, standoff.scenario\n"
        "print(sorted({'altair', 'jax', 'jinja2', 'standoff.report'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
