"""The way to the network, against a server on this machine: limits, redirects, and no part of a file."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.data.connectors._http import HttpClient, _Redirects
from standoff.errors import DataError
from standoff.input_files import require_secure

if TYPE_CHECKING:
    from collections.abc import Callable

    Serve = Callable[..., str]


def refused(url: str, **limits: Any) -> str:
    with pytest.raises(DataError) as caught:
        HttpClient(**limits).get(url)
    return str(caught.value)


def test_a_whole_file_comes_byte_by_byte(serve: Serve) -> None:
    body = bytes(range(256)) * 1000
    assert HttpClient().get(serve(body) + "/file") == body


def test_a_file_that_is_cut_off_is_refused(serve: Serve) -> None:
    assert "5 of 9 bytes" in refused(serve(b"12345", promised=9))


def test_a_chunked_file_that_is_cut_off_is_refused(serve: Serve) -> None:
    def answer(handler: Any) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\n12345\r\n9\r\n123")
        handler.close_connection = True

    assert "cut off" in refused(serve(answer))


def test_an_empty_file_and_an_error_of_the_server_are_refused(serve: Serve) -> None:
    assert "the file is empty" in refused(serve(b""))
    assert "answers 500" in refused(serve(b"oops", code=500))
    text = refused(serve(b"gone", code=404))
    assert "answers 404" in text and "new name" in text


def test_too_many_bytes_are_refused_told_or_untold(serve: Serve) -> None:
    assert "2,000 bytes" in refused(serve(b"x" * 2000), limit=1000)

    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 1000)

    assert "more than 100,000 bytes" in refused(serve(endless), limit=100_000)


def test_a_server_that_drips_or_is_silent_is_left(serve: Serve) -> None:
    drops: list[int] = []

    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for k in range(200):
            handler.wfile.write(b"x")
            drops.append(k)
            time.sleep(0.02)

    def silent(handler: Any) -> None:
        time.sleep(0.5)

    assert "after 0.1 seconds" in refused(serve(drip), deadline=0.1)
    assert len(drops) < 200, "the drip was not waited for"
    text = refused(serve(silent), silence=0.1)
    assert "for 0.1 seconds" in text or "timed out" in text


def test_no_server_is_told(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "no connection: Connection refused" in refused(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a",
        "ftp://example.org/a",
        "file:///etc/hostname",
        "data:text/plain,x",
        "example.org",
        "",
        "https:///a",
        "http://127.0.0.1.example.org/",
        "http://localhost@example.org/",
    ],
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(DataError, match="may not be fetched"):
        require_secure(url)


def redirect(target: str) -> Callable[[Any], None]:
    def answer(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    return answer


def test_redirects_stay_on_this_machine_or_on_https(serve: Serve) -> None:
    assert HttpClient().get(serve(redirect(serve(b"there") + "/x"))) == b"there"
    assert "redirected to `http://example.org/a`" in refused(serve(redirect("http://example.org/a")))
    for target in ("file:///etc/hostname", "ftp://example.org/a"):
        assert refused(serve(redirect(target)))


def test_a_redirect_from_elsewhere_never_leads_here_or_to_http() -> None:
    from urllib.request import Request

    away = Request("https://example.org/a")
    for target in ("http://127.0.0.1/a", "https://localhost/a", "http://example.org/b"):
        with pytest.raises(DataError, match="redirected"):
            _Redirects().redirect_request(away, None, 302, "", {}, target)
    found = _Redirects().redirect_request(away, None, 302, "", {}, "https://example.net/b")
    assert found.full_url == "https://example.net/b"
