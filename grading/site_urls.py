"""Addresses of grading's pages."""

from django.urls import path, register_converter

from coursework.models.submissions import RECEIPT_PATTERN
from grading.views.dashboard import course_dashboard, dashboard
from grading.views.home import home, task_page
from grading.views.leaderboard import leaderboard_page
from grading.views.submission import chart_download, progress_fragment, screenshot_file, submission_page


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
    path(
        "submissions/<receipt:receipt_number>/charts/<slug:name>.<slug:kind>", chart_download, name="submission_chart"
    ),
    path("submissions/<receipt:receipt_number>/screenshots/<int:position>/", screenshot_file, name="screenshot"),
]
