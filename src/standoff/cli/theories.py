"""What `--theories` does in `run` and `fit`: the case under each rival theory, side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from standoff.cli.options import display, print_json, progress_bar
from standoff.files import write_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import RenderableType

    from standoff.engine.build import Model

ALL = "all"


def compare(model: Model, names: str, draws: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Print what every named theory answers; `out` is a folder that keeps the same as `theories.json`."""
    from standoff.analysis.theory_comparison import theories
    from standoff.report.sections import theories as rivals

    found = theories(
        model, _wanted(names), draws=draws, seed=seed, watch=lambda name: progress_bar(name, quiet=as_json)
    )
    _told(found.to_data(), out, as_json, lambda: rivals.page(found))


def weigh(
    model: Model, names: str, draws: int, seed: int, out: Path | None, as_json: bool, tell: Callable[[str], None] | None
) -> bool:  # fmt: skip
    """Print which theory the seen choices speak for, and say whether its draws passed their gate; `out` is a folder that keeps
    the same as `theories.json`."""
    from standoff.analysis.theory_comparison import check_theories, with_theory
    from standoff.inference.fit.theory_evidence import compare_theories as weighed
    from standoff.report.sections import theory_evidence as told

    found = weighed(
        {name: with_theory(model, name) for name in check_theories(_wanted(names))}, draws=draws, seed=seed, tell=tell
    )
    _told(found.to_data(), out, as_json, lambda: told.page(found))
    return found.passed


def _wanted(words: str) -> tuple[str, ...]:
    from standoff.theories import names as all_theories

    return all_theories() if words.strip() == ALL else tuple(word.strip() for word in words.split(",") if word.strip())


def _told(data: dict[str, Any], out: Path | None, as_json: bool, page: Callable[[], RenderableType]) -> None:
    if out is not None:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
        write_text(out / "theories.json", text + "\n")
    if as_json:
        print_json(data)
    else:
        display(page())
