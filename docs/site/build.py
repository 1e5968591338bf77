"""Build the documentation site into build/site: `python -m docs.site.build`; any warning is an error.

Pages are staged in build/site-source, links following them to their places (`placement`), with pages made from the code:
cases, Python API, colours. Sphinx turns them into HTML that asks no other machine for anything.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from docs.site import api, cases, notebooks
from docs.site.placement import CATALOG, LISTS, ROOT, placed, rewritten
from sphinx.cmd.build import build_main

from standoff import catalog
from standoff.report.assets import themes

HOME = Path(__file__).parent
STAGED, BUILT = ROOT / "build" / "site-source", ROOT / "build" / "site"
README = "_readme.md"  #: part that other pages include


def stage(folder: Path) -> None:
    """Write every page of the site into a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in ("static", "templates"):
        shutil.copytree(HOME / part, folder / part)
    shutil.copy(HOME / "conf.py", folder)
    places = placed()
    for source, page in places.items():
        file = ROOT / source
        if source.startswith(f"{CATALOG}/") or not file.is_file():
            continue  # made below
        name = README if source == "README.md" else page
        goal = folder / name
        goal.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".ipynb":
            shutil.copy(file, goal.with_suffix(".ipynb"))
            goal.write_text(rewritten(notebooks.page(file), source, name, places), encoding="utf-8")
        elif file.suffix == ".md":
            text = rewritten(file.read_text(encoding="utf-8"), source, name, places)
            below = f"\n```{{toctree}}\n:hidden:\n:glob:\n\n{LISTS[source]}/*\n```\n" if source in LISTS else ""
            goal.write_text(text + below, encoding="utf-8")
        else:
            shutil.copy(file, goal)
    stored = [cases.StoredCase.load(slug) for slug in catalog.slugs()]
    made = {f"cases/{case.slug}.md": cases.page(case, places) for case in stored}
    made |= {"cases/index.md": cases.index(stored), "static/colours.css": colours()}
    made |= {f"api/{name}": text for name, text in api.pages().items()}
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def colours() -> str:
    """Style sheet with the colours of reports, for a light and a dark page."""
    light, dark = (
        "".join(f"{name}: {value}; " for name, value in theme.items() if name != "--paper") for theme in themes()
    )  # the paper is that of the theme, see site.css
    return (
        f"body {{ {light}}}\nbody[data-theme=dark] {{ {dark}}}\n"
        f"@media (prefers-color-scheme: dark) {{ body:not([data-theme=light]) {{ {dark}}} }}\n"
    )


def build(staged: Path, built: Path) -> int:
    """Turn staged pages into HTML; the exit code of Sphinx, not 0 after any warning."""
    return build_main(
        ["-b", "html", "-W", "--keep-going", "-q", "-E", "-d", str(built) + "-cache", str(staged), str(built)]
    )


def main(words: list[str] | None = None) -> int:
    """Stage and build the site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=BUILT, help="folder of the built site")
    built: Path = parser.parse_args(words).folder.resolve()
    staged = built.with_name(f"{built.name}-source")
    stage(staged)
    shutil.rmtree(built, ignore_errors=True)
    code = build(staged, built)
    if not code:
        print(f"{built / 'index.html'}: {sum(1 for _ in built.rglob('*.html'))} pages")
    return code


if __name__ == "__main__":
    sys.exit(main())
