"""The game: one future of a case in which persons decide for some actors, date by date.

The future has a number, under which its chance events are those of a run. Who is played by nobody decides by the model, not
knowing what a person will choose. A game is fixed by its case, seats, seed, number and choices; where a person always
chooses what the model would have chosen in that future, it is that future to the last bit.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from standoff import expression, labels
from standoff.engine.decision_record import DecisionRecord
from standoff.engine.model import Model
from standoff.engine.session import Session, session
from standoff.engine.stepping import Position, Stepper
from standoff.errors import ModelError, RunError, require
from standoff.evaluation.scoring_rules import brier, logarithmic
from standoff.plan import Plan
from standoff.progress import SILENT, Progress
from standoff.record import record
from standoff.scenario.starting_constants import KIND

TRIES = 50  #: futures that are looked at for one in which a seat decides; assumption
FUTURES = 2048  #: numbers of futures that can be played; the debrief compares with all of them
LARGEST, SHOWN = 3, 12  # reasons of a move, stocks and claims that are shown; assumption: a reader follows no more
WHOLE = 1e-3  # by which probabilities of a guess may miss 1; assumption: hand-written ones are rounded
Options = Mapping[str, str]  #: choice -> its option
Guesses = Mapping[str, Mapping[str, float]]  #: choice of another -> probability of each option; those left out have 0


@record
class OpenDecision:
    """What is to be decided now; by option."""

    choice: str
    in_force: str  #: what is done so far
    is_open: Mapping[str, bool]  #: whether it can be chosen now
    probability: Mapping[str, float]  #: with which the model would choose it


@record
class KnownStock:
    """A stock as the seat perceives it, in its unit."""

    stock: str
    value: float
    before: float  #: at the turn before


@record
class PlayedMove:
    """A decision that was made."""

    at: str
    choice: str
    option: str
    before: str  #: what was in force
    by_person: bool
    chance: float  #: with which the model does so; of a person's move, with which it would have
    model_option: str  #: what the model would have done in this very future
    reasons: Mapping[str, float]  #: the model's largest: log odds against the option before, or the likeliest other


@record
class ScoredGuess:
    """A sealed guess of what another would do, once it is known; lower scores are better."""

    move: PlayedMove
    probabilities: Mapping[str, float]
    scores: Mapping[str, float]  #: brier and logarithmic, and those of the model's own probabilities


@record
class Turn:
    """What the seats see before they decide."""

    at: str  #: month of the decision
    decisions: tuple[OpenDecision, ...]
    others: tuple[OpenDecision, ...]  #: who decides on the same date, about whom one may guess
    observed: tuple[PlayedMove, ...]  #: moves of this date that a seat observes before its own
    stocks: tuple[KnownStock, ...]  #: that the reasons of the seats and questions read
    happened: tuple[PlayedMove, ...]  #: since the last turn


@record
class Briefing:
    """What the seats are told first, beside the case."""

    relations: tuple[str, ...]  #: of the seats, in words
    claims: tuple[str, ...]  #: of their side and of their reasons, published by as_of


def play(
    model: Model | Session,
    seats: str | Sequence[str],
    *,
    seed: int = 1,
    number: int | None = 0,
    progress: Progress = SILENT,
) -> Wargame:
    """Begin a game in which persons (or programs) decide for the actors `seats`, by code.

    `number` is that of the future, 0 to 2,047, with a seed; None for any, one in which a seat decides before others, since who
    only answers what others do has nothing to decide in many. Of an open session, its model and its seed are played. See
    `Wargame.turn`, `Wargame.choose`, `standoff.advise`, `standoff.debrief`. Raises `ModelError` for an actor that has nothing to
    decide, or a number that cannot be played.
    """
    opened = model if isinstance(model, Session) else session(model, seed=seed, progress=progress)
    codes = tuple(dict.fromkeys([seats] if isinstance(seats, str) else seats))
    able = dict.fromkeys(choice.actor for choice in opened.model.plan.choices if any(choice.is_free))
    for code in codes or ("",):
        require(code, able, "actor that decides", "seats")
    if number is not None and not 0 <= number < FUTURES:
        raise ModelError(f"there is no future {number}", "number", allowed=f"0 to {FUTURES - 1}")
    drawn = secrets.SystemRandom().sample(range(FUTURES), TRIES) if number is None else [number]
    for each in drawn:
        game = Wargame(Stepper(opened, each), codes)
        game._onward()
        if game.turn is not None:
            break
    return game


@dataclass(eq=False)
class Wargame:
    """A game under way; begun by `play`."""

    stepper: Stepper = field(repr=False)
    seats: tuple[str, ...]
    moves: list[PlayedMove] = field(default_factory=list)  #: of all, in order
    guesses: list[ScoredGuess] = field(default_factory=list)
    chosen: list[dict[str, str]] = field(default_factory=list)  #: what persons chose at each turn: choice -> option
    picks: dict[tuple[int, int], int] = field(default_factory=dict)  #: (choice, step) -> option of a person
    turn: Turn | None = None  #: what is to be decided; None at the end
    now: Position = field(init=False, repr=False)  #: where the game stands
    _free: Position = field(init=False, repr=False)  #: after the step, had the model decided everything
    shown: int = 0  #: number of the moves that a turn has shown
    _levels: dict[str, float] = field(default_factory=dict)  #: stocks, as they were shown last

    def __post_init__(self) -> None:
        self.now = self._free = self.stepper.begin

    @property
    def plan(self) -> Plan:
        """The plan of the model that is played."""
        return self.stepper.program.plan

    @cached_property
    def names(self) -> list[str]:
        """Names of all choices."""
        return [choice.name for choice in self.plan.choices]

    @property
    def briefing(self) -> Briefing:
        """Ties of the seats, and claims of their side and of their reasons at as_of."""
        scenario, seats = self.plan.scenario, {*self.seats}
        own = [reason for choice in self.plan.choices if choice.actor in seats for reason in choice.reasons]
        cited = {name for reason in own for name in reason.claims}
        side = {name for name, item in scenario.vocabulary.sides.items() if seats & {*item.speaks_for}}
        known = [each for each in self.plan.ledger.as_of(scenario.as_of_day) if each.id in cited or each.side in side]
        known.sort(key=lambda claim: (claim.id in cited, claim.published.last), reverse=True)
        return Briefing(
            relations=tuple(
                f"{labels.capital(labels.humanise(tie.kind))}, "
                + " and ".join(labels.actor(self.plan, code) for code in tie.between)
                + (f", since {tie.since}" if tie.since else "")
                for tie in scenario.relations
                if seats & {*tie.between}
            ),
            claims=tuple(claim.id for claim in known[:SHOWN]),
        )

    def choose(self, options: Options | None = None, guesses: Guesses | None = None) -> Turn | None:
        """Decide for the seats, and go on to their next date.

        Returns the next turn, None at the end. A choice that is not named keeps what is in force. `guesses` about the others
        (`Turn.others`) stay sealed until they have decided. Raises `ModelError`, and changes nothing, for what is not open.
        """
        picked = self._checked(options or {})
        sealed = [self._shares(*guess) for guess in (guesses or {}).items()]
        now, after = self.now, self._free
        if any(after.of("chosen")[c] != o for c, o in picked.items()):
            after = self.stepper.advance(now, now.state + 1, picked)
        self.picks |= {(c, now.state): o for c, o in picked.items()}
        self.chosen.append({self.names[c]: self.plan.choices[c].options[o] for c, o in picked.items()})
        made = self._settle(after, self.stepper.games(now, after.of("chosen")), picked)
        for c, shares in sealed:
            options_of, p = self.plan.choices[c].options, self._chances(c, after)
            scores = {
                f"{whose}{rule.__name__}": rule(each, options_of.index(made[c].option))
                for whose, each in (("", shares), ("model_", p))
                for rule in (brier, logarithmic)
            }
            given = dict(zip(options_of, shares.tolist(), strict=True))
            self.guesses.append(ScoredGuess(move=made[c], probabilities=given, scores=scores))
        self._onward()
        return self.turn

    def _checked(self, options: Options) -> dict[int, int]:
        """Options by index, of every decision of the turn; raises `ModelError`."""
        if self.turn is None:
            raise ModelError("the game is over", fix="read its debrief, or begin another")
        due = {decision.choice: decision for decision in self.turn.decisions}
        for name in options:
            require(name, due, "choice to make now", "options")
        picked = {name: options.get(name, decision.in_force) for name, decision in due.items()}
        for name, option in picked.items():
            require(option, [each for each, there in due[name].is_open.items() if there], "open option", name)
        index = {self.names.index(name): option for name, option in picked.items()}
        return {c: self.plan.choices[c].options.index(option) for c, option in index.items()}

    def _shares(self, name: str, shares: Mapping[str, float]) -> tuple[int, np.ndarray]:
        """Choice and (option,) probabilities of a guess; raises `ModelError`."""
        assert self.turn is not None
        require(name, [other.choice for other in self.turn.others], "choice to guess at now", "guesses")
        c = self.names.index(name)
        known = self.plan.choices[c].options
        for option in shares:
            require(option, known, "option", f"guesses.{name}")
        p = np.array([shares.get(option, 0.0) for option in known], float)
        if not (p >= 0).all() or not abs(p.sum() - 1) <= WHOLE:
            raise ModelError("these are no probabilities", f"guesses.{name}", allowed="numbers from 0 that add up to 1")
        return c, p / p.sum()

    # ---- time --------------------------------------------------------------------------------------------------------

    def _onward(self) -> None:
        """Go on to the next date at which a seat decides, or to the end."""
        self.turn, choices, end = None, self.plan.choices, self.stepper.program.steps
        while self.now.state < end and not self.now.failed:
            k = next((k for k in range(self.now.state, end) if any(choice.is_free[k] for choice in choices)), end)
            if k > self.now.state:
                self.now = self.stepper.advance(self.now, k)
                continue
            self._free = self.stepper.advance(self.now, k + 1)
            games = self.stepper.games(self.now, self._free.of("chosen"))
            if any(choices[c].actor in self.seats for c in self._deciding(games)):
                self.turn = self._turn(games)
                return
            self._settle(self._free, games, {})
        if self.now.failed:
            raise RunError(f"the future {self.stepper.number} fails", fix="play another number")

    def _deciding(self, games: DecisionRecord) -> list[int]:
        """Choices that are made in this step, among two options at least, in their order."""
        k, choices = self.now.state, self.plan.choices
        order = self.stepper.program.order
        return [c for c in order if choices[c].is_free[k] and games.made[0, c] and games.available[0, c].sum() > 1]

    def _settle(self, after: Position, games: DecisionRecord, picked: Mapping[int, int]) -> dict[int, PlayedMove]:
        """Book the moves of the step, which ends at `after`."""
        out = {c: self._move(c, after, games, c in picked) for c in self._deciding(games)}
        self.moves += out.values()
        self.now = after
        return out

    def _chances(self, c: int, after: Position) -> np.ndarray:
        """(option,) probabilities with which a choice was made."""
        return after.of("p")[self.stepper.program.rows_of[c]].astype(float)

    def _move(self, c: int, after: Position, games: DecisionRecord, by_person: bool) -> PlayedMove:
        choice, rows = self.plan.choices[c], self.stepper.program.reason_rows[c]
        option, before, free = (int(each.of("chosen")[c]) for each in (after, self.now, self._free))
        p = games.p[0, c, : len(choice.options)] if by_person else self._chances(c, after)
        against = before if before != option else max({*range(len(p))} - {option}, key=lambda o: p[o])
        sizes = games.reasons[0, rows.start : rows.stop, option] - games.reasons[0, rows.start : rows.stop, against]
        largest = sorted(zip(choice.reasons, sizes.tolist(), strict=True), key=lambda pair: -abs(pair[1]))[:LARGEST]
        largest.sort(key=lambda pair: pair[0].part.kind == KIND)
        return PlayedMove(
            at=self._label,
            choice=choice.name,
            option=choice.options[option],
            before=choice.options[before],
            by_person=by_person,
            chance=float(p[option]),
            model_option=choice.options[free],
            reasons={reason.name: size for reason, size in largest if math.isfinite(size)},
        )

    @property
    def _label(self) -> str:
        return str(self.plan.scenario.calendar.label(self.now.state + 1))

    # ---- what is seen ------------------------------------------------------------------------------------------------

    def _turn(self, games: DecisionRecord) -> Turn:
        sees, deciding = self.stepper.program.sees, self._deciding(games)
        own = {c for c in deciding if self.plan.choices[c].actor in self.seats}
        first = {j for c in own for j in sees[c] if j in deciding and j not in own and not own & {*sees[j]}}
        happened, self.shown = tuple(self.moves[self.shown :]), len(self.moves)
        return Turn(
            at=self._label,
            decisions=tuple(self._open(c, games) for c in deciding if c in own),
            others=tuple(self._open(c, games) for c in deciding if c not in own | first),
            observed=tuple(self._move(c, self._free, games, by_person=False) for c in deciding if c in first),
            stocks=tuple(self._stocks(own)),
            happened=happened,
        )

    def _open(self, c: int, games: DecisionRecord) -> OpenDecision:
        choice = self.plan.choices[c]
        return OpenDecision(
            choice=choice.name,
            in_force=choice.options[self.now.of("chosen")[c]],
            is_open=dict(zip(choice.options, games.available[0, c].tolist(), strict=False)),
            probability=dict(zip(choice.options, games.p[0, c].tolist(), strict=False)),
        )

    def _stocks(self, own: set[int]) -> Iterator[KnownStock]:
        """Stocks that their reasons and the questions read and that move, as they perceive them."""
        plan = self.plan
        moved = {cell for part in plan.mechanisms for cell in part.writes}
        views = [plan.view(plan.choices[c].actor, plan.choices[c].actor).stocks for c in sorted(own)]
        reads = [cell for c in sorted(own) for reason in plan.choices[c].reasons for cell in reason.part.reads]
        nodes = [node for question in plan.questions for node in question.expressions.values()]
        asked = [cell for node in nodes for cell in expression.stock_names(node)]
        for cell in [cell for cell in dict.fromkeys([*reads, *asked]) if cell in moved][:SHOWN]:
            factor = next((view[cell] for view in views if cell in view), None)
            level = self.now.of("cells")[plan.cells.index(cell)] / plan.stock_units[cell].factor
            value = float(level * (1.0 if factor is None else self.stepper.parameters[factor]))
            yield KnownStock(stock=cell, value=value, before=self._levels.get(cell, value))
            self._levels[cell] = value
