"""The game that an actor perceives on a date, as a table, or a tree for sequential moves.

Payoffs are utilities: weights times payoffs, summed over all reasons. Averaged over futures, payoffs and rationality
are means, and the quantal response of that mean game is not the mean of the responses of each future; both are
reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from standoff.addons.games import gambit, single_game
from standoff.addons.games.perceived import PerceivedGame, perceived_game
from standoff.analysis.explain import EXPLAIN_DRAWS
from standoff.analysis.finding import Finding, Provenance
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, did_you_mean, join_limited
from standoff.plan import Plan
from standoff.progress import SILENT, Progress
from standoff.record import record
from standoff.scenario import calendar as times


@record
class Player:
    """One choice in the game."""

    choice: str
    actor: str
    text: str
    after: tuple[str, ...]  #: choices that it observes
    rationality: float
    theory: str  #: decision theory in the run
    response: Mapping[str, float]  #: quantal response of the exported game; for a tree, total probability
    actual: Mapping[str, float]  #: probability in the run; for others than the actor, as it expects
    mc_errors: Mapping[str, float]  #: standard deviation of `does`; 0 for one future


@record
class GameFinding(Finding):
    """The game that an actor perceives."""

    choice: str = ""
    actor: str = ""
    decided: str = ""  #: month
    title: str = ""
    draw: int | None = None  #: draw id of the future; None: a mean
    futures: int = 0  #: number of futures in the mean
    made: int = 0  #: number of futures in which the actor decides
    players: tuple[Player, ...] = ()
    kind: str = ""  #: nfg (simultaneous) or efg (sequential moves)
    text: str = ""  #: text of the file
    residual: float = 0.0
    unique: bool | None = None
    notes: tuple[str, ...] = ()
    response_error: float = 0.0  #: largest difference between `response` and `does`

    @property
    def rationality(self) -> str:
        """The value of `--rationality` for `standoff solve`."""
        return ",".join(repr(player.rationality) for player in self.players)


def game(
    model: Model,
    *,
    actor: str,
    at: str,
    draw: int | None = None,
    kind: str = "",
    draws: int = EXPLAIN_DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> GameFinding:
    """The game that an actor perceives in its decision in force in the month `at`.

    actor: the actor, or one of its choices; with several choices made on one date the game is that of the first
    draw: the future that it is taken from; a mean over all, if not given
    kind: nfg or efg; by default nfg for simultaneous moves and efg for sequential ones

    Raises `ModelError` where there is no such decision, and for a table (nfg) of a game with observed moves.
    """
    index, step = decision(model.plan, actor, at)
    count = draws if draw is None else 1  # a draw is the same, whatever else is run
    run = simulate(model, draws=count, seed=seed, paths="all", first=draw or 0, progress=progress)
    run.require_valid_paths()
    return finding_of_game(
        Provenance.of(run), model.plan, index, step, perceived_game(run, index, step, draw), draw, kind
    )


def decision(plan: Plan, actor: str, at: str) -> tuple[int, int]:
    """The choice of an actor, and the step of its decision in force at `at`."""
    candidates = [c for c, choice in enumerate(plan.choices) if choice.name == actor]
    candidates = candidates or [c for c, choice in enumerate(plan.choices) if choice.actor == actor]
    if not candidates:
        names = dict.fromkeys([*(choice.actor for choice in plan.choices), *(choice.name for choice in plan.choices)])
        raise ModelError(f"`{actor}` makes no choice", allowed=join_limited(names), fix=did_you_mean(actor, names))
    calendar = plan.scenario.calendar
    last = calendar.index(times.last_day(at)) - 1
    steps = [(k, -c) for c in candidates for k in range(calendar.steps) if plan.choices[c].is_free[k]]
    before = [pair for pair in steps if pair[0] <= last]
    if not before or last >= calendar.steps:
        first = calendar.label(min(steps)[0] + 1) if steps else ""
        allowed = f"{first} to {plan.scenario.end}" if steps else "none: history lasts to the end"
        raise ModelError(f"`{actor}` has no decision in force in {at}", allowed=allowed)
    step, index = max(before)
    return -index, step


def finding_of_game(
    origin: Provenance, plan: Plan, index: int, step: int, faced: PerceivedGame, draw: int | None = None, kind: str = ""
) -> GameFinding:
    """The finding about one game."""
    chosen, month = plan.choices[index], plan.scenario.calendar.label(step + 1)
    _refuse_unwritable(plan, faced, kind)
    whose = f"future {draw}" if draw is not None else f"payoffs averaged over {len(faced.draws):,} futures"
    believed = f"{chosen.name} in {month}, as {chosen.actor} believes it"
    title = f"{plan.scenario.title}: {believed}, {whose}, seed {origin.seed}"
    names = tuple(plan.choices[c].name for c in faced.choices)
    options = tuple(
        tuple(plan.choices[c].options[o] for o in rows) for c, rows in zip(faced.choices, faced.options, strict=True)
    )
    table = faced.payoffs()
    rates = faced.rationality.mean(axis=0)
    comment = f"rationality {','.join(repr(float(rate)) for rate in rates)}; model {origin.model}, draws {origin.draws}"
    if any(faced.moves.after) or kind == "efg":
        file = gambit.sequential(title, names, options, faced.moves, table, comment)
    else:
        file = gambit.table(title, names, options, table, comment)
    solution = single_game.quantal_response(file, rates.tolist())
    shares: Sequence[np.ndarray] = solution.profiles[0]
    if file.is_tree:
        shares = file.option_shares(shares)
    distance = max(
        float(np.abs(p - does.mean(axis=0)).max()) for p, does in zip(shares, faced.actual_play, strict=True)
    )
    return GameFinding(
        origin=origin,
        choice=chosen.name,
        actor=chosen.actor,
        decided=month,
        title=title,
        draw=draw,
        futures=len(faced.draws),
        made=faced.made,
        players=tuple(_players(plan, faced, options, rates, shares)),
        kind="efg" if file.is_tree else "nfg",
        text=file.text(),
        residual=solution.residual,
        unique=solution.unique,
        notes=(*solution.notes, *_notes(plan, index, step, faced, options)),
        response_error=distance,
    )


def _refuse_unwritable(plan: Plan, faced: PerceivedGame, kind: str) -> None:
    """Raise `ModelError` for a table with observed moves, and for too large a game."""
    if any(faced.moves.after) and kind == "nfg":
        who = next(plan.choices[c].name for c, after in zip(faced.choices, faced.moves.after, strict=True) if after)
        raise ModelError(
            f"`{who}` observes another move, which a table cannot show",
            path=f"choices.{who}.after",
            allowed="a tree",
            fix="give a file that ends in .efg",
        )
    cells = math.prod(faced.moves.sizes) * len(faced.choices)
    if cells > gambit.MAX_CELLS:
        raise ModelError(
            f"a game of {len(faced.choices)} players with {cells:,} payoffs",
            allowed=f"up to {gambit.MAX_CELLS:,}",
            fix="export the game of an actor with fewer interdependent choices",
        )


def _players(
    plan: Plan,
    faced: PerceivedGame,
    options: Sequence[Sequence[str]],
    rationality: np.ndarray,
    shares: Sequence[np.ndarray],
) -> Iterator[Player]:
    names = [plan.choices[c].name for c in faced.choices]
    for i, c in enumerate(faced.choices):
        does = faced.actual_play[i]
        error = does.std(axis=0) / math.sqrt(len(does))
        by_theory, played, errors = (
            dict(zip(options[i], values.tolist(), strict=True)) for values in (shares[i], does.mean(axis=0), error)
        )
        yield Player(
            choice=names[i],
            actor=plan.choices[c].actor,
            text=plan.scenario.choices[names[i]].text,
            after=tuple(names[j] for j in faced.moves.after[i]),
            rationality=float(rationality[i]),
            theory=plan.choices[c].theory,
            response=by_theory,
            actual=played,
            mc_errors=errors,
        )


def _notes(plan: Plan, index: int, step: int, faced: PerceivedGame, options: Sequence[Sequence[str]]) -> Iterator[str]:
    """Notes about options and choices that the game leaves out."""
    actor = plan.choices[index].actor
    also = [
        choice.name
        for c, choice in enumerate(plan.choices)
        if choice.actor == actor and choice.is_free[step] and c not in faced.choices
    ]
    closed = [
        f"{plan.choices[c].name} {option}"
        for i, c in enumerate(faced.choices)
        for option in plan.choices[c].options
        if option not in options[i]
    ]
    if closed:
        yield f"not available on that date: {join_limited(closed)}"
    if also:
        yield f"{actor} also makes {join_limited(also)} on that date, in other games"
