"""The table of the API: for each address and method the scope it takes, and what each person gets. Rows by area."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client

from coursework.models import Course, User
from grading.api.scopes import ApiScope
from grading.models import ApiToken
from tests.world import World

OK, CREATED, ACCEPTED, DONE = 200, 201, 202, 204
UNKNOWN, FORBIDDEN, GONE, CONFLICT, INVALID = 401, 403, 404, 409, 422

EVERYBODY = {"everybody": OK}
MEMBERS = {"owner": OK, "classmate": OK, "ta": OK, "instructor": OK, "everybody": GONE}
STAFF = {"ta": OK, "instructor": OK, "everybody": GONE}
INSTRUCTOR = {"instructor": OK, "everybody": GONE}
OWNER_AND_STAFF = {"owner": OK, "ta": OK, "instructor": OK, "everybody": GONE}
OWNER = {"owner": OK, "everybody": GONE}
Expected = Mapping[str, int]


def with_status(expected: Expected, status: int) -> dict[str, int]:
    """The same people, but what is 200 there is another status here: 202, or 422 for an empty body."""
    return {who: status if one == OK else one for who, one in expected.items()}


@dataclass(frozen=True)
class Row:
    """One method of one address.

    `expected` has a status for each person (names of tests.world.World, and "everybody" for the rest) whose token has
    the scope. `arguments` gives the address's own from the furnished world. `body` is sent as JSON, or as a form with
    files where `multipart`. `in_course` is False for what is not in one course: a token bound to another course is then
    answered as any other.
    """

    name: str
    method: str
    scope: ApiScope
    expected: Expected
    arguments: Callable[[World], dict[str, Any]] = field(default=lambda _world: {})
    body: Callable[[World], Any] = field(default=lambda _world: None)
    multipart: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    in_course: bool = True

    def status_for(self, who: str) -> int:
        return self.expected.get(who, self.expected["everybody"])


PEOPLE = ("owner", "classmate", "ta", "instructor", "elsewhere", "elsewhere_instructor", "operator")


def user_of(world: World, who: str) -> User:
    person = getattr(world, who)
    return person if isinstance(person, User) else person.user


def token(user: User, *scopes: str, course: Course | None = None, **fields: Any) -> str:
    """Make a token; without scopes it has all."""
    fields = {"name": "test", "expiry": timedelta(days=1)} | fields
    tokens: Any = ApiToken.objects  # knox ships no types
    _, text = tokens.create(user=user, scopes=list(scopes or ApiScope), course=course, **fields)
    return str(text)


def client(text: str) -> Client:
    """A program with this token."""
    return Client(headers={"Authorization": f"Bearer {text}", "Accept": "application/json"})


def send(program: Client, row: Row, url: str, world: World) -> Any:
    """Make the row's request."""
    if row.method == "get":
        return program.get(f"{url}{row.query}", headers=dict(row.headers))
    body = row.body(world)
    sent: dict[str, Any] = {"data": {} if body is None else body}
    if not row.multipart:
        sent["content_type"] = "application/json"
    return getattr(program, row.method)(f"{url}{row.query}", headers=dict(row.headers), **sent)
