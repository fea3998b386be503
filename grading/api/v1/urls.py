"""Addresses of version 1. Their names begin with api_, and each has rows in the matrix of tests/grading/api."""

from django.urls import include, path

urlpatterns = [
    path("", include("grading.api.v1.urls_courses")),
    path("", include("grading.api.v1.urls_work")),
    path("", include("grading.api.v1.urls_grades")),
]
