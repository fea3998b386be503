"""Grades on their way, as staff and students see them; columns made, switched, and scores sent again."""

import re
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from coursework.models import Event
from grading.lti import access
from grading.lti_scores import queue_of
from grading.models import DeliveryState, LineItem, LmsLink, Score
from grading.outbound.fetching import Answer
from grading.services.grades.excusing import excuse
from grading.services.grades.releasing import hide_grades, release_grades
from grading.services.lti import columns
from tests.grading.graded import by_hand, settled
from tests.grading.lti.lms_rows import connect, later, only_score, send_all, use_one_key
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_key(monkeypatch)


def page(world: World, who: str = "instructor") -> str:
    text = world.client(who).get(reverse("lms_links", kwargs={"course": world.course.slug})).content.decode()
    return re.sub(r"\s+", " ", text)


def act(world: World, name: str, who: str = "instructor", data: dict[str, str] | None = None, **where: int) -> int:
    url = reverse(name, kwargs={"course": world.course.slug, **where})
    return world.client(who).post(url, data or {}).status_code


def refuse(lms: FakePlatform, status: int = 400) -> None:
    lms.faults.error_rate, lms.faults.statuses, lms.faults.paths = 1.0, (status,), "scores"


def test_staff_see_what_was_sent_and_what_the_lms_said(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms, world.owner, world.classmate)
    item, _remote = found.column(world.task)
    settled(world.task, world.owner)
    send_all()
    refuse(lms)
    settled(world.task, world.classmate)
    excuse(task=world.task, enrollment=world.owner, reason="ill", actor=world.ta.user)
    with later(2):
        send_all()
    text = page(world)
    assert "Made up error 400." in text and "status 400" in text and "Needs attention" in text
    assert "Orla Owner" in text and world.classmate.user.display_name in text
    assert "1 excused. LTI has no word for that" in text
    assert text.count("Send again<") >= 3 and "Send again" not in page(world, "ta")
    queue = queue_of(Score.objects.all())
    assert (queue.sent, queue.waiting, queue.needs_attention) == (0, 0, 2)
    overview = reverse("course_dashboard", args=[world.course.slug])
    assert "2 grades did not arrive in the LMS" in world.client("ta").get(overview).content.decode()
    lms.faults.error_rate = 0.0
    score = Score.objects.get(member__enrollment=world.classmate)
    assert act(world, "lms_score_again", score=score.pk) == 302
    with later(5):
        send_all()
        assert act(world, "lms_column_again", column=item.pk) == 302
        send_all()
    assert {row.state for row in Score.objects.all()} == {DeliveryState.DELIVERED}
    assert Event.objects.filter(action="lti.scores_resent").count() == 2
    assert act(world, "lms_score_again", score=score.pk) == 302  # arrived meanwhile
    assert Event.objects.filter(action="lti.scores_resent").count() == 2


def test_a_score_that_is_tried_again_says_so(lms: FakePlatform) -> None:
    world = make_world()
    connect(world, lms).column(world.task)
    refuse(lms, 503)
    settled(world.task, world.owner)
    send_all()
    text = page(world)
    assert "Tried again" in text and "Made up error 503." in text
    assert queue_of(Score.objects.all()).waiting == 1


