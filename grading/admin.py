"""Verifications, practice runs and tokens in Django's admin: to look at, and tokens to revoke."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from coursework.admin import ReadOnlyAdmin
from coursework.request import signed_in
from grading.models import ApiToken, PracticeRun, Verification
from grading.services.api_tokens import revoke_tokens


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


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Everybody's tokens, by which programs act for them: to be deleted where one has leaked. No digests."""

    list_display = ("token_key", "name", "user", "course", "created", "last_used_at", "expiry")
    list_select_related = ("user", "course")
    search_fields = ("token_key", "user__username", "user__email")
    fields = (*list_display, "scopes")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoking is deleting: who may, the admin's own permissions say."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        """Revoke one, which is recorded."""
        revoke_tokens(user=obj.user, key=obj.token_key, operator=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke those that are ticked."""
        for token in queryset.select_related("user"):
            self.delete_model(request, token)
