"""Addresses of the LMS platforms: operators' pages, and the page that an LMS opens to register us."""

from django.urls import path

from grading.views import platforms
from grading.views.registering import lti_register

LMS = "operations/lms/"
PLATFORM = f"{LMS}<int:platform>/"

urlpatterns = [
    path("lti/register/<str:token>/", lti_register, name="lti_register"),
    path(LMS, platforms.platforms, name="platforms"),
    path(f"{LMS}new/", platforms.platform_new, name="platform_new"),
    path(f"{LMS}links/", platforms.platform_link, name="platform_link"),
    path(f"{LMS}links/<int:link>/end/", platforms.platform_link_withdraw, name="platform_link_withdraw"),
    path(PLATFORM, platforms.platform, name="platform"),
    path(f"{PLATFORM}edit/", platforms.platform_edit, name="platform_edit"),
    path(f"{PLATFORM}check/", platforms.platform_check, name="platform_check"),
    path(f"{PLATFORM}switch/", platforms.platform_switch, name="platform_switch"),
    path(f"{PLATFORM}deployments/", platforms.deployment_add, name="deployment_add"),
    path(f"{PLATFORM}deployments/<int:deployment>/remove/", platforms.deployment_remove, name="deployment_remove"),
]
