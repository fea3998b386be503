"""Whatever goes wrong is problem details, wherever it happens."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as InvalidModel
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from rest_framework import exceptions

from coursework.services.submissions import AttemptsUsedUp, HandInRefused
from grading.api.parsing import MOST_BYTES
from grading.api.problems import Problem, problem_response, refused_as
from tests.grading.api.matrix import client, token
from tests.world import World, make_world

ME = "/api/v1/me/"
PRACTICE = "/api/v1/courses/ml-1/assignments/playground/tasks/circle/practice/runs/"
TYPE = "application/problem+json"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def program(world: World) -> Client:
    return client(token(world.owner.user))


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options", "patch", "head"])
@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v2/me/", "/api/v1/nothing/", "/api/v1/me/%00/"])
def test_an_unknown_address_is_a_problem_for_everybody(address: str, method: str, db: None) -> None:
    response = getattr(Client(), method)(address)
    assert (response.status_code, response["Content-Type"]) == (404, TYPE)


def test_a_forgotten_slash_is_named(db: None) -> None:
    assert "/api/v1/me/ with a slash" in Client().get("/api/v1/me").json()["detail"]


def test_formats_that_we_do_not_have_are_refused(program: Client) -> None:
    response = program.get(ME, headers={"Accept": "application/xml"})
    assert (response.status_code, response["Content-Type"]) == (406, TYPE)
    response = program.post(PRACTICE, "<a/>", content_type="application/xml")
    assert (response.status_code, response["Content-Type"]) == (415, TYPE)
    assert program.get(ME, headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 200  # a browser's address bar


def test_a_schema_in_yaml_is_still_refused_in_json(db: None) -> None:
    response = Client().get("/api/schema/?format=toml", headers={"Accept": "application/yaml"})
    assert (response.status_code, response["Content-Type"]) == (422, TYPE)
    assert response.json()["errors"]["format"] == ["Choose json or yaml, not 'toml'."]


BODIES: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"{", 400),
    "no number": (b'{"link": NaN}', 400),
    "no text": (b"\xff\xfe", 400),
    "a zero character": (b'{"link": "\\u0000"}', 400),
    "half a surrogate pair": (b'{"\\ud800": 1}', 400),
    "too deep": (b"[" * 100_000, 400),
    "too long a number": (b'{"link": ' + b"9" * 5_000 + b"}", 400),
    "no object": (b"[]", 422),
    "too long": (b'"' + b"a" * MOST_BYTES + b'"', 413),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_never_a_fault_of_ours(name: str, program: Client) -> None:
    body, status = BODIES[name]
    response = program.post(PRACTICE, body, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (status, TYPE), response.content


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (f"{PRACTICE[: -len('practice/runs/')]}submissions/", {}, 400),  # no Idempotency-Key
        (PRACTICE, {"Authorization": "Bearer unknown"}, 401),
        ("/api/v1/nothing/", {}, 404),
        (ME, {}, 405),
        (PRACTICE, {}, 415),
    ],
)
def test_what_is_refused_unread_is_read_out_so_that_the_connection_lives(
    address: str, headers: dict[str, str], status: int, program: Client
) -> None:
    sent = {"screenshots": SimpleUploadedFile("run.png", b"x" * 300_000)}
    response = program.post(address, sent, headers=headers)
    assert response.status_code == status
    asked: Any = response.wsgi_request
    assert asked.read(1) == b""


def test_a_body_that_breaks_off_while_it_is_read_out_is_no_fault_of_ours(program: Client) -> None:
    with patch("django.core.handlers.wsgi.LimitedStream.read", side_effect=OSError):
        assert program.post(ME, b"x" * 100, content_type="text/plain").status_code == 405


def test_an_outage_and_a_fault_are_problems_too(program: Client) -> None:
    with patch("grading.api.v1.me.api_user", side_effect=OperationalError):
        program.raise_request_exception = False
        response = program.get(ME)
        assert (response.status_code, response["Content-Type"], response["Retry-After"]) == (503, TYPE, "30")
    with patch("grading.api.v1.me.api_user", side_effect=ZeroDivisionError):
        response = program.get(ME)
        assert (response.status_code, response["Content-Type"]) == (500, TYPE)
        assert "X-Request-ID" in response.json()["detail"]


def answer(error: Exception) -> Any:
    response = problem_response(error, {})
    assert response is not None
    return response


def test_errors_stand_by_field_however_deep() -> None:
    error = exceptions.ValidationError({"spec": {"seed": ["No seed."]}, "files": [{}, {"name": ["No."]}], "": ["All."]})
    assert answer(error).data["errors"] == {"spec.seed": ["No seed."], "files.1.name": ["No."], "": ["All."]}
    assert answer(InvalidModel({"title": "Too long."})).data["errors"] == {"title": ["Too long."]}
    assert answer(InvalidModel("Not so.")).data["errors"] == {"": ["Not so."]}
    assert answer(SuspiciousOperation()).status_code == 400


def test_what_a_service_refuses_keeps_its_words() -> None:
    with pytest.raises(Problem) as refused, refused_as({AttemptsUsedUp: 409, HandInRefused: 422}):
        raise AttemptsUsedUp("All 3 attempts are used.")
    response = answer(refused.value)
    assert (response.status_code, response.data["detail"]) == (409, "All 3 attempts are used.")
    assert answer(Problem(503, "Later.", wait=1.2, cause="disk"))["Retry-After"] == "2"
