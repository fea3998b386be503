"""Granting, changing and revoking more time: what it changes is shown before it holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coursework.deadlines import MoreTime
from coursework.models import Assignment, Enrollment, Event, Extension, Section
from coursework.selectors.deadlines import window_for
from coursework.selectors.extensions import effects_of
from coursework.services.extensions import ExtensionRefused, change_extension, grant_extension, revoke_extension
from tests.world import World, hand_in, make_world

DUE = datetime(2027, 12, 10, 22, 59, tzinfo=UTC)  # 23:59 in Zurich
DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    assignment = world.task.assignment
    assignment.opens_at, assignment.due_at = timezone.now() - DAY, DUE
    assignment.save()
    return world


@pytest.fixture
def client(world: World) -> Client:
    return world.client("instructor")


def url(name: str, world: World, **more: Any) -> str:
    return reverse(name, kwargs={"course": world.course.slug} | more)


def lab(world: World, *people: Enrollment) -> Section:
    section = Section.objects.create(course=world.course, name="Lab 1")
    Enrollment.objects.filter(pk__in=[one.pk for one in people]).update(section=section)
    return section


def values(world: World, target: str, due_at: str = "2027-12-12T23:59", **more: str) -> dict[str, str]:
    return {"assignment": str(world.task.assignment.pk), "target": target, "due_at": due_at} | more


def shown_and_done(client: Client, address: str, sent: dict[str, str]) -> Any:
    shown = client.post(address, sent | {"act": "show"})
    assert shown.status_code == 200
    return client.post(address, sent | {"act": "do", "previewed": shown.context["summary"]})


def test_the_effect_is_shown_then_granted(world: World, client: Client) -> None:
    sent = values(world, f"student-{world.owner.pk}", reason="Ill")
    shown = client.post(url("extension_new", world), sent | {"act": "show"})
    text = " ".join(shown.content.decode().split())
    assert "Orla Owner</strong>: due <strong>Sun 12 Dec 2027, 23:59</strong> instead of Fri 10 Dec 2027, 23:59" in text
    assert not Extension.objects.exists()
    assert shown_and_done(client, url("extension_new", world), sent)["Location"] == url("extensions", world)
    extension = Extension.objects.get()
    assert (extension.due_at, extension.reason, extension.granted_by) == (DUE + 2 * DAY, "Ill", world.instructor.user)
    assert window_for(assignment=world.task.assignment, enrollment=world.owner).due_at == DUE + 2 * DAY
    event = Event.objects.get()
    assert (event.action, event.details["enrollment"]) == ("extension.granted", world.owner.pk)
    assert "Ill" not in str(event.details)


def test_only_what_was_shown_is_granted(world: World, client: Client) -> None:
    sent = values(world, f"student-{world.owner.pk}") | {"act": "do"}
    assert client.post(url("extension_new", world), sent).status_code == 200
    shown = client.post(url("extension_new", world), sent).context["summary"]
    changed = sent | {"due_at": "2027-12-20T23:59", "previewed": shown}
    assert client.post(url("extension_new", world), changed).status_code == 200
    assert not Extension.objects.exists()


def test_a_section_s_students_by_what_changes_for_them(world: World) -> None:
    section = lab(world, world.owner, world.classmate)
    assignment = world.task.assignment
    Extension.objects.create(assignment=assignment, enrollment=world.classmate, due_at=DUE + 9 * DAY)
    effects = effects_of(assignment=assignment, target=section, more=MoreTime(DUE + 2 * DAY))
    assert [(one.changes, [who.pk for who in one.students]) for one in effects.groups] == [
        (True, [world.owner.pk]),
        (False, [world.classmate.pk]),
    ]


def test_late_hand_ins_become_on_time_and_late_again(world: World) -> None:
    assignment = world.task.assignment
    assignment.closes_at = DUE + 5 * DAY
    assignment.save()
    with time_machine.travel(DUE + DAY, tick=False):
        hand_in(world.task, world.owner)
    more = MoreTime(DUE + 2 * DAY)
    effects = effects_of(assignment=assignment, target=world.owner, more=more)
    assert (effects.become_on_time, effects.become_late) == (1, 0)
    extension = Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=more.due_at)
    effects = effects_of(assignment=assignment, target=world.owner, more=None, replaced=extension)
    assert (effects.become_on_time, effects.become_late) == (0, 1)
    assert effects_of(assignment=assignment, target=world.owner, more=more, replaced=extension).nobody


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("due_at", "2027-12-10T23:58:30", "Fri 10 Dec 2027, 23:58:30 is not after"),
        ("due_at", "2027-12-10T23:59", "Fri 10 Dec 2027, 23:59 is not after the class’s due time"),
        ("due_at", "2028-03-26T02:30", "does not exist in Europe/Zurich"),
        ("due_at", "", "Say until when"),
        ("due_at", "soon", "can&#x27;t be read"),
        ("closes_at", "2027-12-11T00:00", "is before the due time: give Sun 12 Dec 2027, 23:59 or later"),
        ("target", "student-999999", "not one of the available choices"),
        ("target", "", "Choose a student or a section"),
        ("assignment", "99999999999999999999", "not one of the available choices"),
        ("reason", "x" * 201, "at most 200"),
    ],
)
def test_what_can_t_be_granted(field: str, value: str, words: str, world: World, client: Client) -> None:
    sent = values(world, f"student-{world.owner.pk}") | {field: value, "act": "do"}
    response = client.post(url("extension_new", world), sent)
    assert response.status_code == 422 and words in str(response.context["form"].errors[field])
    assert not Extension.objects.exists()


def test_neither_staff_nor_strangers_nor_foreign_assignments_are_choices(world: World, client: Client) -> None:
    foreign = Section.objects.create(course=world.elsewhere.course, name="Theirs")
    for target in (f"student-{world.ta.pk}", f"student-{world.elsewhere.pk}", f"section-{foreign.pk}"):
        assert client.post(url("extension_new", world), values(world, target)).status_code == 422
    theirs = Assignment.objects.get(course=world.elsewhere.course)
    sent = values(world, f"student-{world.owner.pk}", assignment=str(theirs.pk))
    assert client.post(url("extension_new", world), sent).status_code == 422


def test_one_extension_of_an_assignment_each(world: World, client: Client) -> None:
    Extension.objects.create(assignment=world.task.assignment, enrollment=world.owner, due_at=DUE + DAY)
    response = client.post(url("extension_new", world), values(world, f"student-{world.owner.pk}"))
    assert response.status_code == 422 and "Sat 11 Dec 2027, 23:59" in str(response.context["form"].errors["target"])
    with pytest.raises(ExtensionRefused):
        grant_extension(
            assignment=world.task.assignment,
            target=world.owner,
            due_at=DUE + DAY,
            closes_at=None,
            reason="",
            actor=world.instructor.user,
        )


def test_changed_and_revoked(world: World, client: Client) -> None:
    section = lab(world, world.owner)
    shown_and_done(client, url("extension_new", world), values(world, f"section-{section.pk}"))
    extension = Extension.objects.get()
    address = url("extension", world, extension=extension.pk)
    assert 'value="2027-12-12T23:59"' in client.get(address).content.decode()
    sent = {"due_at": "2027-12-11T12:00", "closes_at": "2027-12-13T12:00", "reason": "Flu"}
    shown_and_done(client, address, sent)
    extension.refresh_from_db()
    assert (extension.due_at, extension.reason) == (datetime(2027, 12, 11, 11, tzinfo=UTC), "Flu")
    window = window_for(assignment=world.task.assignment, enrollment=Enrollment.objects.get(pk=world.owner.pk))
    assert window.closes_at == datetime(2027, 12, 13, 11, tzinfo=UTC)

    revoke = url("extension_revoke", world, extension=extension.pk)
    text = " ".join(client.get(revoke).content.decode().split())
    assert "due <strong>Fri 10 Dec 2027, 23:59</strong> instead of Sat 11 Dec 2027, 12:00" in text
    assert "late hand-ins no more instead of Mon 13 Dec 2027, 12:00" in text
    client.post(revoke)
    assert not Extension.objects.exists()
    events = list(Event.objects.order_by("pk"))
    assert [one.action for one in events] == ["extension.granted", "extension.changed", "extension.revoked"]
    assert events[1].details["before"]["due_at"] == "2027-12-12T22:59:00+00:00"
    assert {one.details["section"] for one in events} == {section.pk}


def test_a_change_must_be_after_the_class_s_time_as_it_is_now(world: World) -> None:
    extension = Extension.objects.create(assignment=world.task.assignment, enrollment=world.owner, due_at=DUE + DAY)
    Assignment.objects.filter(pk=world.task.assignment.pk).update(due_at=DUE + 5 * DAY)
    with pytest.raises(ExtensionRefused, match="after the class"):
        change_extension(
            extension=extension, due_at=DUE + 2 * DAY, closes_at=None, reason="", actor=world.instructor.user
        )


def test_what_was_revoked_or_deleted_meanwhile(world: World) -> None:
    assignment, actor = world.task.assignment, world.instructor.user
    extension = Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=DUE + DAY)
    section = lab(world)
    Extension.objects.all().delete()
    Section.objects.all().delete()
    times: dict[str, Any] = {"due_at": DUE + DAY, "closes_at": None, "reason": ""}
    with pytest.raises(ExtensionRefused, match="revoked meanwhile"):
        change_extension(extension=extension, actor=actor, **times)
    with pytest.raises(ExtensionRefused, match="deleted meanwhile"):
        grant_extension(assignment=assignment, target=section, actor=actor, **times)
    revoke_extension(extension=extension, actor=actor)
    assert not Event.objects.exists() and not Extension.objects.exists()


def test_assistants_read_and_do_not_change(world: World) -> None:
    extension = Extension.objects.create(
        assignment=world.task.assignment, enrollment=world.owner, due_at=DUE + DAY, reason="<b>Flu</b>"
    )
    page = world.client("ta").get(url("extensions", world)).content.decode()
    assert "Orla Owner" in page and "&lt;b&gt;Flu" in page and url("extension_new", world) not in page
    assert url("extension", world, extension=extension.pk) not in page


def test_an_extension_of_another_course_is_not_there(world: World, client: Client) -> None:
    theirs = Extension.objects.create(
        assignment=Assignment.objects.get(course=world.elsewhere.course),
        enrollment=world.elsewhere,
        due_at=timezone.now() + 9 * DAY,
    )
    for name in ("extension", "extension_revoke"):
        assert client.post(url(name, world, extension=theirs.pk)).status_code == 404
    assert Extension.objects.filter(pk=theirs.pk).exists()


def test_a_time_that_comes_twice_is_told(world: World, client: Client) -> None:
    sent = values(world, f"student-{world.owner.pk}", "2028-10-29T02:30", act="show")
    page = client.post(url("extension_new", world), sent).content.decode()
    assert "02:30 comes twice that night: this is the second one, UTC+01:00" in page
