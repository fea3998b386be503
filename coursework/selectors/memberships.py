"""Who is in which course, and as what."""

from django.db.models import QuerySet

from coursework.join_codes import read_join_code
from coursework.models import Course, Enrollment, Role, User
from coursework.models.courses import STAFF_ROLES


def course_by_join_code(typed: str) -> Course | None:
    """Return the course that this code opens, however it was typed; None for a wrong one."""
    code = read_join_code(typed)
    return Course.objects.filter(join_code=code).first() if code else None


def is_staff_somewhere(user: User) -> bool:
    """True for operators and for whoever has a staff role in a course: people who see other people's work."""
    return user.is_staff or Enrollment.objects.filter(user=user, active=True, role__in=STAFF_ROLES).exists()


def places_on_leaderboards(user: User) -> QuerySet[Enrollment]:
    """Return the enrollments in which a person has a pseudonym and may show the own name instead, newest first."""
    return (
        Enrollment.objects.filter(user=user, active=True, role=Role.STUDENT)
        .select_related("course")
        .order_by("-course__created_at", "pk")
    )
