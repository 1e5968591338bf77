"""What leaves the program: nothing planted steers a terminal, every encoding works, and a lost output ends without a traceback.

Commands are taken from the command line itself: one that is new must say here how it runs on the planted case.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from tests.contract.syntax import tree

import standoff
from standoff.cli import _output as output
from standoff.cli import app
from standoff.report.document import table

PLANTED = (
    "\x1b]0;owned\x07\x1b[31mred\x9b2J\x9d0;x\x9c\u202egnp\u2066\u2069\u200e\u200f\u200b\x08\x7f\u2028\r\U000e0041 "
    "[link=https://x.invalid]no[/link] :warning:"
)
NAME = "north\x1b]0;owned\x07\x9b2J\u202e"
FEW = ("--draws", "64")
CHOICE = ("--choice", "NOR=strike")
LINES: dict[str, tuple[tuple[str, ...], ...]] = {
    "run": (
        ("{case}", *FEW, "--folder", "here", "--json"),
        ("{case}", *FEW, "--folder", "here"),
        ("{case}", *FEW, "--folder", "here", "--full"),
    ),
    "work": (("{case}",), ("{case}", "--part", PLANTED)),
    "jobs": (("{case}",), (PLANTED, "--json")),
    "brief": (("{case}", *FEW),),
    "share": (("{case}", *FEW, "-o", "{case}/one.html"), ("{case}", *FEW, "-o", PLANTED)),
    "play": (
        ("{case}", "--as", "NOR", "--number", "3", "--moves", "strike,?,2,q"),
        ("{case}", "--as", "NOR", "--number", "3", "--moves", PLANTED),
        ("{case}", "--as", PLANTED, "--json"),
    ),
    "answer": (("{case}", *FEW), ("{case}", *FEW, "--json"), ("{case}", PLANTED)),
    "explain": (("{case}", PLANTED),),
    "explain answer": (("{case}", *FEW), ("{case}", PLANTED)),
    "explain choice": (("{case}", "NOR", *FEW, "--at", "2030-07"), ("{case}", PLANTED, *FEW)),
    "explain stock": (("{case}", "fighting", *FEW),),
    "validate": (("{case}",), ("{case}", "--json"), ("{bad}",)),
    "list": ((), ("--json",), ("considerations",), ("priors",), ("templates",)),
    "show": (
        ("{case}",),
        ("{case}", "--json"),
        ("{case}", "-o", "{case}/x.dot", "--diagram"),
        ("killed_share",),
        (PLANTED,),
    ),
    "schema": ((),),
    "flip": (("{case}", *FEW, *CHOICE),),
    "sensitivity": (("{case}", *FEW, *CHOICE),),
    "sensitivity sources": (("{case}", PLANTED),),
    "voi": (("{case}", *FEW, *CHOICE),),
    "claims": (
        ("{case}",),
        ("{case}", "--json"),
        ("{case}", "-o", "{case}/claims.csv"),
        ("{case}", "--conflicts"),
        ("{case}", "--missing-groups"),
        ("{case}", "--speaker", PLANTED),
    ),
    "cite": (
        ("{case}", "--author", PLANTED),
        ("{case}", "--format", "cff"),
        ("{case}", "--format", "bibtex"),
        (PLANTED,),
    ),
    "reconcile": (("{case}", "--quantity", PLANTED),),
    "check-consistency": (("{case}",),),
    "open": ((PLANTED, "--no-browser"), ("{bad}", "--no-browser", "--variant", "none")),  # others serve until stopped
    "mcp": (("--write", "{article}/below"),),  # others serve until standard input ends
    "code": (("{case}", "-o", "{case}/sheet.xlsx"), ("{case}", "-o", PLANTED), ("{bad}", "-o", "{case}/bad.xlsx")),
    "pool": (("{case}", PLANTED), ("{case}", "{article}")),
    "new": (
        ("{case}/\x1b]0;new\x07",),
        ("{case}/t", "--template", "alliance", "--yes"),
        ("{case}/u", "--template", PLANTED),
        ("{case}/v", "--template", "alliance", "--answer", f"ally={PLANTED}"),
    ),
    "read": (
        ("{article}", "--published", "2030-04-02"),
        ("{article}", "--json"),
        ("{case}", "-o", "{case}/rows.jsonl"),
    ),
    "draft": (
        ("{article}", "-o", "{case}/drafted", "--published", "2030-04-02"),
        ("{article}", "-o", "{case}/other", "--template", PLANTED),
    ),
    "review": (("{proposed}",), ("{proposed}", "--json")),
    "audit": (("{article}", "--against", "{case}", "--published", "2030-04-02"),),
    "solve": (("{game}",), ("{game}", "--json"), (PLANTED,)),
    "estimate": (
        ("{table}", "--formula", "y ~ x | 0 | 1 | z"),
        ("{bad}", "--formula", PLANTED),
        ("{table}", "--formula", "n ~ x | 0 | 0 | z", "--cluster", "y", "--model", f"1(a, 2({PLANTED}, c))"),
    ),
    "game": (("{case}", "--actor", "NOR", "--at", "2030-07", *FEW),),
    "fit": (("{case}", "--quick"),),
    "fit theories": (("{case}", PLANTED),),
    "fit explain": (("{case}", PLANTED),),
    "check-equilibria": (("{case}", *FEW),),
    "score": (("{case}", *FEW),),
    "hindcast": (("{case}", "--folder", "{case}/roll"),),
    "roll": (
        ("{case}", "--until", "2031-01"),
        ("{case}", "--until", PLANTED),
        ("{case}", "--until", "2031-01", "--from", PLANTED),
    ),
    "record": (("{case}",), ("{case}", "--record", PLANTED)),
    "diff": (("here", "{case}"),),
    "compare": (("{case}", "calm", *FEW),),
    "uncertainty": (("{bad}", *FEW),),  # a good one is compiled once for every theory
    "exhaustion": (("{case}", *FEW),),
    "data list": ((),),
    "data get": (("uk_mod", "--file", "{article}"),),
    "data status": ((),),
    "crises": ((), ("--json",)),
    "crises build": (("--data", "{case}"), ("--data", PLANTED)),
    "crises score": (("--data", "{case}"),),
    "crises show": ((PLANTED, "--data", "{case}"), (PLANTED, "--data", PLANTED)),
    "history build": (("--data", "{case}"), ("--data", PLANTED)),
    "history fit": (("--data", PLANTED, "-o", "{case}/fit.npz"),),
    "history show": ((), ("--json",)),
    "history wars": ((),),
    "history wars ask": (
        ("--months", "25"),
        ("--months", "25", "--kind", PLANTED),
        ("--months", "25", "--data", PLANTED),
    ),
    "history wars build": (("--data", "{case}"), ("--data", PLANTED)),
    "history wars show": ((), ("--json",)),
    "history ask": (("--data", PLANTED, "--actor", "CHN", "--side", "RUS", "--against", PLANTED, "--year", "2024"),),
}
SGR = re.compile(r"\x1b\[[\d;]*m")  #: what our own styling is made of
HOME = Path(standoff.__file__).parent
DOORS = {"cli/_output.py", "cli/_terminal.py"}


def commands(group: Any, before: str = "") -> dict[str, Any]:
    """Every command of the program by its words."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        if command.params or not hasattr(command, "commands"):
            found[f"{before}{name}"] = command
        found |= commands(command, f"{before}{name} ") if hasattr(command, "commands") else {}
    return found


