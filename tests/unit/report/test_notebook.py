"""Records as HTML for a notebook, and how a notebook learns of them."""

from __future__ import annotations

import importlib
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import standoff
from standoff import notebook
from standoff.analysis.answer import answer
from standoff.analysis.explain import stock_drivers
from standoff.analysis.sanity import Sanity, SanityFinding
from standoff.report import answer_text

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run


@pytest.mark.parametrize(
    "what", ["scenario", "ledger", "run", "answers", "explanation", "drivers", "verdict", "sanity"]
)
def test_records_show_themselves_without_anything_around_them(run: Run, found: Verdict, what: str) -> None:
    record = {
        "scenario": run.model.scenario,
        "ledger": run.model.ledger,
        "run": run,
        "answers": answer(run),
        "explanation": found.choices[0],
        "drivers": stock_drivers(run, "fear"),
        "verdict": found,
        "sanity": Sanity(
            origin=found.origin,
            findings=(
                SanityFinding(
                    check="reversals",
                    subject="choices.AAA",
                    label="<i>Aland",
                    number=0.2,
                    text="<b>at odds",
                    fix="look",
                ),
            ),
        ),
    }[what]
    text = notebook.html(record)
    assert text.startswith('<div class="standoff"><style>')
    assert text.endswith("</div>")
    assert "<script>" not in text
    assert "<b>at odds" not in text
    assert ":root" not in text
    assert 'href="#' not in text  # what a link inside a page leads to is not there
    assert text.count("<table") == text.count("</table>")
    assert "<table" in text or what == "sanity"
    assert ('<svg role="img"' in text) == (what in {"run", "explanation"})


def test_answers_are_those_of_the_page(run: Run, found: Verdict) -> None:
    text = notebook.html(run)
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


def test_a_notebook_is_told_of_every_record_and_of_classes_that_are_there() -> None:
    told: dict[tuple[str, str], Any] = {}
    formatter = SimpleNamespace(for_type_by_name=lambda module, name, function: told.update({(module, name): function}))
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter}))
    standoff.load_ipython_extension(shell)
    for module, name in told:
        assert isinstance(getattr(importlib.import_module(module), name), type)
    scenario, ledger = standoff.load("closed-form")
    assert told["standoff.scenario.load", "LoadedScenario"](scenario) == notebook.html(scenario)
    assert told["standoff.ledger.ledger", "Ledger"](ledger) == notebook.html(ledger)


def test_the_first_use_of_a_name_tells_a_notebook_that_is_there() -> None:
    code = (
        "import sys, types\n"
        "seen = []\n"
        "html = types.SimpleNamespace(for_type_by_name=lambda *row: seen.append(row))\n"
        "shell = types.SimpleNamespace(display_formatter=types.SimpleNamespace(formatters={'text/html': html}))\n"
        "sys.modules['IPython'] = types.SimpleNamespace(get_ipython=lambda: shell)\n"
        "import standoff\n"
        "assert not seen\n"
        "standoff.Ledger\n"
        "assert seen\n"
        "print(sorted({'altair', 'jax', 'jinja2', 'standoff.report'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_case_shows_its_scenario_and_counts_its_claims() -> None:
    case = standoff.load("korea-1950")
    text = notebook.html(case)
    assert case.title in text and f"{len(case.ledger)} claims" in text and "china-enters" in text
