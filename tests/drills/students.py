"""Students with a browser's manners and nothing of its weight: one socket, cookies, a form posted as browsers do."""

import io
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse
from PIL import Image

from coursework.models import Course, Enrollment, Submission, Task, User
from coursework.services.courses import enroll
from engine.link import write_link
from engine.spec import Spec

CSRF = "drill" * 6 + "ok"  # any 32 letters will do, as long as cookie and form agree


@dataclass(frozen=True)
class File:
    """A screenshot on somebody's disk."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Answer:
    """What the server said; status 0 if it said nothing."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


def small_picture(shade: int = 200) -> File:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (shade % 256, 200, 200)).save(data, "PNG")
    return File("run.png", "image/png", data.getvalue())


def hand_in_fields(spec: Spec, claimed_epochs: int, key: str) -> dict[str, str]:
    """Return the fields of the hand-in form beside its pictures. The one place that knows their names."""
    return {
        "source": "link",
        "link": write_link(spec),
        "claimed_epochs": str(claimed_epochs),
        "idempotency_key": key,
    }


def form_body(fields: dict[str, str], files: Sequence[File]) -> tuple[bytes, str]:
    """Return the body of a posted form with `screenshots`, and its content type."""
    border = "----drill"
    body = io.BytesIO()
    for name, value in {**fields, "csrfmiddlewaretoken": CSRF}.items():
        body.write(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for file in files:
        named = f'Content-Disposition: form-data; name="screenshots"; filename="{file.name}"'
        body.write(f"--{border}\r\n{named}\r\nContent-Type: {file.kind}\r\n\r\n".encode() + file.data + b"\r\n")
    body.write(f"--{border}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={border}"


def make_students(course: Course, count: int, *, prefix: str = "drill") -> list[Enrollment]:
    """Make accounts that nobody can sign in to with a password, and enroll them."""
    users = User.objects.bulk_create(
        User(username=f"{prefix}{number:03}", password="!", first_name="Student", last_name=f"{number:03}")
        for number in range(count)
    )
    return [enroll(course=course, user=user) for user in users]


def signed_in_cookie(user: User) -> str:
    """Make a session as signing in does, without the time that checking a password takes."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


class Student:
    """Somebody who has signed in."""

    def __init__(self, port: int, enrollment: Enrollment, *, cookie: str = "", timeout: float = 60) -> None:
        self.enrollment = enrollment
        self.port = port
        self._cookie = cookie or signed_in_cookie(enrollment.user)
        self._timeout = timeout

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def hand_in(
        self, task: Task, *, spec: Spec, claimed_epochs: int = 101, key: str = "", files: Sequence[File] = ()
    ) -> Answer:
        """Post the hand-in form."""
        fields = hand_in_fields(spec, claimed_epochs, key or secrets.token_hex(16))
        body, kind = form_body(fields, files or (small_picture(),))
        return self._ask("POST", reverse("hand_in", kwargs=task.url_arguments()), body, {"Content-Type": kind})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self._timeout)
        try:
            connection.request(method, path, body, {"Cookie": self._cookie, "Connection": "close", **headers})
            response = connection.getresponse()
            read = response.read()
            return Answer(response.status, dict(response.getheaders()), read, time.monotonic() - began)
        except OSError as error:
            return Answer(0, {}, str(error).encode(), time.monotonic() - began)
        finally:
            connection.close()


def receipts(answers: Sequence[Answer]) -> list[str]:
    """Return the receipt number of each answer that says that something was received."""
    taken = [answer for answer in answers if 200 <= answer.status < 400]
    return [answer.headers["Location"].rstrip("/").rsplit("/", 1)[1] for answer in taken]


def rows_of(answers: Sequence[Answer]) -> int:
    """Count the stored submissions that answers gave a receipt for; AssertionError if one has no row."""
    numbers = set(receipts(answers))
    stored = Submission.objects.filter(receipt_number__in=numbers).count()
    assert stored == len(numbers), f"{len(numbers) - stored} receipts without a row"
    return stored
