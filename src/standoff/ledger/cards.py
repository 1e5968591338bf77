"""Quantity cards: what each quantity of a ledger is, in words and by kind.

A card is made from the name of the quantity, the notes, quotations, propositions and speakers of its claims, and the
everyday words of `descriptions.yaml`. A file `cards.yaml` beside the scenario corrects what the names do not tell: the
true unit (tonnes of oil and not 1), the kind, further words, the counterpart. `standoff validate` checks both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import PrivateAttr

from standoff import units
from standoff.errors import LedgerError, Problem, UnitError, did_you_mean
from standoff.ledger.claim import Claim, is_share
from standoff.ledger.ledger import Ledger
from standoff.ledger.vocabulary import Vocabulary
from standoff.record import record

CardKind = Literal["stock", "flow", "change", "share", "forecast", "words"]
FILE = "cards.yaml"
FIELDS = ("unit", "kind", "words", "counterpart", "contains")
CHANGES = frozenset({"growth", "change", "rise", "fall", "inflation"})  #: words of quantities that are changes
WINDOW = re.compile(r"_(?:in|per|a|each|of)_(?:the_)?(?P<period>day|week|month|quarter|year)(?:_|$)")
ONE = re.compile(r"(?<![\w.])1(?![\w.])")  #: a thing without a name in a unit
WORD = re.compile(r"[^\W\d_]{2,}|\d{4}")
MOST_NOTE_WORDS = 40  # assumption: the first words of the notes say what is counted, later ones are remarks


@record
class Card:
    """A quantity of a subject."""

    subject: str
    quantity: str
    title: str  #: the name as words
    words: tuple[str, ...]  #: everyday words for the name
    remarks: tuple[str, ...]  #: words of notes, quotations and speakers
    unit: str  #: the true unit; empty for claims in words
    kind: CardKind
    period: str  #: day, month or year that a flow is counted by; empty for a stock
    counterpart: str  #: code of the other actor; empty without
    contains: tuple[str, ...]  #: quantities of the same subject that are a part of it
    claims: tuple[str, ...]  #: ids

    @property
    def key(self) -> str:
        """`RUS personnel_losses`."""
        return f"{self.subject} {self.quantity}"


def cards(
    claims: Iterable[Claim], vocabulary: Vocabulary, corrections: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[Card, ...]:
    """The cards of claims, by subject and quantity, with the corrections of `read_corrections`."""
    grouped: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.numbers or claim.proposition:
            grouped[claim.subject, claim.quantity or claim.conflict or claim.id].append(claim)
    codes = {subject.split(".")[0].casefold() for subject, _ in grouped}
    units_of = {key: group[-1].unit for key, group in grouped.items()}
    out = []
    for (subject, quantity), group in sorted(grouped.items()):
        others = [name for code, name in grouped if code == subject and name != quantity]
        parts = [name for name in others if _contains(quantity, name, units_of, subject, vocabulary)]
        card = _card(subject, quantity, group, codes, tuple(parts))
        fields = dict((corrections or {}).get(card.key, {}))
        if fields:
            fields["words"] = (*card.words, *fields.get("words", "").split())
            fields["contains"] = tuple(fields.get("contains", card.contains))
            card = replace(card, **fields)
        out.append(card)
    return tuple(out)


def read_corrections(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Corrections of `cards.yaml` in a folder, perhaps none; raises `LedgerError`."""
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LedgerError(f"not readable as YAML: {error}", str(path)) from None
    problems = list(_problems(data, str(path)))
    if problems:
        raise LedgerError(problems)
    return data


class CardClaim(Claim):
    """A claim in the true unit of its quantity; its data, and so digests, are those of its file."""

    _written: str = PrivateAttr("")

    def to_data(self) -> dict[str, Any]:
        """Plain data in field order, without empty fields, with the unit of its file."""
        return super().to_data() | {"unit": self._written}


def in_unit_of(claim: Claim, card: str) -> Claim:
    """A claim in the unit of its card: tonnes for the 1 of `mn 1/year`, by `mn tonne/year`.

    Raises `UnitError` where its unit is neither of the kind of the card's nor that kind with 1 for the thing.
    """
    true = claim.unit_of(card)
    if claim.unit_of().same_kind(true):
        return claim
    unit = ONE.sub(card.partition("/")[0].split()[-1], claim.unit, count=1)
    if not claim.unit_of(unit).same_kind(true):
        allowed = f"a unit of the kind of {card}, perhaps with 1 for the thing"
        raise UnitError(f"`{claim.unit}` cannot be converted to `{card}`", allowed=allowed)
    return in_units([claim], {claim.id: unit})[claim.id]


def in_units(claims: Iterable[Claim], true: Mapping[str, str]) -> Ledger:
    """Claims as a ledger, some of them in other units, by id."""
    out = list[Claim]()
    for claim in claims:
        if claim.id in true:
            own = CardClaim.model_validate(claim.to_data() | {"unit": true[claim.id]}, context=claim._declared)
            own._written = claim.unit
            claim = own
        out.append(claim)
    return Ledger(tuple(out))


def true_units(claims: Iterable[Claim]) -> dict[str, str]:
    """The units of claims that cards correct, by id, for a process that has only their file."""
    return {claim.id: claim.unit for claim in claims if isinstance(claim, CardClaim)}


