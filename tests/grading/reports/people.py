"""A class with all that a download can show: released and hidden grades, rubric, regrade request, several attempts."""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
from django.urls import reverse
from django.utils import timezone

from coursework.models import Course, Enrollment, Section, Task
from coursework.services.courses import enroll
from grading.models import (
    Grade,
    RegradeRequest,
    RubricGroup,
    RubricItem,
    RubricMark,
    Verification,
)
from grading.reports.scope import Scope
from tests.grading.graded import decided, settle
from tests.world import World, hand_in, make_user, make_world, verification_of


@dataclass
class Class:
    """A world with three students, of whom one has been graded by a person."""

    world: World
    third: Enrollment
    section: Section
    item: RubricItem
    grade: Grade

    @property
    def task(self) -> Task:
        return self.world.task

    @property
    def course(self) -> Course:
        return self.world.course


def settled(task: Task, student: Enrollment, epochs: float | None = 100.0, **fields: Any) -> Verification:
    """Hand in, and settle the verification by hand."""
    found = settle(verification_of(hand_in(task, student, **fields)), epochs, engine="1.2.3")
    Verification.objects.filter(pk=found.pk).update(parameters=13)  # the engine was not asked
    return found


def make_class() -> Class:
    """Owner: two attempts, graded, with a regrade request. Classmate: one that waits. Third, in a section: nothing."""
    world = make_world()
    section = Section.objects.create(course=world.course, name="Lab 1")
    third = enroll(course=world.course, user=make_user("third", first_name="Theo", last_name="Third"))
    Enrollment.objects.filter(pk=third.pk).update(section=section, id_number="0042")
    settled(world.task, world.owner, 200.0)
    settled(world.task, world.owner, 100.0, claimed_epochs=100)
    hand_in(world.task, world.classmate)
    group = RubricGroup.objects.create(task=world.task, title="Report")
    item = RubricItem.objects.create(task=world.task, group=group, title="No axis labels", points=Decimal("-2.5"))
    RubricItem.objects.create(task=world.task, title="Clear pictures", points=Decimal("1.0"), position=2)
    grade = decided(
        Verification.objects.filter(submission__enrollment=world.owner).latest("pk"),
        world.ta,
        adjustment=Decimal("-0.5"),
        adjustment_reason="Told twice",
        comment="Well done.\n\n- look at *axes*",
    )
    RubricMark.objects.create(grade=grade, item=item)
    RegradeRequest.objects.create(
        grade=grade, about="item", item=item, item_title=item.title, reason="They are there.", asked_at=timezone.now()
    )
    return Class(world, Enrollment.objects.get(pk=third.pk), section, item, grade)


def scope_of(made: Class, **fields: Any) -> Scope:
    """Everything of the class's course."""
    tasks = list(Task.objects.filter(assignment__course=made.course).select_related("assignment__course"))
    values: dict[str, Any] = {"course": made.course, "tasks": tasks, "now": timezone.now()}
    return Scope(**(values | fields))


def content(response: Any) -> bytes:
    """All of a streamed answer."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def download(made: Class, what: str, wanted: str, who: str = "ta", **query: str) -> Any:
    """Get a file as staff do."""
    address = reverse("report_download", kwargs={"course": made.course.slug})
    response = made.world.client(who).get(address, {"what": what, "format": wanted, **query})
    assert response.status_code == 200, response.content
    return response


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """A CSV file with a byte order mark, as rows by column."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet_rows(data: bytes, name: str | None = None) -> list[dict[str, Any]]:
    """A workbook's sheet (the first, unless named) as rows by column."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, *rows = (book[name] if name else book.worksheets[0]).iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]
