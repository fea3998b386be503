"""What happens is written down for the webhooks that want to know: in the same transaction, without names."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from coursework.services.course_copy import copy_course
from grading.grades.judgement import Judgement
from grading.grades.keys import grade_key
from grading.grades.reading import grade_of
from grading.models import GradingPolicy, ReleaseMode, Webhook, WebhookDelivery
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.deciding import decide, seen_of
from grading.services.grades.policy import change_policy
from grading.services.grades.releasing import hide_grades, release_grades
from tests.grading.graded import by_hand, settled
from tests.grading.webhooks.hooks import ALL, told, webhook
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
RECEIVED, VERIFIED, DECIDED, RELEASED = ALL


def decide_on(world: World, **judgement: Any) -> None:
    grade = grade_of(world.task, world.owner)
    seen = seen_of(grade, grade.newest)
    user = world.instructor.user
    decide(task=world.task, enrollment=world.owner, actor=user, seen=seen, judgement=Judgement(**judgement))


def test_from_hand_in_to_release_each_step_is_told_once() -> None:
    world = by_hand()
    webhook(world)
    verification = settled(world.task, world.owner)
    submission = verification.submission
    decide_on(world)
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
    received, verified, decided, released = told()
    assert [each["type"] for each in told()] == [RECEIVED, VERIFIED, DECIDED, RELEASED]
    assert received["course"] == world.course.slug
    assert received["created_at"].endswith("Z") and received["data"]["received_at"].endswith("Z")
    place = {"assignment": world.task.assignment.slug, "task": world.task.slug}
    hand = place | {
        "submission": submission.receipt_number,
        "attempt": 1,
        "received_at": received["data"]["received_at"],
        "url": f"http://127.0.0.1:8000/api/v1/submissions/{submission.receipt_number}/",
    }
    assert received["data"] == hand
    assert verified["data"] == hand | {"verification": verification.pk, "outcome": "verified"}
    key = grade_key(world.task.pk, world.owner.pk)
    grade = place | {
        "grade": key,
        "submission": submission.receipt_number,
        "released": False,
        "excused": False,
        "points": None,  # nobody but staff knows them yet
        "points_possible": 10.0,
        "url": f"http://127.0.0.1:8000/api/v1/courses/{world.course.slug}/assignments/{place['assignment']}/tasks/"
        f"{place['task']}/grades/{key}/",
    }
    assert decided["data"] == grade
    points = grade_of(world.task, world.owner).result.total
    assert points is not None
    assert released["data"] == grade | {"released": True, "points": float(points)}
    assert len({each["id"] for each in told()}) == 4


def test_deciding_what_stands_already_and_hiding_tell_nothing() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    decide_on(world)
    webhook(world)
    decide_on(world)
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    assert told() == []


def test_where_grades_are_shown_by_themselves_the_result_that_counts_releases_one() -> None:
    world = make_world()
    webhook(world, events=(RELEASED,))
    settled(world.task, world.owner, 100.0)
    (first,) = told()
    assert first["data"]["released"] is True and first["data"]["points"] is not None
    GradingPolicy.objects.filter(task=world.task).update(counts="best")
    settled(world.task, world.owner, 399.0)  # worse: the first goes on counting
    assert len(told()) == 1
    settled(world.task, world.classmate, None)  # waits for a person: there are no points to show
    assert len(told()) == 1


def test_a_policy_that_shows_grades_by_itself_releases_what_waited() -> None:
    world = by_hand()
    for student in (world.owner, world.classmate):
        settled(world.task, student)
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
    webhook(world)
    user = world.instructor.user
    with pytest.raises(GradesWouldChange) as asked:
        change_policy(task=world.task, actor=user, values={"release": ReleaseMode.AUTOMATIC})
    assert told() == []
    digest = asked.value.effect.digest
    change_policy(task=world.task, actor=user, values={"release": ReleaseMode.AUTOMATIC}, confirmed=digest)
    (released,) = told()
    assert released["type"] == RELEASED
    assert released["data"]["grade"] == grade_key(world.task.pk, world.classmate.pk)


def test_nothing_tells_who_it_is_above_all_not_where_grading_is_blind() -> None:
    world = by_hand(blind=True)
    webhook(world)
    settled(world.task, world.owner)
    decide_on(world, comment="Well done, Orla")
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
    assert len(told()) == 4
    text = json.dumps(told())
    for word in ("Orla", "Owner", "owner", world.owner.pseudonym, "Well done", "enrollment", "instructor"):
        assert word not in text, word
    decided = told(DECIDED)[0]["data"]
    assert decided["points"] is None and str(world.owner.pk) not in {str(value) for value in decided.values()}


def test_only_webhooks_that_are_on_and_want_to_know_are_told() -> None:
    world = make_world()
    wants, off = webhook(world, events=(RECEIVED,)), webhook(world)
    webhook(world, events=(RELEASED,))
    Webhook.objects.filter(pk=off.pk).update(active=False)
    hand_in(world.task, world.owner)
    assert list(WebhookDelivery.objects.values_list("webhook", flat=True)) == [wants.pk]


def test_what_did_not_happen_is_not_told() -> None:
    world = make_world()
    webhook(world)
    with pytest.raises(RuntimeError), transaction.atomic():
        hand_in(world.task, world.owner)
        raise RuntimeError("the transaction fails")
    assert told() == []


def test_a_course_without_webhooks_pays_one_query() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    with CaptureQueriesContext(connection) as queries:
        hand_in(world.task, world.classmate)
        decide_on(world)
        release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
    about = [query["sql"] for query in queries if "webhook" in query["sql"]]
    assert len(about) == 3
    assert all(sql.startswith("SELECT") for sql in about)


def test_a_copied_course_has_no_webhooks() -> None:
    world = make_world()
    webhook(world)
    copy_course(source=world.course, actor=world.instructor.user, title="Next", slug="next", days=7)
    assert [hook.course for hook in Webhook.objects.all()] == [world.course]


def test_the_addresses_answer_whoever_may_know_more() -> None:
    world = by_hand()
    webhook(world)
    settled(world.task, world.owner)
    decide_on(world)
    for message in told():
        path = message["data"]["url"].removeprefix("http://127.0.0.1:8000")
        assert world.client("instructor").get(path).status_code == 200
        assert world.client("elsewhere_instructor").get(path).status_code == 404
