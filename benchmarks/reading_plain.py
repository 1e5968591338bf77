"""What a plain regular expression a slot gives: the baseline of `benchmarks/reading.py`, in the form of the rows."""

from __future__ import annotations

import re
from typing import Any

from standoff.addons.reading import gazetteer

NAMES = {
    name: code
    for line in gazetteer.STATES.strip().splitlines()
    for code, names, demonyms, _ in [line.split("|")]
    for name in [*names.split(","), *demonyms.split(",")]
    if name
}
NAMES |= {
    name: code
    for line in gazetteer.BLOCS.strip().splitlines()
    for code, names, _ in [line.split("|")]
    for name in names.split(",")
}
ACTOR = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True)) + r")\b")
NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(thousand|million|billion|trillion)?\s*(%|percent|\w+)?")
SCALE = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
WORDS = {
    "over": "over",
    "more than": "over",
    "nearly": "nearly",
    "almost": "nearly",
    "at least": "at_least",
    "up to": "at_most",
    "about": "about",
    "around": "about",
    "roughly": "about",
    "some": "about",
}
UNITS = {"%": "%", "percent": "%", "dollars": "USD", "euros": "EUR", "sanctions": "sanction", "shells": "shell"}
PEOPLE = {
    "soldiers",
    "troops",
    "people",
    "men",
    "civilians",
    "fighters",
    "refugees",
    "officers",
    "prisoners",
    "recruits",
}
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
SAID = re.compile(r"[Aa]ccording to ([^,]+)|^(.{2,40}?) (?:said|says|claims?|reported|believes?|stated) ")


def read(text: str) -> list[dict[str, Any]]:
    """One row a number, or one row, with what the expressions find in the sentence."""
    actors = [(match.start(), NAMES[match.group()]) for match in ACTOR.finditer(text)]
    statement = SAID.search(text)
    speaker = (statement.group(1) or statement.group(2)) if statement else "author"
    codes = [NAMES[match.group()] for match in ACTOR.finditer(speaker)] if statement else []
    year = YEAR.search(text)
    base = {
        "speaker": speaker,
        "speaker_codes": codes,
        "subject": actors[0][1] if actors else "",
        "polarity": "negative" if re.search(r"\b(?:not|never|denied)\b", text) else "positive",
        "as_of": year.group() if year else None,
        "low": None,
        "high": None,
    }
    rows = []
    for match in NUMBER.finditer(text):
        if year and match.group(1) == year.group():
            continue
        word = (match.group(3) or "").lower()
        before_text = text[: match.start()].rstrip().lower()
        compared = next((kind for words, kind in WORDS.items() if before_text.endswith(words)), "exact")
        value = float(match.group(1).replace(",", "").rstrip(".")) * SCALE.get(match.group(2) or "", 1.0)
        rows.append(
            {
                **base,
                "value": value,
                "comparator": compared,
                "unit": UNITS.get(word, "person" if word in PEOPLE else "item"),
            }
        )
    return rows or [{**base, "value": None, "comparator": "", "unit": ""}]
