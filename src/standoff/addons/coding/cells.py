"""The codes of a case: a cell for each option of each row of the tables of its choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from standoff import labels
from standoff.plan import Plan
from standoff.record import record


@record
class CodeCell:
    """A code of one option under one row, within the bounds of its kind."""

    choice: str
    row: str  #: of the table of codes: a reason, or a reason and one of its parameters
    option: str
    path: str  #: of the parameter
    low: float
    high: float
    text: str  #: of the reason
    meaning: str  #: what the number says, in the words of the kind

    @property
    def key(self) -> tuple[str, str, str]:
        """Choice, row and option."""
        return self.choice, self.row, self.option


def cells(plan: Plan) -> tuple[CodeCell, ...]:
    """The cells that are numbers, by choice, row and option; an expression is no code."""
    return tuple(_cells(plan))


def _cells(plan: Plan) -> Iterator[CodeCell]:
    for choice in plan.choices:
        for reason in choice.reasons:
            for row, field in reason.part.module.Params.code_rows(reason.name).items():
                numbers = reason.part.parameter_index.get(field)
                for option, index in numbers.items() if isinstance(numbers, Mapping) else ():
                    parameter = plan.parameters[index]
                    if parameter.low is not None and parameter.high is not None:
                        yield CodeCell(
                            choice=choice.name,
                            row=row,
                            option=option,
                            path=parameter.path,
                            low=parameter.low,
                            high=parameter.high,
                            text=labels.reason_of(plan, choice.name, reason.name),
                            meaning=parameter.doc,
                        )
