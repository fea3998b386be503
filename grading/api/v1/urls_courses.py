"""Addresses of people and courses."""

from django.urls import path

from grading.api.v1.assignments import AssignmentDetail, Assignments, TaskDetail, Tasks
from grading.api.v1.courses import CourseDetail, Courses, EnrollmentDetail, Enrollments
from grading.api.v1.me import Me

COURSE = "courses/<slug:course>/"
ASSIGNMENT = f"{COURSE}assignments/<slug:assignment>/"

urlpatterns = [
    path("me/", Me.as_view(), name="api_me"),
    path("courses/", Courses.as_view(), name="api_courses"),
    path(COURSE, CourseDetail.as_view(), name="api_course"),
    path(f"{COURSE}enrollments/", Enrollments.as_view(), name="api_enrollments"),
    path(f"{COURSE}enrollments/<int:enrollment>/", EnrollmentDetail.as_view(), name="api_enrollment"),
    path(f"{COURSE}assignments/", Assignments.as_view(), name="api_assignments"),
    path(ASSIGNMENT, AssignmentDetail.as_view(), name="api_assignment"),
    path(f"{ASSIGNMENT}tasks/", Tasks.as_view(), name="api_tasks"),
    path(f"{ASSIGNMENT}tasks/<slug:task>/", TaskDetail.as_view(), name="api_task"),
]
