"""Measure `standoff audit` on six texts with planted errors.

    python -m benchmarks.audit              # counts by half and case
    python -m benchmarks.audit --misses     # also each sentence of the developed half that was judged wrongly

Each text (benchmarks/data/audit_*.txt) has twelve sentences, six of them planted wrong, with an answer key: true or
false, and which claims of the ledger decide it, if any. The texts were written before the audit was mended; of the half
that is held out only the counts were inspected, except that the text on china-russia was seen before the last changes
of the rules. `python -m benchmarks.reading --write` writes the page.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from standoff import catalog
from standoff.addons.reading.audit.records import WRONG
from standoff.addons.reading.text_audit import audit

HOME = Path(__file__).parent / "data"
OUTCOMES = ("found", "missed", "endorsed", "false alarm", "confirmed", "silent", "unknowable")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence with its place in the answer key."""

    text: str
    true: bool
    known: bool  #: whether the ledger has claims that decide it


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text with planted errors."""

    case: str
    published: str
    half: str
    sentences: tuple[Sentence, ...]


def load(path: Path) -> Text:
    """Read a text and its answer key."""
    head: dict[str, str] = {}
    sentences = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            key, _, value = line.removeprefix("# ").partition(": ")
            head[key] = value
            continue
        text, truth, claims = (part.strip() for part in line.split(" | "))
        sentences.append(Sentence(text=text, true=truth == "true", known=claims != "-"))
    return Text(case=head["case"], published=head["published"], half=head["half"], sentences=tuple(sentences))


def outcomes(text: Text) -> list[tuple[Sentence, str, list[str]]]:
    """Each sentence with its outcome and the kinds of its verdicts."""
    scenario, ledger = catalog.load(text.case)
    whole = "\n".join(one.text for one in text.sentences)
    verdicts = audit(whole, ledger, case=text.case, published=text.published, rates=scenario.scenario.units).verdicts
    out, start = [], 0
    for one in text.sentences:
        end = start + len(one.text)
        kinds = [verdict.kind for verdict in verdicts if start <= verdict.start < end]
        out.append((one, _outcome(one, kinds), kinds))
        start = end + 1
    return out


def _outcome(one: Sentence, kinds: list[str]) -> str:
    wrong, right = any(kind in WRONG for kind in kinds), "consistent" in kinds
    if one.true:
        return "false alarm" if wrong else "confirmed" if right else "silent"
    if wrong:
        return "found" if one.known else "unknowable"
    return "endorsed" if right else "missed" if one.known else "unknowable"


def row(name: str, counts: Counter[str]) -> str:
    """One row of the table."""
    errors = counts["found"] + counts["missed"] + counts["known endorsed"]
    true = counts["false alarm"] + counts["confirmed"] + counts["silent"]
    return (
        f"| {name} | {counts['found']} of {errors} | {counts['missed']} | {counts['endorsed']} | "
        f"{counts['false alarm']} of {true} | {counts['confirmed']} |"
    )


def table(texts: list[Text]) -> list[str]:
    """Counts by half and case."""
    lines = [
        "| half | case | errors found | missed | endorsed | false alarms | true statements confirmed |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    total: dict[str, Counter[str]] = {}
    for text in sorted(texts, key=lambda one: one.half):
        counts = Counter[str]()
        for one, outcome, _ in outcomes(text):
            counts[outcome] += 1
            counts["known endorsed"] += outcome == "endorsed" and one.known
        total.setdefault(text.half, Counter()).update(counts)
        lines.append(row(f"{text.half} | {text.case}", counts))
    for half, counts in total.items():
        lines.append(row(f"**{half}** | all", counts))
    lines.append(row("**both** | all", sum(total.values(), Counter())))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    question = parser.parse_args()
    texts = [load(path) for path in sorted(HOME.glob("audit_*.txt"))]
    print("\n".join(table(texts)))
    if question.misses:
        for text in texts:
            for one, outcome, kinds in outcomes(text) if text.half == "developed" else ():
                print(f"{text.case}  {outcome:12} {'true ' if one.true else 'false'} {one.text}  {kinds}")


if __name__ == "__main__":
    main()
