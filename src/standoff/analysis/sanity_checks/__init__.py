"""Sanity checks of a case and its run, one per file: `TITLE`, `ORDER`, `of_run` and perhaps `of_plan`."""
