"""JSON Schema (Draft 2020-12) of the scenario language, for editors. No JAX here.

Made from the records of `standoff.scenario.language` and the parameters of every mechanism and consideration: an entry
is one of the kinds that `use` can name (or that the entry's own name gives), with the parameters of that kind beside
it. A file that `extends` or `includes` others need not be complete.
"""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from standoff import components, registry
from standoff.scenario import Scenario
from standoff.scenario.language import Mechanism, Reason

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
BELIEF = {"$ref": "#/$defs/Belief"}
FILES = {
    "extends": {"type": "string", "description": "scenario file of this folder over which this one is merged"},
    "include": {
        "description": "files of this folder with further sections",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    },
}


def schema() -> Schema:
    """The JSON Schema of a scenario file."""
    root = _accepting(Scenario.model_json_schema())
    defs = root.pop("$defs")
    defs["Belief"] = _belief()
    defs |= _kinds("mechanism", "standoff.mechanisms", Mechanism)
    defs |= _kinds("reason", "standoff.considerations", Reason)
    del defs["Mechanism"], defs["Reason"]
    root["properties"]["mechanisms"] = _entries("mechanism", "standoff.mechanisms")
    defs["Choice"]["properties"]["ladder"] = _ladder(defs["Choice"]["properties"]["ladder"])
    defs["Choice"]["properties"]["reasons"] = _entries("reason", "standoff.considerations")
    options = defs["Choice"]["properties"]["options"]
    options["patternProperties"] = {
        pattern: {"anyOf": [entry, {"type": "null"}]} for pattern, entry in options["patternProperties"].items()
    }
    defs["Variant"]["properties"]["change"] = {
        "type": "object",
        "description": "entries of any section, merged over the base; null removes an entry",
        "propertyNames": {"enum": [name for name in Scenario.model_fields if name not in {"variants", "title"}]},
    }
    root["properties"] |= FILES
    defs["Scenario"] = root
    loose = _incomplete(copy.deepcopy(defs))
    root["properties"]["observations"] = _observations(root["properties"]["observations"])
    loose["Scenario"]["properties"]["observations"] = _observations(loose["Scenario"]["properties"]["observations"])
    in_parts = {"anyOf": [{"required": [word]} for word in FILES]}
    return {
        "$schema": DIALECT,
        "title": "standoff scenario",
        "if": in_parts,
        "then": {"$ref": "#/$defs/Scenario.part"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": defs | {f"{name}.part": entry for name, entry in loose.items()},
    }


def _ladder(entry: Schema) -> Schema:
    """A ladder: a list of options, or one with bounds."""
    about = {key: value for key, value in entry.items() if key == "description"}
    word: Schema = {"type": "string"}
    return {**about, "anyOf": [word, {"type": "array", "items": word}, {"$ref": "#/$defs/Ladder"}]}


def _observations(section: Schema) -> Schema:
    """Observations: with `stock.*`, an entry of one holder may be incomplete or null."""
    rest = {key: value for key, value in section.items() if key != "patternProperties"}
    whole = section["patternProperties"]
    parts_of = {pattern: {"anyOf": [{"$ref": "#/$defs/Observation.part"}, {"type": "null"}]} for pattern in whole}
    return {
        **rest,
        "if": {"patternProperties": {r"\.\*$": False}},
        "then": {"patternProperties": whole},
        "else": {"patternProperties": {**parts_of, r"\.\*$": next(iter(whole.values()))}},
    }


def _belief() -> Schema:
    """Schema of a number that may be uncertain, in all its notations."""
    number = {"type": "number"}
    word = {"type": "string"}
    keys: Schema = dict.fromkeys(("p5", "p50", "p95"), number) | {
        "from": word,
        "same_as": word,
        "unit": word,
        "note": word,
    }
    keys |= {"value": {"type": ["number", "string"]}, "sources": {"anyOf": [word, {"type": "array", "items": word}]}}
    return {
        "description": "a number, `4 to 9 person/month @claim-id`, normal(mean, sd), lognormal(median, gsd), uniform, "
        "triangular, beta, {p5, p50, p95}, {from: claim-id}, prior(name), {same_as: path of a parameter}, or for a choice "
        "`history` or `history(kind)`; after the value a unit and its sources",
        "anyOf": [
            number,
            {**word, "minLength": 1},
            {"type": "object", "properties": keys, "additionalProperties": False},
        ],
    }


def _accepting(entry: Any) -> Any:
    """The schema of a pydantic record, which also accepts one word for a list of one."""
    if isinstance(entry, list):
        return [_accepting(inner) for inner in entry]
    if not isinstance(entry, dict):
        return entry
    if entry.get("title") == "Belief" and "anyOf" in entry:
        return dict(BELIEF)
    out = {key: _accepting(value) for key, value in entry.items() if key != "title" or not isinstance(value, str)}
    if out.get("type") == "array" and out.get("items", {}).get("type") in {"string", "integer"}:
        single = out["items"]
        rest = {key: value for key, value in out.items() if key not in {"type", "items"}}
        return {**rest, "anyOf": [single, {"type": "array", "items": single}]}
    if "oneOf" in out and "discriminator" not in out:  # told apart by code, and not by what they accept
        out["anyOf"] = out.pop("oneOf")
    if out.get("type") == "string" and out.get("description") == "a condition or a value":
        out["type"] = ["string", "number", "boolean"]
    return out


def _entries(what: str, package: str) -> Schema:
    """A section of components; the name of an entry may stand for `use`."""
    kinds = {name: {"$ref": f"#/$defs/{what}.{name}"} for name in registry.names(package)}
    with_use = [{**kind, "required": ["use"]} for kind in kinds.values()]
    named = {name: {"anyOf": [{**kind, "not": {"required": ["use"]}}, *with_use]} for name, kind in kinds.items()}
    return {"type": "object", "properties": named, "additionalProperties": {"oneOf": with_use}}


def _kinds(what: str, package: str, record: type[BaseModel]) -> dict[str, Schema]:
    """One schema per component: the common fields of its section, and its parameters."""
    out: dict[str, Schema] = {}
    shared = _accepting(record.model_json_schema())["properties"]
    shared = {name: value for name, value in shared.items() if name not in {"use", "params"}}
    needed = [name for name, info in record.model_fields.items() if info.is_required()]
    for name, module in registry.modules(package).items():
        fields = module.Params.model_fields
        coded = module.Params.code_rows("").values()  #: `codes` of the choice may give these
        out[f"{what}.{name}"] = {
            "type": "object",
            "description": " ".join((module.__doc__ or "").split("\n\n")[0].split()),
            "properties": {"use": {"const": name}, **shared, **_params(module)},
            "required": needed + [key for key, info in fields.items() if info.is_required() and key not in coded],
            "additionalProperties": False,
        }
    return out


def _params(module: ModuleType) -> dict[str, Schema]:
    kind: type[components.Params] = module.Params
    fields = _accepting(kind.model_json_schema())["properties"]
    specs = kind.specs()
    for name, spec in specs.items():
        about = [spec.doc, f"unit: {spec.unit}"]
        if spec.ge is not None or spec.le is not None:
            about.append(f"range: {'' if spec.ge is None else spec.ge} to {'' if spec.le is None else spec.le}")
        about.append(f"source of the form or range: {spec.source}")
        form: Schema = dict(BELIEF)
        if spec.per is not None:
            about.append(f"one for all, or one for each of: {spec.per}")
            form = {"anyOf": [BELIEF, {"type": "object", "additionalProperties": BELIEF}]}
        fields[name] = {"description": "; ".join(about), **form}
    for name, role in kind.roles().items():
        if role.of == "expression":
            fields[name] |= {"additionalProperties": {"type": ["string", "number"]}}
        elif role.of == "distribution":
            fields[name] = {"description": f"{role.doc}; unit: {role.unit}", **BELIEF}
        elif role.of == "rate":
            fields[name] = {"description": f"{role.doc}; unit: {role.unit}", "anyOf": [BELIEF, {"type": "string"}]}
    return {name: fields[name] for name in kind.model_fields}


def _incomplete(entry: Any) -> Any:
    """The same schema without required fields, including its references."""
    if isinstance(entry, list):
        return [_incomplete(inner) for inner in entry]
    if not isinstance(entry, dict):
        return entry
    out = {key: _incomplete(value) for key, value in entry.items() if key not in {"required", "not"}}
    if isinstance(out.get("$ref"), str):
        out["$ref"] += ".part"
    if "oneOf" in out:  # without `use` more than one kind may fit
        out["anyOf"] = out.pop("oneOf")
    return out
