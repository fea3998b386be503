"""Addresses of grading's pages."""

from django.urls import include, path, register_converter

from coursework.models.submissions import RECEIPT_PATTERN
from grading.addresses import ASSIGNMENT, DRAFT_PICTURE, SETUP, SETUP_ASSIGNMENT, SETUP_TASK, TASK
from grading.views import setup_seeds, setup_tasks
from grading.views.api_docs import api_docs
from grading.views.evidence import evidence, evidence_mark
from grading.views.evidence_queue import evidence_queue
from grading.views.hand_in_reading import hand_in_picture_adopt, hand_in_picture_reading
from grading.views.home import assignment_page, home, task_page
from grading.views.integrity import integrity, integrity_download, integrity_mark
from grading.views.leaderboard import board_name, board_reveal, board_rows, board_settings, leaderboard_page
from grading.views.operations import course_queue, queue
from grading.views.pictures import read_course_pictures_again, read_pictures_again
from grading.views.practice import practice_page, practice_progress, practice_run_page
from grading.views.reruns import rerun, rerun_apply, rerun_batch, rerun_stop, rerun_task
from grading.views.submission import chart_download, progress_fragment, screenshot_file, submission_page
from grading.views.tokens import token_new, token_revoke, tokens, tokens_revoke


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

urlpatterns = [
    path("api/docs/", api_docs, name="api_docs"),  # a page; before the answer for what the API does not have
    path("api/", include("grading.api.urls")),
    path("account/tokens/", tokens, name="tokens"),
    path("account/tokens/new/", token_new, name="token_new"),
    path("account/tokens/revoke/", tokens_revoke, name="tokens_revoke"),
    path("account/tokens/<slug:key>/revoke/", token_revoke, name="token_revoke"),
    path("", include("grading.urls_history")),
    path("", include("grading.urls_release")),
    path("", include("grading.urls_page")),
    path("", include("grading.urls_gradebook")),
    path("", include("grading.urls_rubric")),
    path("", include("grading.urls_lms")),
    path("", include("grading.urls_webhooks")),
    path("", include("grading.urls_platforms")),
    path("", include("grading.urls_lti_people")),
    path("", include("grading.urls_lti_scores")),
    path("", include("grading.urls_lti")),
    path("", home, name="home"),
    path("", include("grading.urls_board")),
    path(TASK, task_page, name="task"),
    path(f"{TASK}leaderboard/", leaderboard_page, name="leaderboard"),
    path(f"{TASK}leaderboard/rows/", board_rows, name="board_rows"),
    path(f"{TASK}leaderboard/name/", board_name, name="board_name"),
    path(f"{TASK}leaderboard/settings/", board_settings, name="board_settings"),
    path(f"{TASK}leaderboard/names/", board_reveal, name="board_reveal"),
    path(f"{TASK}practice/", practice_page, name="practice"),
    path(f"{TASK}practice/<int:run>/", practice_run_page, name="practice_run"),
    path(f"{TASK}practice/<int:run>/progress/", practice_progress, name="practice_progress"),
    path("submissions/<receipt:receipt_number>/", submission_page, name="submission"),
    path("submissions/<receipt:receipt_number>/progress/", progress_fragment, name="submission_progress"),
    path(
        "submissions/<receipt:receipt_number>/charts/<slug:name>.<slug:kind>", chart_download, name="submission_chart"
    ),
    path("submissions/<receipt:receipt_number>/screenshots/<int:position>/", screenshot_file, name="screenshot"),
    # Staff: evidence and its review queue
    path(f"{TASK}evidence/", evidence_queue, name="evidence_queue"),
    path("submissions/<receipt:receipt_number>/evidence/", evidence, name="evidence"),
    path("submissions/<receipt:receipt_number>/evidence/mark/", evidence_mark, name="evidence_mark"),
    # Integrity view
    path(f"{TASK}integrity/", integrity, name="integrity"),
    path(f"{TASK}integrity/mark/", integrity_mark, name="integrity_mark"),
    path(f"{TASK}integrity/groups.csv", integrity_download, name="integrity_download"),
    # Evidence: what students see of the reading of their own pictures
    path(f"{DRAFT_PICTURE}reading/", hand_in_picture_reading, name="hand_in_picture_reading"),
    path(f"{DRAFT_PICTURE}reading/adopt/", hand_in_picture_adopt, name="hand_in_picture_adopt"),
    # Operators
    path("operations/queue/", queue, name="queue"),
    path("setup/<slug:course>/queue/", course_queue, name="course_queue"),
    path("operations/pictures/read-again/", read_pictures_again, name="read_pictures_again"),
    path("setup/<slug:course>/pictures/read-again/", read_course_pictures_again, name="read_course_pictures_again"),
    path("submissions/<receipt:receipt_number>/rerun/", rerun, name="rerun"),
    path(f"{TASK}rerun/", rerun_task, name="rerun_task"),
    path(f"{TASK}rerun/<int:batch>/", rerun_batch, name="rerun_batch"),
    path(f"{TASK}rerun/<int:batch>/apply/", rerun_apply, name="rerun_apply"),
    path(f"{TASK}rerun/<int:batch>/stop/", rerun_stop, name="rerun_stop"),
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
    path("", include("grading.urls_reports")),
    # Behind all other pages of a course: an assignment may have the name of one.
    path(ASSIGNMENT, assignment_page, name="assignment"),
]
