"""Which account here is that of a person of the LMS."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from itertools import count

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from coursework.models import Course, Enrollment, Event, Role, User
from coursework.selectors.people import never_used
from coursework.services.events import record
from grading.lti.people import Person
from grading.models import LmsAccount, Platform

_LONGEST_USERNAME = 60  # far below what the table takes: it is shown, and a number may follow
_ROSTER_ACTS = ("roster.applied", "person.added")  # by which a course's staff enter accounts


class Answer(StrEnum):
    """What somebody signed in says when asked whether the account is theirs."""

    MINE = "mine"
    NEW = "new"


def find_account(*, platform: Platform, subject: str, locked: bool = False) -> LmsAccount | None:
    """Return the account by which a platform's person is known here, `locked` until the transaction ends."""
    accounts = LmsAccount.objects.filter(platform=platform, subject=subject).order_by("pk")
    # Locked without its user: where the row that was waited for has got another one, the two would not fit together.
    return (accounts.select_for_update(no_key=True) if locked else accounts.select_related("user")).first()


def made_by_launches(users: Iterable[int]) -> set[int]:
    """Return those of these users whose accounts a launch made."""
    return set(LmsAccount.objects.filter(user__in=users, made_user=True).values_list("user", flat=True))


def address_is_only_said(user: User, address: str) -> bool:
    """True for an account that a launch made, if the address was never confirmed for it here: it may be anybody's."""
    confirmed = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True)
    return bool(made_by_launches([user.pk])) and not confirmed.exists()


def is_operators(user: User) -> bool:
    """True for an account that no LMS may open: whoever runs the LMS could make themselves an operator here."""
    return user.is_staff or user.is_superuser


def may_be_theirs(user: User, platform: Platform) -> bool:
    """True if it makes sense to ask whether this account belongs to a new person of the platform."""
    if is_operators(user) or not user.is_active:
        return False
    return not LmsAccount.objects.filter(user=user, platform=platform).exists()


def account_of(
    *,
    person: Person,
    platform: Platform,
    course: Course | None,
    signed_in: User | None = None,
    answer: Answer | None = None,
) -> LmsAccount | None:
    """Return the person's account, made if there is none; None if somebody signed in has to be asked first.

    No account is ever taken over by its e-mail address alone: whoever can choose an address in the LMS would get it.
    Called in a transaction; until its end the account stays whose it is, also where a merge waits for it.
    """
    known = find_account(platform=platform, subject=person.subject, locked=True)
    if known is not None:
        follow(account=known, person=person)
        return known
    if signed_in is not None and may_be_theirs(signed_in, platform):
        if answer is None:
            return None
        if answer is Answer.MINE:
            return connect(user=signed_in, person=person, platform=platform, course=course, actor=signed_in)
    entered = entered_for(person=person, course=course) if course is not None else None
    if entered is not None:
        return connect(user=entered, person=person, platform=platform, course=course, actor=None)
    return _make(person=person, platform=platform)


def connect(*, user: User, person: Person, platform: Platform, course: Course | None, actor: User | None) -> LmsAccount:
    """Let a person of the platform come in as this user from now on."""
    account = LmsAccount.objects.create(
        platform=platform, subject=person.subject, user=user, name=person.full_name, email=person.address
    )
    record(action="lti.account_linked", actor=actor, course=course, subject=f"user {user.pk}", platform=platform.name)
    return account


@transaction.atomic
def disconnect(*, account: LmsAccount, actor: User) -> None:
    """Let a person of the platform no longer come in as this user; places in courses and work here stay.

    Not for an account that launches made: nobody could get into it any more.
    """
    if account.made_user:
        raise ValueError(f"Account {account.user_id} was made for its person of the LMS.")
    name, user = account.platform.name, account.user
    account.delete()
    record(action="lti.account_unlinked", actor=actor, subject=f"user {user.pk}", platform=name)


