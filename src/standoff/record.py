"""Records: data classes that cannot change, and whose fields are given by name."""

import dataclasses
from typing import TypeVar, dataclass_transform

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def record(kind: type[Kind]) -> type[Kind]:
    """A frozen data class without positional arguments."""
    return dataclasses.dataclass(frozen=True, kw_only=True)(kind)
