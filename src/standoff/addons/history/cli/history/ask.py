"""`standoff history ask`: what history says about one decision."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.errors import ScenarioError, require


def ask(
    actor: Annotated[str, Option(metavar="STATE", help="The state that decides, such as CHN.")],
    side: Annotated[str, Option(metavar="STATE", help="The state that it may help.")],
    against: Annotated[str, Option(metavar="STATE", help="The state against which.")],
    year: Annotated[int, Option(metavar="YEAR", help="Year of the decision; it knows the year before.")],
    data: Annotated[Path, Option(metavar="FOLDER", help="Folder with the publishers' files.")],
    since: Annotated[int, Option(metavar="YEAR", help="First year of the war; by default the year itself.")] = 0,
    helpers: Annotated[
        str, Option(metavar="STATES", help="States that helped the side the year before: BLR,IRN.")
    ] = "",
    enemy_helpers: Annotated[str, Option(metavar="STATES", help="States that helped the enemy the year before.")] = "",
    posterior: Annotated[
        Path | None,
        Option(metavar="FILE", help="Posterior of `standoff history fit`; default: that of the package."),
    ] = None,
    keep: Annotated[
        str,
        Option(metavar="CASE", help="Store the answer beside the scenario of CASE; needs --question."),
    ] = "",
    question: Annotated[str, Option(metavar="ID", help="The question of CASE beside which it is shown.")] = "",
    *,
    written: options.Written,
) -> None:
    """Ask history: chance of each kind of help, and its reasons."""
    from standoff.addons.history.fit import load
    from standoff.addons.history.sections.history import answer_blocks
    from standoff.history.recorded import record

    target = _target(keep, question) if keep or question else None
    answer = standoff.history_ask(
        data,
        actor=actor,
        side=side,
        against=against,
        year=year,
        since=since,
        helpers=_codes(helpers),
        enemy_helpers=_codes(enemy_helpers),
        fitted=load(posterior) if posterior else None,
    )
    if target is not None:
        folder, names = target
        record(answer.to_record(question, names), folder)
    written.emit(answer, answer_blocks(answer))


def _target(case: str, question: str) -> tuple[Path, dict[str, str]]:
    """Folder of the scenario of a case that has the question, and names of its actors."""

    if not case or not question:
        raise ScenarioError("an answer is kept beside a question of a case", allowed="--keep CASE --question ID")
    loaded, _ = standoff.load(case)
    require(question, loaded.scenario.questions, "question")
    if loaded.folder is None:
        raise ScenarioError(f"{case} has no folder", fix="name a case, or the folder of a scenario")
    return loaded.folder, {code: actor.name for code, actor in loaded.scenario.actors.items()}


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


COMMAND = Command(HelpGroup.evidence, ask)
