"""Connecting an account that a launch made with the one that the person has here already: two become one."""

from django.db import transaction
from django.db.models import Q

from coursework.models import Enrollment, Role, User
from coursework.services.events import record
from grading.models import LmsAccount, LmsCourse, LmsMember
from grading.services.lti.accounts import is_operators
from grading.services.lti.passback import compare_soon
from grading.services.personal.erase import erase_person

_RANK = {Role.STUDENT: 0, Role.TEACHING_ASSISTANT: 1, Role.INSTRUCTOR: 2}


class MergeRefused(Exception):
    """The two accounts can't become one; the message says why, in words for their owner."""


def may_be_merged(user: User) -> bool:
    """True for an account that launches made, and that nobody signs in to in another way."""
    accounts = LmsAccount.objects.filter(user=user)
    made = accounts.filter(made_user=True).exists() and not accounts.filter(made_user=False).exists()
    return made and user.is_active and not is_operators(user) and not user.has_usable_password()


def why_not(*, made: User, kept: User) -> str:
    """Say why the account that a launch made can't become part of the other one; "" if it can."""
    if made.pk == kept.pk:
        return "You are signed in with the same account as before: sign in with the other one."
    if not may_be_merged(made):
        return "The account from the LMS is no longer one that came from a launch alone."
    if is_operators(kept):
        return "An operator’s account is never opened from an LMS."
    platforms = LmsAccount.objects.filter(user=made).values("platform")
    if LmsAccount.objects.filter(user=kept, platform__in=platforms).exists():
        return "Your account is connected with another person of this LMS already."
    for one in Enrollment.objects.filter(user=made).select_related("course"):
        other = Enrollment.objects.filter(user=kept, course=one.course).first()
        if other is not None and _has_work(one) and _has_work(other):
            return (
                f"Something was done with both accounts in {one.course.title}, such as handing in. We can’t say which "
                "of it counts: ask the course’s staff which account to go on with."
            )
    return ""


@transaction.atomic
def merge(*, made: User, kept: User) -> None:
    """Move the person of the LMS, and what they did after launches, to the account that stays; raises MergeRefused.

    The other account is left as an erased one: what staff did with it keeps pointing at it.
    """
    # In the order in which launches and hand-ins take such rows, so that none of them and this wait for each other.
    for rows in (LmsAccount.objects.all(), Enrollment.objects.all()):
        mine = rows.filter(user__in=(made.pk, kept.pk)).order_by("pk").select_for_update(of=("self",))
        list(mine.values_list("pk", flat=True))
    for user in User.objects.select_for_update().filter(pk__in=(made.pk, kept.pk)).order_by("pk"):
        made, kept = (user if user.pk == each.pk else each for each in (made, kept))
    reason = why_not(made=made, kept=kept)
    if reason:
        raise MergeRefused(reason)
    for one in Enrollment.objects.filter(user=made).select_related("course"):
        other = Enrollment.objects.filter(user=kept, course=one.course).first()
        stays = _move(one, other, kept)
        record(
            action="lti.accounts_merged",
            actor=kept,
            course=one.course,
            subject=f"user {kept.pk}",
            about=[stays],
        )
    for lms_course in LmsCourse.objects.filter(members__enrollment__user=kept):
        compare_soon(lms_course=lms_course)
    LmsAccount.objects.filter(user=made).update(user=kept, made_user=False)
    erase_person(user=made)


def _move(one: Enrollment, other: Enrollment | None, kept: User) -> Enrollment:
    """Give the account that stays the place in the course: of two, the one with work in it, in the higher role."""
    if other is None:
        one.user = kept
        one.save(update_fields=["user"])
        return one
    stays, goes = (one, other) if _has_work(one) else (other, one)
    # A place that has ended gives no role to the one that stays.
    held = [Role(each.role) for each in (one, other) if each.active] or [Role(one.role)]
    role = max(held, key=_RANK.__getitem__)
    LmsMember.objects.filter(enrollment=goes).update(enrollment=stays, made_enrollment=False)
    goes.delete()
    stays.user, stays.role, stays.active = kept, role, one.active or other.active
    stays.id_number = one.id_number or other.id_number
    stays.section = stays.section or goes.section
    stays.save(update_fields=["user", "role", "active", "id_number", "section"])
    return stays


def _has_work(enrollment: Enrollment) -> bool:
    """True if any row hangs on the enrollment, but for its places in the LMS."""
    for relation in Enrollment._meta.related_objects:
        model = relation.related_model
        if model is LmsMember:
            continue
        if model._default_manager.filter(Q(**{relation.field.name: enrollment})).exists():
            return True
    return False
