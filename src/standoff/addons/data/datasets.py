"""Public data sets, one per file: fetched, cached with hash and licence, parsed to claims.

A connector has `SOURCE` (its card) and `parse(raw)` (pure), and `fetch(session)` where the file does not lie at the
address of the card. The folder is the registry. Nothing here imports JAX.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from standoff import input_files, registry
from standoff.addons.data.connectors import _cache
from standoff.addons.data.connectors._cache import CacheRecord
from standoff.addons.data.connectors._dataset import Dataset, ParseResult
from standoff.addons.data.connectors._http import LIMIT, HttpClient
from standoff.dates import PartialDate
from standoff.errors import DataError, Problem, did_you_mean, join_limited
from standoff.ledger import Claim, Ledger

HOME = "standoff.connectors"


@dataclass(frozen=True)
class FetchedDataset:
    """Claims of a data set, with an account of its rows and of the file."""

    name: str
    source: Dataset
    ledger: Ledger  #: after `as_of` and `monthly`
    parsed: ParseResult
    origin: str  #: fetched, kept, or file
    entry: CacheRecord | None  #: record of the cached copy; None for a local file
    later: int  #: number of claims published after `as_of`
    dropped_by_monthly: int  #: number of claims dropped by `monthly`


def names() -> tuple[str, ...]:
    """Names of all data sets."""
    return registry.names(HOME)


def connector(name: str) -> ModuleType:
    """The module of a data set; raises `DataError` with the nearest name."""
    if name not in names():
        raise DataError(
            f"there is no data set `{name}`",
            allowed=join_limited(names(), 20),
            fix=did_you_mean(name, names()) or "`standoff data list` lists them",
        )
    return registry.module(HOME, name)


def get(
    name: str,
    *,
    offline: bool = False,
    refresh: bool = False,
    file: Path | None = None,
    as_of: str | None = None,
    monthly: bool = False,
) -> FetchedDataset:
    """Claims of a data set: from `file`, from a fresh cached copy, or from its publisher.

    A fetched file is read before it is kept, so that a page of excuses never takes the place of data. Raises
    `DataError`.
    """
    if sum((offline, refresh, file is not None)) > 1:
        raise DataError("--offline, --refresh and --file exclude one another", fix="use one of them")
    module = connector(name)
    parsed, origin, entry = _obtain(name, module, offline, refresh, file)
    claims = _dated(parsed.claims, entry)
    ledger = Ledger(claims)
    published = ledger.as_of(as_of) if as_of else ledger
    thinned = Ledger(tuple(_monthly(published))) if monthly else published
    return FetchedDataset(
        name, module.SOURCE, thinned, parsed, origin, entry, len(ledger) - len(published), len(published) - len(thinned)
    )


def _obtain(
    name: str, module: ModuleType, offline: bool, refresh: bool, file: Path | None
) -> tuple[ParseResult, str, CacheRecord | None]:
    if file is not None:
        return module.parse(input_files.contents(file, LIMIT, DataError)), "file", None
    entry = _cached(name) if refresh else _cache.find(name)
    if offline and entry is None:
        raise DataError(
            f"no copy of `{name}` is cached",
            str(_cache.folder()),
            allowed="an earlier fetched copy",
            fix=_by_hand(name, module.SOURCE),
        )
    if entry is not None and (offline or (not refresh and age(entry) <= module.SOURCE.fresh_days)):
        return module.parse(_cache.load(entry)), "kept", entry
    return _fetched(name, module, entry)


def _cached(name: str) -> CacheRecord | None:
    """The record if it can be read; a new fetch does not need it."""
    with suppress(DataError):
        return _cache.find(name)
    return None


def _fetched(name: str, module: ModuleType, entry: CacheRecord | None) -> tuple[ParseResult, str, CacheRecord | None]:
    fix = _by_hand(name, module.SOURCE)
    if entry is not None:
        fix = f"`--offline` uses the copy of {entry.fetched[:10]}; or {fix}"
    try:
        raw = getattr(module, "fetch", module.SOURCE.fetch)(HttpClient())
    except DataError as error:
        allowed = "a connection to the publisher, or a file"
        raise DataError(
            [
                replace(
                    problem,
                    what=f"cannot fetch `{name}`: {problem.what}",
                    allowed=problem.allowed or allowed,
                    fix="; ".join(filter(None, (problem.fix, fix))),
                )
                for problem in error.problems
            ]
        ) from None
    try:
        parsed = module.parse(raw)
    except DataError as error:
        stays = f"; the cached copy of {entry.fetched[:10]} stays" if entry else ""
        note = Problem(f"the download of `{name}` cannot be read and is not cached{stays}", module.SOURCE.url)
        raise DataError([note, *error.problems]) from None
    return parsed, "fetched", _cache.store(name, module.SOURCE, raw)


def _by_hand(name: str, source: Dataset) -> str:
    return f"download the file manually (see {source.page}) and give it: `standoff data get {name} --file FILE`"


def age(entry: CacheRecord) -> float:
    """Days since the copy was fetched."""
    return (datetime.now(UTC) - entry.when).total_seconds() / 86400


def _dated(claims: tuple[Claim, ...], entry: CacheRecord | None) -> tuple[Claim, ...]:
    """The claims with the date of the cached copy as that of their source."""
    if entry is None:
        return claims
    day = PartialDate.parse(entry.fetched[:10])
    return tuple(
        claim.model_copy(update={"source": claim.source.model_copy(update={"date": day})})
        if claim.published.first <= day.last
        else claim
        for claim in claims
    )


def _monthly(ledger: Ledger) -> list[Claim]:
    """The last claim of each month of each series."""
    last = {
        (claim.subject, claim.quantity, claim.speaker, claim.as_of.year, claim.as_of.month): claim.id
        for claim in sorted(ledger, key=lambda claim: claim.as_of.last)
    }
    chosen = set(last.values())
    return [claim for claim in ledger if claim.id in chosen]


def cards() -> list[dict[str, Any]]:
    """Description of each data set, and whether a copy is cached."""
    return [
        {"name": name, **asdict(connector(name).SOURCE), "kept": entry.fetched if entry else None}
        for name in names()
        for entry in [_cached(name)]
    ]


def status() -> list[dict[str, Any]]:
    """Age, hash and freshness of each cached copy."""
    out: list[dict[str, Any]] = []
    for name in names():
        try:
            entry = _cache.find(name)
        except DataError:
            out.append({"name": name, "state": "unreadable record"})
            continue
        if entry is None:
            out.append({"name": name, "state": "not cached"})
            continue
        days, allowed = age(entry), connector(name).SOURCE.fresh_days
        state = "damaged" if not _cache.intact(entry) else "stale" if days > allowed else "fresh"
        out.append(
            {
                "name": name,
                "state": state,
                "fetched": entry.fetched,
                "age_days": round(days, 2),
                "fresh_days": allowed,
                "size": entry.size,
                "sha256": entry.sha256,
                "url": entry.url,
                "licence": entry.licence,
                "changed": entry.changed,
                "before_fetched": entry.before_fetched or None,
            }
        )
    return out
