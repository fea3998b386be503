"""Addresses behind launches from an LMS: what is asked on the way, a course's connections, a person's."""

from django.urls import path

from grading.views.lms_accounts import lms_account_confirm, lms_account_connect, lms_account_disconnect, lms_accounts
from grading.views.lms_links import (
    lms_course_change,
    lms_course_disconnect,
    lms_link,
    lms_links,
    lms_roster,
    lms_roster_read,
)
from grading.views.lti_arriving import lti_account, lti_choose, lti_connect, lti_wait
from grading.views.lti_deep_linking import lti_deep_link

LMS_LINKS = "courses/<slug:course>/lms-links/"
# One more level than the address of a task has, so that no slug of an assignment is in the way.
LMS_COURSE = f"{LMS_LINKS}course/<int:lms_course>/"

urlpatterns = [
    # After a launch; the key is of the person's session
    path("lti/arrive/<str:key>/account/", lti_account, name="lti_account"),
    path("lti/arrive/<str:key>/course/", lti_connect, name="lti_connect"),
    path("lti/arrive/<str:key>/link/", lti_choose, name="lti_choose"),
    path("lti/arrive/<str:key>/", lti_wait, name="lti_wait"),
    path("lti/deep-link/<str:key>/", lti_deep_link, name="lti_deep_link"),
    # A course's connections
    path(LMS_LINKS, lms_links, name="lms_links"),
    path(f"{LMS_COURSE}change/", lms_course_change, name="lms_course_change"),
    path(f"{LMS_COURSE}disconnect/", lms_course_disconnect, name="lms_course_disconnect"),
    path(f"{LMS_COURSE}roster/", lms_roster, name="lms_roster"),
    path(f"{LMS_COURSE}roster/read/", lms_roster_read, name="lms_roster_read"),
    path(f"{LMS_LINKS}link/<int:link>/", lms_link, name="lms_link"),
    # A person's
    path("account/lms/", lms_accounts, name="lms_accounts"),
    path("account/lms/connect/", lms_account_connect, name="lms_account_connect"),
    path("account/lms/<int:account>/disconnect/", lms_account_disconnect, name="lms_account_disconnect"),
    path("account/lms/confirm/", lms_account_confirm, name="lms_account_confirm"),
]
