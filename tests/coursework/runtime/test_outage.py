"""What people see while the database is away: 503 from every layer, never 500, never a success."""

import errno
from unittest.mock import patch

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import Client
from django.urls import reverse

from coursework.runtime.outage import RETRY_AFTER_SECONDS
from tests.world import PASSWORD, World, make_world

pytestmark = pytest.mark.django_db
LAYERS = {
    "session": "django.contrib.sessions.backends.db.SessionStore.load",
    "sign-in": "django.contrib.auth.middleware.get_user",
    "view": "coursework.views.hand_in_place.enrollment_or_404",
}


@pytest.fixture
def world() -> World:
    world = make_world()
    world.client("owner").raise_request_exception = False
    return world


def address(world: World) -> str:
    return reverse("hand_in", kwargs=world.task.url_arguments())


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("the connection is closed")])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_database_that_is_away_is_a_503_at_every_layer(world: World, layer: str, error: Exception) -> None:
    with patch(LAYERS[layer], side_effect=error):
        response = world.client("owner").get(address(world))
    assert response.status_code == 503
    assert response["Retry-After"] == str(RETRY_AFTER_SECONDS)
    assert response["Cache-Control"] == "no-store"
    assert "<h1>Not available just now</h1>" in response.content.decode()


def test_it_keeps_the_headers_that_browsers_are_told(world: World) -> None:
    with patch(LAYERS["view"], side_effect=OperationalError):
        response = world.client("owner").get(address(world))
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_page_needs_no_database(world: World) -> None:
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")):
        response = world.client("owner").post(address(world), {"claimed_epochs": "1"})
    assert response.status_code == 503
    assert "it is received when you see a receipt" in response.content.decode()


def test_a_session_that_can_not_be_saved_is_an_outage_too(world: World) -> None:
    client = Client(raise_request_exception=False)
    with patch("django.contrib.sessions.backends.db.SessionStore.save", side_effect=OperationalError):
        response = client.post(reverse("account_login"), {"login": "owner", "password": PASSWORD})
    assert response.status_code == 503


def test_an_error_on_the_way_back_from_an_outage_is_the_outage(world: World) -> None:
    def break_down(**_: object) -> None:
        try:
            raise OperationalError("server closed the connection")
        except OperationalError as error:
            raise ValueError("no transaction") from error

    with patch(LAYERS["view"], side_effect=break_down):
        assert world.client("owner").get(address(world)).status_code == 503


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_for_what_is_uploaded_is_an_outage(world: World, number: int) -> None:
    with patch("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", side_effect=OSError(number, "no room")):
        response = world.client("owner").post(address(world), {"claimed_epochs": "1"})
    assert response.status_code == 503


@pytest.mark.parametrize("error", [ValueError("a mistake"), ProgrammingError("no such column"), FileNotFoundError()])
def test_errors_of_ours_stay_500(world: World, error: Exception) -> None:
    with patch(LAYERS["view"], side_effect=error):
        response = world.client("owner").get(address(world))
    assert response.status_code == 500
    assert "Our fault" in response.content.decode()


def test_a_fragment_gets_a_fragment(world: World) -> None:
    with patch(LAYERS["view"], side_effect=OperationalError):
        response = world.client("owner").get(address(world), headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert "<html" not in response.content.decode()
    assert "can't reach our records" in response.content.decode()


@pytest.mark.parametrize(
    ("accept", "is_json"), [("application/json", True), ("*/*", False), ("text/html,application/json;q=0.9", False)]
)
def test_json_is_for_those_who_ask_for_it(world: World, accept: str, is_json: bool) -> None:
    with patch(LAYERS["view"], side_effect=OperationalError):
        response = world.client("owner").get(address(world), headers={"Accept": accept})
    assert response.status_code == 503
    assert (response["Content-Type"] == "application/problem+json") is is_json
    if is_json:
        assert "can't reach our records" in response.json()["detail"]
