"""Which students and tasks a download is about, and what is said of the others."""

import pytest
from django.utils import timezone

from coursework.models import Enrollment, Section
from grading.grades.keys import in_blind_order
from grading.grades.rule import State
from grading.models import Grade, Status, Verification
from grading.reports.scope import STATES, counted
from tests.grading.graded import make_blind
from tests.grading.reports.people import Class, make_class, scope_of, settled
from tests.world import hand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Class:
    return make_class()


def names(students: list[Enrollment]) -> list[str]:
    return [student.user.username for student in students]


def test_students_are_those_who_are_in_the_course_now(made: Class) -> None:
    assert names(scope_of(made).students) == ["classmate", "owner", "third"]
    Enrollment.objects.filter(pk=made.world.classmate.pk).update(active=False)
    assert names(scope_of(made).students) == ["owner", "third"]


def test_a_section_those_without_one_and_one_student(made: Class) -> None:
    assert names(scope_of(made, section=made.section).students) == ["third"]
    assert names(scope_of(made, without_section=True).students) == ["classmate", "owner"]
    assert names(scope_of(made, only=made.world.owner).students) == ["owner"]
    empty = Section.objects.create(course=made.course, name="Empty")
    assert scope_of(made, section=empty).students == []


def test_works_stand_by_name_and_where_names_are_hidden_by_key(made: Class) -> None:
    [(_task, grades)] = scope_of(made).by_task()
    assert names([grade.enrollment for grade in grades]) == ["classmate", "owner", "third"]
    make_blind(made.task)
    [(_task, grades)] = scope_of(made).by_task()
    students = scope_of(made).students
    assert [grade.enrollment for grade in grades] == in_blind_order(made.task, students)


def test_nothing_but_the_pseudonym_of_who_is_hidden(made: Class) -> None:
    scope = scope_of(made)
    assert scope.who(made.third) == ("Theo Third", "third", "", "0042", "Lab 1")
    assert scope.who(made.third, hidden=True) == (made.third.pseudonym, None, None, None, None)


def test_a_released_grade_of_a_blind_task_has_its_name(made: Class) -> None:
    make_blind(made.task)
    assert len(scope_of(made).hidden) == 3
    Grade.objects.update(release_state="released", released_at=timezone.now(), released_by=made.world.ta.user)
    scope = scope_of(made)
    assert (made.task.pk, made.world.owner.pk) not in scope.hidden and len(scope.hidden) == 2


def test_results_that_are_not_there_are_counted(made: Class) -> None:
    assert scope_of(made).unfinished == [("1 result", "still being checked")]
    hand_in(made.task, made.third)
    assert scope_of(made).unfinished == [("2 results", "still being checked")]
    Verification.objects.filter(status=Status.QUEUED).update(status=Status.FAILED)
    assert scope_of(made).unfinished == [("2 results", "the check failed by us and has to be run again")]


def test_who_has_left_counts_only_with_work_in_the_scope(made: Class) -> None:
    Enrollment.objects.filter(pk__in=[made.world.owner.pk, made.third.pk]).update(active=False)
    assert scope_of(made).absent == [("1 student", "no longer in the course; what was handed in is kept")]
    settled(made.task, made.third)
    assert scope_of(made).absent[0][0] == "2 students"
    assert scope_of(made, tasks=[]).absent == []


def test_of_a_section_staff_are_not_spoken_of(made: Class) -> None:
    hand_in(made.task, made.world.ta)
    assert [what for what, _ in scope_of(made).absent] == ["1 person"]
    assert scope_of(made, section=made.section).absent == []


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [(0, "student", []), (1, "student", ["1 student"]), (1200, "grade", ["1,200 grades"]), (2, "person", ["2 people"])],
)
def test_counts_in_words(count: int, noun: str, said: list[str]) -> None:
    assert [what for what, _why in counted(count, noun, "why")] == said


def test_every_state_has_a_word() -> None:
    assert set(STATES) == set(State)
