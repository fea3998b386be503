"""Addresses of grading's pages."""

from django.urls import path, register_converter

from coursework.models.submissions import RECEIPT_PATTERN
from grading.views import setup_seeds, setup_tasks
from grading.views.dashboard import course_dashboard, dashboard
from grading.views.home import home, task_page
from grading.views.leaderboard import leaderboard_page
from grading.views.submission import progress_fragment, screenshot_file, submission_page


class ReceiptNumber:
    """A receipt number in an address; what can't be one does not get to a view."""

    regex = RECEIPT_PATTERN

    def to_python(self, value: str) -> str:
        """Return the number as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number as it stands."""
        return value


register_converter(ReceiptNumber, "receipt")
TASK = "courses/<slug:course>/<slug:assignment>/<slug:task>/"
SETUP = "setup/<slug:course>/"
SETUP_ASSIGNMENT = f"{SETUP}assignments/<slug:assignment>/"
SETUP_TASK = f"{SETUP_ASSIGNMENT}tasks/<slug:task>/"

urlpatterns = [
    path("", home, name="home"),
    path("courses/<slug:course>/dashboard/", course_dashboard, name="course_dashboard"),
    path(TASK, task_page, name="task"),
    path(f"{TASK}leaderboard/", leaderboard_page, name="leaderboard"),
    path(f"{TASK}dashboard/", dashboard, name="dashboard"),
    path("submissions/<receipt:receipt_number>/", submission_page, name="submission"),
    path("submissions/<receipt:receipt_number>/progress/", progress_fragment, name="submission_progress"),
    path("submissions/<receipt:receipt_number>/screenshots/<int:position>/", screenshot_file, name="screenshot"),
    # Staff: tasks and their seeds
    path(f"{SETUP}points/", setup_tasks.points_fragment, name="points_preview"),
    path(f"{SETUP}instructions/", setup_tasks.instructions_fragment, name="instructions_preview"),
    path(f"{SETUP_ASSIGNMENT}new-task/", setup_tasks.task_new, name="task_new"),
    path(SETUP_TASK, setup_tasks.task_edit, name="task_edit"),
    path(f"{SETUP_TASK}delete/", setup_tasks.task_delete, name="task_delete"),
    path(f"{SETUP_TASK}seeds/", setup_seeds.task_seeds, name="task_seeds"),
    path(f"{SETUP_TASK}seeds/add/", setup_seeds.task_seed_add, name="task_seed_add"),
    path(f"{SETUP_TASK}seeds/remove/", setup_seeds.task_seed_remove, name="task_seed_remove"),
    path(f"{SETUP_TASK}seeds/drawing/", setup_seeds.seed_drawing_fragment, name="seed_drawing"),
]
