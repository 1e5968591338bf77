"""What must stay quick imports nothing heavy; the public surface is what it says."""

from __future__ import annotations

import copy
import importlib
import inspect
import re
import subprocess
import sys

import pytest

import standoff

RECORDS = {"Belief", "Case", "Claim", "Finding", "Ledger", "Model", "Run", "Scenario", "Source", "StandoffError"}
FUNCTIONS = {
    "advise",
    "anchor_effects",
    "answer",
    "attribute_reasons",
    "audit",
    "bands",
    "brief",
    "build",
    "check_consistency",
    "check_equilibria",
    "cite",
    "code",
    "claims",
    "compare",
    "compare_theories",
    "data_get",
    "data_list",
    "data_status",
    "debrief",
    "diff",
    "draft",
    "estimate",
    "exhaustion",
    "explain",
    "fill_template",
    "fit",
    "fit_explain",
    "flip",
    "game",
    "hindcast",
    "crises",
    "crises_build",
    "crises_score",
    "crises_show",
    "history_ask",
    "history_build",
    "history_fit",
    "history_show",
    "history_wars_ask",
    "history_wars_build",
    "history_wars_show",
    "influential_sources",
    "jobs",
    "list_entries",
    "list_priors",
    "load",
    "new",
    "mcp",
    "open_case",
    "overview",
    "pool",
    "read",
    "play",
    "reconcile",
    "reconcile_categories",
    "report",
    "review",
    "roll",
    "run",
    "sanity",
    "schema",
    "score",
    "score_record",
    "sensitivity",
    "session",
    "share",
    "show",
    "simulate",
    "solve",
    "stock_drivers",
    "theory_evidence",
    "uncertainty",
    "validate",
    "verdict",
    "voi",
    "work",
}
LIGHT = {
    "import standoff": {"jax", "pydantic", "numpy", "yaml"},
    "import typer; from standoff.cli import app; dict(typer.main.get_command(app).commands)": {
        "jax",
        "pydantic",
        "numpy",
        "polars",
        "yaml",
    },
    "import standoff.ledger, standoff.scenario, standoff.catalog": {"jax", "polars", "xarray"},
    "import standoff.addons.reading, standoff.addons.reading.audit, standoff.addons.reading.source_text, "
    "standoff.addons.reading.cli.audit": {
        "jax",
        "polars",
        "trafilatura",
        "pypdf",
        "numpyro",
    },
    "from standoff.addons.data import datasets; datasets.cards()": {"jax", "polars", "fastexcel", "wbgapi", "requests"},
    "import standoff.distributed.executors, standoff.distributed.status, standoff.cli.work, standoff.cli.jobs": {
        "jax",
        "dask",
        "distributed",
    },
    "import standoff.distributed.worker, standoff.analysis.verdict": {"dask", "distributed"},
    "import standoff.plan, standoff.json_schema": {"jax", "polars", "xarray"},
    "from standoff import registry; registry.modules('standoff.mechanisms'); registry.modules('standoff.considerations')": {
        "jax"
    },
}
COMMANDS = (
    "--help",
    "--version",
    "validate korea-1950",
    "list",
    "list mechanisms",
    "list priors",
    "list templates",
    "list units",
    "show korea-1950",
    "show attrition",
    "show killed_share",
    "schema",
    "claims korea-1950 --conflicts",
    "read LICENSE",
    "data list",
    "data status",
    "cite",
)


def heavy(code: str, modules: set[str]) -> set[str]:
    """Which of `modules` a fresh interpreter has imported after `code`."""
    script = f"import sys\n{code}\nprint(sorted(set({sorted(modules)}) & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    return set(eval(done.stderr.strip().splitlines()[-1]))


@pytest.mark.parametrize("code", LIGHT)
def test_what_must_be_quick_imports_nothing_heavy(code: str) -> None:
    assert heavy(code, LIGHT[code]) == set()


