"""What teaching assistants may do to grades, as the course has it. Instructors may do everything."""

from coursework.models import Enrollment, Role


def may_grade(viewer: Enrollment) -> bool:
    """Whether the person ticks rubric items, adjusts, overrides, excuses, comments and answers regrade requests."""
    return viewer.active and viewer.is_course_staff


def may_release(viewer: Enrollment) -> bool:
    """Whether the person shows grades to students and takes that back; the enrollment comes with its course."""
    return viewer.active and (viewer.role == Role.INSTRUCTOR or (_assists(viewer) and viewer.course.assistants_release))


def may_edit_rubric(viewer: Enrollment) -> bool:
    """Whether the person changes rubrics and how tasks are graded."""
    return viewer.active and (
        viewer.role == Role.INSTRUCTOR or (_assists(viewer) and viewer.course.assistants_edit_rubric)
    )


def _assists(viewer: Enrollment) -> bool:
    return viewer.role == Role.TEACHING_ASSISTANT
