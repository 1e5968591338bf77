"""Load a scenario from a file or text into frozen records, with the line of every error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from standoff.dates import FORM
from standoff.errors import Problem, ScenarioError, did_you_mean, join_limited
from standoff.scenario import document, error_locations, interventions
from standoff.scenario.calendar import last_day
from standoff.scenario.checks import check
from standoff.scenario.document import Document, declared_units, mapping
from standoff.scenario.expand_codes import expand_codes
from standoff.scenario.expand_holders import expand_holders
from standoff.scenario.interventions import AS_OF, with_held_options
from standoff.scenario.language import LANGUAGE, Scenario
from standoff.scenario.prior_works import with_prior_works
from standoff.scenario.starting_constants import with_constants
from standoff.yaml_reader import Path_, dots

LIMIT_EXTENDS = 8  # assumption: no scenario needs a longer chain


@dataclass(frozen=True)
class ReadResult:
    """The readable part of a scenario, with its errors."""

    problems: tuple[Problem, ...]
    valid_part: LoadedScenario | None  #: without the invalid entries
    dropped: frozenset[str] = frozenset()  #: names of invalid entries

    def beyond(self, problems: Iterable[Problem]) -> list[Problem]:
        """Errors of the readable part that do not follow from missing entries."""
        return error_locations.independent_of(problems, self.dropped)


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario with the lines of its entries; it has the attributes of `Scenario`."""

    scenario: Scenario
    document: Document
    folder: Path | None = None
    variant: str = ""
    written: Document | None = None  #: without its variant, interventions and held options; None: as the document

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in Scenario.model_fields:
            raise AttributeError(f"a scenario has no `{name}`; it has {', '.join(Scenario.model_fields)}")
        return getattr(self.scenario, name)

    def __repr__(self) -> str:
        return (
            f"<scenario {self.document.name}: {self.scenario.title}{f', variant {self.variant}' * bool(self.variant)}>"
        )

    def with_variant(self, variant: str) -> LoadedScenario:
        """The scenario under a variant. Raises `ScenarioError`."""
        return load_document(self.document, self.folder, variant)

    def over(self, data: Mapping[str, Any]) -> LoadedScenario:
        """The scenario with entries merged over it, such as another `as_of`. Raises `ScenarioError`."""
        more = Document(dict(data), {(): self.document.name}, self.document.name)
        doc, written = (document.overlay(of, more) for of in (self.document, self.written or self.document))
        return replace(_require_valid(_reading(doc, self.folder, "", None)), variant=self.variant, written=written)


def load_scenario(
    path: Path | str,
    variant: str = "",
    changes: Mapping[str, Any] | None = None,
    since: str = AS_OF,
    held: Mapping[str, Mapping[str, str]] | None = None,
) -> LoadedScenario:
    """Load a scenario file (or its folder), under a variant and further interventions.

    `changes` maps levers and dotted paths to values, as `--set` does; they hold `since` as_of, start, or a month. `held`
    maps choices to {month: option set by a person}, as `--hold` does. Raises `ScenarioError` with every mistake.
    """
    return _require_valid(read_scenario(path, variant, changes, since, held))


def read_scenario(
    path: Path | str,
    variant: str = "",
    changes: Mapping[str, Any] | None = None,
    since: str = AS_OF,
    held: Mapping[str, Mapping[str, str]] | None = None,
) -> ReadResult:
    """Load the readable part of a scenario and its errors; raises only if nothing is readable."""
    path = Path(path)
    if path.is_dir():
        path = path / "scenario.yaml"
    doc, more = _read(path, path.parent, ()), interventions.interventions_section(changes, since)
    return _reading(doc, path.parent, variant, more, held=held)


def load_text(text: str | bytes, name: str = "scenario") -> LoadedScenario:
    """Load a scenario from text, which cannot include other files."""
    return load_document(document.read_text(text, name), None)


def load_document(
    doc: Document, folder: Path | None, variant: str = "", changes: Mapping[str, Any] | None = None, since: str = AS_OF
) -> LoadedScenario:
    """Validate plain data; raises `ScenarioError` with every error."""
    return _require_valid(_reading(doc, folder, variant, interventions.interventions_section(changes, since)))


def _require_valid(reading: ReadResult) -> LoadedScenario:
    if reading.problems or reading.valid_part is None:
        raise ScenarioError(reading.problems)
    return reading.valid_part


def _reading(
    doc: Document,
    folder: Path | None,
    variant: str,
    more: Document | None,
    held: Mapping[str, Mapping[str, str]] | None = None,
) -> ReadResult:
    _require_sections(doc)
    if folder is None and ("include" in doc.data or "extends" in doc.data):
        raise ScenarioError("a scenario read from text cannot name other files", doc.where(()))
    written = doc
    doc, spread = expand_holders(doc, doc.data.get("stocks"))
    doc, coded = expand_codes(doc, doc.data.get("choices"))
    spread += coded
    if variant := _as_of(doc, variant):
        doc, problems_of_variant = _under_variant(doc, variant)
        spread += problems_of_variant
    doc = with_prior_works(with_constants(with_held_options(interventions.laid_over(doc, more), held)))
    data, problems, gone = doc.data, list[Problem](), frozenset[str]()
    context = {"units": declared_units(data)}
    valid_part: LoadedScenario | None = None
    while True:
        try:
            scenario = Scenario.model_validate(data, context=context)
        except ValidationError as error:
            if problems:  # without a title, a date or a step there is no rest
                break
            fresh, bad = error_locations.to_problems(error, doc), [entry["loc"][:2] for entry in error.errors()]
        else:
            fresh = check(scenario, doc)
            bad = [error_locations.entry_of(problem.path, data) for problem in fresh]
        if not fresh:
            valid_part = LoadedScenario(scenario, doc, folder, variant, written)
            break
        problems += error_locations.independent_of(fresh, gone)
        before, (data, gone) = data, error_locations.drop_entries(data, bad, gone)
        if data == before:  # nothing more that could be left out
            break
    return ReadResult((*spread, *problems), valid_part, gone)


