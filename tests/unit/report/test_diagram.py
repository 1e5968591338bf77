"""The picture: everything is on it once, nothing overlaps, it is valid SVG, and it is readable on a light or dark page."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from standoff.analysis.causal import CausalGraph, CausalNode, Edge
from standoff.cli import app
from standoff.report import assets, diagram
from standoff.report.charts import vegalite
from standoff.report.diagram.layout import Line, Places, place
from standoff.report.diagram.scene import ARROWS, READABLE, SMALL, Arrow, NodeBox, Scene, scene

if TYPE_CHECKING:
    from pathlib import Path


def made(nodes: list[CausalNode], edges: list[Edge], processes: tuple[str, ...] = ()) -> CausalGraph:
    """A structure by hand."""
    return CausalGraph("A & B <at odds>", "", processes, tuple(nodes), tuple(edges), (), ())


def node(kind: str, name: str, **more: object) -> CausalNode:
    """A node, its id made as the analysis makes it."""
    return CausalNode(f"{kind}:{name}", kind, name, **more)  # type: ignore[arg-type]


def ring(count: int, extra: int = 0) -> CausalGraph:
    """Processes in a ring, each reading the stock of the one before and moving its own, and `extra` more."""
    nodes = [node(kind, f"{kind}_{n}") for n in range(count) for kind in ("process", "stock")]
    edges = [
        edge
        for n in range(count)
        for edge in (
            Edge(f"process:process_{n}", f"stock:stock_{n}", "writes", "-"),
            Edge(f"stock:stock_{n}", f"process:process_{(n + 1) % count}", "reads", "+"),
        )
    ]
    for n in range(extra):
        nodes.append(node("stock", f"extra_{n}"))
        edges.append(Edge(f"process:process_{n}", f"stock:extra_{n}", "writes", "+"))
        edges.append(Edge(f"stock:extra_{n}", f"process:process_{n + 2}", "reads", "?"))
    return made(nodes, edges)


def laid(structure: CausalGraph) -> tuple[Scene, Places]:
    """A scene and its places."""
    drawn = scene(structure)
    return drawn, place(drawn)


def texts(svg: str) -> list[str]:
    """All texts of a picture."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


def acted() -> CausalGraph:
    """A choice that weighs a stock and changes a process."""
    return made(
        [
            node("stock", "troops", holders=("AAA", "BBB")),
            node("process", "attrition", text="Losses & <fire>"),
            node("choice", "AAA", options=("press", "hold")),
            node("stock", "killed", links=False),
            node("parameter", "attrition.effort", unit="1", owner="attrition"),
        ],
        [
            Edge("process:attrition", "stock:troops", "writes", "-"),
            Edge("process:attrition", "stock:killed", "writes", "+"),
            Edge("stock:troops", "process:attrition", "reads", "+"),
            Edge("stock:troops", "choice:AAA", "weighs"),
            Edge("choice:AAA", "parameter:attrition.effort", "changes", text="press"),
            Edge("parameter:attrition.effort", "process:attrition", "enters"),
        ],
    )


def sketch(boxes: dict[str, str], arrows: str) -> Scene:
    """A scene from the names of its boxes, and arrows such as `a>b` and `a<>b` (two heads)."""
    drawn = {code: NodeBox(node("stock", name)) for code, name in boxes.items()}
    made = []
    for word in arrows.split():
        source, _, target = word.replace("<", "").partition(">")
        made.append(Arrow(source, target, "reads", "+", "-" if "<" in word else None))
    return Scene({code: box.node for code, box in drawn.items()}, made, boxes=drawn)


def letters(count: int, name: str = "{}") -> dict[str, str]:
    return {code: name.format(code) for code in "abcdefghijklmnopqrstuvwxyz"[:count]}


