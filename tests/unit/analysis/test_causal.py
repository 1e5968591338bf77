"""Signs and rates of links against the small world's formulas; loops of graphs small enough to see through."""

from __future__ import annotations

import json
import math
import os
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from standoff.analysis.causal import LOOPS, CausalGraph, CausalLink, Edge, cache, group, loops, slopes, structure
from standoff.errors import ModelError
from standoff.files import cache_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from standoff.engine.model import Model
    from standoff.plan import Plan


@pytest.fixture(scope="session")
def small(world: Callable[..., Model]) -> Plan:
    """The plan of the small world."""
    return world().plan


@pytest.fixture(scope="session")
def whole(small: Plan) -> CausalGraph:
    """Its structure."""
    return structure(small)


def link(whole: CausalGraph, source: str, target: str, choice: str = "") -> CausalLink:
    """The only link from one cell to another."""
    found = [item for item in whole.links if (item.source, item.target, item.choice) == (source, target, choice)]
    assert len(found) == 1, (source, target, choice, found)
    return found[0]


def chain(*cells: str, sign: str = "+", rate: float = 1.0, process: str = "") -> list[CausalLink]:
    """Links along cells; each has its own process unless one is named."""
    return [CausalLink(a, b, process or f"{a}-{b}", "", sign, rate) for a, b in pairwise(cells)]


def through(source: str, choice: str, target: str, sign: str = "+") -> CausalLink:
    """A link through a choice."""
    return CausalLink(source, target, f"by {choice}", choice, sign, 1.0)


# ---- signs and rates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "sign"),
    [
        ("troops.AAA", "troops.BBB", "-"),
        ("troops.AAA", "losses.BBB", "+"),
        ("firepower.AAA", "killed.BBB", "+"),
        ("fighting", "troops.AAA", "-"),
        ("recovering.AAA", "troops.AAA", "+"),
    ],
)
def test_fire_takes_troops_and_hospitals_give_them_back(
    whole: CausalGraph, source: str, target: str, sign: str
) -> None:
    assert link(whole, source, target).sign == sign


def test_what_a_process_does_not_read_has_no_link(whole: CausalGraph) -> None:
    pairs = {(item.source, item.target) for item in whole.links}
    assert ("firepower.AAA", "troops.AAA") not in pairs  # own guns do not hurt
    assert not any("fear" in pair for pair in pairs)  # it goes back to its mean, and that is all


def test_rates_of_a_common_factor_are_as_the_powers_of_the_law(whole: CausalGraph) -> None:
    """Losses go as fighting^1 and as firepower^0.5, both constant: elasticities are the exponents."""
    guns, war = (link(whole, source, "losses.BBB").rate for source in ("firepower.AAA", "fighting"))
    assert guns / war == pytest.approx(0.5, rel=1e-9)  # double precision, a few roundings


def test_a_choice_links_what_it_weighs_to_what_its_options_do(small: Plan, whole: CausalGraph) -> None:
    """Press is worth (1 - cohesion) less a norm, and multiplies losses by 1.5: the slope is dp/dcohesion * 0.5 * losses."""

    def middle(path: str) -> float:
        return small.parameter(f"choices.AAA.{path}").quantile(0.5)

    norm = middle("reasons.norm.weight") * middle("reasons.norm.commitment")
    gain = middle("reasons.spirit.weight") * (1 - 0.5) - norm
    rationality = middle("rationality")
    p = 1 / (1 + math.exp(-rationality * gain))
    slope = rationality * middle("reasons.spirit.weight") * p * (1 - p)
    chosen, war = link(whole, "cohesion", "losses.BBB", "AAA"), link(whole, "fighting", "losses.BBB")
    assert chosen.sign == "-" and link(whole, "cohesion", "troops.BBB", "AAA").sign == "+"
    assert chosen.rate / war.rate == pytest.approx(slope * 0.5 * 0.5, rel=1e-9)  # cohesion is 0.5, fighting 1


def test_signs_of_arrows_multiply_to_the_signs_of_links(whole: CausalGraph) -> None:
    read = {(edge.source, edge.target): edge.sign for edge in whole.edges if edge.kind == "reads"}
    written = {(edge.source, edge.target): edge.sign for edge in whole.edges if edge.kind == "writes"}
    checked = 0
    for item in whole.links:
        if not item.choice and item.sign != "?":
            process = f"process:{item.process}"
            a, b = read[f"stock:{group(item.source)}", process], written[process, f"stock:{group(item.target)}"]
            if a != "?":
                assert ("+" if a == b else "-") == item.sign, item
                checked += 1
    assert checked > 20


def test_casualties_empty_the_ranks_and_fill_the_count(whole: CausalGraph) -> None:
    signs = {edge.target: edge.sign for edge in whole.edges if edge.source == "process:attrition"}
    assert signs["stock:troops"] == "-" and signs["stock:losses"] == signs["stock:casualty_rate"] == "+"


# ---- what is drawn -------------------------------------------------------------------------------------------------


def test_every_choice_reaches_what_it_changes_through_a_parameter(whole: CausalGraph) -> None:
    assert Edge("choice:AAA", "parameter:attrition.effort", "changes", text="press") in whole.edges
    assert Edge("parameter:attrition.effort", "process:attrition", "enters") in whole.edges
    assert any(
        edge.kind == "expects" and edge.source == "choice:BBB" and edge.text == "penalty" for edge in whole.edges
    )


def test_a_stock_that_nothing_hands_on_does_not_link(whole: CausalGraph) -> None:
    links = {node.name: node.links for node in whole.of_kind("stock")}
    assert not links["killed"] and not links["troops"]  # one process reads and writes them, in this world
    assert "cohesion" in links and not links["cohesion"]  # weighed, and moved by nothing