def _require_sections(doc: Document) -> None:
    if not isinstance(doc.data, dict):
        raise ScenarioError("a scenario is a mapping of sections", doc.where(()), allowed="title: ..., as_of: ...")
    if doc.data.get("language", LANGUAGE) != LANGUAGE:
        raise ScenarioError(
            f"unknown version `{doc.data['language']}` of the scenario language",
            doc.where(("language",)),
            "language",
            "1, the version of files without `language` too",
            "update standoff, which may be older than this file, or write the file in a version that it knows",
        )


def _read(path: Path, home: Path, chain: tuple[Path, ...]) -> Document:
    if len(chain) > LIMIT_EXTENDS or path in chain:
        raise ScenarioError("files extend one another in a circle", path.name)
    doc = document.read_file(path)
    _require_sections(doc)
    data = dict(doc.data)
    extends, include = data.pop("extends", None), data.pop("include", None) or []
    others: list[tuple[Path_, Any]] = [] if extends is None else [(("extends",), extends)]
    others += [
        (("include", index), name) for index, name in enumerate(include if isinstance(include, list) else [include])
    ]
    parts = [_read(_included_path(str(name), home, doc, key), home, (*chain, path)) for key, name in others]
    return reduce(document.overlay, [*parts, Document(data, doc.lines, doc.name)])


def _included_path(name: str, home: Path, doc: Document, path: Path_) -> Path:
    target = home / name
    if not re.fullmatch(r"[\w][\w.-]*(/[\w][\w.-]*)*", name) or not target.resolve().is_relative_to(home.resolve()):
        raise ScenarioError(
            f"`{name}` is not a file inside the scenario's folder",
            doc.where(path),
            dots(path),
            allowed="a plain file name, such as war.yaml",
        )
    return target


def _as_of(doc: Document, variant: str) -> str:
    """The variant itself, or of a date the first one as of that day; none for that of the case."""
    variants = mapping(doc.data.get("variants"))
    if variant in variants or not FORM.fullmatch(variant):
        return variant
    days = {str(doc.data.get("as_of")): ""}
    for name, item in variants.items():
        if (day := mapping(mapping(item).get("change")).get("as_of")) is not None:
            days.setdefault(str(day), name)
    for day, name in days.items():
        if FORM.fullmatch(day) and last_day(day) == last_day(variant):
            return name
    raise ScenarioError(f"no variant is as of {variant}", doc.where(("variants",)), allowed=join_limited(sorted(days)))


def _under_variant(doc: Document, variant: str) -> tuple[Document, list[Problem]]:
    variants = mapping(doc.data.get("variants"))
    if variant not in variants:
        fix, allowed = did_you_mean(variant, variants), join_limited(variants) or "none"
        raise ScenarioError(f"there is no variant `{variant}`", doc.where(("variants",)), allowed=allowed, fix=fix)
    item, path = mapping(variants[variant]), ("variants", variant)
    below: list[Problem] = []
    if over := item.get("over"):
        if mapping(mapping(variants.get(over)).get("change")).get("as_of") is None or mapping(variants[over]).get(
            "over"
        ):
            allowed = join_limited(
                name for name, each in variants.items() if "as_of" in mapping(mapping(each).get("change"))
            )
            what = f"`{over}` is no variant as of another day"
            raise ScenarioError(what, doc.where((*path, "over")), dots((*path, "over")), allowed=allowed or "none")
        doc, below = _under_variant(doc, over)
    change = item.get("change")
    if not isinstance(change, dict):
        return doc, below  # the missing key is reported by validation
    lines = {at[3:]: doc.lines[at] for at in doc.below(*path) if at[2:3] == ("change",)}
    whole = document.overlay(Document(doc.data), Document(change)).data
    above, problems = expand_holders(Document(change, lines, doc.name), whole.get("stocks"), above=True)
    above, more = expand_codes(above, whole.get("choices"))
    return document.overlay(doc, above), below + problems + more


def dump(scenario: Scenario) -> str:
    """The scenario as YAML that loads to an equal scenario."""
    data = scenario.model_dump(mode="json", exclude_defaults=True)
    for name, question in scenario.questions.items():
        if question.within is not None:  # its date follows from it, also as of another day
            data["questions"][name].pop(question.date_key)
    sections = [data.get("mechanisms", {}), *(choice["reasons"] for choice in data.get("choices", {}).values())]
    for entry in (entry for section in sections for entry in section.values()):
        entry |= entry.pop("params", {})
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120))
