from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_well_without_signing_in_and_never_from_a_cache(client: Client) -> None:
    response = client.get("/healthz/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_asked_by_number_as_load_balancers_do(client: Client) -> None:
    assert client.get("/healthz/", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/", headers={"Host": "10.1.2.3:8000"}).status_code == 400


def test_not_well_while_the_database_is_away(client: Client) -> None:
    client.raise_request_exception = False
    with patch("coursework.runtime.health.connection.cursor", side_effect=OperationalError):
        assert client.get("/healthz/").status_code == 503
