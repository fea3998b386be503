"""Reading a URL that somebody gave us, so that no two readers can understand it differently."""

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

LONGEST = 1000  # characters
PORTS = {"https": 443, "http": 80}
_SHOWN = 200  # characters of it in a message
# Whatever else stands in a URL is written in percent signs.
_PLAIN = "/%:@!$&'()*+,;=~-._?"
_HOST = re.compile(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?")
# What readers of numbers take for an address of IPv4: 2130706433, 0x7f.1, 0177.0.0.1 (and all that looks alike).
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class AddressRefused(ValueError):
    """No request may go there; the message says why, in words for whoever entered the address."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL in its parts. `host` is in small letters, without brackets or a last dot; `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def header(self) -> str:
        """The host as a request's header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_url(url: str) -> Url:
    """Take a URL apart; raise AddressRefused unless it is a plain one."""
    shown = repr(url[:_SHOWN])
    if len(url) > LONGEST:
        raise AddressRefused(f"The address has {len(url):,} characters; {LONGEST:,} are the most.")
    if "\\" in url or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise AddressRefused(f"{shown} has spaces, backslashes or control characters in it.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise AddressRefused(f"{shown} is not a valid address.") from None
    if parts.scheme not in PORTS or not host:
        raise AddressRefused(f"{shown} is not an address that starts with https://.")
    if "@" in parts.netloc:
        raise AddressRefused("An address may not hold a user name or password.")
    if port == 0:
        raise AddressRefused("There is no port 0: they go from 1 to 65535.")
    return Url(parts.scheme, _plain_host(host, shown), port or PORTS[parts.scheme], _path(parts))


def _plain_host(host: str, shown: str) -> str:
    """Return a host as one spelling only: an address as Python writes it, or a name in ASCII."""
    with suppress(ValueError):
        if "%" not in host:  # with a zone, it is an address of this machine's own network
            return str(ipaddress.ip_address(host))
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise AddressRefused(f"{shown} has no valid name in it.") from None
    if not _HOST.fullmatch(name) or ".." in name:
        raise AddressRefused(f"{shown} has no valid name in it.")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        with suppress(ValueError):
            return str(ipaddress.IPv4Address(name))
        raise AddressRefused(f"{shown} has a number where a name should be. Addresses are written like 192.0.2.1.")
    return name


def _path(parts: SplitResult) -> str:
    return quote(parts.path or "/", safe=_PLAIN) + (f"?{quote(parts.query, safe=_PLAIN)}" if parts.query else "")
