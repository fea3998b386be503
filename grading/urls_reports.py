"""Addresses of downloads."""

from django.urls import path

from grading.views.reports import report_download, report_own, report_student, reports

REPORTS = "courses/<slug:course>/reports/"

urlpatterns = [
    path(REPORTS, reports, name="reports"),
    # Of five parts: an address of four is a task's
    path(f"{REPORTS}download/file/", report_download, name="report_download"),
    path(f"{REPORTS}<slug:assignment>/own/", report_own, name="report_own"),
    path(f"{REPORTS}<slug:assignment>/students/<int:enrollment>/", report_student, name="report_student"),
]
