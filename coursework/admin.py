"""Django's admin, for operators. What is a record of what somebody did can be read there, not changed."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from allauth.socialaccount.admin import SocialAccountAdmin
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest

from coursework.models import Assignment, Course, CourseSeed, Enrollment, Screenshot, Submission, Task, User

# The admin's own sign-in knows neither the second step nor the limits on attempts: ours stands in its place.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.register(User, UserAdmin)
# The school's sign-in is a matter of the environment; a second place for it would only contradict the first.
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken])


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows rows and lets nobody add, change or delete them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes."""
        return False


@admin.register(Authenticator)
class SecondStepAdmin(AuthenticatorAdmin):  # type: ignore[misc]  # allauth ships no types
    """Second steps of signing in: to be deleted when somebody has lost telephone and recovery codes. No secrets."""

    fields = ("user", "type", "created_at", "last_used_at")
    readonly_fields = fields
    search_fields = ("user__username", "user__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only its owner can add one."""
        return False


@admin.register(SocialAccount)
class SchoolSignInAdmin(SocialAccountAdmin):  # type: ignore[misc]  # allauth ships no types
    """Which account of the school signs in to which of ours: to be deleted when the two don't belong together."""

    readonly_fields = ("user", "provider", "uid", "extra_data")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The school's word adds them, or their owner."""
        return False


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin[Course]):
    """Courses."""

    list_display = ("title", "slug", "time_zone", "created_at")
    prepopulated_fields = {"slug": ("title",)}  # Django's own form of it


@admin.register(Enrollment)
class EnrollmentAdmin(admin.ModelAdmin[Enrollment]):
    """Who takes part in which course."""

    list_display = ("user", "course", "role", "pseudonym")
    list_filter = ("course", "role")
    search_fields = ("user__username", "user__last_name", "pseudonym")
    autocomplete_fields = ("user",)


class CourseSeedInline(admin.TabularInline[CourseSeed, Task]):
    """The seeds on a task's own page."""

    model = CourseSeed
    extra = 0


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin[Assignment]):
    """Assignments with their times."""

    list_display = ("title", "course", "opens_at", "due_at", "closes_at")
    list_filter = ("course",)


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin[Task]):
    """Tasks with their rules and course seeds."""

    list_display = ("title", "assignment", "criterion", "target", "max_epochs", "attempts")
    list_filter = ("assignment__course",)
    inlines = (CourseSeedInline,)


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """What was handed in."""

    list_display = ("receipt_number", "task", "enrollment", "attempt", "claimed_epochs", "received_at")
    list_filter = ("task",)
    search_fields = ("receipt_number", "enrollment__user__username")
    list_select_related = ("task", "enrollment")


@admin.register(Screenshot)
class ScreenshotAdmin(ReadOnlyAdmin):
    """The pictures' rows; the pictures themselves are shown on the submission's page."""

    list_display = ("submission", "position", "width", "height", "original_name")
