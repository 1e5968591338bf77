"""The flagship under rival theories of how actors decide: what each answers, and which reasons part them.

    python benchmarks/theories.py [--draws 2000] [--seed 1]

Writes docs/theories.md. One compilation a theory: some minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.analysis.theory_comparison import theories
from standoff.catalog import load
from standoff.engine.build import build
from standoff.report import formatting
from standoff.report.sections import theories as rivals

if TYPE_CHECKING:
    from standoff.analysis.theory_comparison import TheoryComparison

PAGE = Path(__file__).resolve().parents[1] / "docs" / "theories.md"
CASE, DRAWS, SEED = "china-russia", 2000, 1
HEAD = """# The flagship under rival theories

How do states decide? The case assumes quantal response: better options more often. Here every actor follows one theory
after the other, with the same reasons, weights and beliefs, in the same futures: a draw has the same parameters and the
same chance under each. [The language](language.md#who-decides-what-and-why) says what the theories are. `standoff run
CASE --theories all` does the same for any case.
"""
CAVEATS = """## What this does not say

- The spread is that of five theories, each taken as seriously as the others; it is no probability that one is right.
- Weights and rationality were stated with quantal response in mind. No theory was fitted to what these actors have done.
- Best response and satisficing leave nothing to reasons that we do not know: all their uncertainty is about parameters
  and about the world.
- In all but the cognitive hierarchy, actors expect of others the quantal response, whatever these do.
- What parameters move is a lower bound, found by a linear guess from other draws; an event that hardly ever happens under
  a theory hardly moves under it.
"""


def page(comparison: TheoryComparison, command: str) -> str:
    """The whole page."""
    parts = [
        HEAD,
        f"`{command}` made this page. Every number has its Monte Carlo error (one standard error) after ±; "
        "spreads are of paired futures.",
        "## Answers",
        rivals.EXPLAINED,
        table(*rivals.answers(comparison)),
        "## How far apart",
        bullets(f"{item.text} {rivals.spread_sentence(item)}" for item in comparison.compared),
    ]
    message = comparison.disagreement
    if message is not None:
        parts += [
            "## Why they disagree",
            f"The first decision of the main question is that of {message.actor} in {message.decided}: {message.text}. It has "
            f"its occasion in {formatting.percent(message.occasion)} of futures. In the same situations each theory gives:",
            table(*rivals.options(message)),
        ]
        for issue in message.issues:
            parts += [
                f"### {formatting.capital(formatting.humanise(issue.option))}",
                f"All of them weigh the same reasons, as parts of the log odds of `{issue.option}` against "
                f"`{message.against}`:",
                table(("reason", "log odds"), rivals.reasons(issue)),
                "And this is what they make of them:",
                bullets(rivals.why(message, issue)),
            ]
    return "\n\n".join(part.strip() for part in [*parts, CAVEATS]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def bullets(texts: Iterable[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {text}" for text in texts)


@contextmanager
def _told(name: str) -> Iterator[None]:
    print(f"running under {formatting.humanise(name)}", file=sys.stderr, flush=True)
    yield None


def main() -> None:
    """Run and write."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--draws", type=int, default=DRAWS)
    ask.add_argument("--seed", type=int, default=SEED)
    args = ask.parse_args()
    result = theories(build(*load(CASE)), draws=args.draws, seed=args.seed, watch=_told)
    PAGE.write_text(
        page(result, f"python benchmarks/theories.py --draws {args.draws} --seed {args.seed}"), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
