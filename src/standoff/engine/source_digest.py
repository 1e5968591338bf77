"""Digest of the source code behind a compiled program: modules and all that they import.

Code on which no compiled function can depend, such as a label of a report or a mechanism that a scenario does not use,
is left out, so that a change of it does not cause a new compilation.
"""

from __future__ import annotations

import hashlib
import re
import sys
from functools import lru_cache
from pathlib import Path

HOME = Path(__file__).parents[1]
IMPORT = re.compile(r"^[ \t]*(?:from (standoff[\w.]*) import (\([^)]*\)|[^\n]*)|import (standoff[\w.]*))", re.MULTILINE)


@lru_cache(maxsize=64)
def source_digest(modules: frozenset[str], home: Path = HOME) -> str:
    """SHA-256 of the files of some modules and of all modules of the package that they import.

    home: folder of the package
    """
    texts, waiting = dict[str, str](), set(modules)
    while waiting:
        name = waiting.pop()
        texts[name] = _text(name, home)
        waiting |= {other for other in imported(texts[name], home) if other not in texts}
    return hashlib.sha256("\0".join(f"{name}\0{texts[name]}" for name in sorted(texts)).encode()).hexdigest()


def imported(text: str, home: Path = HOME) -> set[str]:
    """Full names of the modules of the package that a source text imports, by absolute imports."""
    out: set[str] = set()
    for package, names, plain in IMPORT.findall(text):
        words = [word.split()[0] for word in re.sub(r"#.*|[()]", "", names).split(",") if word.split()]
        result = [f"{package}.{word}" for word in words if _file(f"{package}.{word}", home)]
        out |= {*result, *([package or plain] if len(result) < len(words) or plain else [])}
    return out - {"standoff"}


def _text(name: str, home: Path) -> str:
    file = _file(name, home) or getattr(sys.modules.get(name), "__file__", None)
    return Path(file).read_text(encoding="utf-8") if file else ""


def _file(name: str, home: Path) -> Path | None:
    """The file of a module in the folder of the package, or None."""
    path = home.joinpath(*name.split(".")[1:])
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
