"""Reconcile rival claims in categories, such as yes and no: what is likely true, who errs.

The category of a claim is its proposition, such as `yes`, or what a table of codes has for it. An item is one question
that claims answer: those of one `conflict` group about one subject, otherwise those about one subject and day, unless
the table says which. The claims of all items tell how often each source reports which category for which
(`categories`). A relay counts as its origin, and a report that several pass on counts once.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np

from standoff import input_files
from standoff.dates import PartialDate
from standoff.errors import LedgerError, ModelError, Problem, unknown_word
from standoff.inference.reconcile.categories import FEWEST, error_rates
from standoff.inference.reconcile.records import CategoryItem, CategorySource, ReconciledCategories
from standoff.ledger import Claim, Ledger
from standoff.ledger.sources import SourcedClaim, exclude, resolve_sources
from standoff.record import record
from standoff.types import Floats

LARGEST = 16_000_000  # bytes; assumption: some 200,000 rows
YES_NO = ("no", "yes")
COMPUTED = "computed from other claims"


@record
class CodedCategory:
    """What a claim answers, by a table of codes."""

    category: str
    item: str  #: empty: that of its `conflict` group or day


def _codes(path: Path, ledger: Ledger) -> dict[str, CodedCategory]:
    """Codes of claims from a table with the columns `id`, `category` and perhaps `item`.

    Raises `LedgerError` with every row that is no code of a claim.
    """
    text = input_files.text(input_files.contents(path, LARGEST, LedgerError), str(path), LedgerError)
    rows, problems, out = csv.DictReader(io.StringIO(text)), list[Problem](), dict[str, CodedCategory]()
    if missing := {"id", "category"} - {*(rows.fieldnames or ())}:
        raise LedgerError(f"the column `{min(missing)}` is missing", str(path), allowed="id, category, item")
    for row in rows:
        name, category = ((row[key] or "").strip() for key in ("id", "category"))
        if name not in ledger or not category or name in out:
            what = "has no category" if name in ledger and not category else "is coded twice"
            what = what if name in ledger else "is no claim of the ledger"
            problems.append(Problem(f"`{name}` {what}", f"{path}:{rows.line_num}", allowed="a claim and its category"))
            continue
        out[name] = CodedCategory(category=category.casefold(), item=(row.get("item") or "").strip())
    if problems:
        raise LedgerError(problems)
    return out


def reconcile_categories(
    ledger: Ledger,
    quantity: str = "",
    subject: str = "",
    *,
    as_of: str | dt.date,
    codes: str | Path | None = None,
    without: Sequence[str] = (),
    independent_relays: bool = False,
    seed: int = 1,
    title: str = "",
) -> ReconciledCategories:
    """What is likely true of each item, by the claims in categories published by `as_of`.

    quantity, subject: by default every one that is coded, and every actor; codes: a table with the columns id, category and
    perhaps item, in place of the words of propositions; without: sides, speakers, sources and ids of claims to exclude;
    independent_relays: treat relayed claims as independent reports.
    Raises `LedgerError` for a table that has another row than a code of a claim, and `ModelError` where no claim can
    be used, and where all say the same, which is neither yes nor no, or each something else.
    """
    answers = _propositions(ledger, quantity) if codes is None else _codes(Path(codes), ledger)
    sourced = exclude(_sourced(ledger, answers, quantity, subject, as_of, independent_relays), without)
    why = {item.claim.id: item.exclusion_reason or COMPUTED * (item.claim.basis == "computed") for item in sourced}
    used = [item for item in sourced if not why[item.claim.id]]
    categories = _categories([answers[item.claim.id].category for item in used])
    items, sides = _items(used, answers), {item.source: item.side for item in used}
    sources = tuple(sorted(sides))
    reports = np.array([_counts(members, answers, sources, categories) for members in items.values()])
    rated = error_rates(reports, seed=seed)
    without_one = [_without(reports, k, seed) for k in range(len(sources))] if len(sources) > 1 else []
    return ReconciledCategories(
        title=title,
        quantity=quantity,
        subject=subject,
        as_of=str(as_of),
        categories=categories,
        shares=tuple(rated.shares.tolist()),
        items=tuple(
            _item(key, members, answers, categories, rated.truth[k], [rest[k] for rest in without_one])
            for k, (key, members) in enumerate(items.items())
        ),
        sources=tuple(
            _source(name, sides[name], reports[:, k], rated.rates[k], rated.ends[:, k])
            for k, name in enumerate(sources)
        ),
        left_out=tuple((name, reason) for name, reason in why.items() if reason),
        warnings=_warnings(len(sources), len(items)),
        ledger=ledger.hash,
    )


def _propositions(ledger: Ledger, quantity: str) -> dict[str, CodedCategory]:
    """The propositions about a quantity as categories, less capitals and a full stop."""
    return {
        claim.id: CodedCategory(category=claim.proposition.strip().rstrip(".").casefold(), item="")
        for claim in ledger
        if quantity and claim.quantity == quantity and claim.proposition
    }


def _sourced(
    ledger: Ledger,
    answers: Mapping[str, CodedCategory],
    quantity: str,
    subject: str,
    as_of: str | dt.date,
    alone: bool,
) -> list[SourcedClaim]:
    """The claims with a category, each with its source; alone: every speaker is one."""
    known = ledger.as_of(PartialDate.parse(as_of).last).not_retracted()
    claims = [
        claim
        for claim in known
        if claim.id in answers and quantity in ("", claim.quantity) and subject in ("", claim.subject)
    ]
    if not claims:
        _refuse([ledger[name] for name in answers], ledger, quantity, subject, as_of)
    return resolve_sources(claims, known, not alone, ledger.vocabulary)


def _categories(named: Sequence[str]) -> tuple[str, ...]:
    """The categories of claims, yes and no together; raises `ModelError` for only one."""
    known = {*named}
    categories = tuple(sorted({*known, *YES_NO} if known <= {*YES_NO} else known))
    if not named or len(categories) < 2:
        what = f"every claim says `{named[0]}`" if named else "every claim is left out"
        raise ModelError(what, "--quantity", fix="with one category there is nothing to reconcile")
    if len(categories) == len(named) > 2:
        raise ModelError(
            f"{len(named)} claims say {len(named)} different things",
            "--quantity",
            allowed="claims that answer in a few categories, such as yes and no",
            fix="code them in a table with the columns id, category, item: --categories FILE",
        )
    return categories


def _items(
    used: Sequence[SourcedClaim], answers: Mapping[str, CodedCategory]
) -> dict[tuple[str, str], list[SourcedClaim]]:
    """Claims by subject and item, by the day of the first."""
    items: dict[tuple[str, str], list[SourcedClaim]] = defaultdict(list)
    for item in sorted(used, key=lambda item: (item.day, item.claim.id)):
        claim = item.claim
        items[claim.subject, answers[claim.id].item or claim.conflict or str(item.day)].append(item)
    return items


def _counts(
    members: Sequence[SourcedClaim],
    answers: Mapping[str, CodedCategory],
    sources: Sequence[str],
    categories: Sequence[str],
) -> Floats:
    """(source, category) reports of an item; what several pass on of one report counts once."""
    out = np.zeros((len(sources), len(categories)))
    for source, category, _ in {(item.source, answers[item.claim.id].category, item.shared_report) for item in members}:
        out[sources.index(source), categories.index(category)] += 1
    return out


def _without(reports: Floats, source: int, seed: int) -> Floats:
    """(item, category) chances without a source; NaN of an item that nobody else reports."""
    rest = np.delete(reports, source, axis=1)
    there, out = rest.sum((1, 2)) > 0, np.full((len(reports), reports.shape[2]), np.nan)
    if there.any():
        out[there] = error_rates(rest[there], seed=seed).truth
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
    answers: Mapping[str, CodedCategory],
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
            category: tuple(sorted({item.source for item in members if answers[item.claim.id].category == category}))
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


def _refuse(answers: Sequence[Claim], ledger: Ledger, quantity: str, subject: str, as_of: str | dt.date) -> NoReturn:
    known = sorted({claim.quantity for claim in answers or ledger if claim.proposition and claim.quantity})
    if quantity not in ("", *known):
        raise ModelError(unknown_word(f"no proposition is about `{quantity}`", quantity, known))
    subjects = sorted({claim.subject for claim in answers if quantity in ("", claim.quantity)})
    if subject and subject not in subjects:
        raise ModelError(unknown_word(f"no proposition is about `{quantity}` of `{subject}`", subject, subjects))
    what = f"no claim about `{quantity}`" if quantity else "no claim with a category"
    raise ModelError(f"{what} was published by {as_of}", fix="a later --as-of")
