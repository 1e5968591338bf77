"""Update the excerpt of a run in README.md: `standoff run china-russia | python docs/readme.py`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(__file__).parents[1] / "README.md"
SHOWN = ("losses_russia,", "exhausted_first", "china_direct,")  # answers, by id
ACTOR = "CHN"  # whose choice is shown
BLOCK = re.compile(r"(<!-- output: .*? -->\n```text\n).*?(```\n<!-- end of output -->)", re.DOTALL)


def excerpt(page: str) -> Iterator[str]:
    """Paragraphs of the page that the README shows; a line of dots stands for the paragraphs left out."""
    text = "\n".join(line.rstrip() for line in page.splitlines())
    section, actor, cut = "", "", False
    for paragraph in re.split(r"\n\n+", text):
        heading = re.match(r"(\w.*?) ───", paragraph)
        section, actor = (heading.group(1), "") if heading else (section, actor)
        if decision := re.match(r"(\w+) decides in ", paragraph):
            actor = decision.group(1)
        keep = not section or section == "Summary"
        keep |= section == "Answers" and (bool(heading) or any(f"[{word}" in paragraph for word in SHOWN))
        keep |= section.startswith("Why: ") and (bool(heading) or paragraph.startswith("In "))
        keep |= section == "Choices" and (bool(heading) or actor == ACTOR)
        keep |= section.startswith("Sanity checks")
        keep |= section == "Assumptions" and (bool(heading) or paragraph.startswith("Of "))
        keep &= not paragraph.startswith(("warning: ", "In >", "model "))
        if keep:
            yield ("...\n\n" if cut else "") + paragraph.strip("\n")
        cut = not keep


def main() -> None:
    """Replace the marked block of the README by an excerpt of standard input."""
    page = "\n\n".join(excerpt(sys.stdin.read()))
    old = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda found: f"{found.group(1)}{page}\n{found.group(2)}", old), encoding="utf-8")


if __name__ == "__main__":
    main()
