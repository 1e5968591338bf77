"""Export and import of a ledger as FollowTheMoney statements, without loss.

A FollowTheMoney statement is a row that gives one property of an entity in a data set. A claim becomes one entity of
the schema `Event` (the schema that has a name, a date, a publisher and a source link), with one statement for each
field that is set, and two more: `id`, as every entity has, and `name`, a caption that FollowTheMoney needs.

A field without a property of its own is a `keywords` statement, `unit: person`. FollowTheMoney may clean a `value`; so
`original_value` holds the field as JSON and `origin` its name, and the import reads these two. `external`, which marks
suggestions that await a person, is true for claims with the status `proposed`. `first_seen` and `last_seen` stay empty:
the time at which a machine first read a claim is not known, and its publication date is a property.

Sources: followthemoney (columns, schema and ids, as in version 4.11.2).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any

from standoff import scalars
from standoff.errors import LedgerError, Problem, join_limited
from standoff.ledger.claim import Claim
from standoff.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = "Event"
COLUMNS = (
    "canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "origin", "lang", "original_value",
    "external", "first_seen", "last_seen", "id",
)  # fmt: skip
PROPERTIES: dict[str, tuple[str, str]] = {
    "id": ("recordId", "string"),
    "proposition": ("summary", "text"),
    "as_of": ("date", "date"),
    "published": ("createdAt", "date"),
    "source.publisher": ("publisher", "string"),
    "source.url": ("sourceUrl", "url"),
    "quote.text": ("description", "text"),
    "note": ("notes", "text"),
}  #: field of a claim -> property of `Event`, and its type
KEYWORDS = ("keywords", "string")
CAPTION = 384  # characters that FollowTheMoney keeps of a name
ORIGIN = "standoff"


def to_csv(ledger: Ledger, dataset: str = "standoff") -> str:
    """The statements as CSV text, to be written as UTF-8 without changing line ends."""
    if not re.fullmatch(r"[a-z0-9_]+", dataset):
        raise LedgerError(
            Problem(f"`{dataset}` cannot name a dataset", allowed="lower case letters, digits, underscores")
        )
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", dialect=csv.unix_dialect)
    writer.writeheader()
    for claim in ledger:
        writer.writerows(_rows(claim, dataset))
    return out.getvalue()


def _rows(claim: Claim, dataset: str) -> Iterator[dict[str, str]]:
    external = claim.status == "proposed"

    def row(prop: str, kind: str, value: str, origin: str = ORIGIN, original: str = "") -> dict[str, str]:
        key = f"{dataset}.{claim.id}.{prop}.{value}" + (".ext" if external else "")
        return {
            "canonical_id": claim.id, "entity_id": claim.id, "prop": prop, "prop_type": kind, "schema": SCHEMA,
            "value": value, "dataset": dataset, "origin": origin, "original_value": original,
            "external": "t" if external else "f", "id": hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest(),
        }  # fmt: skip

    yield row("id", "id", claim.id)
    yield row("name", "name", f"{claim.subject} {claim.quantity}: {claim.statement}"[:CAPTION])
    for field, value in _flat(claim.to_data()):
        prop, kind = PROPERTIES.get(field, KEYWORDS)
        text = value if isinstance(value, str) else json.dumps(value)
        original = json.dumps(value, ensure_ascii=False)
        yield row(prop, kind, f"{field}: {text}" if prop == "keywords" else text, f"{ORIGIN}:{field}", original)


def _flat(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{inner}", current) for inner, current in value.items())
        else:
            yield key, value


def from_csv(text: str, name: str = "statements.csv") -> Ledger:
    """The claims of a file of `to_csv`; raises `LedgerError` with every error.

    Statements added to an entity by other software are ignored; an entity without any of this package is an error.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=csv.unix_dialect, strict=True)
    entities: dict[str, tuple[str, dict[str, Any]]] = {}
    problems: list[Problem] = []
    needed = {"entity_id", "origin", "original_value"}
    try:
        missing = needed - set(reader.fieldnames or ())
        if missing:
            raise LedgerError(
                Problem(f"no column {join_limited(sorted(missing))}", f"{name}:1", allowed=join_limited(COLUMNS, 20))
            )
        for row in reader:
            where = f"{name}:{reader.line_num}"
            _, data = entities.setdefault(row["entity_id"] or "", (where, {}))
            owner, _, field = (row["origin"] or "").partition(":")
            if owner == ORIGIN and field:
                try:
                    value = scalars.from_json(row["original_value"] or "")
                except ValueError:
                    problems.append(Problem("original_value is not JSON", where, f"claims[{row['entity_id']}].{field}"))
                    continue
                data[field] = value
    except csv.Error as error:
        raise LedgerError(Problem(f"malformed CSV: {error}", f"{name}:{reader.line_num}")) from None
    claims = []
    for entity, (where, data) in entities.items():
        try:
            if not data:
                raise LedgerError(
                    Problem(f"the entity `{entity}` is not a claim", where, allowed="what `to_csv` wrote")
                )
            claims.append(Claim.parse(_nested(data), where))
        except LedgerError as error:
            problems += error.problems
    if problems:
        raise LedgerError(problems)
    return Ledger(tuple(claims))


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """`{"source.title": ...}` as `{"source": {"title": ...}}`."""
    out: dict[str, Any] = {}
    for field, value in flat.items():
        outer, _, inner = field.partition(".")
        if inner and isinstance(out.setdefault(outer, {}), dict):
            out[outer][inner] = value
        else:
            out[outer] = value
    return out
