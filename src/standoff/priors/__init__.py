"""Library of priors: numbers with a range and a source, `prior(name)` in a scenario.

A file of this folder holds `works` (key of docs/sources.bib -> citation), a `rule`, and `priors`, each with

    kind      one of `KINDS`
    text      meaning
    range     a belief without unit and sources, or `history(kind)`
    unit      by default 1
    sources   keys of `works`, `history` or `assumption`
    origin    what the number is from
    rule      how the range follows from it, if not by the rule of the file

`cases.yaml` and `base_rates.yaml` are written by `benchmarks/priors.py` from the cases of the catalogue, `wars.yaml` from history.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from standoff import yaml_reader
from standoff.errors import BeliefError, did_you_mean
from standoff.record import record

HOME = Path(__file__).parent
KINDS = ("weight", "rationality", "half_life", "code", "rate", "share", "time", "number", "base_rate")
WORDS = ("history", "assumption")  #: sources that are no work


@record
class LibraryPrior:
    """A number of the library."""

    name: str
    kind: str  #: one of `KINDS`
    text: str  #: meaning
    range: Any  #: a belief without unit and sources: `0.1 to 0.2`, {p5, p50, p95}, `history(kind)`
    unit: str  #: `1` for none
    sources: tuple[str, ...]  #: keys of `works`, `history` or `assumption`
    origin: str  #: what it is from
    rule: str  #: how the range follows from that

    @property
    def notation(self) -> Any:
        """The belief with unit, without sources, in the notation of scenarios."""
        unit = "" if self.unit == "1" or str(self.range).startswith("history") else self.unit
        if isinstance(self.range, Mapping):
            return {**self.range, **({"unit": unit} if unit else {})}
        return f"{self.range} {unit}".strip()

    @property
    def works(self) -> dict[str, str]:
        """The works among its sources, each with its citation."""
        known = _library()[1]
        return {key: known[key] for key in self.sources if key not in WORDS}

    def to_data(self) -> dict[str, Any]:
        """As plain data, in the order in which it is read."""
        return {**vars(self), "sources": list(self.sources), "works": self.works}


def list_priors() -> Mapping[str, LibraryPrior]:
    """All priors by name, in the order of `KINDS`, then of names."""
    return _library()[0]


def find(name: str) -> LibraryPrior:
    """The prior of a name; raises `BeliefError` with the nearest names."""
    known = list_priors()
    if name not in known:
        raise BeliefError(
            f"there is no prior `{name}`", allowed="a name that `standoff list priors` shows", fix=_nearest(name, known)
        )
    return known[name]


def _nearest(name: str, known: Mapping[str, LibraryPrior]) -> str:
    """Names that share a word with `name`, or the closest one."""
    words = set(name.replace("_", ".").split(".")) - {"full", "partial"}
    near = [other for other in known if name and (name in other or words & set(other.replace("_", ".").split(".")))]
    if guess := did_you_mean(name, known):
        return guess + (f" near it: {', '.join(near[:5])}" if near else "")
    return f"near it: {', '.join(near[:8])}" if near else "see `standoff list priors`"


@lru_cache(maxsize=1)
def _library() -> tuple[dict[str, LibraryPrior], dict[str, str]]:
    """Priors by name, and works by key."""
    priors, works = dict[str, LibraryPrior](), dict[str, str]()
    for file in sorted(HOME.glob("*.yaml")):
        data = yaml_reader.read(file.read_text(encoding="utf-8"), file.name).data
        works |= data.get("works") or {}
        for name, entry in data["priors"].items():
            if name in priors:
                raise BeliefError(f"the prior `{name}` stands in two files", file.name)
            entry = {"unit": "1", "rule": data.get("rule", "").strip(), **entry}
            priors[name] = LibraryPrior(
                name=name, **{**entry, "sources": tuple(entry["sources"]), "unit": str(entry["unit"])}
            )
    ordered = sorted(priors.values(), key=lambda prior: (KINDS.index(prior.kind), prior.name))
    return {prior.name: prior for prior in ordered}, works
