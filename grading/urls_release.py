"""Addresses of releasing grades and of second looks. They come before a task's own: `regrades` is no assignment."""

from django.urls import path

from grading.addresses import TASK
from grading.views.regrade_queue import regrade, regrades
from grading.views.regrades import regrade_ask, regrade_close, regrade_picture
from grading.views.releasing import release_page

REGRADES = "courses/<slug:course>/regrades/"

urlpatterns = [
    path(REGRADES, regrades, name="regrades"),
    path(f"{REGRADES}<int:number>/", regrade, name="regrade"),
    path(f"{REGRADES}<int:number>/close/", regrade_close, name="regrade_close"),
    path(f"{REGRADES}<int:number>/picture/", regrade_picture, name="regrade_picture"),
    path(f"{TASK}release/", release_page, name="release"),
    path(f"{TASK}second-look/", regrade_ask, name="regrade_ask"),
]
