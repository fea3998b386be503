"""One request: bounded in time and size, followed nowhere, and to nobody who is not whom the name says."""

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from grading.outbound import fetching
from grading.outbound.addresses import Party
from grading.outbound.connecting import tls_context
from grading.outbound.fetching import Answer, NotReached
from tests.grading.outbound.listening import Listener, answer, certificate, listening

fetch = partial(fetching.fetch, party=Party.LMS)


def url_of(listener: Listener, scheme: str = "http", host: str = "127.0.0.1") -> str:
    return f"{scheme}://{host}:{listener.port}/hook?a=b"


def test_what_is_asked_and_what_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")  # nobody is there
    monkeypatch.delenv("no_proxy", raising=False)
    with listening(answer(b"caf\xc3\xa9 \xff", "200 As you wish", X_Thing="1")) as listener:
        found = fetch("POST", url_of(listener), headers={"X-Own": "2"}, body=b'{"a": 1}')
    assert (found.status, found.reason) == (200, "As you wish")
    assert (found.headers["x-thing"], found.text) == ("1", "café \ufffd")
    (request,) = listener.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /hook?a=b http/1.1"
    assert f"host: 127.0.0.1:{listener.port}" in lines
    assert {"accept-encoding: identity", "user-agent: playground-coursework", "x-own: 2"} <= set(lines)
    assert "content-length: 8" in lines
    assert body == b'{"a": 1}'


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with listening(answer()) as other:
        for status in ("301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"):
            with listening(answer(b"", status, Location=url_of(other))) as listener:
                assert fetch("POST", url_of(listener), body=b"x").status == int(status[:3])
    assert other.connections == 0


def test_a_compressed_answer_is_not_unfolded() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    with listening(answer(bomb, Content_Encoding="gzip")) as listener:
        found = fetch("GET", url_of(listener))
    assert (found.body, found.text) == (bomb, "")
    assert Answer(200, {"content-encoding": "identity"}, b"x").text == "x"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (answer(b"x" * 2001), "larger than 2,000 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2001, "larger than 2,000 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 20_000, "larger than 2,000 bytes"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Y: " + b"z" * 40_000 + b"\r\n\r\n", "too large"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 101 + b"\r\n", "did not answer in HTTP"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, "too large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "ends in the middle"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "did not answer in HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "did not answer in HTTP"),
        (b"", "RemoteDisconnected"),
    ],
)
def test_what_is_no_usable_answer(said: bytes, why: str) -> None:
    with listening(said) as listener, pytest.raises(NotReached, match=why):
        fetch("GET", url_of(listener), most_bytes=2000)


def test_an_answer_that_is_only_glanced_at_may_be_cut() -> None:
    with listening(answer(b"x" * 5000)) as listener:
        assert fetch("GET", url_of(listener), most_bytes=10, cut=True).body == b"x" * 10
    with listening(b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 20_000) as listener:
        assert fetch("GET", url_of(listener), most_bytes=20_000, cut=True).status == 202


def drip(said: bytes, every: float = 0.02) -> Any:
    def go_on(connection: socket.socket) -> None:
        for byte in said:
            connection.sendall(bytes([byte]))
            time.sleep(every)

    return go_on


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_time_is_that_of_the_whole_request(scheme: str, tls: ssl.SSLContext) -> None:
    slow = (
        drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50),
        drip(answer(b"x" * 50)),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 50),
        lambda _connection: time.sleep(2),
    )
    for each in slow:
        with listening(each, tls if scheme == "https" else None) as listener:
            began = time.monotonic()
            with pytest.raises(NotReached, match=r"did not answer within 0\.2 seconds"):
                fetch("GET", url_of(listener, scheme), seconds=0.2)
            assert time.monotonic() - began < 1


def test_a_body_that_nobody_reads_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = socket.create_server(("127.0.0.1", 0))  # never accepts, so that buffers fill up
    with quiet, pytest.raises(NotReached, match="did not answer within"):
        fetch("POST", f"http://127.0.0.1:{quiet.getsockname()[1]}/", body=b"x" * 30_000_000, seconds=0.2)


def test_a_machine_that_takes_no_connection() -> None:
    with listening(answer()) as listener:
        pass
    with pytest.raises(NotReached, match=f"127.0.0.1 takes no connection at port {listener.port}"):
        fetch("GET", url_of(listener))


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A machine whose certificate is for hooks.example.org and 127.0.0.1, and is trusted here."""
    public, context = certificate(tmp_path, "hooks.example.org", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    tls_context.cache_clear()
    yield context
    tls_context.cache_clear()


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.usefixtures("loopback")
def test_the_certificate_must_be_for_the_name_that_was_asked_for(tls: ssl.SSLContext) -> None:
    with listening(answer(), tls) as listener:
        for host in ("hooks.example.org", "HOOKS.example.org.", "127.0.0.1"):
            assert fetch("POST", url_of(listener, "https", host), body=b"1").status == 200
        assert f"Host: hooks.example.org:{listener.port}".encode() in listener.requests[0]
        with pytest.raises(NotReached, match=r"certificate of other\.example\.org is not valid: Hostname mismatch"):
            fetch("POST", url_of(listener, "https", "other.example.org"), body=b"1")
    assert len(listener.requests) <= 4
    assert b"POST" not in b"".join(listener.requests[3:])  # nothing was said to the wrong one


def test_a_certificate_of_nobody_we_trust_is_refused(tmp_path: Path) -> None:
    _, context = certificate(tmp_path, "127.0.0.1")
    tls_context.cache_clear()
    with (
        listening(answer(), context) as listener,
        pytest.raises(NotReached, match=r"certificate of 127\.0\.0\.1 is not"),
    ):
        fetch("GET", url_of(listener, "https"))


def test_what_does_not_speak_tls() -> None:
    with listening(answer()) as listener, pytest.raises(NotReached, match=r"127\.0\.0\.1"):
        fetch("GET", url_of(listener, "https"), seconds=0.5)
