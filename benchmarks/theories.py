"""Say why rival decision theories disagree about a decision of the flagship.

    python -m benchmarks.theories [--draws 2000] [--seed 1]

Writes docs/theories.md. It compiles one program, which takes a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
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

This page says why five decision theories disagree about the main decision of `china-russia`, for readers who ask how far an
answer depends on the assumed theory. The [bands](compare.md#the-epistemic-band) of its answers are over these theories too.

The case assumes quantal response: options with higher payoffs are chosen more often. Here every actor follows each theory in
turn; reasons, weights and beliefs stay the same. [The language](language.md#perceptions-and-theories) defines the theories.
`standoff run CASE --theories all` does the same for any case.
"""
CAVEATS = """## Limits

- Weights and rationality were chosen for quantal response. No theory was fitted to the choices of these actors.
- Best response and satisficing have no taste shocks: all their uncertainty is about parameters and events.
- In all theories but the cognitive hierarchy, actors expect others to follow the quantal response.
"""


def page(comparison: TheoryComparison, command: str) -> str:
    """Markdown of the page."""
    parts = [
        HEAD,
        f"`{command}` made this page. Every number has its Monte Carlo error (one standard error) after ±.",
    ]
    message = comparison.disagreement
    if message is not None:
        parts += [
            "## Reasons for the differences",
            f"The first decision of the main question is that of {message.actor} in {message.decided}: {message.text}. It "
            f"arises in {formatting.percent(message.occasion)} of futures. "
            "Probabilities if it decided afresh, in the same situations:",
            table(*rivals.options(message)),
        ]
        for issue in message.issues:
            parts += [
                f"### “{formatting.capital(message.texts[issue.option])}”",
                f"The reasons are the same under all theories, as parts of the log odds of “{message.texts[issue.option]}” "
                f"against “{message.texts[message.against]}”, and as factors of the odds:",
                table(("reason", "log odds", "odds"), rivals.reasons(issue)),
                "Result under each theory:",
                bullets(rivals.why(message, issue)),
            ]
    return "\n\n".join(part.strip() for part in [*parts, CAVEATS]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def bullets(texts: Iterable[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {text}" for text in texts)


def main() -> None:
    """Run the comparison and write the page."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--draws", type=int, default=DRAWS)
    ask.add_argument("--seed", type=int, default=SEED)
    args = ask.parse_args()
    result = theories(build(*load(CASE)), draws=args.draws, seed=args.seed)
    PAGE.write_text(
        page(result, f"python -m benchmarks.theories --draws {args.draws} --seed {args.seed}"), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
