"""Addresses of LTI 1.3."""

from django.urls import path

from grading.views.lti_keys import lti_keys
from grading.views.lti_launch import lti_launch
from grading.views.lti_login import lti_login

LTI = "lti/"

urlpatterns = [
    # Launches
    path(f"{LTI}login/", lti_login, name="lti_login"),
    path(f"{LTI}launch/", lti_launch, name="lti_launch"),
    path(f"{LTI}keys/", lti_keys, name="lti_keys"),
]
