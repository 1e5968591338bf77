"""Measure who says what in newspaper articles: `standoff read` against the attributions of PolNeAR.

    python -m benchmarks.reading_articles --corpus FOLDER --split dev            # precision and recall of the rules
    python -m benchmarks.reading_articles --corpus FOLDER --split dev --parser   # with spaCy as well
    python -m benchmarks.reading_articles --corpus FOLDER --split train --misses # also errors; only of train
    python -m benchmarks.reading_articles --corpus FOLDER --split dev --save first # keep the counts under a name

PolNeAR (Newell, Margolin and Ruths 2018, `newell2018`) has 1,008 articles of seven American publishers with, for each
attribution, the places of its source, its cue and its content. `FOLDER` is its folder `data`, with `train`, `dev` and
`test`. Only counts are kept in the repository, in `data/reading_articles.json`, never words of the articles.

Rule of the match, written before the first reading:

- Gold: each attribution with a source, a cue and a content, of the first annotator by file name where there are
  several. Attributions without a source have no speaker to find, and are no gold; a row with a speaker there is wrong.
  The corpus annotates thoughts, wishes and attitudes too (`wants`, `passion for`), and these count in `all`; what a
  ledger of claims needs are the sayings, which are counted beside: the cue has a word of `SAYING`, or `according to`.
- Reading: `standoff.addons.reading.read` on the whole article with its day of publication, as a user would. A row counts if its
  speaker is not the author.
- A row is right if one gold attribution has both: a part of its content that shares a word, by place, with the quote
  of the row; and a head of its source at the place of the head of the row's speaker. A pronoun stands for itself.
- Head: the last word before the first comma, bracket, preposition, relative or reflexive pronoun (`LIMIT`). Each part of a
  gold source between commas has one, so that of `a brother, Ann Lee, who left` both `brother` and `Lee` are right.
- Precision is the share of rows that are right; recall the share of gold attributions for which some row is right; words the
  share of the words of their contents that stand in the quote of a row that is right.
- Pronouns are sources that consist of a word of `PRONOUN`; quotations are contents with a quotation mark.

The plain baseline is the expression `PLAIN` on stretches between full stops: a name or pronoun before or after a form of
say or tell. Train may be looked at; of dev and test only counts are inspected, of test once.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.lexicon import each
from standoff.addons.reading.pipeline import read

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTS = Path(__file__).parent / "data" / "reading_articles.json"
SPLITS = ("train", "dev", "test")
GROUPS = ("all", "named and nominal", "pronouns", "sayings", "other cues", "quotations")
SAYING = re.compile(
    r"(?i)according to|\b(?:say|says|said|saying|(?:tell|add|claim|report|announce|state|note|argue|declare|explain|insist|"
    r"suggest|warn|acknowledge|recall|respond|assert|allege|remark|reveal|mention|complain|confirm|tweet|maintain|contend|"
    r"stress|conclude|continue)(?:s|d|ed|ing)?|told|writes?|wrote|writing|arguing|declaring|acknowledging|stating|noting|"
    r"announcing|continuing|concluding|den(?:y|ies|ied|ying)|repl(?:y|ies|ied|ying)|admit(?:s|ted|ting)?)\b"
)  #: assumption: common verbs of communication, after Levin's classes 37.1 to 37.9
PRONOUN = each(
    """i you he she it we they him her them us me my your his its our their who whom whose which that this these those one
    some many others most both all everyone nobody"""
)
WORD = re.compile(r"\w[\w'\u2019.-]*")
LIMIT = re.compile(
    r"(?i)[,;:(\[]|\s(?:of|from|in|at|for|with|on|by|to|about|near|under|behind|like|himself|herself|itself|themselves)\b|"
    r"\s(?:who|whom|whose|which|that)\b"
)
RELATIVE = re.compile(r"(?i)\s(?:who|whom|whose|which|that)\b")
QUOTATION = re.compile(r"[\"\u201c\u201d]|''")
NAME = r"(?:(?:[A-Z][\w.'\u2019-]+\s){1,4}|(?:[Hh]e|[Ss]he|[Tt]hey)\s)"
PLAIN = re.compile(rf"(?P<a>{NAME})(?:said|says|told)\b|\b(?:said|says)\s(?P<b>{NAME.replace(chr(92) + 's', '[ ,.]')})")
STRETCH = re.compile(r"[^.!?\n]+[.!?]*[\"\u201d']*")
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """A gold attribution, by places."""

    source: tuple[Span, ...]
    cue: str
    content: tuple[Span, ...]
    heads: frozenset[Span]
    pronoun: bool
    quotation: bool

    def groups(self) -> Iterator[str]:
        """The groups that it is counted in."""
        yield "all"
        yield "pronouns" if self.pronoun else "named and nominal"
        yield "sayings" if SAYING.search(self.cue) else "other cues"
        if self.quotation:
            yield "quotations"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row with a speaker: places of the quote and of the speaker's name, if it has one."""

    quote: Span
    speaker: Span | None


