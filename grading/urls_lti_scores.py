"""Addresses of acts on grades on their way to an LMS."""

from django.urls import path

from grading.urls_lti_people import LMS_LINKS
from grading.views.lms_scores import lms_column_again, lms_column_new, lms_column_switch, lms_score_again

urlpatterns = [
    path(f"{LMS_LINKS}scores/<int:score>/again/", lms_score_again, name="lms_score_again"),
    path(f"{LMS_LINKS}columns/<int:column>/again/", lms_column_again, name="lms_column_again"),
    path(f"{LMS_LINKS}columns/<int:column>/switch/", lms_column_switch, name="lms_column_switch"),
    path(f"{LMS_LINKS}link/<int:link>/column/", lms_column_new, name="lms_column_new"),
]
