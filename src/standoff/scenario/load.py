"""Load a scenario from a file or text into frozen records, with the line of every error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from standoff.errors import Problem, ScenarioError, did_you_mean, join_limited
from standoff.scenario import document, error_locations, interventions
from standoff.scenario.checks import check
from standoff.scenario.document import Document
from standoff.scenario.expand_holders import expand_holders
from standoff.scenario.held_options import with_held_options
from standoff.scenario.interventions import AS_OF
from standoff.scenario.language import Mechanism, Reason, Scenario
from standoff.scenario.prior_works import with_prior_works
from standoff.yaml_reader import Path_, dots

ENTRY_KEYS = {"mechanisms": set(Mechanism.model_fields), "reasons": set(Reason.model_fields)}
LIMIT_EXTENDS = 8  # assumption: no scenario needs a longer chain
HEAD = ("title", "as_of", "start", "end", "step", "units", "sources", "actors")  #: required sections


@dataclass(frozen=True)
class ReadResult:
    """The readable part of a scenario, with its errors."""

    problems: tuple[Problem, ...]
    valid_part: LoadedScenario | None  #: without the invalid entries
    dropped: frozenset[str] = frozenset()  #: names of invalid entries
    stocks_only: LoadedScenario | None = None  #: initial values of invalid stocks, if they are valid

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

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in Scenario.model_fields:
            raise AttributeError(f"a scenario has no `{name}`; it has {', '.join(Scenario.model_fields)}")
        return getattr(self.scenario, name)

    def __repr__(self) -> str:
        return (
            f"<scenario {self.document.name}: {self.scenario.title}{f', variant {self.variant}' * bool(self.variant)}>"
        )

    def with_variant(self, variant: str) -> LoadedScenario:
        """The scenario under a variant; reads only changed entries. Raises `ScenarioError`."""
        return _require_valid(_reading(self.document, self.folder, variant, None, self))

    def over(self, data: Mapping[str, Any]) -> LoadedScenario:
        """The scenario with entries merged over it, such as another `as_of`. Raises `ScenarioError`."""
        doc = document.overlay(self.document, Document(dict(data), {(): self.document.name}, self.document.name))
        return replace(_require_valid(_reading(doc, self.folder, "", None)), variant=self.variant)


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
    base: LoadedScenario | None = None,
    held: Mapping[str, Mapping[str, str]] | None = None,
) -> ReadResult:
    if not isinstance(doc.data, dict):
        raise ScenarioError(
            Problem("a scenario is a mapping of sections", doc.where(()), allowed="title: ..., as_of: ...")
        )
    if folder is None and ("include" in doc.data or "extends" in doc.data):
        raise ScenarioError(Problem("a scenario read from text cannot name other files", doc.where(())))
    doc, spread = expand_holders(doc, doc.data.get("stocks"))
    if variant:
        doc, problems_of_variant = _under_variant(doc, variant)
        spread += problems_of_variant
    doc = with_prior_works(with_held_options(interventions.laid_over(doc, more), held))

    def reading(rest: LoadedScenario | None = None) -> ReadResult:
        return ReadResult((*spread, *problems), rest, gone, _aside(data, whole, own, doc) if problems else None)

    raw = doc.data if base is None else _read_before(doc.data, base)
    data, problems, gone = _nested(raw), list[Problem](), frozenset[str]()
    whole = data
    own = {"units": {word: text for word, text in _mapping(raw.get("units")).items() if isinstance(text, str)}}
    while True:
        try:
            scenario = Scenario.model_validate(data, context=own)
        except ValidationError as error:
            if problems:  # without a title, a date or a step there is no rest
                return reading()
            result, bad = error_locations.to_problems(error, doc), [entry["loc"][:2] for entry in error.errors()]
        else:
            result = check(scenario, doc)
            bad = [error_locations.entry_of(problem.path, data) for problem in result]
        if not result:
            return reading(LoadedScenario(scenario, doc, folder, variant))
        problems += error_locations.independent_of(result, gone)
        before, (data, gone) = data, error_locations.drop_entries(data, bad, gone)
        if data == before:  # nothing more that could be left out
            return reading()


def _aside(rest: dict[str, Any], whole: dict[str, Any], own: dict[str, Any], doc: Document) -> LoadedScenario | None:
    """Initial values of invalid stocks that can be checked."""
    stored, every = _mapping(rest.get("stocks")), _mapping(whole.get("stocks"))
    alone = {
        name: error_locations.initial_only(stock, own["units"]) for name, stock in every.items() if name not in stored
    }
    head = {key: rest[key] for key in HEAD if key in rest}
    try:
        scenario = Scenario.model_validate(
            {**head, "stocks": {name: stock for name, stock in alone.items() if stock is not None}}, context=own
        )
    except ValidationError:  # no scenario is left, or a required section has errors itself
        return None
    return LoadedScenario(scenario, doc)


def _read(path: Path, home: Path, chain: tuple[Path, ...]) -> Document:
    if len(chain) > LIMIT_EXTENDS or path in chain:
        raise ScenarioError(Problem("files extend one another in a circle", str(path.name)))
    doc = document.read_file(path)
    if not isinstance(doc.data, dict):
        raise ScenarioError(
            Problem("a scenario is a mapping of sections", doc.where(()), allowed="title: ..., as_of: ...")
        )
    data = dict(doc.data)
    top = Document(data, doc.lines, doc.name)
    under: Document | None = None
    extends = data.pop("extends", None)
    if extends is not None:
        under = _read(_included_path(str(extends), home, doc, ("extends",)), home, (*chain, path))
    include = data.pop("include", None) or []
    for index, name in enumerate(include if isinstance(include, list) else [include]):
        part = _read(_included_path(str(name), home, doc, ("include", index)), home, (*chain, path))
        under = part if under is None else document.overlay(under, part)
    return top if under is None else document.overlay(under, top)


def _included_path(name: str, home: Path, doc: Document, path: Path_) -> Path:
    target = home / name
    if not re.fullmatch(r"[\w][\w.-]*(/[\w][\w.-]*)*", name) or not target.resolve().is_relative_to(home.resolve()):
        raise ScenarioError(
            Problem(
                f"`{name}` is not a file inside the scenario's folder",
                doc.where(path),
                dots(path),
                allowed="a plain file name, such as war.yaml",
            )
        )
    return target


def _under_variant(doc: Document, variant: str) -> tuple[Document, list[Problem]]:
    variants = _mapping(doc.data.get("variants"))
    if variant not in variants:
        raise ScenarioError(
            Problem(
                f"there is no variant `{variant}`",
                doc.where(("variants",)),
                allowed=join_limited(variants) or "none",
                fix=did_you_mean(variant, variants),
            )
        )
    change = variants[variant].get("change") if isinstance(variants[variant], dict) else None
    if not isinstance(change, dict):
        return doc, []  # the missing key is reported by validation
    paths = doc.below("variants", variant)
    lines = {path[3:]: doc.lines[path] for path in paths if path[2:3] == ("change",)}
    stocks = document.overlay(Document(doc.data), Document({"stocks": change.get("stocks", {})})).data.get("stocks")
    above, problems = expand_holders(Document(change, lines, doc.name), stocks, above=True)
    return document.overlay(doc, above), problems


def _mapping(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _nested(data: dict[str, Any]) -> dict[str, Any]:
    """Move the parameters of mechanisms and reasons under `params`, as the records have them."""

    def split(entry: Any, keys: set[str]) -> Any:
        if not isinstance(entry, dict):
            return entry
        own = {key: value for key, value in entry.items() if key in keys and key != "params"}
        return {**own, "params": {key: value for key, value in entry.items() if key not in keys or key == "params"}}

    out = dict(data)
    if isinstance(out.get("mechanisms"), dict):
        out["mechanisms"] = {
            name: split({} if entry is None else entry, ENTRY_KEYS["mechanisms"])
            for name, entry in out["mechanisms"].items()
        }
    if isinstance(out.get("choices"), dict):
        choices = {}
        for name, choice in out["choices"].items():
            if isinstance(choice, dict) and isinstance(choice.get("reasons"), dict):
                reasons = {key: split(entry, ENTRY_KEYS["reasons"]) for key, entry in choice["reasons"].items()}
                choice = {**choice, "reasons": reasons}
            if isinstance(choice, dict) and isinstance(choice.get("options"), dict):
                choice = {**choice, "options": {k: {} if o is None else o for k, o in choice["options"].items()}}
            choices[name] = choice
        out["choices"] = choices
    return out


def _read_before(raw: dict[str, Any], base: LoadedScenario) -> dict[str, Any]:
    """`raw` with the records of `base` for all sections and entries that did not change."""
    out = dict(raw)
    for section, current in raw.items():
        before, result = base.document.data.get(section), getattr(base.scenario, section, None)
        if current is before:
            out[section] = result
        elif isinstance(current, dict) and isinstance(before, dict) and isinstance(result, dict):
            out[section] = {
                name: result[name] if name in result and entry is before.get(name) else entry
                for name, entry in current.items()
            }
    return out


def dump(scenario: Scenario) -> str:
    """The scenario as YAML that loads to an equal scenario."""
    data = scenario.model_dump(mode="json", exclude_defaults=True)

    def flat(entry: dict[str, Any]) -> dict[str, Any]:
        params = entry.pop("params", {})
        return {**entry, **params}

    for name, entry in data.get("mechanisms", {}).items():
        data["mechanisms"][name] = flat(entry)
    for choice in data.get("choices", {}).values():
        choice["reasons"] = {name: flat(entry) for name, entry in choice["reasons"].items()}
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120))


__all__ = ["LoadedScenario", "dump", "load_document", "load_scenario", "load_text"]
