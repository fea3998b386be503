"""The coursework app: courses, enrollments, assignments, tasks and what students hand in."""

from django.apps import AppConfig


class CourseworkConfig(AppConfig):
    """Names the app; it announces submissions by `coursework.signals` and listens to migrations only."""

    name = "coursework"
    verbose_name = "Coursework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the record of events protected after every migration."""
        from coursework import append_only

        append_only.connect(self)
