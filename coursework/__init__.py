"""The Django project, and what people bring to it: courses, enrollments, assignments, tasks and submissions."""

from coursework.celery import app as celery_app

__all__ = ["celery_app"]
