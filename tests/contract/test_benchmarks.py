"""Scripts of benchmarks: each begins, and says what it does before it does anything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(file.stem for file in (ROOT / "benchmarks").glob("*.py") if "__main__" in file.read_text("utf-8"))
#: one process for all: what each prints with `--help`, and how it ends
EVERY = """
import contextlib, importlib, io, json, sys
out = {}
for name in sys.argv[1:]:
    printed = io.StringIO()
    sys.argv = [f"benchmarks.{name}", "--help"]
    try:
        with contextlib.redirect_stdout(printed):
            importlib.import_module(f"benchmarks.{name}").main()
        end = "it ran"
    except SystemExit as stop:
        end = stop.code
    except Exception as error:
        end = repr(error)
    out[name] = end, printed.getvalue()
print(json.dumps(out))
"""


def test_every_script_says_what_it_does_and_does_nothing_more() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERY, *SCRIPTS], cwd=ROOT, capture_output=True, text=True, timeout=600, check=True
    )
    told = json.loads(done.stdout)
    assert len(told) > 30
    assert {name: end for name, (end, _) in told.items() if end != 0} == {}
    assert [name for name, (_, text) in told.items() if not text.startswith("usage: ")] == []
