"""Client of a chat endpoint (`POST .../chat/completions`), with limits; extra `llm`.

Structured output by a schema is requested first, then any JSON object, then text: a form that the endpoint refuses is not
asked for again. Only https, or http to this machine; no redirects, so that a key goes nowhere else.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.language_model import CUT
from standoff.addons.reading.source_text import need
from standoff.errors import DataError
from standoff.input_files import require_secure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 4_000_000  # bytes of an answer; assumption: a model writes a few thousand words
WAIT = 120.0  # seconds for one answer; assumption
TRIES = 3  #: number of retries if the server is overloaded
PAUSE = 1.0  # seconds before the second try, twice as long before the third; assumption
LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504})  #: status codes for a retry
REFUSED = frozenset({400, 404, 415, 422, 501})  #: status codes for an unknown request format


@dataclass
class LlmClient:
    """An endpoint and a model, with the form of output that it is asked for."""

    url: str
    model: str
    key: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    rung: int = 0  #: 0 a schema, 1 a JSON object, 2 text

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> str:
        """The text of the response; raises `DataError` with the request and the cause."""
        require_secure(self.url)
        by_schema = {"type": "json_schema", "json_schema": {"name": "statements", "strict": True, "schema": schema}}
        forms: list[dict[str, Any]] = [{"response_format": by_schema}, {"response_format": {"type": "json_object"}}, {}]
        status, body = self._post({"messages": messages, **forms[self.rung]})
        if status in REFUSED and forms[self.rung]:
            self.rung += 1
            return self.ask(messages, schema)
        if status != 200:
            raise self._failed(f"the endpoint answers {status}")
        try:
            choice = json.loads(body)["choices"][0]
            text, ended = choice["message"]["content"], choice.get("finish_reason")
        except (ValueError, LookupError, TypeError):
            raise self._failed("an answer without choices[0].message.content") from None
        if not isinstance(text, str) or ended == "length":
            raise self._failed(CUT if ended == "length" else "an answer without a text")
        return text

    def _post(self, fields: Mapping[str, Any]) -> tuple[int, bytes]:
        """The status and the body of an answer; asks again where the server is overloaded."""
        httpx: Any = need("httpx", "llm", "asking a model")
        head = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        data = {"model": self.model, "temperature": 0, **self.options, **fields}
        for attempt in range(TRIES):
            time.sleep(PAUSE * attempt)
            try:
                url = f"{self.url.rstrip('/')}/chat/completions"
                with httpx.stream("POST", url, json=data, headers=head, timeout=WAIT) as answer:
                    body = next(answer.iter_bytes(LARGEST + 1), b"")
                    if len(body) > LARGEST:
                        raise self._failed(f"an answer of more than {LARGEST:,} bytes")
                    if answer.status_code not in LATER or attempt == TRIES - 1:
                        return answer.status_code, body
            except httpx.HTTPError as error:
                failed = self._failed(f"no answer: {type(error).__name__}")
        raise failed

    def _failed(self, what: str) -> DataError:
        return DataError(what, self.url, fix="check --model-url, --model and the key; reading works without them")
