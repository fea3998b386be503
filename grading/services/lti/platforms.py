"""Platforms as operators keep them: made by hand, changed, switched off, and their deployments."""

from typing import Any

from django.db import transaction

from coursework.models import User
from coursework.services.events import record
from grading.models import Deployment, LineItem, Platform, PlatformKind


@transaction.atomic
def make_platform(*, by: User, kind: PlatformKind, deployment_id: str = "", **fields: Any) -> Platform:
    """Store a platform whose LMS was told of us by hand."""
    platform = Platform.objects.create(kind=kind, created_by=by, **fields)
    if deployment_id:
        Deployment.objects.create(platform=platform, deployment_id=deployment_id)
    record(action="platform.made", actor=by, subject=platform.name, issuer=platform.issuer)
    return platform


@transaction.atomic
def change_platform(*, platform: Platform, by: User, **fields: Any) -> None:
    """Change what we know of a platform."""
    changed = [name for name, value in fields.items() if getattr(platform, name) != value]
    for name in changed:
        setattr(platform, name, fields[name])
    if changed:
        platform.save(update_fields=changed)
        record(action="platform.changed", actor=by, subject=platform.name, fields=changed)


@transaction.atomic
def switch_platform(*, platform: Platform, by: User, active: bool) -> None:
    """Let launches and requests happen, or not. Nothing is deleted, and what changed meanwhile is sent afterwards."""
    if Platform.objects.filter(pk=platform.pk, active=not active).update(active=active):
        LineItem.objects.filter(lms_course__deployment__platform=platform).update(checked_at=None)
        record(action="platform.switched_on" if active else "platform.switched_off", actor=by, subject=platform.name)


@transaction.atomic
def add_deployment(*, platform: Platform, by: User, deployment_id: str) -> bool:
    """Accept launches of this deployment; False if they were before."""
    _, made = Deployment.objects.get_or_create(platform=platform, deployment_id=deployment_id)
    if made:
        record(action="platform.deployment_added", actor=by, subject=platform.name, deployment=deployment_id)
    return made


class DeploymentInUse(Exception):
    """Courses here are connected through the deployment."""


@transaction.atomic
def remove_deployment(*, deployment: Deployment, by: User) -> None:
    """Accept its launches no more. With courses connected it stays: their line items and scores hang on it."""
    if deployment.courses.exists():
        raise DeploymentInUse
    deployment.delete()
    record(
        action="platform.deployment_removed",
        actor=by,
        subject=deployment.platform.name,
        deployment=deployment.deployment_id,
    )