SCENES = {
    "10": scene(ring(5)),
    "32": scene(ring(12, 8)),
    "55": scene(ring(25, 5)),
    "choice": scene(acted()),
    "nothing": sketch({}, ""),
    "one": sketch(letters(1), ""),
    "alone": sketch(letters(26, "nobody is linked to {}"), ""),
    "both ways": sketch(letters(3), "a>b b>a b<>c c>a"),
    "dense": sketch(letters(8), " ".join(f"{a}>{b}" for a, b in itertools.permutations("abcdefgh", 2))),
    "long": sketch(
        {**letters(6), "c": "a name of as many letters as anybody may come to think of " * 2},
        "a>b b>c c>d a>d d>e e>f f>a",
    ),
    "unicode": sketch({"a": "Ägypten 埃及 🇪🇬", "b": "مصر", "c": "c"}, "a>b b>c c>a"),
    "parts": sketch(letters(9), "a>b b>a c>d d>e f>g g>f g>h"),
}


def bezier(line: Line, steps: int = 20) -> list[tuple[float, float]]:
    """Points along an arrow."""
    out = []
    for n in range(0, len(line.points) - 1, 3):
        for t in (k / steps for k in range(steps + 1)):
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            point = sum(w * p for w, p in zip(weights, line.points[n : n + 4], strict=True))
            out.append((point.real, point.imag))
    return out


@pytest.mark.parametrize("drawn", SCENES.values(), ids=SCENES)
def test_no_two_boxes_overlap_and_all_lie_on_the_page(drawn: Scene) -> None:
    places = place(drawn)
    assert set(places.boxes) == set(drawn.boxes)
    for a, b in itertools.combinations(drawn.boxes, 2):
        (x, y), (u, v), (w, h), (s, t) = places.boxes[a], places.boxes[b], drawn.boxes[a].size, drawn.boxes[b].size
        assert abs(x - u) >= (w + s) / 2 or abs(y - v) >= (h + t) / 2, (a, b)
    for name, (x, y) in places.boxes.items():
        w, h = drawn.boxes[name].size
        assert w / 2 <= x <= places.width - w / 2 and h / 2 <= y <= places.height - h / 2
    for line in places.lines:
        assert all(0 <= x <= places.width and 0 <= y <= places.height for x, y in bezier(line)), line.arrow


@pytest.mark.parametrize("drawn", SCENES.values(), ids=SCENES)
def test_no_arrow_crosses_a_box_and_no_two_lie_on_each_other(drawn: Scene) -> None:
    places = place(drawn)
    for line in places.lines:
        for name, (x, y) in places.boxes.items():
            w, h = drawn.boxes[name].size
            inside = [p for p in bezier(line) if abs(p[0] - x) < w / 2 - 1 and abs(p[1] - y) < h / 2 - 1]
            assert not inside, (line.arrow, name)
    for one, other in itertools.combinations(places.lines, 2):
        assert one.points != other.points and one.points != other.points[::-1], (one.arrow, other.arrow)


@pytest.mark.parametrize("drawn", SCENES.values(), ids=SCENES)
def test_arrows_end_at_the_boxes_that_they_link(drawn: Scene) -> None:
    """The tip of a head touches the rim; an end without a head begins there."""
    places = place(drawn)
    assert sorted(map(str, drawn.arrows)) == sorted(str(line.arrow) for line in places.lines)
    for line in places.lines:
        assert len(line.points) % 3 == 1  # Bezier: a start, and three points a piece
        assert (len(line.heads) == 1) == (line.arrow.back is None)
        (head, _, _), *tail = line.heads
        for end, name in ((head, line.arrow.target), (tail[0][0] if tail else line.points[0], line.arrow.source)):
            (x, y), (w, h) = places.boxes[name], drawn.boxes[name].size
            assert max(abs(end.real - x) / (w / 2), abs(end.imag - y) / (h / 2)) == pytest.approx(1, abs=1e-6)


def test_arrows_point_downwards_where_that_is_possible() -> None:
    drawn = sketch(letters(6), "a>b b>c a>c c>d d>e e>f b>e")
    places = place(drawn)
    assert all(line.points[0].imag < line.heads[0][0].imag for line in places.lines)
    turned = place(sketch(letters(6), "a>b b>c a>c c>d d>e e>f b>e f>a"))
    assert sum(line.points[0].imag > line.heads[0][0].imag for line in turned.lines) == 1