def controls(text: str) -> set[str]:
    """Control and format characters of a text, without newline, tab and the joiners of letters and emoji."""
    return {one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} - set(
        "\n\t\u200c\u200d"
    )


class Screen(io.TextIOWrapper):
    """A stream in memory, a terminal or none."""

    def __init__(self, terminal: bool = False, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding, "strict", newline="\n")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined]


def call(*words: str, terminal: bool = False, encoding: str = "utf-8") -> tuple[int, str, str]:
    """Exit code, output and errors of a command line in this process; any exception that is no exit is raised."""
    out, err = Screen(terminal, encoding), Screen(encoding=encoding)
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
        app(list(words))
    return int(end.value.code or 0), out.text, err.text


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The case of `standoff new` with planted texts everywhere, in a folder of a planted name, and other files so."""
    case = tmp_path_factory.mktemp("planted") / NAME
    assert call("new", str(case))[0] == 0
    scenario = yaml.safe_load((case / "scenario.yaml").read_text(encoding="utf-8"))

    def plant(node: Any) -> Any:
        if isinstance(node, list):
            return [plant(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: f"{item} {PLANTED}"
            if key in {"text", "title", "name", "resolution"} and isinstance(item, str)
            else plant(item)
            for key, item in node.items()
        }

    scenario["variants"]["calm"]["rival_model"] = True
    scenario["relations"] = [{"kind": f"war {PLANTED}", "between": [*scenario["actors"]][:2], "level": PLANTED}]
    scenario["questions"]["strike"]["outcome"] = "no @nor-no-first-strike-2030-04-10-president"
    scenario["questions"]["first"] = {
        "text": "Which first?",
        "first_of": {
            f"few troops {PLANTED}": "border_troops.NOR < 1 thousand person",
            f"war {PLANTED}": "fighting > 0.9",
        },
        "by": "2031-12",
        "resolution": "counts",
    }
    (case / "scenario.yaml").write_text(yaml.safe_dump(plant(scenario), sort_keys=False), encoding="utf-8")
    claims = [json.loads(line) for line in (case / "claims.jsonl").read_text(encoding="utf-8").splitlines()]
    for claim in claims:
        claim |= {"speaker": f"{claim['speaker']} {PLANTED}", "note": PLANTED, "source": plant(claim["source"])}
        if "proposition" in claim:
            claim["proposition"] += PLANTED
    (case / "claims.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in claims), encoding="utf-8")
    outcomes = ["stay", f"go{PLANTED}", "war"]
    rows = [f"{json.dumps(outcomes[k % 3])},{k % 7},{k % 5},{k % 3}" for k in range(50)]
    files = {
        "table": ("table.csv", "\n".join(["y,x,z,n", *rows])),
        "article": (
            f"{NAME}.txt",
            "On 1 April 2030 Southland\x9b2J\u200b said that Northland had 40,000 troops there.\n",
        ),
        "proposed": ("proposed.jsonl", "".join(f"{json.dumps({**one, 'status': 'proposed'})}\n" for one in claims)),
        "game": (
            f"{NAME}.nfg",
            f'NFG 1 R "{PLANTED}" {{ "{PLANTED}" "b" }} {{ {{ "x{PLANTED}" "y" }} {{ "l" "r" }} }} ""\n'
            "3 1 0 0 0 0 1 3\n",
        ),
        "bad": (f"bad{NAME}.yaml", f"title: x\nactors: {json.dumps(PLANTED)}\n{json.dumps('key' + PLANTED)}: 1\n"),
    }
    for name, text in files.values():
        (case / name).write_text(text, encoding="utf-8", newline="")
    return {"case": str(case), **{key: str(case / name) for key, (name, _) in files.items()}}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("here")


def test_every_command_is_among_the_lines() -> None:
    assert set(commands(typer.main.get_command(app))) == set(LINES)


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("command", LINES)
def test_nothing_planted_reaches_a_terminal(
    command: str, terminal: bool, planted: dict[str, str], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("standoff.addons.reading.cli.review._answer", lambda *question: "s")
    for line in LINES[command]:
        words = [
            word.replace("{" + name + "}", path)
            for word in line
            for name in [re.sub(r"[{}].*", "", word[1:])]
            for path in [planted.get(name, "")]
        ]
        code, out, err = call(*command.split(), *words, terminal=terminal)
        assert code in {0, 1, 3, 4}, (line, err)
        assert out or err
        assert controls(SGR.sub("", out) if terminal else out) == set() == controls(err), line
        assert not re.search(r"\x1b\[31mred", out), "a planted colour"


def test_what_is_planted_can_be_seen(planted: dict[str, str]) -> None:
    for words in (["validate", planted["case"]], ["claims", planted["case"]], ["show", planted["case"]]):
        out = call(*words)[1]
        assert r"\x1b]0;owned\x07\x1b[31mred\x9b2J" in out and r"\u202egnp\u2066" in out, words
        assert "[link=https://x.invalid]no[/link] :warning:" in " ".join(out.split())
    told = json.loads(call("claims", planted["case"], "--json")[1])
    assert told[0]["speaker"].endswith(PLANTED), "the data are the same"
    assert r"No such option: --\x1b[31mred" in " ".join(call("show", "--\x1b[31mred")[2].split())


def test_hidden_characters_are_those_of_unicode() -> None:
    """Control, format and surrogate characters and separators of lines, but for those that letters and emoji need."""
    seen = {
        0x600,
        0x601,
        0x602,
        0x603,
        0x604,
        0x605,
        0x6DD,
        0x70F,
        0x890,
        0x891,
        0x8E2,
        0x110BD,
        0x110CD,
    }  # drawn marks
    expected = (
        {
            code
            for code in range(sys.maxunicode + 1)
            if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        }
        - {0x9, 0xA, 0x200C, 0x200D}
        - seen
    )
    found = {code for code in range(sys.maxunicode + 1) if output.HIDDEN.match(chr(code))}
    assert expected <= found
    assert all(unicodedata.category(chr(code)) in {"Cn", "Mn", "Lo"} for code in found - expected)


def test_letters_of_every_script_stay_as_they_are() -> None:
    for text in ("Éamon, Đặng, Łódź", "שלום", "مرحبا", "می\u200cخواهم", "क्\u200dष", "👩\u200d🚀 ✈\ufe0f", "a\tb\nc"):
        assert output.visible(text) == text
    assert output.visible("a\r\nb\rc") == "a\nb\\x0dc"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "shift_jis", "utf-8", "utf-16"])
def test_every_encoding_takes_every_text(encoding: str, planted: dict[str, str]) -> None:
    for words in (
        ["show", planted["case"]],
        ["show", planted["case"], "--json"],
        ["list"],
        ["solve"],
        ["show", "xx ± ‮"],
        ["show", "--xx±é"],
        ["--help"],
    ):
        code, out, err = call(*words, encoding=encoding)
        assert code in {0, 1, 2} and (out or err)
    with pytest.raises(UnicodeEncodeError):
        "−".encode("cp1252")  # the sign that ended a run
    output_of = call("answer", planted["case"], *FEW, encoding=encoding)
    assert output_of[0] == 0 and "Monte Carlo error" in output_of[1]


def test_json_is_the_same_data_in_every_encoding(planted: dict[str, str]) -> None:
    there = [
        json.loads(call("claims", "china-russia", "--json", encoding=code)[1]) for code in ("utf-8", "ascii", "cp1252")
    ]
    assert there[0] == there[1] == there[2]
    assert (
        any(not claim["speaker"].isascii() for claim in there[0])
        or not json.dumps(there[0], ensure_ascii=False).isascii()
    )


def test_columns_stay_aligned_where_signs_are_written_with_more_letters() -> None:
    from standoff.cli._options import display

    rows = [("± 3 € …", "end"), ("plain", "end"), ("\x1b[31mred", "end"), ("naïve", "end")]
    out = Screen(encoding="ascii")
    with redirect_stdout(out), output.streams():
        display([table("what", "then", rows=rows)])
    head, _, *lines = filter(None, out.text.splitlines())
    assert {line.index("end") for line in lines} == {head.index("then")}
    assert (
        lines[0].startswith("+- 3 EUR ...") and lines[2].startswith(r"\x1b[31mred") and lines[3].startswith(r"na\xefve")
    )


LOST = (
    ["list", "--json"],
    ["--help"],
    ["--version"],
    ["claims", "korea-1950", "--conflicts"],
    ["show", "attrition"],
    ["schema"],
)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", LOST, ids=" ".join)
def test_a_full_disk_is_an_error_of_one_line(words: list[str]) -> None:
    """In a process of its own, since its end is part of what is tested."""
    unbuffered = "1" if len(words) > 1 else ""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "standoff", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    assert done.stderr.endswith(" left on device\n") and done.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes of Unix")
@pytest.mark.parametrize(
    ("words", "unbuffered"), [(["claims", "china-russia"], ""), (["claims", "china-russia", "--json"], "1")]
)
def test_a_reader_that_leaves_ends_the_program_in_silence(words: list[str], unbuffered: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "standoff", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    ) as program:
        assert program.stdout is not None and program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(120) == output.CLOSED


@pytest.mark.skipif(os.name == "nt", reason="descriptors of Unix")
def test_streams_that_are_closed_or_full_from_the_start_end_without_a_traceback() -> None:
    for shell, code in (("list >&-", 0), ("list 2>&- >/dev/null", 0), ("show xx 2>/dev/full", 1)):
        done = subprocess.run(
            f"{sys.executable} -m standoff {shell}", shell=True, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, done.stderr) == (code, ""), shell


def test_an_error_that_is_not_of_the_output_is_not_taken_for_one() -> None:
    with redirect_stdout(Screen()), pytest.raises(FileNotFoundError), output.streams():
        Path("no such file").read_bytes()


def test_texts_leave_by_these_doors_alone() -> None:
    """Outside of two modules nothing prints; what is printed otherwise would not be made visible."""
    for file in sorted(HOME.rglob("*.py")):
        name = file.relative_to(HOME).as_posix()
        found = [] if name in DOORS else printed(file.read_text(encoding="utf-8"))
        assert not found, f"{name} prints at lines {found}: use standoff.cli._output or standoff.cli._options"


def printed(source: str) -> list[int]:
    """Lines that print, or that open a console or a standard stream to write."""
    found = []
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Call) and (
            (isinstance(node.func, ast.Name) and node.func.id in {"print", "Console", "input"})
            or (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in {"echo", "secho", "echo_via_pager", "Console"}
            )
        ):
            found.append(node.lineno)
        if isinstance(node, ast.Attribute) and node.attr in {"write", "writelines", "buffer"}:
            inner = node.value
            if isinstance(inner, ast.Attribute) and inner.attr in {"stdout", "stderr", "__stdout__", "__stderr__"}:
                found.append(node.lineno)
    return found


def test_a_print_would_be_seen() -> None:
    assert printed("print(1)\nimport typer\ntyper.echo(2)\nimport sys\nsys.stdout.write('x')\nConsole()") == [
        1,
        3,
        6,
        5,
    ]
