r"""Word lists as in the modules: separated by white space, patterns with `\s+` for a gap."""

from __future__ import annotations


def each(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


def any_of(text: str) -> str:
    """A regular expression that matches any pattern of a list."""
    return "|".join(text.split())
