"""What is done with many students at once from the overview."""

from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Enrollment, Event
from grading.grades.keys import grade_key
from grading.grades.reading import grade_of
from grading.models import Grade, GradingPolicy, Outcome
from grading.services.grades.assigning import AssigningRefused, assign
from tests.grading.dashboard.classes import settled
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    GradingPolicy.objects.filter(task=world.task).update(release="manual")
    settled(world.task, world.owner)
    settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED)
    return world


def key(world: World, person: Enrollment) -> str:
    return grade_key(world.task.pk, person.pk)


def act(world: World, who: str = "instructor", **fields: Any) -> Any:
    url = reverse("dashboard_act", kwargs=world.task.url_arguments())
    return world.client(who).post(url, {"which": "picked", "filter": ""} | fields)


def said(world: World, response: Any, who: str = "instructor") -> str:
    assert response.status_code == 302
    return world.client(who).get(response["Location"]).content.decode()


def assigned() -> set[int]:
    return set(Grade.objects.filter(assigned_to__isnull=False).values_list("enrollment", flat=True))


def test_those_ticked_are_given_to_a_reviewer_and_the_list_stays_as_it_was(world: World) -> None:
    reviewer = str(world.ta.user.pk)
    response = act(world, "ta", act="assign", key=key(world, world.owner), reviewer=reviewer, filter="q=owner")
    assert response["Location"].endswith("/dashboard/?q=owner")
    assert "1 student given to ta." in said(world, response, "ta")
    assert assigned() == {world.owner.pk}
    event = Event.objects.get(action="grade.assigned")
    assert (event.actor, event.task, event.enrollment) == (world.ta.user, world.task, world.owner)
    assert event.details == {"reviewer": world.ta.user.pk}
    assert Grade.objects.get().version == 1


def test_a_second_time_changes_nothing_and_nobody_takes_it_back(world: World) -> None:
    values = {"act": "assign", "which": "all"}
    act(world, **values, reviewer=str(world.ta.user.pk))
    response = act(world, **values, reviewer=str(world.ta.user.pk))
    assert "0 students given to ta; 2 were already." in said(world, response)
    assert "2 students given to nobody." in said(world, act(world, **values, reviewer="none"))
    assert assigned() == set() and Event.objects.filter(action="grade.assigned").count() == 4


def test_all_that_match_are_those_of_the_filter_and_no_others(world: World) -> None:
    act(world, act="assign", which="all", filter="outcome=to_review", reviewer=str(world.ta.user.pk))
    assert assigned() == {world.classmate.pk}


def test_releasing_leaves_out_what_waits_and_says_why(world: World) -> None:
    page = said(world, act(world, act="release", which="all"))
    assert "1 grade released; 1 left as they are: to review by a person." in page
    assert grade_of(world.task, world.owner).is_released and not grade_of(world.task, world.classmate).is_released
    page = said(world, act(world, act="hide", key=key(world, world.owner)))
    assert "1 grade held back." in page and not grade_of(world.task, world.owner).is_released


def test_assistants_release_only_where_the_course_lets_them(world: World) -> None:
    assert act(world, "ta", act="release", which="all").status_code == 404
    assert not grade_of(world.task, world.owner).is_released
    world.course.assistants_release = True
    world.course.save()
    assert act(world, "ta", act="release", which="all").status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"act": "explode"}, "act: choose one of assign, release, hide."),
        ({"act": "assign", "key": "none-of-ours"}, "No student is chosen"),
        ({"act": "assign"}, "No student is chosen"),
        ({"act": "assign", "which": "all", "reviewer": "x"}, "reviewer: choose one of the course’s staff"),
        ({"act": "assign", "which": "all", "filter": "q=zzz"}, "No student is chosen"),
    ],
)
def test_what_is_not_clear_is_refused_in_words(fields: dict[str, str], words: str, world: World) -> None:
    response = act(world, **fields)
    assert response.status_code == 422 and words in response.content.decode()
    assert assigned() == set()


def test_a_refused_form_keeps_what_was_ticked_and_the_list(world: World) -> None:
    response = act(world, act="explode", key=key(world, world.owner), filter="q=owner")
    page = response.content.decode()
    assert f'value="{key(world, world.owner)}" checked' in page and 'value="q=owner"' in page


def test_nobody_outside_the_course_grades_in_it(world: World) -> None:
    response = act(world, act="assign", which="all", reviewer=str(world.elsewhere_instructor.user.pk))
    assert response.status_code == 422 and "does not grade in this course" in response.content.decode()
    with pytest.raises(AssigningRefused):
        assign(task=world.task, enrollments=[world.owner], reviewer=world.owner.user, actor=world.instructor.user)
    assert Grade.objects.count() == 0


def test_a_class_is_assigned_in_a_fixed_number_of_queries(world: World, django_assert_num_queries: Any) -> None:
    for people in ([world.owner], [world.owner, world.classmate]):
        Grade.objects.all().delete()
        with django_assert_num_queries(8):
            assign(task=world.task, enrollments=people, reviewer=world.ta.user, actor=world.instructor.user)