def test_one_process_is_shown_with_all_that_it_touches(small: Plan) -> None:
    part = structure(small, ["dread"])
    names = {node.id for node in part.nodes}
    assert names == {"process:dread", "stock:fear", "parameter:dread.push", "choice:BBB"}
    assert {edge.source for edge in part.edges} | {edge.target for edge in part.edges} == names


def test_an_unknown_process_is_answered_with_the_nearest(small: Plan) -> None:
    with pytest.raises(ModelError, match="attrition"):
        structure(small, ["atrition"])


def test_a_condition_is_an_arrow(world: Callable[..., Model]) -> None:
    asked = structure(world({"mechanisms": {"dread": {"when": "fighting > 0.5"}}}).plan)
    assert Edge("stock:fighting", "process:dread", "reads", "", "when") in asked.edges


def test_data_is_plain(whole: CausalGraph) -> None:
    data = json.loads(json.dumps(whole.to_data(), allow_nan=False))
    assert len(data["nodes"]) == len(whole.nodes) and len(data["links"]) == len(whole.links)
    assert all(set(loop) >= {"name", "polarity", "cells", "through"} for loop in data["loops"])


# ---- loops ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signs", "polarity"), [("++", "reinforcing"), ("+-", "balancing"), ("--", "reinforcing"), ("+?", "either")]
)
def test_polarity_is_the_product_of_the_signs(signs: str, polarity: str) -> None:
    found = loops([*chain("a", "b", sign=signs[0]), *chain("b", "a", sign=signs[1])])
    assert [(loop.name, loop.polarity) for loop in found] == [("a → b → a", polarity)]


def test_rate_is_the_geometric_mean() -> None:
    found = loops([*chain("a", "b", rate=4.0), *chain("b", "a", rate=0.25)])
    assert found[0].rate == pytest.approx(1.0, rel=1e-15)


def test_a_chain_without_return_has_no_loop_and_a_stock_that_wears_off_is_none() -> None:
    assert loops([*chain("a", "b", "c"), *chain("a", "a")]) == ()


def test_the_shorter_way_round_is_taken() -> None:
    found = loops([*chain("a", "b", "c", "a"), *chain("b", "a")])
    assert [loop.cells for loop in found if "c" not in loop.cells] == [("a", "b")]


def test_of_two_equally_short_ways_the_quicker_is_taken() -> None:
    found = loops([*chain("a", "b", "d", rate=0.01), *chain("a", "c", "d"), *chain("d", "a")])
    assert ("a", "c", "d") in {loop.cells for loop in found}


def test_a_loop_within_one_process_shows_only_when_that_process_is_asked_for() -> None:
    inner = chain("a", "b", "a", process="p")
    assert loops(inner) == ()
    assert [loop.name for loop in loops(inner, ["p"])] == ["a → b → a"]


def test_both_sides_of_a_war_give_one_loop() -> None:
    sides = [item for side in ("X", "Y") for item in chain(f"losses.{side}", f"support.{side}", f"losses.{side}")]
    assert len(loops(sides)) == 1


def test_a_loop_may_run_through_a_choice_once_and_not_twice() -> None:
    once = [through("a", "C", "b", "-"), *chain("b", "a")]
    assert [(loop.name, loop.polarity) for loop in loops(once)] == [("a → choice of C → b → a", "balancing")]
    assert loops([through("a", "C", "b"), through("b", "C", "a")]) == ()


def test_a_choice_does_not_pass_on_what_does_not_move_it() -> None:
    """a moves C, and C moves b, but not when it is a that moved it (its slopes cancel): there is no such link."""
    assert loops([through("a", "C", "c"), through("d", "C", "b"), *chain("b", "a")]) == ()


def test_loops_are_independent_and_at_most_a_dozen() -> None:
    wheel = [item for n in range(20) for item in (*chain("hub", f"s{n}"), *chain(f"s{n}", "hub"))]
    found = loops(wheel)
    assert len(found) == LOOPS
    both = [*chain("a", "b"), *chain("b", "a"), *chain("b", "c"), *chain("c", "b")]
    assert {loop.cells for loop in loops(both)} == {("a", "b"), ("b", "c")}


# ---- kept on disk --------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return cache_dir("slopes") or tmp_path


def test_what_was_worked_out_is_read_again_and_is_the_same(
    small: Plan, whole: CausalGraph, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = structure(small)
    assert [file.stem for file in home.iterdir()] == [cache.digest(small)]
    monkeypatch.setattr(slopes, "slopes", lambda plan: pytest.fail("worked out again"))
    again = structure(small)
    assert again == first == whole


def test_a_spoilt_file_is_as_none(small: Plan, whole: CausalGraph, home: Path) -> None:
    file = home / cache.digest(small)
    for spoilt in (b"", b"PK", b"not a zip"):
        file.write_bytes(spoilt)
        assert structure(small) == whole
        assert file.stat().st_size > 100, "written anew"


def test_another_number_is_another_model(world: Callable[..., Model], small: Plan) -> None:
    other = world({"mechanisms": {"dread": {"when": "fighting > 0.5"}}}).plan
    assert cache.digest(other) != cache.digest(small) == cache.digest(world().plan)


def test_no_more_models_are_kept_than_one_works_with(home: Path, small: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for n in range(5):
        (home / f"{n}").touch()
        os.utime(home / f"{n}", (n, n))
    structure(small)
    assert {file.stem for file in home.iterdir()} == {"3", "4", cache.digest(small)}


def test_where_nothing_can_be_written_it_works_all_the_same(
    small: Plan, whole: CausalGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert structure(small) == whole
