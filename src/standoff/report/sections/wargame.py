"""A game as documents: what the seats are told, each turn, advice, and the debrief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standoff import labels
from standoff.analysis.compare_variants import QuestionComparison
from standoff.plan import Plan
from standoff.report import answer_text, claim_labels, formatting, title
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Heading,
    Note,
    Paragraph,
    given,
    remark,
    table,
    table_part,
)
from standoff.report.sections.compare import change_text
from standoff.wargame.advice import AdvisedOption
from standoff.wargame.debrief import Debrief
from standoff.wargame.game import Game, KnownStock, OpenDecision, PlayedMove, Turn

RARE = 0.1  # assumption: a move with a smaller chance needs a word
GUESSED = {"brier": "Brier score", "logarithmic": "log score, nats"}


def briefing(game: Game) -> list[Block]:
    """What the seats know before the first turn."""
    plan, told, scenario = game.plan, game.briefing, game.plan.scenario
    known = [plan.ledger[name] for name in told.claims]
    claims = [f"{claim.speaker}, {claim.published}: “{claim_labels.statement(plan, claim)}”" for claim in known]
    seats = " and ".join(labels.actor(plan, code) for code in game.seats)
    return [
        Heading(scenario.title, 1),
        Paragraph(f"You are {seats}. It is {scenario.as_of}; the game ends in {scenario.end}.", strong=True),
        *given(scenario.text, Paragraph(scenario.text.strip())),
        *given(plan.questions, Paragraph(plan.question(plan.main_question).question.text if plan.questions else "")),
        *given(told.relations, Heading("Your ties"), BulletList(told.relations)),
        *given(claims, Heading("What has been said"), BulletList(claims)),
        remark(f"Future {game.stepper.number} of seed {game.stepper.session.seed}."),
    ]


def turn(game: Game, now: Turn) -> list[Block]:
    """What has happened, what the seats know, and what they may choose."""
    plan = game.plan
    others = [f"{each.choice} ({', '.join(each.is_open)})" for each in now.others]
    return [
        *moves(plan, now.happened),
        Heading(now.at),
        *given(now.seen, remark("Before you decide:"), *moves(plan, now.seen)),
        table("what you know", "now:", "before:", rows=[_stock(plan, item) for item in now.stocks]),
        *(block for decision in now.decisions for block in _decision(plan, decision)),
        *given(others, remark(f"Others decide on the same date: {'; '.join(others)}.")),
    ]


def _stock(plan: Plan, item: KnownStock) -> tuple[str, str, str]:
    unit = plan.scenario.cells()[item.stock].unit
    now, before = (formatting.number(value, None, unit) for value in (item.value, item.before))
    return labels.stock(plan, item.stock), now, before if before != now else ""


def _decision(plan: Plan, decision: OpenDecision) -> Iterable[Block]:
    rows = [
        (number, option, labels.option(plan, decision.choice, option), _state(decision, option))
        for number, option in enumerate(decision.is_open, 1)
    ]
    return table_part(labels.choice(plan, decision.choice), ["", "option", "", ""], rows, level=3)


def _state(decision: OpenDecision, option: str) -> str:
    return "as now" if option == decision.in_force else "" if decision.is_open[option] else "closed"


def moves(plan: Plan, made: Sequence[PlayedMove]) -> list[Block]:
    """Moves in words: who, what, with what chance, and why; those that change nothing in one line."""
    moved = [move for move in made if move.option != move.before]
    quiet = [
        f"{actor_of(plan, move.choice)}, {labels.option(plan, move.choice, move.option)} ({formatting.percent(move.chance)})"
        for move in made
        if move.option == move.before
    ]
    return [
        *given(moved, BulletList([words(plan, move) for move in moved])),
        *given(quiet, remark(f"As before, with this chance: {'; '.join(quiet)}.")),
    ]


def actor_of(plan: Plan, choice: str) -> str:
    """Who makes a choice."""
    return labels.actor(plan, plan.scenario.choices[choice].actor)


def words(plan: Plan, move: PlayedMove) -> Content:
    """One move in words."""
    own = " (you)" if move.by_person else ""
    chance = f"chance {formatting.percent(move.chance)}{', against the odds' if move.chance < RARE else ''}"
    why = [
        f"{labels.reason_of(plan, move.choice, name)} {formatting.signed(size, 1)}"
        for name, size in move.reasons.items()
    ]
    text = labels.option(plan, move.choice, move.option)
    return f"{move.at}: {actor_of(plan, move.choice)}{own}: {text}; {chance}", Note("; ".join(why))


def advice(plan: Plan, options: Sequence[AdvisedOption], as_of: str) -> list[Block]:
    """The main answer under each option."""
    rows = [
        (
            item.choice,
            item.option,
            now(item.comparison, as_of),
            change_text(item.comparison, item.comparison.changes[0]),
        )
        for item in options
    ]
    notes = (
        "Futures that begin like this one and have other luck; the model decides everything afterwards. The difference is that "
        "to the first line.",
    )
    return table_part(
        plan.question(plan.main_question).question.text, ["choice", "if", "then:", "difference"], rows, *notes
    )


def now(item: QuestionComparison, as_of: str) -> str:
    """The answer after a change, in words."""
    return answer_text.answer(item.changes[0].answer, as_of).main


def blocks(found: Debrief, plan: Plan) -> list[Block]:
    """Document of the debrief."""
    as_of, asked, own = found.origin.as_of, found.answer, [move for move in found.moves if move.by_person]
    differs = [move for move in own if move.model_option != move.option]
    effects = [
        (
            f"{item.since} to {item.until}" if item.dates > 1 else item.since,
            f"{actor_of(plan, item.choice)}: {labels.option(plan, item.choice, item.option)}",
            formatting.percent(item.chance),
            formatting.percent(item.share),
            change_text(item.effect, item.effect.changes[0]) if item.effect else "",
        )
        for item in found.effects
    ]
    scores = [
        (text, formatting.plain(found.scores[name], 3), formatting.plain(found.scores[f"model_{name}"], 3))
        for name, text in GUESSED.items()
        if found.scores
    ]
    seats = ", ".join(labels.actor(plan, code) for code in found.seats)
    again = ",".join(option for chosen in found.chosen for option in chosen.values())
    return [
        *title.blocks(found.origin, f"played as {seats}, future {found.number}"),
        *(
            [
                Paragraph(
                    f"{asked.text} In this game: {found.here}. Had the model decided for you: {found.here_without}."
                ),
                Paragraph(
                    f"In all futures: {answer_text.answer(asked.base, as_of).main} where the model decides, {now(asked, as_of)} "
                    f"with your choices ({change_text(asked, asked.changes[0])})."
                ),
            ]
            if asked
            else []
        ),
        Paragraph(
            f"On {len(differs)} of {formatting.counted(len(own), 'date')} you chose what the model would not have chosen."
        ),
        *table_part(
            "Your choices",
            ["dates", "choice", "chance of it in the model:", "futures with it then:", "what it changed"],
            effects,
            "Each choice is left out in turn, in the same futures; the last column is the answer with all of them, less that "
            "without this one.",
        ),
        *table_part(
            "Your guesses", [f"guesses: {len(found.guesses)}", "you:", "the model:"], scores, "Lower is better."
        ),
        Heading("What happened"),
        *moves(plan, [move for move in found.moves if move.option != move.before]),
        remark(f"The same game again: --number {found.number} --seed {found.origin.seed} --moves {again}"),
    ]