def test_a_chain_is_a_straight_line_and_a_tree_has_no_crossing() -> None:
    places = place(sketch(letters(4), "a>b b>c c>d"))
    assert len({round(point.real, 6) for line in places.lines for point in line.points}) == 1
    tree = place(sketch(letters(7), "a>b a>c b>d c>e b>f c>g"))
    assert {x for x, y in (tree.boxes[n] for n in "df")}.isdisjoint(x for x, y in (tree.boxes[n] for n in "eg"))
    first, second = ([tree.boxes[n][0] for n in names] for names in ("df", "eg"))
    assert max(first) < min(second) or max(second) < min(first)


def test_every_text_fits_its_box() -> None:
    for box in (*scene(acted()).boxes.values(), *scene(ring(5)).boxes.values()):
        for line, letter in (
            (box.node.name, vegalite.LETTER),
            *((line, vegalite.LETTER * SMALL) for line in box.small),
        ):
            assert len(line) * letter <= box.size[0]


def test_the_picture_is_svg_with_every_name_and_its_meaning() -> None:
    svg = diagram.file(acted())
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"].endswith(" A & B <at odds>")
    words = texts(svg)
    assert {"troops", "attrition", "AAA", "◇effort"} <= set(words)
    assert words.count("troops") == 1 and "killed" not in words
    assert any("Not shown" in word and "killed" in word for word in words)
    titles = [element.text for element in root.iter() if element.tag.endswith("}title")]
    assert "attrition: Losses & <fire>" in titles


def test_signs_stand_at_the_heads() -> None:
    assert sorted(word for word in texts(diagram.file(acted())) if word in {"+", "−"}) == ["+", "−"]


def test_around_a_process_parameters_and_folded_stocks_are_drawn() -> None:
    whole = acted()
    part = made(list(whole.nodes), list(whole.edges), ("attrition",))
    assert set(scene(part).boxes) == {each.id for each in whole.nodes}
    assert set(scene(whole).boxes) == {"stock:troops", "process:attrition", "choice:AAA"}
    assert scene(part).boxes["choice:AAA"].small == ("press hold",)


def test_a_stock_with_many_readers_is_written_into_them() -> None:
    readers = [node("process", f"reader_{n}") for n in range(ARROWS + 1)]
    reads = [Edge("stock:hub", each.id, "reads", "-") for each in readers]
    more = [node("process", "source"), node("stock", "hub"), Edge("process:source", "stock:hub", "writes", "+")]
    drawn = scene(made([*readers, *more[:2]], [*reads, more[2]]))  # type: ignore[list-item]
    assert [arrow.source for arrow in drawn.arrows] == ["process:source"]
    few = scene(made([*readers[1:], *more[:2]], [*reads[1:], more[2]]))  # type: ignore[list-item]
    assert len(few.arrows) == ARROWS + 1 and not few.boxes["process:reader_1"].small


def test_over_sixty_nodes_a_process_and_its_only_stock_share_a_box() -> None:
    assert len(scene(ring(30)).boxes) == 60
    drawn = scene(ring(31))
    assert len(drawn.boxes) == 31
    assert {arrow.sign for arrow in drawn.arrows} == {"-"}  # what drives a process that takes away, takes away
    assert drawn.boxes["stock:stock_3"].small == ("by process_3",)


def test_twins_share_a_box_before_anything_is_written_into_another() -> None:
    """Two readers of one stock that move another alike are one; one of them that moves it otherwise is not."""

    def pair(second: str) -> CausalGraph:
        base = ring(29)  # 58 nodes
        twins = [node("choice", name) for name in ("EUR", "USA", "CHN")]
        arrows = [
            edge
            for name, sign in zip(("EUR", "USA", "CHN"), ("+", "+", second), strict=True)
            for edge in (
                Edge("stock:stock_0", f"choice:{name}", "weighs"),
                Edge(f"choice:{name}", "process:process_5", "reads", sign),
            )
        ]
        # two processes more that stock 3 and 4 have, so that no process alone moves its stock
        more = [node("process", "second")]
        also = [Edge("process:second", f"stock:stock_{n}", "writes", "+") for n in range(29)]
        return made([*base.nodes, *twins, *more], [*base.edges, *arrows, *also])

    drawn = scene(pair("-"))
    assert len(drawn.boxes) == 61 and drawn.boxes["choice:EUR"].node.name == "EUR, USA"
    assert {"choice:USA"} == drawn.inside
    every = scene(pair("+"))
    assert every.boxes["choice:EUR"].node.name == "EUR, USA, CHN" and len(every.boxes) == READABLE
    below = texts(diagram.file(pair("+")))
    assert any(text.startswith("two names: ") for text in below)


