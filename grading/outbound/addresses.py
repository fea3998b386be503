"""Where requests of ours may go: https to public addresses, and anything in the networks that the operator names."""

import ipaddress
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from django.conf import settings

from grading.outbound.urls import AddressRefused as AddressRefused
from grading.outbound.urls import Url, read_url

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Addresses of IPv6 that routers turn into addresses of IPv4: with the IPv4 address in their last 32 bits.
_ENDING_IN_IPV4 = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64
    ipaddress.IPv6Network("::ffff:0:0/96"),  # mapped
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # translated
    ipaddress.IPv6Network("::/96"),  # compatible
)
_ISATAP = (0x00005EFE, 0x02005EFE)
# What Python's is_global does not know in all the versions that we run on.
_NOT_PUBLIC = (
    ipaddress.IPv4Network("192.88.99.0/24"),  # relays of 6to4
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv6Network("3fff::/20"),  # documentation
    ipaddress.IPv6Network("2001:db8::/32"),
)


class Party(Enum):
    """Who is asked. For each the operator names its own networks: the value is the setting that lists them.

    An LMS's addresses are entered by operators, those of webhooks by every instructor.
    """

    LMS = "LMS_NETWORKS"
    WEBHOOK = "WEBHOOK_NETWORKS"

    @property
    def networks(self) -> Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """The operator's own networks where this one may be."""
        found: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = getattr(settings, self.value)
        return found


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL and the addresses that its request may go to, whatever its name says a moment later."""

    url: Url
    addresses: Sequence[str]


def check_url(url: str, party: Party) -> None:
    """Raise AddressRefused unless the URL looks like one that we may ask; nothing is resolved."""
    read = read_url(url)
    if read.scheme == "http" and not party.networks:
        raise AddressRefused("Only https is allowed.")
    try:
        literal = ipaddress.ip_address(read.host)
    except ValueError:
        return
    _check(read, literal, party)


def target_of(url: str, party: Party, *, seconds: float) -> Target:
    """Resolve a URL once and return where its request goes; raise AddressRefused if it may not go there.

    Every address that the name has must be allowed: which of them is asked is not the name's to choose.
    """
    check_url(url, party)
    read = read_url(url)
    addresses = [ipaddress.ip_address(text) for text in _resolved(read, seconds)]
    for address in addresses:
        _check(read, address, party)
    return Target(read, [str(address) for address in dict.fromkeys(addresses)])


def may_go_to(address: IpAddress, scheme: str, party: Party) -> bool:
    """Whether a request may go to this address: by itself, and by all the addresses that are wrapped up in it."""
    return all(_allowed(each, scheme, party) for each in (_meant(address) or [address]))


def _check(url: Url, address: IpAddress, party: Party) -> None:
    """Raise AddressRefused for an address that is not allowed. Which one a name has is not told to whoever asks."""
    if not may_go_to(address, url.scheme, party):
        raise AddressRefused(
            f"{url.host} is not a public address, and requests of ours may go to no other, unless an operator lists "
            f"its network in {party.value}."
        )


def _allowed(address: IpAddress, scheme: str, party: Party) -> bool:
    if any(address in network for network in party.networks):
        return True
    return scheme == "https" and _is_public(address)


def _is_public(address: IpAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global and not any(address in network for network in _NOT_PUBLIC)


def _meant(address: IpAddress) -> list[IpAddress]:
    """Return where a packet to an address goes in the end, as far as it wraps up others; nothing if it wraps up none.

    Of 6to4, Teredo and ISATAP the outer address counts as well: they are tunnels, not translations.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return []
    # ::1 and :: are addresses of their own.
    if int(address) > 1 and any(address in network for network in _ENDING_IN_IPV4):
        return [_low(address)]
    return [*_tunnelled(address), address]


def _tunnelled(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        yield _low(address)


def _low(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _resolved(url: Url, seconds: float) -> list[str]:
    """Ask for a name's addresses, for no longer than that: the system's own limits go up to half a minute."""
    found: list[str] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(row[4][0]).split("%")[0] for row in rows)

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(max(0.0, seconds))
    if asking.is_alive():
        raise AddressRefused(f"The name {url.host} could not be looked up within {seconds:.0f} seconds.")
    if not found:
        raise AddressRefused(f"The name {url.host} is not known.")
    return found
