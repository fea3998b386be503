import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from coursework.models import User
from tests.world import make_user


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada", email="ada@example.edu")


def ask(client: Client, email: str) -> int:
    return client.post(reverse("account_reset_password"), {"email": email}).status_code


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(\S+)", text)
    assert found is not None
    return found[1]


def test_a_link_by_mail_sets_a_new_password(client: Client, ada: User) -> None:
    ask(client, "ada@example.edu")
    (message,) = mail.outbox
    page = client.get(link_in(str(message.body)), follow=True)
    assert b"New password" in page.content
    fields = {"password1": "a brand new phrase", "password2": "a brand new phrase"}
    client.post(page.redirect_chain[-1][0], fields)
    assert Client().login(username="ada", password="a brand new phrase")


def test_a_link_works_once(client: Client, ada: User) -> None:
    ask(client, "ada@example.edu")
    link = link_in(str(mail.outbox[0].body))
    page = client.get(link, follow=True)
    fields = {"password1": "a brand new phrase", "password2": "a brand new phrase"}
    client.post(page.redirect_chain[-1][0], fields)
    assert b"This link has ended" in Client().get(link, follow=True).content


def test_the_page_says_the_same_whether_or_not_the_address_has_an_account(client: Client, ada: User) -> None:
    pages = []
    for email in ("ada@example.edu", "nobody@example.edu"):
        response = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        pages.append((response.redirect_chain, re.sub(rb'"X-CSRFToken": "[^"]+"', b"", response.content)))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [["ada@example.edu"], ["nobody@example.edu"]]
    assert "There is none" in str(mail.outbox[1].body)


def test_nobody_is_flooded_with_mail(client: Client, ada: User) -> None:
    assert [ask(client, "ada@example.edu") for _ in range(6)] == [302] * 5 + [429]
    assert len(mail.outbox) == 5
    assert ask(client, "grace@example.edu") == 302  # others behind the same address may still


def test_the_page_for_too_many_is_ours(client: Client, ada: User) -> None:
    for _ in range(5):
        ask(client, "ada@example.edu")
    response = client.post(reverse("account_reset_password"), {"email": "ada@example.edu"})
    assert b"That was too often in a short time" in response.content
