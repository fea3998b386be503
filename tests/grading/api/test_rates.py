"""So many requests a minute for each token and scope, and a word when to come back."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from environ import Env

from coursework.runtime.api_settings import RATES, api_settings
from tests.grading.api.matrix import client, token
from tests.world import World, make_world

ME, COURSES = "/api/v1/me/", "/api/v1/courses/"


@pytest.fixture(autouse=True)
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATES = {"read": 2, "write": 1, "exports": 1}
    monkeypatch.setattr("coursework.runtime.rates.time", lambda: 600.0 + 45)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def statuses(program: Client, *addresses: str) -> list[int]:
    return [program.get(address).status_code for address in addresses]


def test_the_third_of_two_is_told_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    program = client(token(world.owner.user))
    assert statuses(program, ME, ME) == [200, 200]
    refused = program.get(ME)
    assert (refused.status_code, refused["Retry-After"]) == (429, "15")
    assert refused["Content-Type"] == "application/problem+json"
    assert "15 seconds" in refused.json()["detail"]
    monkeypatch.setattr("coursework.runtime.rates.time", lambda: 660.5)
    assert statuses(program, ME) == [200]


def test_each_token_and_each_scope_has_its_own(world: World) -> None:
    program = client(token(world.owner.user))
    assert statuses(program, ME, ME, ME, COURSES, COURSES, COURSES) == [200, 200, 429] * 2
    assert statuses(client(token(world.owner.user)), ME) == [200]
    assert statuses(world.client("owner"), ME, ME, ME) == [200, 200, 429]
    assert statuses(world.client("classmate"), ME) == [200]


def test_strangers_are_counted_by_address(db: None) -> None:
    assert statuses(Client(), ME, ME, ME) == [401, 401, 429]
    assert statuses(Client(REMOTE_ADDR="10.0.0.9"), ME) == [401]


def test_all_addresses_of_one_line_of_ipv6_count_together(db: None) -> None:
    line = [Client(REMOTE_ADDR=f"2001:db8:7:1::{number}") for number in (1, 2, 3)]
    assert [statuses(each, ME) for each in line] == [[401], [401], [429]]
    assert statuses(Client(REMOTE_ADDR="2001:db8:7:2::1"), ME) == [401]


def test_none_is_no_limit(world: World, settings: Any) -> None:
    settings.API_RATES = dict.fromkeys(RATES, 0)
    assert set(statuses(client(token(world.owner.user)), *[ME] * 5)) == {200}


def test_the_limits_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_RATES", "read=1200,exports=0")
    assert api_settings(Env())["API_RATES"] == {"read": 1200, "write": 60, "exports": 0}
    for wrong in ("reads=1", "read=-1", "write=x"):
        monkeypatch.setenv("API_RATES", wrong)
        with pytest.raises(ImproperlyConfigured, match="API_RATES"):
            api_settings(Env())
