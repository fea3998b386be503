import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse


@pytest.fixture
def person(db: None) -> str:
    get_user_model().objects.create_user("ada", "ada@example.edu", "a long passphrase")
    return "ada"


@pytest.mark.parametrize("name", ["ada", "ada@example.edu"])
def test_one_signs_in_by_name_or_by_address(client: Client, person: str, name: str) -> None:
    response = client.post(reverse("account_login"), {"login": name, "password": "a long passphrase"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "playground_coursework_session" in client.cookies


def test_a_wrong_password_signs_nobody_in(client: Client, person: str) -> None:
    response = client.post(reverse("account_login"), {"login": person, "password": "a guess"})
    assert response.status_code == 200
    assert "playground_coursework_session" not in client.cookies


def test_guessing_ends_after_five_tries_even_with_the_right_word_at_last(client: Client, person: str) -> None:
    for _ in range(5):
        client.post(reverse("account_login"), {"login": person, "password": "a guess"})
    client.post(reverse("account_login"), {"login": person, "password": "a long passphrase"})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_nobody_makes_an_account_without_being_entered_by_staff(client: Client) -> None:
    fields = {
        "username": "eve",
        "email": "eve@example.edu",
        "password1": "a long passphrase",
        "password2": "a long passphrase",
    }
    client.post(reverse("account_signup"), fields)
    assert not get_user_model().objects.filter(username="eve").exists()
