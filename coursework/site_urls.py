"""Addresses of coursework's pages."""

from django.urls import include, path

from coursework.views.account import account_settings
from coursework.views.drafts import hand_in_draft, hand_in_picture, hand_in_pictures
from coursework.views.hand_in import hand_in, hand_in_design
from coursework.views.help import help_page
from coursework.views.join import join, join_course
from coursework.views.setup import assignments, courses

HAND_IN = "courses/<slug:course>/<slug:assignment>/<slug:task>/hand-in/"
SETUP = "setup/<slug:course>/"
SETUP_ASSIGNMENT = f"{SETUP}assignments/<slug:assignment>/"

urlpatterns = [
    path("help/", help_page, name="help"),
    path("account/", account_settings, name="account_settings"),
    path("join/", join, name="join"),
    path("join/<str:code>/", join_course, name="join_course"),
    path(HAND_IN, hand_in, name="hand_in"),
    path(f"{HAND_IN}design/", hand_in_design, name="hand_in_design"),
    path(f"{HAND_IN}draft/", hand_in_draft, name="hand_in_draft"),
    path(f"{HAND_IN}pictures/", hand_in_pictures, name="hand_in_pictures"),
    path(f"{HAND_IN}pictures/<int:picture>/", hand_in_picture, name="hand_in_picture"),
    # Staff: courses and assignments. A course can't have the short name "new".
    path("setup/", courses.setup_home, name="setup_home"),
    path("setup/new/", courses.course_new, name="course_new"),
    path(SETUP, include("coursework.people_urls")),
    path(SETUP, courses.course_setup, name="course_setup"),
    path(f"{SETUP}edit/", courses.course_edit, name="course_edit"),
    path(f"{SETUP}join-code/", courses.course_join_code, name="course_join_code"),
    path(f"{SETUP}copy/", courses.course_copy, name="course_copy"),
    path(f"{SETUP}new-assignment/", assignments.assignment_new, name="assignment_new"),
    path(SETUP_ASSIGNMENT, assignments.assignment_edit, name="assignment_edit"),
    path(f"{SETUP_ASSIGNMENT}delete/", assignments.assignment_delete, name="assignment_delete"),
]
