"""A roster is applied exactly as previewed, whole or not at all, and takes no account over."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from coursework.models import Course, Enrollment, Event, Role, User
from coursework.roster import Plan, read_roster, write_roster
from coursework.selectors.people import members, plan_for
from coursework.services.courses import enroll
from coursework.services.roster import RosterChanged, apply_roster
from tests.world import World, hand_in, make_user, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def apply(world: World, text: str, **options: Any) -> Plan:
    roster = read_roster(text.encode())
    fingerprint = plan_for(course=world.course, roster=roster, **options).fingerprint
    return apply_roster(
        course=world.course, actor=world.instructor.user, roster=roster, fingerprint=fingerprint, **options
    )


def person(course: Course, username: str) -> Enrollment:
    return Enrollment.objects.select_related("user", "section").get(course=course, user__username=username)


def test_new_people_get_accounts_without_a_password_and_pseudonyms(world: World) -> None:
    apply(
        world, "username,email,name,section,role\nn1,N1@X.org,Nia New,Lab 1,\nn2,,Ned Next,Lab 1,ta\n,n3@x.org,Nat,,\n"
    )
    nia, ned, nat = (person(world.course, name) for name in ("n1", "n2", "n3@x.org"))
    assert (nia.user.get_full_name(), nia.user.email, nia.role) == ("Nia New", "N1@x.org", "student")
    assert nia.section is not None and nia.section == ned.section and nia.section.name == "Lab 1"
    assert (ned.role, nat.user.email) == (Role.TEACHING_ASSISTANT, "n3@x.org")
    assert not any(one.user.has_usable_password() for one in (nia, ned, nat))
    pseudonyms = list(world.course.enrollments.values_list("pseudonym", flat=True))
    assert len(set(pseudonyms)) == len(pseudonyms)


def test_the_own_download_changes_nothing(world: World) -> None:
    content = write_roster(members(world.course))
    plan = plan_for(course=world.course, roster=read_roster(content), deactivate_missing=True)
    assert not plan.changes_something and not plan.problems and len(plan.unchanged) == 4


def test_applied_twice_the_second_time_does_nothing(world: World) -> None:
    text = "username,name,section,id_number\nowner,Orla Owner,Lab 1,7\nn1,Nia New,Lab 2,8\n"
    apply(world, text)
    again = apply(world, text)
    assert not again.changes_something and len(again.unchanged) == 2
    assert Event.objects.filter(action="roster.applied").count() == 1


def test_no_roster_changes_an_email_username_or_a_used_name(world: World) -> None:
    before = User.objects.filter(pk=world.owner.user_id).values().get()
    apply(world, "username,email,name\nowner,thief@evil.org,Terry Thief\noperator,thief2@evil.org,Terry\n")
    after = User.objects.filter(pk=world.owner.user_id).values().get()
    assert after == before
    world.operator.refresh_from_db()
    assert (world.operator.email, world.operator.first_name) == ("", "")


def test_a_name_is_the_course_s_to_write_until_the_account_is_used_or_elsewhere(world: World) -> None:
    apply(world, "username,name\nn1,Nia Nwe\nn2,Ned Nxet\nn3,Nat Nth\n")
    n2, n3 = person(world.course, "n2").user, person(world.course, "n3").user
    n2.set_password("a long enough one")
    n2.save()
    enroll(course=world.elsewhere.course, user=n3)
    apply(world, "username,name\nn1,Nia New\nn2,Ned Next\nn3,Nat Ninth\n")
    names = [person(world.course, name).user.get_full_name() for name in ("n1", "n2", "n3")]
    assert names == ["Nia New", "Ned Nxet", "Nat Nth"]


def test_somebody_from_another_course_joins_with_their_account(world: World) -> None:
    apply(world, "username,name\nELSEWHERE,Somebody Else\n")
    joined = person(world.course, "elsewhere")
    assert joined.user_id == world.elsewhere.user_id and joined.user.first_name == ""


def test_the_missing_are_deactivated_only_when_asked_and_what_they_handed_in_stays(world: World) -> None:
    submission = hand_in(world.task, world.classmate)
    apply(world, "username\nowner\n")
    assert person(world.course, "classmate").active
    plan = apply(world, "username\nowner\n", deactivate_missing=True)
    assert [account.username for account in plan.leaving] == ["classmate"]
    states = {one.user.username: one.active for one in world.course.enrollments.select_related("user")}
    assert states == {"owner": True, "classmate": False, "ta": True, "instructor": True}
    assert world.classmate.submissions.get() == submission
    apply(world, "username\nclassmate\n")
    assert person(world.course, "classmate").active


def test_what_was_previewed_or_nothing(world: World) -> None:
    roster = read_roster(b"username,section\nowner,Lab 1\nn1,Lab 1\n")
    fingerprint = plan_for(course=world.course, roster=roster).fingerprint
    Enrollment.objects.filter(pk=world.owner.pk).update(id_number="irrelevant")
    assert plan_for(course=world.course, roster=roster).fingerprint == fingerprint
    make_user("n1")  # now the row means an account that exists
    with pytest.raises(RosterChanged):
        apply_roster(course=world.course, actor=world.instructor.user, roster=roster, fingerprint=fingerprint)
    assert not world.course.sections.exists() and not Event.objects.exists()
    assert world.course.enrollments.count() == 4


def test_half_of_it_is_never_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("coursework.services.roster.record", fail)
    with pytest.raises(OSError, match="disk"):
        apply(world, "username,section\nn1,Lab 1\nowner,Lab 1\n")
    assert not world.course.sections.exists() and not User.objects.filter(username="n1").exists()


def test_an_account_made_at_the_same_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = read_roster(b"username\nn1\n")
    plan = plan_for(course=world.course, roster=roster)
    make_user("n1")
    monkeypatch.setattr("coursework.services.roster.plan_for", lambda **_: plan)
    with pytest.raises(RosterChanged):
        apply_roster(course=world.course, actor=world.instructor.user, roster=roster, fingerprint=plan.fingerprint)


def test_good_rows_are_applied_and_wrong_ones_left_out(world: World) -> None:
    plan = apply(world, "username,email\nn1,n1@x.org\nn2,nonsense\nn3,\n")
    assert (plan.good_rows, plan.wrong_rows) == (2, 1)
    assert set(User.objects.filter(username__startswith="n").values_list("username", flat=True)) == {"n1", "n3"}


def test_the_event_counts_and_names_by_key(world: World) -> None:
    apply(world, "username,role\nowner,ta\nn1,\n")
    event = Event.objects.get()
    assert (event.action, event.actor, event.course) == ("roster.applied", world.instructor.user, world.course)
    assert event.details["counts"] == {"added": 1, "changed": 1, "left": 0, "left_out": 0}
    assert event.details["roles"] == [{"enrollment": world.owner.pk, "from": "student", "to": "ta"}]
    assert event.details["added"] == [person(world.course, "n1").pk]
    assert "owner" not in str(event.details).replace("'left_out'", "")


def test_who_has_an_email_sets_the_first_password_by_mail(world: World, client: Client) -> None:
    apply(world, "username,email\nn1,n1@x.org\n")
    client.post(reverse("account_reset_password"), {"email": "n1@x.org"})
    assert [one.to for one in mail.outbox] == [["n1@x.org"]] and "/password/reset/key/" in mail.outbox[0].body


def test_a_thousand_people_in_a_bounded_number_of_queries(world: World, django_assert_max_num_queries: Any) -> None:
    text = "username,email,section\n" + "".join(f"n{n},n{n}@x.org,Lab {n % 9}\n" for n in range(1000))
    with django_assert_max_num_queries(60):
        plan = apply(world, text)
    assert len(plan.additions) == 1000 and world.course.enrollments.count() == 1004
    changed = text.replace("Lab", "Group")
    with django_assert_max_num_queries(60):
        assert len(apply(world, changed).changes) == 1000
