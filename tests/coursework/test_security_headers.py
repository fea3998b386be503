import pytest
from django.test import Client
from django.urls import reverse


@pytest.fixture
def headers(client: Client, db: None) -> dict[str, str]:
    return dict(client.get(reverse("account_login")).items())


def test_the_policy_allows_our_own_files_and_nothing_else(headers: dict[str, str]) -> None:
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_browsers_are_told_not_to_guess_frame_or_tell(headers: dict[str, str]) -> None:
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_cookies_have_names_of_our_own(client: Client) -> None:
    client.get(reverse("account_login"))
    assert set(client.cookies) == {"playground_coursework_csrf"}
    assert client.cookies["playground_coursework_csrf"]["samesite"] == "Lax"
