"""LTI 1.3: the platforms (LMS installations) that know us, and what of theirs belongs to what of ours."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from coursework.models import Assignment, Course, Enrollment, Role, Section, Task
from grading.models.delivery import Delivery, DeliveryState


class PlatformKind(models.TextChoices):
    """Which LMS a platform runs, for what differs between them."""

    CANVAS = "canvas", "Canvas"
    MOODLE = "moodle", "Moodle"
    BLACKBOARD = "blackboard", "Blackboard"
    OTHER = "other", "Another LMS"


class Platform(models.Model):
    """A registration with an LMS: it knows us as `client_id`, we know it as `issuer`."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=PlatformKind, default=PlatformKind.OTHER)
    issuer = models.CharField(max_length=255)
    client_id = models.CharField(max_length=255)
    authorization_url = models.CharField(max_length=500, help_text="Where a launch is asked for (OIDC).")
    token_url = models.CharField(max_length=500)
    token_audience = models.CharField(max_length=500, blank=True, help_text="Empty: the token URL.")
    jwks_url = models.CharField(max_length=500, help_text="The platform's public keys.")
    frame_origins = models.JSONField(default=list, blank=True, help_text="Further origins that may show us in a frame.")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    last_launch_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            UniqueConstraint(fields=["issuer", "client_id"], name="platform_once"),
            CheckConstraint(condition=Q(kind__in=PlatformKind.values), name="platform_kind_known"),
            CheckConstraint(condition=~Q(issuer="") & ~Q(client_id=""), name="platform_is_named"),
        )

    def __str__(self) -> str:
        return self.name


class Deployment(models.Model):
    """One installation of us within a platform, as it names it."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="deployments")
    deployment_id = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("platform", "deployment_id")
        constraints = (UniqueConstraint(fields=["platform", "deployment_id"], name="deployment_once"),)

    def __str__(self) -> str:
        return f"{self.deployment_id} of platform {self.platform_id}"


class RegistrationLink(models.Model):
    """A link for one dynamic registration, made by an operator and given to the LMS's administrator."""

    token_hash = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    platform = models.ForeignKey(Platform, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"registration link {self.pk}"


class ToolKey(models.Model):
    """A key of ours. The newest that is active signs; all that are not retired stand in our JWKS."""

    kid = models.CharField(max_length=64, unique=True)
    private_key = models.TextField(help_text="PEM, sealed with the installation's secret.")
    public_jwk = models.JSONField()
    created_at = models.DateTimeField()
    signs_from = models.DateTimeField(help_text="Published before, so that platforms that cache our keys know it.")
    retires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-signs_from",)

    def __str__(self) -> str:
        return self.kid


class LoginState(models.Model):
    """A launch that was asked for: consumed by the one answer that brings its state and nonce, in the same browser."""

    state_hash = models.CharField(max_length=64, unique=True)
    nonce_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64, help_text="Of the cookie, or of what is in the platform's storage.")
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="login_states")
    target_link_uri = models.CharField(max_length=1000)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="login_state_expires"),)

    def __str__(self) -> str:
        return f"login state {self.pk}"


class LmsAccount(models.Model):
    """A person as a platform knows them, and the account here that is theirs."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="accounts")
    subject = models.CharField(max_length=255, help_text="The platform's own key of the person.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lms_accounts")
    made_user = models.BooleanField(default=False, help_text="The account here was made for this person of the LMS.")
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_launch_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("platform", "pk")
        constraints = (
            UniqueConstraint(fields=["platform", "subject"], name="lms_account_once"),
            CheckConstraint(condition=~Q(subject=""), name="lms_account_has_a_subject"),
        )

    def __str__(self) -> str:
        return f"user {self.user_id} on platform {self.platform_id}"


class LmsCourse(models.Model):
    """A course of the LMS (an LTI context) and the course here that it belongs to; several may belong to one."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="courses")
    context_id = models.CharField(max_length=255)
    title = models.CharField(max_length=255, blank=True)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lms_courses")
    section = models.ForeignKey(
        Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="Its students' section."
    )
    connected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_launch_at = models.DateTimeField(null=True, blank=True)
    # Services, as the latest launch named them.
    memberships_url = models.CharField(max_length=1000, blank=True)
    lineitems_url = models.CharField(max_length=1000, blank=True)
    scopes = models.JSONField(default=list, blank=True)
    # The roster.
    roster_scheduled = models.BooleanField(default=False, help_text="Read the LMS's roster every night.")
    roster_due_at = models.DateTimeField(null=True, blank=True)
    roster_read_at = models.DateTimeField(null=True, blank=True)
    roster_error = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("course", "pk")
        constraints = (UniqueConstraint(fields=["deployment", "context_id"], name="lms_course_once"),)

    def __str__(self) -> str:
        return self.title or self.context_id