def test_everything_is_sent_again_where_the_lms_lost_it(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    item, remote = found.column(world.task)
    settled(world.task, world.owner)
    send_all()
    remote.scores.clear()
    assert act(world, "lms_column_again", column=item.pk) == 302
    assert send_all() == 0
    assert act(world, "lms_column_again", data={"everything": "1"}, column=item.pk) == 302
    with later(2):
        assert send_all() == 1
    assert found.shown(world.owner, remote) == 10.0


def test_a_column_is_switched_off_and_catches_up_when_it_is_on_again(lms: FakePlatform) -> None:
    world = make_world()
    item, remote = connect(world, lms).column(world.task)
    assert act(world, "lms_column_switch", data={"active": "0"}, column=item.pk) == 302
    assert act(world, "lms_column_switch", data={"active": "0"}, column=item.pk) == 302
    settled(world.task, world.owner)
    assert send_all() == 0 and not remote.history and "switched off" in page(world)
    assert act(world, "lms_column_switch", data={"active": "1"}, column=item.pk) == 302
    assert LineItem.objects.get().checked_at is None
    acts = Event.objects.filter(action__startswith="lti.column").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["lti.column_off", "lti.column_on"]


def test_blind_work_has_no_name_and_no_button_of_its_own(lms: FakePlatform) -> None:
    world = by_hand(blind=True)
    connect(world, lms).column(world.task)
    settled(world.task, world.owner)
    actor = world.instructor.user
    release_grades(task=world.task, enrollments=[world.owner], actor=actor, mail=False)
    send_all()
    hide_grades(task=world.task, enrollments=[world.owner], actor=actor)
    refuse(lms)
    with later(2):
        send_all()
    text = page(world)
    assert "Orla Owner" not in text and world.owner.pseudonym in text
    assert f"/scores/{only_score().pk}/" not in text
    assert act(world, "lms_score_again", score=only_score().pk) == 404


def test_a_column_is_made_where_the_lms_lets_us_and_not_twice(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    remote_link = lms.add_link(maximum=None)
    link = LmsLink.objects.create(
        lms_course=found.course, resource_link_id=remote_link.id, assignment=world.task.assignment, task=world.task
    )
    assert f"Make a column for {world.task.title}" in page(world)
    assert act(world, "lms_column_new", link=link.pk) == 302
    item = LineItem.objects.get()
    (remote,) = lms.items.values()
    assert (remote.maximum, remote.label, remote.link) == (10.0, world.task.title, remote_link.id)
    assert item.url == lms.item_url(remote) and item.checked_at is None
    assert "Make a column" not in page(world)
    LineItem.objects.all().delete()
    assert act(world, "lms_column_new", link=link.pk) == 302
    assert len(lms.items) == 1 and LineItem.objects.get().url == item.url
    assert Event.objects.filter(action="lti.column_made").count() == 2


def test_two_clicks_make_one_column(lms: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    found = connect(world, lms)
    really = access.lti_request
    make = partial(
        columns.create_line_item, lms_course=found.course, assignment=world.task.assignment, task=None, actor=None
    )

    def meanwhile(*args: Any, **kwargs: Any) -> Answer:
        with pytest.raises(columns.ColumnRefused, match="a moment ago"):
            make()
        return really(*args, **kwargs)

    monkeypatch.setattr(columns, "lti_request", meanwhile)
    item = make()
    assert len(lms.items) == 1
    monkeypatch.setattr(columns, "lti_request", really)
    assert make() == item  # whoever comes later finds it


def test_why_no_column_is_made_is_said(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    link = LmsLink.objects.create(lms_course=found.course, resource_link_id="99", assignment=world.task.assignment)
    assert act(world, "lms_column_new", link=link.pk) == 302
    assert "There is no column yet. School answered 403: Invalid LTI link id supplied." in page(world)
    found.course.scopes = []
    found.course.save()
    assert act(world, "lms_column_new", link=link.pk) == 302
    assert "School does not let us make columns." in page(world)
    world.task.points = 0
    world.task.save()
    assert act(world, "lms_column_new", link=link.pk) == 302
    assert "a column needs a maximum above 0" in page(world)
    link.assignment = None
    link.save()
    assert act(world, "lms_column_new", link=link.pk) == 404
    assert not LineItem.objects.exists()


def test_students_see_when_released_points_were_sent(lms: FakePlatform) -> None:
    world = by_hand()
    connect(world, lms).column(world.task)
    settled(world.task, world.owner)
    pages = [reverse("task", kwargs=world.task.url_arguments()), reverse("my_grades", args=[world.course.slug])]
    actor = world.instructor.user
    release_grades(task=world.task, enrollments=[world.owner], actor=actor, mail=False)
    send_all()
    at = only_score().delivered_at
    assert at is not None
    shown = f"{at.astimezone(ZoneInfo(world.course.time_zone)):%H:%M} on "
    for url in pages:
        text = world.client("owner").get(url).content.decode()
        assert "ent to School at <time" in text and shown in text, url
    hide_grades(task=world.task, enrollments=[world.owner], actor=actor)
    for url in pages:
        assert "School" not in world.client("owner").get(url).content.decode()
