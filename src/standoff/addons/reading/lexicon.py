r"""Word lists: separated by white space, patterns with `\s+` for a gap; forms of verbs."""

from __future__ import annotations

import re

PASTS = "say said tell told write wrote think thought find found see saw hold held put put show showed speak spoke"
IRREGULAR = dict(re.findall(r"(\S+)\s+(\S+)", PASTS))  #: verbs with their past tense


def each(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


DOUBLED = each("admit slam quip refer label put")  #: verbs whose last letter is double before `-ed` and `-ing`


def any_of(text: str) -> str:
    """A regular expression that matches any pattern of a list."""
    return "|".join(text.split())


def forms(verb: str) -> tuple[str, ...]:
    """Present, third person, past and participle of a verb: `deny denies denied denying`."""
    stem = verb + verb[-1] if verb in DOUBLED else re.sub(r"(?<!e)e$", "", verb)
    third, past = (re.sub(r"(?<![aeiou])y$", "ie", one) for one in (verb, stem))
    third = re.sub(r"([sx]|[sc]h)$", r"\1e", third)
    return verb, f"{third}s", IRREGULAR.get(verb, f"{past.removesuffix('e')}ed"), f"{stem}ing"


def table(text: str) -> dict[str, str]:
    """Word -> meaning, from lines `meaning: word|word`."""
    pairs = (line.split(": ", 1) for line in text.strip().splitlines())
    return {word: meaning.strip() for meaning, words in pairs for word in words.split("|")}
