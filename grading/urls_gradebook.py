"""Addresses of the gradebook."""

from django.urls import path

from grading.addresses import TASK
from grading.views.excusing import excuse
from grading.views.gradebook import gradebook_page, gradebook_student, my_grades

urlpatterns = [
    path("courses/<slug:course>/gradebook/", gradebook_page, name="gradebook"),
    path(
        "courses/<slug:course>/gradebook/students/<int:enrollment>/",
        gradebook_student,
        name="gradebook_student",
    ),
    path("courses/<slug:course>/grades/", my_grades, name="my_grades"),
    path(f"{TASK}grade/<str:key>/excuse/", excuse, name="excuse"),
]
