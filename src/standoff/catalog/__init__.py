"""The cases that come with the package, and reading a case by its slug or its path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from standoff.errors import Problem, ScenarioError, did_you_mean, join_limited
from standoff.ledger import Ledger
from standoff.scenario import LoadedScenario, load_scenario
from standoff.scenario.interventions import AS_OF

HOME = Path(__file__).parent


def slugs() -> tuple[str, ...]:
    """Names of the cases, sorted."""
    return tuple(sorted(path.parent.name for path in HOME.glob("*/scenario.yaml")))


def find(name: str | Path) -> Path:
    """The scenario file that a slug, a file or a folder means; raises `ScenarioError` for anything else."""
    path = Path(name)
    if str(name) in slugs():
        return HOME / str(name) / "scenario.yaml"
    with suppress(OSError):  # a name that the system refuses is that of no file
        if path.is_dir() and (path / "scenario.yaml").is_file():
            return path / "scenario.yaml"
        if path.exists() and not path.is_dir():  # a device or a pipe is refused by its kind when it is read
            return path
    raise ScenarioError(
        Problem(
            f"there is no case and no file `{name}`",
            allowed=f"a file, a folder with scenario.yaml, or {join_limited(slugs())}",
            fix=did_you_mean(str(name), slugs()) or "`standoff list` shows the cases, `standoff new NAME` starts one",
        )
    )


def load(
    name: str | Path, variant: str = "", changes: Mapping[str, Any] | None = None, since: str = AS_OF
) -> tuple[LoadedScenario, Ledger]:
    """A scenario and the claims beside it (`claims.jsonl` or `claims.yaml`, none is an empty ledger).

    `changes` maps levers and dotted paths to values, as `--set` does; they hold `since` as_of, start, or a month.
    """
    path = find(name)
    loaded = load_scenario(path, variant, changes, since)
    return loaded, claims_beside(path).read_with(loaded.scenario.vocabulary)


def claims_beside(path: Path) -> Ledger:
    """The claims next to a scenario file: `claims.jsonl` or `claims.yaml`; none is an empty ledger."""
    for claims in (path.with_name("claims.jsonl"), path.with_name("claims.yaml")):
        if os.path.lexists(claims):  # what is no file is refused, and not taken for an empty ledger
            return Ledger.load(claims)
    return Ledger()
