"""Connections that end at a moment set before, however slowly the other side goes on, and that read only so much."""

import functools
import io
import socket
import ssl
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any, cast

import certifi

from grading.outbound.addresses import Target
from grading.outbound.urls import Url

# For the lines before the body. http.client alone would take 100 lines of 64 kB.
HEADER_BYTES = 32 * 1024


class TooSlow(OSError):
    """The time is over."""


class TooMuch(OSError):
    """The other side sends more than is read."""


class Deadline:
    """The moment at which a request ends, whatever comes of it."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raises TooSlow when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TooSlow("The time is over.")
        return left


class PinnedConnection(HTTPConnection):
    """An HTTP connection to addresses that were checked before. No name is looked up, and no proxy is asked."""

    def __init__(self, target: Target, deadline: Deadline, most_bytes: int) -> None:
        super().__init__(target.url.host, target.url.port)
        self._target = target
        self._deadline = deadline
        self._most_bytes = most_bytes

    def connect(self) -> None:
        """Connect to the first address that takes us, and for https check that it is whom the name says."""
        plain = _connect(self._target.addresses, self._target.url.port, self._deadline)
        try:
            bounded = _BoundedSocket(
                _secured(plain, self._target.url, self._deadline), self._deadline, self._most_bytes
            )
        except BaseException:
            plain.close()
            raise
        # What http.client uses of a socket stands below.
        self.sock = cast(socket.socket, bounded)


def _connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Return a connection to one of the addresses; each gets its share of the time."""
    failed: OSError = OSError("There is no address.")
    for number, address in enumerate(addresses):
        plain = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            plain.settimeout(deadline.left() / (len(addresses) - number))
            plain.connect((address, port))
        except OSError as error:
            plain.close()
            failed = error
        else:
            return plain
    raise failed


def _secured(plain: socket.socket, url: Url, deadline: Deadline) -> socket.socket:
    plain.settimeout(deadline.left())
    if url.scheme != "https":
        return plain
    return tls_context().wrap_socket(plain, server_hostname=url.host)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return whom we trust: the usual authorities and those of the machine, SSL_CERT_FILE among them."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


class _BoundedSocket:
    """A socket as http.client uses it: each step gets the time that is left, and there is an end to what is read."""

    def __init__(self, inner: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._most_bytes = most_bytes
        self._is_read = False

    def sendall(self, content: Any) -> None:
        """Send all of it, or raise TooSlow."""
        left = memoryview(content)
        while left:
            self._inner.settimeout(self._deadline.left())
            left = left[self._inner.send(left) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what reads the answer, and ends the connection when it is closed."""
        self._is_read = True
        return io.BufferedReader(_Reader(self._inner, self._deadline, self._most_bytes + HEADER_BYTES))

    def close(self) -> None:
        """End the connection, unless there is a reader: http.client closes the socket before it reads the body."""
        if not self._is_read:
            self._inner.close()


class _Reader(io.RawIOBase):
    def __init__(self, inner: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._left = most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise TooMuch("There is more than is read.")
        self._inner.settimeout(self._deadline.left())
        count = self._inner.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def close(self) -> None:
        self._inner.close()
        super().close()
