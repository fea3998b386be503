"""Addresses of the overviews, and of running a selection again."""

from django.urls import path

from grading.addresses import TASK
from grading.views.dashboard import dashboard
from grading.views.dashboard_acts import dashboard_act
from grading.views.overviews import assignment_dashboard, course_dashboard
from grading.views.rerun_selection import rerun_selection

urlpatterns = [
    path("courses/<slug:course>/dashboard/", course_dashboard, name="course_dashboard"),
    # Looks like a task's address, so no assignment has "dashboard" as its short name.
    path("courses/<slug:course>/dashboard/<slug:assignment>/", assignment_dashboard, name="assignment_dashboard"),
    path(f"{TASK}dashboard/", dashboard, name="dashboard"),
    path(f"{TASK}dashboard/act/", dashboard_act, name="dashboard_act"),
    path(f"{TASK}rerun/selection/", rerun_selection, name="rerun_selection"),
]