def head(text: str, start: int, end: int) -> Span | None:
    """Place of the head word of a name."""
    first = WORD.search(text, start, end)
    if first is None:
        return None
    limit = LIMIT.search(text, first.end(), end)
    words = [match.span() for match in WORD.finditer(text, start, limit.start() if limit else end)]
    last = words[-1] if words else first.span()
    return last[0], last[0] + len(text[last[0] : last[1]].rstrip(".'\u2019"))


def heads(text: str, spans: tuple[Span, ...]) -> frozenset[Span]:
    """The head of each part between commas, before a relative pronoun."""
    out = set()
    for start, end in spans:
        relative = RELATIVE.search(text, start + 1, end)
        end = relative.start() if relative else end
        for part in re.finditer(r"[^,]+", text[start:end]):
            if place := head(text, start + part.start(), start + part.end()):
                out.add(place)
    return frozenset(out)


def load(folder: Path, split: str) -> Iterator[tuple[str, str, list[Attribution]]]:
    """Each article of a split: name, text, gold."""
    for path in sorted((folder / split / "text").glob("*.txt")):
        annotators = sorted((folder / split / "attributions").glob(f"{path.stem}_*.ann"))
        text = path.read_bytes().decode("utf-8")
        yield path.stem, text, gold(text, annotators[0].read_bytes().decode("utf-8"))


def gold(text: str, annotation: str) -> list[Attribution]:
    """The attributions of an annotation in brat's form that have source, cue and content."""
    spans: dict[str, tuple[Span, ...]] = {}
    for match in re.finditer(r"(?m)^(T\d+)\t\S+ ([\d ;]+)\t", annotation):
        places = (part.split() for part in match[2].split(";"))
        spans[match[1]] = tuple((int(start), int(end)) for start, end in places)
    out = []
    for match in re.finditer(r"(?m)^E\d+\tAttribution:\S+ ?(.*)$", annotation):
        roles: dict[str, list[Span]] = {"Source": [], "Cue": [], "Content": []}
        for role, _, name in (part.partition(":") for part in match[1].split()):
            roles.setdefault(role.rstrip("0123456789"), []).extend(spans.get(name, ()))
        source, content = tuple(sorted(roles["Source"])), tuple(sorted(roles["Content"]))
        if source and roles["Cue"] and content:
            words = " ".join(text[start:end] for start, end in source).strip(" ,").lower()
            out.append(
                Attribution(
                    source=source,
                    cue=" ".join(text[start:end] for start, end in sorted(roles["Cue"])),
                    content=content,
                    heads=heads(text, source),
                    pronoun=words in PRONOUN,
                    quotation=any(QUOTATION.search(text, start, end) for start, end in content),
                )
            )
    return out


def rows(text: str, published: str, parser: Any = None) -> list[Row]:
    """The rows of `standoff read` with a speaker."""
    out = []
    for row in read(text, published, parser):
        if row.speaker != "author":
            place = row.slots.get("speaker")
            out.append(Row(quote=(row.start, row.end), speaker=(place["start"], place["end"]) if place else None))
    return out


def plain(text: str) -> list[Row]:
    """What the plain expression finds."""
    out = []
    for stretch in STRETCH.finditer(text):
        for match in PLAIN.finditer(stretch.group()):
            start, end = match.span("a" if match["a"] else "b")
            out.append(Row(quote=stretch.span(), speaker=(stretch.start() + start, stretch.start() + end - 1)))
    return out


def right(text: str, row: Row, attribution: Attribution) -> bool:
    """Whether the row gives the speaker of an attribution."""
    if row.speaker is None or head(text, *row.speaker) not in attribution.heads:
        return False
    return any(True for part in attribution.content for _ in _shared(text, row.quote, part))


