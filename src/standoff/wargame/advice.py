"""What the model expects of each open option, from the state of a game on.

A block of futures begins where the game stands, with its stocks, parameters and options in force, and has other chance events
from then on; so the adviser knows the hidden numbers of this future, but not its luck. Each option is set in the same
futures, so that differences between options are paired.
"""

from __future__ import annotations

from dataclasses import replace

from standoff.analysis.answer import Answer, answer
from standoff.analysis.compare_variants import QuestionComparison, compare_outcomes
from standoff.analysis.stored_bands import Bands
from standoff.engine.run import Outcomes
from standoff.errors import ModelError
from standoff.record import record
from standoff.wargame.game import Wargame


@record
class AdvisedOption:
    """An option, and the answer to the main question where it is chosen now."""

    choice: str
    option: str
    comparison: QuestionComparison  #: the base is what is in force, or else the first open option


def advise(game: Wargame) -> tuple[AdvisedOption, ...]:
    """The answer to the main question under each open option of the turn.

    The model decides everything later, and other choices of the turn. Raises `ModelError` where the game is over, or the case
    asks nothing.
    """
    plan, out = game.plan, list[AdvisedOption]()
    if game.turn is None or not plan.questions:
        raise ModelError("there is nothing to advise on", fix="ask before a decision, in a case with a question")
    for decision in game.turn.decisions:
        c, first = game.names.index(decision.choice), None
        options = [option for option, is_open in decision.is_open.items() if is_open]
        for option in sorted(options, key=lambda option: option != decision.in_force):
            ahead = game.stepper.ahead(game.now, (c, plan.choices[c].options.index(option)))
            first = first or ahead
            out.append(AdvisedOption(choice=decision.choice, option=option, comparison=compared(first, ahead)))
    return tuple(out)


def compared(before: Outcomes, after: Outcomes) -> QuestionComparison:
    """The main answer in two states of the same futures, without the evidence behind it."""
    main = before.model.plan.main_question
    (item,) = compare_outcomes(before, after, "played", answer(before, main, bands=Bands()))
    change = item.changes[0]
    return replace(item, base=_bare(item.base), changes=(replace(change, answer=_bare(change.answer)),))


def _bare(item: Answer) -> Answer:
    return replace(item, claims=(), provenance={}, influence={}, base_rates=())
