"""Rows of what is decided: grades, reviews, exports."""

from typing import Any

from grading.api.scopes import ApiScope
from grading.grades.keys import grade_key
from tests.furnished import of_assignment, of_course, of_grade, of_request, of_task
from tests.grading.api.matrix import (
    CREATED,
    INSTRUCTOR,
    INVALID,
    OK,
    OWNER_AND_STAFF,
    STAFF,
    Row,
    with_status,
)
from tests.world import World

READ, WRITE = ApiScope.GRADES_READ, ApiScope.GRADES_WRITE
LOOK, DECIDE, EXPORT = ApiScope.REVIEWS_READ, ApiScope.REVIEWS_WRITE, ApiScope.EXPORTS_READ
STUDENTS = {"owner": OK, "classmate": OK, "everybody": 404}
WHATEVER = {"If-Match": "*"}
UNVERSIONED = 428


def key(world: World) -> str:
    return grade_key(world.task.pk, world.owner.pk)


def named(world: World) -> dict[str, Any]:
    return {"keys": [key(world)]}


def of_report(world: World) -> dict[str, Any]:
    return of_course(world) | {"report": "grades", "file_format": "csv"}


def of_student(world: World) -> dict[str, Any]:
    return of_assignment(world) | {"enrollment": world.owner.pk}


def asked(world: World) -> dict[str, Any]:
    return {"part": "automatic", "reason": "The seed is another one."}


ROWS: tuple[Row, ...] = (
    # Grades
    Row("api_grades", "get", READ, STAFF, of_course),
    Row("api_own_grades", "get", READ, STUDENTS, of_course),
    Row("api_own_grade", "get", READ, STUDENTS, of_task),
    Row("api_grade", "get", READ, STAFF, of_grade),
    Row("api_release", "post", WRITE, INSTRUCTOR, of_task, body=named),
    Row("api_hide", "post", WRITE, INSTRUCTOR, of_task, body=named),
    Row("api_excuse_many", "post", WRITE, with_status(STAFF, INVALID), of_task, body=named),  # no reason
    Row("api_count_again", "post", WRITE, STAFF, of_task, body=named),
    Row("api_excuse", "put", WRITE, STAFF, of_grade, body=lambda _world: {"reason": "Ill"}),
    Row("api_excuse", "delete", WRITE, STAFF, of_grade),
    # Reviews
    Row("api_rubric", "get", LOOK, STAFF, of_task),
    Row("api_review", "get", LOOK, STAFF, of_grade),
    Row("api_review", "put", DECIDE, STAFF, of_grade, body=lambda _world: {"comment": "Good."}, headers=WHATEVER),
    Row("api_review", "patch", DECIDE, with_status(STAFF, UNVERSIONED), of_grade),
    Row("api_review", "delete", DECIDE, STAFF, of_grade, headers=WHATEVER),
    Row("api_newer_result", "post", DECIDE, with_status(STAFF, INVALID), of_grade, headers=WHATEVER),
    Row("api_pass_on", "put", DECIDE, STAFF, of_grade, body=lambda _world: {"to": "ta"}, headers=WHATEVER),
    # Second looks: the first row that names one has the owner ask
    Row("api_ask_regrade", "post", DECIDE, {"owner": CREATED, "classmate": 409, "everybody": 404}, of_task, body=asked),
    Row("api_regrade", "get", LOOK, STAFF, of_request),
    Row("api_regrades", "get", LOOK, STAFF, of_course),
    Row("api_own_regrades", "get", LOOK, STUDENTS, of_course),
    Row("api_regrade_picture", "get", LOOK, OWNER_AND_STAFF, of_request),
    Row("api_answer_regrade", "post", DECIDE, with_status(STAFF, INVALID), of_request),
    Row("api_close_regrade", "post", DECIDE, with_status(OWNER_AND_STAFF, 409), of_request),  # still open
    # Exports
    Row("api_exports", "get", EXPORT, STAFF, of_course),
    Row("api_export", "get", EXPORT, STAFF, of_report),
    Row("api_student_export", "get", EXPORT, STAFF, of_student),
    Row("api_own_export", "get", EXPORT, STUDENTS, of_assignment),
    Row("api_lms_export", "get", EXPORT, STAFF, of_course, query="?system=moodle"),
)
