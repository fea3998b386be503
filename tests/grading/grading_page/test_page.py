"""What the grading page shows of a student's work, and which attempt it is about."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from coursework.models import Section
from grading.grades.keys import grading_url
from grading.grades.reading import grade_of
from grading.models import Grade, RegradeRequest, RubricGroup, SavedComment
from tests.grading.evidence.rows import differing
from tests.grading.graded import settled
from tests.grading.grading_page.rows import item, opened, rerun, sent_by
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def shown(world: World, query: str = "", who: str = "ta") -> str:
    response = world.client(who).get(grading_url(world.task, world.owner.pk) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_evidence_rubric_and_points_stand_in_one_view(world: World) -> None:
    submission = settled(world.task, world.owner).submission
    differing(submission)
    item(world.task, "Claim reproduced", "4")
    page = shown(world)
    assert "<h1>Orla Owner, Task A: Circle</h1>" in page
    for said in (
        "Verified",
        "Claim reproduced",
        "+4.0",
        "What each number is",
        "Checks",
        "engine 1.0.0",
        "100 official epochs",
    ):
        assert said in page
    assert re.search(r"Counts</th><td>10.0 of 10", page)
    assert "run.png" in page  # the picture's own name


def test_reading_the_page_writes_nothing(world: World) -> None:
    settled(world.task, world.owner)
    shown(world)
    shown(world, "?show=ungraded")
    assert not Grade.objects.exists()


def test_a_student_without_a_hand_in_has_a_page_too(world: World) -> None:
    assert "Nothing handed in" in shown(world)
    with opened(world.client("ta"), world.task, world.owner) as (url, form):
        sent = form | {"override": "3,5", "override_reason": "Shown in class.", "act": "save"}
        response = world.client("ta").post(url, sent, follow=True)
    assert "Orla Owner: saved, 3.5 of 10.0." in response.content.decode()


def test_the_attempt_that_counts_is_open_unless_the_address_names_another(world: World) -> None:
    settled(world.task, world.owner, 100.0)
    settled(world.task, world.owner, 300.0, claimed_epochs=100)
    assert "Attempt 1, received" in shown(world)
    other = shown(world, "?attempt=2")
    assert "Attempt 2, received" in other and "Counts once saved" in other
    for nonsense in ("0", "99", "x", "-1", "9" * 40, "%00"):
        assert "Attempt 1, received" in shown(world, f"?attempt={nonsense}")


def test_another_attempt_than_the_one_that_counts_can_be_graded(world: World) -> None:
    settled(world.task, world.owner, 100.0)
    second = settled(world.task, world.owner, 300.0, claimed_epochs=100).submission
    with opened(world.client("ta"), world.task, world.owner, "?attempt=2") as (url, form):
        assert world.client("ta").post(url, form | {"act": "save"}).status_code == 302
    grade = grade_of(world.task, world.owner)
    assert grade.row is not None and grade.row.submission == second
    assert grade.result.differs is None
    assert "Attempt 2, received" in shown(world)


def test_ticks_are_sent_shown_and_stored(world: World) -> None:
    settled(world.task, world.owner)
    group = RubricGroup.objects.create(task=world.task, title="Report", one_only=True)
    plain = item(world.task, "Typo", "-0.5")
    good, fair = item(world.task, "Good", "-1", group), item(world.task, "Fair", "-2", group, position=2)
    client = world.client("ta")
    with opened(client, world.task, world.owner) as (url, form):
        assert form[f"group-{group.pk}"] == "" and "items" not in form
        client.post(url, form | {"items": [plain.pk], f"group-{group.pk}": fair.pk, "act": "save"})
    assert grade_of(world.task, world.owner).result.total == Decimal("7.5")
    with opened(client, world.task, world.owner) as (url, form):
        assert (form["items"], form[f"group-{group.pk}"]) == ([str(plain.pk)], str(fair.pk))
        client.post(url, form | {"items": [], f"group-{group.pk}": good.pk, "act": "save"})
    assert grade_of(world.task, world.owner).result.total == Decimal("9.0")


def test_a_preview_says_what_saving_would_give_and_stores_nothing(world: World) -> None:
    settled(world.task, world.owner)
    bad = item(world.task, "No report", "-3")
    client = world.client("ta")
    with opened(client, world.task, world.owner) as (url, form):
        answer = client.post(url, form | {"items": [bad.pk], "act": "preview"}).content.decode()
        assert "Counts once saved" in answer and "7.0 of 10" in answer and "Now: 10.0" in answer
        wrong = client.post(url, form | {"adjustment": "lots", "act": "preview"})
    assert wrong.status_code == 200 and "can’t be kept" in wrong.content.decode()
    assert not Grade.objects.exists()


def test_a_saved_comment_is_inserted_without_a_script_and_nothing_is_stored(world: World) -> None:
    settled(world.task, world.owner)
    saved = SavedComment.objects.create(task=world.task, title="New link", text="Please hand in the **new** link.")
    client = world.client("ta")
    with opened(client, world.task, world.owner) as (url, form):
        response = client.post(url, form | {"comment": "Hello.", "saved": saved.pk, "act": "insert"})
        assert sent_by(response)["comment"] == "Hello.\n\nPlease hand in the **new** link."
        assert not Grade.objects.exists()
        for nonsense in ("", "x", "999999"):
            response = client.post(url, form | {"comment": "Hello.", "saved": nonsense, "act": "insert"})
            assert sent_by(response)["comment"] == "Hello."
        client.post(url, form | {"comment": "Use a **new** link.", "act": "save"})
    assert "Use a <strong>new</strong> link." in shown(world)


def test_taking_back_and_passing_on(world: World) -> None:
    settled(world.task, world.owner)
    client = world.client("ta")
    with opened(client, world.task, world.owner) as (url, form):
        client.post(url, form | {"adjustment": "-1", "adjustment_reason": "Late talk.", "act": "save"})
    page = shown(world)
    assert "Decided by you" in page and "Decided by ta" in shown(world, who="instructor")
    with opened(client, world.task, world.owner) as (url, form):
        response = client.post(url, form | {"act": "undecide"}, follow=True)
    assert "The decision is taken back" in response.content.decode()
    assert not grade_of(world.task, world.owner).is_decided
    version = Grade.objects.get().version
    response = client.post(url, {"act": "assign", "to": world.instructor.user_id, "version": version}, follow=True)
    assert "Passed on to instructor." in response.content.decode()
    assert Grade.objects.get().assigned_to == world.instructor.user
    stale = client.post(url, {"act": "assign", "to": "", "version": version})
    assert (stale.status_code, Grade.objects.get().assigned_to) == (409, world.instructor.user)
    student = client.post(url, {"act": "assign", "to": world.owner.user_id, "version": version + 1})
    assert student.status_code == 422 and "is not on this course’s staff" in student.content.decode()


def test_instructors_run_again_from_here_and_come_back(world: World) -> None:
    submission = settled(world.task, world.owner).submission
    assert "Run again" not in shown(world)
    assert "Run again" in shown(world, who="instructor")
    url = reverse("rerun", kwargs={"receipt_number": submission.receipt_number})
    response = world.client("instructor").post(url, {"back": "grading"})
    assert response["Location"] == grading_url(world.task, world.owner.pk)
    assert "Run again" not in shown(world, who="instructor")  # it is being run


def test_lateness_release_and_requests_are_said(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    assert "Being checked" in shown(world)
    assert "It is released" in shown(world)  # by this task's policy
    row = Grade.objects.create(task=world.task, enrollment=world.owner, release_state="hidden")
    RegradeRequest.objects.create(grade=row, about="automatic", reason="Please.", asked_at=submission.received_at)
    page = shown(world)
    assert "It is held back." in page and "Second looks" in page and "The automatic points" in page
    assert "History (" in page and "Handed in attempt 1" in page


def test_a_frozen_result_is_shown_with_its_own_engine(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    with opened(world.client("ta"), world.task, world.owner) as (url, form):
        world.client("ta").post(url, form | {"act": "save"})
    rerun(submission, 400.0, world)
    page = shown(world)
    assert "engine 1.0.0, 100 official epochs" in page


def test_review_is_in_the_navigation_of_staff_only(world: World) -> None:
    start = reverse("grading_start", kwargs=world.task.url_arguments())
    assert f'href="{start}"' in world.client("ta").get(reverse("home")).content.decode()
    assert start not in world.client("owner").get(reverse("home")).content.decode()
    Section.objects.create(course=world.course, name="Lab")
    assert 'aria-current="page">Review' in shown(world).replace("\n", "")
