"""A session that ended while a page updates itself."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_page_is_redirected_to_the_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == f"{reverse('account_login')}?next=/"


def test_a_fragment_takes_the_whole_page_there_and_back_to_the_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/submissions/K7Q4-9XRB/?a=b"}
    response = client.get("/submissions/K7Q4-9XRB/progress/", headers=headers)
    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == f"{reverse('account_login')}?next=/submissions/K7Q4-9XRB/%3Fa%3Db"


def test_a_fragment_never_leads_to_another_site(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/trap"}
    response = client.get("/", headers=headers)
    assert response["HX-Redirect"] == f"{reverse('account_login')}?next=/trap"


def test_what_a_page_sends_by_itself_is_left_to_its_own_script(client: Client) -> None:
    response = client.post("/courses/a/b/c/hand-in/design/", headers={"HX-Request": "true"})
    assert response.status_code == 302 and "HX-Redirect" not in response.headers
