"""Sanity checks of a case and its run, one per file.

Each has `TITLE`, `ORDER` (the least first: how likely an answer is to be false where the check finds something), `of_run`,
and perhaps `of_plan` for what is known without a run.
"""
