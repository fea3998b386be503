"""What people bring: accounts, courses, enrollments, assignments, tasks, submissions, drafts; and what was done."""

from coursework.models.assignments import Assignment, CourseSeed, Criterion, Extension, Task
from coursework.models.courses import Course, Enrollment, Role, Section
from coursework.models.drafts import Draft, DraftScreenshot
from coursework.models.events import Event
from coursework.models.people import User
from coursework.models.seed_drawings import DrawingState, SeedDrawing
from coursework.models.submissions import Screenshot, Submission, screenshot_path

__all__ = [
    "Assignment",
    "Course",
    "CourseSeed",
    "Criterion",
    "Draft",
    "DraftScreenshot",
    "DrawingState",
    "Enrollment",
    "Event",
    "Extension",
    "Role",
    "Screenshot",
    "Section",
    "SeedDrawing",
    "Submission",
    "Task",
    "User",
    "screenshot_path",
]
