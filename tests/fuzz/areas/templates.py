"""Answers to the questions of templates: what a template writes is a case that can be read, or the answer is refused."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from standoff.case_templates import fill_template, find_template, list_templates
from standoff.errors import StandoffError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import load_text
from tests.fuzz import changes
from tests.fuzz.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

TODAY = date(2026, 1, 31)
#: codes of actors that YAML or the language may take for something else
CODES = (
    "NO",
    "YES",
    "ON",
    "OFF",
    "NULL",
    "TRUE",
    "FALSE",
    "NAN",
    "INF",
    "AND",
    "OR",
    "NOT",
    "IN",
    "E5",
    "A1",
    "BEFORE",
    "MIN",
    "USD",
    "GRT",
    "X" * 8,
    "DATE",
    "YEAR",
    "SHARE",
    "WAR",
)
NAMES = (
    "",
    "Northland",
    "Null",
    "yes",
    "O'Neill & Co. (north)",
    "Ａ",
    "é" * 40,
    "No",
    "a b" * 15,
    "Côte d’Ivoire",
    "x-",
    "Y.",
)


@cache
def seeds() -> list[bytes]:
    """`{"template": NAME, "answers": {...}}` of every template, with its defaults."""
    out = []
    for name, template in list_templates().items():
        answers = {ask.key: template.default(ask, TODAY) for ask in template.asks}
        out.append(json.dumps({"template": name, "answers": answers}).encode())
    return out


def change(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """Answers replaced, left out or borrowed; codes and names of actors, options in any choice, numbers of any kind."""
    data = json.loads(rng.choice(corpus))
    answers, asks = data["answers"], find_template(data["template"]).asks
    for _ in range(1 + int(rng.expovariate(0.7))):
        ask = rng.choice(asks)
        if rng.random() < 0.1:
            answers.pop(ask.key, None)
        elif ask.kind == "actor" and rng.random() < 0.8:
            answers[ask.key] = f"{rng.choice(CODES)} {rng.choice(NAMES)}".strip()
        elif ask.kind == "some" and rng.random() < 0.8:
            answers[ask.key] = ", ".join(rng.sample(list(ask.of), rng.randint(1, len(ask.of))))
        elif ask.kind == "months" and rng.random() < 0.7:
            answers[ask.key] = rng.choice((str(rng.randint(0, 130)), *changes.NUMBERS))
        elif ask.kind == "month" and rng.random() < 0.7:
            answers[ask.key] = rng.choice((f"{rng.randint(0, 9999):04}-{rng.randint(0, 13):02}", *changes.DAYS))
        else:
            answers[ask.key] = rng.choice(
                (changes.piece(rng), rng.choice(changes.LANGUAGE), rng.randint(-9, 99), [changes.piece(rng)])
            )
    return json.dumps(data).encode()


def enter(raw: bytes) -> None:
    """The files of the answers, read and planned."""
    data = json.loads(raw)
    files = fill_template(data["template"], data["answers"], TODAY)
    try:
        plan(load_text(files["scenario.yaml"]), Ledger.parse(files["claims.yaml"], "claims.yaml"))
    except StandoffError as error:
        raise AssertionError(f"what the template writes is refused: {error}") from None


DOORS = (Door(name="templates", enter=enter, seeds=seeds, change=change, share=1.5, slice=15),)
