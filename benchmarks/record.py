"""The recorded forecasts of the catalogue, settled and scored: their pages, and the track record that every run shows.

    python -m benchmarks.record [--print]

Writes the generated part of the page of each record, between its marks, and catalog/track_record.json.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.past_scores import scores_of_record, store_record

from standoff import catalog
from standoff.evaluation.forecast_record import FILE
from standoff.evaluation.score import score_record
from standoff.report.backends import markdown
from standoff.report.sections.forecast_record import blocks

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"china-russia": "record.md", "taiwan-quarantine": "record-taiwan.md"}  #: case -> its page
FIRST, LAST = "<!-- record -->\n", "<!-- end of record -->"


def main() -> None:
    """Settle, print and write."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--print", action="store_true", help="print, and write nothing")
    printed = ask.parse_args().print
    for case, name in PAGES.items():
        record, page = score_record(catalog.find(case).with_name(FILE)), DOCS / name
        _, *rest = blocks(record, "")  # the page has its own title
        text = markdown.render(rest).decode()
        print(text)
        if printed:
            continue
        before, _, after = page.read_text(encoding="utf-8").partition(FIRST)
        page.write_text(f"{before}{FIRST}\n{text}\n{LAST}{after.partition(LAST)[2]}", encoding="utf-8")
        scores = scores_of_record(record)
        if scores is not None:
            store_record(scores, case)


if __name__ == "__main__":
    main()