def _shared(text: str, one: Span, other: Span) -> Iterator[Span]:
    """The words that two spans share."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (match.span() for match in WORD.finditer(text, start, end)) if start < end else iter(())


def count(
    text: str, found: list[Row], attributions: list[Attribution], counts: Counter[str]
) -> tuple[list[Row], list[Attribution]]:
    """Add an article to the counts; returns the rows that are wrong and the attributions that were missed."""
    matches = [[row for row in found if right(text, row, one)] for one in attributions]
    wrong = [row for row in found if not any(row in match for match in matches)]
    counts["rows"] += len(found)
    counts["right"] += len(found) - len(wrong)
    for one, match in zip(attributions, matches, strict=True):
        words = {place for part in one.content for place in _shared(text, part, part)}
        covered = {place for row in match for part in one.content for place in _shared(text, row.quote, part)}
        for group in one.groups():
            counts[f"{group}: gold"] += 1
            counts[f"{group}: found"] += bool(match)
            counts[f"{group}: words"] += len(words)
            counts[f"{group}: covered"] += len(words & covered)
    return wrong, [one for one, match in zip(attributions, matches, strict=True) if not match]


def measure(folder: Path, split: str, parser: Any = None, misses: int = 0) -> dict[str, Counter[str]]:
    """Counts of a split by reader: `plain`, `rules`, and `parser` if one is given."""
    readers: dict[str, Any] = {"plain": lambda text, _: plain(text), "rules": rows}
    if parser is not None:
        readers["parser"] = lambda text, published: rows(text, published, parser)
    out: dict[str, Counter[str]] = {name: Counter() for name in readers}
    for name, text, attributions in load(folder, split):
        published = name.split("_")[1]
        for reader, function in readers.items():
            out[reader]["articles"] += 1
            wrong, missed = count(text, function(text, published), attributions, out[reader])
            if misses and reader == [*readers][-1]:
                _show(text, wrong, missed)
    return out


def _show(text: str, wrong: list[Row], missed: list[Attribution]) -> None:
    for row in wrong:
        print("WRONG", text[slice(*(row.speaker or (0, 0)))], "|", " ".join(text[slice(*row.quote)].split()))
    for one in missed:
        words = (" ".join(text[slice(*span)] for span in spans) for spans in (one.source, one.content))
        print("MISSED", [*one.groups()][1:], " | ".join((one.cue, *words)))


def table(counts: dict[str, dict[str, int]]) -> list[str]:
    """Precision, recall by group and words, by reader."""
    readers = [*counts]
    first = counts[readers[0]]
    lines = ["| | attributions | " + " | ".join(readers) + " |", "|---|---:|" + "---:|" * len(readers)]
    cells = [share(counts[name], "right", "rows") + f" of {counts[name].get('rows', 0):,}" for name in readers]
    lines.append("| precision, of rows | | " + " | ".join(cells) + " |")
    for group in GROUPS:
        cells = [share(counts[name], f"{group}: found", f"{group}: gold") for name in readers]
        lines.append(f"| recall, {group} | {first.get(f'{group}: gold', 0):,} | " + " | ".join(cells) + " |")
    for group in ("all", "sayings"):
        cells = [share(counts[name], f"{group}: covered", f"{group}: words") for name in readers]
        lines.append(
            f"| words of contents, {group} | {first.get(f'{group}: words', 0):,} | " + " | ".join(cells) + " |"
        )
    return lines


def share(counts: dict[str, int], part: str, whole: str) -> str:
    """A share of two counts, in percent."""
    return f"{100 * counts.get(part, 0) / counts[whole]:.0f} %" if counts.get(whole) else "-"


def saved() -> dict[str, dict[str, dict[str, int]]]:
    """The counts that were kept: name, reader, count."""
    return json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="the folder data of PolNeAR")
    parser.add_argument("--split", choices=SPLITS, default="dev")
    parser.add_argument("--parser", action="store_true", help="with spaCy as well")
    parser.add_argument("--misses", action="store_true", help="print errors; only of train")
    parser.add_argument("--save", default="", help="keep the counts under this name and the split's")
    question = parser.parse_args()
    if question.misses and question.split != "train":
        parser.error("errors are looked at in train only")
    nlp = None
    if question.parser:
        from standoff.addons.reading.spacy_parser import load as load_parser

        nlp = load_parser()
    counts = measure(question.corpus, question.split, nlp, question.misses)
    print("\n".join(table({name: dict(count_) for name, count_ in counts.items()})))
    if question.save:
        kept = saved() | {f"{question.save}, {question.split}": {name: dict(one) for name, one in counts.items()}}
        COUNTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
