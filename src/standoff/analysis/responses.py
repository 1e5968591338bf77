"""What others have in force after an act, and as things are: both counted in runs.

The actor takes the option from its first free decision on, in every future, unknown to the others until then. The same
futures, with the same random numbers, are those of the run itself. Nothing is a solved probability of a game.
"""

from __future__ import annotations

import numpy as np

from standoff import labels
from standoff.analysis.paired import held_from_now
from standoff.engine.run import Run
from standoff.engine.simulator import Results, Simulator
from standoff.record import record
from standoff.statistics import error_floor, mean_and_error, wilson_interval

MOST = 2048  #: futures; assumption: a share is then right to about one percentage point


@record
class CountedResponse:
    """An option of another actor that an act provokes: the one whose share grows most."""

    choice: str
    option: str
    text: str  #: of the option
    actor: str  #: name of who responds
    act: str  #: text of the option to which the first actor is held
    since: str  #: month from which it is held
    date: str  #: month at which options in force are counted
    share: float  #: of futures with it in force, had the act been taken
    interval: tuple[float, float]  #: central 90 %, by the number of futures (Wilson)
    as_is: float  #: share of the same futures as things are
    mc_error: float  #: of the difference
    futures: int


def responses(run: Run, index: int, option: str) -> tuple[CountedResponse, ...]:
    """Responses that the actor of a choice foresees to an option; none where the run was moved.

    They are counted at the date of the main question that lies after the act, else at the end of the months within which
    the actor's reasons count a reaction.
    """
    plan, program = run.model.plan, run.model.program
    choice, calendar = plan.choices[index], plan.scenario.calendar
    reads = [read for reason in choice.reasons for read in reason.reads if program.dependence.foreseen(index, read)]
    begin = next((k for k in range(calendar.steps) if choice.is_free[k]), None)
    if not reads or begin is None or run.moved or run.other_table or option == choice.options[choice.status_quo]:
        return ()
    asked = plan.question(plan.main_question).state - 1 if plan.questions else 0
    until = begin + round(max(read.months for read in reads) / calendar.dt)
    step = min(asked if asked > begin else until, calendar.steps - 1)
    simulator = Simulator.of(run.model, run.settings.precision)
    count = min(MOST, len(run.path_chosen))

    def chosen(result: Results) -> np.ndarray:
        return np.array(result.paths["path_chosen"][step]).T

    table = run.model.table._replace(held_options=held_from_now(run.model, {choice.name: option}, begin))
    blocks, first = simulator.blocks(count, count), run.settings.first
    parts = list(simulator.run(table, run.settings.seed, blocks, chosen, first=first))
    valid = run.valid_paths[:count]
    acted, as_is = np.concatenate(parts)[:count][valid], run.path_chosen[:count, step][valid]
    out = []
    for name in dict.fromkeys(read.choice for read in reads):
        r = program.dependence.names.index(name)
        other = plan.choices[r]
        pairs = [(acted[:, r] == o, as_is[:, r] == o) for o in range(len(other.options))]
        o = max(range(len(pairs)), key=lambda o: float(pairs[o][0].mean() - pairs[o][1].mean()))
        with_it, without = pairs[o]
        difference = with_it.astype(float) - without
        share, interval, _ = wilson_interval(int(with_it.sum()), len(with_it))
        out.append(
            CountedResponse(
                choice=name,
                option=other.options[o],
                text=labels.option(plan, name, other.options[o]),
                actor=labels.actor(plan, other.actor),
                act=labels.option(plan, choice.name, option),
                since=calendar.label(begin + 1),
                date=calendar.label(step + 1),
                share=share,
                interval=interval,
                as_is=float(without.mean()),
                mc_error=max(mean_and_error(difference)[1], error_floor(with_it, len(difference))),
                futures=len(difference),
            )
        )
    return tuple(out)
