"""Addresses of the course's history."""

from django.urls import path

from grading.views.history import history, history_download

urlpatterns = [
    path("courses/<slug:course>/history/", history, name="history"),
    path("courses/<slug:course>/history/events.csv", history_download, name="history_download"),
]
