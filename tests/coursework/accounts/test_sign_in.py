import pytest
from django.contrib.auth import get_user_model
from django.core import mail
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


def test_an_account_entered_by_staff_has_no_address_to_confirm(client: Client, person: str) -> None:
    client.post(reverse("account_reset_password"), {"email": "ada@example.edu"})  # not even after this
    mail.outbox.clear()
    client.post(reverse("account_login"), {"login": "ada@example.edu", "password": "a long passphrase"})
    assert "_auth_user_id" in client.session
    assert mail.outbox == []


def test_a_wrong_password_signs_nobody_in(client: Client, person: str) -> None:
    response = client.post(reverse("account_login"), {"login": person, "password": "a guess"})
    assert response.status_code == 200
    assert "playground_coursework_session" not in client.cookies


def test_the_answer_to_a_wrong_password_does_not_tell_who_has_an_account(client: Client, person: str) -> None:
    def told(login: str) -> str:
        response = client.post(reverse("account_login"), {"login": login, "password": "a guess"})
        return str(response.context["form"].errors)

    assert told("ada") == told("nobody")
    assert told("ada@example.edu") == told("nobody@example.edu") == told("ada")


def test_guessing_ends_after_five_tries_even_with_the_right_word_at_last(client: Client, person: str) -> None:
    for _ in range(5):
        client.post(reverse("account_login"), {"login": person, "password": "a guess"})
    client.post(reverse("account_login"), {"login": person, "password": "a long passphrase"})
    assert "_auth_user_id" not in client.session


def test_a_whole_class_signs_in_from_one_address(db: None) -> None:
    for number in range(40):
        get_user_model().objects.create_user(f"s{number}", f"s{number}@example.edu", "a long passphrase")
    for number in range(40):
        client = Client()
        client.post(reverse("account_login"), {"login": f"s{number}", "password": "a long passphrase"})
        assert "_auth_user_id" in client.session


def test_a_closed_account_says_so(client: Client, person: str) -> None:
    get_user_model().objects.update(is_active=False)
    client.post(reverse("account_login"), {"login": person, "password": "a long passphrase"})
    assert "_auth_user_id" not in client.session
    assert b"This account is closed" in client.get(reverse("account_inactive")).content


def test_who_changes_the_password_is_told_by_mail(client: Client, person: str) -> None:
    client.post(reverse("account_login"), {"login": person, "password": "a long passphrase"})
    fields = {
        "oldpassword": "a long passphrase",
        "password1": "an even longer passphrase",
        "password2": "an even longer passphrase",
    }
    response = client.post(reverse("account_change_password"), fields)
    assert response["Location"] == reverse("account_settings")
    (message,) = mail.outbox
    assert message.to == ["ada@example.edu"]
    assert message.subject == "Playground Coursework: Your password is changed"
    assert Client().login(username="ada", password="an even longer passphrase")
