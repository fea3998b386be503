"""Programs that know only the API's documentation do a student's and an assistant's whole work."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from engine.link import write_link
from grading.models import GradingPolicy, PracticeRun, ReleaseMode, RubricItem, Status, Verification
from grading.services.practice import run_practice
from grading.services.verification import run_verification
from tests.grading.api import plain_client
from tests.grading.api.matrix import token
from tests.grading.api.plain_client import Assistant, Student
from tests.world import QUICK_SPEC, World, make_world, picture

LINK = write_link(QUICK_SPEC)


@pytest.fixture
def world(transactional_db: None) -> World:
    """A task that is graded blind by a rubric, and that offers practice."""
    world = make_world()
    world.course.assistants_release = True
    world.course.save()
    world.task.practice_seeds, world.task.practice_per_day = ["0.7"], 3
    world.task.save()
    GradingPolicy.objects.filter(task=world.task).update(release=ReleaseMode.MANUAL, blind=True)
    RubricItem.objects.create(task=world.task, title="Explains the choice", points=Decimal("-2.5"))
    return world


def work(_seconds: float) -> None:
    """Instead of waiting: what the workers do meanwhile."""
    for run in PracticeRun.objects.filter(status=Status.QUEUED):
        assert run_practice(practice_run_id=run.pk, worker="test")
    for verification in Verification.objects.filter(status=Status.QUEUED):
        assert run_verification(verification_id=verification.pk, worker="test")


def test_a_students_and_an_assistants_whole_work(live_server: Any, world: World) -> None:
    course = f"courses/{world.course.slug}/"
    task = f"{course}assignments/{world.task.assignment.slug}/tasks/{world.task.slug}/"
    server = live_server.url
    with (
        Student(server, token(world.owner.user), work) as student,
        Assistant(server, token(world.ta.user), work, course=course, task=task) as assistant,
    ):
        hands_in(student)
        assert assistant.waiting()[0]["student"]["name"] == world.owner.pseudonym
        assert assistant.grade_with("Explains the choice", "Say why *three* neurons.") == 1
        assert assistant.release()["count"] == 1
        grade = student.grade()
        assert grade["released"] and grade["comment"] == "Say why *three* neurons."
        points = grade["points"]
        assert points["total"] == points["automatic"] - 2.5
        [row] = [one for one in csv.DictReader(io.StringIO(assistant.download())) if one["user name"] == "owner"]
        assert str(points["total"]) in row.values()
        is_looked_at_again(student, assistant)


def hands_in(student: Student) -> None:
    assert student.find_task()["title"] == "Task A: Circle"
    assert student.practise(LINK)["status"] == "completed"
    handed_in = student.hand_in(LINK, 101, picture().read())
    assert (handed_in["state"], handed_in["outcome"], handed_in["retrained_epochs"]) == ("completed", "verified", 101)
    assert student.grade()["released"] is False and student.grade()["points"] is None


def is_looked_at_again(student: Student, assistant: Assistant) -> None:
    parts = student.grade()["asking"]["parts"]
    part = next(one["key"] for one in parts if one["label"] == "Explains the choice")
    asked = student.ask_for_a_second_look(part, "It is on page two.")
    assert assistant.answer_all("declined", "Page two says what, not why.") == 1
    [request] = student.grade()["requests"]
    assert (request["id"], request["state"], request["answer"]) == (asked["id"], "answered", "declined")
    assert student.close(asked["id"])["state"] == "closed"


def test_these_programs_know_nothing_of_the_project() -> None:
    source = plain_client.__loader__.get_source(plain_client.__name__)  # type: ignore[union-attr]
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import", "from"))
    }
    assert imported == {"uuid", "collections", "typing", "httpx"}
