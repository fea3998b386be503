"""Our own keys: sealed, published before they sign and after, replaced when they can't be opened."""

from datetime import timedelta

import jwt
import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from grading.lti import key_sets
from grading.models.lti import ToolKey
from grading.services.lti.keys import (
    PUBLISHED_BEFORE,
    SIGNS_FOR,
    keep_keys_current,
    public_jwks,
    rotate_key,
    sign,
    signing_key,
)
from tests.grading.lti.keys import rsa_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_sets, "generate_key", lambda: rsa_key("tool"))


def kids() -> set[str]:
    return {each["kid"] for each in public_jwks()["keys"]}


def test_the_first_use_makes_a_key_that_is_stored_sealed() -> None:
    token = sign({"sub": "someone"})
    row = ToolKey.objects.get()
    assert "PRIVATE" not in row.private_key
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": row.kid, "typ": "JWT"}
    [published] = public_jwks()["keys"]
    assert published == {**published, "kty": "RSA", "alg": "RS256", "use": "sig", "kid": row.kid}
    assert set(published) == {"kty", "n", "e", "alg", "use", "kid"}, "nothing private"
    assert jwt.decode(token, jwt.PyJWK(published).key, algorithms=["RS256"]) == {"sub": "someone"}


def test_a_new_key_is_published_before_it_signs_and_the_old_one_a_while_after() -> None:
    old = signing_key()
    new = rotate_key()
    assert signing_key() == old
    assert kids() == {old.kid, new.kid}
    with time_machine.travel(timezone.now() + PUBLISHED_BEFORE + timedelta(hours=1), tick=False):
        assert signing_key() == new
        assert kids() == {old.kid, new.kid}
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        assert kids() == {new.kid}


def test_a_leaked_key_is_replaced_at_once() -> None:
    old, planned = signing_key(), rotate_key()
    call_command("rotate_lti_key", "--at-once")
    new = signing_key()
    assert new not in (old, planned)
    assert kids() == {new.kid}


def test_the_next_key_comes_by_itself_and_only_once() -> None:
    first = signing_key()
    keep_keys_current()
    assert ToolKey.objects.count() == 1
    with time_machine.travel(first.signs_from + SIGNS_FOR - PUBLISHED_BEFORE, tick=False):
        keep_keys_current()
        keep_keys_current()
        assert ToolKey.objects.count() == 2
        assert signing_key() == first
    with time_machine.travel(first.signs_from + SIGNS_FOR * 2 + timedelta(days=3), tick=False):
        keep_keys_current()
        assert not ToolKey.objects.filter(pk=first.pk).exists()


def test_a_key_of_another_secret_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = signing_key()
    monkeypatch.setattr("django.conf.settings.SECRET_KEY", "another secret altogether")
    assert signing_key() != lost
    assert sign({})


def test_a_key_of_an_earlier_secret_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = signing_key()
    earlier = settings.SECRET_KEY
    monkeypatch.setattr("django.conf.settings.SECRET_KEY", "the next secret")
    monkeypatch.setattr("django.conf.settings.SECRET_KEY_FALLBACKS", [earlier])
    assert signing_key() == kept


def test_two_that_find_no_key_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def another_process_is_faster() -> object:
        monkeypatch.setattr(key_sets, "generate_key", lambda: rsa_key("tool"))
        made.append(signing_key())
        return rsa_key("tool")

    made: list[ToolKey] = []
    monkeypatch.setattr(key_sets, "generate_key", another_process_is_faster)
    assert signing_key() == made[0]
    assert ToolKey.objects.count() == 1
