"""A game on the disk: JSON lines that are only ever appended.

A process that is killed loses no turn. The first line says what is played, each later one what persons chose and guessed at a
turn; the rest follows from the seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from standoff.engine.session import Session
from standoff.errors import RunError
from standoff.files import append_line
from standoff.input_files import contents
from standoff.record import record
from standoff.wargame.game import Guesses, Options, Turn, Wargame, play


@record
class GameLine:
    """The start of a game, with `seats` and a number, or a turn, with options and guesses."""

    model: str = ""  #: digest of the case
    seed: int = 1
    number: int = 0
    seats: tuple[str, ...] = ()
    at: str = ""  #: ISO time
    options: Mapping[str, str] = field(default_factory=dict)
    guesses: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


LARGEST = 10_000_000  #: bytes of a file; assumption: a thousand turns with guesses have a tenth
LINE: TypeAdapter[GameLine] = TypeAdapter(GameLine)


@dataclass(eq=False)
class SavedGame:
    """A game, and the file that it is kept in; without one it lasts as long as the process."""

    game: Wargame
    path: Path | None = None

    @classmethod
    def begin(cls, game: Wargame, path: Path | None = None) -> SavedGame:
        """Keep a game that begins."""
        saved, session = cls(game, path), game.stepper.session
        start = GameLine(
            model=session.model.hash,
            seed=session.seed,
            number=game.stepper.number,
            seats=game.seats,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        saved._append(start)
        return saved

    @classmethod
    def read(cls, path: Path, session: Session) -> SavedGame:
        """Play a kept game again, up to where it stands.

        Raises `RunError` for a file that is no game, and for one of another case or seed.
        """
        start, *turns = read_game(path)
        if (start.model, start.seed) != (session.model.hash, session.seed):
            what = "the game is of another case or seed, or the case has changed since"
            raise RunError(what, str(path), allowed=f"case {session.model.hash[:12]}, seed {session.seed}")
        game = play(session, start.seats, number=start.number)
        for turn in turns:
            game.choose(turn.options, turn.guesses)
        return cls(game, path)

    def choose(self, options: Options | None = None, guesses: Guesses | None = None) -> Turn | None:
        """`Wargame.choose`, on the disk before it returns."""
        turn = self.game.choose(options, guesses)
        self._append(GameLine(options=self.game.chosen[-1], guesses=guesses or {}))
        return turn

    def _append(self, line: GameLine) -> None:
        if self.path is not None:
            append_line(self.path, asdict(line))


def read_game(path: Path) -> list[GameLine]:
    """The lines of a game but a torn one, which was never acknowledged; raises `RunError`."""
    out = list[GameLine]()
    for line in contents(path, LARGEST, RunError).split(b"\n"):
        with suppress(ValidationError):
            out += [LINE.validate_json(line)] if line else []
    if not out or not out[0].seats:
        raise RunError("this is no game", str(path), fix="begin another")
    return out
