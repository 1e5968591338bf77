"""The causal structure of a case in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from standoff.analysis.causal.records import CausalGraph, CausalLink, CausalNode, Edge, FeedbackLoop
from standoff.cli import app
from standoff.engine.build import build
from standoff.report.sections import causal_graph
from standoff.scenario import load_text
from tests.unit.report.plain import printed
from tests.unit.scenario.test_option_checks import text

NODES = tuple(
    CausalNode(f"{kind}:{name}", kind, name) for kind, name in (("stock", "men"), ("stock", "fear"), ("process", "war"))
)
EDGES = (
    Edge("stock:men", "process:war", "reads", "+"),
    Edge("process:war", "stock:men", "writes", "-"),
    Edge("process:war", "stock:fear", "writes"),
)
LINK = CausalLink("men", "men", "war", "", "-", 0.25)
GRAPH = CausalGraph(
    "North", "calm", (), NODES, EDGES, (LINK,), (FeedbackLoop("men → men", ("men",), (LINK,), "-", 0.25),)
)


def test_a_process_has_what_it_reads_and_writes_with_signs() -> None:
    shown = printed(causal_graph.blocks(GRAPH))
    line = next(line for line in shown.splitlines() if line.strip().startswith("war"))
    assert "men +" in line and "men -, fear" in line and "variant calm" in shown and "3 nodes, 3 arrows" in shown


def test_loops_have_their_polarity_and_rate() -> None:
    line = next(line for line in printed(causal_graph.blocks(GRAPH)).splitlines() if "men → men" in line)
    assert "balancing" in line and "0.25" in line


def test_tables_that_would_be_empty_are_left_out() -> None:
    bare = CausalGraph("North", "", (), NODES, EDGES, (), ())
    assert "loops" not in printed(causal_graph.blocks(bare)) and "choices" not in printed(causal_graph.blocks(bare))
    choice = CausalNode("choice:AAA", "choice", "AAA")
    more = CausalGraph(
        "North", "", (), (*NODES, choice), (*EDGES, Edge("stock:fear", "choice:AAA", "weighs", "+")), (), ()
    )
    line = next(line for line in printed(causal_graph.blocks(more)).splitlines() if line.strip().startswith("AAA"))
    assert "fear +" in line


def test_a_loop_has_the_names_of_actors() -> None:
    plan = build(load_text(text().replace("name: A}", "name: Aland}"))).plan
    link = CausalLink("fear", "fear", "war", "AAA", "-", 0.25)
    words = causal_graph.loop_text(plan, FeedbackLoop("fear → choice of AAA → fear", ("fear",), (link,), "-", 0.25))
    assert words.split(" → ")[0] == "fear" and "Aland" in words and "AAA" not in words


def test_graphviz_gets_every_node_and_arrow() -> None:
    text = causal_graph.dot(GRAPH)
    assert text.startswith("digraph ") and text.rstrip().endswith("}")
    assert text.count(" -> ") == len(GRAPH.edges) and text.count("shape=") == len(GRAPH.nodes)


def test_the_command_writes_the_diagram_and_lists_who_moves_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def standoff(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    standoff("new", "north")
    page = standoff("show", "north", "--diagram")
    assert "incidents" in page and "wrote north.dot" in page
    assert "digraph" in (tmp_path / "north.dot").read_text()
    data = standoff("show", "north", "-o", "other.dot", "--diagram", "--process", "incidents", "--json")
    assert '"processes": [\n  "incidents"\n ]' in data and (tmp_path / "other.dot").exists()
    assert "add `--diagram`" in standoff("show", "north", "-o", "other.dot", code=1)
