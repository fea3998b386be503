"""The release page: who can be released and who waits, asking back, and doing it."""

import re
from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Course, Event, Section
from grading.grades.keys import grade_key
from grading.models import Grade, GradingPolicy, ReleaseMode
from tests.grading.graded import by_hand, classmates, decided, settled
from tests.world import World, hand_in, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = by_hand()
    settled(world.task, world.owner)
    settled(world.task, world.classmate, None)
    return world


def url(world: World, query: str = "") -> str:
    return reverse("release", kwargs=world.task.url_arguments()) + query


def page(world: World, query: str = "", who: str = "instructor") -> str:
    response = world.client(who).get(url(world, query))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def post(world: World, query: str = "", status: int = 200, **fields: Any) -> str:
    response = world.client("instructor").post(url(world, query), fields, follow=True)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def key(world: World, name: str = "owner") -> str:
    return grade_key(world.task.pk, getattr(world, name).pk)


def test_it_says_who_can_be_released_and_why_others_wait(world: World) -> None:
    text = page(world)
    assert "<dt>Can be released</dt><dd>1</dd>" in text and "<dt>Wait</dt><dd>1</dd>" in text
    assert "Why they wait: 1 to review by a person." in text
    assert "Release all 1 that can be" in text and "Take back" not in text
    assert "Orla Owner" in page(world, "?show=ready") and "classmate" not in page(world, "?show=ready")


def test_it_asks_back_and_says_what_students_will_see(world: World) -> None:
    text = post(world, act="release_all")
    assert "Release 1 grade?" in text and "What each of them sees" in text
    assert "1 of them nobody has graded: the automatic points are fixed as they are" in text
    assert "1 of them has no address here" in text and 'name="mail"' in text and "checked" in text
    assert not Grade.objects.exclude(release_state="").exists()
    assert f'name="students" value="{key(world)}"' in text


def test_confirmed_it_releases_and_says_how_many(world: World) -> None:
    text = post(world, act="release", students=key(world), confirmed="1", mail="1")
    assert "Released: 1 grade." in text
    grade = Grade.objects.get(enrollment=world.owner)
    assert grade.release_state == "released" and grade.mail_due_at is not None
    assert "<dt>Released</dt><dd>1</dd>" in text


def test_without_the_box_no_mail_is_due(world: World) -> None:
    post(world, act="release", students=key(world), confirmed="1")
    assert Grade.objects.get(enrollment=world.owner).mail_due_at is None


def test_ticked_ones_that_wait_are_left_out_with_the_reason(world: World) -> None:
    keys = [key(world), key(world, "classmate")]
    text = post(world, act="release_ticked", student=keys)
    assert "1 of those chosen stays as it is" in text and "1 to review by a person" in text
    done = post(world, act="release", students=",".join(keys), confirmed="1")
    assert "Released: 1 grade. Left out: 1 (to review by a person)." in done


def test_taking_back_warns_that_it_may_have_been_seen(world: World) -> None:
    post(world, act="release", students=key(world), confirmed="1")
    text = post(world, act="hide_ticked", student=key(world))
    assert "Take back 1 grade?" in text and "They may have seen it already" in text
    assert "Taken back: 1 grade." in post(world, act="hide", students=key(world), confirmed="1")
    assert "<dt>Held back</dt><dd>1</dd>" in page(world)
    assert "There is nobody to release to just now." in post(world, status=422, act="release_all")  # held by intent
    assert "Released: 1 grade." in post(world, act="release", students=key(world), confirmed="1")


def test_a_second_click_says_that_nothing_changed(world: World) -> None:
    post(world, act="release", students=key(world), confirmed="1")
    text = post(world, act="release", students=key(world), confirmed="1")
    assert "Nothing changed. Left out: 1 (already released)." in text
    assert Event.objects.filter(action="grade.released").count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "What to do is missing"),
        ({"act": "delete"}, "delete can’t be done here: allowed are"),
        ({"act": "release_ticked"}, "Nobody is ticked."),
        ({"act": "release_ticked", "student": "0" * 16}, "Nobody is ticked."),
        ({"act": "hide_all"}, "No grade is released here."),
    ],
)
def test_what_can_t_be_done_is_said(world: World, fields: dict[str, str], said: str) -> None:
    assert said in post(world, status=422, **fields)


def test_a_section_narrows_the_page_and_all_of_it(world: World) -> None:
    lab = Section.objects.create(course=world.course, name="Lab 1")
    mate = classmates(world, 1)[0]
    settled(world.task, mate)
    mate.section = lab
    mate.save()
    query = f"?section={lab.pk}"
    assert "Orla Owner" not in page(world, query) and "student0" in page(world, query)
    text = post(world, query, act="release_all")
    assert "Release 1 grade?" in text and grade_key(world.task.pk, mate.pk) in text
    post(world, query, act="release", students=key(world), confirmed="1", status=422)  # not of this section
    assert "student0" not in page(world, "?section=none") and "Orla Owner" in page(world, "?section=nonsense")


def test_where_grades_show_by_themselves_single_ones_are_held_back(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.AUTOMATIC)
    assert "Hold back the ticked ones" in page(world)
    assert "Hold back 1 grade?" in post(world, act="hide_ticked", student=key(world))
    post(world, act="hide", students=key(world), confirmed="1")
    assert "<dt>Held back</dt><dd>1</dd>" in page(world)
    post(world, act="release", students=key(world), confirmed="1")
    assert "<dt>Held back</dt><dd>0</dd>" in page(world)


def test_blind_grading_shows_no_names_until_the_release(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).update(blind=True)
    text = page(world)
    assert "Orla Owner" not in text and world.owner.pseudonym in text
    assert "Orla Owner" not in post(world, act="release_all")
    assert "Orla Owner" in post(world, act="release", students=key(world), confirmed="1")


def test_assistants_release_only_where_the_course_lets_them(world: World) -> None:
    assert world.client("ta").get(url(world)).status_code == 404
    assert world.client("ta").post(url(world), {"act": "release_all"}).status_code == 404
    task_url = reverse("task", kwargs=world.task.url_arguments())
    assert "Release grades" not in world.client("ta").get(task_url).content.decode()
    Course.objects.filter(pk=world.course.pk).update(assistants_release=True)
    assert "Can be released" in page(world, who="ta")
    assert "Release grades" in world.client("ta").get(task_url).content.decode()


def test_an_installation_without_mail_says_so(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    text = post(world, act="release_all")
    assert "this installation does not send any" in text and 'name="mail"' not in text
    post(world, act="release", students=key(world), confirmed="1", mail="1")
    assert Grade.objects.get(enrollment=world.owner).mail_due_at is None


def test_a_class_takes_as_many_queries_as_two(world: World, django_assert_max_num_queries: Any) -> None:
    page(world)
    for student in classmates(world, 8):
        hand_in(world.task, student)
    with django_assert_max_num_queries(24):
        text = page(world)
    assert len(re.findall('name="student"', text)) == 10


def test_where_nothing_waits_only_those_who_may_release_are_led_here(world: World) -> None:
    Grade.objects.all().delete()
    release = url(world)
    start = reverse("grading_start", kwargs=world.task.url_arguments())
    decided(verification_of(world.classmate.submissions.get()), world.ta)
    texts = {who: world.client(who).get(start).content.decode() for who in ("ta", "instructor")}
    assert release in texts["instructor"] and release not in texts["ta"]
