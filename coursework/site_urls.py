"""Addresses of coursework's pages."""

from django.urls import path

from coursework.views.hand_in import hand_in
from coursework.views.help import help_page
from coursework.views.setup import assignments, courses

SETUP = "setup/<slug:course>/"
SETUP_ASSIGNMENT = f"{SETUP}assignments/<slug:assignment>/"

urlpatterns = [
    path("help/", help_page, name="help"),
    path("courses/<slug:course>/<slug:assignment>/<slug:task>/hand-in/", hand_in, name="hand_in"),
    # Staff: courses and assignments. A course can't have the short name "new".
    path("setup/", courses.setup_home, name="setup_home"),
    path("setup/new/", courses.course_new, name="course_new"),
    path(SETUP, courses.course_setup, name="course_setup"),
    path(f"{SETUP}edit/", courses.course_edit, name="course_edit"),
    path(f"{SETUP}join-code/", courses.course_join_code, name="course_join_code"),
    path(f"{SETUP}copy/", courses.course_copy, name="course_copy"),
    path(f"{SETUP}new-assignment/", assignments.assignment_new, name="assignment_new"),
    path(SETUP_ASSIGNMENT, assignments.assignment_edit, name="assignment_edit"),
    path(f"{SETUP_ASSIGNMENT}delete/", assignments.assignment_delete, name="assignment_delete"),
]
