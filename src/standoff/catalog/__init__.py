"""Cases of the package, and loading of a case by slug or path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from standoff.errors import LedgerError, Problem, ScenarioError, StandoffError, did_you_mean, join_limited
from standoff.ledger import Ledger
from standoff.ledger.cards import FILE, in_true_units
from standoff.scenario import load_scenario
from standoff.scenario.case import Case
from standoff.scenario.interventions import AS_OF
from standoff.scenario.load import read_scenario

HOME = Path(__file__).parent
CLAIMS = ("claims.jsonl", "claims.yaml")  #: names of the file of claims beside a scenario
UNREAD_CLAIMS = ("claims.yml",)  #: a name that looks like it and is never read


def slugs() -> tuple[str, ...]:
    """Slugs of the cases, sorted."""
    return tuple(sorted(path.parent.name for path in HOME.glob("*/scenario.yaml")))


def find(name: str | Path) -> Path:
    """The scenario file of a slug, a file or a folder; raises `ScenarioError` for anything else."""
    path, folder = Path(name), False
    if str(name) in slugs():
        return HOME / str(name) / "scenario.yaml"
    with suppress(OSError):  # a name that the system refuses is that of no file
        folder = path.is_dir()
        if folder and (path / "scenario.yaml").is_file():
            return path / "scenario.yaml"
        if path.exists() and not path.is_dir():  # a device or a pipe is refused by its kind when it is read
            return path
    raise ScenarioError(
        f"the folder `{name}` has no scenario.yaml" if folder else f"there is no case and no file `{name}`",
        allowed=f"a file, a folder with scenario.yaml, or {join_limited(slugs())}",
        fix=did_you_mean(str(name), slugs()) or "`standoff list` shows the cases, `standoff new NAME` creates one",
    )


def load(
    name: str | Path,
    variant: str = "",
    changes: Mapping[str, Any] | None = None,
    since: str = AS_OF,
    held: Mapping[str, Mapping[str, str]] | None = None,
) -> Case:
    """Load a case by slug or path: its scenario with its claims.

    Claims are in `claims.jsonl` or `claims.yaml` beside the scenario.
    `build(load("korea-1950"))` is a model; `scenario, ledger = load("korea-1950")` are the two apart.

    `changes` maps levers and dotted paths to values, as `--set` does; they hold `since` as_of, start, or a month.
    `held` maps choices (or actors with a single choice) to {month: option set by a person from then on}, as `--hold` does.
    """
    path = find(name)
    loaded = load_scenario(path, variant, changes, since, held)
    return Case(loaded, load_claims(path).read_with(loaded.scenario.vocabulary))


def load_claims(path: Path) -> Ledger:
    """The claims beside a scenario file: `claims.jsonl` or `claims.yaml`; may be empty.

    Their units are those of the quantity cards (`cards.yaml`), where these correct them. Raises `LedgerError` where both stand
    there, or a file of claims under a name that is never read.
    """
    there = [file for file in map(path.with_name, CLAIMS) if os.path.lexists(file)]
    unread = [file for file in map(path.with_name, UNREAD_CLAIMS) if os.path.lexists(file)]
    if unread or len(there) > 1:
        found = join_limited([f"`{file.name}`" for file in (*there, *unread)])
        raise LedgerError(
            f"{path.parent}: {found} {'stand' if len(there + unread) > 1 else 'stands'} beside `{path.name}`",
            allowed="one file of claims, " + " or ".join(f"`{name}`" for name in CLAIMS),
            fix="put all claims into one file of that name and take the other away, so that none is left unread",
        )
    if not there:
        return Ledger()
    try:
        ledger = Ledger.load(there[0])  # a folder or a broken link is refused, and not taken for an empty ledger
    except LedgerError:  # perhaps a unit of the case; its scenario is read for that alone
        ledger = Ledger.load(there[0], _declared(path))
    return in_true_units(ledger, path.parent) if path.with_name(FILE).exists() else ledger


def _declared(path: Path) -> Mapping[str, str]:
    """Units that a scenario declares; none where it cannot be read."""
    with suppress(StandoffError):
        valid = read_scenario(path).valid_part
        return {} if valid is None else valid.scenario.units
    return {}


def claims(
    case: str | Path,
    *,
    subject: str | None = None,
    quantity: str | None = None,
    speaker: str | None = None,
    side: str | None = None,
    line: int | None = None,
    text: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Ledger:
    """Load the claims of a case, or those that pass every filter.

    since and until are dates that claims are about; text is part of a claim's words. Raises `LedgerError` for a subject,
    quantity, speaker or side that no claim of the case has: a misspelt one would look like silence of the sources.
    """
    ledger, problems = load_claims(find(case)), []
    for key, word in {"subject": subject, "quantity": quantity, "speaker": speaker, "side": side}.items():
        words = sorted({getattr(claim, key) for claim in ledger} - {""})
        if word is not None and words and word not in words:
            problems.append(
                Problem(
                    f"no claim has the {key} `{word}`",
                    f"--{key}",
                    allowed=join_limited(words),
                    fix=did_you_mean(word, words),
                )
            )
    if problems:
        raise LedgerError(problems)
    return ledger.filter(
        subject=subject, quantity=quantity, speaker=speaker, side=side, line=line, text=text, since=since, until=until
    )
