"""No page of django-allauth shows its bare default: each is one of our templates, with our head and one heading."""

import re
from pathlib import Path

import pytest
from allauth.urls import urlpatterns
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from coursework.models import User
from tests.coursework.accounts.totp import set_up
from tests.world import PASSWORD, make_user

ARGUMENTS = {
    "account_confirm_email": {"key": "none"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
    "openid_connect_login": {"provider_id": "none"},
    "openid_connect_callback": {"provider_id": "none"},
}


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for each in patterns:
        found |= names(each.url_patterns) if isinstance(each, URLResolver) else {each.name} if each.name else set()
    return found


def clients(user: User) -> dict[str, Client]:
    signed_in = Client()
    signed_in.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    set_up(user)
    halfway = Client()
    halfway.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    bare = Client()
    without_password = make_user("without")
    without_password.set_unusable_password()
    without_password.save()
    bare.force_login(without_password)
    return {"anonymous": Client(), "signed in": signed_in, "halfway": halfway, "without a password": bare}


def test_every_page_is_ours(db: None) -> None:
    ours = str(Path(settings.BASE_DIR) / "templates")
    seen = set()
    for who, client in clients(make_user("ada", email="ada@example.edu")).items():
        for name in sorted(names(urlpatterns)):
            response = client.get(reverse(name, kwargs=ARGUMENTS.get(name)), follow=True)
            if response["Content-Type"].startswith("text/plain"):
                continue  # the recovery codes as a file
            page = response.content.decode()
            origin = response.templates[0].origin.name
            assert origin.startswith(ours), f"{name} to {who}: {origin}"
            assert len(re.findall("<h1", page)) == 1, f"{name} to {who}"
            assert response.status_code in (200, 401, 403, 404), f"{name} to {who}"
            seen.add(Path(origin).name)
    assert len(seen) > 15


@pytest.mark.parametrize("folder", ["account", "mfa", "socialaccount"])
def test_no_word_of_ours_shouts_or_calls_anything_invalid(folder: str) -> None:
    for path in (Path(settings.BASE_DIR) / "templates" / folder).rglob("*.*"):
        words = re.sub(r"<!doctype|{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", "", path.read_text(), flags=re.DOTALL)
        assert "!" not in words and not re.search(r"\b(invalid|oops)\b", words, re.IGNORECASE), path
