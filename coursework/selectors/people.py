"""Reads of a course's people, for its staff."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils.module_loading import import_string

from coursework.models import Course, Enrollment, Role, Section, Submission, User
from coursework.roster import Account, KnownCourse, Membership, Plan, Roster, compare
from coursework.roster.text import key

# What a list of people can be sorted by -> the columns; the last one settles ties, so that pages never overlap.
SORTS = {
    "name": ("user__last_name", "user__first_name", "user__username"),
    "username": ("user__username",),
    "email": ("user__email", "user__username"),
    "id_number": ("id_number", "user__username"),
    "role": ("role", "user__last_name", "user__first_name", "user__username"),
    "section": ("section__name", "user__last_name", "user__first_name", "user__username"),
    "joined": ("created_at", "pk"),
    "last": ("last_hand_in", "pk"),
    "hand_ins": ("hand_ins", "pk"),
}
_AT_ONCE = 400  # names in one query: databases limit the length of a list


def people_of(
    viewer: Enrollment,
    *,
    search: str = "",
    role: str = "",
    section: str = "",
    active: bool | None = True,
    sort: str = "name",
    descending: bool = False,
) -> QuerySet[Enrollment]:
    """Return the people of the viewer's course with `hand_ins` and `last_hand_in`.

    These two tell of no hand-in that is graded blind and not released, but of the viewer's own: beside a name, its time
    or how many there are would say whose it is elsewhere.
    `section` is a section's pk, "none" for those without, "" for all; `active` None for those who have left, too.
    """
    found = Enrollment.objects.filter(course=viewer.course_id).select_related("user", "section")
    if active is not None:
        found = found.filter(active=active)
    if role:
        found = found.filter(role=role)
    if section:
        found = found.filter(section__isnull=True) if section == "none" else found.filter(section=int(section))
    for word in search.split():
        found = found.filter(_matches(word))
    own = _told(viewer).filter(enrollment=OuterRef("pk")).order_by().values("enrollment")
    found = found.annotate(
        hand_ins=Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0),
        last_hand_in=Subquery(own.annotate(last=Max("received_at")).values("last")),
    )
    if descending:
        return found.order_by(*(F(column).desc(nulls_last=True) for column in SORTS[sort]))
    return found.order_by(*(F(column).asc(nulls_last=True) for column in SORTS[sort]))


def leaves_out_hand_ins(viewer: Enrollment) -> bool:
    """Say whether there are hand-ins in the viewer's course that `people_of` does not tell of."""
    found = Submission.objects.filter(task__assignment__course=viewer.course_id)
    return found.exclude(pk__in=_told(viewer).values("pk")).exists()


def _told(viewer: Enrollment) -> QuerySet[Submission]:
    told: QuerySet[Submission] = import_string(settings.TOLD_BY_NAME)(viewer)
    return told


def _matches(word: str) -> Q:
    anywhere = Q(id_number__icontains=word)
    for column in ("username", "first_name", "last_name", "email"):
        anywhere |= Q(**{f"user__{column}__icontains": word})
    return anywhere


def sections_of(course: Course) -> QuerySet[Section]:
    """Return the course's sections with `students`, the number of active ones, and `extensions_count`."""
    return (
        Section.objects.filter(course=course)
        .annotate(
            students=Count(
                "enrollments",
                filter=Q(enrollments__active=True, enrollments__role=Role.STUDENT),
                distinct=True,
            ),
            extensions_count=Count("extensions", distinct=True),
        )
        .order_by("name")
    )


def why_no_password_link(*, enrollment: Enrollment, by: Enrollment) -> str:
    """Say why `by`, an instructor of the course, can't make a password link for this person; "" if that is possible.

    Who has such a link has the account. So the account must be nothing but that of a student, and of no course but
    those in which the instructor sees all of the student's work anyway.
    """
    user = enrollment.user
    if user.is_staff or user.is_superuser:
        return "This account belongs to an operator."
    if not (enrollment.active and user.is_active):
        return "This person has left the course."
    if not user.has_usable_password() and user.last_login is not None:
        return "This person signs in through the school: there is no password here."
    of_user = Enrollment.objects.filter(user=user)
    if of_user.exclude(role=Role.STUDENT).exists():
        return "This account belongs to course staff, here or in another course."
    own = Enrollment.objects.filter(user=by.user_id, role=Role.INSTRUCTOR, active=True).values("course")
    if of_user.exclude(course__in=own).exists():
        return "This account belongs to a student of another course, too, of which you are not an instructor."
    return ""


def plan_for(*, course: Course, roster: Roster, deactivate_missing: bool = False) -> Plan:
    """Return what the roster would change in the course as it is now."""
    names = {name for row in roster.rows for name in (row.username, row.email) if name}
    accounts = (*members(course), *_others(course, names))
    if any(row.role not in ("", Role.STUDENT) for row in roster.rows):
        launched = import_string(settings.MADE_BY_LAUNCHES)([account.pk for account in accounts])
        accounts = tuple(replace(account, launched=account.pk in launched) for account in accounts)
    known = KnownCourse(
        accounts=accounts,
        sections=tuple(Section.objects.filter(course=course).order_by("pk").values_list("name", flat=True)),
    )
    return compare(roster, known, deactivate_missing=deactivate_missing)


def members(course: Course) -> tuple[Account, ...]:
    """Return everybody who is or was in the course, by last name."""
    elsewhere = Enrollment.objects.filter(user=OuterRef("user")).exclude(course=course)
    found = (
        Enrollment.objects.filter(course=course)
        .select_related("user", "section")
        .annotate(elsewhere=Exists(elsewhere))
        .order_by("user__last_name", "user__first_name", "user__username")
    )
    return tuple(_account(one.user, one, elsewhere=one.elsewhere) for one in found)


def _others(course: Course, names: Iterable[str]) -> Iterator[Account]:
    """Give the accounts outside the course that have one of these as username or e-mail."""
    outside = User.objects.exclude(enrollments__course=course)
    # Databases may fold only the letters of ASCII: the very spelling is asked for as well.
    wanted = iter(sorted({form for name in names for form in (name, key(name), name.lower())}))
    found: dict[int, User] = {}
    while chunk := list(islice(wanted, _AT_ONCE)):
        spelled = outside.annotate(small_name=Lower("username"), small_email=Lower("email"))
        hit = Q(small_name__in=chunk) | Q(small_email__in=chunk) | Q(username__in=chunk) | Q(email__in=chunk)
        found |= {user.pk: user for user in spelled.filter(hit)}
    return (_account(user, None, elsewhere=True) for user in found.values())


def _account(user: User, enrollment: Enrollment | None, *, elsewhere: bool) -> Account:
    return Account(
        pk=user.pk,
        username=user.username,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        name_open=enrollment is not None and not elsewhere and never_used(user) and enrollment.role == Role.STUDENT,
        membership=_membership(enrollment) if enrollment else None,
    )


def never_used(user: User) -> bool:
    """True if nobody can have signed in yet: no password was ever set, and no operator looks after the account."""
    return (
        user.password.startswith(UNUSABLE_PASSWORD_PREFIX)
        and user.last_login is None
        and not (user.is_staff or user.is_superuser)
    )


def _membership(enrollment: Enrollment) -> Membership:
    return Membership(
        enrollment=enrollment.pk,
        role=enrollment.role,
        section=enrollment.section.name if enrollment.section else "",
        id_number=enrollment.id_number,
        active=enrollment.active,
    )
