"""Addresses of the grading page. `key` is that of grading.grades.keys: it says nothing about whose work it is."""

from django.urls import path

from grading.addresses import TASK
from grading.views.grading import grading, grading_start
from grading.views.grading_signs import grading_keep, grading_presence

GRADE = f"{TASK}grade/<str:key>/"

urlpatterns = [
    path(f"{TASK}grade/", grading_start, name="grading_start"),
    path(GRADE, grading, name="grading"),
    path(f"{GRADE}presence/", grading_presence, name="grading_presence"),
    path(f"{GRADE}keep/", grading_keep, name="grading_keep"),
]
