"""Expressions for questions, conditions and reasons: safe grammar and checked units.

    expression  = or;  or = and { "or" and };  and = not { "and" not };  not = ["not"] comparison
    comparison  = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum | "in" "[" option { "," option } "]" ]
    sum         = product { ("+" | "-") product };  product = unary { ("*" | "/") unary }
    unary       = { "-" } power;  power = atom [ "^" unary ]
    atom        = number [unit] | function "(" sum { "," sum } ")" | name | "(" expression ")" | clock
    clock       = "date" comparison (day | event) | "year" | ("after" | "since") "(" (day | event) ")"

A name is a stock (`troops.RUS`, `fighting`), a number of the entry, or a choice before `in` (`CHN in [arms, troops]`). A day is
`2025`, `2025-01` or `2025-01-20`, an event an entry of `events:`. Nothing is executed:
the text becomes a tree of the kinds in `nodes`, which `evaluate` walks.
"""

from standoff.expression.definedness import always_defined, defined
from standoff.expression.dimensions import dimensions
from standoff.expression.evaluation import evaluate
from standoff.expression.nodes import (
    Call,
    ChoiceTerm,
    ClockTerm,
    Compare,
    Dims,
    Logic,
    Name,
    Node,
    Number,
    ParameterTerm,
    choice_degree,
    choice_terms,
    clock_terms,
    parameter_paths,
    stock_names,
    template,
    with_parameters,
)
from standoff.expression.notation import notation
from standoff.expression.parser import RESERVED, parse

__all__ = [
    "RESERVED",
    "Call",
    "ChoiceTerm",
    "ClockTerm",
    "Compare",
    "Dims",
    "Logic",
    "Name",
    "Node",
    "Number",
    "ParameterTerm",
    "always_defined",
    "choice_degree",
    "choice_terms",
    "clock_terms",
    "defined",
    "dimensions",
    "evaluate",
    "notation",
    "parameter_paths",
    "parse",
    "stock_names",
    "template",
    "with_parameters",
]
