"""One request to another machine: the address pinned, no redirects, bounded in time and size."""

import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse

from grading.outbound.addresses import Party, Target, target_of
from grading.outbound.connecting import Deadline, PinnedConnection, TooMuch, TooSlow
from grading.outbound.urls import AddressRefused

SECONDS = 5.0  # for all of it: looking the name up, connecting, asking, and reading the answer to its end
MOST_BYTES = 64 * 1024
# Asked for as it is: a small answer that unfolds into a large one is not ours to unfold.
_HEADERS = {"User-Agent": "playground-coursework", "Accept-Encoding": "identity", "Connection": "close"}


class NotReached(Exception):
    """There was no usable answer; the message says why."""


class NotInTime(NotReached):
    """There was no answer within the time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Names of headers are in small letters; `reason` is what stands behind the status."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reason: str = ""

    @property
    def text(self) -> str:
        """The body as text, for people; nothing if it is compressed, which we did not ask for."""
        if self.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            return ""
        return self.body.decode("utf-8", errors="replace")


def fetch(
    method: str,
    url: str,
    *,
    party: Party,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
    cut: bool = False,
) -> Answer:
    """Ask once and return the answer, whatever its status; raise NotReached (also for an address not allowed).

    `seconds` is the time for all of it. An answer of more than `most_bytes` is none, or with `cut` ends there.
    """
    deadline = Deadline(seconds)
    try:
        target = target_of(url, party, seconds=deadline.left())
    except AddressRefused as refusal:
        raise NotReached(str(refusal)) from None
    sent = {**_HEADERS, **(headers or {}), "Host": target.url.header}
    try:
        with closing(PinnedConnection(target, deadline, most_bytes)) as connection:
            connection.request(method, target.url.path, body=body, headers=sent)
            with connection.getresponse() as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, found, _read(response, most_bytes, cut=cut), response.reason or "")
    except TooMuch:
        raise NotReached(f"The answer of {target.url.host} is too large.") from None
    except (TooSlow, TimeoutError):
        raise NotInTime(f"{target.url.host} did not answer within {seconds:g} seconds.") from None
    except (OSError, HTTPException) as error:
        raise NotReached(_why(target, error)) from None


def _read(response: HTTPResponse, most_bytes: int, *, cut: bool) -> bytes:
    try:
        content = response.read(most_bytes + 1)
    except TooMuch:  # in chunks of single bytes, say
        if not cut:
            raise
        return b""
    if len(content) > most_bytes:
        if not cut:
            raise NotReached(f"The answer is larger than {most_bytes:,} bytes.")
        return content[:most_bytes]
    if response.length:
        raise NotReached("The answer ends in the middle.")
    return content


def _why(target: Target, error: OSError | HTTPException) -> str:
    """Say in words for people why there was no answer."""
    host = target.url.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not valid: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"{host} does not speak TLS as it should ({error.reason or 'no reason given'})."
    if isinstance(error, ConnectionRefusedError):
        return f"{host} takes no connection at port {target.url.port}."
    if isinstance(error, HTTPException) and not isinstance(error, OSError):
        return f"{host} did not answer in HTTP ({type(error).__name__})."
    return f"{host} could not be reached ({type(error).__name__})."
