"""Options that are chosen though no reason speaks for them.

An answer to what another does is such an option while nothing of it is in force; where it comes about nevertheless, it is
likelier than its cause.
"""

from __future__ import annotations

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "chosen without a reason", 3
OFTEN = 0.02  # the issue: in more than two percent of decisions
SPEAKS = 0.05  # assumption: a reason that raises the odds by less than a twentieth says nothing


def of_run(checked: CheckedRun) -> Findings:
    """Number: the share of first decisions in which the option is chosen."""
    from standoff.engine import decision_record  # it imports JAX

    plan, acts = checked.plan, checked.run.model.program.dependence.acts
    for c, choice in enumerate(plan.choices):
        first = checked.first(c)
        if first is None or not choice.reasons:
            continue
        decides = checked.arises(c, first) & ~checked.is_bound(c, first)
        if not decides.any():
            continue
        chosen = checked.run.path_chosen[checked.run.valid_paths, first, c][decides]
        shares = [float((chosen == o).mean()) for o in range(len(choice.options))]
        most = decision_record.reasons(checked.run, c, first).mean(axis=0).max(axis=0)
        causes = " and ".join(f"choices.{plan.choices[j].name}" for j in sorted(acts[c]))
        answers = f", not even what {causes} has in force" if causes else ""
        for o, option in enumerate(choice.options):
            if o != choice.status_quo and shares[o] > OFTEN and most[o] <= SPEAKS:
                text = f"`{option}` is chosen in {percent(shares[o])} of first decisions, though no reason speaks for it{answers}"
                fix = f"give `{option}` the reason that it has, a cost, or a `when` that opens it only as an answer"
                yield f"choices.{choice.name}", shares[o], text, fix
