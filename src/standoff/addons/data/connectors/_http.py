"""HTTPS client with limits on size and time; downloads complete files only.

It uses the standard library and no HTTP package, since its task is to refuse (any other scheme, a redirect away from
https, too many bytes or seconds, a short read) and a fresh installation must be able to fetch. Plain http is allowed to
this machine alone (a mirror, a test), and never by redirect from elsewhere.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from standoff.errors import DataError
from standoff.input_files import SECURE, THIS_MACHINE, require_secure

CHUNK = 1 << 16
LIMIT = 64 * 2**20  # bytes; assumption: the largest of the data sets has a tenth
DEADLINE = 120.0  # seconds for one file; assumption
SILENCE = 20.0  # seconds without a byte; assumption


@dataclass(frozen=True)
class HttpClient:
    """Limits of downloads."""

    limit: int = LIMIT
    deadline: float = DEADLINE
    silence: float = SILENCE

    def get(self, url: str) -> bytes:
        """Download the file at `url`; raises `DataError` with the attempts and the cause."""
        require_secure(url)
        request = urllib.request.Request(
            url, headers={"User-Agent": "standoff", "Accept-Encoding": "identity", "Accept": "*/*"}
        )
        handlers: list[Any] = [_Redirects()]
        if urlsplit(url).hostname in THIS_MACHINE:
            handlers.append(urllib.request.ProxyHandler({}))
        started = time.monotonic()
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=self.silence) as response:
                return self._read(response, url, started)
        except urllib.error.HTTPError as error:
            error.close()
            raise _failed(
                url, f"the server answers {error.code} {error.reason}", moved=error.code in {404, 410}
            ) from None
        except urllib.error.URLError as error:
            raise _failed(url, f"no connection: {_reason(error.reason)}") from None
        except TimeoutError:
            raise _failed(url, f"no byte for {self.silence:g} seconds") from None
        except http.client.IncompleteRead as error:
            raise _failed(url, f"cut off after {len(error.partial)} bytes") from None
        except (OSError, http.client.HTTPException) as error:
            raise _failed(url, _reason(error)) from None

    def _read(self, response: Any, url: str, started: float) -> bytes:
        header = response.headers.get("Content-Length") or ""
        promised = int(header) if header.isdecimal() else None
        if promised is not None and promised > self.limit:
            raise _failed(url, f"{promised:,} bytes are more than {self.limit:,}")
        parts, size = [], 0
        while part := response.read1(CHUNK):  # what is there: a drip must not wait for a whole chunk
            parts.append(part)
            size += len(part)
            if size > self.limit:
                raise _failed(url, f"more than {self.limit:,} bytes")
            if time.monotonic() - started > self.deadline:
                raise _failed(url, f"not done after {self.deadline:g} seconds")
        if promised is not None and size != promised:
            raise _failed(url, f"cut off: {size:,} of {promised:,} bytes came")
        if not size:
            raise _failed(url, "the file is empty")
        return b"".join(parts)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects to https only; to this machine only from this machine."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """The next request, or `DataError`."""
        parts = urlsplit(newurl)
        home = urlsplit(req.full_url).hostname in THIS_MACHINE
        here = parts.hostname in THIS_MACHINE
        if (here and not home) or (parts.scheme != "https" and not (here and parts.scheme == "http")):
            if fp is not None:
                fp.close()
            raise DataError(f"redirected to `{newurl[:200]}`", req.full_url, allowed=SECURE)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _reason(error: object) -> str:
    if isinstance(error, socket.gaierror):
        return "the name of the server is not known (no network?)"
    if isinstance(error, ssl.SSLError):
        return f"no trusted connection ({error.reason or error})"
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def _failed(url: str, what: str, moved: bool = False) -> DataError:
    return DataError(what, url, fix="the file may have a new name: see the page of the data set" if moved else "")
