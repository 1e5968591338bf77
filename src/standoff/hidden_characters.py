"""Escapes for characters that are not seen, that reorder a text, or that a program obeys."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, without tab and newline
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # no width, order, end of a line
    "\ufff9-\ufffb\ufffe\uffff"  # marks of notes, and no characters
    "\ud800-\udfff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)  #: control and format characters; without the joiners U+200C and U+200D, which letters and emoji need


def visible(text: str) -> str:
    """Escape control and format characters, except tabs and newlines (`\\r\\n` becomes `\\n`)."""
    return HIDDEN.sub(lambda match: escaped(match[0]), text.replace("\r\n", "\n"))


def escaped(character: str) -> str:
    """The escape of a character: `\\x1b`, `\\u202e`."""
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
