"""Rows that tests of the grading page start from, and what its form sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from coursework.models import Enrollment, Role, Submission, Task
from coursework.services.courses import enroll
from grading.grades.keys import grading_url
from grading.grades.reading import grade_of
from grading.models import RubricGroup, RubricItem, Verification
from grading.services.grades.deciding import Seen, seen_of
from grading.services.rerun import run_again
from tests.grading.graded import settle
from tests.world import World, make_user


def rerun(submission: Submission, epochs: float | None, world: World) -> Verification:
    """Run a submission again with another result."""
    return settle(run_again(submission=submission, actor=world.operator), epochs, engine="2.0.0")


def item(task: Task, title: str, points: str, group: RubricGroup | None = None, position: int = 1) -> RubricItem:
    return RubricItem.objects.create(task=task, title=title, points=Decimal(points), group=group, position=position)


def seen(task: Task, enrollment: Enrollment, attempt: int = -1) -> Seen:
    """What somebody sees who opens this attempt (from 0) now."""
    grade = grade_of(task, enrollment)
    return seen_of(grade, grade.attempts[attempt] if grade.attempts else None)


def second_ta(world: World) -> Client:
    user = make_user("toni", first_name="Toni", last_name="Tamarack")
    enroll(course=world.course, user=user, role=Role.TEACHING_ASSISTANT)
    client = Client()
    client.force_login(user)
    return client


class _Fields(HTMLParser):
    """The values of a page's form with this id, as a browser would send them."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.area = form, False, ""
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form
        name = given.get("name") or ""
        if not self.inside or not name:
            return
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.found.setdefault(name, []).append(given.get("value") or "")
        if tag == "textarea":
            self.area = name
            self.found[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.found[self.area][0] = self.found[self.area][0].removeprefix("\n")
            self.area = ""
        if tag == "form":
            self.inside = False


def sent_by(response: Any, form: str = "grade-form") -> dict[str, Any]:
    """Return what the page's form sends if nothing is touched."""
    fields = _Fields(form)
    fields.feed(response.content.decode())
    return {name: values if name == "items" else values[0] for name, values in fields.found.items()}


@contextmanager
def opened(client: Client, task: Task, enrollment: Enrollment, query: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Open a student's page; gives its address and what its form sends."""
    url = grading_url(task, enrollment.pk)
    response = client.get(url + query)
    assert response.status_code == 200
    yield url, sent_by(response)
