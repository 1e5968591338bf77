"""Update the output of a run in README.md: `standoff run china-russia | python docs/readme.py`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- output: .*? -->\n```text\n).*?(```\n<!-- end of output -->)", re.DOTALL)
OWN = ("page: ", "run: ", "wrote ")  # lines about files of the machine


def excerpt(page: str) -> str:
    """The printed page without lines about files."""
    return "\n".join(line.rstrip() for line in page.strip("\n").splitlines() if not line.startswith(OWN))


def main() -> None:
    """Replace the marked block of the README by standard input."""
    page, old = excerpt(sys.stdin.read()), README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda found: f"{found.group(1)}{page}\n{found.group(2)}", old), encoding="utf-8")


if __name__ == "__main__":
    main()
