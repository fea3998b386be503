"""Which account a person of the LMS gets."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError

from coursework.models import Enrollment, Event, Role, User
from coursework.roster import read_roster
from coursework.selectors.people import plan_for
from coursework.services.courses import enroll
from coursework.services.roster import apply_roster
from grading.lti.arrival import Destination, Reason
from grading.models import LmsAccount, Platform
from grading.services.lti import accounts
from grading.services.lti.accounts import Answer
from grading.services.lti.arriving import arrive
from grading.services.personal.erase import erase_person
from tests.grading.lti.launches import make_lms_course, make_platform, message
from tests.world import World, make_user, make_world

pytestmark = pytest.mark.django_db


def enter(world: World, rows: str) -> None:
    """Enter people by a roster, as an instructor does."""
    roster = read_roster(f"username,email,name\n{rows}".encode())
    plan = plan_for(course=world.course, roster=roster)
    apply_roster(course=world.course, actor=world.instructor.user, roster=roster, fingerprint=plan.fingerprint)


def test_a_first_launch_makes_an_account_without_a_password(platform: Platform) -> None:
    user = arrive(message(platform)).user
    assert user is not None
    assert (user.username, user.email, user.get_full_name()) == ("ada", "ada@example.edu", "Ada Ash")
    assert not user.has_usable_password()
    account = LmsAccount.objects.get()
    assert account.user == user and account.made_user and account.last_launch_at is not None
    assert arrive(message(platform)).user == user and LmsAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "username", "names", "email"),
    [
        ({"email": "", "given": "Åsa", "family": "Öst"}, "asa.ost", ("Åsa", "Öst"), ""),
        ({"email": "no address@", "given": "", "family": "", "name": "Li van Dam"}, "livan.dam", ("Li van", "Dam"), ""),
        ({"email": "", "given": "", "family": "", "name": ""}, "user", ("", ""), ""),
        ({"email": "", "given": "山", "family": "田"}, "user", ("山", "田"), ""),
        ({"email": f"{'a' * 64}@example.edu"}, "a" * 60, ("Ada", "Ash"), f"{'a' * 64}@example.edu"),
        ({"given": "A" * 255, "family": "x\ty"}, "ada", ("A" * 150, "x y"), "ada@example.edu"),
    ],
)
def test_a_username_is_made_of_what_there_is(
    platform: Platform, fields: dict[str, Any], username: str, names: tuple[str, str], email: str
) -> None:
    user = arrive(message(platform, **fields)).user
    assert user is not None
    user.full_clean(exclude=["password"])
    assert (user.username, (user.first_name, user.last_name), user.email) == (username, names, email)


def test_nobodys_account_is_taken_over_by_an_address(platform: Platform) -> None:
    """Also not where only the spelling differs, or where the address is not confirmed yet."""
    local = make_user("ADA", email="Ada@Example.edu")
    other = make_user("grace")
    EmailAddress.objects.create(user=other, email="grace@example.edu")
    found = arrive(message(platform))
    assert found.user not in (local, None) and found.has_twin
    assert found.user is not None and (found.user.username, found.user.email) == ("ada2", "")
    second = arrive(message(platform, "u2", email="grace@example.edu"))
    assert second.user != other and second.user is not None and second.user.email == ""
    assert not arrive(message(platform)).has_twin  # told once


def test_two_platforms_know_different_people_by_one_key(platform: Platform) -> None:
    other = make_platform(issuer="https://other.example.edu")
    assert arrive(message(platform)).user != arrive(message(other)).user


def test_who_is_signed_in_is_asked_and_decides(platform: Platform) -> None:
    local = make_user("local")
    asked = arrive(message(platform), signed_in=local)
    assert (asked.user, asked.destination) == (None, Destination.LINK_ACCOUNT)
    assert not LmsAccount.objects.exists()
    assert arrive(message(platform), signed_in=local, answer=Answer.MINE).user == local
    account = LmsAccount.objects.get()
    assert account.user == local and not account.made_user
    assert Event.objects.get(action="lti.account_linked").actor == local
    # From now on that holds without being asked, whoever is signed in.
    assert arrive(message(platform), signed_in=make_user("somebody")).user == local


def test_who_says_no_gets_an_account_of_their_own(platform: Platform) -> None:
    local = make_user("local")
    made = arrive(message(platform), signed_in=local, answer=Answer.NEW).user
    assert made is not None and made != local


def test_who_is_known_on_the_platform_or_runs_this_site_is_not_asked(platform: Platform) -> None:
    known = arrive(message(platform, "other")).user
    assert arrive(message(platform), signed_in=known).user not in (known, None)
    operator = make_user("operator", is_staff=True)
    found = arrive(message(platform, "u3"), signed_in=operator, answer=Answer.MINE)
    assert found.user not in (operator, None)


def test_an_lms_never_opens_an_operators_or_a_closed_account(platform: Platform) -> None:
    user = arrive(message(platform)).user
    assert user is not None
    User.objects.filter(pk=user.pk).update(is_staff=True)
    found = arrive(message(platform))
    assert (found.user, found.reason) == (None, Reason.OPERATOR)
    User.objects.filter(pk=user.pk).update(is_staff=False, is_active=False)
    found = arrive(message(platform))
    assert (found.user, found.reason) == (None, Reason.CLOSED_ACCOUNT)


def test_an_account_entered_by_the_courses_roster_is_theirs(platform: Platform) -> None:
    world = make_world()
    make_lms_course(platform, world.course)
    enter(world, "ash1,ADA@example.edu,Ada Ash\n")
    found = arrive(message(platform)).user
    assert found is not None and found.username == "ash1"
    assert Enrollment.objects.filter(course=world.course, user=found).count() == 1
    assert not LmsAccount.objects.get().made_user


@pytest.mark.parametrize(
    "change",
    [
        {"last_login": "2026-01-01T00:00Z"},
        {"password": "pbkdf2$set"},
        {"is_staff": True},
        {"is_active": False},
        {"email": ""},
        "joined by code",
        "another course",
        "two of one address",
        "staff",
        "not this course",
        "confirmed address",
    ],
)
def test_an_account_that_may_be_somebodys_is_left_alone(platform: Platform, change: object) -> None:
    world = make_world()
    make_lms_course(platform, world.course if change != "not this course" else world.elsewhere.course)
    if change == "joined by code":
        enroll(course=world.course, user=User.objects.create(username="ash1", email="ada@example.edu", password="!"))
    else:
        enter(world, "ash1,ada@example.edu,Ada Ash\n")
    user = User.objects.get(username="ash1")
    if isinstance(change, dict):
        User.objects.filter(pk=user.pk).update(**change)
    elif change == "another course":
        Enrollment.objects.create(course=world.elsewhere.course, user=user, pseudonym="Two Places")
    elif change == "two of one address":
        make_user("ash2", email="ada@example.edu")
    elif change == "staff":
        Enrollment.objects.filter(user=user).update(role=Role.TEACHING_ASSISTANT)
    elif change == "confirmed address":
        EmailAddress.objects.create(user=user, email="ada@example.edu", verified=True)
    found = arrive(message(platform)).user
    assert found is not None and found != user


def test_a_changed_name_and_address_follow_for_accounts_made_by_the_lms(platform: Platform) -> None:
    user = arrive(message(platform)).user
    assert user is not None
    new: dict[str, Any] = {"given": "Ada", "family": "Birch", "name": "Ada Birch", "email": "birch@example.edu"}
    arrive(message(platform, **new))
    user.refresh_from_db()
    assert (user.get_full_name(), user.email, user.username) == ("Ada Birch", "birch@example.edu", "ada")
    # What its owner changed here holds until the LMS says something else again.
    User.objects.filter(pk=user.pk).update(first_name="Countess")
    arrive(message(platform, **new))
    user.refresh_from_db()
    assert user.first_name == "Countess"
    arrive(message(platform, name="", given="", family="", email=""))  # the LMS tells no more
    user.refresh_from_db()
    assert (user.get_full_name(), user.email) == ("Countess Birch", "birch@example.edu")
    make_user("cedar", email="cedar@example.edu")
    arrive(message(platform, name="Ada Cedar", family="Cedar", email="cedar@example.edu"))  # another one's
    user.refresh_from_db()
    assert (user.get_full_name(), user.email) == ("Ada Cedar", "birch@example.edu")


def test_a_connected_account_keeps_its_own_name(platform: Platform) -> None:
    local = make_user("local", first_name="Own", email="own@example.edu")
    arrive(message(platform), signed_in=local, answer=Answer.MINE)
    arrive(message(platform, name="Other Name", given="Other", family="Name", email="new@example.edu"))
    local.refresh_from_db()
    assert (local.first_name, local.email) == ("Own", "own@example.edu")
    assert LmsAccount.objects.get().name == "Other Name"


def test_two_first_launches_at_once_make_one_account(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slower one finds nobody, fails at the constraint, and starts again."""
    first = arrive(message(platform)).user
    find, calls = accounts.find_account, []

    def blind_once(**kwargs: object) -> LmsAccount | None:
        calls.append(kwargs)
        return None if len(calls) == 1 else find(**kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(accounts, "find_account", blind_once)
    assert arrive(message(platform)).user == first
    assert len(calls) == 2 and User.objects.count() == 1
    monkeypatch.setattr(accounts, "find_account", lambda **_: None)
    with pytest.raises(IntegrityError):
        arrive(message(platform))


def test_who_was_erased_comes_back_as_somebody_new(platform: Platform) -> None:
    user = arrive(message(platform)).user
    assert user is not None
    erase_person(user=user)
    again = arrive(message(platform)).user
    assert again is not None and again != user and again.username == "ada"


@pytest.mark.parametrize("row", ["ada,,ta", ",ada@example.edu,instructor", "ada,ada@example.edu,ta"])
@pytest.mark.parametrize("is_in_course", [False, True])
def test_a_roster_makes_nobody_staff_whom_only_an_lms_names(platform: Platform, row: str, is_in_course: bool) -> None:
    """Somebody has put the name and the address of an assistant to be into their LMS."""
    world = make_world()
    stranger = arrive(message(platform)).user
    assert stranger is not None and (stranger.username, stranger.email) == ("ada", "ada@example.edu")
    if is_in_course:
        enroll(course=world.course, user=stranger)
    roster = read_roster(f"username,email,role\n{row}\n".encode())
    plan = plan_for(course=world.course, roster=roster)
    assert [problem.row for problem in plan.problems] == [2] and "made" in plan.problems[0].message
    as_student = read_roster(b"username,role\nada,student\n")
    assert not plan_for(course=world.course, roster=as_student).problems


def test_a_roster_leaves_staff_whom_the_lms_named_as_they_are(platform: Platform) -> None:
    world = make_world()
    assistant = arrive(message(platform)).user
    assert assistant is not None
    enroll(course=world.course, user=assistant, role=Role.TEACHING_ASSISTANT)
    plan = plan_for(course=world.course, roster=read_roster(b"username,role\nada,ta\nta,ta\n"))
    assert not plan.problems and len(plan.unchanged) == 2
