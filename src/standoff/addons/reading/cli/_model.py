"""The options of a language model, and its client."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standoff.cli._output import put
from standoff.errors import ReadingError, did_you_mean

if TYPE_CHECKING:
    from standoff.addons.reading.language_model import Kept

KEY, PROFILES = "STANDOFF_MODEL_KEY", "STANDOFF_MODELS"  # environment variables
FIELDS = ("model", "url", "options")

Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME",
        help=f"Also use this language model, or a profile of the file that {PROFILES} names; what it says is checked.",
    ),
]
ModelUrl = Annotated[
    str, typer.Option("--model-url", metavar="URL", help="URL of the model, such as http://localhost:11434/v1.")
]
ModelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model-option", metavar="KEY=VALUE", help="An option of the model, such as seed=1; may be repeated."
    ),
]
Replay = Annotated[bool, typer.Option("--replay", help="Use only answers that were kept before; no network.")]
Budget = Annotated[int, typer.Option("--budget", min=0, help="Stop asking after so many tokens; 0 for no limit.")]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FOLDER", help="Keep answers in this folder; by default in the cache."),
]


def kept_model(
    model: str, url: str, options: list[str] | None, replay: bool, budget: int, answers: Path | None
) -> Kept | None:
    """The model of the options with its kept answers; None without one; raises `ReadingError`."""
    if not model:
        if url or options or replay:
            raise ReadingError("a model is needed", "--model", fix="add --model NAME")
        return None
    from standoff.addons.reading.language_model import Kept
    from standoff.addons.reading.llm_client import LlmClient
    from standoff.files import cache_dir

    profile = _profile(model, url)
    chosen = {**profile.get("options", {}), **dict(_option(text) for text in options or ())}
    client = LlmClient(url or profile["url"], profile["model"], os.environ.get(KEY, ""), chosen)
    folder = answers or cache_dir("models")
    if folder is None:
        raise ReadingError("no folder to keep answers in", "--answers", fix="name one")
    return Kept(client.ask, folder, {"model": client.model, "url": client.url, **chosen}, replay, budget)


def show_estimate(texts: list[str], published: str) -> None:
    """Print what a reading by a model takes."""
    from standoff.addons.reading.language_model import estimate

    found = [estimate(text, published) for text in texts]
    sent, given = sum(one.tokens_in for one in found), sum(one.tokens_out for one in found)
    put(f"{sum(one.pieces for one in found)} questions, about {sent:,} tokens to the model and {given:,} from it")


def _profile(model: str, url: str) -> dict[str, Any]:
    """A profile by name, else the model itself."""
    path = os.environ.get(PROFILES, "")
    if url or not path:
        if not url:
            raise ReadingError(
                "a model needs a URL", "--model-url", fix=f"add it, or name a file of profiles in {PROFILES}"
            )
        return {"model": model, "url": url}
    import yaml

    try:
        profiles = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReadingError(f"the profiles of models cannot be read: {error}", path) from None
    known = profiles if isinstance(profiles, dict) else {}
    profile = known.get(model)
    if profile is None:
        raise ReadingError(f"no profile `{model}`", path, allowed=", ".join(known), fix=did_you_mean(model, known))
    unknown = sorted(set(profile) - set(FIELDS)) if isinstance(profile, dict) else ["no mapping"]
    if unknown or not all(isinstance(profile.get(name), str) for name in ("model", "url")):
        raise ReadingError(
            f"profile `{model}` is wrong: {', '.join(unknown) or 'no model or url'}", path, allowed=", ".join(FIELDS)
        )
    return profile


def _option(text: str) -> tuple[str, Any]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise ReadingError(f"`{text}` is no option", "--model-option", allowed="KEY=VALUE", fix="write such as seed=1")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
