"""What `standoff run --theories` does: the case once under each rival theory, side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from standoff.cli.common import bar, print_json, shown
from standoff.writing import writing

if TYPE_CHECKING:
    from pathlib import Path

    from standoff.engine.build import Model

ALL = "all"


def compare(
    model: Model, names: str, draws: int, seed: int, out: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Print what every named theory answers; `out` is a folder that keeps the same as `theories.json`."""
    from standoff.analysis.theories import theories
    from standoff.games.theories import THEORIES
    from standoff.report import rivals

    wanted = THEORIES if names.strip() == ALL else tuple(word.strip() for word in names.split(",") if word.strip())
    found = theories(model, wanted, draws=draws, seed=seed, watch=lambda name: bar(name, quiet=as_json))
    data = found.data()
    if out is not None:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            (out / "theories.json").write_text(text + "\n", encoding="utf-8")
    if as_json:
        print_json(data)
    else:
        shown(rivals.page(found))
