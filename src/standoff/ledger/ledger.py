"""The ledger: all claims of a case in file order, immutable."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from standoff import input_files, units
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import LedgerError, Problem, did_you_mean, join_limited, unknown_word
from standoff.files import write_atomic
from standoff.ledger import formats
from standoff.ledger.claim import Claim, Source, Status, make_id
from standoff.ledger.conflicts import Conflict, find_conflicts
from standoff.ledger.vocabulary import Vocabulary, package

if TYPE_CHECKING:
    import pandas

Words: TypeAlias = "str | Collection[str] | None"
Day: TypeAlias = "str | date | PartialDate"

LARGEST = 500_000_000  # bytes; assumption: half a million claims, of which each takes some 700
READERS: Mapping[str, Callable[[str, str], formats.ParsedFile]] = {
    ".jsonl": formats.read_jsonl,
    ".json": formats.read_json,
    ".yaml": formats.read_yaml,
    ".yml": formats.read_yaml,
}

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("id", "subject", "quantity", "proposition", "unit", "comparator", "as_of", "published"), "string"),
    **dict.fromkeys(("speaker", "side"), "string"),
    **{f"source_{key}": "string" for key in Source.model_fields},
    "quote_text": "string",
    **dict.fromkeys(("origin", "conflict", "basis", "status", "retracts", "note"), "string"),
    **dict.fromkeys(("value", "low", "high"), "float64"),
    **dict.fromkeys(("as_of_first", "as_of_last", "published_last"), "datetime64[s]"),
    "quote_start": "Int64",
    "quote_end": "Int64",
    "lines": "",
    "retracted": "bool",
}  #: column of a table of claims -> its type in a data frame


@dataclass(frozen=True)
class Ledger:
    """Claims in file order; iteration gives claims, indexing takes an id.

    Raises `LedgerError` where an id repeats, or a retraction names no claim, comes before it, or goes in a circle.
    """

    claims: tuple[Claim, ...] = ()
    words: Vocabulary | None = field(default=None, compare=False, repr=False)  #: of a scenario, where it adds some

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", tuple(self.claims))
        _refuse(_cross_problems([("", claim) for claim in self.claims]))

    @classmethod
    def load(cls, path: str | Path, declared: Mapping[str, str] | None = None) -> Ledger:
        """Read `.jsonl`, `.json`, `.yaml` or `.yml`; raises `LedgerError` with every error.

        declared: further units, see `parse`
        """
        path = Path(path)
        raw = input_files.contents(path, LARGEST, LedgerError)
        return cls.parse(input_files.text(raw, str(path), LedgerError), str(path), declared)

    @classmethod
    def parse(cls, text: str, name: str = "claims.jsonl", declared: Mapping[str, str] | None = None) -> Ledger:
        """Read claims from text, in the format of the suffix of `name`; raises `LedgerError`.

        declared: further units, of a scenario; currencies of the package stay dimensions of their own
        """
        suffix = Path(name).suffix.lower()
        if suffix not in READERS:
            raise LedgerError(f"`{suffix}` is not a ledger format", name, allowed=join_limited(READERS))
        unit_words = set(units.unit_words())
        new_units = {word: text for word, text in (declared or {}).items() if word not in unit_words} or None
        parsed = READERS[suffix](text, name)
        problems, placed = list(parsed.problems), []
        for where, raw in parsed.claims:
            try:
                placed.append((where, Claim.parse(raw, where, new_units)))
            except LedgerError as error:
                problems += error.problems
        broken = [raw["id"] for _, raw in parsed.claims if isinstance(raw, Mapping) and isinstance(raw.get("id"), str)]
        _refuse(sorted([*problems, *_cross_problems(placed, broken)], key=_line))
        return cls._checked(claim for _, claim in placed)

    @classmethod
    def _checked(cls, claims: Iterable[Claim], words: Vocabulary | None = None) -> Ledger:
        """A ledger of checked claims, or of some of these with all that they retract."""
        out = object.__new__(cls)
        object.__setattr__(out, "claims", tuple(claims))
        object.__setattr__(out, "words", words)
        return out

    @property
    def vocabulary(self) -> Vocabulary:
        """Meaning of its sides and quantities: that of a scenario, else that of the package."""
        return self.words or package()

    def read_with(self, words: Vocabulary) -> Ledger:
        """The same claims with another vocabulary."""
        return self._checked(self.claims, words)

    def save(self, path: str | Path) -> None:
        """Write JSON lines, one per claim, atomically."""
        path = Path(path).resolve()
        if path.suffix.lower() != ".jsonl":
            raise LedgerError(f"a ledger is saved as JSON lines, not `{path.suffix}`", str(path), allowed=".jsonl")
        write_atomic(path, self.text, LedgerError)

    @cached_property
    def text(self) -> str:
        """The canonical form: one line per claim, keys in field order."""
        return "".join(f"{claim.line()}\n" for claim in self.claims)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def _index(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def _by_quantity(self) -> dict[str, list[Claim]]:
        out: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            out[claim.quantity].append(claim)
        return out

    @cached_property
    def _retractions(self) -> dict[str, list[str]]:
        """Claim -> claims that retract it."""
        out: dict[str, list[str]] = defaultdict(list)
        for claim in self.claims:
            out[claim.retracts].append(claim.id)
        return out

    @cached_property
    def _withdrawn(self) -> frozenset[str]:
        return _resolve(self.claims)[0]

    def __getitem__(self, name: str) -> Claim:
        if name not in self._index:
            raise LedgerError(f"no claim has the id `{name}`", fix=did_you_mean(name, self._index))
        return self._index[name]

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def filter(
        self,
        *,
        subject: Words = None,
        quantity: Words = None,
        speaker: Words = None,
        side: Words = None,
        origin: Words = None,
        conflict: Words = None,
        status: Words = None,
        line: int | None = None,
        text: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> Ledger:
        """The claims that match all filters, in order, with their retractions.

        A word or several (any of them fits); `text` is looked for, in any case, in all that a claim says; `since` and
        `until` are compared with `as_of`, and a claim about a month or a year matches where any of its days does.
        """
        by_key = {
            "subject": subject,
            "quantity": quantity,
            "speaker": speaker,
            "side": side,
            "origin": origin,
            "conflict": conflict,
            "status": status,
        }
        words = {
            key: {value} if isinstance(value, str) else set(value) for key, value in by_key.items() if value is not None
        }
        for word in words.get("status", set()) - set(get_args(Status)):
            raise LedgerError(unknown_word(f"no claim has the status `{word}`", word, get_args(Status)))
        start = _day(since, "since").first if since is not None else date.min
        end = _day(until, "until").last if until is not None else date.max
        claims: Iterable[Claim] = self.claims
        if "quantity" in words:
            claims = [claim for word in words["quantity"] for claim in self._by_quantity.get(word, ())]
        for key, allowed in words.items():
            claims = [claim for claim in claims if getattr(claim, key) in allowed]
        if line is not None:
            claims = [claim for claim in claims if line in claim.lines]
        if since is not None or until is not None:
            claims = [claim for claim in claims if claim.as_of.last >= start and claim.as_of.first <= end]
        if text is not None:
            claims = [claim for claim in claims if str(text).casefold() in _content(claim).casefold()]
        return self._with_retractions({claim.id for claim in claims})

    def _with_retractions(self, ids: set[str]) -> Ledger:
        """The claims in `ids`, claims that they retract, and retractions of any of these."""
        todo, chosen = list(ids), set(ids)
        while todo:
            name = todo.pop()
            linked = {*self._retractions.get(name, ()), self._index[name].retracts} - {""} - chosen
            chosen |= linked
            todo += linked
        return self._checked((claim for claim in self.claims if claim.id in chosen), self.words)

    def add(self, claims: Iterable[Claim]) -> Ledger:
        """This ledger followed by `claims`; raises `LedgerError` if an id is taken."""
        return Ledger((*self.claims, *claims), self.words)

    def retract(
        self,
        name: str,
        by: str,
        published: Day,
        source: Source,
        note: str = "",
        side: str = "",
    ) -> Ledger:
        """This ledger with a retraction of the claim `name` by `by`; the claim does not change.

        `side` may be left out where the speaker withdraws an own claim.
        """
        claim = self[name]
        if not side and by != claim.speaker:
            raise LedgerError(f"the side of `{by}` is not given", path=f"claims[{name}]", fix="add side=")
        data = {
            "id": make_id("", "", name, "retracted", self._index),
            "subject": claim.subject,
            "quantity": claim.quantity,
            "as_of": claim.as_of,
            "published": _day(published, "published"),
            "speaker": by,
            "side": side or claim.side,
            "source": source,
            "basis": "found",
            "status": "retracted",
            "retracts": name,
            "note": note,
        }
        return self.add([Claim.parse(data)])

    @cached_property
    def statements(self) -> Ledger:
        """The claims that withdraw no other, so that `filter` gives matching claims alone."""
        return self._checked((claim for claim in self.claims if not claim.retracts), self.words)

    def not_retracted(self) -> Ledger:
        """The usable claims: neither proposed, nor retracted, nor retractions."""
        return self._active

    @cached_property
    def _active(self) -> Ledger:
        stands = (
            claim
            for claim in self.claims
            if claim.status not in {"proposed", "retracted"} and claim.id not in self._withdrawn
        )
        return self._checked(stands, self.words)

    def objection(self, name: str) -> str:
        """Reason why the claim `name` cannot be used: it `is proposed` or `is retracted`.

        Empty where it can, as in `active()`. Raises `LedgerError` for an id that the ledger does not have.
        """
        claim = self[name]
        if name in self.not_retracted():
            return ""
        by = next((other for other in self._retractions.get(name, ()) if other not in self._withdrawn), "")
        since = f"{self[by].published}, by `{by}`" if by else claim.published
        return f"is {'retracted' if by else claim.status} since {since}"

    def as_of(self, day: Day) -> Ledger:
        """The claims published by the end of `day`.

        A publication date that is a month or a year counts at its last day, and so a `day` that is one counts at its
        first. A retraction counts from its own date, and not before the claim that it withdraws.
        """
        limit = _day(day, "as_of").first
        if limit not in self._by_day:
            self._by_day[limit] = self._published_by(limit)
        return self._by_day[limit]

    @cached_property
    def _by_day(self) -> dict[date, Ledger]:
        """Cache of `as_of`, since variants of a scenario ask for the same day."""
        return {}

    def _published_by(self, limit: date) -> Ledger:
        is_published: dict[str, bool] = {}
        for claim in self.claims:
            chain = [claim]
            while chain[-1].retracts and chain[-1].id not in is_published:
                chain.append(self._index[chain[-1].retracts])
            for link in reversed(chain):
                if link.id not in is_published:
                    is_published[link.id] = link.published.last <= limit and is_published.get(link.retracts, True)
        return self._checked((claim for claim in self.claims if is_published[claim.id]), self.words)

    def conflicts(self) -> tuple[Conflict, ...]:
        """Claims that contradict one another, without retracted ones; see `ledger.conflicts`."""
        return find_conflicts(
            claim for claim in self.claims if claim.status != "retracted" and claim.id not in self._withdrawn
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per claim, one key per field, in the order of `COLUMNS`.

        Nested: `source_title`, `quote_start`, ...

        Dates are text as written; `as_of_first`, `as_of_last` and `published_last` are days. What is empty is None.
        """
        for claim in self.claims:
            row = claim.to_data()
            for part in ("source", "quote"):
                row |= {f"{part}_{key}": value for key, value in row.pop(part, {}).items()}
            row |= {"as_of_first": claim.as_of.first, "as_of_last": claim.as_of.last}
            row |= {"published_last": claim.published.last, "retracted": claim.id in self._withdrawn}
            row |= {"lines": list(claim.lines)}
            row |= {key: float(row[key]) for key in ("value", "low", "high") if key in row}
            yield {key: row.get(key) for key in COLUMNS}

    def frame(self) -> pandas.DataFrame:
        """The `rows` as a data frame."""
        import pandas

        frame = pandas.DataFrame(list(self.rows()), columns=list(COLUMNS))
        return frame.astype({key: kind for key, kind in COLUMNS.items() if kind})


