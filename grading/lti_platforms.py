"""What operators see of the LMS platforms: when something last came and went, what waits, what went wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.utils import timezone

from grading.lti_scores import queue_of
from grading.models import DeliveryState, Deployment, LmsCourse, Platform, RegistrationLink, Score, ToolKey

_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """A platform in the list, with what needs a look."""

    platform: Platform
    deployments: int
    courses: int
    needs_attention: int


@dataclass(frozen=True, slots=True)
class Passback:
    """How many scores wait, were sent, and need a person."""

    waiting: int
    delivered: int
    needs_attention: int


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """All that a platform's page says about how it works."""

    last_roster: datetime | None
    passback: Passback
    troubled: list[Score]
    courses: list[LmsCourse]
    deployments: Sequence[Deployment]
    refused_deployment: str


@dataclass(frozen=True, slots=True)
class OurKey:
    """The key that signs now, and the one that will."""

    current: ToolKey | None
    following: ToolKey | None


def platform_lines() -> list[PlatformLine]:
    """List the platforms, those that are on first."""
    found = Platform.objects.annotate(
        in_use=Count("deployments__courses", distinct=True), deployed=Count("deployments", distinct=True)
    ).order_by("-active", "name", "pk")
    troubled = dict(
        Score.objects.filter(state=DeliveryState.NEEDS_ATTENTION)
        .values_list("line_item__lms_course__deployment__platform")
        .annotate(Count("pk"))
        .order_by()
    )
    return [PlatformLine(row, row.deployed, row.in_use, troubled.get(row.pk, 0)) for row in found]


def open_links() -> list[RegistrationLink]:
    """List the registration links that may still be used."""
    now = timezone.now()
    return list(RegistrationLink.objects.filter(used_at=None, expires_at__gt=now).select_related("created_by"))


def platform_status(platform: Platform) -> PlatformStatus:
    """Return how a platform works, in a few queries."""
    scores = Score.objects.filter(line_item__lms_course__deployment__platform=platform)
    courses = LmsCourse.objects.filter(deployment__platform=platform).select_related("course")
    queue = queue_of(scores)
    needs = scores.filter(state=DeliveryState.NEEDS_ATTENTION).select_related("line_item__lms_course__course")
    deployments = list(platform.deployments.annotate(in_use=Count("courses")))
    return PlatformStatus(
        last_roster=courses.aggregate(last=Max("roster_read_at"))["last"],
        passback=Passback(queue.waiting, queue.sent, queue.needs_attention),
        troubled=list(needs.order_by("-pk")[:_MOST_ROWS]),
        courses=list(courses.order_by("-last_launch_at", "pk")[:_MOST_ROWS]),
        deployments=deployments,
        refused_deployment=refused_deployment(platform, {row.deployment_id for row in deployments}),
    )


def refused_deployment(platform: Platform, known: set[str]) -> str:
    """Return the deployment that the platform's last error names, if it is not known; nothing otherwise."""
    found = re.search(r"[Dd]eployment ['\"“](.+?)['\"”]", platform.last_error)
    return found.group(1) if found and found.group(1) not in known else ""


def our_key() -> OurKey:
    """Return the keys that sign; none is made by looking."""
    now = timezone.now()
    published = ToolKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=now))
    current = published.filter(signs_from__lte=now).order_by("-signs_from").first()
    return OurKey(current, published.filter(signs_from__gt=now).order_by("signs_from").first())
