"""The demo shows both ways of grading: one task by people, with a rubric, the others by themselves."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from coursework.models import Enrollment, Role, Task, User
from grading.grades.reading import grade_of
from grading.models import GradingPolicy, Outcome, RubricGroup, RubricItem, SavedComment, Status, Verification

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> None:
    call_command("make_demo", stdout=StringIO())


def test_the_circle_is_released_by_people_and_the_others_by_themselves(demo: None) -> None:
    policies = GradingPolicy.objects.values_list("task__slug", "release")
    assert dict(policies) == {"circle": "manual", "spiral": "automatic", "warm-up": "automatic"}


def test_the_circle_has_a_rubric_with_a_group_and_saved_comments(demo: None) -> None:
    group = RubricGroup.objects.get()
    items = RubricItem.objects.filter(task__slug="circle")
    assert (items.count(), items.filter(group=group).count(), group.one_only) == (4, 2, True)
    assert SavedComment.objects.filter(task__slug="circle").count() == 2
    assert not RubricItem.objects.exclude(task__slug="circle").exists()


def test_students_see_the_spiral_s_points_and_not_the_circle_s(demo: None) -> None:
    Verification.objects.update(status=Status.COMPLETED, outcome=Outcome.VERIFIED, official_epochs=100)
    student = Enrollment.objects.get(user__username="student01")
    seen = {task.slug: grade_of(task, student).is_released for task in Task.objects.select_related("assignment")}
    assert seen == {"circle": False, "spiral": True, "warm-up": True}
    browser = Client()
    browser.force_login(student.user)
    text = browser.get("/courses/demo/grades/").content.decode()
    assert text.count("Not released yet") == 1 and text.count("<b>10.0</b>") == 1


def test_a_second_call_changes_nothing(demo: None) -> None:
    told = StringIO()
    call_command("make_demo", stdout=told)
    assert "there already" in told.getvalue() and "student01" in told.getvalue()
    assert RubricItem.objects.count() == 4 and User.objects.filter(username="student01").count() == 1
    assert Enrollment.objects.filter(role=Role.STUDENT).count() == 12
