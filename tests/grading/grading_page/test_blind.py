"""While a task is graded blind, nothing in the page says whose work it is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment, User
from coursework.services.screenshots import prepare_screenshot
from grading.grades.keys import grading_url
from grading.models import Grade, GradingPolicy, ReleaseMode
from tests.grading.evidence.rows import differing
from tests.grading.graded import settled
from tests.grading.grading_page.rows import opened, second_ta
from tests.world import World, make_world, picture

pytestmark = pytest.mark.django_db

NAMES = ("Xaviera", "Quillfeather", "xquill77", "xq@school.example")


@pytest.fixture
def world() -> World:
    world = make_world()
    values = dict(zip(("first_name", "last_name", "username", "email"), NAMES, strict=True))
    User.objects.filter(pk=world.owner.user_id).update(**values)
    world.owner = Enrollment.objects.select_related("user", "course").get(pk=world.owner.pk)
    GradingPolicy.objects.filter(task=world.task).update(blind=True, release=ReleaseMode.MANUAL)
    shot = prepare_screenshot(picture("xquill77 Quillfeather.png"))
    differing(settled(world.task, world.owner, screenshots=[shot]).submission)
    return world


def nameless(page: str) -> bool:
    return not any(name.lower() in page.lower() for name in NAMES)


def test_a_page_shows_the_pseudonym_and_no_name_anywhere(world: World) -> None:
    client = world.client("instructor")
    response = client.get(grading_url(world.task, world.owner.pk))
    page = response.content.decode()
    assert f"<h1>{world.owner.pseudonym}, Task A: Circle</h1>" in page
    assert "names hidden while you grade" in page and nameless(page)
    assert nameless(str(response.headers)) and nameless(response.request["PATH_INFO"])


def test_no_answer_of_the_page_says_a_name(world: World) -> None:
    toni, client = second_ta(world), world.client("ta")
    with opened(toni, world.task, world.owner) as (url, first), opened(client, world.task, world.owner) as (_, form):
        answers = [
            client.post(f"{url}presence/"),
            client.post(url, form | {"adjustment": "lots", "act": "save"}),
            client.post(url, form | {"act": "preview"}),
            client.post(url, form | {"act": "insert"}),
            toni.post(url, first | {"comment": "First.", "act": "save"}, follow=True),
            client.post(url, form | {"comment": "Second.", "act": "save"}),
            client.post(f"{url}keep/"),
        ]
    assert [answer.status_code for answer in answers] == [200, 422, 200, 200, 200, 409, 422]
    assert all(nameless(answer.content.decode()) for answer in answers)
    start = client.get(reverse("grading_start", kwargs=world.task.url_arguments()), follow=True)
    assert nameless(start.content.decode())


def test_the_name_is_shown_once_the_grade_is_released(world: World) -> None:
    Grade.objects.create(
        task=world.task,
        enrollment=world.owner,
        release_state="released",
        released_at=timezone.now(),
        released_by=world.instructor.user,
    )
    page = world.client("ta").get(grading_url(world.task, world.owner.pk)).content.decode()
    assert "<h1>Xaviera Quillfeather, Task A: Circle</h1>" in page
    assert "names hidden" not in page
