"""Connectors, one data set per file: `SOURCE` (its card), `fetch(session)` and `parse(raw)`."""
