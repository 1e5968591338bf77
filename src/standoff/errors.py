"""Errors with place, fault, allowed values and remedy; all errors of an input at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

CLOSE = 0.6  #: similarity of suggested words, as in `difflib`
MOST = 200  #: number of listed errors of one input; assumption


@dataclass(frozen=True)
class Problem:
    """One error in an input."""

    what: str  #: the fault, with the value found
    where: str = ""  #: `file:line`, or the name of the input
    path: str = ""  #: dotted path inside the document
    allowed: str = ""  #: allowed values
    fix: str = ""  #: remedy, or the nearest known word

    def __str__(self) -> str:
        head = "  ".join(part for part in (self.where, self.path) if part)
        lines = [head] if head else []
        lines.append(f"  {self.what}")
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.fix:
            lines.append(f"  {self.fix}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Fault:
    """An error in an entry of a document, before its line is known.

    A check is a generator of these.
    """

    path: tuple[Any, ...]
    what: str  #: the fault, with the value found
    allowed: str = ""
    fix: str = ""


def unknown(path: tuple[Any, ...], word: str, known: Iterable[str], kind: str) -> Iterator[Fault]:
    """A fault with the allowed words, where `word` is not among the `known` ones of its kind."""
    known = list(known)
    if word not in known:
        yield Fault(path, f"unknown {kind} `{word}`", join_limited(known), did_you_mean(word, known))


class StandoffError(Exception):
    """Base of errors caused by users: `problems`, or the fields of one `Problem`."""

    def __init__(self, problems: Problem | Iterable[Problem] | str, *place: str, **remedy: str) -> None:
        """Of problems, or of one in the words of `Problem`.

        `RunError("no draws", "run.json", fix="run again")`.
        """
        if isinstance(problems, str):
            problems = Problem(problems, *place, **remedy)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        count = f"{len(self.problems)} problems\n" if len(self.problems) > 1 else ""
        more = f"\nand {len(self.problems) - MOST:,} more" if len(self.problems) > MOST else ""
        return count + "\n".join(str(problem) for problem in self.problems[:MOST]) + more


class UnitError(StandoffError):
    """An invalid unit, or two that do not fit."""


class BeliefError(StandoffError):
    """An invalid number or belief."""


class ScenarioError(StandoffError):
    """An invalid or inconsistent scenario."""


class LedgerError(StandoffError):
    """Invalid claims, or a violation of the ledger's rules."""


class ModelError(StandoffError):
    """A valid scenario that cannot be built or run."""


class RunError(StandoffError):
    """A run or a run folder that cannot be used."""


class ReadingError(StandoffError):
    """A text that cannot be read, or is not safe to read."""


class DataError(StandoffError):
    """A public data set that is unavailable or has another format."""


def require(
    word: str, known: Iterable[str], kind: str, where: str = "", error: type[StandoffError] = ModelError
) -> None:
    """Raise an `error` with the allowed words where `word` is not among the `known` ones."""
    known = list(known)
    if word not in known:
        fix = did_you_mean(word, known)
        raise error(f"there is no {kind} `{word}`", where, allowed=join_limited(known), fix=fix)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?` with the closest known word, or an empty text."""
    return _nearest(word, tuple(known))


@lru_cache(maxsize=16384)  # the variants of a scenario repeat its mistakes
def _nearest(word: str, known: tuple[str, ...]) -> str:
    likely = [other for other in known if _may_match(word, other)]
    match = difflib.get_close_matches(word, likely, n=1, cutoff=CLOSE)
    if not match and len(word) >= 3:  # assumption: two letters fit too much
        match = sorted((other for other in known if _within(word, other)), key=lambda other: (len(other), other))
    return f"did you mean `{match[0]}`?" if match else ""


def _may_match(word: str, other: str) -> bool:
    """Whether the letters of two words allow the similarity `CLOSE`."""
    letters, other_letters = _letters(word), _letters(other)
    most = min(len(word) - (letters & ~other_letters).bit_count(), len(other) - (other_letters & ~letters).bit_count())
    total = len(word) + len(other)
    return not total or 2.0 * most / total >= CLOSE


@lru_cache(maxsize=16384)
def _letters(word: str) -> int:
    """A bit mask of the letters of a word, modulo 64."""
    out = 0
    for letter in word:
        out |= 1 << (ord(letter) & 63)
    return out


def _within(word: str, other: str) -> bool:
    """Whether one word is the other's beginning, or one of its parts."""
    short, long = (word, other) if len(word.casefold()) <= len(other.casefold()) else (other, word)
    short = short.casefold()
    return len(short) >= 3 and (long.casefold().startswith(short) or short in _parts(long))


@lru_cache(maxsize=16384)
def _parts(word: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z0-9]+", word.casefold()))


def join_limited(words: Iterable[str], limit: int = 12) -> str:
    """Join words to a short list for the `allowed` line of an error."""
    words = list(words)
    more = f", ... ({len(words) - limit} more)" if len(words) > limit else ""
    return ", ".join(words[:limit]) + more


def unknown_word(what: str, word: str, known: Iterable[str], path: str = "") -> Problem:
    """A word that is none of the known ones, which are listed with the nearest of them."""
    known = tuple(known)
    return Problem(what, path=path, allowed=join_limited(known), fix=did_you_mean(word, known))