def _day(raw: Day, path: str) -> PartialDate:
    try:
        return PartialDate.parse(raw)
    except ValueError as error:
        raise LedgerError(str(error), path=path, allowed=ALLOWED) from None


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise LedgerError(problems)


def _line(problem: Problem) -> int:
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def _content(claim: Claim) -> str:
    """All that a claim says, for a search."""
    texts = [claim.id, claim.subject, claim.quantity, claim.proposition, claim.speaker, claim.note, claim.source.title]
    return "\n".join([*texts, *([claim.quote.text] if claim.quote else [])])


def _cross_problems(placed: list[tuple[str, Claim]], also_known: Iterable[str] = ()) -> list[Problem]:
    """Errors between claims. `also_known`: ids of claims with errors of their own."""
    first: dict[str, tuple[str, Claim]] = {}
    out: list[Problem] = []
    for where, claim in placed:
        if claim.id in first:
            other = first[claim.id][0]
            fix = f"first given at {other}" if other else ""
            out.append(Problem(f"the id `{claim.id}` is given twice", where, f"claims[{claim.id}].id", fix=fix))
        first.setdefault(claim.id, (where, claim))
    ids = {*first, *also_known, ""}
    for where, claim in placed:
        path, name = f"claims[{claim.id}]", claim.retracts
        if name not in ids:
            fix = did_you_mean(name, ids)
            out.append(Problem(f"no claim has the id `{name}`", where, f"{path}.retracts", fix=fix))
        elif name in first and claim.published.last < first[name][1].published.first:
            what = f"dates out of order: retracted {claim.published}, said {first[name][1].published}"
            out.append(Problem(what, where, f"{path}.published", "a retraction not before its claim"))
    _, circle = _resolve([claim for _, claim in first.values()])
    if circle:
        where = min((first[name][0] for name in circle), default="")
        out.append(Problem(f"circular retractions: {join_limited(sorted(circle))}", where))
    return out


def _resolve(claims: Iterable[Claim]) -> tuple[frozenset[str], frozenset[str]]:
    """Ids withdrawn by a valid retraction, and ids in a circle of retractions."""
    by_id = {claim.id: claim for claim in claims}
    waiting = Counter(claim.retracts for claim in by_id.values() if claim.retracts)
    ready = [claim for claim in by_id.values() if not waiting[claim.id]]
    withdrawn: set[str] = set()
    for claim in ready:  # grows: a claim is ready once everything that retracts it has been looked at
        if claim.retracts in by_id:
            if claim.id not in withdrawn:
                withdrawn.add(claim.retracts)
            waiting[claim.retracts] -= 1
            if not waiting[claim.retracts]:
                ready.append(by_id[claim.retracts])
    return frozenset(withdrawn), frozenset(set(by_id) - {claim.id for claim in ready})
