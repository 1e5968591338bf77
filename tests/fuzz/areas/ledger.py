"""Ledgers in their forms: JSON lines, JSON and YAML; what is read is used."""

from __future__ import annotations

import contextlib
import json
from functools import cache, partial

import yaml

from standoff import catalog
from standoff.analysis.grouping_checks import find_missing_groups as gaps
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.ledger.claim_belief import belief_of
from tests.fuzz import changes
from tests.fuzz.door import Door

EDGE = [
    {
        "id": "a",
        "subject": "RUS",
        "quantity": "losses",
        "value": 5,
        "unit": "thousand person",
        "comparator": "about",
        "as_of": "2024",
        "published": "2024-02",
        "speaker": "x",
        "side": "russia",
        "source": {"title": "t"},
        "basis": "found",
        "status": "accepted",
        "conflict": "k",
        "origin": "o",
        "lines": [1, 2],
        "quote": {"text": "so", "start": 1, "end": 3},
    },
    {
        "id": "b",
        "subject": "RUS",
        "quantity": "losses",
        "low": 1.5,
        "high": 9,
        "unit": "person",
        "comparator": "range",
        "as_of": "2024-02-29",
        "published": "2024-03-01",
        "speaker": "y",
        "side": "west",
        "source": {"title": "t", "url": "https://x.y", "date": "2024-03-02"},
        "basis": "recalled",
        "status": "disputed",
        "conflict": "k",
    },
    {
        "id": "c",
        "subject": "CHN.public",
        "proposition": "it is so",
        "as_of": "2023",
        "published": "2024",
        "speaker": "z",
        "side": "china",
        "source": {"title": "t"},
        "basis": "computed",
        "status": "proposed",
    },
    {
        "id": "d",
        "subject": "RUS",
        "retracts": "a",
        "as_of": "2024",
        "published": "2024-05",
        "speaker": "x",
        "side": "russia",
        "source": {"title": "t"},
        "basis": "found",
        "status": "retracted",
    },
]


@cache
def claims() -> list[dict[str, object]]:
    ledger = Ledger.load(catalog.HOME / "korea-1950" / "claims.jsonl")
    return [*EDGE, *(claim.to_data() for claim in ledger.claims[:3])]


@cache
def seeds(form: str) -> list[bytes]:
    """One ledger in a form."""
    if form == ".jsonl":
        return [
            "\n".join(json.dumps(claim, ensure_ascii=False) for claim in part).encode() for part in (claims(), EDGE)
        ]
    if form == ".yaml":
        return [yaml.safe_dump(claims(), sort_keys=False).encode(), json.dumps(EDGE).encode()]
    return [json.dumps(claims()).encode(), json.dumps(EDGE).encode()]


def use(ledger: Ledger) -> None:
    """What commands ask of a ledger."""
    ledger.text.encode(), ledger.conflicts(), ledger.hash
    ledger.not_retracted(), ledger.as_of("2024-03"), gaps(ledger)
    ledger.filter(subject="RUS", text="so", since="2024", until="2024-02-28")
    for claim in ledger:
        str(claim.statement)
        with contextlib.suppress(StandoffError):
            belief = belief_of(claim)
            str(belief), belief.quantile(0.5)
    assert Ledger.parse(ledger.text) == ledger, "what is written reads differently"


def enter(form: str, raw: bytes) -> None:
    """As `Ledger.load` reads a file, without the file."""
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    use(Ledger.parse(text, f"fuzz{form}"))


def frame(raw: bytes) -> None:
    """The table of polars, which holds other numbers than Python."""
    Ledger.parse(raw.decode("utf-8", "replace")).frame()


def lines(rng: changes.Random, corpus: changes.Sequence[bytes]) -> bytes:
    """JSON lines, one of them changed as a tree."""
    parts = rng.choice(corpus).split(b"\n")
    at = rng.randrange(len(parts))
    try:
        parts[at] = changes.tree(rng, [parts[at]])
    except (ValueError, RecursionError):
        return changes.text(rng, corpus)
    return b"\n".join(parts) if rng.random() < 0.7 else changes.text(rng, [b"\n".join(parts)])


DOORS = (
    Door(name="ledger .jsonl", enter=partial(enter, ".jsonl"), seeds=lambda: seeds(".jsonl"), change=lines, share=1.5),
    Door(
        name="ledger .json",
        enter=partial(enter, ".json"),
        seeds=lambda: seeds(".json"),
        change=changes.mixed,
        share=1.0,
    ),
    Door(
        name="ledger .yaml", enter=partial(enter, ".yaml"), seeds=lambda: seeds(".yaml"), change=changes.yaml, share=1.5
    ),
    Door(name="ledger frame", enter=frame, seeds=lambda: seeds(".jsonl"), change=lines, share=0.5),
)
