"""Second looks in pages: asking, the queue with its filters, answering with the evidence beside, and who may see it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from coursework.models import Section
from grading.models import Grade, GradingPolicy, RegradeRequest, RubricItem
from grading.services.grades.regrades import ask_regrade
from grading.services.grades.releasing import hide_grades, release_grades
from tests.grading.graded import by_hand, classmates, decided, settled
from tests.world import World, make_task, picture

pytestmark = pytest.mark.django_db
REASON = "My seed is <b>0.5</b>\nnot 0.6"


@pytest.fixture
def world() -> World:
    world = by_hand()
    decided(settled(world.task, world.owner), world.ta)
    RubricItem.objects.create(task=world.task, title="No report", points=Decimal("-2.5"))
    release(world)
    return world


def release(world: World, *students: Any) -> None:
    release_grades(task=world.task, enrollments=students or [world.owner], actor=world.instructor.user, mail=False)


def ask_url(world: World) -> str:
    return reverse("regrade_ask", kwargs=world.task.url_arguments())


def asked(world: World, **fields: Any) -> RegradeRequest:
    values: dict[str, Any] = {"task": world.task, "enrollment": world.owner, "part": "automatic", "reason": REASON}
    return ask_regrade(**(values | fields))


def at(name: str, world: World, request: RegradeRequest | None = None) -> str:
    more = {"number": request.pk} if request else {}
    return reverse(name, kwargs={"course": world.course.slug} | more)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def test_a_student_asks_with_a_picture(world: World) -> None:
    fields = {"part": "automatic", "reason": REASON, "picture": picture("mine.png")}
    text = text_of(world.client("owner").post(ask_url(world), fields, follow=True))
    request = RegradeRequest.objects.get()
    assert request.attachment and request.reason == REASON
    assert "Sent. A person looks at it" in text
    assert "My seed is &lt;b&gt;0.5&lt;/b&gt;<br>not 0.6" in text and "The picture sent along" in text
    shown: Any = world.client("owner").get(at("regrade_picture", world, request))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose the part that should be looked at again."),
        ({"part": "moon", "reason": "x"}, "moon is no part of this grade"),
        ({"part": "automatic", "reason": "   "}, "Say why, in a sentence or two"),
        ({"part": "automatic", "reason": "x" * 2001}, "at most 2000 characters (it has 2001)"),
        (
            {"part": "automatic", "reason": "x", "picture": SimpleUploadedFile("a.png", b"<svg>")},
            "a.png is not a picture that we can read",
        ),
        ({"part": "automatic", "reason": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_what_can_t_be_asked_is_said_and_kept(world: World, fields: dict[str, Any], said: str) -> None:
    text = text_of(world.client("owner").post(ask_url(world), fields), 422)
    assert said in text
    assert not RegradeRequest.objects.exists()
    if "part" in fields and fields["part"] == "automatic" and fields.get("reason") == "x":
        assert ">x</textarea>" in text.replace(" ", "") and "checked" in text


def test_asked_already_too_late_or_not_released_is_said(world: World) -> None:
    asked(world)
    said = {"part": "automatic", "reason": "Again"}
    assert "asked about this already" in text_of(world.client("owner").post(ask_url(world), said), 409)
    Grade.objects.update(released_at=timezone.now() - timedelta(days=9))
    assert "The time to ask ended" in text_of(world.client("owner").get(ask_url(world)))
    assert "The time to ask ended" in text_of(world.client("owner").post(ask_url(world), said), 409)
    assert "The time to ask ended" in text_of(
        world.client("owner").get(reverse("task", kwargs=world.task.url_arguments()))
    )
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    assert "not released yet" in text_of(world.client("owner").get(ask_url(world)))


def test_storage_that_is_down_is_our_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> str:
        raise OSError("disk full")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
    fields = {"part": "automatic", "reason": REASON, "picture": picture()}
    assert "the fault is ours" in text_of(world.client("owner").post(ask_url(world), fields), 503)
    assert not RegradeRequest.objects.exists()


def test_the_queue_has_what_waits_longest_first_and_filters(world: World) -> None:
    lab = Section.objects.create(course=world.course, name="Lab 1")
    world.classmate.section = lab
    world.classmate.save()
    settled(world.task, world.classmate)
    release(world, world.classmate)
    first, second = asked(world), asked(world, enrollment=world.classmate)
    other = make_task(world.course, slug="other")
    text = text_of(world.client("ta").get(at("regrades", world)))
    assert "Open 2" in text and text.index("Orla Owner") < text.index(">classmate")
    assert "waits less than a day" in text and at("regrade", world, first) in text
    for query, there in (
        (f"?section={lab.pk}", [second]),
        ("?section=none", [first]),
        (f"?task={other.pk}", []),
        ("?state=closed", []),
        ("?state=all", [first, second]),
        ("?state=nonsense&task=x&section=y", [first, second]),
    ):
        text = text_of(world.client("ta").get(at("regrades", world) + query))
        assert [one for one in (first, second) if at("regrade", world, one) in text] == there, query


def test_the_queue_takes_as_many_queries_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    students = classmates(world, 6)
    for student in students:
        settled(world.task, student)
    release(world, *students)
    for student in students:
        asked(world, enrollment=student)
    world.client("ta")
    with django_assert_max_num_queries(14):
        text_of(world.client("ta").get(at("regrades", world)))


def test_staff_answer_with_the_evidence_beside(world: World) -> None:
    request = asked(world, part=f"item-{RubricItem.objects.get().pk}")
    text = text_of(world.client("ta").get(at("regrade", world, request)))
    submission = Grade.objects.get(enrollment=world.owner).submission
    assert submission is not None
    assert "Second look: Orla Owner, Task A: Circle" in text and "No report" in text
    assert reverse("screenshot", kwargs={"receipt_number": submission.receipt_number, "position": 1}) in text
    assert reverse("evidence", kwargs={"receipt_number": submission.receipt_number}) in text
    assert "Grading page" in text and "Verified" in text
    assert "Choose what came of it." in text_of(world.client("ta").post(at("regrade", world, request), {}), 422)
    fields = {"answer": "granted", "text": "You are **right**<script>"}
    text = text_of(world.client("ta").post(at("regrade", world, request), fields, follow=True))
    assert "<strong>right</strong>" in text and "<script>" not in text.split("<main")[1]
    again = text_of(world.client("instructor").post(at("regrade", world, request), fields), 409)
    assert "answered this meanwhile" in again


def test_the_answer_stands_beside_the_item_and_the_student_closes_it(world: World) -> None:
    request = asked(world, part=f"item-{RubricItem.objects.get().pk}")
    world.client("ta").post(at("regrade", world, request), {"answer": "declined", "text": "Page 3 is empty"})
    task_url = reverse("task", kwargs=world.task.url_arguments())
    text = text_of(world.client("owner").get(task_url))
    assert "No report" in text and "Does not hold." in text and "Page 3 is empty" in text and "Declined" in text
    assert "That settles it, thank you" in text
    text = text_of(world.client("owner").post(at("regrade_close", world, request), follow=True))
    assert "Closed." in text and "That settles it" not in text
    assert RegradeRequest.objects.get().state == "closed"


def test_an_open_request_is_not_closed_by_anybody(world: World) -> None:
    request = asked(world)
    text = text_of(world.client("ta").post(at("regrade_close", world, request), follow=True))
    assert "waits for an answer" in text and RegradeRequest.objects.get().state == "open"


def test_strangers_get_nothing(world: World) -> None:
    request = asked(world)
    for who in ("classmate", "elsewhere", "elsewhere_instructor", "operator"):
        for name in ("regrade", "regrade_picture", "regrade_close"):
            method = world.client(who).post if name == "regrade_close" else world.client(who).get
            assert method(at(name, world, request)).status_code == 404, (who, name)
    assert world.client("owner").get(at("regrade", world, request)).status_code == 404
    assert world.client("owner").get(at("regrade_picture", world, request)).status_code == 404  # none was sent
    assert world.client("ta").get(ask_url(world)).status_code == 404


def test_a_blind_task_hides_the_name_while_it_is_taken_back(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).update(blind=True)
    request = asked(world)
    assert "Orla Owner" in text_of(world.client("ta").get(at("regrades", world)))
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    for address in (at("regrades", world), at("regrade", world, request)):
        text = text_of(world.client("ta").get(address))
        assert "Orla Owner" not in text and world.owner.pseudonym in text
    task_url = reverse("task", kwargs=world.task.url_arguments())
    assert "My seed" not in text_of(world.client("owner").get(task_url))
