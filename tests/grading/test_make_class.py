"""`make_class` makes a class that looks like a real one: consistent, of all kinds, and the same again for a seed."""

from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from coursework.models import Course, Enrollment, Role, Screenshot, Submission, Task, User
from grading.grades.reading import grades_of
from grading.grades.rule import State
from grading.models import CONFIRMED, Grade, Outcome, RubricItem, RunKind, SavedComment, Status, Verification
from grading.scoring import points_of
from grading.selectors import students
from grading.services.make_class import ClassRefused, Wanted, make_class
from grading.verdicts import official_epochs

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FORTY = Wanted(students=40)


def everything() -> list[tuple[Any, ...]]:
    rows = Verification.objects.all()
    columns = ("submission__receipt_number", "submission__settings", "outcome", "official_epochs", "band_low")
    return list(rows.order_by("submission__receipt_number").values_list(*columns, "submission__received_at"))


@pytest.fixture
def course() -> Course:
    return make_class(FORTY, now=NOW)


def test_everybody_is_there(course: Course) -> None:
    roles = Counter(Enrollment.objects.filter(course=course).values_list("role", flat=True))
    assert roles == {Role.INSTRUCTOR: 1, Role.TEACHING_ASSISTANT: 1, Role.STUDENT: 40}
    assert course.sections.count() == 2
    assert [task.slug for task in Task.objects.filter(assignment__course=course)] == ["circle", "spiral"]
    assert RubricItem.objects.count() == 8 and SavedComment.objects.count() == 4
    for task in Task.objects.all():
        task.full_clean()
        for seed in task.course_seeds.all():
            seed.full_clean()
    for user in User.objects.all()[:5]:
        user.full_clean()


def test_who_handed_in_did_so_three_times_within_the_own_time(course: Course) -> None:
    tasks = list(Task.objects.select_related("assignment"))
    found = grades_of(tasks, students(course), now=NOW)
    assert {len(grade.attempts) for grade in found.values()} == {0, 3}
    for grade in found.values():
        assert all(grade.window.standing(one.received_at).accepted for one in grade.attempts)
        assert all(one.received_at <= NOW for one in grade.attempts)


def test_there_is_something_of_every_kind() -> None:
    course = make_class(Wanted(students=200), now=NOW)
    found = grades_of(Task.objects.select_related("assignment"), students(course), now=NOW).values()
    states = {grade.result.state for grade in found}
    assert states >= {State.SETTLED, State.TO_REVIEW, State.MISSING, State.NOT_YET, State.FAILED, State.WAITING}
    assert any(grade.is_late for grade in found) and any(grade.has_own_time for grade in found)
    assert set(Verification.objects.values_list("outcome", flat=True)) == {None, *Outcome.values}
    assert set(Verification.objects.values_list("status", flat=True)) == set(Status.values)
    assert not any(grade.is_released for grade in found) and not Grade.objects.exists()


def test_results_fit_together(course: Course) -> None:
    rows = Verification.objects.filter(status=Status.COMPLETED).select_related("submission__task")
    for row in rows.prefetch_related("runs"):
        claim, task = row.submission.claimed_epochs, row.submission.task
        seeds = [run.reached for run in row.runs.all() if run.kind == RunKind.COURSE_SEED]
        assert row.official_epochs == official_epochs(seeds)
        assert (row.outcome == Outcome.SETTINGS_NOT_ALLOWED) == bool(task.rules.problems(row.submission.spec))
        assert (points_of(row, task) or 0) <= task.points
        inside = row.band is not None and row.band[0] <= claim <= row.band[1]
        assert inside == (row.outcome in (Outcome.VERIFIED, Outcome.INSIDE_BAND)), row.outcome
        assert (row.retrained_epochs == claim) == (row.outcome == Outcome.VERIFIED)
        assert (row.resets is not None) == (row.outcome == Outcome.AFTER_RESETS)
        if row.outcome in CONFIRMED:
            own = row.runs.all()[0]
            assert len(own.losses) == (row.retrained_epochs or 0) + 1
            assert own.network().weights[0].shape[1] == len(row.submission.spec.features)


