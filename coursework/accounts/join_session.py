"""What a visitor's session remembers of a join code, and how often wrong ones may be tried."""

# allauth's public limiter passes every GET by, and a code stands in an address.
from allauth.core.internal import ratelimit
from django.http import HttpRequest

from coursework.models import Course
from coursework.selectors.memberships import course_by_join_code

_KEY = "join_code"
# Only wrong codes count, so that a class may join at once from behind one address of the campus network.
_PER_PERSON = {"wrong_code": "10/10m/user"}
_PER_ADDRESS = {"wrong_code": "60/10m/ip"}


class TooManyWrongCodesError(Exception):
    """So many wrong codes came from here that even a right one is not looked at for some minutes."""


def find_course(request: HttpRequest, code: str) -> Course | None:
    """Return the course of a code that a visitor brings; a wrong one is counted, too many raise an error."""
    if not _count(request, dry_run=True):
        raise TooManyWrongCodesError
    course = course_by_join_code(code)
    if course is None:
        _count(request, dry_run=False)
    return course


def remember_code(request: HttpRequest, course: Course) -> None:
    """Keep in the session that this visitor came with a right code."""
    request.session[_KEY] = course.join_code


def remembered_course(request: HttpRequest) -> Course | None:
    """Return the course that this visitor came to join, if its code still holds."""
    code = request.session.get(_KEY)
    return course_by_join_code(code) if isinstance(code, str) else None


def forget_code(request: HttpRequest) -> None:
    """Forget the code: its holder is in the course, or has turned away."""
    request.session.pop(_KEY, None)


def _count(request: HttpRequest, *, dry_run: bool) -> bool:
    config = _PER_PERSON if request.user.is_authenticated else _PER_ADDRESS
    used = ratelimit.consume(
        request, app="coursework", action="wrong_code", config=config, limit_get=True, dry_run=dry_run
    )
    return used is not None
