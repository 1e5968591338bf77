"""The options of a language model, and its client."""

from __future__ import annotations

import os
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

import standoff
from standoff.cli._options import Bundle, pairs
from standoff.cli._output import put, put_error
from standoff.errors import ReadingError, require
from standoff.files import cache_dir
from standoff.progress import SILENT, Progress
from standoff.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.audit.link import Linker
    from standoff.addons.reading.language_model import Ask, ExtractionResult

KEY, PROFILES = "STANDOFF_MODEL_KEY", "STANDOFF_MODELS"  # environment variables
FORM = "`name: {model: ..., url: ...}`, perhaps with `options: {...}` and `price: [3, 15]`"


@record
class Profile:
    """A model that is used often."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012
    model: str
    url: str
    options: dict[str, Any] = field(default_factory=dict)
    price: tuple[float, float] | None = None  #: dollars for a million tokens to and from it


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

    @cached_property
    def ask(self) -> Ask | None:
        """The model with its kept answers; None without one; raises `ReadingError`."""
        if not self.model:
            if self.model_url or self.model_option or self.replay:
                raise ReadingError("a model is needed", "--model", fix="add --model NAME")
            return None
        from standoff.addons.reading.language_model import cached_answers
        from standoff.addons.reading.llm_client import LlmClient
        from standoff.scenario.document import read_text

        profile = self._profile()
        given = pairs(self.model_option, "--model-option", "an option", "KEY=VALUE, such as seed=1")
        options = profile.options | {key: read_text(value, "--model-option").data for key, value in given.items()}
        client = LlmClient(profile.url, profile.model, os.environ.get(KEY, ""), options)
        folder = self.answers or cache_dir("models")
        if folder is None:
            raise ReadingError("no folder to keep answers in", "--answers", fix="name one")
        return cached_answers(
            client.ask, folder, {"model": client.model, "url": client.url, **options}, self.replay, self.budget
        )

    def read(
        self, text: str, published: str, linker: Linker | None = None, progress: Progress = SILENT
    ) -> ExtractionResult:
        """What rules and model read of a text; failures are printed."""
        from standoff.addons.reading.language_model import ExtractionResult, read

        if self.ask is None:
            return ExtractionResult(standoff.read(text, published))
        out = read(text, self.ask, published, linker, self.model, progress)
        for problem in out.problems:
            put_error(f"by rules alone, {problem}")
        if out.doubtful or out.rejected:
            put_error(f"{len(out.doubtful)} statements of the model have a part to check, {out.rejected} were rejected")
        return out

    def show_estimate(self, texts: Iterable[str], published: str, price: tuple[float, float] | None) -> None:
        """Print what a reading of texts by this model takes, and costs by a price of its tokens."""
        from standoff.addons.reading.language_model import estimate

        pieces, sent, given = estimate(texts, published)
        put(f"{pieces} questions, about {sent:,} tokens to the model and {given:,} from it")
        if price := price or (self._profile().price if self.model else None):
            put(f"{(sent * price[0] + given * price[1]) / 1e6:,.2f} dollars")

    def _profile(self) -> Profile:
        """A profile by name, else the model itself."""
        path = os.environ.get(PROFILES, "")
        if self.model_url:
            return Profile(model=self.model, url=self.model_url)
        if not path:
            fix = f"add it, or name a file of profiles in {PROFILES}"
            raise ReadingError("a model needs a URL", "--model-url", fix=fix)
        from pydantic import TypeAdapter, ValidationError

        from standoff.scenario.document import read_file

        try:
            known = TypeAdapter(dict[str, Profile]).validate_python(read_file(Path(path)).data)
        except ValidationError as error:
            raise ReadingError(f"the profiles of models cannot be read: {error}", path, allowed=FORM) from None
        require(self.model, known, "profile", path, ReadingError)
        return known[self.model]
