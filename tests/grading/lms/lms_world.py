"""A class with grades and an LMS's file, as the pages see them."""

import re
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment
from coursework.services.courses import enroll
from grading.models import Grade
from tests.grading.lms.rows import sample
from tests.world import World, make_user, make_world


def make_lms_world() -> World:
    world = make_world()
    world.ash = student(world, "ash1", "Alex", "Ash", "1001")  # type: ignore[attr-defined]
    world.birch = student(world, "birch2", "Blake", "Birch", "1002")  # type: ignore[attr-defined]
    grade(world, world.ash, "7.5")  # type: ignore[attr-defined]
    grade(world, world.birch, "9.0")  # type: ignore[attr-defined]
    return world


def student(world: World, username: str, first: str, last: str, id_number: str = "") -> Enrollment:
    found = enroll(course=world.course, user=make_user(username, first_name=first, last_name=last))
    found.id_number = id_number
    found.save()
    return found


def grade(world: World, person: Enrollment, points: str, **fields: Any) -> None:
    values = {"override": Decimal(points), "override_reason": "agreed", "decided_at": timezone.now()}
    Grade.objects.create(task=world.task, enrollment=person, decided_by=world.ta.user, **(values | fields))


def url(name: str, world: World) -> str:
    return reverse(name, kwargs={"course": world.course.slug})


def upload(world: World, content: bytes = b"", *, who: str = "ta", name: str = "My Grades (1).csv") -> HttpResponse:
    file = SimpleUploadedFile(name, content or sample("canvas.csv"))
    return world.client(who).post(url("lms", world), {"file": file})  # type: ignore[return-value]


def choose(world: World, *, who: str = "ta", **fields: Any) -> HttpResponse:
    chosen = {f"column-{world.task.pk}": "7"} | fields
    return world.client(who).post(url("lms_preview", world), chosen)  # type: ignore[return-value]


def preview(world: World, *, who: str = "ta") -> str:
    return world.client(who).get(url("lms_preview", world)).content.decode()


def download(world: World, *, who: str = "ta") -> HttpResponse:
    shown = re.search(r'name="previewed" value="(\w+)"', preview(world, who=who))
    return world.client(who).post(url("lms_download", world), {"previewed": shown[1] if shown else ""})  # type: ignore[return-value]
