"""Addresses of grading's pages."""

from django.urls import path, register_converter

from coursework.models.submissions import RECEIPT_PATTERN
from grading.views.dashboard import course_dashboard, dashboard
from grading.views.home import home, task_page
from grading.views.leaderboard import leaderboard_page
from grading.views.operations import course_queue, queue
from grading.views.reruns import rerun, rerun_apply, rerun_batch, rerun_stop, rerun_task
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

urlpatterns = [
    path("", home, name="home"),
    path("courses/<slug:course>/dashboard/", course_dashboard, name="course_dashboard"),
    path(TASK, task_page, name="task"),
    path(f"{TASK}leaderboard/", leaderboard_page, name="leaderboard"),
    path(f"{TASK}dashboard/", dashboard, name="dashboard"),
    path("submissions/<receipt:receipt_number>/", submission_page, name="submission"),
    path("submissions/<receipt:receipt_number>/progress/", progress_fragment, name="submission_progress"),
    path("submissions/<receipt:receipt_number>/screenshots/<int:position>/", screenshot_file, name="screenshot"),
    # Operators
    path("operations/queue/", queue, name="queue"),
    path("setup/<slug:course>/queue/", course_queue, name="course_queue"),
    path("submissions/<receipt:receipt_number>/rerun/", rerun, name="rerun"),
    path(f"{TASK}rerun/", rerun_task, name="rerun_task"),
    path(f"{TASK}rerun/<int:batch>/", rerun_batch, name="rerun_batch"),
    path(f"{TASK}rerun/<int:batch>/apply/", rerun_apply, name="rerun_apply"),
    path(f"{TASK}rerun/<int:batch>/stop/", rerun_stop, name="rerun_stop"),
]
