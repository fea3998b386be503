"""Rows of people and courses."""

from grading.api.scopes import ApiScope
from tests.furnished import of_assignment, of_course, of_task
from tests.grading.api.matrix import EVERYBODY, MEMBERS, OWNER_AND_STAFF, Row
from tests.world import World


def of_owner(world: World) -> dict[str, object]:
    return of_course(world) | {"enrollment": world.owner.pk}


READ = ApiScope.COURSES_READ
ROWS: tuple[Row, ...] = (
    Row("api_me", "get", ApiScope.PROFILE_READ, EVERYBODY, in_course=False),
    Row("api_courses", "get", READ, EVERYBODY, in_course=False),
    Row("api_course", "get", READ, MEMBERS, of_course),
    Row("api_enrollments", "get", ApiScope.ENROLLMENTS_READ, MEMBERS, of_course),
    Row("api_enrollment", "get", ApiScope.ENROLLMENTS_READ, OWNER_AND_STAFF, of_owner),
    Row("api_assignments", "get", READ, MEMBERS, of_course),
    Row("api_assignment", "get", READ, MEMBERS, of_assignment),
    Row("api_tasks", "get", READ, MEMBERS, of_assignment),
    Row("api_task", "get", READ, MEMBERS, of_task),
)
