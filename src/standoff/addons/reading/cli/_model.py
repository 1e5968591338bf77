"""The options of a language model, and its client."""

from __future__ import annotations

import json
import os
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from standoff import input_files
from standoff.cli._options import Bundle, pairs
from standoff.cli._output import put, put_error
from standoff.errors import DataError, ReadingError, require
from standoff.progress import SILENT, Progress
from standoff.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.audit.link import Linker
    from standoff.addons.reading.language_model import ExtractionResult, Kept

KEY, PROFILES = "STANDOFF_MODEL_KEY", "STANDOFF_MODELS"  # environment variables
LARGEST = 1_000_000  # bytes of the profiles; assumption: a few hundred are ever written
FORM = "`name: {model: ..., url: ...}`, perhaps with `options: {...}` and `price: 3/15`"


@record
class Profile:
    """A model that is used often."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012
    model: str
    url: str
    options: dict[str, Any] = field(default_factory=dict)
    price: str = ""  #: dollars for a million tokens to and from it


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
        given = pairs(self.model_option, "--model-option", "an option", "KEY=VALUE, such as seed=1")
        options = {**profile.options, **{key: _value(value) for key, value in given.items()}}
        client = LlmClient(profile.url, profile.model, os.environ.get(KEY, ""), options)
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
        if out.doubtful or out.rejected:
            checked = f"{len(out.doubtful)} statements of the model have a part to check"
            put_error(f"{checked}, {len(out.rejected)} were rejected")
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

        price = price or (self._profile().price if self.model else "")
        pieces, sent, given = map(sum, zip(*(estimate(text, published) for text in texts), strict=True))
        asked = f"{pieces} questions, about {sent:,} tokens to the model and {given:,} from it"
        put(f"{asked}, {(sent * (p := _price(price))[0] + given * p[1]) / 1e6:,.2f} dollars" if price else asked)

    def _profile(self) -> Profile:
        """A profile by name, else the model itself."""
        path = os.environ.get(PROFILES, "")
        if self.model_url:
            return Profile(model=self.model, url=self.model_url)
        if not path:
            fix = f"add it, or name a file of profiles in {PROFILES}"
            raise ReadingError("a model needs a URL", "--model-url", fix=fix)
        import yaml
        from pydantic import TypeAdapter, ValidationError

        text = input_files.text(input_files.contents(Path(path), LARGEST, ReadingError), path, ReadingError)
        try:
            known = TypeAdapter(dict[str, Profile]).validate_python(yaml.safe_load(text))
        except (yaml.YAMLError, ValidationError) as error:
            raise ReadingError(f"the profiles of models cannot be read: {error}", path, allowed=FORM) from None
        require(self.model, known, "profile", path, ReadingError)
        return known[self.model]


def _value(text: str) -> Any:
    """What an option is: JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _price(text: str) -> tuple[float, float]:
    """Dollars for a million tokens to and from a model: `3/15`; raises `ReadingError`."""
    sent, _, given = text.partition("/")
    try:
        return float(sent), float(given)
    except ValueError:
        raise ReadingError(f"`{text}` is no price", "--price", allowed="IN/OUT", fix="write such as 3/15") from None
