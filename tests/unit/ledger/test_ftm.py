from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from standoff.errors import LedgerError
from standoff.ledger import Claim, Ledger, ftm

Make = Callable[..., Claim]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_statement_a_field_and_two_for_the_entity(claim: Make) -> None:
    said = claim(source={"title": "Losses", "url": "https://example.org/1"})
    found = rows(ftm.to_csv(Ledger((said,))))
    assert [(row["prop"], row["value"]) for row in found] == [
        ("id", said.id),
        ("name", "RUS personnel_losses: 413760 person"),
        ("recordId", said.id),
        ("keywords", "subject: RUS"),
        ("keywords", "quantity: personnel_losses"),
        ("keywords", "value: 413760"),
        ("keywords", "unit: person"),
        ("keywords", "comparator: exact"),
        ("date", "2024-02-29"),
        ("createdAt", "2024-02-29"),
        ("keywords", "speaker: General Staff of Ukraine"),
        ("keywords", "side: ukraine"),
        ("keywords", "source.title: Losses"),
        ("sourceUrl", "https://example.org/1"),
        ("keywords", "basis: found"),
        ("keywords", "status: accepted"),
    ]


def test_columns_and_ids_are_those_of_followthemoney(claim: Make) -> None:
    """Checked by hand against followthemoney 4.11.2: it reads the file, makes the same ids, and writes it unchanged."""
    text = ftm.to_csv(Ledger((claim(id="a"),)))
    assert text.splitlines()[:2] == [
        '"canonical_id","entity_id","prop","prop_type","schema","value","dataset","origin","lang","original_value",'
        '"external","first_seen","last_seen","id"',
        '"a","a","id","id","Event","a","standoff","standoff","","","f","","","3c3eb664e3deffb33a67b6e3f543ed53c23ce872"',
    ]
    assert rows(text)[1]["id"] == "bc3e7ed187081b495882601415ebc816e359d030"
    proposed = ftm.to_csv(Ledger((claim(id="a", status="proposed"),)))
    assert rows(proposed)[1]["id"] == "3eebaa9184347e971f397e750fe9a9c8111cba4d"


def test_proposed_claims_are_external(claim: Make) -> None:
    found = rows(ftm.to_csv(Ledger((claim(id="a"), claim(id="b", status="proposed")))))
    assert {(row["entity_id"], row["external"]) for row in found} == {("a", "f"), ("b", "t")}


def test_round_trip_survives_cleaning_sorting_and_additions(claim: Make) -> None:
    quote = {"text": "„413760“\r\n", "start": 3, "end": 13}
    ledger = Ledger((claim(id="a", quote=quote, lines=[1, 22], value=0.1 + 0.2, origin="o", note='"x",\n'),))
    text = ftm.to_csv(ledger)
    assert ftm.from_csv(text) == ledger
    table = rows(text)
    for row in table:
        row["value"] = row["value"].strip().upper()
    table.append({**table[0], "prop": "topics", "value": "war", "origin": "a person"})
    out = io.StringIO()
    writer = csv.DictWriter(out, ftm.COLUMNS, dialect=csv.unix_dialect)
    writer.writeheader()
    writer.writerows(sorted(table, key=lambda row: row["id"]))
    assert ftm.from_csv(out.getvalue()) == ledger


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column entity_id, origin, original_value"),
        ("a,b\n1,2\n", "no column entity_id, origin, original_value"),
        ('entity_id,origin,original_value\nx,standoff:id,"\n', "malformed CSV"),
        (
            "entity_id,origin,original_value\nx,standoff:id,y\n",
            "statements.csv:2  claims[x].id\n  original_value is not JSON",
        ),
        ("entity_id,origin,original_value\nx,,\n", "the entity `x` is not a claim"),
        ("entity_id,origin,original_value\nx,standoff:source,1\nx,standoff:source.title,1\n", "source"),
        ('entity_id,origin,original_value\nx,standoff:id,"""x"""\n', "`subject` is missing"),
    ],
)
def test_says_what_is_wrong_with_a_file(text: str, words: str) -> None:
    with pytest.raises(LedgerError) as caught:
        ftm.from_csv(text)
    assert words in str(caught.value)


def test_a_dataset_has_a_plain_name() -> None:
    with pytest.raises(LedgerError, match=r"`a\.b` cannot name a dataset"):
        ftm.to_csv(Ledger(), "a.b")
