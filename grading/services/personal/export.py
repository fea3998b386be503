"""One file with everything that is kept about one person."""

import json
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core import serializers
from django.core.files.storage import default_storage
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from coursework.models import Course, Enrollment, Event, Submission, Task, User
from grading.grades.reading import is_shown
from grading.models import Grade, GradingPolicy
from grading.services.personal.policies import Policy, policies, rows_of

_README = """This file holds what Playground Coursework keeps about {name}
(user name {username}), as of {at}.

rows/      one file for each kind of row, in JSON: "pk" is the row's own number, "fields" are its columns.
           Columns that name another row hold that row's number. Binary columns are written in base64:
           traces and weights are little-endian doubles.
files/     the pictures handed in, as they are stored: we encode them again and drop what else was in them.
courses.json
           titles of the courses and tasks that the rows name by number.

Passwords, keys and other secrets of the account are not in here. Events are acts by this person, or about the
person's own account, enrollments, submissions and extensions; other people are named by number only.
What was decided about a grade that is not released (any more) is not in here; ask again once it is.
"""


def export_person(*, user: User, target: Path) -> dict[str, int]:
    """Write the archive; returns how many rows of each table it holds. Raises FileExistsError where there is a file.

    It is readable by its owner only, and appears under its name once it is complete.
    """
    if target.exists():
        raise FileExistsError(target)
    partial = target.with_name(f".{target.name}.part")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = _write(archive, user)
        os.link(partial, target)  # unlike a rename, it never replaces what has come there meanwhile
    finally:
        partial.unlink(missing_ok=True)
    return counts


def _write(archive: zipfile.ZipFile, user: User) -> dict[str, int]:
    at = timezone.now().isoformat(timespec="seconds")
    archive.writestr("README.txt", _README.format(name=user.display_name, username=user.username, at=at))
    archive.writestr("courses.json", _json(_courses(user)))
    counts = {}
    for model, policy in policies():
        rows = rows_about(user) if model is Event else rows_of(model, policy, user)
        unreleased = _unreleased(rows, policy, user)
        if unreleased and not policy.unreleased:
            rows, unreleased = rows.exclude(pk__in=unreleased), set()
        written = _written(model, rows.order_by("pk"), policy, unreleased)
        archive.writestr(f"rows/{model._meta.label}.json", json.dumps(written, indent=1, ensure_ascii=False))
        counts[model._meta.label] = len(written)
        for column in policy.files:
            _write_files(archive, rows.values_list(column, flat=True))
    return counts


def _written(model: type[Model], rows: QuerySet[Any], policy: Policy, unreleased: set[int]) -> list[dict[str, Any]]:
    """Write rows as plain values; of the unreleased ones without what their person may not see yet."""
    columns = [each.name for each in model._meta.get_fields() if each.concrete and each.name not in policy.withheld]
    written: list[dict[str, Any]] = json.loads(serializers.serialize("json", rows, fields=columns))
    for row in written:
        if row["pk"] in unreleased:
            row["fields"] = {name: value for name, value in row["fields"].items() if name not in policy.unreleased}
    return written


def _unreleased(rows: QuerySet[Any], policy: Policy, user: User) -> set[int]:
    """Return the primary keys of the rows that are about a grade which the person does not see."""
    if not policy.of_grade:
        return set()
    hidden = [grade.pk for grade in hidden_grades(user)]
    return set(rows.filter(**{f"{policy.of_grade}__in": hidden}).values_list("pk", flat=True))


def hidden_grades(user: User) -> list[Grade]:
    """Return the person's grades that are not released (any more)."""
    grades = Grade.objects.filter(enrollment__user=user)
    policies = {one.task_id: one for one in GradingPolicy.objects.filter(task__grades__in=grades)}
    return [
        grade
        for grade in grades
        if not is_shown(policies.get(grade.task_id) or GradingPolicy(task_id=grade.task_id), grade)
    ]


def _write_files(archive: zipfile.ZipFile, names: Iterable[str]) -> None:
    for name in names:
        if name and default_storage.exists(name):
            with default_storage.open(name) as file:
                archive.writestr(f"files/{name}", file.read())


def rows_about(user: User) -> QuerySet[Event]:
    """Return the events by a person and those about what is the person's."""
    enrollments = list(Enrollment.objects.filter(user=user).values_list("pk", "extensions"))
    subjects = {f"user {user.pk}"}
    for enrollment, extension in enrollments:
        subjects |= {f"enrollment {enrollment}", f"extension {extension}"}
    receipts = Submission.objects.filter(enrollment__user=user).values_list("receipt_number", flat=True)
    subjects |= {f"submission {number}" for number in receipts}
    own = Q(actor=user) | Q(subject__in=subjects) | Q(details__user=user.pk)
    keys = [pk for pk, _ in enrollments]
    found = Event.objects.filter(own | Q(enrollment__in=keys) | Q(details__enrollment__in=keys))
    for grade in hidden_grades(user):  # such events say points
        about = Q(task=grade.task_id, enrollment=grade.enrollment_id)
        found = found.exclude(about & (Q(action__startswith="grade.") | Q(action="regrade.answered")) & ~Q(actor=user))
    return found


def _courses(user: User) -> dict[str, Any]:
    courses = Course.objects.filter(enrollments__user=user).distinct()
    tasks = Task.objects.filter(submissions__enrollment__user=user).distinct()
    return {
        "courses": {str(course.pk): course.title for course in courses},
        "tasks": {str(task.pk): task.title for task in tasks},
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