def test_the_same_seed_makes_the_same_class_and_another_one_does_not() -> None:
    made = []
    for _ in range(2):
        with transaction.atomic():
            make_class(FORTY, now=NOW)
            made.append(everything())
            transaction.set_rollback(True)
    assert made[0] == made[1] and len(made[0]) > 100
    make_class(Wanted(students=40, seed=2), now=NOW)
    assert everything() != made[0]


def test_another_class_beside_it_is_another_one(course: Course) -> None:
    make_class(Wanted(slug="other", students=40), now=NOW)
    assert Submission.objects.filter(task__assignment__course=course).exists()
    assert Course.objects.count() == 2


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(students=0), "--students 0"),
        (Wanted(students=2001), "1 to 2,000"),
        (Wanted(assignments=9), "--assignments 9"),
        (Wanted(graded_percent=101), "--graded 101"),
        (Wanted(slug="no spaces"), "--slug 'no spaces'"),
        (Wanted(slug="a" * 61), "at most 60"),
        (Wanted(password=""), "--password"),
    ],
)
def test_what_can_not_be_made_is_named(wanted: Wanted, names: str) -> None:
    with pytest.raises(ClassRefused, match=names):
        make_class(wanted)
    assert not Course.objects.exists()


def test_a_course_or_an_account_that_is_there_stays_as_it_is(course: Course) -> None:
    with pytest.raises(ClassRefused, match="a course 'class' already"):
        make_class(FORTY)
    User.objects.create_user(username="taken-assistant")
    with pytest.raises(ClassRefused, match="an account taken-assistant already"):
        make_class(Wanted(slug="taken", students=3))
    assert Course.objects.count() == 1


def test_pictures_are_a_few_shared_ones(settings: Any) -> None:
    settings.READ_SCREENSHOTS = False
    make_class(Wanted(students=6, pictures=True), now=NOW)
    assert Screenshot.objects.count() == Submission.objects.filter(attempt=3).count()
    assert Screenshot.objects.values("picture").distinct().count() <= 7
    assert all(default_storage.exists(str(one.picture.name)) for one in Screenshot.objects.all())


def test_some_may_be_graded() -> None:
    course = make_class(Wanted(students=40, graded_percent=50), now=NOW)
    found = grades_of(Task.objects.select_related("assignment"), students(course), now=NOW).values()
    graded = [grade for grade in found if grade.is_decided]
    assert 30 <= len(graded) <= 40
    assert all(grade.result.points.rubric is not None for grade in graded)


def test_the_command_names_sign_ins_that_work() -> None:
    told = StringIO()
    call_command("make_class", students=3, slug="small", password="open sesame", stdout=told)
    assert "small-student0001 to small-student0003" in told.getvalue()
    for name in ("small-instructor", "small-assistant", "small-student0003"):
        assert Client().login(username=name, password="open sesame")


def test_the_command_says_why_not() -> None:
    with pytest.raises(CommandError, match="--students 0 is not allowed"):
        call_command("make_class", students=0)


def test_in_production_it_asks_first() -> None:
    with override_settings(PRODUCTION=True):
        with pytest.raises(CommandError, match="--yes"):
            call_command("make_class", students=2)
        assert not Course.objects.exists()
        call_command("make_class", students=2, yes=True, stdout=StringIO())
    assert Course.objects.exists()


def test_pages_of_such_a_class_can_be_opened(course: Course) -> None:
    client = Client()
    client.force_login(User.objects.get(username="class-instructor"))
    assert client.get("/courses/class/playground/circle/dashboard/").status_code == 200
    assert client.get("/courses/class/playground/circle/leaderboard/").status_code == 200
    for outcome in Outcome:
        row = Verification.objects.filter(outcome=outcome).select_related("submission").first()
        assert row is None or client.get(f"/submissions/{row.submission.receipt_number}/").status_code == 200
