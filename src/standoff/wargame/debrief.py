"""The debrief: a game beside the futures in which the model plays the seats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

from standoff.analysis.compare_variants import QuestionComparison
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import paired_sample
from standoff.engine.run import Outcomes
from standoff.engine.session import LeverResult
from standoff.plan import PlannedQuestion
from standoff.questions import NONE
from standoff.record import record
from standoff.wargame.advice import compared
from standoff.wargame.game import FUTURES, PlayedMove, ScoredGuess, Wargame

Picks = Mapping[tuple[int, int], int]  #: (choice, step) -> option


@record
class ChoiceEffect:
    """One choice of a person: dates that follow one another with the same option."""

    choice: str
    option: str
    since: str
    until: str
    dates: int  #: on which it was chosen
    chance: float  #: with which the model would have chosen it on those dates, mean
    share: float  #: of futures that have it in force at the last of them where the model decides everything
    differs: bool  #: whether the model would have done something else in this very future
    effect: QuestionComparison | None  #: without this choice, and with all of them; None where the case asks nothing


@dataclass(frozen=True, kw_only=True)
class Debrief(Finding):
    """A game beside the futures in which the model plays the seats."""

    FRAME = "effects"

    seats: tuple[str, ...]
    number: int
    is_over: bool
    answer: (
        QuestionComparison | None
    )  #: where the model decides everything, and with all choices; None without a question
    here: str  #: what came of the main question in the future that was played
    here_without: str  #: and in the same future, had the model decided everything
    effects: tuple[ChoiceEffect, ...]
    moves: tuple[PlayedMove, ...]
    guesses: tuple[ScoredGuess, ...]
    scores: Mapping[str, float]  #: means of those of the guesses; empty without any
    chosen: tuple[Mapping[str, str], ...]  #: what persons chose at each turn


def debrief(game: Wargame, draws: int = FUTURES) -> Debrief:
    """Compare a game, over or not, with the futures in which the model decides everything.

    Choices of persons are set on their dates in `draws` futures, at least as many as the number of the game, paired with the
    same futures without them; what was not decided yet is left to the model.
    """
    plan, picks = game.plan, game.picks

    def held(picks: Picks) -> LeverResult:
        return game.stepper.session.move(draws=draws, held=game.stepper.held(picks))

    base, played = held({}), held(picks)
    effects = []
    for _, places in groupby(sorted(picks), key=lambda place: (place[0], picks[place])):
        own = [*places]
        rest = held({place: o for place, o in picks.items() if place not in own})
        effects.append(_effect(game, own, base, compared(rest, played) if plan.questions else None))
    scores = {
        name: fmean(guess.scores[name] for guess in game.guesses) for guess in game.guesses for name in guess.scores
    }
    asked, number = plan.questions and plan.question(plan.main_question), game.stepper.number
    return Debrief(
        origin=Provenance.of(base),
        seats=game.seats,
        number=number,
        is_over=game.turn is None,
        answer=compared(base, played) if asked else None,
        here=outcome(played, asked, number) if asked else "",
        here_without=outcome(base, asked, number) if asked else "",
        effects=tuple(effects),
        moves=tuple(game.moves),
        guesses=tuple(game.guesses),
        scores=scores,
        chosen=tuple(game.chosen),
    )


def outcome(run: Outcomes, query: PlannedQuestion, number: int) -> str:
    """The outcome of a question in one future, in words: `yes, in 1950-11`, `China, 2026-03`."""
    sample, label = paired_sample(run, query), run.model.scenario.calendar.label
    if query.form.HAS_LABELS:
        first = {name: float(sample[name][number]) for name in query.expressions}
        best = min(first, key=lambda name: first[name])
        return f"{best}, {label(int(first[best]))}" if math.isfinite(first[best]) else NONE
    if query.form.IS_CONDITION:
        state = float(sample[""][number])
        return f"yes, in {label(int(state))}" if math.isfinite(state) else f"not by {query.date}"
    return f"{float(query.form.values(sample)[number]):.3g} {query.form.unit(query)}".strip()


def _effect(
    game: Wargame, own: list[tuple[int, int]], base: LeverResult, effect: QuestionComparison | None
) -> ChoiceEffect:
    (c, first), (_, last) = own[0], own[-1]
    choice, option, label = game.plan.choices[c], game.picks[own[0]], game.plan.scenario.calendar.label
    dates = {label(k + 1) for _, k in own}
    made = [move for move in game.moves if move.choice == choice.name and move.at in dates]
    return ChoiceEffect(
        choice=choice.name,
        option=choice.options[option],
        since=label(first + 1),
        until=label(last + 1),
        dates=len(own),
        chance=fmean(move.chance for move in made),
        share=float(base.held[last - game.plan.first_future_step, c, option]),
        differs=any(move.model_option != move.option for move in made),
        effect=effect,
    )