def entered_for(*, person: Person, course: Course) -> User | None:
    """Return the account that this course's staff entered for the person and that nobody has used.

    To go by the address is safe here, and only here. The account was made by a roster of the very course that its
    instructor connected with this course of the LMS: so the LMS is asked who is who in its own course, and the same
    people decide there and here. Nobody has ever been signed in to the account, and nobody can be: it has no password
    and no sign-in by the school. So there is nothing in it but a student's place in this one course.
    """
    if not person.address:
        return None
    found = Enrollment.objects.filter(
        course=course, active=True, role=Role.STUDENT, user__email__iexact=person.address, user__is_active=True
    ).select_related("user")
    if len(found) != 1 or User.objects.filter(email__iexact=person.address).count() != 1:
        return None
    user = found[0].user
    used = (
        not never_used(user)
        or Enrollment.objects.filter(user=user).exclude(course=course).exists()
        or LmsAccount.objects.filter(user=user).exists()
        or EmailAddress.objects.filter(Q(user=user) | Q(email__iexact=person.address)).exists()
        or SocialAccount.objects.filter(user=user).exists()
    )
    return user if not used and _entered_by_roster(found[0]) else None


def _entered_by_roster(enrollment: Enrollment) -> bool:
    acts = Event.objects.filter(course=enrollment.course_id, action__in=_ROSTER_ACTS)
    return any(enrollment.pk in details.get("added", ()) for details in acts.values_list("details", flat=True))


def _make(*, person: Person, platform: Platform) -> LmsAccount:
    first_name, last_name = person.names
    user = User(email=_own_address(person.address), first_name=first_name, last_name=last_name)
    user.set_unusable_password()
    _save_named(user, person)
    return LmsAccount.objects.create(
        platform=platform,
        subject=person.subject,
        user=user,
        made_user=True,
        name=person.full_name,
        email=person.address,
    )


def follow(*, account: LmsAccount, person: Person) -> None:
    """Take over what the LMS says anew of a person: always as its own words, and for accounts made by it as theirs.

    What the LMS doesn't tell (any more) stays.
    """
    name, email = person.full_name or account.name, person.address or account.email
    if (name, email) == (account.name, account.email):
        return
    if account.made_user:
        _follow_on_user(account, person)
    account.name, account.email = name, email
    account.save(update_fields=["name", "email"])


def _follow_on_user(account: LmsAccount, person: Person) -> None:
    """Change the account here only in what changed in the LMS: what its owner wrote differently meanwhile stays."""
    user = account.user
    if person.full_name and person.full_name != account.name:
        user.first_name, user.last_name = person.names
        record(action="account.name_changed", actor=None, subject=f"user {user.pk}")
    if person.address and person.address != account.email:
        # An address that its owner has confirmed here is theirs to change.
        confirmed = EmailAddress.objects.filter(user=user, verified=True).exists()
        user.email = user.email if confirmed else _own_address(person.address, user) or user.email
    user.save(update_fields=["first_name", "last_name", "email"])


def launched(*, account: LmsAccount) -> None:
    """Remember when the person came in last."""
    account.last_launch_at = timezone.now()
    account.save(update_fields=["last_launch_at"])


def address_is_taken(address: str, *, apart_from: User | None = None) -> bool:
    """True if the address is that of another account here."""
    pk = apart_from.pk if apart_from else 0
    if not address:
        return False
    return (
        User.objects.filter(email__iexact=address).exclude(pk=pk).exists()
        or EmailAddress.objects.filter(email__iexact=address).exclude(user_id=pk).exists()
    )


def _own_address(address: str, user: User | None = None) -> str:
    """Return the address if it is no other account's, else none: two accounts of one address could not sign in."""
    return "" if address_is_taken(address, apart_from=user) else address


def _save_named(user: User, person: Person) -> None:
    """Store a new account under a name that is free; by chance where others of the same name come at this moment.

    A class whose names the LMS doesn't tell does so: each next number would be somebody else's before it is stored.
    """
    base = _base_of(person)
    user.username = _free_username(base)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        user.username = f"{base}{secrets.randbelow(10**9)}"
        user.save()


def _base_of(person: Person) -> str:
    """Make a user name of the address or the name."""
    return _username(person.address.partition("@")[0]) or _username(".".join(filter(None, person.names))) or "user"


def _free_username(base: str) -> str:
    """Put a number behind a user name that is taken."""
    taken = {
        name.lower() for name in User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    }
    return next(name for number in count(1) if (name := base if number == 1 else f"{base}{number}") not in taken)


def _username(text: str) -> str:
    """Return the text in the plain letters that user names have."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._-]+", "", plain).strip("._-")[:_LONGEST_USERNAME]
