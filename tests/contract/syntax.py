"""Syntax trees of source texts, for the tests that read the whole package: each is parsed once a process."""

from __future__ import annotations

import ast
import functools


@functools.cache
def tree(source: str) -> ast.Module:
    """The tree of a source text. Tests share it: they change nothing in it."""
    return ast.parse(source)