def test_ends_are_written_into_what_acts_on_them_and_no_more_than_needed() -> None:
    """Every stock of a ring is moved twice, so that nothing is drawn in its box; three processes move nothing."""
    base = ring(29)
    second = [Edge("process:second", f"stock:stock_{n}", "writes", "+") for n in range(29)]
    feeds = [Edge("stock:stock_0", "process:second", "reads", "+")]
    ends = [node("process", name) for name in ("far", "near", "wide")]
    pairs = ((1, "far", "-"), (2, "near", "+"), (1, "wide", "+"), (2, "wide", "+"))
    reads = [Edge(f"stock:stock_{n}", f"process:{name}", "reads", sign) for n, name, sign in pairs]
    drawn = scene(
        made([*base.nodes, node("process", "second"), *ends], [*base.edges, *second, *feeds, *reads])
    )  # 62 nodes
    assert len(drawn.boxes) == READABLE
    assert drawn.inside == {"process:far", "process:near"}, "the two with the fewest arrows"
    assert drawn.boxes["stock:stock_1"].small == ("›far‹−",) and drawn.boxes["stock:stock_2"].small == ("›near‹+",)
    assert "process:wide" in drawn.boxes


def test_nothing_that_is_gathered_is_lost() -> None:
    """Every node of a large diagram is a box or stands in one."""
    drawn = scene(ring(40, 30))
    everything = " ".join(word for box in drawn.boxes.values() for word in (box.node.name, *box.small))
    for each in ring(40, 30).nodes:
        assert each.id in drawn.boxes or re.search(rf"\b{each.name}\b", everything), each.id


def test_colours_of_the_file_are_written_out_and_have_a_dark_twin() -> None:
    light, dark = assets.themes()
    svg = diagram.file(acted())
    assert "var(" not in svg
    rules = re.search(r"<style>(.*?)</style>", svg)
    assert rules is not None and "prefers-color-scheme:dark" in rules[1]
    body = svg.replace(rules[0], "")
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', body))
    assert used <= set(light.values()) and len(used) >= 5
    for colour in used:
        assert f'[fill="{colour}"]{{fill:' in rules[1]
        twins = {dark[name] for name, value in light.items() if value == colour}
        assert any(twin in rules[1] for twin in twins)
    assert "var(--ink)" in diagram.draw(acted())  # on a page the page's colours hold


def test_on_a_page_it_has_its_own_size_at_which_no_text_is_smaller_than_ten_pixels() -> None:
    svg = ElementTree.fromstring(diagram.draw(acted()))
    assert svg.attrib["viewBox"] == f"0 0 {svg.attrib['width']} {svg.attrib['height']}"
    assert min(float(element.attrib.get("font-size", 12)) for element in svg.iter()) >= 10


def test_the_legend_calls_the_outline_of_a_choice_what_it_is() -> None:
    svg = diagram.file(acted())
    hexagon = re.search(r'd="([^"]*)"[^>]*><title>AAA</title>', svg)
    assert hexagon is not None and len(re.findall(r"[MLH]", hexagon[1])) == 6
    assert any("hexagon: choice" in text for text in texts(svg))


def test_the_same_structure_gives_the_same_picture() -> None:
    assert diagram.file(ring(12, 8)) == diagram.file(ring(12, 8))


def test_the_command_writes_the_picture_and_lists_who_moves_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def standoff(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    standoff("new", "north")
    page = standoff("show", "north", "--diagram")
    assert "incidents" in page and "wrote north.svg" in page
    ElementTree.parse(tmp_path / "north.svg")
    data = standoff("show", "north", "-o", "other.svg", "--diagram", "--process", "incidents", "--json")
    assert '"processes": [\n  "incidents"\n ]' in data and (tmp_path / "other.svg").exists()
    assert "add `--diagram`" in standoff("show", "north", "-o", "other.svg", code=1)
