"""Findings as blocks of a document, a module each, which is imported when it is first used."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(f"module `{__name__}` has no `{name}`") from error
