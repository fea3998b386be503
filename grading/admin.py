"""Verifications and practice runs in Django's admin, to look at."""

from django.contrib import admin

from coursework.admin import ReadOnlyAdmin
from grading.models import PracticeRun, Verification


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    """The queue and what came out of it."""

    list_display = ("submission", "status", "outcome", "attempt", "worker", "queued_at", "finished_at", "last_error")
    list_filter = ("status", "outcome")
    list_select_related = ("submission",)


@admin.register(PracticeRun)
class PracticeRunAdmin(ReadOnlyAdmin):
    """Practice runs, which wait in a queue of their own."""

    list_display = ("pk", "task", "status", "attempt", "worker", "queued_at", "finished_at", "last_error")
    list_filter = ("status",)
    list_select_related = ("task",)
    exclude = ("trace",)
