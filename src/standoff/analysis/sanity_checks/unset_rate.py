"""An event beside no class, base rate or prior: nobody said how often such a thing happens."""

from __future__ import annotations

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "a rate that nobody set", 16


def of_run(checked: CheckedRun) -> Findings:
    """Number: the answer as a probability."""
    for answer in checked.answers:
        query, p = checked.plan.question(answer.id), answer.point
        asked = query.question
        if query.form.COMPARED_BY != "probability" or p is None or query.state <= checked.plan.first_future_step:
            continue
        stated = asked.base_rate or asked.classes or asked.anchor or asked.compare_with or asked.data_rate
        if not (stated or answer.detail.get("history")):
            text = f"{percent(p)} comes from the parts of the model alone, beside no class, base rate or prior"
            fix = "give it `base_rate:` or `compare_with:`, or say by `data_rate: {none: why}` that none is counted"
            yield f"questions.{answer.id}", p, text, fix
