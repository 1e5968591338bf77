r"""Word lists: separated by white space, patterns with `\s+` for a gap; forms of verbs."""

from __future__ import annotations

import re

PASTS = """say said tell told write wrote think thought find found see saw hold held put put show showed speak spoke
    admit admitted slam slammed quip quipped refer referred label labelled"""
IRREGULAR = dict(re.findall(r"(\S+)\s+(\S+)", PASTS))  #: verbs with their past tense
VOWELS = frozenset("aeiou")


def each(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


def any_of(text: str) -> str:
    """A regular expression that matches any pattern of a list."""
    return "|".join(text.split())


def forms(verb: str) -> tuple[str, ...]:
    """Present, third person, past and participle of a verb: `deny denies denied denying`."""
    past, ends_y = IRREGULAR.get(verb, ""), verb[-1] == "y" and verb[-2] not in VOWELS
    third = f"{verb[:-1]}ies" if ends_y else f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"
    regular = f"{verb[:-1]}ied" if ends_y else f"{verb}d" if verb[-1] == "e" else f"{verb}ed"
    stem = past[:-2] if past.endswith("ed") and verb != "show" else verb.removesuffix("e") if verb != "see" else verb
    return verb, third, past or regular, f"{stem}ing"


def table(text: str) -> dict[str, str]:
    """Word -> meaning, from lines `meaning: word|word`."""
    pairs = (line.split(": ", 1) for line in text.strip().splitlines())
    return {word: meaning.strip() for meaning, words in pairs for word in words.split("|")}
