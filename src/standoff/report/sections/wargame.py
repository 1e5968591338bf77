"""A game as documents: what the seats know, each turn, advice, and the debrief."""

from __future__ import annotations

from collections.abc import Sequence

from standoff import labels
from standoff.analysis.compare_variants import QuestionComparison
from standoff.plan import Plan
from standoff.report import answer_text, claim_labels, formatting, title
from standoff.report.document import (
    Bar,
    Block,
    BulletList,
    Content,
    Heading,
    Note,
    Paragraph,
    Strong,
    given,
    remark,
    table,
    table_part,
)
from standoff.report.sections.compare import change_text
from standoff.wargame.advice import AdvisedOption
from standoff.wargame.debrief import Debrief
from standoff.wargame.game import KnownStock, OpenDecision, PlayedMove, Turn, Wargame

ROUGH = 1e-2  # a chance in whole per cent
FELT = 0.05  # log odds that print as more than 0.0


def briefing(game: Wargame) -> list[Block]:
    """What the seats know before the first turn."""
    plan, scenario, stepper = game.plan, game.plan.scenario, game.stepper
    claims = [plan.ledger[name] for name in game.briefing.claims]
    quotes = [f"{claim.speaker}, {claim.published}: “{claim_labels.statement(plan, claim)}”" for claim in claims]
    seats = " and ".join(labels.actor(plan, code) for code in game.seats)
    return [
        Heading(scenario.title, 1),
        Paragraph(scenario.text.strip()),
        *([Paragraph(plan.question(plan.main_question).question.text)] if plan.questions else []),
        *given(game.briefing.relations, Heading("Your ties"), BulletList(game.briefing.relations)),
        *given(quotes, Heading("What has been said"), BulletList(quotes)),
        Paragraph(
            f"You are {seats}, on {scenario.as_of}; future {stepper.number} of seed {stepper.session.seed}.",
            strong=True,
        ),
    ]


def turn(plan: Plan, now: Turn) -> list[Block]:
    """What has happened, what the seats know, and what they may choose."""
    others = "; ".join(
        f"{labels.choice(plan, each.choice)} ({each.choice}={'|'.join(each.is_open)})" for each in now.others
    )
    return [
        *moves(plan, now.happened),
        Heading(now.at),
        *moves(plan, now.observed),
        table("what you know", "now:", "before:", rows=[stock_row(plan, item) for item in now.stocks]),
        *(block for decision in now.decisions for block in _decision(plan, decision)),
        remark(f"Others decide on the same date: {others or 'nobody'}."),
    ]


def stock_row(plan: Plan, item: KnownStock) -> list[str]:
    """A stock in words, now and before."""
    unit = plan.scenario.cells()[item.stock].unit
    return [
        labels.stock(plan, item.stock),
        *(formatting.number(each, None, unit) for each in (item.value, item.before)),
    ]


def _decision(plan: Plan, decision: OpenDecision) -> list[Block]:
    rows = [
        (number, option, labels.option(plan, decision.choice, option), state)
        for number, (option, is_open) in enumerate(decision.is_open.items(), 1)
        for state in ["as now" if option == decision.in_force else "" if is_open else "closed"]
    ]
    return table_part(labels.choice(plan, decision.choice), ["", "option", "", ""], rows, level=3)


def moves(plan: Plan, made: Sequence[PlayedMove]) -> list[Block]:
    """Moves in words, with chance and reasons; those that change nothing in one line."""
    changed = [_move(plan, move) for move in made if move.option != move.before]
    kept: dict[tuple[str, str], list[float]] = {}
    for move in made:
        if move.option == move.before:
            kept.setdefault((move.choice, move.option), []).append(move.chance)
    same = [
        f"{labels.actor(plan, plan.scenario.choices[choice].actor)}, {labels.option(plan, choice, option)} "
        f"({formatting.percents((min(chances), max(chances)), ROUGH)})"
        for (choice, option), chances in kept.items()
    ]
    return [
        *given(changed, BulletList(changed)),
        *given(same, remark(f"As before, with its chance: {'; '.join(same)}.")),
    ]