class LmsMember(models.Model):
    """A person's place in a course of the LMS, as last heard from it, and their enrollment here."""

    lms_course = models.ForeignKey(LmsCourse, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(LmsAccount, on_delete=models.CASCADE, related_name="places")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="lms_places")
    role = models.CharField(max_length=12, choices=Role, default=Role.STUDENT, help_text="As the LMS said last.")
    made_enrollment = models.BooleanField(
        default=False, help_text="The enrollment was made for this place: it follows the LMS's role and ends with it."
    )
    active = models.BooleanField(default=True, help_text="Off: the LMS says that the person is not there any more.")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("lms_course", "pk")
        constraints = (
            UniqueConstraint(fields=["lms_course", "account"], name="lms_member_once"),
            CheckConstraint(condition=Q(role__in=Role.values), name="lms_member_role_known"),
        )

    def __str__(self) -> str:
        return f"enrollment {self.enrollment_id} in LMS course {self.lms_course_id}"


class LmsLink(models.Model):
    """A link in the LMS (an LTI resource link) and where it leads: the course, an assignment, or one task of it."""

    lms_course = models.ForeignKey(LmsCourse, on_delete=models.CASCADE, related_name="links")
    resource_link_id = models.CharField(max_length=255)
    title = models.CharField(max_length=255, blank=True)
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="lms_links",
        help_text="Empty: the course's first page.",
    )
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="lms_links")
    named = models.CharField(max_length=255, blank=True, help_text="What the LMS last said that it leads to.")
    created_at = models.DateTimeField(auto_now_add=True)
    last_launch_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("lms_course", "pk")
        constraints = (UniqueConstraint(fields=["lms_course", "resource_link_id"], name="lms_link_once"),)

    def __str__(self) -> str:
        return self.title or self.resource_link_id


class LineItem(models.Model):
    """A column of the LMS's gradebook, and what of ours goes into it: an assignment's points, or one task's."""

    lms_course = models.ForeignKey(LmsCourse, on_delete=models.CASCADE, related_name="line_items")
    link = models.ForeignKey(LmsLink, on_delete=models.SET_NULL, null=True, blank=True, related_name="line_items")
    url = models.CharField(max_length=1000)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="line_items")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="line_items")
    label = models.CharField(max_length=255, blank=True)
    active = models.BooleanField(default=True, help_text="Off: nothing is sent to it.")
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When all its scores were last compared.")

    class Meta:
        ordering = ("lms_course", "pk")
        constraints = (
            UniqueConstraint(fields=["lms_course", "url"], name="line_item_once"),
            CheckConstraint(condition=~Q(url=""), name="line_item_has_a_url"),
        )

    def __str__(self) -> str:
        return self.label or self.url


class Score(Delivery):
    """One student's score in one line item: the outbox.

    What is sent is read at the moment of sending, so that of several changes the latest goes out; what was sent last
    stands here.
    """

    line_item = models.ForeignKey(LineItem, on_delete=models.CASCADE, related_name="scores")
    member = models.ForeignKey(LmsMember, on_delete=models.CASCADE, related_name="scores")
    asked_at = models.DateTimeField(help_text="When something last changed that may change the score.")
    sent = models.JSONField(null=True, blank=True, help_text="What the LMS was told last, without its timestamp.")
    sent_timestamp = models.DateTimeField(
        null=True, blank=True, help_text="The score's own, kept before it goes out; each in a later second."
    )
    uncertain = models.BooleanField(
        default=False, help_text="A try may have arrived or not: the LMS may hold something else than what `sent` says."
    )
    refused = models.JSONField(
        null=True, blank=True, help_text="What the LMS did not take; by itself only something else is tried."
    )

    class Meta:
        ordering = ("line_item", "pk")
        indexes = (models.Index(fields=["due_at"], name="score_due"),)
        constraints = (
            UniqueConstraint(fields=["line_item", "member"], name="score_once"),
            CheckConstraint(condition=Q(state__in=DeliveryState.values), name="score_state_known"),
        )

    def __str__(self) -> str:
        return f"score of member {self.member_id} in line item {self.line_item_id}"
