"""Where each page of the repository stands on the site, and links between pages that follow it there."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
CATALOG = "src/standoff/catalog"
LINK = re.compile(r"\[([^\[\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
FENCE = re.compile(r"(?ms)^(`{3,}|~{3,}).*?^\1[ ]*$")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
#: pages that list the pages of a folder, which the build adds to the navigation under them
LISTS = {"docs/reference/mechanisms.md": "mechanisms"}
TOP = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "SECURITY.md": "security.md",
    "README.md": "index.md",
    "CITATION.cff": "CITATION.cff",
    "LICENSE": "LICENSE",
}


class DeadLink(Exception):
    """A link to a file that does not exist, or has no place on the site."""


def placed() -> dict[str, str]:
    """Path in the repository -> path on the site, of every file of the documentation."""
    out = TOP | {CATALOG: "cases/index.md", "src/standoff": "api/index.md"}
    for file in sorted((ROOT / "docs").rglob("*")):
        name = file.relative_to(ROOT / "docs")
        if not file.is_file() or file.suffix not in {".md", ".png", ".bib", ".ipynb"}:
            continue
        if file.suffix == ".ipynb":
            out[f"docs/{name.as_posix()}"] = name.with_suffix(".md").as_posix()
            continue
        out[f"docs/{name.as_posix()}"] = name.name if name.parts[0] == "site" else name.as_posix()
    for file in sorted((ROOT / CATALOG).glob("*/README.md")):
        out[file.relative_to(ROOT).as_posix()] = f"cases/{file.parent.name}.md"
    return out


def rewritten(text: str, source: str, page: str, places: dict[str, str]) -> str:
    """A Markdown text whose links to files of the repository lead to their pages.

    source: its path in the repository; page: its path on the site. Raises `DeadLink`.
    """

    def moved(link: re.Match[str]) -> str:
        target = link[2]
        if not target or SCHEME.match(target):
            return link[0]
        goal = os.path.normpath(PurePosixPath(source).parent / target)
        if goal not in places:
            reason = "has no place on the site" if (ROOT / goal).exists() else "does not exist"
            raise DeadLink(f"{source}: the link to `{target}` leads to {goal}, which {reason}")
        path = os.path.relpath(places[goal], PurePosixPath(page).parent)
        text = _title(goal) if link[1] == target else link[1]  # a path is no name on the site
        return f"[{text}]({path}{link[3] or ''})"

    out, end = [], 0
    for fence in FENCE.finditer(text):
        out += [LINK.sub(moved, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*out, LINK.sub(moved, text[end:])])


def _title(source: str) -> str:
    """The title of a Markdown page, or its path."""
    file = ROOT / source
    found = re.search(r"(?m)^# (.+)$", file.read_text(encoding="utf-8")) if file.suffix == ".md" else None
    return found[1] if found else source
