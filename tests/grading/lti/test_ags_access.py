"""Tokens for a platform's services, and requests that carry them."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest

from grading.lti import access
from grading.lti.access import NotOfThePlatform, NoToken, lti_request, service_token
from grading.lti.claims import SCOPE_SCORE as SCORE
from grading.models import Platform
from grading.outbound.fetching import Answer, NotInTime, NotReached

BASE = "https://lms.example.edu"


@pytest.fixture
def platform() -> Platform:
    return Platform(
        pk=5,
        name="Our Moodle",
        issuer=BASE,
        client_id="client-1",
        authorization_url=f"{BASE}/auth",
        token_url=f"{BASE}/token",
        jwks_url=f"{BASE}/jwks",
    )


class Lms:
    """What is at the other end: it gives tokens t1, t2, … and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.requests: list[tuple[str, str, Mapping[str, str], bytes | None]] = []
        self.token: dict[str, Any] = {"expires_in": 3600}
        self.token_status = 200
        self.page: Answer | None = None  # instead of a token
        self.statuses: list[int] = []

    def fetch(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None, **_limits: float
    ) -> Answer:
        if url.endswith("/token"):
            form = {name: values[0] for name, values in parse_qs((body or b"").decode()).items()}
            self.asked.append(form)
            return self.page or _json(self.token_status, {"access_token": f"t{len(self.asked)}"} | self.token)
        self.requests.append((method, url, headers, body))
        return Answer(self.statuses.pop(0) if self.statuses else 200)


def _json(status: int, members: dict[str, Any]) -> Answer:
    return Answer(status, {}, json.dumps(members).encode())


@pytest.fixture
def lms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lms]:
    found = Lms()
    monkeypatch.setattr(access, "fetch", found.fetch)
    monkeypatch.setattr(access, "sign", lambda claims: f"signed {claims['aud']} {claims['exp'] - claims['iat']}")
    access.tokens.clear()
    yield found
    access.tokens.clear()


def ask(platform: Platform, url: str = f"{BASE}/1/scores") -> Answer:
    return lti_request(platform, "POST", url, scopes=[SCORE], accept="*/*", content_type="text/x", body=b"{}")


def test_a_token_is_asked_for_with_a_signed_assertion_and_kept(platform: Platform, lms: Lms) -> None:
    assert [service_token(platform, [SCORE]), service_token(platform, [SCORE])] == ["t1", "t1"]
    (form,) = lms.asked
    assert form["grant_type"] == "client_credentials" and form["scope"] == SCORE
    assert form["client_assertion"] == f"signed {BASE}/token 360"  # dated back by a minute: clocks differ
    assert service_token(platform, [SCORE, "another"]) == "t2"
    platform.token_audience = "https://elsewhere"
    platform.client_id = "another registration"
    assert service_token(platform, [SCORE]) == "t3" and "https://elsewhere" in lms.asked[-1]["client_assertion"]


def test_a_token_is_asked_for_anew_before_it_ends(
    platform: Platform, lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    lms.token = {"expires_in": "120"}  # as text, as some write it
    assert service_token(platform, [SCORE]) == "t1"
    start = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + 55)
    assert service_token(platform, [SCORE]) == "t1"
    monkeypatch.setattr(time, "monotonic", lambda: start + 61)
    assert service_token(platform, [SCORE]) == "t2"


@pytest.mark.parametrize("odd", [10**400, -1, "soon", [], None])
def test_a_time_that_is_none_counts_as_not_said(platform: Platform, lms: Lms, odd: Any) -> None:
    lms.token = {"expires_in": odd}
    assert [service_token(platform, [SCORE]), service_token(platform, [SCORE])] == ["t1", "t1"]


def test_a_refused_token_is_dropped_and_asked_for_anew_once(platform: Platform, lms: Lms) -> None:
    lms.statuses = [401, 200]
    assert ask(platform).status == 200
    assert [headers["Authorization"] for _, _, headers, _ in lms.requests] == ["Bearer t1", "Bearer t2"]
    lms.statuses = [401, 401, 200]
    assert ask(platform).status == 401 and len(lms.requests) == 4
    assert ask(platform).status == 200 and lms.requests[-1][2]["Authorization"] == "Bearer t4"


def test_what_the_platform_says_instead_of_a_token(platform: Platform, lms: Lms) -> None:
    lms.token_status = 400
    with pytest.raises(NoToken, match="Our Moodle gave no access: it answered 400") as caught:
        ask(platform)
    assert caught.value.answer is not None and caught.value.answer.status == 400
    assert isinstance(caught.value, NotReached)
    lms.token_status = 200
    odd: dict[str, Any]
    for odd in ({"access_token": 5}, {"access_token": "two\nlines"}, {"scope": 5}, {"scope": None}, {"scope": [{}]}):
        lms.token = odd
        with pytest.raises(NoToken):
            ask(platform)
    assert not lms.requests


def test_an_lms_that_breaks_off_may_not_reach_our_keys(platform: Platform, lms: Lms) -> None:
    """Moodle names no error then, and shows its page for what it did not expect."""
    said = "where we ask for a token. Most likely it could not read our keys: its server has to reach http"
    lms.page = Answer(404, {}, b"<!doctype html><h1>Error</h1><p>Exception - null given</p>")
    with pytest.raises(NoToken, match=said):
        service_token(platform, [SCORE])
    for status, words in ((400, b'{"error": "invalid_client"}'), (503, b"Down")):
        lms.page = Answer(status, {}, words)
        with pytest.raises(NoToken) as caught:
            service_token(platform, [SCORE])
        assert "keys" not in str(caught.value)


def test_an_lms_that_waits_in_vain_for_our_keys_lets_us_wait(
    platform: Platform, lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a firewall drops what a container asks of its host."""
    errors = [NotInTime("lms.example.edu did not answer within 5 seconds."), NotReached("takes no connection")]

    def fetch(*_args: object, **_more: object) -> Answer:
        raise errors.pop(0)

    monkeypatch.setattr(access, "fetch", fetch)
    with pytest.raises(NoToken, match=r"within 5 seconds\. Before it answers it reads our keys: its server has to"):
        service_token(platform, [SCORE])
    with pytest.raises(NoToken) as caught:
        service_token(platform, [SCORE])
    assert "keys" not in str(caught.value)


def test_a_platform_may_allow_less_than_was_asked_for(platform: Platform, lms: Lms) -> None:
    lms.token = {"scope": "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"}
    with pytest.raises(NoToken, match="does not allow us: score"):
        service_token(platform, [SCORE])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/1/scores",
        "http://lms.example.edu/1/scores",
        "https://lms.example.edu:8443/1/scores",
        "https://lms.example.edu@elsewhere.example/",
        "https://lms.example.edu.elsewhere.example/",
        "https://[broken/",
        "ftp://lms.example.edu/",
        "",
    ],
)
def test_a_token_goes_nowhere_else(platform: Platform, lms: Lms, url: str) -> None:
    with pytest.raises(NotOfThePlatform):
        ask(platform, url)
    assert not lms.requests and not lms.asked
