"""Where requests of ours may go. To what is refused, not one connection is opened."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from grading.outbound import addresses, fetching
from grading.outbound.addresses import Party
from grading.outbound.fetching import NotReached
from grading.outbound.urls import AddressRefused, read_url
from tests.grading.outbound.listening import Listener, answer, listening

PUBLIC = "93.184.216.34"
fetch = partial(fetching.fetch, party=Party.LMS)
check_url = partial(addresses.check_url, party=Party.LMS)
may_go_to = partial(addresses.may_go_to, party=Party.LMS)
Names = Callable[..., list[str]]


def _corpus(name: str) -> list[str]:
    return (Path(__file__).parent / f"{name}.txt").read_text().split()


@pytest.fixture
def production(settings: Any) -> None:
    settings.LMS_NETWORKS = []


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening(answer()) as one:
        yield one


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Give all names these addresses; later questions get later answers. Returns which names were asked for."""
    asked: list[str] = []

    def give(*answers: list[str]) -> list[str]:
        left = list(answers)

        def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
            asked.append(host)
            found = left.pop(0) if len(left) > 1 else left[0]
            return [
                (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
                for each in found
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return give


REFUSED, ODD = _corpus("refused_addresses"), _corpus("odd_urls")
ALLOWED = f"{PUBLIC} 8.8.8.8 1.1.1.1 2606:2800:220:1::1 2a00:1450:4001::1 64:ff9b::5db8:d822 ::ffff:5db8:d822".split()


@pytest.mark.usefixtures("production")
def test_only_public_addresses_and_only_by_https() -> None:
    wrong = [text for text in REFUSED if may_go_to(ipaddress.ip_address(text), "https")]
    wrong += [text for text in ALLOWED if not may_go_to(ipaddress.ip_address(text), "https")]
    wrong += [text for text in ALLOWED if may_go_to(ipaddress.ip_address(text), "http")]
    assert wrong == []


def test_networks_of_the_setting_are_allowed_and_nothing_beside_them(settings: Any) -> None:
    settings.LMS_NETWORKS = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00:1::/32")]
    for text, scheme, allowed in (
        ("10.1.2.3", "http", True),
        ("10.1.2.3", "https", True),
        ("::ffff:10.1.2.3", "http", True),
        ("fd00:1::5", "http", True),
        ("10.2.2.3", "https", False),
        ("127.0.0.1", "http", False),
        ("fd00:2::5", "https", False),
        (PUBLIC, "http", False),
        (PUBLIC, "https", True),
    ):
        assert may_go_to(ipaddress.ip_address(text), scheme) is allowed, text


@pytest.mark.parametrize(("party", "other"), [(Party.LMS, Party.WEBHOOK), (Party.WEBHOOK, Party.LMS)])
def test_networks_of_the_one_are_not_those_of_the_other(
    settings: Any, listener: Listener, party: Party, other: Party
) -> None:
    """Else every instructor could post into the network where an operator has let us ask the LMS."""
    setattr(settings, party.value, [ipaddress.ip_network("127.0.0.0/8")])
    setattr(settings, other.value, [])
    url = f"http://127.0.0.1:{listener.port}/"
    assert fetching.fetch("GET", url, party=party).status == 200
    with pytest.raises(AddressRefused, match="Only https is allowed"):
        addresses.check_url(url, other)
    with pytest.raises(NotReached, match=f"unless an operator lists its network in {other.value}"):
        fetching.fetch("GET", url.replace("http:", "https:"), party=other)
    assert listener.connections == 1


SPACED = (
    "https://{h} :{p}/",
    " https://{h}:{p}/",
    "https://{h}:{p}/\r\nX: y",
    "https://{h}:{p}/a b",
    "https://exa\tmple.org:{p}/",
    "https://example.org/\x00",
    "",
    "https://" + "a" * 64 + ".org:{p}/",
    "https://example.org:{p}/" + "a" * 1000,
)


@pytest.mark.usefixtures("production")
def test_odd_spellings_open_no_connection(listener: Listener, names: Names) -> None:
    """Whatever the spelling, the name would lead to a machine that counts."""
    asked = names(["127.0.0.1"])
    hosts = [f"[{text}]" if ":" in text else text for text in REFUSED]
    literals = [f"https://{host}:{listener.port}/" for host in hosts]
    urls = [url.format(h="127.0.0.1", p=listener.port) for url in (*ODD, *SPACED)]
    for url in (*urls, *literals):
        with pytest.raises(AddressRefused):
            check_url(url)
        with pytest.raises(NotReached):
            fetch("GET", url)
    assert asked == []  # refused before any name was looked up
    assert listener.connections == 0


@pytest.mark.usefixtures("production")
def test_a_name_that_leads_to_what_is_refused_opens_no_connection(listener: Listener, names: Names) -> None:
    for found in (["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"], ["::ffff:127.0.0.1"]):
        names(found)
        for host in ("hooks.example.org", "localhost", "hooks.example.org.", "bücher.example"):
            check_url(f"https://{host}:{listener.port}/")
            with pytest.raises(NotReached, match=r"is not a public address, and .* lists its network in LMS_NETWORKS"):
                fetch("GET", f"https://{host}:{listener.port}/")
    for text in REFUSED:
        names([text])
        with pytest.raises(NotReached, match="not a public address"):
            fetch("GET", f"https://hooks.example.org:{listener.port}/")
    assert listener.connections == 0


def test_a_name_is_looked_up_once_and_its_address_kept(
    listener: Listener, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer, of a name that changes its mind, would be an address that is refused."""
    asked = names(["127.0.0.1"], ["10.0.0.1"])
    connected: list[Any] = []
    connect = socket.socket.connect

    class Watched(socket.socket):
        def connect(self, address: Any) -> None:
            connected.append(address)
            connect(self, address)

    monkeypatch.setattr(socket, "socket", Watched)
    assert fetch("GET", f"http://rebinding.example.org:{listener.port}/").status == 200
    assert asked == ["rebinding.example.org"]
    assert connected == [("127.0.0.1", listener.port)]
    with pytest.raises(NotReached):
        fetch("GET", f"http://rebinding.example.org:{listener.port}/")
    assert listener.connections == 1


def test_an_address_that_takes_nobody_leaves_the_others(names: Names) -> None:
    names(["127.0.0.2", "127.0.0.1"])
    with listening(answer()) as listener:
        assert fetch("GET", f"http://two.example.org:{listener.port}/").status == 200


def test_a_name_that_nobody_knows_and_one_that_takes_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotReached, match=r"The name nowhere\.example\.org is not known\."):
        fetch("GET", "https://nowhere.example.org/")

    def slow(*_: Any, **__: Any) -> list[Any]:
        time.sleep(0.3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(NotReached, match="could not be looked up"):
        fetch("GET", "https://slow.example.org/", seconds=0.05)


@pytest.mark.parametrize(
    ("url", "host", "header", "path"),
    [
        ("https://Example.ORG", "example.org", "example.org", "/"),
        ("https://example.org.:443/a?b=c#d", "example.org", "example.org", "/a?b=c"),
        ("http://example.org:443/", "example.org", "example.org:443", "/"),
        (
            "https://example.org:8443/ä/%2F?ö=1&x=[1]",
            "example.org",
            "example.org:8443",
            "/%C3%A4/%2F?%C3%B6=1&x=%5B1%5D",
        ),
        ("https://bücher.example/", "xn--bcher-kva.example", "xn--bcher-kva.example", "/"),
        ("https://[2606:2800::1]:8443/", "2606:2800::1", "[2606:2800::1]:8443", "/"),
        ("https://[2606:2800:0::0:1]/", "2606:2800::1", "[2606:2800::1]", "/"),
        ("https://my_host.example.org/a//b;c", "my_host.example.org", "my_host.example.org", "/a//b;c"),
    ],
)
def test_a_plain_url_is_read_in_one_way(url: str, host: str, header: str, path: str) -> None:
    read = read_url(url)
    assert (read.host, read.header, read.path) == (host, header, path)
