"""Client of a chat endpoint (`POST .../chat/completions`), with limits; extra `llm`.

Structured output is requested first; if the endpoint refuses, the request is repeated once without it. Only https, or
http to this machine; no redirects, so that a key goes nowhere else.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from standoff.errors import DataError
from standoff.input_files import require_secure
from standoff.versions import install_command

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
    """An endpoint and a model. `structured` becomes false if structured output is refused."""

    url: str
    model: str
    key: str = ""
    wait: float = WAIT
    pause: float = PAUSE
    structured: bool = True

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> str:
        """The text of the response; raises `DataError` with the request and the cause."""
        require_secure(self.url)
        if self.structured:
            form = {"type": "json_schema", "json_schema": {"name": "statements", "strict": True, "schema": schema}}
            status, body = self._post({"messages": messages, "response_format": form})
            if status not in REFUSED:
                return self._text(status, body)
            self.structured = False
        return self._text(*self._post({"messages": messages}))

    def _post(self, fields: Mapping[str, Any]) -> tuple[int, bytes]:
        httpx = _httpx()
        head = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        data = {"model": self.model, "temperature": 0, **fields}
        problem = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self.pause * 2 ** (attempt - 1))
            try:
                with (
                    httpx.Client(timeout=self.wait, follow_redirects=False) as client,
                    client.stream(
                        "POST", f"{self.url.rstrip('/')}/chat/completions", json=data, headers=head
                    ) as answer,
                ):
                    if answer.status_code in LATER and attempt < TRIES - 1:
                        problem = f"the endpoint answers {answer.status_code}"
                        continue
                    return answer.status_code, self._body(answer)
            except httpx.HTTPError as error:
                problem = f"no answer: {type(error).__name__}"
        raise self._failed(problem)

    def _body(self, answer: Any) -> bytes:
        body = b""
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LARGEST:
                raise self._failed(f"an answer of more than {LARGEST:,} bytes")
        return body

    def _text(self, status: int, body: bytes) -> str:
        if status != 200:
            raise self._failed(f"the endpoint answers {status}")
        try:
            text = json.loads(body)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError):
            raise self._failed("an answer without choices[0].message.content") from None
        if not isinstance(text, str):
            raise self._failed("an answer without a text")
        return text

    def _failed(self, what: str) -> DataError:
        return DataError(what, self.url, fix="check --endpoint, --model and the key; reading works without them")


def _httpx() -> Any:
    if find_spec("httpx") is None:
        raise DataError("asking a model needs httpx, which is not installed", fix=install_command("llm"))
    return import_module("httpx")
