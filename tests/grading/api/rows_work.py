"""Rows of what students do: submissions, verifications, leaderboards, practice runs."""

from typing import Any

from coursework.models import DraftScreenshot
from coursework.services.drafts import add_pictures
from engine.link import write_link
from grading.api.scopes import ApiScope
from grading.models import Verification
from tests.furnished import of_course, of_submission, of_task
from tests.grading.api.matrix import (
    ACCEPTED,
    CONFLICT,
    CREATED,
    DONE,
    MEMBERS,
    OWNER,
    OWNER_AND_STAFF,
    Row,
    with_status,
)
from tests.world import QUICK_SPEC, World, picture, settled_practice

READ, WRITE = ApiScope.SUBMISSIONS_READ, ApiScope.SUBMISSIONS_WRITE


def of_screenshot(world: World) -> dict[str, Any]:
    return of_submission(world) | {"position": 1}


def of_verification(world: World) -> dict[str, Any]:
    found = Verification.objects.get(submission__receipt_number=of_submission(world)["receipt_number"])
    return of_submission(world) | {"verification": found.pk}


def of_run(world: World) -> dict[str, Any]:
    return of_verification(world) | {"position": 0}


def of_draft_screenshot(world: World) -> dict[str, Any]:
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture()])
    return of_task(world) | {"picture": DraftScreenshot.objects.get().pk}


def of_practice_run(world: World) -> dict[str, Any]:
    run = settled_practice(world.task, world.owner, trace=bytes(16))
    return of_task(world) | {"run": run.pk}


def a_hand_in(_world: World) -> dict[str, Any]:
    return {"link": write_link(QUICK_SPEC), "claimed_epochs": 101, "screenshots": [picture()]}


def a_picture(_world: World) -> dict[str, Any]:
    return {"screenshot": picture()}


def a_link(world: World) -> dict[str, Any]:
    return {"link": write_link(QUICK_SPEC)}


ROWS: tuple[Row, ...] = (
    Row("api_submissions", "get", READ, MEMBERS, of_course),
    Row("api_task_submissions", "get", READ, MEMBERS, of_task),
    Row(
        "api_task_submissions",
        "post",
        WRITE,
        with_status(MEMBERS, ACCEPTED),
        of_task,
        a_hand_in,
        multipart=True,
        headers={"Idempotency-Key": "of the table"},
    ),
    Row("api_submission", "get", READ, OWNER_AND_STAFF, of_submission),
    Row("api_screenshot", "get", READ, OWNER_AND_STAFF, of_screenshot),
    Row("api_verifications", "get", READ, OWNER_AND_STAFF, of_submission),
    Row("api_verification", "get", READ, OWNER_AND_STAFF, of_verification),
    Row("api_trace", "get", READ, OWNER_AND_STAFF, of_run, query="?points=2"),
    Row("api_network", "get", READ, OWNER_AND_STAFF, of_run),
    Row("api_draft_screenshots", "get", READ, MEMBERS, of_task),
    Row("api_draft_screenshots", "post", WRITE, with_status(MEMBERS, CREATED), of_task, a_picture, multipart=True),
    Row("api_draft_screenshot", "get", READ, OWNER, of_draft_screenshot),
    Row("api_draft_screenshot", "delete", WRITE, with_status(OWNER, DONE), of_draft_screenshot),
    Row("api_leaderboard", "get", ApiScope.LEADERBOARDS_READ, MEMBERS, of_task),
    Row("api_practice", "get", ApiScope.PRACTICE_READ, MEMBERS, of_task),
    Row("api_practice_runs", "get", ApiScope.PRACTICE_READ, MEMBERS, of_task),
    # The table's task has no practice seeds.
    Row("api_practice_runs", "post", ApiScope.PRACTICE_WRITE, with_status(MEMBERS, CONFLICT), of_task, a_link),
    Row("api_practice_run", "get", ApiScope.PRACTICE_READ, OWNER_AND_STAFF, of_practice_run),
    Row("api_practice_trace", "get", ApiScope.PRACTICE_READ, OWNER_AND_STAFF, of_practice_run),
)
