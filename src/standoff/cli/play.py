"""`standoff play`: a case as a game, in which persons decide for some actors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._output import put_error
from standoff.errors import ModelError

if TYPE_CHECKING:
    from standoff.wargame.game import OpenDecision
    from standoff.wargame.saved import SavedGame

PROMPT = "option or its number, Enter as now, `USA=hold 70` a guess in %, `?` advice, `q` debrief"


def play(
    case: options.Case,
    seats: Annotated[list[str], Option("--as", metavar="ACTOR", help="Whom you play; repeat it for several seats.")],
    number: Annotated[
        int | None, Option(min=0, max=2047, help="Which of the futures is played; by default any in which you decide.")
    ] = None,
    seed: options.Seed = 1,
    moves: Annotated[
        str, Option(metavar="A,B,...", help="The first answers to the prompts, by comma; then standard input is read.")
    ] = "",
    file: Annotated[
        Path | None, Option(metavar="FILE", help="Keep the game here, turn by turn; go on with one that is there.")
    ] = None,
    *,
    changed: options.Changed,
    written: options.Written,
) -> None:
    """Play a case: decide for an actor date by date, while the model decides for all others.

    Standard input may be a file or a pipe. At its end, or that of the game, the debrief compares the game with the futures in
    which the model plays you.
    """
    from standoff.report.sections import wargame
    from standoff.wargame.saved import SavedGame

    with written.progress() as progress:
        session = standoff.session(changed.model(case), seed=seed, progress=progress)
        if file is not None and file.exists():
            saved = SavedGame.read(file, session)
        else:
            saved = SavedGame.begin(standoff.play(session, seats, number=number), file)
    show: Callable[..., None] = (lambda *blocks: None) if written.as_json else options.display
    show(wargame.briefing(saved.game))
    _play(saved, chain(map(str.strip, moves.split(",")) if moves else (), _typed()), show)
    show(wargame.moves(saved.game.plan, saved.game.moves[saved.game.shown :]))
    result = standoff.debrief(saved.game)
    written.emit(result, wargame.blocks(result, saved.game.plan))


def _typed() -> Iterator[str]:
    """Lines of standard input, each after a prompt where a person types them."""
    while sys.stdin is not None:
        if sys.stdin.isatty():
            put_error(PROMPT)
        if not (line := sys.stdin.readline()):
            return
        yield line.strip()


def _play(saved: SavedGame, lines: Iterator[str], show: Callable[..., None]) -> None:
    """Play turns until the game or the lines end; a person who types is asked again."""
    from standoff.report.sections import wargame

    game = saved.game
    while game.turn is not None:
        show(wargame.turn(game.plan, game.turn))
        picked, guesses = dict[str, str](), dict[str, Any]()
        try:
            while len(picked) < len(game.turn.decisions):
                decision, line = game.turn.decisions[len(picked)], next(lines, "q")
                if line == "q":
                    return
                if line == "?":
                    show(wargame.advice(game.plan, standoff.advise(game)))
                elif "=" in line:
                    guesses |= _guess(line, game.turn.others)
                else:
                    by_number = dict(zip(map(str, range(1, 100)), decision.is_open, strict=False))
                    picked[decision.choice] = by_number.get(line, line) or decision.in_force
            saved.choose(picked, guesses)
        except ModelError as error:
            if sys.stdin is None or not sys.stdin.isatty():
                raise
            put_error(str(error))


def _guess(line: str, others: tuple[OpenDecision, ...]) -> dict[str, dict[str, float]]:
    """`USA=hold 70`: what another does with 70 %, the rest in equal parts; raises `ModelError`."""
    name, option, text = f"{line.replace('=', ' ', 1)}  ".split(" ")[:3]
    known = next((other.is_open for other in others if other.choice == name), {})
    percent = options.whole_number(text)
    if option not in known or percent is None:
        allowed = "; ".join(f"{other.choice}={'|'.join(other.is_open)} 0 to 100" for other in others)
        raise ModelError(f"`{line}` is no guess", allowed=allowed or "none now")
    rest = (100 - percent) / max(len(known) - 1, 1)
    return {name: {each: (percent if each == option else rest) / 100 for each in known}}


COMMAND = Command(HelpGroup.simulate, play)
