"""Reconcile rival claims in categories, such as yes and no: what is likely true, who errs.

An item is one question that claims answer: those of one `conflict` group about one subject, otherwise those about one
subject and day. The claims of all items of a quantity tell how often each source reports which category for which
(`categories`). A relay counts as its origin, and a report that several pass on counts once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from standoff.dates import PartialDate
from standoff.errors import ModelError, join_limited, unknown_word
from standoff.inference.reconcile.categories import FEWEST, CategoryErrors, error_rates, mean_error_rates
from standoff.inference.reconcile.records import CategoryItem, CategorySource, ReconciledCategories
from standoff.ledger import Claim, Ledger
from standoff.ledger.sources import SourcedClaim, exclude, resolve_sources
from standoff.types import Floats

YES_NO = ("no", "yes")
COMPUTED = "computed from other claims"


def reconcile_categories(
    ledger: Ledger,
    quantity: str,
    subject: str = "",
    *,
    as_of: str | dt.date,
    without: Sequence[str] = (),
    independent_relays: bool = False,
    likeliest: bool = False,
    seed: int = 1,
    title: str = "",
) -> ReconciledCategories:
    """What is likely true of each item, by the claims in categories published by `as_of`.

    subject: by default the claims about every actor; without: sides, speakers, sources and ids of claims to exclude;
    independent_relays: treat relayed claims as independent reports; likeliest: the likeliest error rates, for many
    items of three sources and more, and not their mean.
    Raises `ModelError` where no claim has a category, and where all have one that is neither yes nor no.
    """
    sourced = exclude(_sourced(ledger, quantity, subject, as_of, independent_relays), without)
    why = {item.claim.id: item.exclusion_reason or COMPUTED * (item.claim.basis == "computed") for item in sourced}
    used = [item for item in sourced if not why[item.claim.id]]
    categories = _categories(used, quantity)
    items: dict[tuple[str, str], list[SourcedClaim]] = defaultdict(list)
    for item in sorted(used, key=lambda item: (item.day, item.claim.id)):
        items[item.claim.subject, item.claim.conflict or str(item.day)].append(item)
    sources = tuple(sorted({item.source for item in used}))
    sides = {item.source: item.side for item in used}
    reports = np.array([_counts(members, sources, categories) for members in items.values()])
    rate: Callable[[Floats], CategoryErrors] = error_rates if likeliest else partial(mean_error_rates, seed=seed)
    rated = rate(reports)
    fewest = FEWEST if likeliest else 1
    without_one = [_without(reports, k, rate) for k in range(len(sources))] if len(sources) > fewest else []
    return ReconciledCategories(
        title=title,
        quantity=quantity,
        subject=subject,
        as_of=str(as_of),
        categories=categories,
        shares=tuple(rated.shares.tolist()),
        items=tuple(
            _item(key, members, categories, rated.truth[k], [rest[k] for rest in without_one])
            for k, (key, members) in enumerate(items.items())
        ),
        sources=tuple(
            CategorySource(
                source=name,
                side=next(item.side for item in used if item.source == name),
                reports=int(reports[:, k].sum()),
                rates=tuple(map(tuple, rated.rates[k].tolist())),
                right=tuple(
                    (float(low), float(high)) for low, high in np.diagonal(rated.ends[:, k], axis1=1, axis2=2).T
                ),
            )
            for k, name in enumerate(sources)
        ),
        left_out=tuple((name, reason) for name, reason in why.items() if reason),
        warnings=_warnings(len(sources), len(items)),
        ledger=ledger.hash,
    )


def _sourced(ledger: Ledger, quantity: str, subject: str, as_of: str | dt.date, alone: bool) -> list[SourcedClaim]:
    """The claims with a category, each with its source; alone: every speaker is one."""
    known = ledger.as_of(PartialDate.parse(as_of).last).not_retracted()
    of_quantity = [claim for claim in known if claim.category and claim.quantity == quantity]
    claims = [claim for claim in of_quantity if subject in ("", claim.subject)]
    if not claims:
        _refuse(ledger, quantity, subject, as_of)
    return resolve_sources(claims, known, not alone, ledger.vocabulary)


def _categories(used: Sequence[SourcedClaim], quantity: str) -> tuple[str, ...]:
    """The categories of claims, yes and no together; raises `ModelError` for only one."""
    named = {item.claim.category for item in used}
    categories = tuple(sorted({*named, *YES_NO} if named <= {*YES_NO} else named))
    if not used or len(categories) < 2:
        what = f"every claim about `{quantity}` says {join_limited(named)}" if used else "every claim is left out"
        raise ModelError(what, "--quantity", fix="with one category there is nothing to reconcile")
    return categories


def _counts(members: Sequence[SourcedClaim], sources: Sequence[str], categories: Sequence[str]) -> Floats:
    """(source, category) reports of an item; what several pass on of one report counts once."""
    out = np.zeros((len(sources), len(categories)))
    for source, category, _ in {(item.source, item.claim.category, item.shared_report) for item in members}:
        out[sources.index(source), categories.index(category)] += 1
    return out


def _without(reports: Floats, source: int, rate: Callable[[Floats], CategoryErrors]) -> Floats:
    """(item, category) chances without a source; NaN of an item that nobody else reports."""
    rest = np.delete(reports, source, axis=1)
    there, out = rest.sum((1, 2)) > 0, np.full((len(reports), reports.shape[2]), np.nan)
    if there.any():
        out[there] = rate(rest[there]).truth
    return out


def _source(name: str, side: str, reports: Floats, rates: Floats, ends: Floats) -> CategorySource:
    """A source with its reports (item, category), rates (true, reported) and the ends of each."""
    right = np.diagonal(ends, axis1=1, axis2=2).T
    return CategorySource(
        source=name,
        side=side,
        reports=int(reports.sum()),
        rates=tuple(map(tuple, rates.tolist())),
        right=tuple((float(low), float(high)) for low, high in right),
    )


def _item(
    key: tuple[str, str],
    members: Sequence[SourcedClaim],
    categories: Sequence[str],
    truth: Floats,
    without_one: Sequence[Floats],
) -> CategoryItem:
    best = int(truth.argmax())
    rest = [float(chances[best]) for chances in without_one if np.isfinite(chances[best])]
    return CategoryItem(
        subject=key[0],
        item=key[1],
        day=str(max(item.day for item in members)),
        likeliest=categories[best],
        chances=tuple(truth.tolist()),
        without_one=(min(rest), max(rest)) if rest else None,
        speakers={
            category: tuple(sorted({item.source for item in members if item.claim.category == category}))
            for category in categories
        },
        claims=tuple(item.claim.id for item in members),
    )


def _warnings(sources: int, items: int) -> tuple[str, ...]:
    if sources >= FEWEST and items >= FEWEST:
        return ()
    return (
        f"{sources} sources on {items} items: the error rates are nearly those that are assumed, and each chance says "
        "little more than how many sources agree",
    )


def _refuse(ledger: Ledger, quantity: str, subject: str, as_of: str | dt.date) -> None:
    told: list[Claim] = [claim for claim in ledger if claim.category]
    known = sorted({claim.quantity for claim in told})
    if quantity not in known:
        raise ModelError(unknown_word(f"no claim gives `{quantity}` in categories", quantity, known))
    subjects = sorted({claim.subject for claim in told if claim.quantity == quantity})
    if subject and subject not in subjects:
        raise ModelError(unknown_word(f"no claim gives `{quantity}` of `{subject}`", subject, subjects))
    raise ModelError(f"no claim about `{quantity}` was published by {as_of}", fix="a later --as-of")
