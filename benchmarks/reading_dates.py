"""Draw dates that `standoff read` gives newspaper articles, for a person to judge.

    python -m benchmarks.reading_dates --corpus FOLDER --seed 4 --count 100

`FOLDER` is the folder `data` of PolNeAR (`benchmarks.reading_articles`); only articles of its part `train` are used. Each line
has the day of publication, the date, and its words with the sentence around them. The judgements are kept in
`data/reading_dates.json`, as counts and causes of error, never with words of the articles.

Rule of judging: a date is right if it is the day, month or year that the words mean, by the
sentence, the day of publication and common knowledge, and no more precise than they are. Words that date nothing (`up to date`,
`our Friday nights`) are wrong where they give a date. `Today` for nowadays is right. Words without a date, or with one that
the rules leave open, are not counted.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from standoff.addons.reading import dates, sentences, spacy_parser

JUDGED = Path(__file__).parent / "data" / "reading_dates.json"
BEFORE, BEHIND = 150, 100  # characters of a sentence that are printed


def given(folder: Path) -> list[str]:
    """Each date with a value, in one line, in the order of the articles."""
    out, parser = [], spacy_parser.load()
    for path in sorted((folder / "train" / "text").glob("*.txt")):
        text, published = path.read_bytes().decode("utf-8"), path.stem.split("_")[1]
        for sentence in sentences.sentences(text):
            for one in dates.find(text, sentence, published, tree=parser.doc(text, sentence)):
                if one.value:
                    left = text[max(sentence.start, one.start - BEFORE) : one.start]
                    words, right = text[one.start : one.end], text[one.end : min(sentence.end, one.end + BEHIND)]
                    out.append(" ".join(f"{published} {one.value} | {left}<<{words}>>{right}".split()))
    return out


def rounds() -> list[dict[str, Any]]:
    """The rounds that were judged."""
    return json.loads(JUDGED.read_text(encoding="utf-8"))["rounds"]


def table() -> list[str]:
    """Right dates by round, with the causes of the wrong ones."""
    lines = ["| round | dates given in all | judged | right | wrong |", "|---|---:|---:|---:|---|"]
    for one in rounds():
        wrong = sum(one["wrong"].values())
        right = one["judged"] - wrong
        causes = "; ".join(f"{count} {cause}" for cause, count in one["wrong"].items())
        share = f"{right} ({100 * right / one['judged']:.0f} %)"
        lines.append(f"| {one['name']} | {one['given']:,} | {one['judged']} | {share} | {causes} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="the folder data of PolNeAR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    question = parser.parse_args()
    lines = given(question.corpus)
    print("\n".join(random.Random(question.seed).sample(lines, min(question.count, len(lines)))))


if __name__ == "__main__":
    main()
