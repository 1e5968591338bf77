"""Three crises coded anew from dated texts: agreement with the author's codes, and the answers under each coder and pooled.

    python -m benchmarks.crises_coded [--keep FOLDER]

Reads `data/crises_coded_anew.yaml`: which crises, drawn by lot before a text was read, and each row of codes with its quotation. Writes a
sheet of each coder into FOLDER, pools them as `standoff pool` does, scores the settled questions under each, and writes the
generated part of docs/coding-reasons.md. With `--keep` a case that was finished is not run again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
from benchmarks.crisis_tables import percent, table

from standoff import catalog, yaml_reader
from standoff.addons.coding.cells import CodeCell, cells
from standoff.addons.coding.pool import AUTHOR, POOLED, pool
from standoff.addons.coding.sheet import HEAD
from standoff.analysis.paired import outcome_values
from standoff.engine.build import build
from standoff.engine.session import session
from standoff.files import write_json

RULE = Path(__file__).parent / "data" / "crises_coded_anew.yaml"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "coding-reasons.md"
DRAWS, SEED = 2048, 1
FIRST, SECOND = "author", "language-model"  #: coders
BEGIN, END = "<!-- coded anew -->", "<!-- end of coded anew -->"
ABOUT = ("text", "quote")  #: keys of a row that are no options
Codes = dict[tuple[str, str, str], float]


def rule() -> Mapping[str, Any]:
    """The file of the rule, texts and codes."""
    return dict(yaml_reader.read(RULE.read_text("utf-8"), RULE.name).data)


def coded(case: str) -> Codes:
    """Choice, row and option -> the second coder's code."""
    return {
        (choice, row, option): float(code)
        for choice, rows in rule()["codes"][case].items()
        for row, each in rows.items()
        for option, code in each.items()
        if option not in ABOUT
    }


def sheet(file: Path, of: tuple[CodeCell, ...], codes: Codes) -> Path:
    """A sheet of a case as `standoff code` lays it out, filled in."""
    with xlsxwriter.Workbook(str(file)) as book:
        for choice in dict.fromkeys(cell.choice for cell in of):
            here = [cell for cell in of if cell.choice == choice]
            options, rows = (list(dict.fromkeys(getattr(cell, part) for cell in here)) for part in ("option", "row"))
            page = book.add_worksheet(choice[:31])
            for column, word in enumerate((*HEAD, *options)):
                page.write_string(0, column, word)
            for line, row in enumerate(rows, start=1):
                page.write_string(line, 0, row)
                for column, option in enumerate(options, start=len(HEAD)):
                    if (code := codes.get((choice, row, option))) is not None:
                        page.write_number(line, column, code)
    return file


def said(case: str, folder: Path) -> dict[str, Any]:
    """Agreement on a case, and the chance of every settled question under each coder and pooled."""
    model = build(catalog.load(case))
    plan, of = model.plan, cells(model.plan)
    second = coded(case)
    first = {cell.key: plan.parameters[plan.index[cell.path]].quantile(0.5) for cell in of}
    files = [sheet(folder / f"{who}.xlsx", of, codes) for who, codes in ((FIRST, first), (SECOND, second))]
    pooled = pool(case, files, draws=DRAWS, seed=SEED)
    path = {cell.key: cell.path for cell in of}
    values = {
        AUTHOR: {path[key]: code for key, code in first.items()},
        SECOND: {path[key]: second.get(key, code) for key, code in first.items()},
        POOLED: {path[key]: (second.get(key, code) + code) / 2 for key, code in first.items()},
    }
    asked = [(query, outcome) for query in plan.questions if (outcome := query.question.outcome)]
    with session(model, seed=SEED) as warm:
        runs = {
            "": warm.move(draws=DRAWS),
            **{who: warm.move(beliefs=each, draws=DRAWS) for who, each in values.items()},
        }
        chances = {
            query.id: {who: float(outcome_values(run, query).mean()) for who, run in runs.items()} for query, _ in asked
        }
    return {
        "cells": len(of),
        "coded": len(second),
        "rows": len({key[:2] for key in path}),
        "rows_coded": len({key[:2] for key in second}),
        "alpha": pooled.alpha,
        "bias": {each.coder: asdict(each) for each in pooled.coders},
        "apart": [asdict(each) for each in pooled.disagreements[:3]],
        "outside": float(np.mean([abs(code - first[key]) > 0.2 + 1e-9 for key, code in second.items()])),
        "questions": {
            query.id: {"text": query.question.text, "happened": outcome.value == "yes"} for query, outcome in asked
        },
        "chances": chances,
    }


