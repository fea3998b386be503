"""What log lines of a request carry, and whom we believe about addresses."""

from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from coursework.runtime.requests import RequestContextMiddleware, networks, visitor_address
from tests.world import make_user


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what is bound whenever the help page is shown."""
    seen: list[dict[str, Any]] = []

    def watch(self: RequestContextMiddleware, *arguments: Any) -> None:
        original(self, *arguments)
        seen.append(structlog.contextvars.get_contextvars())

    original: Callable[..., None] = RequestContextMiddleware.process_view
    monkeypatch.setattr(RequestContextMiddleware, "process_view", watch)
    return seen


@pytest.mark.django_db
def test_lines_carry_a_number_that_the_answer_names(client: Client, bound: list[dict[str, Any]]) -> None:
    first, second = (client.get("/help/")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert bound == [{"request": first}, {"request": second}]
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.django_db
def test_a_person_is_named_by_key_only(client: Client, bound: list[dict[str, Any]]) -> None:
    user = make_user("olive.owner", email="olive@example.edu")
    client.force_login(user)
    number = client.get("/help/")["X-Request-ID"]
    assert bound == [{"request": number, "user": user.pk}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (1, "proxy-0001", True),
        (0, "proxy-0001", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "a b c d e", False),
    ],
)
def test_only_a_trusted_proxy_numbers_requests(
    client: Client, settings: Any, proxies: int, given: str, taken: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert (client.get("/help/", headers={"X-Request-ID": given})["X-Request-ID"] == given) is taken


def test_nothing_stays_bound_after_an_error() -> None:
    def fail(_: HttpRequest) -> HttpResponse:
        structlog.contextvars.bind_contextvars(more=1)
        raise ValueError

    with pytest.raises(ValueError):
        RequestContextMiddleware(fail)(RequestFactory().get("/"))
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (3, "1.1.1.1", "1.1.1.1"),
        (1, "", "9.9.9.9"),
    ],
)
def test_the_visitor_is_looked_for_behind_trusted_proxies_only(
    settings: Any, proxies: int, forwarded: str, seen: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="9.9.9.9")
    assert visitor_address(request) == seen


def test_what_is_no_network_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="'monitoring'"):
        networks(["10.0.0.0/8", "monitoring"], variable="METRICS_ADDRESSES")
