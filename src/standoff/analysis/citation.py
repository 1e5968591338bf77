"""How to cite the package, and a case of which an answer is quoted.

A case is named with the digest of its model, which depends on scenario, claims and variant, and on no seed: whoever has the
same digest has the same model, and with the draws and the seed of a run the same answer. Formats: BibTeX (entry types of
BibLaTeX: `software`, `dataset`), APA style (7th edition, section 10.10), Citation File Format 1.2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import yaml

from standoff import catalog, labels
from standoff.record import record
from standoff.versions import VERSION

if TYPE_CHECKING:
    from standoff.engine.model import Model

AUTHORS, YEAR, LICENCE = "The standoff authors", 2026, "MIT"  #: as in LICENSE, which a test compares
NAME = "standoff"
SUBTITLE = "analysis of standoffs between states"
MESSAGE = "If you use standoff, cite it; `standoff cite CASE` also cites the case of an answer."
UNKNOWN = "anonymous"  #: CFF needs an author
TEX = {
    "\\": r"\textbackslash{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


CitationFormat = StrEnum("CitationFormat", "plain bibtex apa cff")


@record
class CitedCase:
    """The case of an answer, as a citation names it."""

    name: str  #: slug of the catalogue, or name of the case's folder or file
    title: str
    as_of: str
    variant: str  #: empty for the case as it stands
    digest: str  #: SHA-256 of the model, 64 hexadecimal digits; no seed is part of it
    posterior: str  #: number of fitted parameters and day of the fit, in words; empty without a posterior
    authors: tuple[str, ...]  #: empty where they are not known
    year: int | None  #: of a case of the catalogue

    @property
    def note(self) -> str:
        """What identifies the model behind an answer, in words."""
        parts = (f"as of {self.as_of}", f"variant {self.variant}" * bool(self.variant), self.posterior)
        return ", ".join([part for part in parts if part] + [f"model digest {self.digest}"])


@record
class Citation:
    """A citation of the package, and of a case if there is one."""

    version: str
    case: CitedCase | None = None

    def text(self, style: CitationFormat | str = CitationFormat.plain) -> str:
        """The citation in a format; raises `ValueError` for a word that names none."""
        writers = (self._plain, self._bibtex, self._apa, self._cff)
        return dict(zip(CitationFormat, writers, strict=True))[CitationFormat(style)]()

    def _plain(self) -> str:
        package = (
            f"{AUTHORS} ({YEAR}). {NAME}: {SUBTITLE}, version {self.version}. Computer program, {LICENCE} licence."
        )
        if (case := self.case) is None:
            return package
        year = f" ({case.year})" if case.year else ""
        people = f"{', '.join(case.authors)}{year}. " if case.authors else ""
        title = case.title if case.title.endswith((".", "?", "!")) else f"{case.title}."
        return "\n".join(
            [
                f"{people}Case {case.name}: {title} {labels.capital(case.note)}.",
                package,
                "Give draws, seed, band and Monte Carlo error beside the answer: `standoff run` prints them.",
            ]
        )

    def _apa(self) -> str:
        package = (
            f"{AUTHORS}. ({YEAR}). {NAME}: {labels.capital(SUBTITLE)} (Version {self.version}) [Computer software]."
        )
        if (case := self.case) is None:
            return package
        about = f"(Case {case.name} for {NAME}, Version {self.version}; {case.note}) [Data set]."
        year = f"({case.year or 'n.d.'})."
        if not case.authors:  # the title takes the place of the author
            return f"{case.title} {about} {year}\n{package}"
        return f"{', '.join(case.authors)}. {year} {case.title} {about}\n{package}"

    def _bibtex(self) -> str:
        package = _entry(
            "software",
            NAME,
            {
                "author": f"{{{_tex(AUTHORS)}}}",
                "title": f"{NAME}: {SUBTITLE}",
                "year": str(YEAR),
                "version": self.version,
                "license": LICENCE,
            },
        )
        if (case := self.case) is None:
            return package
        key = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in case.name)
        entry = _entry(
            "dataset",
            f"{NAME}-{key}",
            {
                "author": " and ".join(f"{{{_tex(name)}}}" for name in case.authors),
                "title": f"{{{_tex(case.title)}}}",
                "year": str(case.year or ""),
                "version": _tex(f"{NAME} {self.version}"),
                "note": _tex(f"Case {case.name}, {case.note}"),
            },
        )
        return f"{entry}\n\n{package}"

    def _cff(self) -> str:
        data: dict[str, Any] = {
            "cff-version": "1.2.0",
            "message": MESSAGE,
            "type": "software",
            "title": f"{NAME}: {SUBTITLE}",
            "version": self.version,
            "license": LICENCE,
            "authors": [{"name": AUTHORS}],
        }
        if (case := self.case) is not None:
            row = {
                "type": "data",
                "title": case.title,
                "authors": [{"name": name} for name in case.authors or (UNKNOWN,)],
                "version": self.version,
                "notes": f"Case {case.name}, {case.note}",
            }
            data["references"] = [row | ({"year": case.year} if case.year else {})]
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120).rstrip("\n")


def cite(model: Model | None = None, *, authors: Sequence[str] = ()) -> Citation:
    """Cite the package, and the case of a model.

    `print(cite(model).text("bibtex"))`

    authors: of a case of one's own; cases of the catalogue have those of the package
    """
    return Citation(version=VERSION, case=None if model is None else _cited(model, tuple(authors)))


def _cited(model: Model, authors: tuple[str, ...]) -> CitedCase:
    loaded, scenario = model.plan.loaded, model.scenario
    folder = None if loaded.folder is None else loaded.folder.resolve()
    is_own = folder is None or folder.parent != catalog.HOME.resolve()
    name = folder.name if folder is not None else loaded.document.name
    return CitedCase(
        name=name,
        title=scenario.title,
        as_of=scenario.as_of,
        variant=model.plan.variant,
        digest=model.hash,
        posterior=model.posterior_note,
        authors=authors if is_own else (AUTHORS,),
        year=None if is_own else YEAR,
    )


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    """An entry of BibTeX; empty fields are left out."""
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{lines}}}"


def _tex(text: str) -> str:
    """A text with the special characters of LaTeX escaped, on one line."""
    return "".join(TEX.get(letter, letter) for letter in " ".join(text.split()))
