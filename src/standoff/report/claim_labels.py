"""Sides, subjects and quantities of claims in the words of a scenario."""

from __future__ import annotations

import re
from collections import Counter

from standoff import labels
from standoff.ledger import Claim, Ledger
from standoff.plan import Plan
from standoff.report import formatting

CODE = 3  #: letters of the code of a state (ISO 3166-1 alpha-3)
INSIDE = re.compile(r"(?<=[^\W\d_A-Z] )[^\W\d_]{2,}")  #: a word that does not begin a sentence
_SPELLINGS: dict[str, dict[str, str]] = {}  # by the digest of the ledger, whose own hash reads every claim


def side(plan: Plan, name: str) -> str:
    """A side in words: its actor, a state or a group of states, else the kind of speaker."""
    known = plan.scenario.vocabulary.sides.get(name)
    if known is None:
        return formatting.humanise(name)
    actor = next((plan.scenario.actors[code].name for code in known.speaks_for if code in plan.scenario.actors), "")
    codes = (*known.speaks_for, *known.members)
    if actor or codes == (name.upper(),):
        return actor or name.upper()
    return _title(name) if codes or known.interest == "third" else formatting.humanise(name)


def subject(plan: Plan, code: str) -> str:
    """Whom a claim is about: an actor or a state of the vocabulary by name, or its code."""
    if code in plan.scenario.actors:
        return labels.actor(plan, code)
    sides = plan.scenario.vocabulary.sides
    state = next((name for name, item in sides.items() if item.speaks_for == (code,)), code.lower())
    if state in sides:
        return side(plan, state)
    return _title(state) if len(code) > CODE and code.isupper() else code


def quantity(plan: Plan, name: str) -> str:
    """A quantity in words: `abm_exit_of_ukr` is `ABM exit of Ukraine`."""
    codes, spelling = {code.lower(): code for code in plan.scenario.actors}, _spelling(plan.ledger)
    words = formatting.humanise(name).split(" ")
    return " ".join(labels.actor(plan, codes[word]) if word in codes else spelling.get(word, word) for word in words)


def _spelling(ledger: Ledger) -> dict[str, str]:
    """Names and abbreviations as the claims write them: words never in small letters."""
    if ledger.hash not in _SPELLINGS:
        texts = (f"{claim.quote.text if claim.quote else claim.statement} {claim.note}" for claim in ledger)
        counts = Counter(word for text in texts for word in INSIDE.findall(text))
        words = {
            word.lower(): word
            for word, count in reversed(counts.most_common())
            if word.lower() not in counts and (count > 1 or not word.istitle())  # once it may be of the title of a work
        }
        _SPELLINGS[ledger.hash] = words
    return _SPELLINGS[ledger.hash]


def value(claim: Claim) -> str:
    """The number of a claim with its unit in words; empty without a number."""
    if not claim.numbers:
        return ""
    text = formatting.grouped(claim.statement)
    if claim.unit == "1":
        return text  # `at least 1` has no unit, and its number is none
    number, written, rest = text.rpartition(f" {claim.unit}")
    return f"{number}{formatting.unit_words(claim.unit, number == '1')}" if written and not rest else text


def sentence(plan: Plan, claim: Claim) -> str:
    """A claim with a number in words: about whom, what, how much."""
    parts = (subject(plan, claim.subject), quantity(plan, claim.quantity))
    return f"{formatting.capital(', '.join(filter(None, parts)))}: {value(claim)}"


def statement(plan: Plan, claim: Claim) -> str:
    """The words of a claim: its quote, else its proposition, else its number as a sentence."""
    if claim.quote is not None:
        return claim.quote.text
    return sentence(plan, claim) if claim.numbers else claim.statement


def _title(name: str) -> str:
    return " ".join(map(formatting.capital, name.replace("-", "_").split("_")))
