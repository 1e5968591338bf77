"""`standoff play`: a case as a game, in which persons decide for some actors."""

from __future__ import annotations

import secrets
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
        int | None, Option(min=0, max=2047, help="Which of the futures is played; by default any of them.")
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

    show: Callable[..., None] = (lambda *blocks: None) if written.as_json else options.display
    with written.progress() as progress:
        session = standoff.session(changed.model(case), seed=seed, progress=progress)
        if file is not None and file.exists():
            saved = SavedGame.read(file, session)
        else:
            any_number = secrets.randbelow(2048) if number is None else number
            saved = SavedGame.begin(standoff.play(session, seats, number=any_number), file)
    show(wargame.briefing(saved.game))
    _turns(saved, chain(map(str.strip, moves.split(",")) if moves else (), _typed()), show)
    with written.progress():
        found = standoff.debrief(saved.game)
    written.emit(found, wargame.blocks(found, saved.game.plan))


def _typed() -> Iterator[str]:
    """Lines of standard input, each after a prompt where a person types them."""
    while sys.stdin is not None:
        if sys.stdin.isatty():
            put_error(PROMPT)
        line = sys.stdin.readline()
        if not line:
            return
        yield line.strip()


def _turns(saved: SavedGame, lines: Iterator[str], show: Callable[..., None]) -> None:
    """Play the turns, until the game or the lines end."""
    from standoff.report.sections import wargame

    game = saved.game
    while game.turn is not None:
        show(wargame.turn(game, game.turn))
        waiting, picked, guesses = [*game.turn.decisions], dict[str, str](), dict[str, Any]()
        while waiting:
            line = next(lines, "q")
            if line == "q":
                return
            try:
                if line == "?":
                    show(wargame.advice(game.plan, standoff.advise(game), game.plan.scenario.as_of))
                elif "=" in line:
                    guesses |= _guess(line, game.turn.others)
                else:
                    picked[waiting[0].choice] = _option(line, waiting[0])
                    del waiting[0]
            except ModelError as error:
                if not sys.stdin.isatty():
                    raise
                put_error(str(error))
        saved.choose(picked, guesses)
    show(wargame.moves(game.plan, game.moves[game.told :]))


def _option(line: str, decision: OpenDecision) -> str:
    """An option from its name or number, or that in force; raises `ModelError`."""
    known = [*decision.is_open]
    place = options.whole_number(line)
    name = decision.in_force if not line else known[place - 1] if place and place <= len(known) else line
    if not decision.is_open.get(name):
        allowed = ", ".join(option for option, is_open in decision.is_open.items() if is_open)
        raise ModelError(f"`{name}` cannot be chosen in {decision.choice}", allowed=allowed)
    return name


def _guess(line: str, others: tuple[OpenDecision, ...]) -> dict[str, dict[str, float]]:
    """`USA=hold 70`: probabilities of what another does, the rest in equal parts; raises `ModelError`."""
    name, _, rest = line.partition("=")
    option, _, text = rest.strip().partition(" ")
    known = next((other for other in others if other.choice == name.strip()), None)
    percent = options.whole_number(text.strip().removesuffix("%").strip())
    if known is None or option not in known.is_open or percent is None or percent > 100:
        allowed = "; ".join(f"{other.choice}={'|'.join(other.is_open)} 0 to 100" for other in others)
        raise ModelError(f"`{line}` is no guess", allowed=allowed or "none now")
    rest_of = (100 - percent) / max(len(known.is_open) - 1, 1)
    return {known.choice: {each: (percent if each == option else rest_of) / 100 for each in known.is_open}}


COMMAND = Command(HelpGroup.simulate, play)
