"""Addresses of the exchange of files with an LMS."""

from django.urls import path

from grading.views.lms import lms, lms_download, lms_preview, lms_write

LMS = "courses/<slug:course>/lms/"
FILE = f"{LMS}file/"  # one more level than the address of a task has, so that no slug of an assignment is in the way

urlpatterns = [
    path(LMS, lms, name="lms"),
    path(f"{FILE}preview/", lms_preview, name="lms_preview"),
    path(f"{FILE}filled/", lms_download, name="lms_download"),
    path(f"{FILE}write/", lms_write, name="lms_write"),
]
