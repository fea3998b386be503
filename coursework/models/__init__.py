"""What people bring: accounts, courses, enrollments, assignments, tasks, submissions and their screenshots."""

from coursework.models.assignments import Assignment, CourseSeed, Criterion, Task
from coursework.models.courses import Course, Enrollment, Role
from coursework.models.people import User
from coursework.models.submissions import Screenshot, Submission, screenshot_path

__all__ = [
    "Assignment",
    "Course",
    "CourseSeed",
    "Criterion",
    "Enrollment",
    "Role",
    "Screenshot",
    "Submission",
    "Task",
    "User",
    "screenshot_path",
]
