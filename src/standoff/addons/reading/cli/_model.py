"""The options of a language model, and its client."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from standoff.cli._options import Bundle
from standoff.cli._output import put, put_error
from standoff.errors import DataError, ReadingError, did_you_mean
from standoff.progress import SILENT, Progress
from standoff.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.audit.link import Linker
    from standoff.addons.reading.language_model import ExtractionResult, Kept

KEY, PROFILES = "STANDOFF_MODEL_KEY", "STANDOFF_MODELS"  # environment variables
FIELDS = ("model", "url", "options", "price")


@record
class LanguageModel(Bundle):
    """A language model that is asked as well, and what it may cost."""

    model: Annotated[
        str,
        Option(
            metavar="NAME",
            help=f"Also use this language model, or a profile of the file that {PROFILES} names; what it says is checked.",
        ),
    ] = ""
    model_url: Annotated[str, Option(metavar="URL", help="URL of the model, such as http://localhost:11434/v1.")] = ""
    model_option: Annotated[
        list[str] | None,
        Option(metavar="KEY=VALUE", help="An option of the model, such as seed=1; may be repeated."),
    ] = None
    replay: Annotated[bool, Option("--replay", help="Use only answers that were kept before; no network.")] = False
    budget: Annotated[int, Option(min=0, help="Stop asking after so many tokens; 0 for no limit.")] = 0
    answers: Annotated[
        Path | None, Option(metavar="FOLDER", help="Keep answers in this folder; by default in the cache.")
    ] = None

    def open(self) -> Kept | None:
        """The model with its kept answers; None without one; raises `ReadingError`."""
        if not self.model:
            if self.model_url or self.model_option or self.replay:
                raise ReadingError("a model is needed", "--model", fix="add --model NAME")
            return None
        from standoff.addons.reading.language_model import Kept
        from standoff.addons.reading.llm_client import LlmClient
        from standoff.files import cache_dir

        profile = self._profile()
        options = {**profile.get("options", {}), **dict(map(_option, self.model_option or ()))}
        client = LlmClient(self.model_url or profile["url"], profile["model"], os.environ.get(KEY, ""), options)
        folder = self.answers or cache_dir("models")
        if folder is None:
            raise ReadingError("no folder to keep answers in", "--answers", fix="name one")
        settings = {"model": client.model, "url": client.url, **options}
        return Kept(client.ask, folder, settings, self.replay, self.budget)

    def read(
        self, answered: Kept, text: str, published: str, linker: Linker | None = None, progress: Progress = SILENT
    ) -> ExtractionResult:
        """What rules and model read of a text; failures are printed."""
        from standoff.addons.reading.language_model import read

        out = read(text, answered.ask, published, linker, self.model, progress)
        for problem in out.problems:
            put_error(f"by rules alone, {problem}")
        return out

    @staticmethod
    def doubts(answered: Kept, question: list[dict[str, str]], schema: dict[str, Any]) -> str:
        """The answer to a question on an audit; a failure is printed, and raised."""
        try:
            return answered.ask(question, schema)
        except DataError as error:
            put_error(f"without the doubts of the model, {error.problems[0].what}")
            raise

    def show_estimate(self, texts: Sequence[str], published: str, price: str) -> None:
        """Print what a reading of texts by this model takes, and costs by a price of its tokens."""
        from standoff.addons.reading.language_model import estimate

        price = price or (self._profile().get("price", "") if self.model else "")
        found = [estimate(text, published) for text in texts]
        sent, given = sum(one.tokens_in for one in found), sum(one.tokens_out for one in found)
        asked = (
            f"{sum(one.pieces for one in found)} questions, about {sent:,} tokens to the model and {given:,} from it"
        )
        put(f"{asked}, {(sent * (p := _price(price))[0] + given * p[1]) / 1e6:,.2f} dollars" if price else asked)

    def _profile(self) -> dict[str, Any]:
        """A profile by name, else the model itself."""
        path = os.environ.get(PROFILES, "")
        if self.model_url or not path:
            if not self.model_url:
                fix = f"add it, or name a file of profiles in {PROFILES}"
                raise ReadingError("a model needs a URL", "--model-url", fix=fix)
            return {"model": self.model, "url": self.model_url}
        import yaml

        try:
            profiles = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ReadingError(f"the profiles of models cannot be read: {error}", path) from None
        known = profiles if isinstance(profiles, dict) else {}
        profile = known.get(self.model)
        if profile is None:
            fix = did_you_mean(self.model, known)
            raise ReadingError(f"no profile `{self.model}`", path, allowed=", ".join(known), fix=fix)
        wrong = sorted(set(profile) - set(FIELDS)) if isinstance(profile, dict) else ["no mapping"]
        if wrong or not all(isinstance(profile.get(name), str) for name in ("model", "url")):
            what = f"profile `{self.model}` is wrong: {', '.join(wrong) or 'no model or url'}"
            raise ReadingError(what, path, allowed=", ".join(FIELDS))
        return profile


def _price(text: str) -> tuple[float, float]:
    """Dollars for a million tokens to and from a model: `3/15`; raises `ReadingError`."""
    sent, _, given = str(text).partition("/")
    try:
        return float(sent), float(given)
    except ValueError:
        allowed = "DOLLARS/DOLLARS for a million tokens to and from the model"
        raise ReadingError(f"`{text}` is no price", "--price", allowed=allowed, fix="write such as 3/15") from None


def _option(text: str) -> tuple[str, Any]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise ReadingError(f"`{text}` is no option", "--model-option", allowed="KEY=VALUE", fix="write such as seed=1")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
