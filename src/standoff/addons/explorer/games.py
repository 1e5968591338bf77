"""Games of a case on the page: turns, advice and debriefs as plain data; each has a file."""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from standoff import labels
from standoff.addons.explorer.responses import UnknownName, View, written
from standoff.addons.explorer.tries import file_name, state_dir
from standoff.engine.session import Session
from standoff.errors import RunError
from standoff.report.sections import wargame
from standoff.wargame.advice import advise
from standoff.wargame.debrief import debrief
from standoff.wargame.game import Guesses, Options, play
from standoff.wargame.saved import SavedGame, read_game

KEPT = 20  #: games in memory; assumption: nobody plays more at a time; others are played again from their files


@dataclass(eq=False)
class Games:
    """The games of a case; without a folder they last as long as the process."""

    folder: Path | None = None
    _open: OrderedDict[str, SavedGame] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, file: Path, variant: str = "") -> Games:
        """The games of a scenario file under a variant, in the state folder of the user."""
        home = state_dir()
        return cls(home and home / "games" / file_name(file, variant).removesuffix(".jsonl"))

    def entries(self) -> list[View]:
        """All games, the newest first."""
        files = [] if self.folder is None else self.folder.glob("*.jsonl")
        out = []
        for file in files:
            try:
                start, *turns = read_game(file)
            except RunError:
                continue
            out.append(
                {"id": file.stem, "at": start.at, "seats": start.seats, "number": start.number, "turns": len(turns)}
            )
        return sorted(out, key=lambda entry: str(entry["at"]), reverse=True)

    def begin(self, session: Session, seats: Sequence[str], number: int | None) -> View:
        """Begin a game, of any future unless one is named."""
        game = play(session, seats, number=number)
        name = secrets.token_hex(8)
        self._keep(name, SavedGame.begin(game, self._path(name)))
        return self.view(session, name)

    def view(self, session: Session, name: str) -> View:
        """Where a game stands; raises `UnknownName`, and `RunError` for one of another case."""
        game = self._game(session, name).game
        return {
            "id": name,
            "seats": game.seats,
            "number": game.stepper.number,
            "seed": session.seed,
            "text": game.plan.scenario.text,
            "briefing": game.briefing,
            "turn": game.turn,
            "stocks": [wargame.stock_row(game.plan, item) for item in game.turn.stocks] if game.turn else (),
            "about": {name: spec.text for name, spec in game.plan.scenario.cells().items()},
            "moves": game.moves,
            "reasons": {
                choice.name: {
                    reason.name: labels.reason_of(game.plan, choice.name, reason.name) for reason in choice.reasons
                }
                for choice in game.plan.choices
            },
        }

    def turn(self, session: Session, name: str, options: Options, guesses: Guesses) -> View:
        """Decide for the seats."""
        self._game(session, name).choose(options, guesses)
        return self.view(session, name)

    def advice(self, session: Session, name: str) -> View:
        """The main answer under each option of the turn."""
        game = self._game(session, name).game
        found = [(item, *wargame.words(game.plan, item.comparison)) for item in advise(game)]
        return {
            "options": [
                {
                    "choice": item.choice,
                    "option": item.option,
                    "now": now,
                    "change": change,
                    "share": item.comparison.changes[0].answer.share,
                }
                for item, _, now, change in found
            ]
        }

    def debrief(self, session: Session, name: str) -> View:
        """A game beside the futures in which the model plays its seats."""
        game = self._game(session, name).game
        return written(wargame.compared(debrief(game), game.plan))

    def _game(self, session: Session, name: str) -> SavedGame:
        saved = self._open.get(name)
        if saved is None or saved.game.stepper.session is not session:
            path = self._path(name)
            if path is None or not path.is_file():
                raise UnknownName(f"there is no game `{name}`", fix="begin one")
            saved = SavedGame.read(path, session)
        self._keep(name, saved)
        return saved

    def _path(self, name: str) -> Path | None:
        return self.folder / f"{name}.jsonl" if self.folder and re.fullmatch("[0-9a-f]{16}", name) else None

    def _keep(self, name: str, saved: SavedGame) -> None:
        self._open[name] = saved
        self._open.move_to_end(name)
        while len(self._open) > KEPT:
            self._open.popitem(last=False)
