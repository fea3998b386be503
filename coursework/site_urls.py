"""Addresses of coursework's pages."""

from django.urls import include, path

from coursework.views.hand_in import hand_in
from coursework.views.help import help_page

urlpatterns = [
    path("help/", help_page, name="help"),
    path("courses/<slug:course>/<slug:assignment>/<slug:task>/hand-in/", hand_in, name="hand_in"),
    path("setup/<slug:course>/", include("coursework.people_urls")),
]
