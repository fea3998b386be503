"""The coursework app: courses, enrollments, assignments, tasks and what students hand in."""

from django.apps import AppConfig


class CourseworkConfig(AppConfig):
    """Names the app; it announces submissions by `coursework.signals` and listens to nothing."""

    name = "coursework"
    verbose_name = "Coursework"
    default_auto_field = "django.db.models.BigAutoField"
