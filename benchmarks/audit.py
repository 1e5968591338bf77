"""Measure `standoff audit` on texts with planted errors.

    python -m benchmarks.audit              # counts by half, register and case
    python -m benchmarks.audit FOLDER       # of the texts of another folder
    python -m benchmarks.audit --half developed --misses    # also each sentence of the developed texts

A text begins with lines `# case: NAME`, `# published: DATE`, `# half: WORDS`, `# register: WORD`. Halves are `developed`,
`developed later`, `developed last` and `developed after all` (held out, scored, and then inspected); and of the texts by other hands
`other hands, literary, developed`, `other hands, literary, held out`, and the same for `ordinary`.
Then each line is a sentence with its answer key, separated by ` | `: the sentence, true or false, the claims that decide
it (`-` where the ledger has none), the same statement in the words of the ledger (optional), and the part that is wrong
(optional). Half of the statements are planted errors. Of texts that are held out only the counts are inspected.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from standoff import catalog
from standoff.addons.reading.audit import audit
from standoff.addons.reading.audit.records import WRONG
from standoff.ledger.cards import read_corrections

HOME = Path(__file__).parent / "data" / "audits"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence with its place in the answer key."""

    text: str
    true: bool
    known: bool  #: whether the ledger has claims that decide it
    plain: str  #: the same statement in the words of the ledger; empty without


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text with planted errors."""

    name: str
    case: str
    published: str
    half: str
    sentences: tuple[Sentence, ...]

    @property
    def plain(self) -> Text | None:
        """The text in plain words, where it has them."""
        rows = tuple(replace(one, text=one.plain) for one in self.sentences if one.plain)
        return replace(self, sentences=rows) if rows else None


def load(path: Path) -> Text:
    """Read a text and its answer key."""
    head: dict[str, str] = {}
    sentences = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            key, _, value = line.removeprefix("# ").partition(": ")
            head[key] = value
            continue
        text, truth, claims, plain, *_ = (part.strip() for part in f"{line} |  |  ".split(" | "))
        sentences.append(Sentence(text=text, true=truth == "true", known=claims != "-", plain=plain))
    name = head.get("register", path.stem)
    return Text(
        name=name, case=head["case"], published=head["published"], half=head["half"], sentences=tuple(sentences)
    )


def outcomes(text: Text) -> list[tuple[Sentence, str, list[str]]]:
    """Each sentence with its outcome and the kinds of its verdicts."""
    scenario, ledger = catalog.load(text.case)
    whole = "\n".join(one.text for one in text.sentences)
    verdicts = audit(
        whole,
        ledger,
        case=text.case,
        published=text.published,
        rates=scenario.scenario.units,
        corrections=read_corrections(catalog.find(text.case).parent),
    ).verdicts
    out, start = [], 0
    for one in text.sentences:
        end = start + len(one.text)
        kinds = [f"{verdict.kind}: {verdict.text}" for verdict in verdicts if start <= verdict.start < end]
        out.append((one, _outcome(one, {kind.partition(":")[0] for kind in kinds}), kinds))
        start = end + 1
    return out


def _outcome(one: Sentence, kinds: set[str]) -> str:
    wrong, right = bool(kinds & WRONG), "consistent" in kinds
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
        f"| {name} | {counts['found']} of {errors} | {counts['endorsed']} | {counts['false alarm']} of {true} | "
        f"{counts['confirmed']} |"
    )


def table(texts: list[Text]) -> list[str]:
    """Counts by half, words and text."""
    lines = [
        "| half | words | text | errors found | endorsed | false alarms | true statements confirmed |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    total: dict[tuple[str, str], Counter[str]] = {}
    for words in ("natural", "plain"):
        for text in sorted(texts, key=lambda one: (one.half, one.name)):
            chosen = text if words == "natural" else text.plain
            if chosen is None:
                continue
            counts = Counter[str]()
            for one, outcome, _ in outcomes(chosen):
                counts[outcome] += 1
                counts["known endorsed"] += outcome == "endorsed" and one.known
            total.setdefault((text.half, words), Counter()).update(counts)
            lines.append(row(f"{text.half} | {words} | {text.name}, {text.case}", counts))
    lines += [row(f"**{half}** | {words} | all", counts) for (half, words), counts in total.items()]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=HOME, help="texts with answer keys (*.txt)")
    parser.add_argument("--half", default="", help="only halves that begin so")
    parser.add_argument("--misses", action="store_true")
    question = parser.parse_args()
    texts = [load(path) for path in sorted(question.folder.glob("*.txt"))]
    texts = [text for text in texts if text.half.startswith(question.half)]
    print("\n".join(table(texts)))
    for text in texts if question.misses else ():
        for chosen in filter(None, (text, text.plain)) if not text.half.endswith("held out") else ():
            print(f"\n{text.name}, {text.case}")
            for one, outcome, kinds in outcomes(chosen):
                print(f"{outcome:12} {'true ' if one.true else 'false'} {one.text}\n{'':14}{' // '.join(kinds)[:300]}")


if __name__ == "__main__":
    main()
