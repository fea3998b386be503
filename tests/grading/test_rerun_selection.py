"""Running a selection again: those chosen and no others, once, and never over what a person decided."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from coursework.models import Submission
from grading.grades.keys import grade_key
from grading.grades.reading import grade_of
from grading.models import BatchState, Outcome, RerunBatch, RerunItem, Scope, Verification
from grading.reruns import graded_in
from grading.services.dry_run import sweep_dry_runs
from grading.services.rerun import RerunRefused, start_batch
from grading.services.verification import claim_verification, settle_verification
from grading.services.verify import Finding
from tests.grading.dashboard.classes import graded, settled
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    settled(world.task, world.owner)
    settled(world.task, world.owner, Outcome.TARGET_NOT_REACHED)
    settled(world.task, world.classmate)
    return world


def key(world: World) -> str:
    return grade_key(world.task.pk, world.owner.pk)


def post(world: World, who: str = "instructor", **fields: Any) -> Any:
    return world.client(who).post(reverse("rerun_selection", kwargs=world.task.url_arguments()), fields)


def start(world: World, **fields: Any) -> Any:
    values = {"confirmed": "1", "key": key(world), "attempts": "counting", "how": "real"}
    return post(world, **(values | fields))


def chosen(batch: RerunBatch) -> list[tuple[int, int]]:
    return list(batch.items.values_list("submission__enrollment", "submission__attempt").order_by("pk"))


def test_first_it_is_said_what_would_run(world: World) -> None:
    graded(world.owner.submissions.get(attempt=1), world.ta)
    page = post(world, key=key(world)).content.decode()
    assert "Run again: 1 student<" in page
    for words in ("The attempt of each student that counts (1)", "The newest attempt of each student (1)"):
        assert words in page
    assert "All attempts of these students (2)" in page
    assert "That grade stays as it is" in page
    assert RerunBatch.objects.count() == 0


@pytest.mark.parametrize(("attempts", "numbers"), [("counting", [1]), ("newest", [2]), ("all", [1, 2])])
def test_just_the_chosen_attempts_are_run_again(attempts: str, numbers: list[int], world: World) -> None:
    response = start(world, attempts=attempts, reason="a new engine")
    batch = RerunBatch.objects.get()
    assert response["Location"] == reverse("rerun_batch", kwargs=batch.url_arguments())
    assert chosen(batch) == [(world.owner.pk, number) for number in numbers]
    assert (batch.scope, batch.dry_run, batch.reason) == (Scope.SELECTION, False, "a new engine")
    assert "Those chosen one by one" in world.client("instructor").get(response["Location"]).content.decode()


def test_all_that_match_the_filter_and_a_dry_run(world: World) -> None:
    page = post(world, which="all", filter="q=classmate")
    keys = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert keys is not None
    start(world, key=keys[1], how="dry")
    batch = RerunBatch.objects.get()
    assert batch.dry_run and chosen(batch) == [(world.classmate.pk, 1)]
    assert Verification.objects.count() == 3


@pytest.mark.parametrize("attempts", ["counting", "all"])  # the same ones, which wait by now, and others, too
def test_a_second_click_leads_to_the_batch_that_runs(attempts: str, world: World) -> None:
    first, second = start(world), start(world, attempts=attempts)
    assert first["Location"] == second["Location"] and RerunItem.objects.count() == 1
    assert "See how far it is" in post(world, key=key(world)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_time_start_one(world: World) -> None:
    barrier = Barrier(2)
    url = reverse("rerun_selection", kwargs=world.task.url_arguments())
    browsers = []
    for _ in range(2):
        browser = Client()
        browser.force_login(world.instructor.user)
        browsers.append(browser)

    def click(browser: Client) -> str:
        barrier.wait(timeout=30)
        try:
            values = {"confirmed": "1", "key": key(world), "attempts": "all", "how": "real"}
            return browser.post(url, values)["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(click, browsers))
    assert answers == {reverse("rerun_batch", kwargs=RerunBatch.objects.get().url_arguments())}
    assert RerunItem.objects.count() == 2 and Verification.objects.count() == 3 + 2


@pytest.mark.parametrize("fields", [{}, {"key": "0" * 16}, {"which": "all", "filter": "q=zzz"}, {"confirmed": "1"}])
def test_nobody_chosen_is_said(fields: dict[str, str], world: World) -> None:
    response = post(world, **fields)
    assert response.status_code == 422 and "No student is chosen" in response.content.decode()


def test_what_is_missing_in_the_form_is_named_and_nothing_is_lost(world: World) -> None:
    response = start(world, attempts="some", how="", reason="keep me")
    page = response.content.decode()
    assert response.status_code == 422 and "“some” can’t be chosen" in page and "keep me" in page and key(world) in page


def test_who_handed_in_nothing_can_t_be_run_again(world: World) -> None:
    other = make_task(world.course, slug="spiral")
    world.task = other
    response = start(world)
    assert response.status_code == 422 and "no settled submission fits" in response.content.decode()


def test_assistants_do_not_run_again_and_operators_do(world: World) -> None:
    assert post(world, "ta", key=key(world)).status_code == 404
    assert post(world, "operator", key=key(world)).status_code == 200


def test_a_selection_holds_nothing_of_another_task(world: World) -> None:
    other = settled(make_task(world.course, slug="spiral"), world.owner)
    with pytest.raises(RerunRefused):
        selection(world, [other.pk])
    with pytest.raises(RerunRefused):
        selection(world, None)


def selection(world: World, submissions: list[int] | None) -> RerunBatch:
    return start_batch(
        task=world.task, actor=world.operator, scope=Scope.SELECTION, dry_run=False, submissions=submissions
    )


def finish(batch: RerunBatch, epochs: float) -> None:
    for item in batch.items.all():
        claim = claim_verification(verification_id=item.verification_id or 0, worker="test")
        finding = Finding(Outcome.VERIFIED, "9.9", retrained_epochs=101, official_epochs=epochs)
        assert claim is not None and settle_verification(claim=claim, finding=finding)
    sweep_dry_runs()
    batch.refresh_from_db()


@pytest.mark.parametrize(
    ("epochs", "differ", "words"), [(300.0, 1, "1 result differs"), (100.0, 0, "No result differs")]
)
def test_a_rerun_leaves_a_graded_student_s_points_and_shows_what_differs(
    epochs: float, differ: int, words: str, world: World
) -> None:
    submission = Submission.objects.get(enrollment=world.owner, attempt=1)
    graded(submission, world.ta, "10.0", adjustment=Decimal("-1.5"), adjustment_reason="no report")
    batch = selection(world, [submission.pk, world.classmate.submissions.get().pk])
    finish(batch, epochs)
    found = grade_of(world.task, world.owner)
    assert found.result.total == Decimal("8.5") and (found.result.differs is not None) == bool(differ)
    assert batch.state == BatchState.DONE and graded_in(batch) == (1, differ)
    page = world.client("instructor").get(reverse("rerun_batch", kwargs=batch.url_arguments())).content.decode()
    assert "1 of these students is graded by a person; that grade stays." in page and words in page
    link = f"{reverse('dashboard', kwargs=world.task.url_arguments())}?flag=differs#students"
    assert (link in page) == bool(differ)
    listed = world.client("ta").get(link.replace("#students", "")).context["lines"]
    assert [line.name for line in listed] == ["Orla Owner"] * differ