def in_true_units(claims: Iterable[Claim], folder: Path) -> Ledger:
    """Claims in the units of `cards.yaml` of a folder, if there is one.

    Raises `LedgerError` with each claim whose unit cannot be that of its card.
    """
    corrections, out, problems = read_corrections(folder), list[Claim](), list[Problem]()
    for claim in claims:
        unit = corrections.get(f"{claim.subject} {claim.quantity}", {}).get("unit", "")
        try:
            out.append(in_unit_of(claim, unit) if unit and claim.numbers else claim)
        except UnitError as error:
            problem, fix = error.problems[0], f"correct the unit of the claim, or of its card in {FILE}"
            problems.append(replace(problem, where=str(folder / FILE), path=f"claims[{claim.id}].unit", fix=fix))
    if problems:
        raise LedgerError(problems)
    return Ledger(tuple(out))


def check(corrections: Mapping[str, Any], made: Iterable[Card], where: str) -> Iterator[Problem]:
    """Corrections of quantities that no claim has, and parts that do not exist."""
    known = {card.key: card for card in made}
    for key, fields in corrections.items():
        if key not in known:
            yield Problem(f"no claim has `{key}`", where, fix=did_you_mean(key, known))
        for part in fields.get("contains", ()):
            if f"{key.split()[0]} {part}" not in known:
                yield Problem(f"`{key}` contains `{part}`, which no claim has", where, fix=did_you_mean(part, known))


def _problems(data: Any, where: str) -> Iterator[Problem]:
    if not isinstance(data, dict):
        yield Problem("no mapping of quantities", where, allowed="`SUBJECT quantity:` with corrections below")
        return
    for key, fields in data.items():
        if not isinstance(key, str) or len(key.split()) != 2 or not isinstance(fields, dict):
            yield Problem(f"`{key}` is no correction", where, allowed="`SUBJECT quantity:` with corrections below")
            continue
        for name, value in fields.items():
            if name not in FIELDS:
                yield Problem(f"`{name}` of `{key}` is unknown", where, allowed=", ".join(FIELDS))
            elif name == "contains" and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
                yield Problem(f"`contains` of `{key}` is no list of quantities", where)
            elif name != "contains" and not isinstance(value, str):
                yield Problem(f"`{name}` of `{key}` is no text", where)
            elif name == "kind" and value not in get_args(CardKind):
                yield Problem(f"`{value}` is no kind", where, allowed=", ".join(get_args(CardKind)))
            elif name == "unit":
                try:
                    units.parse(value)
                except UnitError as error:
                    yield Problem(f"unit of `{key}`: {error.problems[0].what}", where)


def _card(subject: str, quantity: str, claims: list[Claim], codes: set[str], parts: tuple[str, ...]) -> Card:
    named = quantity.replace("-", "_").split("_")
    counterpart = next((w.upper() for w in named if w in codes and w != subject.split(".")[0].casefold()), "")
    numeric = next((claim for claim in reversed(claims) if claim.numbers), None)
    unit = numeric.unit if numeric is not None else ""
    described = [w for name in named for w in description(name).split()]
    remarks: dict[str, None] = {}
    for claim in claims:
        said = f"{claim.proposition} {claim.quote.text if claim.quote else ''}"
        for word in (*WORD.findall(claim.note)[:MOST_NOTE_WORDS], *WORD.findall(said), *WORD.findall(claim.speaker)):
            remarks.setdefault(word.casefold())
    period = _period(quantity, unit)
    return Card(
        subject=subject,
        quantity=quantity,
        title=" ".join(named),
        words=tuple(described),
        remarks=tuple(remarks),
        unit=unit,
        kind=_kind(quantity, numeric, period),
        period=period,
        counterpart=counterpart,
        contains=parts,
        claims=tuple(claim.id for claim in claims),
    )


def _kind(quantity: str, claim: Claim | None, period: str) -> CardKind:
    if claim is None:
        return "words"
    named = set(quantity.split("_"))
    if "forecast" in named:
        return "forecast"
    if named & CHANGES:
        return "change"
    if claim.unit.split("/")[0] == "%" or (is_share(claim) and claim.unit == "1"):
        return "share"
    return "flow" if period else "stock"


def _period(quantity: str, unit: str) -> str:
    if match := WINDOW.search(quantity):
        return match.group("period")
    per = unit.partition("/")[2].strip()
    return per if per in {"day", "week", "month", "quarter", "year"} else ""


def _contains(
    whole: str, part: str, units_of: Mapping[tuple[str, str], str], subject: str, vocabulary: Vocabulary
) -> bool:
    """Whether a quantity includes another by their definitions, or by their names in one unit."""
    family = vocabulary.family_of(whole).quantities
    if part in family and whole in family:
        one, other = family[whole], family[part]
        return one.window == other.window and set(other.parts) < set(one.parts)
    return part.startswith(f"{whole}_") and units_of[subject, whole] == units_of[subject, part]


def description(word: str) -> str:
    """How texts say a word of the name of a quantity; empty where they use the word itself."""
    return descriptions().get(word, "")


@lru_cache(maxsize=1)
def descriptions() -> dict[str, str]:
    """How texts say the words that names of quantities are made of."""
    return yaml.safe_load((Path(__file__).parent / "descriptions.yaml").read_text(encoding="utf-8"))
