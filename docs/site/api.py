"""Pages of the Python API from signatures, fields and docstrings, which are Markdown."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from docs.generate import PACKAGES, description

import standoff


def pages() -> dict[str, str]:
    """Every page of the API by file name."""
    public = {name: _public(name) for name in standoff.__all__}
    functions = {name: thing for name, thing in public.items() if not inspect.isclass(thing)}
    records = {name: thing for name, thing in public.items() if inspect.isclass(thing)}
    out = {
        "functions.md": _page(
            "Functions", "Most commands of the program call the function of their name.", "standoff", functions
        ),
        "records.md": _page("Records", "What functions take and return.", "standoff", records),
    }
    for package in PACKAGES:
        name = package.__name__.rpartition(".")[2]
        members = {member: getattr(package, member) for member in package.__all__}
        out[f"{name}.md"] = _page(f"standoff.{name}", description(package), package.__name__, members)
    return {"index.md": _index(out), **out}


def _index(rest: dict[str, str]) -> str:
    names = "\n".join(name.removesuffix(".md") for name in rest)
    return (
        "\n\n".join(
            [
                "# Python API in full",
                "`import standoff` is quick: heavy libraries are imported by the functions that need them. A model is "
                "`build(load(case))`, a run is `simulate(model)`. [The table of all names](../reference/api.md) has one line each.",
                f"```{{toctree}}\n:maxdepth: 1\n\n{names}\n```",
            ]
        )
        + "\n"
    )


def _public(name: str) -> Any:
    thing = getattr(standoff, name)
    return thing.report if inspect.ismodule(thing) else thing


def _page(title: str, text: str, home: str, members: dict[str, Any]) -> str:
    parts = [f"# {title}", text]
    for name, thing in members.items():
        parts += [
            f"## {name}",
            *(_record(f"{home}.{name}", thing) if inspect.isclass(thing) else [_function(f"{home}.{name}", thing)]),
        ]
    return "\n\n".join(parts) + "\n"


def _function(name: str, function: Any) -> str:
    if isinstance(function, ModuleType) or not callable(function):
        raise TypeError(f"`{name}` is neither a function nor a class")
    return _directive("function", f"{name}{_signature(function)}", inspect.getdoc(function) or "")


def _record(name: str, record: type) -> Iterator[str]:
    methods = [
        _directive(
            "method", f"{member}{_signature(function)}", inspect.getdoc(function) or "", "classmethod" * is_class
        )
        for member, function, is_class in _methods(record)
    ]
    facts = [
        _directive("property", member, inspect.getdoc(thing) or "")
        for member, thing in vars(record).items()
        if not member.startswith("_") and (isinstance(thing, property) or hasattr(thing, "func"))
    ]
    yield _directive("class", name, "\n\n".join([inspect.getdoc(record) or "", *_fields(record), *facts, *methods]))


def _methods(record: type) -> Iterator[tuple[str, Any, bool]]:
    """Public methods that a class itself defines: name, function, whether it is of the class."""
    for name, thing in vars(record).items():
        if name.startswith("_"):
            continue
        if isinstance(thing, classmethod | staticmethod):
            yield name, getattr(record, name), isinstance(thing, classmethod)
        elif inspect.isfunction(thing):
            yield name, thing, False


def _fields(record: type) -> Iterator[str]:
    """A table of the fields of a record: type, and the comment behind it in the source."""
    if hasattr(record, "model_fields"):
        names = list(record.model_fields)
    else:
        names = [field.name for field in dataclasses.fields(record)] if dataclasses.is_dataclass(record) else []
    rows = []
    for name in names:
        if name.startswith("_"):
            continue
        owner = next(kind for kind in record.__mro__ if name in vars(kind).get("__annotations__", {}))
        comment = re.search(rf"(?m)^    {name}: [^\n]*?#: (.*)$", inspect.getsource(owner))
        info = getattr(record, "model_fields", {}).get(name)
        text = (info.description if info is not None else None) or (comment[1] if comment else "")
        kind = str(vars(owner)["__annotations__"][name])
        rows.append(f"| `{name}` | {_cell(f'`{kind}`' if '`' not in kind else kind)} | {_cell(text)} |")
    if rows:
        yield "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _signature(function: Any) -> str:
    """The signature of a function, without `self`; types as they are written in the source."""
    signature = inspect.signature(function)
    kept = [
        item.replace(default=_default(item), annotation=_type(item.annotation))
        for item in signature.parameters.values()
        if item.name not in {"self", "cls"}
    ]
    shown = signature.replace(parameters=kept, return_annotation=_type(signature.return_annotation))
    return " ".join(str(shown).split())


class _Shown:
    """A value that prints as a text, without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _type(annotation: Any) -> Any:
    return _Shown(annotation) if isinstance(annotation, str) else annotation


def _default(item: inspect.Parameter) -> Any:
    """A default that reads as Python; objects without a short form are `...`."""
    if item.default is inspect.Parameter.empty or isinstance(item.default, str | int | float | bool | tuple | None):
        return item.default
    return _Shown("...")


def _directive(kind: str, signature: str, text: str, option: str = "") -> str:
    """A directive of the Python domain, with a fence longer than any in its text."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`{3,}", text)), default=2))
    head = f"{fence}{{py:{kind}}} {signature}" + (f"\n:{option}:" if option else "")
    return f"{head}\n\n{text}\n{fence}"
