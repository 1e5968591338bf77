"""Record of what restricts the options of a choice."""

from __future__ import annotations

from dataclasses import dataclass

from standoff import expression


@dataclass(frozen=True, kw_only=True)
class OptionRestrictions:
    """What restricts the options of a choice; each by the index of an option."""

    when: tuple[expression.Node | None, ...]  #: condition on stocks under which it is available
    reachable: tuple[tuple[bool, ...], ...]  #: by the option in force: whether it can be chosen from there
    irreversible: tuple[bool, ...]  #: whether it is never left
    lasts: tuple[int, ...]  #: shortest number of steps in force; 0 for none
    since: int  #: step at which the option at the start was chosen, below 0 if before

    @property
    def binds(self) -> bool:
        """Whether some option cannot be left, for a time or for ever."""
        return any(self.irreversible) or any(self.lasts)
