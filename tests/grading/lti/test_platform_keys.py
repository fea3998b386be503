"""A platform's keys: fetched with limits, kept for a while, asked for again seldom, and used while it is down."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from grading.lti.key_sets import MOST_KEYS, KeySetRefused, key_named, public_jwk, read_key_set
from grading.models.lti import Platform
from grading.outbound.fetching import NotReached
from grading.services.lti.platform_keys import KeysNotReached, platform_key
from tests.grading.lti.keys import rsa_key
from tests.grading.lti.platform_side import KID, KeysAddress, platform_row


@pytest.fixture
def platform(keys_address: KeysAddress) -> Platform:
    return platform_row()


def later(**passed: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**passed), tick=False)


def jwk(of: str = "platform", kid: str = KID, **changed: Any) -> dict[str, Any]:
    return public_jwk(rsa_key(of).public_key(), kid) | changed


def test_keys_are_fetched_once_an_hour(platform: Platform, keys_address: KeysAddress) -> None:
    for _ in range(3):
        assert platform_key(platform, KID) == rsa_key().public_key()
    assert keys_address.asked == 1
    with later(minutes=61):
        assert platform_key(platform, KID)
    assert keys_address.asked == 2


def test_an_unknown_key_asks_again_but_once_a_minute(platform: Platform, keys_address: KeysAddress) -> None:
    platform_key(platform, KID)
    keys_address.keys.append(jwk("tool", "new"))
    with later(minutes=2):
        assert platform_key(platform, "new") == rsa_key("tool").public_key()
        for number in range(5):
            assert platform_key(platform, f"guessed-{number}") is None
    assert keys_address.asked == 2


def test_a_key_that_the_platform_withdraws_ends_with_the_next_reading(
    platform: Platform, keys_address: KeysAddress
) -> None:
    platform_key(platform, KID)
    keys_address.keys = [jwk("tool", "new")]
    with later(hours=2):
        assert platform_key(platform, KID) is None


def test_kept_keys_hold_while_the_platform_is_down_for_a_day(platform: Platform, keys_address: KeysAddress) -> None:
    platform_key(platform, KID)
    keys_address.error = NotReached("lms.example.edu did not answer: ReadTimeoutError.")
    with later(hours=5):
        assert platform_key(platform, KID)
        assert platform_key(platform, "new") is None
        assert keys_address.asked == 2, "both at once ask once"
    with later(hours=25), pytest.raises(KeysNotReached, match="did not answer"):
        platform_key(platform, KID)


def test_without_any_keys_a_failure_is_not_repeated_at_once(platform: Platform, keys_address: KeysAddress) -> None:
    keys_address.error = NotReached("no answer")
    for _ in range(4):
        with pytest.raises(KeysNotReached):
            platform_key(platform, KID)
    assert keys_address.asked == 1
    keys_address.error = None
    with later(seconds=11):
        assert platform_key(platform, KID)


def test_another_address_of_the_keys_holds_at_once(platform: Platform, keys_address: KeysAddress) -> None:
    platform_key(platform, KID)
    keys_address.keys = [jwk("tool")]
    platform.jwks_url = "https://lms.example.edu/other-keys"
    assert platform_key(platform, KID) == rsa_key("tool").public_key()
    assert keys_address.asked == 2


def test_of_a_set_only_what_may_sign_is_kept() -> None:
    keys = [
        jwk(kid="good", x5u="https://evil.example/", jku="https://evil.example/", d="secret"),
        jwk(kid="for encryption", use="enc"),
        jwk(kid="another algorithm", alg="RS512"),
        jwk(kid="short", n=public_jwk(rsa_key("short", 1024).public_key(), "x")["n"]),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a secret"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "a curve"},
        {"kty": "RSA", "kid": "no numbers"},
        {"kty": "RSA", "n": "!!", "e": "AQAB", "kid": "no base64"},
        {"kty": "RSA", "n": ["AQAB"], "e": 3, "kid": "no texts"},
        jwk(kid="even", e="Ag"),
        jwk() | {"kid": 7},
        "no key at all",
    ]
    kept = read_key_set(json.dumps({"keys": keys}).encode())
    assert [each["kid"] for each in kept] == ["good"]
    assert set(kept[0]) == {"kty", "n", "e", "kid"}, "nothing that names an address"


def test_a_key_without_a_name_is_taken_only_if_it_is_the_only_one() -> None:
    assert key_named([jwk()], None) == rsa_key().public_key()
    assert key_named([jwk(), jwk("tool", "second")], None) is None
    assert key_named([jwk()], "another") is None


def test_what_is_no_set_of_keys_is_refused() -> None:
    many = {"keys": [jwk(kid=str(number)) for number in range(MOST_KEYS + 1)]}
    refused = [b"", b"<html>", b"\xff", b"[]", b"{}", b'{"keys": {}}', b'{"keys": []}', b"[" * 50_000]
    for body in (*refused, json.dumps(many).encode()):
        with pytest.raises(KeySetRefused):
            read_key_set(body)
