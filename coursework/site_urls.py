"""Addresses of coursework's pages."""

from django.urls import include, path

from coursework.views.account import account_settings
from coursework.views.hand_in import hand_in
from coursework.views.help import help_page
from coursework.views.join import join, join_course

urlpatterns = [
    path("help/", help_page, name="help"),
    path("account/", account_settings, name="account_settings"),
    path("join/", join, name="join"),
    path("join/<str:code>/", join_course, name="join_course"),
    path("courses/<slug:course>/<slug:assignment>/<slug:task>/hand-in/", hand_in, name="hand_in"),
    path("setup/<slug:course>/", include("coursework.people_urls")),
]
