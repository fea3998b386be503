"""Addresses of what students do: submissions, verifications, leaderboards, practice runs."""

from django.urls import path

from grading.api.places import TASK
from grading.api.v1.drafts import DraftScreenshotDetail, DraftScreenshots
from grading.api.v1.leaderboards import Leaderboard
from grading.api.v1.practice import PracticeOffer, PracticeRunDetail, PracticeRuns, PracticeTrace
from grading.api.v1.submissions import CourseSubmissions, ScreenshotFile, SubmissionDetail, TaskSubmissions
from grading.api.v1.verifications import Trace, TrainedNetwork, VerificationDetail, Verifications

SUBMISSION = "submissions/<receipt:receipt_number>/"
VERIFICATION = f"{SUBMISSION}verifications/<int:verification>/"
RUN = f"{VERIFICATION}runs/<int:position>/"

urlpatterns = [
    path("courses/<slug:course>/submissions/", CourseSubmissions.as_view(), name="api_submissions"),
    path(f"{TASK}submissions/", TaskSubmissions.as_view(), name="api_task_submissions"),
    path(f"{TASK}draft/screenshots/", DraftScreenshots.as_view(), name="api_draft_screenshots"),
    path(f"{TASK}draft/screenshots/<int:picture>/", DraftScreenshotDetail.as_view(), name="api_draft_screenshot"),
    path(SUBMISSION, SubmissionDetail.as_view(), name="api_submission"),
    path(f"{SUBMISSION}screenshots/<int:position>/", ScreenshotFile.as_view(), name="api_screenshot"),
    path(f"{SUBMISSION}verifications/", Verifications.as_view(), name="api_verifications"),
    path(VERIFICATION, VerificationDetail.as_view(), name="api_verification"),
    path(f"{RUN}trace/", Trace.as_view(), name="api_trace"),
    path(f"{RUN}network/", TrainedNetwork.as_view(), name="api_network"),
    path(f"{TASK}leaderboard/", Leaderboard.as_view(), name="api_leaderboard"),
    path(f"{TASK}practice/", PracticeOffer.as_view(), name="api_practice"),
    path(f"{TASK}practice/runs/", PracticeRuns.as_view(), name="api_practice_runs"),
    path(f"{TASK}practice/runs/<int:run>/", PracticeRunDetail.as_view(), name="api_practice_run"),
    path(f"{TASK}practice/runs/<int:run>/trace/", PracticeTrace.as_view(), name="api_practice_trace"),
]