def _move(plan: Plan, move: PlayedMove) -> Content:
    who = "you" if move.by_person else labels.choice(plan, move.choice)
    felt = {name: x for name, x in move.reasons.items() if abs(x) >= FELT}
    why = [f"{labels.reason_of(plan, move.choice, name)} {formatting.signed(x, 1)}" for name, x in felt.items()]
    option, chance = labels.option(plan, move.choice, move.option), formatting.percent(move.chance)
    return f"{move.at}, {who}: {option}; chance {chance}", *given(why, Note("in log odds: " + "; ".join(why)))


def advice(plan: Plan, options: Sequence[AdvisedOption]) -> list[Block]:
    """The main answer under each option."""
    rows = [(item.choice, item.option, *words(plan, item.comparison)[1:]) for item in options]
    note = "Futures that begin like this one and have other luck; the model decides everything afterwards."
    return table_part(
        plan.question(plan.main_question).question.text, ["choice", "if", "then:", "difference"], rows, note
    )


def words(plan: Plan, item: QuestionComparison) -> tuple[str, str, str]:
    """An answer before and after, and its difference, in words."""
    change, as_of = item.changes[0], str(plan.scenario.as_of)
    before, now = (answer_text.answer(each, as_of).main for each in (item.base, change.answer))
    return before, now, change_text(item, change)


def blocks(debrief: Debrief, plan: Plan) -> list[Block]:
    """Document of the debrief."""
    seats = " and ".join(labels.actor(plan, code) for code in debrief.seats)
    again = ",".join(option for chosen in debrief.chosen for option in chosen.values())
    return [
        *title.blocks(debrief.origin, f"{seats}, future {debrief.number}"),
        *compared(debrief, plan),
        *given(not debrief.chosen, Paragraph("Nothing was yours to decide in this future: no occasion came.")),
        Heading("What happened", 3),
        *moves(plan, [move for move in debrief.moves if move.option != move.before]),
        remark(
            f"The same game: --number {debrief.number} --seed {debrief.origin.seed}{f' --moves {again}' * bool(again)}"
        ),
    ]


def compared(debrief: Debrief, plan: Plan) -> list[Block]:
    """The game beside the futures in which the model plays the seats, and the guesses."""
    out, scores = list[Block](), debrief.scores
    if item := debrief.answer:
        before, now, change = words(plan, item)
        ends = (item.base, before, "the model decides for you"), (item.changes[0].answer, now, "your choices")
        rows = [(name, "" if end.share is None else Bar(end.share), text) for end, text, name in ends]
        here = f" In your game: {debrief.here}. In the same future without you: {debrief.here_without}."
        out += [
            Paragraph((Strong(item.text), here)),
            table("", "", "answer:", rows=rows, caption=f"In all {debrief.origin.draws:,} futures"),
            remark(f"Difference: {change}."),
        ]
    effects = [
        (
            f"{labels.option(plan, item.choice, item.option)}{', not the model’s' * item.differs}",
            item.since,
            item.until,
            formatting.percent(item.chance),
            formatting.percent(item.share),
            words(plan, item.effect)[2] if item.effect else "",
        )
        for item in debrief.effects
    ]
    heads = ["choice", "from", "to", "the model would:", "futures with it then:", "what it changed"]
    rules = [(name, *(formatting.plain(scores[who + name], 3) for who in ("", "model_"))) for name in RULES if scores]
    better = "you" if scores and scores["brier"] <= scores["model_brier"] else "the model"
    note = f"{len(debrief.guesses)} made; lower is better: {better} knew the others better."
    return [
        *out,
        *table_part("Your choices", heads, effects, "Each choice is left out in turn, in the same futures.", level=3),
        *table_part("Your guesses", ["score", "you:", "the model:"], rules, note, level=3),
    ]


RULES = ("brier", "logarithmic")  #: scores of guesses
