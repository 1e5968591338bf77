"""Scripts and styles of the page: scales, words, address, dots and the map, run by Node where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from standoff.addons import explorer
from standoff.report import assets

STATIC = Path(explorer.__file__).parent / "static"
NODE = shutil.which("node")
SHEETS = sorted([*STATIC.glob("*.css"), *Path(assets.__file__).parent.glob("*.css")])
SIZES = 5


def run(modules: str, expression: str) -> Any:
    """The value of an expression over what some modules of the page export."""
    if NODE is None:
        pytest.skip("needs Node")
    imports = "\n".join(f'import * as {name} from "./{name}.js";' for name in modules.split())
    prelude = "globalThis.location = {hash: '', port: '8765'}; globalThis.history = {state: null};"
    text = f"{imports}\n{prelude}\nconsole.log(JSON.stringify({expression}));"
    command = [NODE, "--experimental-default-type=module", "--input-type=module", "-e", text]
    done = subprocess.run(command, cwd=STATIC, capture_output=True, text=True, timeout=60, check=False)
    if "bad option" in done.stderr:
        pytest.skip("needs Node 20.10 or later")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("ends", "values", "decimals"),
    [
        ((0, 7.3), [0, 2, 4, 6], 0),
        ((0, 0.72), [0, 0.2, 0.4, 0.6], 1),
        ((980, 1020), [980, 990, 1000, 1010, 1020], 0),
        ((0, 1e-20), [0], 0),  # no axis below what is printed
    ],
)
def test_ticks_are_round_and_have_the_decimals_that_they_need(
    ends: tuple[float, float], values: list[float], decimals: int
) -> None:
    assert run("scale", f"scale.ticks({ends[0]}, {ends[1]}, 4)") == [pytest.approx(values), decimals]


@pytest.mark.parametrize(
    ("ends", "labels"),
    [
        ((2000, 2030), ["2000", "2005", "2010", "2015", "2020", "2025", "2030"]),
        ((1950.75, 1952), ["Oct", "1951", "Apr", "Jul", "Oct", "1952"]),
        ((1962.8064, 1962.8226), ["22 Oct", "23 Oct", "24 Oct", "25 Oct", "26 Oct", "27 Oct"]),
    ],
)
def test_ticks_of_time_are_years_months_or_days(ends: tuple[float, float], labels: list[str]) -> None:
    assert [text for _, text in run("scale", f"scale.time_ticks({ends[0]}, {ends[1]}, 6)")] == labels
    few = run("scale", f"scale.time_ticks({ends[0]}, {ends[1]}, 2)")
    assert 1 <= len(few) <= 3


def test_an_axis_goes_there_and_back() -> None:
    assert run("scale", "[new scale.Axis(0, 4, 10, 90).at(1), new scale.Axis(0, 4, 10, 90).value(30)]") == [30, 1]
    assert run("scale", "scale.path([0, 1], [2, 3.14159])") == "M0,2L1,3.1"


def test_words_of_numbers_and_dates() -> None:
    shown = 'words.date("2025-12"), words.dated("by 2025-12-31."), words.percent(0.0004), words.percent(0.994), words.tied("2 ± 1 points")'
    assert run("words", f"[{shown}]") == [
        "December 2025",
        "by 31 December 2025.",
        "<\u00a01\u00a0%",
        "99\u00a0%",
        "2 ± 1\u00a0points",
    ]


def test_the_address_holds_what_is_moved() -> None:
    state = "{levers: {a: 0.5}, beliefs: {'b.c': 2}, claims: {d: 'aside'}}"
    info = "{case: 'x', variant: '', main: 'q', shown: [], seed: 1, draws: {full: 2}, model: 'abcdef123', levers: [], beliefs: []}"
    set_state = f"Object.assign(store.store, {{info: {info}, state: {state}, screen: 'try'}})"
    made = f"({set_state}, location.hash = address.address(), address.read_address())"
    read = run("store address", made)
    assert read["state"] == {"levers": {"a": 0.5}, "beliefs": {"b.c": 2}, "holds": {}, "claims": {"d": "aside"}}
    assert read["view"] == {"screen": "try"}


def test_styles_have_five_sizes_of_type() -> None:
    sizes = set(re.findall(r"--t\d: [\d.]+rem", "".join(path.read_text() for path in SHEETS)))
    assert len(sizes) == SIZES
    for path in SHEETS:
        used = set(
            re.findall(r"font-size: ([^;}]+?)(?: |;|})", re.sub(r"font-size: [\d.]+pt", "", path.read_text()))
        )  # of print
        assert used <= {*(f"var(--t{n})" for n in range(SIZES)), "inherit", "13px"}, path.name  # of text in pictures


def test_vendored_files_name_their_licence() -> None:
    licence = (STATIC / "vendor" / "LICENSE").read_text()
    script = (STATIC / "vendor" / "d3.js").read_text()
    for name, version in re.findall(r"d3js\.org/(d3-[a-z-]+)/ v([\d.]+)", script):
        assert f"{name} {version}" in licence