def page(every: Mapping[str, Mapping[str, Any]]) -> str:
    """The generated part of docs/coding-reasons.md."""
    total = {key: sum(each[key] for each in every.values()) for key in ("cells", "coded", "rows", "rows_coded")}
    heads = ["", AUTHOR, SECOND, POOLED]
    words = ["as it stands", "author's codes", "second coder's", "pooled"]
    scores = {
        who: np.mean(
            [
                (each["chances"][name][who] - each["questions"][name]["happened"]) ** 2
                for each in every.values()
                for name in each["questions"]
            ]
        )
        for who in heads
    }
    agreement = [
        [
            f"[{case}](../src/standoff/catalog/{case}/README.md)",
            f"{each['coded']} of {each['cells']}",
            f"{each['alpha']:.2f}",
            f"{each['outside']:.0%}".replace("%", " %"),
            "; ".join(
                f"{row['choice']} {row['row']}, `{row['option']}`: {row['low']:.2g} to {row['high']:.2g}"
                for row in each["apart"]
            ),
        ]
        for case, each in every.items()
    ]
    answers = [
        [
            each["questions"][name]["text"],
            *(percent(each["chances"][name][who]) for who in heads),
            "yes" if each["questions"][name]["happened"] else "no",
        ]
        for each in every.values()
        for name in each["questions"]
    ]
    brier = ["**mean Brier score**", *(f"{scores[who]:.3f}" for who in heads), ""]
    return (
        "\n\n".join(
            [
                BEGIN,
                "Three crises, drawn by lot before a text was read, were coded anew: a row only where a text that was published by "
                "`as_of` could be read, each with its quotation and source (`benchmarks/data/crises_coded_anew.yaml`). "
                f"Of {total['rows']} rows {total['rows'] - total['rows_coded']} stayed empty, of {total['cells']} codes "
                f"{total['cells'] - total['coded']}. **The second coder is a language model, and knew how the three ended,** as the author "
                "did: nothing here is foresight, and a quotation says that a text spoke of the matter, not that it gave the number. "
                "It had the blank sheet, and not the author's codes; that it agrees with them shows that the rule can be applied "
                "twice, not that the codes are right, since both had read the same histories.",
                table(
                    ["case", "coded", "alpha", "outside the author's ±0.2", "codes that move the main answer most"],
                    agreement,
                ),
                "Codes stand as points, in the same futures; where the second coder left a code empty, the author's stands. `python -m "
                "benchmarks.crises_coded` writes this part.",
                table(["question", *words, "happened"], [*answers, brier]),
                END,
            ]
        )
        .replace(f"{BEGIN}\n\n", f"{BEGIN}\n", 1)
        .replace(f"\n\n{END}", f"\n{END}", 1)
    )


def main() -> None:
    """Run each case, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder of sheets and finished cases")
    given = parser.parse_args()
    every = {}
    with tempfile.TemporaryDirectory() as temporary:
        home = given.keep or Path(temporary)
        for case in rule()["cases"]:
            folder = home / case
            folder.mkdir(parents=True, exist_ok=True)
            done = folder / "said.json"
            if not done.is_file():
                write_json(done, said(case, folder))
            every[case] = json.loads(done.read_text("utf-8"))
            print(case, flush=True)
    text = PAGE.read_text(encoding="utf-8")
    start, stop = text.index(BEGIN), text.index(END) + len(END)
    PAGE.write_text(text[:start] + page(every) + text[stop:], encoding="utf-8")


if __name__ == "__main__":
    main()
