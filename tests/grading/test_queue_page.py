"""What operators and instructors see of the queue, and running again from there."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission, Task
from grading.models import RerunBatch, SignKind, Status, Verification, WorkerSign
from grading.services.verification import claim_verification, run_verification
from tests.world import World, hand_in, make_task, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def text(world: World, who: str, name: str, **arguments: Any) -> str:
    response = world.client(who).get(reverse(name, kwargs=arguments))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def everything(world: World) -> str:
    return text(world, "operator", "queue")


def of_course(world: World) -> str:
    return text(world, "instructor", "course_queue", course=world.course.slug)


def settle(submission: Submission) -> None:
    run_verification(verification_id=verification_of(submission).pk, worker="machine:7:8")


def fail(submission: Submission, why: str = "MemoryError: too large") -> None:
    Verification.objects.filter(submission=submission).update(
        status=Status.FAILED, attempt=3, last_error=why, finished_at=timezone.now()
    )


def elsewhere(world: World) -> Task:
    return Task.objects.get(assignment__course=world.elsewhere.course)


def test_an_empty_queue_says_so(world: World) -> None:
    page = everything(world)
    for words in ("Nothing waits and nothing runs.", "Nothing failed by us.", "No worker gives a sign"):
        assert words in page


def test_waiting_running_failed_and_settled_each_with_what_matters(world: World) -> None:
    waiting, running, broken, done = (
        hand_in(world.task, who) for who in (world.owner, world.classmate, world.ta, world.owner)
    )
    settle(done)
    fail(broken)
    claim_verification(verification_id=verification_of(running).pk, worker="machine:7:8")
    Verification.objects.filter(submission=running).update(epochs_done=123)
    Verification.objects.filter(submission=waiting).update(queued_at=timezone.now() - timedelta(minutes=7))
    WorkerSign.objects.create(name="machine:7", version="1", started_at=timezone.now(), seen_at=timezone.now())
    page = everything(world)
    for submission in (waiting, running, broken, done):
        assert submission.receipt_number in page
    assert "MemoryError: too large" in page
    assert "epoch 123 of 400" in page and "machine:7:8" in page
    assert "<dt>Waiting</dt><dd>1</dd>" in page and "<dt>Running</dt><dd>1</dd>" in page
    assert "<dt>Oldest waiting</dt><dd>7 min</dd>" in page
    assert f"{running.receipt_number}, epoch 123" in page  # beside the worker that has it


def test_a_worker_that_gives_no_sign_is_shown_as_such(world: World) -> None:
    now = timezone.now()
    WorkerSign.objects.create(name="a:1", version="1", started_at=now, seen_at=now - timedelta(minutes=3))
    WorkerSign.objects.create(name="b:2", kind=SignKind.SWEEPER, version="1", started_at=now, seen_at=now)
    page = everything(world)
    assert "Not heard of" in page and "3 min ago" in page
    assert "Sweeper, since" in page


def test_instructors_see_their_course_only_and_no_machines(world: World) -> None:
    own, foreign = hand_in(world.task, world.owner), hand_in(elsewhere(world), world.elsewhere)
    claim_verification(verification_id=verification_of(own).pk, worker="machine:7:8")
    page = of_course(world)
    assert own.receipt_number in page
    assert foreign.receipt_number not in page
    assert "machine:7:8" not in page and "Workers" not in page


def test_no_names_of_students(world: World) -> None:
    settle(hand_in(world.task, world.owner))
    fail(hand_in(world.task, world.owner))
    for page in (everything(world), of_course(world)):
        assert "Orla" not in page


def test_it_updates_itself_unless_paused(world: World) -> None:
    client = world.client("operator")
    assert 'hx-trigger="every 2s"' in client.get(reverse("queue")).content.decode()
    assert "hx-trigger" not in client.get(reverse("queue") + "?paused").content.decode()
    fragment = client.get(reverse("queue"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and 'id="queue"' in fragment


def test_the_number_of_queries_does_not_grow_with_the_queue(world: World, django_assert_max_num_queries: Any) -> None:
    task = make_task(world.course, slug="many", attempts=30)
    for _ in range(12):
        hand_in(task, world.owner)
    world.client("operator").get(reverse("queue"))
    with django_assert_max_num_queries(30):
        world.client("operator").get(reverse("queue"))


# --- Running again -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "back"), [("operator", "queue"), ("instructor", "course_queue")])
def test_run_again_from_the_queue(world: World, who: str, back: str) -> None:
    submission = hand_in(world.task, world.owner)
    fail(submission)
    address = reverse("rerun", kwargs={"receipt_number": submission.receipt_number})
    response = world.client(who).post(address, {"reason": "It failed by us."}, follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse(back, kwargs=_course(world, back)))
    assert "is run again" in response.content.decode()
    assert Verification.objects.filter(submission=submission, status=Status.QUEUED).count() == 1
    assert "Nothing failed by us." in " ".join(response.content.decode().split())
    response = world.client(who).post(address, {}, follow=True)
    assert "is waiting or running already" in response.content.decode()


def _course(world: World, name: str) -> dict[str, str]:
    return {"course": world.course.slug} if name == "course_queue" else {}


@pytest.mark.parametrize("reason", ["x" * 201, "a\0b"])
def test_a_reason_that_can_t_be_kept_is_refused(world: World, reason: str) -> None:
    submission = hand_in(world.task, world.owner)
    fail(submission)
    address = reverse("rerun", kwargs={"receipt_number": submission.receipt_number})
    page = world.client("operator").post(address, {"reason": reason}, follow=True).content.decode()
    assert "Not run again:" in page
    assert Verification.objects.count() == 1


def test_the_submission_page_says_that_it_is_being_run_again(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    settle(submission)
    arguments = {"receipt_number": submission.receipt_number}
    assert "Run again" in text(world, "instructor", "submission", **arguments)
    assert "Run again" not in text(world, "owner", "submission", **arguments)
    response = world.client("instructor").post(reverse("rerun", kwargs=arguments), {"back": "submission"})
    assert response["Location"] == reverse("submission", kwargs=arguments)
    page = text(world, "owner", "submission", **arguments)
    assert "Being run again" in page
    assert "Verified: your network reaches" in page and "This attempt counts" in page
    fail_rerun = Verification.objects.filter(requested_by__isnull=False)
    fail_rerun.update(status=Status.FAILED, attempt=3)
    assert "A rerun failed by us" in text(world, "instructor", "submission", **arguments)
    assert "failed by us" not in text(world, "owner", "submission", **arguments)


def start(world: World, **fields: str) -> Any:
    address = reverse("rerun_task", kwargs=world.task.url_arguments())
    return world.client("instructor").post(address, {"scope": "all", "how": "dry", "reason": "", **fields}, follow=True)


def test_a_task_is_tried_and_the_page_says_what_would_change(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    settle(submission)
    page = " ".join(start(world, reason="a new engine").content.decode().split())
    assert "0 of 1 done" in page and "a new engine" in page and 'hx-trigger="every 2s"' in page
    item = RerunBatch.objects.get().items.get()
    item.status, item.finding = (
        Status.COMPLETED,
        {"outcome": "diverged", "retrained_epochs": None, "official_epochs": None, "engine_version": "2"},
    )
    item.save()
    arguments = RerunBatch.objects.get().url_arguments()
    page = text(world, "instructor", "rerun_batch", **arguments)
    assert "1 result would change" in page and "Diverged" in page and "hx-trigger" not in page
    assert "1 → –" in page  # the place
    assert "Run this one again for real" in page
    page = world.client("instructor").post(reverse("rerun_apply", kwargs=arguments), follow=True).content.decode()
    assert "Rerun of Task A" in page
    assert Verification.objects.filter(requested_by=world.instructor.user).count() == 1
    assert "See the rerun of these" in text(world, "instructor", "rerun_batch", **arguments)


def test_what_failed_by_us_has_no_result_before(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    fail(submission)
    page = " ".join(start(world, scope="failed", how="real").content.decode().split())
    assert "0 of 1 done" in page and "Failed by us" in page
    (rerun,) = Verification.objects.filter(requested_by__isnull=False)
    run_verification(verification_id=rerun.pk, worker="test")
    page = text(world, "instructor", "rerun_batch", **RerunBatch.objects.get().url_arguments())
    assert "1 result changed" in page and "Verified" in page and "– → 1" in page


def test_a_second_start_leads_to_the_one_that_runs(world: World) -> None:
    settle(hand_in(world.task, world.owner))
    first, second = start(world), start(world, how="real")
    assert first.redirect_chain == second.redirect_chain
    assert "being run again already" in second.content.decode()
    assert RerunBatch.objects.count() == 1


def test_what_is_missing_is_named_and_nothing_to_do_is_said(world: World) -> None:
    response = start(world, scope="odd", how="")
    assert response.status_code == 422
    assert "Select a valid choice" not in response.content.decode()
    response = start(world, scope="failed")
    assert response.status_code == 422
    assert "nothing to run again" in response.content.decode()


def test_a_batch_of_another_task_is_not_found_under_this_one(world: World) -> None:
    settle(hand_in(world.task, world.owner))
    start(world)
    other = make_task(world.course, slug="other")
    address = reverse("rerun_batch", kwargs={**other.url_arguments(), "batch": RerunBatch.objects.get().pk})
    assert world.client("instructor").get(address).status_code == 404
