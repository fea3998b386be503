"""The dashboard's column of evidence, and that a weighty difference raises a row until somebody has seen it."""

import pytest
from django.urls import reverse

from coursework.models import Enrollment, Submission
from grading.evidence.standing import standing_of, subject_of
from grading.models import PictureReading
from grading.services.evidence.marks import mark_seen
from grading.services.verification import run_verification
from tests.grading.evidence.rows import differing
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db
BY_NAME = ["classmate", "Orla Owner"]


@pytest.fixture
def world() -> World:
    world = make_world()
    for student in (world.owner, world.classmate):
        run_verification(verification_id=verification_of(hand_in(world.task, student)).pk, worker="test")
    return world


def dashboard(world: World) -> str:
    response = world.client("ta").get(reverse("dashboard", kwargs=world.task.url_arguments()))
    return " ".join(response.content.decode().split())


def order(text: str) -> list[str]:
    rows = text.split('<table class="tbl class">')[1].split("<tbody>")[1]
    return sorted(BY_NAME, key=lambda name: rows.index(f">{name}</a>"))


def of(student: Enrollment) -> Submission:
    return student.submissions.get()


def test_a_light_difference_is_shown_and_raises_nothing(world: World) -> None:
    differing(of(world.owner), weight=0.2)
    text = dashboard(world)
    assert "1 differs" in text and order(text) == BY_NAME and "a person</p>" not in text
    link = reverse("evidence", kwargs={"receipt_number": of(world.owner).receipt_number})
    assert f'<a class="st-link" href="{link}"' in text


def test_a_weighty_one_raises_its_row_until_it_is_seen(world: World) -> None:
    submission = of(world.owner)
    differing(submission, weight=0.8)
    text = dashboard(world)
    assert order(text) == ["Orla Owner", "classmate"] and "<b>1</b> needs a person" in text
    subject, members = subject_of(submission.receipt_number), standing_of(submission).members
    mark_seen(task=world.task, subject=subject, members=members, actor=world.ta.user, seen=True)
    text = dashboard(world)
    assert order(text) == BY_NAME and "<b>1</b> need" not in text
    assert '<span class="tag tag-calm">seen</span>' in text


def test_of_two_the_weightier_comes_first(world: World) -> None:
    differing(of(world.classmate), weight=0.6)
    differing(of(world.owner), weight=0.9)
    assert order(dashboard(world)) == ["Orla Owner", "classmate"]


def test_nothing_to_say_is_a_dash_that_leads_there_all_the_same(world: World) -> None:
    PictureReading.objects.all().delete()
    text = dashboard(world)
    assert text.count("nothing to compare, evidence of") == 2
    assert reverse("evidence_queue", kwargs=world.task.url_arguments()) in text