def test_commands_that_only_read_do_not_import_jax() -> None:
    lines = (
        "from standoff.cli import app",
        f"for command in {COMMANDS}:",
        "    try:",
        "        app(command.split())",
        "    except SystemExit as end:",
        "        assert not end.code, command",
        "    assert 'jax' not in sys.modules, command",
    )
    assert heavy("\n".join(lines), {"jax"}) == set()


def test_a_heavy_import_would_be_seen() -> None:
    assert heavy("import numpy", {"numpy", "jax"}) == {"numpy"}


def test_public_names_are_pinned() -> None:
    assert set(dir(standoff)) == {*RECORDS, *FUNCTIONS, "__version__"}
    for name in RECORDS:
        assert isinstance(getattr(standoff, name), type)
    for name in FUNCTIONS:
        assert callable(getattr(standoff, name))
    with pytest.raises(AttributeError, match=r"has no `simulat`; it has .*simulate"):
        standoff.simulat  # noqa: B018


def test_what_load_gives_is_the_scenario_that_was_promised() -> None:
    case = standoff.load("korea-1950", "us-holds")
    scenario, ledger = case
    assert (case.scenario, case.ledger) == (scenario, ledger) and case.title == scenario.title
    assert repr(case) == f"<case scenario.yaml: {scenario.title}, variant us-holds, {len(ledger)} claims>"
    assert copy.deepcopy(case) == case
    assert scenario.title == scenario.scenario.title and set(scenario.stocks) == set(scenario.scenario.stocks)
    assert all(getattr(scenario, name) == getattr(scenario.scenario, name) for name in standoff.Scenario.model_fields)
    assert repr(scenario) == f"<scenario scenario.yaml: {scenario.title}, variant us-holds>" and len(ledger)
    assert copy.copy(scenario) == scenario
    with pytest.raises(AttributeError, match=r"has no `stock`; it has .*stocks"):
        scenario.stock  # noqa: B018


REPORT = """
import inspect, sys
for before in ("", "import standoff.report", "import standoff.report.outputs", "standoff.report"):
    for name in [name for name in sys.modules if name.partition(".")[0] == "standoff"]:
        del sys.modules[name]
    import standoff
    exec(before)
    one, two = standoff.report, standoff.report
    from standoff import report
    assert one is two is report, before
    # inspect of Python 3.11 leaves out the first argument of a static __call__
    assert next(iter(inspect.signature(report.report).parameters)) == "run", before
    from standoff.report import outputs
"""


def test_report_can_be_called_by_its_public_name_whatever_was_imported() -> None:
    """The package `standoff.report` takes the name in `standoff` when it is imported: it is the function too.

    One process in which `standoff` is imported anew each time: JAX, which takes most of the time, is imported once.
    """
    subprocess.run([sys.executable, "-c", REPORT], check=True, timeout=120)


@pytest.mark.parametrize("package", ["analysis", "inference", "evaluation", "addons.games", "addons.history"])
def test_what_a_function_returns_is_public_in_its_package(package: str) -> None:
    """`standoff.flip` returns a `standoff.analysis.ThresholdAnalysis`."""
    home = importlib.import_module(f"standoff.{package}")
    functions = [getattr(standoff, name) for name in sorted(FUNCTIONS - {"report"})]
    own = [function for function in functions if function.__module__.startswith(f"{home.__name__}.")]
    returned = {
        name
        for function in own
        for name in re.findall(r"\b[A-Z]\w+", str(inspect.signature(function).return_annotation))
    }
    assert len(returned) >= 2 and returned - {"None"} <= {*standoff.__all__, *home.__all__}
    assert all(inspect.isclass(getattr(home, name)) for name in home.__all__)


def test_a_package_names_what_it_has() -> None:
    with pytest.raises(AttributeError, match=r"`standoff.analysis` has no `Flip`; it has .*ThresholdAnalysis"):
        _ = importlib.import_module("standoff.analysis").Flip
