"""Token × scope × course: every address of the API, every kind of person."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from coursework.models import Course
from grading.api.scopes import ApiScope
from tests.furnished import furnished_world
from tests.grading.api import rows_courses, rows_grades, rows_work
from tests.grading.api.matrix import FORBIDDEN, GONE, PEOPLE, UNKNOWN, Row, client, send, token, user_of
from tests.test_permissions import status
from tests.world import World

pytestmark = pytest.mark.django_db

ROWS: tuple[Row, ...] = (*rows_courses.ROWS, *rows_work.ROWS, *rows_grades.ROWS)
PUBLIC = {"api_schema", "api_docs", "api_unknown"}
NOT_ALLOWED = 405
AREAS = {"courses": rows_courses.ROWS, "work": rows_work.ROWS, "grades": rows_grades.ROWS}


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.API_RATES = dict.fromkeys(
        ("read", "write", "exports"), 0
    )  # the table asks more often than a minute allows
    return furnished_world()


class Asked:
    """Asks a row's address by tokens, and takes back what the answer changed."""

    def __init__(self, world: World, row: Row) -> None:
        self.world, self.row = world, row
        self.url = reverse(row.name, kwargs=row.arguments(world))

    def status(self, who: str, *scopes: str, course: Course | None = None) -> int:
        text = token(user_of(self.world, who), *scopes, course=course) if who != "anonymous" else "none"
        with transaction.atomic():
            response = send(client(text), self.row, self.url, self.world)
            got = status(response)
            transaction.set_rollback(True)
        if got >= 400:
            assert response["Content-Type"] == "application/problem+json", (self.row, who, response.content[:300])
            assert response.json()["status"] == got
        return got


@pytest.mark.parametrize("area", AREAS)
def test_everybody_gets_just_what_is_theirs_by_a_token_with_the_scope(area: str, world: World) -> None:
    other = Course.objects.exclude(pk=world.course.pk).get()
    for row in AREAS[area]:
        asked = Asked(world, row)
        got = {who: asked.status(who, row.scope) for who in PEOPLE}
        assert got == {who: row.status_for(who) for who in PEOPLE}, row
        assert asked.status("anonymous") == UNKNOWN, row
        allowed = next(who for who, status in got.items() if status != GONE)
        others = [scope for scope in ApiScope if scope != row.scope]
        assert asked.status(allowed, *others) == FORBIDDEN, row
        assert asked.status(allowed, row.scope, course=world.course) == row.status_for(allowed), row
        if row.in_course:
            assert asked.status(allowed, row.scope, course=other) == GONE, row


@pytest.mark.parametrize("area", AREAS)
def test_a_browser_gets_by_its_session_what_a_token_gets(area: str, world: World) -> None:
    for row in AREAS[area]:
        if row.method != "get":
            continue
        url = reverse(row.name, kwargs=row.arguments(world))
        got = {who: status(world.client(who).get(f"{url}{row.query}")) for who in PEOPLE}
        assert got == {who: row.status_for(who) for who in PEOPLE}, row


def api_views() -> Iterator[tuple[str, Any]]:
    """Give each address of the API with its view's class."""
    waiting: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while waiting:
        one = waiting.pop()
        if isinstance(one, URLResolver):
            waiting += one.url_patterns
        elif str(one.name).startswith("api_") and one.name not in PUBLIC:
            view: Any = one.callback
            yield str(one.name), view.view_class


def test_no_method_of_an_address_is_missing_here() -> None:
    there = {
        (name, method)
        for name, view in api_views()
        for method in view.http_method_names
        if method != "head" and hasattr(view, method)
    }
    assert there == {(row.name, row.method) for row in ROWS}
    wanted = {(name, method.lower()): scope for name, view in api_views() for method, scope in view.scopes.items()}
    assert wanted == {(row.name, row.method): row.scope for row in ROWS}


def test_every_other_method_is_refused_as_a_problem(world: World) -> None:
    program = client(token(user_of(world, "instructor")))
    for name, rows in itertools.groupby(sorted(ROWS, key=lambda row: row.name), key=lambda row: row.name):
        listed = {row.method: row for row in rows}
        url = reverse(name, kwargs=next(iter(listed.values())).arguments(world))
        for method in {"get", "post", "put", "patch", "delete", "options", "trace"} - set(listed):
            response = getattr(program, method)(url)
            assert response.status_code == NOT_ALLOWED, (name, method)
            assert response["Content-Type"] == "application/problem+json"
            assert set(listed) == {one.lower() for one in response["Allow"].split(", ")} - {"head"}


def test_every_scope_is_wanted_somewhere_or_is_not_offered() -> None:
    used = {row.scope for row in ROWS}
    assert used <= set(ApiScope)
