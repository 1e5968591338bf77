"""Expressions for questions, conditions and reasons: safe grammar and checked units.

    expression  = or;  or = and { "or" and };  and = not { "and" not };  not = ["not"] comparison
    comparison  = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum | "in" "[" option { "," option } "]" ]
    sum         = product { ("+" | "-") product };  product = unary { ("*" | "/") unary }
    unary       = { "-" } power;  power = atom [ "^" unary ]
    atom        = number [unit] | function "(" sum { "," sum } ")" | name | "(" expression ")"

A name is a stock (`troops.RUS`, `fighting`) or a choice before `in` (`CHN in [arms, troops]`). Nothing is executed:
the text becomes a tree of the kinds in `nodes`, which `evaluate` walks.
"""

from standoff.expression.definedness import always_defined, defined
from standoff.expression.dimensions import dimensions
from standoff.expression.evaluation import evaluate
from standoff.expression.nodes import (
    Call,
    ChoiceTerm,
    Compare,
    Dims,
    Logic,
    Name,
    Node,
    Number,
    choice_degree,
    choice_terms,
    stock_names,
    template,
)
from standoff.expression.parser import parse

__all__ = [
    "Call",
    "ChoiceTerm",
    "Compare",
    "Dims",
    "Logic",
    "Name",
    "Node",
    "Number",
    "always_defined",
    "choice_degree",
    "choice_terms",
    "defined",
    "dimensions",
    "evaluate",
    "parse",
    "stock_names",
    "template",
]
