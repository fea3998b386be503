"""Addresses of coursework's pages."""

from django.urls import include, path

from coursework.views.account import account_settings
from coursework.views.drafts import hand_in_draft, hand_in_picture, hand_in_pictures
from coursework.views.hand_in import hand_in, hand_in_design
from coursework.views.help import help_page
from coursework.views.join import join, join_course

HAND_IN = "courses/<slug:course>/<slug:assignment>/<slug:task>/hand-in/"

urlpatterns = [
    path("help/", help_page, name="help"),
    path("account/", account_settings, name="account_settings"),
    path("join/", join, name="join"),
    path("join/<str:code>/", join_course, name="join_course"),
    path("setup/<slug:course>/", include("coursework.people_urls")),
    path(HAND_IN, hand_in, name="hand_in"),
    path(f"{HAND_IN}design/", hand_in_design, name="hand_in_design"),
    path(f"{HAND_IN}draft/", hand_in_draft, name="hand_in_draft"),
    path(f"{HAND_IN}pictures/", hand_in_pictures, name="hand_in_pictures"),
    path(f"{HAND_IN}pictures/<int:picture>/", hand_in_picture, name="hand_in_picture"),
]
